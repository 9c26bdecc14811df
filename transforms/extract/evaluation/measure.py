"""Gold through the model server, as a job would ask it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from transforms.extract.client import Answered, InvalidNote, TritonClient
from transforms.extract.evaluation.document import Assertion, Document, Entity, Experiencer, Relation, arranged
from transforms.records import Extraction

_NOTES = 16  # of one submission: enough to fill requests, few enough that progress is seen


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A note that the model cannot answer, with the code of why; a job would hold it back. ``entities``: its gold."""

    detail: str
    entities: int


def measure(notes: Sequence[Document], client: TritonClient) -> Iterator[tuple[Document, Document | Unanswered]]:
    """Each note, in order, with what the model finds in it. Raises Outage where the server is away."""
    parts = [notes[start : start + _NOTES] for start in range(0, len(notes), _NOTES)]
    submitted = [client.submit([note.text for note in part]) for part in parts]
    for part, pending in zip(parts, submitted, strict=True):
        for note, answer in zip(part, pending.result(), strict=True):
            match answer:
                case Answered(extraction):
                    yield note, findings(note, extraction)
                case InvalidNote(detail):
                    yield note, Unanswered(detail, len(note.entities))


def findings(note: Document, extraction: Extraction) -> Document:
    """An answer in the form of gold; the note's class is the one with the highest score."""
    best = max(extraction.classes, key=lambda one: one.score, default=None)
    return arranged(
        note.name,
        note.text,
        [
            (
                Entity(one.start, one.end, one.type),
                Assertion(one.negated, one.uncertain, one.historical, one.hypothetical, Experiencer(one.experiencer)),
            )
            for one in extraction.entities
        ],
        [Relation(one.head, one.tail, one.type) for one in extraction.relations],
        best.name if best else None,
    )
