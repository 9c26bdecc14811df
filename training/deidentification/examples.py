"""Labelled notes as numbers: the words of each, and the tag that the network shall give them."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.deidentification.notes import LabelledNote
from transforms.deidentify.lexicon import lexicon
from transforms.deidentify.tagger.tagger import TAGS
from transforms.deidentify.tagger.words import WordReader, Words

UNSURE = -100  # teaches nothing
_FREQUENT = 12  # occurrences from which a word has a number of its own
_MOST = 14_000
_WORD = re.compile(r"[^\W\d_]+")
_BEFORE = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Miss|Doctor|from|in|at|near|to)\.?\s+\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Example:
    """``features``: shape ``[words, columns]``. ``tags``: shape ``[words]``, indices of ``TAGS`` or ``UNSURE``."""

    features: NDArray[np.int32]
    tags: NDArray[np.int64]


def example(note: LabelledNote, reader: WordReader) -> Example:
    """The note as the network learns it."""
    words = reader.read(note.text)
    return Example(words.features, tags(note, words))


def tags(note: LabelledNote, words: Words) -> NDArray[np.int64]:
    """The tag of each word. Outside of what is labelled, a word that may well be a name or a place is unsure."""
    result = np.zeros(len(words), np.int64)
    starts, ends = words.spans[:, 0], words.spans[:, 1]
    sure = np.zeros(len(words), np.bool_)
    for region in note.labelled:
        sure[np.searchsorted(starts, region.start) : np.searchsorted(starts, region.end)] = True
    for at in np.flatnonzero(~sure).tolist():
        start = int(starts[at])
        if _may_be_a_name(note.text, start, int(ends[at])):
            result[at] = UNSURE
    for span in note.spans:
        first, last = np.searchsorted(ends, span.start, side="right"), np.searchsorted(starts, span.end)
        begin = f"B-{span.phi_type}"
        if begin not in TAGS:
            continue
        result[first:last] = TAGS.index(f"I-{span.phi_type}")
        result[first : first + 1] = TAGS.index(begin)
    return result


def vocabulary(notes: Iterable[LabelledNote]) -> list[str]:
    """The frequent words of the notes, names and places left out."""
    counts: Counter[str] = Counter()
    reader = WordReader([])
    for note in notes:
        words = reader.read(note.text)
        plain = np.flatnonzero(tags(note, words) == 0)
        for start, end in words.spans[plain].tolist():
            word = note.text[start:end].lower()
            if word.isalpha():
                counts[word] += 1
    return sorted(word for word, count in counts.most_common(_MOST) if count >= _FREQUENT)


def batches(examples: Sequence[Example], words: int) -> list[list[int]]:
    """Numbers of examples of like length, at most ``words`` padded words together."""
    order = sorted(range(len(examples)), key=lambda number: len(examples[number].tags))
    found: list[list[int]] = [[]]
    for number in order:
        if (len(found[-1]) + 1) * len(examples[number].tags) > words and found[-1]:
            found.append([])
        found[-1].append(number)
    return found


def _may_be_a_name(text: str, start: int, end: int) -> bool:
    """A listed word behind a title or a preposition, or beside another listed one; the corpora hold hardly any alone."""
    return _is_listed(text[start:end]) and (
        _BEFORE.search(text, max(0, start - 12), start) is not None
        or any(
            _is_listed(word)
            for word in (
                *_WORD.findall(text[end : end + 20])[:1],
                *_WORD.findall(text[max(0, start - 20) : start])[-1:],
            )
        )
    )


def _is_listed(word: str) -> bool:
    lists, lower = lexicon(), word.lower()
    return (
        word[0].isupper()
        and len(word) > 1
        and (lower in lists.first_names or lower in lists.surnames or lower in lists.cities)
        and lower not in lists.english
        and lower not in lists.eponyms
    )
