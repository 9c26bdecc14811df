"""Learning from teachers: networks trained from other seeds, whose mean says more than any one of them, and more than gold.

Hinton et al. 2015, Distilling the Knowledge in a Neural Network; of networks alike, Furlanello et al. 2018, Born-Again Networks.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from model_repo.clinical_bert.heads import ASSERTIONS, NOTE_CLASS, entities_output
from training.network import MultiTask

TAGS_WEIGHT, ASSERTIONS_WEIGHT, CLASS_WEIGHT = 1.0, 0.25, 0.5


def imitation(network: MultiTask, teachers: Sequence[MultiTask], ids: Tensor, mask: Tensor, hidden: Tensor) -> Tensor:
    """How far the network is from the mean of its teachers in what each says of every token and window; a scalar.

    A batch of any corpus teaches every head, also those of which its people judged nothing. Relations are left to gold.

    Args:
        ids, mask: ``[windows, tokens]``.
        hidden: what the network's encoder says of these, ``[windows, tokens, width]``.
    """
    seen = mask.bool()
    with torch.no_grad():
        of_teachers = [teacher.hidden(ids, mask) for teacher in teachers]

    def scores(output: str) -> tuple[Tensor, Tensor]:
        """The network's, and the teachers' along a first dimension."""
        with torch.no_grad():
            parts = [teacher.scores(output, said, mask) for teacher, said in zip(teachers, of_teachers, strict=True)]
        return network.scores(output, hidden, mask).float(), torch.stack(parts).float()

    total = torch.zeros((), device=hidden.device)
    for label_set in network.label_sets:
        own, others = scores(entities_output(label_set))
        total = total + TAGS_WEIGHT * _divergence(own[seen], others.softmax(-1).mean(0)[seen])
    own, others = scores(ASSERTIONS)
    likely = others.sigmoid().mean(0)[seen]
    total = total + ASSERTIONS_WEIGHT * nn.functional.binary_cross_entropy_with_logits(own[seen], likely)
    own, others = scores(NOTE_CLASS)
    return total + CLASS_WEIGHT * _divergence(own, others.softmax(-1).mean(0))


def _divergence(scores: Tensor, likely: Tensor) -> Tensor:
    """Mean Kullback-Leibler divergence, nats an item, of scores ``[items, kinds]`` from how likely each kind is."""
    return nn.functional.kl_div(scores.log_softmax(-1), likely, reduction="batchmean")
