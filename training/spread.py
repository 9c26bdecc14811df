"""How much of a figure is chance: heads learnt anew from other seeds, on the encoder as it was fine-tuned."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import torch

from training.curriculum import Curriculum
from training.network import MultiTask
from training.tasks import Task
from training.train import Epoch, Precision, TrainOptions, fine_tune


def spread(
    network: MultiTask,
    course: Curriculum,
    tasks: Sequence[Task],
    options: TrainOptions,
    count: int,
    dropout: float,
    precision: Precision,
    test: Callable[[MultiTask], dict[str, float]],
    work: Path,
    report: Callable[[Epoch], None],
) -> list[dict[str, float]]:
    """The scores of ``test`` for each of ``count`` other seeds, after one epoch in which the encoder stays as it is.

    Each seed has a checkpoint of its own in ``work``.
    """
    encoder = network.encoder.requires_grad_(False)
    found = []
    for seed in range(options.seed + 1, options.seed + 1 + count):
        torch.manual_seed(seed)
        anew = MultiTask(encoder, encoder.config.hidden_size, course.label_sets, course.possible, dropout)
        anew.to(next(encoder.parameters()).device)
        own = replace(options, epochs=1, seed=seed)
        (epoch,) = fine_tune(anew, tasks, own, precision, test, work / f"heads-{seed}.pt", report)
        found.append(epoch.dev)
    return found
