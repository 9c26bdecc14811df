"""Units as the extract step hands them over, made up: what publishing and committing are tested with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import blake2b
from pathlib import Path

from transforms.records import (
    Entity,
    ExtractedNote,
    ExtractedUnit,
    Extraction,
    Format,
    NoNote,
    NoteStatus,
    PhiAction,
    PhiSpan,
    PhiType,
    Piece,
    Place,
    Quarantined,
    Reason,
    Relation,
    ReleasedNote,
    Sealed,
    Section,
    Stage,
    Timing,
    Unit,
)
from transforms.write.output import Output, OutputSettings, create_or_open

RECEIVED = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


def hexadecimal(*parts: object) -> str:
    """32 hex digits, as the keyring's pseudonyms have."""
    return blake2b("/".join(map(str, parts)).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True)
class Line:
    """One line of a made-up input file: a note's name, its version and what it says."""

    name: str
    version: int = 1
    says: str = "Denies chest pain."
    ordered: bool = True


def new_output(root: Path) -> Output:
    """An output as a first run makes it."""
    return create_or_open(root, OutputSettings("safe-harbor", "clinical", "0a1b2c3d", {"default": ("/in",)}))


def unit_of(
    lines: Sequence[Line], path: str = "/in/notes.jsonl", start: int = 0, empty: int = 0, held: int = 0
) -> ExtractedUnit:
    """A slice of a file: a byte a line, the notes first, then records that hold none, then quarantined ones."""
    end = start + len(lines) + empty + held
    unit_id = hexadecimal("unit", path, start, end)
    piece = Piece(path, start, end, 1000, hexadecimal("file", path))
    places = [Place(unit_id, "default", path, offset) for offset in range(start, end)]
    return ExtractedUnit(
        Unit(unit_id, "default", Format.JSONL, (piece,)),
        tuple(note_of(line, place) for line, place in zip(lines, places, strict=False)),
        tuple(held_at(place) for place in places[len(lines) + empty :]),
        tuple(NoNote(place, RECEIVED) for place in places[len(lines) : len(lines) + empty]),
    )


def note_of(line: Line, place: Place) -> ExtractedNote:
    """A released note with two entities, a relation, a section and a span of PHI."""
    text = f"[NAME] {line.says}"
    at = len("[NAME] ")
    middle = at + max(1, len(line.says) // 2)
    entities = tuple(
        Entity(start, end, text[start:end], "Sign_symptom", 0.9, section="plan")
        for start, end in ((at, middle), (at, len(text)))
    )
    return ExtractedNote(
        ReleasedNote(
            place=place,
            note_id=line.name,
            note_key=hexadecimal("note", line.name),
            version=line.version,
            ordered=line.ordered,
            content_hash=hexadecimal("content", line.says),
            known_phi=True,
            status=NoteStatus.FINAL,
            patient_key=hexadecimal("patient", line.name),
            service_date=date(2025, 4, 5),
            service_year=2025,
            text=text,
            policy="safe-harbor",
            key_id="0a1b2c3d",
            phi_spans=(PhiSpan(PhiType.NAME, 0, 9, 0, 6, PhiAction.MASK, "known_phi", 1.0),),
            timing=Timing(RECEIVED, 0.5, 8.0),
        ),
        Extraction(
            entities, (Relation(0, 1, "MODIFY", 0.8),), (), "clinical_bert:1", (Section("plan", at, len(text)),)
        ),
        12.0,
    )


def held_at(place: Place) -> Quarantined:
    """A note that is held back."""
    return Quarantined(
        place,
        Stage.DEIDENTIFY,
        Reason.RESIDUAL_PHI,
        "PHONE in the released text",
        Sealed("11223344", b"nonce and ciphertext"),
        Timing(RECEIVED, 0.5, 9.0),
    )
