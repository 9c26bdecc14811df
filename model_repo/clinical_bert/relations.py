"""Relations between entities: a small network over pairs of them, with what the encoder says of each as an argument.

The encoder's pass gives a vector for each word as a head and one as a tail. A pair's hidden layer is their sum with
vectors for both entity types and for how far apart the two stand; a bias for each pair of types is the prior.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

WORD_STEPS = np.array([1, 2, 3, 4, 6, 9, 13, 20, 32, 64, 128], dtype=np.int64)  # bounds of the distances in words
SENTENCES = 3  # sentence ends between two entities that are told apart: none, one, two, more


@dataclass(frozen=True)
class Mentions:
    """Entities in the order of the text. All arrays have shape ``[entities]`` but ``arguments``: ``[entities, 2 * width]``."""

    type: Integers
    word: Integers
    sentence: Integers
    arguments: Floats


@dataclass(frozen=True)
class Pairs:
    """Ordered pairs of entities. All arrays have shape ``[pairs]``."""

    head: Integers
    tail: Integers

    def __len__(self) -> int:
        return len(self.head)


@dataclass(frozen=True)
class PairNetwork:
    """The weights of a relation group.

    ``possible`` ``[types, types]``: whether a head and a tail of these types can be related. ``head_type``, ``tail_type``
    ``[types, width]``; ``apart`` ``[2 * reach + 1, width]`` by entities from head to tail; ``words`` ``[2 * steps, width]`` by
    words; ``sentences`` ``[1 + SENTENCES, width]``; ``output`` ``[width, 1 + relations]``, ``prior``
    ``[types, types, 1 + relations]``. Column 0 stands for no relation.
    """

    possible: NDArray[np.bool_]
    head_type: Floats
    tail_type: Floats
    apart: Floats
    words: Floats
    sentences: Floats
    output: Floats
    prior: Floats

    @classmethod
    def read(cls, arrays: Mapping[str, NDArray[np.generic]], group: str) -> "PairNetwork":
        """The weights under ``group/`` in a file of arrays. Raises KeyError where one is missing."""
        return cls(**{name: arrays[f"{group}/{name}"] for name in cls.__dataclass_fields__})  # type: ignore[arg-type]

    def probabilities(self, mentions: Mentions, pairs: Pairs) -> Floats:
        """How probable each relation of each pair is: shape ``[pairs, 1 + relations]``."""
        types = mentions.type
        width = self.output.shape[0]
        as_head = mentions.arguments[:, :width] + self.head_type[types]
        as_tail = mentions.arguments[:, width:] + self.tail_type[types]
        hidden = as_head[pairs.head]
        hidden += as_tail[pairs.tail]
        hidden += self.apart[apart_bucket(pairs, (len(self.apart) - 1) // 2)]
        hidden += self.words[words_bucket(mentions.word, pairs)]
        hidden += self.sentences[sentences_bucket(mentions.sentence, pairs)]
        np.maximum(hidden, 0, out=hidden)
        logits = hidden @ self.output + self.prior[types[pairs.head], types[pairs.tail]]
        logits -= logits.max(axis=1, keepdims=True)
        np.exp(logits, out=logits)
        result: Floats = logits / logits.sum(axis=1, keepdims=True)
        return result


def candidates(
    types: Integers, word: Integers, possible: NDArray[np.bool_], reach_entities: int, reach_words: int, known: int = 0
) -> Pairs:
    """The ordered pairs of entities to look at: near enough, and of types that can be related.

    Args:
        types, word: shape ``[entities]``, in the order of the text.
        known: of how many entities at the beginning the pairs among themselves are left out.
    """
    total = len(types)
    heads, tails = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for step in range(1, min(reach_entities, total - 1) + 1):
        first = np.arange(max(0, known - step), total - step)
        second = first + step
        near = word[second] - word[first] <= reach_words
        for head, tail in ((first, second), (second, first)):
            chosen = near & possible[types[head], types[tail]]
            heads.append(head[chosen])
            tails.append(tail[chosen])
    return Pairs(np.concatenate(heads), np.concatenate(tails))


def apart_bucket(pairs: Pairs, reach: int) -> Integers:
    """Row of ``PairNetwork.apart``: entities from head to tail, forwards or back."""
    return np.clip(pairs.tail - pairs.head, -reach, reach) + reach


def words_bucket(word: Integers, pairs: Pairs) -> Integers:
    """Row of ``PairNetwork.words``: words from head to tail in growing steps, first forwards, then back."""
    distance = word[pairs.tail] - word[pairs.head]
    bucket = np.minimum(np.searchsorted(WORD_STEPS, np.abs(distance)), len(WORD_STEPS) - 1)
    result: Integers = bucket + len(WORD_STEPS) * (distance < 0)
    return result


def sentences_bucket(sentence: Integers, pairs: Pairs) -> Integers:
    """Row of ``PairNetwork.sentences``: sentence ends between the two."""
    return np.minimum(np.abs(sentence[pairs.tail] - sentence[pairs.head]), SENTENCES)


def found(probabilities: Floats) -> Iterator[tuple[int, int, float]]:
    """Row, relation and probability of the pairs that have a relation."""
    best = probabilities.argmax(axis=1)
    for row in np.flatnonzero(best):
        yield int(row), int(best[row]) - 1, float(probabilities[row, best[row]])
