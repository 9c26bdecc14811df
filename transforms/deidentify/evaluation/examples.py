"""What a person must look at: each gold span that stands in part or whole, each find that is wrong. Text: private."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from transforms.deidentify.evaluation.gold import GoldNote
from transforms.deidentify.evaluation.score import Coverage, NoteScore

_CONTEXT = 40  # code points on either side
_WRONG = "wrongly_hidden"


@dataclass(frozen=True, slots=True)
class Example:
    """``type`` is the gold's, or where the find is wrong the find's. ``recognizer``: who hid it, or most of it."""

    kind: str  # missed, partial, wrongly_hidden
    note_id: str = field(repr=False)
    type: str
    recognizer: str | None
    start: int
    end: int
    text: str = field(repr=False)
    before: str = field(repr=False)
    after: str = field(repr=False)


def examples(note: GoldNote, score: NoteScore) -> Iterator[Example]:
    """Those of one note, in order: gold, then finds."""
    for gold in score.gold:
        if gold.coverage is not Coverage.COVERED:
            recognizer = gold.found.recognizer if gold.found else None
            yield _example(note, gold.coverage.value, gold.phi_type, recognizer, gold.start, gold.end)
    for found in score.found:
        if not found.right:
            span = found.span
            yield _example(note, _WRONG, span.phi_type, span.recognizer, span.start, span.end)


def _example(note: GoldNote, kind: str, phi_type: str, recognizer: str | None, start: int, end: int) -> Example:
    return Example(
        kind=kind,
        note_id=note.note_id,
        type=str(phi_type),
        recognizer=recognizer,
        start=start,
        end=end,
        text=note.text[start:end],
        before=note.text[max(0, start - _CONTEXT) : start],
        after=note.text[end : end + _CONTEXT],
    )
