"""What the tagger sees of a text: its words, and of each word a few numbers."""

import re
import threading
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from transforms.deidentify.lexicon import lexicon
from transforms.deidentify.locations import STATES

VERSION = 2  # of these features: weights of another version do not load
_WORD = re.compile(r"(\s*)([^\W\d_]+|\d+|[^\w\s]|_|\Z)")  # and the gap before it
_REMEMBERED = 100_000  # words whose numbers are kept

PREFIXES = 4096
SUFFIXES = 4096
ENDINGS = 1024
_PUNCTUATION = ".,:;-/()'’\"#&@[]{}*+=<>_|%!?~$\\^`•–—"
_LONGEST_NUMBER = 10
SHAPES = 8 + _LONGEST_NUMBER + len(_PUNCTUATION) + 2
LENGTHS = 16
LISTS = 256
SPACES = 6
# What a number can be by its value: a month, a day, an age over 89, a year; and how long it is says its shape.
_NUMBER_KINDS = (
    range(1, 13),
    range(13, 32),
    range(32, 90),
    range(90, 111),
    range(111, 1000),
    range(1900, 2060),
)
NUMBERS = len(_NUMBER_KINDS) + 3
COLUMNS = ("word", "prefix", "suffix", "ending", "shape", "length", "lists", "space", "number")
TRIGRAMS = 8192
PIECES = 10  # the first so many trigrams of a word stand behind the columns; 0 where it has fewer
CAPITALS = 4  # the shape of ``SMITH``
_SPACE = COLUMNS.index("space")
_NO_PIECES = (0,) * PIECES


@dataclass(frozen=True)
class Words:
    """The words of one text.

    ``spans``: shape ``[words, 2]``, code points, half-open. ``features``: shape ``[words, len(COLUMNS) + PIECES]``.
    """

    spans: NDArray[np.int32]
    features: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.spans)


class WordReader:
    """Texts to ``Words``. ``vocabulary``: lower-case words with a number of their own; others share number 0.

    Threads may share it.
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._numbers = {word: number for number, word in enumerate(vocabulary, start=1)}
        self._lists = _word_lists()
        self._table = _Table()

    def read(self, text: str) -> Words:
        """The words of ``text``: runs of letters, runs of digits, and every other character that is no blank."""
        table = self._table
        if len(table.places) > _REMEMBERED:
            table = self._table = _Table()
        written: list[tuple[str, str]] = _WORD.findall(text)
        while written and not written[-1][1]:  # the text's end
            written.pop()
        if not written:
            return Words(np.zeros((0, 2), np.int32), np.zeros((0, len(COLUMNS) + PIECES), np.int32))
        known = table.places.get
        found = [at if (at := known(word)) is not None else table.add(word, self._row(word)) for _, word in written]
        features = table.features(found)
        features[:, _SPACE] = [_space(gap) for gap, _ in written]
        lengths = np.array([(len(gap), len(word)) for gap, word in written], np.int32)
        ends = lengths.sum(axis=1, dtype=np.int32).cumsum(dtype=np.int32)
        return Words(np.stack([ends - lengths[:, 1], ends], axis=1), features)

    def _row(self, word: str) -> tuple[int, ...]:
        if not word[0].isalpha():
            return 0, 0, 0, 0, _shape(word), min(len(word), LENGTHS - 1), 0, 0, _number(word), *_NO_PIECES
        lower = word.lower()
        marked = f"^{lower}$"
        pieces = [_hash(marked[at : at + 3], TRIGRAMS) for at in range(min(len(lower), PIECES))]
        return (
            self._numbers.get(lower, 0),
            _hash(lower[:3], PREFIXES),
            _hash(lower[-3:], SUFFIXES),
            _hash(lower[-2:], ENDINGS),
            _shape(word),
            min(len(word), LENGTHS - 1),
            sum(1 << bit for bit, words in enumerate(self._lists) if lower in words),
            0,
            0,
            *pieces,
            *_NO_PIECES[len(pieces) :],
        )


class _Table:
    """The numbers of the words met so far, a row for each. Threads may share it."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}
        self._rows = np.zeros((1024, len(COLUMNS) + PIECES), np.int32)
        self._lock = threading.Lock()

    def add(self, word: str, row: tuple[int, ...]) -> int:
        """The row's place."""
        with self._lock:
            at = self.places.get(word, len(self.places))
            if at == len(self._rows):
                self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
            self._rows[at] = row
            self.places[word] = at
            return at

    def features(self, places: list[int]) -> NDArray[np.int32]:
        """A copy of the rows at ``places``."""
        return self._rows[places]


def _hash(text: str, buckets: int) -> int:
    return 1 + zlib.crc32(text.encode("utf-8", "surrogatepass")) % (buckets - 1)


def _shape(word: str) -> int:
    first = word[0]
    if first.isalpha():
        if len(word) == 1:
            return 1 if first.isupper() else 2
        if word.islower():
            return 3
        if word.isupper():
            return 4
        if first.isupper() and word[1:].islower():
            return 5
        return 6 if first.isupper() else 7
    if first.isdigit():
        return 7 + min(len(word), _LONGEST_NUMBER)
    at = _PUNCTUATION.find(first)
    return 8 + _LONGEST_NUMBER + (at if at >= 0 else len(_PUNCTUATION))


def _number(word: str) -> int:
    """0 for what is no number, then the kinds in their order, and one more for all others and for those that begin with 0."""
    if not word.isdigit() or not word.isascii():
        return 0
    if len(word) > _LONGEST_NUMBER or (word[0] == "0" and len(word) > 2):
        return NUMBERS - 1
    value = int(word)
    return next((kind for kind, values in enumerate(_NUMBER_KINDS, start=1) if value in values), NUMBERS - 2)


@lru_cache(maxsize=1024)
def _space(gap: str) -> int:
    breaks = gap.count("\n")
    if breaks:
        return 4 if breaks == 1 else 5
    if not gap:
        return 0
    return 3 if "\t" in gap else 1 if len(gap) == 1 else 2


def _word_lists() -> tuple[frozenset[str], ...]:
    """Sets of single words, in the order of their bits."""
    lists = lexicon()
    states = frozenset(word for pair in STATES.items() for name in pair for word in name.lower().split())
    return (
        lists.first_names,
        lists.surnames,
        frozenset(word for city in lists.cities for word in city.split()),
        lists.english,
        lists.eponyms,
        frozenset(word for hospital in lists.hospitals for word in hospital.split()),
        states,
        frozenset(city for city in lists.cities if " " not in city),
    )
