"""From the encoder's scores for words to entities: BIO tags, decoded so that every sequence is a valid one."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

OUTSIDE = 0
BLOCK_WORDS = 512  # Long notes are decoded block by block: memory stays bounded.
_EDGES = frozenset(" \t\r\n,;:")  # No entity begins or ends with these; gold entities do with "%", "(" or "+".
_JOINERS = frozenset("\u200d\ufe0e\ufe0f")


@dataclass(frozen=True)
class Span:
    """An entity: code points ``start:end`` of the text, words ``first_word:last_word + 1`` of the run, and a score in 0..1."""

    start: int
    end: int
    type: int
    score: float
    first_word: int
    last_word: int


def tags(types: Sequence[str]) -> list[str]:
    """The tags of a label set in the order of the model's columns: O, then B and I of each type."""
    return ["O", *(f"{position}-{entity_type}" for entity_type in types for position in "BI")]


def begin(type_index: int) -> int:
    """The column of a type's B tag; its I tag is the next one."""
    return 1 + 2 * type_index


def spans(
    text: str,
    logits: NDArray[np.float32],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
) -> list[Span]:
    """The entities of a run of words, in their order; ``type`` is the number of the type.

    An entity's score is the mean probability of its words' tags.

    Args:
        logits: shape ``[words, tags]``.
        start, end: shape ``[words]``, where the words stand in the text.
    """
    found = []
    log_probabilities = _log_softmax(logits)
    path = best_path(log_probabilities)
    chosen = np.exp(log_probabilities[np.arange(len(path)), path].astype(np.float64))
    until = np.concatenate(([0.0], np.cumsum(chosen)))  # summed up to each word
    for first, last, type_index in _entities(path):
        places = trimmed(text, int(start[first]), int(end[last]))
        if places is None:
            continue
        score = round(float(until[last + 1] - until[first]) / (last + 1 - first), 4)
        found.append(Span(*places, type_index, score, first, last))
    return found


def best_path(scores: NDArray[np.float32]) -> NDArray[np.int64]:
    """The best valid sequence of tags: I-X only after B-X or I-X (Viterbi).

    All other transitions are free, so that a step costs one look at the tags and not one at every pair.

    Args:
        scores: log-probabilities, shape ``[words, tags]``.
    """
    path: NDArray[np.int64] = scores.argmax(axis=1)
    if _is_valid(path):  # The best sequence of all is then the best valid one.
        return path
    words, columns = scores.shape
    each = scores.astype(np.float64)
    best = np.zeros(words, dtype=np.int64)  # the tag before, for those that may follow any
    follows_begin = np.zeros((words, columns // 2), dtype=np.bool_)  # of each I tag: whether B comes before it, or I
    total = each[0].copy()
    total[2::2] = -np.inf
    for word in range(1, words):
        begins, goes_on = total[1::2], total[2::2]
        best[word] = total.argmax()
        np.greater_equal(begins, goes_on, out=follows_begin[word])
        following = each[word] + total[best[word]]
        np.add(np.maximum(begins, goes_on), each[word, 2::2], out=following[2::2])
        total = following
    path = np.zeros(words, dtype=np.int64)
    path[-1] = tag = int(total.argmax())
    for word in range(words - 1, 0, -1):
        is_inside = tag > 0 and tag % 2 == 0
        tag = tag - int(follows_begin[word, tag // 2 - 1]) if is_inside else int(best[word])
        path[word - 1] = tag
    return path


def blocks(line_first: NDArray[np.bool_], size: int = BLOCK_WORDS) -> Iterator[tuple[int, int]]:
    """Cuts words into runs of at most ``size``, at a line's end where there is one.

    Args:
        line_first: shape ``[words]``, whether a word is the first of its line.
    """
    start, total = 0, len(line_first)
    while total - start > size:
        lines = np.flatnonzero(line_first[start + 1 : start + size + 1])
        stop = start + 1 + int(lines[-1]) if len(lines) else start + size
        yield start, stop
        start = stop
    if start < total:
        yield start, total


def trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The span without white space and separators at its edges, and with the combining characters of its last letter."""
    while end < len(text) and (unicodedata.combining(text[end]) or text[end] in _JOINERS):
        end += 1
    while start < end and (text[start] in _EDGES or text[start].isspace()):
        start += 1
    while end > start and (text[end - 1] in _EDGES or text[end - 1].isspace()):
        end -= 1
    return (start, end) if start < end else None


def _entities(path: NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    """First word, last word and type index of each entity in a valid path."""
    word, total = 0, len(path)
    while word < total:
        tag = int(path[word])
        if tag == OUTSIDE:
            word += 1
            continue
        first = word
        word += 1
        while word < total and path[word] == tag + 1:
            word += 1
        yield first, word - 1, (tag - 1) // 2


def _is_valid(path: NDArray[np.int64]) -> bool:
    inside = (path > 0) & (path % 2 == 0)
    before = np.concatenate(([OUTSIDE], path[:-1]))
    return bool((~inside | (before == path) | (before == path - 1)).all())


def _log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    shifted = logits - logits.max(axis=1, keepdims=True)
    result: NDArray[np.float32] = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return result
