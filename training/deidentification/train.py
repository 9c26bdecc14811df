"""Fits the network to examples."""

import copy
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from training.deidentification.examples import UNSURE, Example, batches
from training.deidentification.network import SERVED, TEACHER, Network, NetworkShape, forgetful
from transforms.deidentify.tagger.words import COLUMNS, PIECES

_RATE = 2.5e-3
_TEACHER_EPOCHS = 5
_TEACHER_RATE = 1.5e-3
_FURTHER_RATE = 8e-4
_OF_GOLD = 0.3  # of the loss, where there are teachers
_OF_FURTHER_GOLD = 0.5


@dataclass(frozen=True)
class TrainOptions:
    """How a network is fitted. ``of_gold``: share of the loss, where there are teachers; ``words``: padded words in a batch."""

    epochs: int
    seed: int
    rate: float = _RATE
    of_gold: float = _OF_GOLD
    words: int = 24_000


def teach(
    examples: Sequence[Example], vocabulary: int, options: TrainOptions, teachers: int, device: torch.device
) -> Network:
    """The network that is served, which learns from the examples and from so many large ones that learnt from them first."""
    each = [_of_teacher(options, number) for number in range(1, teachers + 1)]
    large = [fit(_untaught(vocabulary, TEACHER, of.seed), examples, of, device) for of in each]
    return fit(_untaught(vocabulary, SERVED, options.seed), examples, options, device, large)


def teach_further(
    network: Network, examples: Sequence[Example], options: TrainOptions, device: torch.device
) -> Network:
    """A network that has learnt before, halfway to what it becomes (Wortsman et al. 2022, arXiv 2109.01903).

    What it knew is its teacher, and of what nothing reminds it the half is kept.
    """
    further = replace(options, rate=_FURTHER_RATE, of_gold=_OF_FURTHER_GOLD)
    learnt = fit(copy.deepcopy(network), examples, further, device, [network.to(device).eval()])
    before = network.state_dict()
    learnt.load_state_dict({name: (before[name] + value) / 2 for name, value in learnt.state_dict().items()})
    return learnt


def _untaught(vocabulary: int, shape: NetworkShape, seed: int) -> Network:
    torch.manual_seed(seed)
    return Network(vocabulary, shape)


def _of_teacher(options: TrainOptions, number: int) -> TrainOptions:
    return replace(options, epochs=_TEACHER_EPOCHS, rate=_TEACHER_RATE, seed=options.seed + number)


def fit(
    network: Network,
    examples: Sequence[Example],
    options: TrainOptions,
    device: torch.device,
    teachers: Sequence[Network] = (),
) -> Network:
    """The network, fitted to the examples with AdamW and one cycle of the learning rate (Smith 2018, arXiv 1803.09820).

    Where it has teachers it learns their mean probabilities too (Hinton et al. 2015, arXiv 1503.02531): they see every word as it
    is, and the network what ``forgetful`` leaves of it.
    """
    torch.manual_seed(options.seed)
    order = torch.Generator().manual_seed(options.seed)
    generator = torch.Generator(device).manual_seed(options.seed)
    network = network.to(device)
    grouped = batches(examples, options.words)
    optimizer = torch.optim.AdamW(network.parameters(), lr=options.rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=options.rate, total_steps=options.epochs * len(grouped), pct_start=0.1
    )
    for epoch in range(options.epochs):
        began, total = time.perf_counter(), torch.zeros((), device=device)
        network.train()
        for number in torch.randperm(len(grouped), generator=order).tolist():
            features, tags, present = (part.to(device) for part in padded([examples[at] for at in grouped[number]]))
            scores = _scores(network, forgetful(features, tags, generator), present)
            loss = functional.cross_entropy(scores.flatten(0, 1), tags.flatten(), ignore_index=UNSURE)
            if teachers:
                taught = _of_teachers(scores, teachers, features, present)
                loss = options.of_gold * loss + (1 - options.of_gold) * taught
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.detach()
        mean, seconds = float(total) / len(grouped), time.perf_counter() - began
        print(f"width {network.shape.width}, epoch {epoch + 1}: loss {mean:.4f}, {seconds:.0f} s", flush=True)
    network.eval()
    return network


def _scores(network: Network, features: Tensor, present: Tensor) -> Tensor:
    """A large network's matrices are multiplied in bfloat16 where there is a GPU for it."""
    halved = features.is_cuda and network.shape == TEACHER
    with torch.autocast(features.device.type, torch.bfloat16, enabled=halved):
        scores: Tensor = network(features, present)
    return scores.float()


def _of_teachers(scores: Tensor, teachers: Sequence[Network], features: Tensor, present: Tensor) -> Tensor:
    """Cross-entropy of the words' scores with what the teachers make of them on average."""
    with torch.no_grad():
        each = [torch.softmax(_scores(teacher, features, present), dim=2) for teacher in teachers]
    words = present.squeeze(2)
    mean = torch.stack(each).mean(dim=0)
    return -((mean * torch.log_softmax(scores, dim=2)).sum(dim=2) * words).sum() / words.sum()


def padded(examples: Sequence[Example]) -> tuple[Tensor, Tensor, Tensor]:
    """Features, tags and presence of several examples, made equally long."""
    longest = max(len(example.tags) for example in examples)
    features = np.zeros((len(examples), longest, len(COLUMNS) + PIECES), np.int64)
    tags = np.full((len(examples), longest), UNSURE, np.int64)
    present = np.zeros((len(examples), longest, 1), np.float32)
    for row, example in enumerate(examples):
        features[row, : len(example.tags)] = example.features
        tags[row, : len(example.tags)] = example.tags
        present[row, : len(example.tags)] = 1
    return torch.from_numpy(features), torch.from_numpy(tags), torch.from_numpy(present)
