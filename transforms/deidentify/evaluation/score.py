"""One note's released spans against its gold. What counts are letters and digits: punctuation identifies nobody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from transforms.deidentify.evaluation.gold import GoldNote, GoldSpan
from transforms.deidentify.evaluation.safe_harbor import is_identifier
from transforms.deidentify.policy import Policy
from transforms.records import PhiAction, PhiSpan, PhiType

_Mask = NDArray[np.bool_]
_NOBODY = -1  # in place of a span's index


class Coverage(StrEnum):
    """How much of a gold span is hidden, by whatever type."""

    COVERED = "covered"  # every letter and digit
    PARTIAL = "partial"
    MISSED = "missed"


class NotScored(StrEnum):
    """Why a label is neither missed nor wrong."""

    NO_IDENTIFIER = "no identifier under Safe Harbor"
    KEPT_BY_POLICY = "kept by the policy"
    NOT_IN_TEXT = "not in the text"


@dataclass(frozen=True, slots=True)
class JudgedGold:
    """A gold span that counts. ``found``: the hiding span that shares most of its letters and digits."""

    phi_type: PhiType
    start: int
    end: int
    coverage: Coverage
    characters: int  # letters and digits
    leaked: int
    found: PhiSpan | None


@dataclass(frozen=True, slots=True)
class JudgedFound:
    """A hiding span inside the labelled regions: right where it shares a letter or digit with gold."""

    span: PhiSpan
    right: bool


@dataclass(frozen=True, slots=True)
class Characters:
    """Letters and digits of some kind, and how many of them are hidden."""

    all: int = 0
    hidden: int = 0

    def __add__(self, other: "Characters") -> "Characters":
        return Characters(self.all + other.all, self.hidden + other.hidden)


@dataclass(frozen=True, slots=True)
class NoteScore:
    """What became of one released note.

    ``identifying``: the letters and digits of the gold that counts, each once. ``labelled`` and ``unlabelled``: those
    outside of all gold, in the labelled regions and outside of them.
    """

    gold: tuple[JudgedGold, ...]
    found: tuple[JudgedFound, ...]
    identifying: Characters
    labelled: Characters
    unlabelled: Characters
    not_scored: tuple[NotScored, ...]


def judge(note: GoldNote, spans: Sequence[PhiSpan], policy: Policy) -> NoteScore:
    """The score of a note that was released with these ``phi_spans``, which do not overlap.

    What a policy masks, moves, replaces or generalises is hidden; what it keeps is not. A gold span that is no identifier,
    or that was found as what it is and left by the policy, is set aside: it and what is found in it count on no side.
    """
    hiding = [span for span in spans if span.action is not PhiAction.KEEP]
    letters = np.fromiter(map(str.isalnum, note.text), dtype=np.bool_, count=len(note.text))
    owner = np.full(len(note.text), _NOBODY, dtype=np.int32)  # which hiding span a code point lies in
    for index, span in enumerate(hiding):
        owner[span.start : span.end] = index
    hidden = letters & (owner != _NOBODY)

    scored, aside, reasons = _sorted_out(note, spans, letters, policy)
    gold = letters & _mask(letters, ((span.start, span.end) for _, span in scored))
    other = letters & _mask(letters, ((span.start, span.end) for span in aside)) & ~gold
    plain = letters & ~gold & ~other
    labelled = letters & _mask(letters, note.labelled)
    return NoteScore(
        gold=tuple(_judged_gold(phi_type, span, letters, owner, hiding) for phi_type, span in scored),
        found=tuple(_judged_found(hiding, labelled, gold, other)),
        identifying=_characters(gold, hidden),
        labelled=_characters(plain & labelled, hidden),
        unlabelled=_characters(plain & ~labelled, hidden),
        not_scored=reasons,
    )


def identifiers(note: GoldNote, policy: Policy) -> int:
    """How many gold spans of a note count, whatever became of it."""
    return len({span for span in note.spans if _reason(span, note.text, policy) is None})


def _sorted_out(
    note: GoldNote, spans: Sequence[PhiSpan], letters: _Mask, policy: Policy
) -> tuple[list[tuple[PhiType, GoldSpan]], list[GoldSpan], tuple[NotScored, ...]]:
    """Gold that counts, gold that is set aside, and why. A label that stands there twice counts once."""
    kept = [span for span in spans if span.action is PhiAction.KEEP]
    masks = {
        phi_type: _mask(letters, ((span.start, span.end) for span in kept if span.phi_type is phi_type))
        for phi_type in {span.phi_type for span in kept}
    }
    scored: list[tuple[PhiType, GoldSpan]] = []
    aside: list[GoldSpan] = []
    reasons = [NotScored.NOT_IN_TEXT] * note.unplaced
    for gold in dict.fromkeys(note.spans):
        reason = _reason(gold, note.text, policy)
        here = slice(gold.start, gold.end)
        if reason is None and gold.phi_type in masks and masks[gold.phi_type][here][letters[here]].all():
            reason = NotScored.KEPT_BY_POLICY
        if reason is None and gold.phi_type is not None:
            scored.append((gold.phi_type, gold))
        elif reason is not None:
            aside.append(gold)
            reasons.append(reason)
    return scored, aside, tuple(reasons)


def _reason(gold: GoldSpan, text: str, policy: Policy) -> NotScored | None:
    if gold.phi_type is None or not is_identifier(gold.phi_type, text[gold.start : gold.end]):
        return NotScored.NO_IDENTIFIER
    return NotScored.KEPT_BY_POLICY if policy.actions[gold.phi_type] is PhiAction.KEEP else None


def _judged_gold(
    phi_type: PhiType, gold: GoldSpan, letters: _Mask, owner: NDArray[np.int32], hiding: Sequence[PhiSpan]
) -> JudgedGold:
    here = slice(gold.start, gold.end)
    owners = owner[here][letters[here]]
    characters = len(owners)
    leaked = int((owners == _NOBODY).sum())
    shared, counts = np.unique(owners[owners != _NOBODY], return_counts=True)
    coverage = Coverage.COVERED if not leaked else Coverage.PARTIAL if leaked < characters else Coverage.MISSED
    found = hiding[shared[counts.argmax()]] if len(shared) else None
    return JudgedGold(phi_type, gold.start, gold.end, coverage, characters, leaked, found)


def _judged_found(hiding: Sequence[PhiSpan], labelled: _Mask, gold: _Mask, aside: _Mask) -> Iterator[JudgedFound]:
    for span in hiding:
        here = slice(span.start, span.end)
        right = bool(gold[here].any())
        if labelled[here].any() and (right or not aside[here].any()):
            yield JudgedFound(span, right)


def _mask(letters: _Mask, spans: Iterator[tuple[int, int]] | Sequence[tuple[int, int]]) -> _Mask:
    mask = np.zeros(len(letters), dtype=np.bool_)
    for start, end in spans:
        mask[start:end] = True
    return mask


def _characters(some: _Mask, hidden: _Mask) -> Characters:
    return Characters(int(some.sum()), int((some & hidden).sum()))
