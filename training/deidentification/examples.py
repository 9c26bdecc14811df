"""Labelled notes as numbers: the words of each, and the tag that the network shall give them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from presidio_analyzer import RecognizerResult

from training.deidentification.notes import LabelledNote, Region
from transforms.deidentify.date_forms import RELATIVE
from transforms.deidentify.lexicon import lexicon
from transforms.deidentify.month_days import WEAK, days_of_months
from transforms.deidentify.tagger.tagger import TAGS
from transforms.deidentify.tagger.words import WordReader, Words
from transforms.deidentify.written_forms import WrittenForms
from transforms.records import PhiType

UNSURE = -100  # teaches nothing
_FREQUENT = 12  # occurrences from which a word has a number of its own
_MOST = 14_000
_RULES = WrittenForms()
_LEFT_TO_RULES = "by rule"  # no type: teaches nothing
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
    """The tag of each word. Outside of what is labelled, what the rules find is a date, or unsure if it is anything else, and a
    word that may well be a name or a place is unsure; so is everywhere what is left to the rules, such as e-mail addresses."""
    result = np.zeros(len(words), np.int64)
    starts, ends = words.spans[:, 0], words.spans[:, 1]
    for at in np.flatnonzero(~_inside(note.labelled, starts)).tolist():
        start = int(starts[at])
        if _may_be_a_name(note.text, start, int(ends[at])):
            result[at] = UNSURE
    complete = _inside(note.complete, starts)
    if not complete.all():
        by_rule = result.copy()
        for start, end, phi_type in _found_by_rules(note.text):
            first, last = np.searchsorted(ends, start, side="right"), np.searchsorted(starts, end)
            _tag(by_rule, first, last, phi_type)
        result = np.where(complete, result, by_rule)
    for span in note.spans:
        first, last = np.searchsorted(ends, span.start, side="right"), np.searchsorted(starts, span.end)
        _tag(result, first, last, "ID" if span.phi_type == "SSN" else span.phi_type)
    return result


def _tag(tags: NDArray[np.int64], first: np.intp, last: np.intp, phi_type: str) -> None:
    if f"B-{phi_type}" not in TAGS:
        tags[first:last] = UNSURE
        return
    tags[first:last] = TAGS.index(f"I-{phi_type}")
    tags[first : first + 1] = TAGS.index(f"B-{phi_type}")


def _found_by_rules(text: str) -> Iterator[tuple[int, int, str]]:
    """Where rules find something, and what it is to be learnt as. Weekdays are left to the rules, and are no names."""
    for found in _RULES.find(text):
        form = found.recognition_metadata[RecognizerResult.RECOGNIZER_NAME_KEY]
        if form not in RELATIVE:
            is_date = found.entity_type == PhiType.DATE
            yield found.start, found.end, str(PhiType.DATE) if is_date else _LEFT_TO_RULES
    for start, end, score in days_of_months(text):
        if 0 < score <= WEAK:
            yield start, end, _LEFT_TO_RULES


def _inside(regions: Iterable[Region], starts: NDArray[np.int32]) -> NDArray[np.bool_]:
    inside = np.zeros(len(starts), np.bool_)
    for region in regions:
        inside[np.searchsorted(starts, region.start) : np.searchsorted(starts, region.end)] = True
    return inside


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
