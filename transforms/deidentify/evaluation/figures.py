"""Counts and shares over all notes: what a report holds. No text, no note's id."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from transforms.deidentify.evaluation.score import Characters, Coverage, JudgedFound, JudgedGold, NoteScore
from transforms.records import PhiType, Reason

_Z = 1.959963984540054  # two-sided 95 %
NOTHING = "nothing"  # the other side of a gold span that nothing hides, and of a find where no gold is


@dataclass(frozen=True, slots=True)
class Held:
    """A note that ended in quarantine. ``identifiers``: its gold spans that would have counted."""

    note_id: str
    reason: Reason
    detail: str
    identifiers: int


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its 95 % interval by Wilson's score (1927), which holds near 0 and 1 and for few; None of nothing."""

    share: float | None
    low: float | None
    high: float | None

    @classmethod
    def of(cls, part: int, whole: int) -> "Rate":
        if not whole:
            return cls(None, None, None)
        share = part / whole
        shrunk = 1 + _Z**2 / whole
        middle = (share + _Z**2 / (2 * whole)) / shrunk
        half = _Z / shrunk * math.sqrt(share * (1 - share) / whole + _Z**2 / (4 * whole**2))
        return cls(share, max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half)))  # against rounding


@dataclass(frozen=True, slots=True)
class TypeFigures:
    """Gold of a type (or of all): ``gold`` = ``covered`` + ``partial`` + ``missed``; ``recall`` is of ``covered``.

    ``found`` and ``right`` are spans that were found as this type inside the labelled regions. ``characters`` and
    ``leaked`` are letters and digits.
    """

    gold: int
    covered: int
    partial: int
    missed: int
    recall: Rate
    characters: int
    leaked: int
    found: int
    right: int
    precision: Rate


@dataclass(frozen=True, slots=True)
class RecognizerFigures:
    """Spans of one recognizer inside the labelled regions."""

    found: int
    right: int
    precision: Rate


@dataclass(frozen=True, slots=True)
class OutsideFigures:
    """Letters and digits outside of gold, and those of them that were hidden all the same."""

    characters: int
    hidden: int
    share: float | None

    @classmethod
    def of(cls, characters: Characters) -> "OutsideFigures":
        share = characters.hidden / characters.all if characters.all else None
        return cls(characters.all, characters.hidden, share)


@dataclass(frozen=True, slots=True)
class Figures:
    """The whole evaluation. ``notes`` = ``released`` + the sum of ``quarantined``; all else is of released notes.

    ``leaked_share``: identifying letters and digits that are not hidden, of all, each counted once where gold overlaps.
    ``confusion``: gold type → type that hides most of it → spans; ``nothing`` stands on either side.
    """

    notes: int
    released: int
    quarantined: dict[str, int]
    quarantined_identifiers: int
    all: TypeFigures
    leaked_share: float | None
    types: dict[str, TypeFigures]
    recognizers: dict[str, RecognizerFigures]
    outside_labelled: OutsideFigures
    outside_unlabelled: OutsideFigures
    confusion: dict[str, dict[str, int]]
    not_scored: dict[str, int]


def summarise(scores: Sequence[NoteScore], held: Sequence[Held]) -> Figures:
    """The figures of all notes."""
    gold = [judged for score in scores for judged in score.gold]
    found = [judged for score in scores for judged in score.found]
    identifying = sum((score.identifying for score in scores), Characters())
    return Figures(
        notes=len(scores) + len(held),
        released=len(scores),
        quarantined=_sorted(Counter(str(one.reason) for one in held)),
        quarantined_identifiers=sum(one.identifiers for one in held),
        all=_type_figures(gold, found, identifying),
        leaked_share=(identifying.all - identifying.hidden) / identifying.all if identifying.all else None,
        types={
            phi_type.value: _of_type(phi_type, gold, found)
            for phi_type in PhiType
            if any(one.phi_type is phi_type for one in gold) or any(one.span.phi_type is phi_type for one in found)
        },
        recognizers=_recognizers(found),
        outside_labelled=OutsideFigures.of(sum((score.labelled for score in scores), Characters())),
        outside_unlabelled=OutsideFigures.of(sum((score.unlabelled for score in scores), Characters())),
        confusion=_confusion(gold, found),
        not_scored=_sorted(Counter(str(reason) for score in scores for reason in score.not_scored)),
    )


def _of_type(phi_type: PhiType, gold: Sequence[JudgedGold], found: Sequence[JudgedFound]) -> TypeFigures:
    of_type = [one for one in gold if one.phi_type is phi_type]
    characters = sum(one.characters for one in of_type)
    return _type_figures(
        of_type,
        [one for one in found if one.span.phi_type is phi_type],
        Characters(characters, characters - sum(one.leaked for one in of_type)),
    )


def _type_figures(gold: Sequence[JudgedGold], found: Sequence[JudgedFound], characters: Characters) -> TypeFigures:
    coverage = Counter(one.coverage for one in gold)
    right = sum(one.right for one in found)
    return TypeFigures(
        gold=len(gold),
        covered=coverage[Coverage.COVERED],
        partial=coverage[Coverage.PARTIAL],
        missed=coverage[Coverage.MISSED],
        recall=Rate.of(coverage[Coverage.COVERED], len(gold)),
        characters=characters.all,
        leaked=characters.all - characters.hidden,
        found=len(found),
        right=right,
        precision=Rate.of(right, len(found)),
    )


def _recognizers(found: Sequence[JudgedFound]) -> dict[str, RecognizerFigures]:
    all_found = Counter(one.span.recognizer for one in found)
    right = Counter(one.span.recognizer for one in found if one.right)
    return {
        name: RecognizerFigures(count, right[name], Rate.of(right[name], count))
        for name, count in sorted(all_found.items())
    }


def _confusion(gold: Sequence[JudgedGold], found: Sequence[JudgedFound]) -> dict[str, dict[str, int]]:
    pairs = Counter((str(one.phi_type), str(one.found.phi_type) if one.found else NOTHING) for one in gold)
    pairs.update((NOTHING, str(one.span.phi_type)) for one in found if not one.right)
    confusion: dict[str, dict[str, int]] = {}
    for (gold_type, found_type), count in sorted(pairs.items()):
        confusion.setdefault(gold_type, {})[found_type] = count
    return confusion


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items()))
