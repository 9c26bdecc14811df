"""Labelled notes through the whole step, as a job would take them: residual check and quarantine count."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from transforms.deidentify.deidentifier import Deidentifier
from transforms.deidentify.evaluation.figures import Held
from transforms.deidentify.evaluation.gold import GoldNote
from transforms.deidentify.evaluation.score import NoteScore, identifiers, judge
from transforms.records import Identifier, Note, OrderKind, Place, Quarantined, Read, ReleasedNote, VersionOrder

_SOURCE = "evaluation"


def measure(notes: Iterable[GoldNote], deidentifier: Deidentifier) -> Iterator[tuple[GoldNote, NoteScore | Held]]:
    """Each note with its score, or with why it was held back."""
    for number, note in enumerate(notes):
        released = deidentifier.deidentify(Read(_unlabelled(note, number), datetime.now(UTC), 0.0))
        match released:
            case ReleasedNote():
                yield note, judge(note, released.phi_spans, deidentifier.policy)
            case Quarantined():
                count = identifiers(note, deidentifier.policy)
                yield note, Held(note.note_id, released.reason, released.detail, count)


def _unlabelled(note: GoldNote, number: int) -> Note:
    return Note(
        place=Place(unit_id=_SOURCE, source=_SOURCE, partition="", offset=number),
        note_id=Identifier(_SOURCE, note.note_id),
        text=note.text,
        order=VersionOrder(OrderKind.NUMBER, 0),
        known_phi=note.known_phi,
    )
