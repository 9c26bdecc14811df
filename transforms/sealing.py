"""A note's whole input as bytes and back, so that what is held back can be replayed without loss."""

import base64
from datetime import date, datetime
from typing import Any

import orjson

from transforms.keyring import Keyring
from transforms.records import (
    Format,
    Identifier,
    KnownPhi,
    KnownSubject,
    Note,
    NoteStatus,
    OrderKind,
    Parent,
    ParentRelation,
    Place,
    Sealed,
    Sex,
    SourceRecord,
    VersionOrder,
)


def _context(place: Place) -> str:
    # Binds a payload to its place in the ledger: it cannot be opened as another note's.
    return f"{place.unit_id}/{place.offset}/{place.part}/{place.partition}"


def seal(keyring: Keyring, item: Note | SourceRecord) -> Sealed:
    """Encrypts a note or a record, known PHI and place included."""
    return keyring.seal(to_bytes(item), _context(item.place))


def unseal(keyring: Keyring, sealed: Sealed, place: Place) -> Note | SourceRecord:
    """What was sealed at that place. Raises ChartstreamError where the keyring cannot open it."""
    return from_bytes(keyring.open(sealed, _context(place)))


def to_bytes(item: Note | SourceRecord) -> bytes:
    """JSON; ``from_bytes`` gives an equal record."""
    if isinstance(item, SourceRecord):
        return orjson.dumps(
            {
                "record": {
                    "place": item.place,
                    "format": item.format,
                    "file_time": item.file_time,
                    "payload": base64.b64encode(item.payload).decode("ascii"),
                }
            }
        )
    return orjson.dumps({"note": item})


def from_bytes(payload: bytes) -> Note | SourceRecord:
    """The record that ``to_bytes`` was given."""
    stored: dict[str, Any] = orjson.loads(payload)
    if "record" in stored:
        record = stored["record"]
        return SourceRecord(
            Place(**record["place"]),
            Format(record["format"]),
            base64.b64decode(record["payload"]),
            datetime.fromisoformat(record["file_time"]),
        )
    note = stored["note"]
    known = note["known_phi"]
    parent = note["parent"]
    return Note(
        place=Place(**note["place"]),
        note_id=Identifier(**note["note_id"]),
        text=note["text"],
        order=VersionOrder(OrderKind(note["order"]["kind"]), note["order"]["value"]),
        status=NoteStatus(note["status"]),
        patient_id=_identifier(note["patient_id"]),
        encounter_id=_identifier(note["encounter_id"]),
        note_type=note["note_type"],
        service_date=None if note["service_date"] is None else date.fromisoformat(note["service_date"]),
        parent=None if parent is None else Parent(Identifier(**parent["note_id"]), ParentRelation(parent["relation"])),
        known_phi=KnownPhi(
            names=tuple(known["names"]),
            dates=tuple(date.fromisoformat(day) for day in known["dates"]),
            numbers=tuple(known["numbers"]),
            addresses=tuple(known["addresses"]),
            phones=tuple(known["phones"]),
            emails=tuple(known["emails"]),
            sex=Sex(known["sex"]),
            subject=KnownSubject(known["subject"]),
        ),
    )


def _identifier(stored: dict[str, str] | None) -> Identifier | None:
    return None if stored is None else Identifier(**stored)
