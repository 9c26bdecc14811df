"""What a batch of one task costs: the sum over the heads that its documents can teach."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from model_repo.clinical_bert.heads import ASSERTIONS, NOTE_CLASS, Level, arguments_output, entities_output
from training.distil import imitation
from training.features import IGNORED, Example, Features
from training.network import MultiTask

ASSERTION_WEIGHT = 0.5
PAIR_WEIGHT = 1.0
CLASS_WEIGHT = 0.5


def loss(
    network: MultiTask,
    features: Features,
    batch: Sequence[Example],
    device: torch.device,
    teachers: Sequence[MultiTask] = (),
) -> Tensor:
    """The batch's loss, a scalar: what its documents judge, and how far the network is from its teachers."""
    ids, mask, tags = (part.to(device) for part in padded(batch))
    hidden = network.hidden(ids, mask)
    parts = []
    if features.teaching.judged:
        scores = network.scores(entities_output(features.teaching.label_set), hidden, mask)
        parts.append(tag_loss(scores.float().flatten(0, 1), tags.flatten(), features.unjudged))
    mentions = Mentions.of(batch, ids.shape[1], device)
    judged = ~mentions.assertions.isnan()
    if bool(judged.any()):
        logits = mentions.mean(network.scores(ASSERTIONS, hidden, mask).float())
        losses = nn.functional.binary_cross_entropy_with_logits(
            logits, mentions.assertions.nan_to_num(0.0), reduction="none"
        )
        parts.append(ASSERTION_WEIGHT * losses[judged].mean())
    if features.group is not None and mentions.pairs:
        arguments = mentions.mean(network.scores(arguments_output(features.group.name), hidden, mask).float())
        parts.append(PAIR_WEIGHT * nn.functional.cross_entropy(*pair_logits(network, features, arguments, mentions)))
    classes = torch.tensor([example.note_class for example in batch], device=device)
    if bool((classes != IGNORED).any()):
        logits = network.scores(NOTE_CLASS, hidden, mask).float()
        parts.append(CLASS_WEIGHT * nn.functional.cross_entropy(logits, classes, ignore_index=IGNORED))
    if teachers:
        parts.append(imitation(network, teachers, ids, mask, hidden))
    return torch.stack(parts).sum() if parts else hidden.sum() * 0.0


def tag_loss(scores: Tensor, tags: Tensor, unjudged: Sequence[int]) -> Tensor:
    """Cross entropy of tags, where a corpus marks only some of the types.

    A word that such a corpus leaves unmarked is outside, or of a type that it does not judge: the probability of all of
    these together is what is learnt (the marginal likelihood of partial annotation).

    Args:
        scores: ``[tokens, tags]``.
        tags: ``[tokens]``, IGNORED where there is none.
        unjudged: columns of the types that the corpus does not judge.
    """
    return nn.functional.cross_entropy(merged(scores, unjudged), tags, ignore_index=IGNORED)


def merged(scores: Tensor, unjudged: Sequence[int]) -> Tensor:
    """Scores ``[tokens, tags]`` in which the columns of unjudged types are one with the first, outside."""
    if not unjudged:
        return scores
    outside = scores[:, [0, *unjudged]].logsumexp(dim=1, keepdim=True)
    gone = torch.full_like(scores[:, :1], -1e4).expand(-1, len(unjudged))
    scores = scores.index_copy(1, torch.tensor(unjudged, device=scores.device), gone)
    return torch.cat((outside, scores[:, 1:]), dim=1)


def padded(batch: Sequence[Example]) -> tuple[Tensor, Tensor, Tensor]:
    """Ids, attention mask and tags of a batch, each of shape ``[windows, longest]``."""
    shape = (len(batch), max(len(example.ids) for example in batch))
    ids = torch.zeros(shape, dtype=torch.long)
    mask = torch.zeros(shape, dtype=torch.long)
    tags = torch.full(shape, IGNORED, dtype=torch.long)
    for row, example in enumerate(batch):
        width = len(example.ids)
        ids[row, :width] = torch.from_numpy(example.ids)
        mask[row, :width] = 1
        tags[row, :width] = torch.from_numpy(example.tags)
    return ids, mask, tags


class Mentions:
    """The mentions of a batch's windows, numbered through."""

    def __init__(
        self, token: Tensor, mention: Tensor, types: Tensor, assertions: Tensor, pairs: dict[str, Tensor]
    ) -> None:
        self._token, self._mention = token, mention
        self.types, self.assertions, self.pairs = types, assertions, pairs

    @classmethod
    def of(cls, batch: Sequence[Example], width: int, device: torch.device) -> "Mentions":
        firsts = np.cumsum([0, *(len(example.types) for example in batch)])
        tokens, mentions = [], []
        columns: dict[str, list[np.ndarray]] = {}
        bags = 0
        for row, example in enumerate(batch):
            tokens.append(example.member_token + row * width)
            mentions.append(example.member_mention + firsts[row])
            if example.pairs is None:
                continue
            for name, values in vars(example.pairs).items():
                moved = firsts[row] if name in ("head", "tail") else bags if name == "bag" else 0
                columns.setdefault(name, []).append(values + moved)
            bags += int(example.pairs.bag.max()) + 1
        return cls(
            torch.from_numpy(np.concatenate(tokens)).to(device),
            torch.from_numpy(np.concatenate(mentions)).to(device),
            torch.from_numpy(np.concatenate([example.types for example in batch])).to(device),
            torch.from_numpy(np.concatenate([example.assertions for example in batch])).to(device),
            {name: torch.from_numpy(np.concatenate(values)).to(device) for name, values in columns.items()},
        )

    def mean(self, scores: Tensor) -> Tensor:
        """The mean over each mention's words: ``[mentions, width]`` of ``[windows, tokens, width]``."""
        flat = scores.flatten(0, 1)[self._token]
        total = torch.zeros(len(self.types), flat.shape[1], device=flat.device).index_add(0, self._mention, flat)
        counts = torch.bincount(self._mention, minlength=len(self.types)).clamp(min=1)
        return total / counts[:, None]


def pair_logits(network: MultiTask, features: Features, arguments: Tensor, mentions: Mentions) -> tuple[Tensor, Tensor]:
    """Logits ``[items, 1 + relations]`` and the right relation ``[items]``, 0 for none.

    An item is a pair of mentions; in a group of concepts a pair of concepts: these are related where the best of their
    mentions' pairs is (multi-instance learning).
    """
    assert features.group is not None
    pairs = mentions.pairs
    logits = network.pairs[features.group.name](
        arguments, mentions.types, pairs["head"], pairs["tail"], pairs["apart"], pairs["words"], pairs["sentences"]
    )
    if features.group.level is Level.MENTION:
        return logits, pairs["relation"]
    bag, bags = pairs["bag"], int(pairs["bag"].max()) + 1
    margin = logits[:, 1:] - logits[:, :1]
    best = torch.full((bags, margin.shape[1]), -torch.inf, device=margin.device)
    best = best.scatter_reduce(0, bag[:, None].expand_as(margin), margin, "amax")
    relation = torch.zeros(bags, dtype=torch.long, device=margin.device).scatter_reduce(
        0, bag, pairs["relation"], "amax"
    )
    return torch.cat((torch.zeros_like(best[:, :1]), best), dim=1), relation
