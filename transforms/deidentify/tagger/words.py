"""What the tagger sees of a text: its words, and of each word a few numbers."""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transforms.deidentify.lexicon import lexicon
from transforms.deidentify.locations import STATES

VERSION = 1  # of these features: weights of another version do not load
_WORD = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
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
COLUMNS = ("word", "prefix", "suffix", "ending", "shape", "length", "lists", "space")
TRIGRAMS = 8192
PIECES = 10  # the first so many trigrams of a word stand behind the columns; 0 where it has fewer
CAPITALS = 4  # the shape of ``SMITH``
CAPITALISED = (5, 6)  # the shapes of ``Smith`` and ``McDonald``
_SPACE = COLUMNS.index("space")
_NO_PIECES = (0,) * PIECES
# Bits of ``lists``, in the order of ``_word_lists``.
_NAME_BITS = 0b00000011
_OTHER_BITS = 0b00011000


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
        self._known: dict[str, tuple[int, ...]] = {}

    def read(self, text: str) -> Words:
        """The words of ``text``: runs of letters, runs of digits, and every other character that is no blank."""
        known = self._known
        if len(known) > _REMEMBERED:
            known = self._known = {}
        spans: list[tuple[int, int]] = []
        rows: list[tuple[int, ...]] = []
        spaces: list[int] = []
        end = 0
        for match in _WORD.finditer(text):
            word, span = match[0], match.span()
            row = known.get(word)
            if row is None:
                row = known[word] = self._row(word)
            rows.append(row)
            spans.append(span)
            spaces.append(0 if span[0] == end else _space(text[end : span[0]]))
            end = span[1]
        if not rows:
            return Words(np.zeros((0, 2), np.int32), np.zeros((0, len(COLUMNS) + PIECES), np.int32))
        features = np.asarray(rows, np.int32)
        features[:, _SPACE] = spaces
        return Words(np.asarray(spans, np.int32), features)

    def _row(self, word: str) -> tuple[int, ...]:
        if not word[0].isalpha():
            return 0, 0, 0, 0, _shape(word), min(len(word), LENGTHS - 1), 0, 0, *_NO_PIECES
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
            *pieces,
            *_NO_PIECES[len(pieces) :],
        )


def is_name_alone(words: Words) -> NDArray[np.bool_]:
    """Whether each word is in a list of names and in none of English words or eponyms."""
    lists = words.features[:, COLUMNS.index("lists")]
    alone: NDArray[np.bool_] = (lists & _NAME_BITS > 0) & (lists & _OTHER_BITS == 0)
    return alone


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


def _space(gap: str) -> int:
    breaks = gap.count("\n")
    if breaks:
        return 4 if breaks == 1 else 5
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
