"""Words of a note: what entities are made of, and how far they stand apart."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .tokens import Tokens

_ENDS = np.frombuffer(".?!".encode("utf-32-le"), dtype=np.uint32)
_SPACES = np.frombuffer(" \t\r\n\u00a0".encode("utf-32-le"), dtype=np.uint32)


@dataclass(frozen=True)
class Words:
    """The words of one text. All arrays have shape ``[words]``.

    ``token`` is a word's first token, ``start`` and ``end`` are code points of the text, half-open; ``sentence`` rises by one
    behind each full stop, question or exclamation mark that white space follows.
    """

    token: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    line_first: NDArray[np.bool_]
    sentence: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.token)


def words(text: str, tokens: Tokens) -> Words:
    """The words that a text's tokens make."""
    first = np.flatnonzero(tokens.word_first)
    last = np.append(first[1:], len(tokens)) - 1 if len(first) else first
    start, end = tokens.start[first], tokens.end[last]
    return Words(first, start, end, tokens.line_first[first], _sentences(text, start, end))


def _sentences(text: str, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    characters = np.frombuffer((text + " ").encode("utf-32-le"), dtype=np.uint32)
    ends = (end == start + 1) & np.isin(characters[start], _ENDS) & np.isin(characters[end], _SPACES)
    return np.cumsum(ends) - ends
