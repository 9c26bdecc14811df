"""Windows over a long note: each token is read in the window where it has most context."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

WINDOW_TOKENS = 254  # with [CLS] and [SEP] 256: what the encoder was trained on
OVERLAP_TOKENS = 48

T = TypeVar("T")


@dataclass(frozen=True)
class Window:
    """Tokens ``start:stop`` go through the encoder together; the answers for ``own_start:own_stop`` are used.

    The owned parts of a note's windows follow each other without gap or overlap.
    """

    start: int
    stop: int
    own_start: int
    own_stop: int


def windows(
    word_first: NDArray[np.bool_],
    line_first: NDArray[np.bool_],
    size: int = WINDOW_TOKENS,
    overlap: int = OVERLAP_TOKENS,
) -> Iterator[Window]:
    """Cuts tokens into windows of at most ``size``; neighbours share up to ``overlap`` tokens.

    A window ends at a line's end where one lies in its last quarter, else at a word's end. In the part that two windows share,
    the earlier one owns up to the word that is nearest to the middle, so that every token keeps the larger context.

    Args:
        word_first: shape ``[tokens]``, whether a token is the first of its word. No word is longer than half a window.
        line_first: shape ``[tokens]``, whether a token is the first of its line.
    """
    total = len(word_first)
    start = own_start = 0
    while start < total:
        stop = _end(word_first, line_first, start, size)
        if stop == total:
            yield Window(start, stop, own_start, stop)
            return
        next_start = _at_or_after(word_first, max(stop - overlap, own_start + 1))
        own_stop = _at_or_after(word_first, (next_start + stop) // 2)
        own_stop = min(own_stop, stop)
        yield Window(start, stop, own_start, own_stop)
        start, own_start = min(next_start, own_stop), own_stop


def _end(word_first: NDArray[np.bool_], line_first: NDArray[np.bool_], start: int, size: int) -> int:
    """Where the window that begins at ``start`` ends."""
    limit = start + size
    if limit >= len(word_first):
        return len(word_first)
    for first, earliest in ((line_first, limit - size // 4), (word_first, start + size // 2)):
        cuts = np.flatnonzero(first[earliest : limit + 1])
        if len(cuts):
            return earliest + int(cuts[-1])
    return limit


def _at_or_after(word_first: NDArray[np.bool_], at: int) -> int:
    """The first token at or after ``at`` that begins a word."""
    rest = np.flatnonzero(word_first[at : at + 2 * WINDOW_TOKENS])
    return at + int(rest[0]) if len(rest) else at


def batches(pieces: Iterable[T], tokens: int, tokens_of: Callable[[T], int]) -> Iterator[list[T]]:
    """Windows up to ``tokens`` together, at least one.

    In the order in which they come: an engine that packs gains nothing from windows of like length, and a text's windows
    are read, and forgotten, one behind the other.
    """
    batch: list[T] = []
    held = 0
    for piece in pieces:
        size = tokens_of(piece)
        if batch and held + size > tokens:
            yield batch
            batch, held = [], 0
        batch.append(piece)
        held += size
    if batch:
        yield batch
