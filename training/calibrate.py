"""Scores that mean what they say, and thresholds for assertions, both from dev documents and folded into the heads' weights.

What is served then needs neither: a score is a softmax's, and a property holds where its logit is above nought. Temperature
scaling: Guo et al. 2017, On Calibration of Modern Neural Networks.
"""

import random
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model_repo.clinical_bert.heads import ASSERTIONS, NOTE_CLASS, Level, Property, arguments_output, entities_output
from training.features import IGNORED
from training.losses import Mentions, merged, padded, pair_logits
from training.network import MultiTask
from training.tasks import Task

_TEMPERATURES = np.exp(np.linspace(np.log(0.4), np.log(4.0), 70))
_SHIFTS = np.linspace(-2.5, 2.5, 51)
_ENOUGH = 15  # positives without which a threshold stays where it is

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def calibrate(network: MultiTask, dev: Sequence[Task]) -> None:
    """Fits what each dev task can tell, and changes the heads' weights and biases accordingly."""
    properties: dict[int, list[tuple[Floats, Floats]]] = defaultdict(list)
    for task in dev:
        seen = _run(network, task)
        label_set = task.features.teaching.label_set
        if len(seen.tags):
            _divide(network.heads[entities_output(label_set)], temperature(seen.tag_logits, seen.tags))
        if len(seen.classes):
            _divide(network.heads[NOTE_CLASS], temperature(seen.class_logits, seen.classes))
        group = task.features.group
        if len(seen.relations) and group is not None:
            by = temperature(seen.relation_logits, seen.relations)
            with torch.no_grad():
                network.pairs[group.name].output /= by
                network.pairs[group.name].prior /= by
        for column in range(len(Property)):
            judged = ~np.isnan(seen.assertions[:, column])
            properties[column].append((seen.assertion_logits[judged, column], seen.assertions[judged, column]))
    with torch.no_grad():
        for column, parts in properties.items():
            logits, holds = (np.concatenate(part) for part in zip(*parts, strict=True))
            if holds.sum() >= _ENOUGH:
                network.heads[ASSERTIONS].bias[column] -= best_threshold(logits, holds > 0)


def temperature(logits: Floats, target: Integers) -> float:
    """The temperature at which the targets are most likely: logits divided by it.

    Args:
        logits: ``[items, classes]``.
        target: ``[items]``.
    """

    def surprise(value: float) -> float:
        scaled = logits / value
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        likely = scaled[np.arange(len(target)), target] - np.log(np.exp(scaled).sum(axis=1))
        return float(-likely.mean())

    return float(min(_TEMPERATURES, key=surprise))


def best_threshold(logits: Floats, holds: NDArray[np.bool_]) -> float:
    """The logit above which to say yes, for the best F1; of equally good ones the nearest to nought.

    Args:
        logits, holds: ``[items]``.
    """

    def f1(threshold: float) -> float:
        said = logits > threshold
        return 2 * float((said & holds).sum()) / max(1.0, float(said.sum() + holds.sum()))

    return float(max(_SHIFTS, key=lambda threshold: (round(f1(threshold), 4), -abs(threshold))))


def _divide(head: torch.nn.Linear, by: float) -> None:
    with torch.no_grad():
        head.weight /= by
        head.bias /= by


class _Seen:
    """Logits and targets of a task's documents, item by item."""

    def __init__(self) -> None:
        self.tag_logits, self.tags = np.zeros((0, 1)), np.zeros(0, dtype=np.int64)
        self.class_logits, self.classes = np.zeros((0, 1)), np.zeros(0, dtype=np.int64)
        self.relation_logits, self.relations = np.zeros((0, 1)), np.zeros(0, dtype=np.int64)
        self.assertion_logits = self.assertions = np.zeros((0, len(Property)))


def _run(network: MultiTask, task: Task) -> _Seen:
    features = task.features
    device = next(network.parameters()).device
    found: dict[str, list[Tensor]] = defaultdict(list)
    rng = random.Random(0)
    with torch.inference_mode():
        for prepared in task.documents:
            for example in features.examples(prepared, rng):
                ids, mask, tags = (part.to(device) for part in padded([example]))
                hidden = network.hidden(ids, mask)
                mentions = Mentions.of([example], ids.shape[1], device)
                if features.teaching.judged:
                    scores = network.scores(entities_output(features.teaching.label_set), hidden, mask)[0]
                    kept = tags[0] != IGNORED
                    found["tag_logits"].append(merged(scores[kept], features.unjudged))
                    found["tags"].append(tags[0][kept])
                if len(mentions.types):
                    found["assertion_logits"].append(mentions.mean(network.scores(ASSERTIONS, hidden, mask)))
                    found["assertions"].append(mentions.assertions)
                # A pair of concepts is as good as its best mentions': no temperature is fitted to it.
                if features.group is not None and features.group.level is Level.MENTION and mentions.pairs:
                    arguments = mentions.mean(network.scores(arguments_output(features.group.name), hidden, mask))
                    logits, relations = pair_logits(network, features, arguments, mentions)
                    found["relation_logits"].append(logits)
                    found["relations"].append(relations)
                if example.note_class != IGNORED:
                    found["class_logits"].append(network.scores(NOTE_CLASS, hidden, mask))
                    found["classes"].append(torch.tensor([example.note_class]))
    seen = _Seen()
    for name, parts in found.items():
        values = torch.cat([part.cpu() for part in parts]).numpy()
        setattr(seen, name, values if values.dtype == np.int64 else values.astype(np.float64))
    return seen
