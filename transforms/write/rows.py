"""What a unit came to, as rows of the tables (staged schemas)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from hashlib import blake2b
from typing import Any

import pyarrow as pa

from transforms.records import (
    ExtractedNote,
    ExtractedUnit,
    NoNote,
    Outcome,
    Place,
    Quarantined,
    Section,
    Stage,
    Unit,
)
from transforms.write.schemas import Table, staged_schema


class QuarantineState(StrEnum):
    """The states of a quarantined payload; the row that came last stands."""

    HELD = "held"
    REPLAYED = "replayed"


def quarantine_id(place: Place) -> str:
    """32 hex digits for what was held back at a place, at one attempt."""
    parts = (place.unit_id, place.partition, str(place.offset), str(place.part), str(place.attempt))
    digest = blake2b(digest_size=16, person=b"quarantine")
    for part in parts:
        encoded = part.encode("utf-8", "surrogateescape")
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()


def tables_of(unit: ExtractedUnit, run_id: str, replayed: Iterable[Mapping[str, Any]] = ()) -> dict[Table, pa.Table]:
    """All tables' rows of a unit. ``replayed``: rows of quarantine that this unit puts through again."""
    quarantined = [_quarantine_row(item) for item in unit.quarantined]
    return {
        Table.NOTES: _table(Table.NOTES, (_note(row, note) for row, note in enumerate(unit.notes))),
        Table.ENTITIES: _table(
            Table.ENTITIES, (entity for row, note in enumerate(unit.notes) for entity in _entities(row, note))
        ),
        Table.RELATIONS: _table(
            Table.RELATIONS, (relation for row, note in enumerate(unit.notes) for relation in _relations(row, note))
        ),
        Table.PHI_SPANS: _table(
            Table.PHI_SPANS, (span for row, note in enumerate(unit.notes) for span in _phi_spans(row, note))
        ),
        Table.QUARANTINE: _table(Table.QUARANTINE, [*quarantined, *(_replayed_row(row) for row in replayed)]),
        # The released notes come first: their numbers are those that ``ledger_row`` names.
        Table.LEDGER: _table(
            Table.LEDGER,
            [
                *(_released(run_id, note) for note in unit.notes),
                *(_held(run_id, item) for item in unit.quarantined),
                *(_empty(run_id, item) for item in unit.no_notes),
            ],
        ),
        Table.UNITS: _table(Table.UNITS, _pieces(unit)),
    }


def places(unit: ExtractedUnit) -> list[Place]:
    """Where the unit's notes and empty records stand, in the order of its ledger rows."""
    return [
        *(item.note.place for item in unit.notes),
        *(item.place for item in unit.quarantined),
        *(item.place for item in unit.no_notes),
    ]


def _table(table: Table, rows: Iterable[tuple[Any, ...]]) -> pa.Table:
    schema = staged_schema(table)
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.Table.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )


def _note(row: int, item: ExtractedNote) -> tuple[Any, ...]:
    note, extraction = item.note, item.extraction
    best = max(extraction.classes, key=lambda one: one.score, default=None)
    return (
        note.note_key,
        note.version,
        note.parent_note_key,
        note.parent_relation,
        note.status,
        note.patient_key,
        note.encounter_key,
        note.note_type,
        best.name if best else None,
        best.score if best else None,
        note.service_date,
        note.service_year,
        note.text,
        None if note.text is None else [_section(section) for section in extraction.sections],
        note.policy,
        note.key_id,
        extraction.model,
        row,
    )


def _section(section: Section) -> dict[str, Any]:
    return {"name": section.name, "start": section.start, "end": section.end}


def _entities(row: int, item: ExtractedNote) -> Iterable[tuple[Any, ...]]:
    for number, entity in enumerate(item.extraction.entities):
        yield (
            item.note.note_key,
            item.note.version,
            number,
            entity.start,
            entity.end,
            entity.text,
            entity.type,
            entity.score,
            entity.negated,
            entity.uncertain,
            entity.historical,
            entity.hypothetical,
            entity.experiencer,
            entity.section,
            [
                {"system": code.system, "code": code.code, "display": code.display, "score": code.score}
                for code in entity.codes
            ],
            item.extraction.model,
            row,
        )


def _relations(row: int, item: ExtractedNote) -> Iterable[tuple[Any, ...]]:
    for number, relation in enumerate(item.extraction.relations):
        yield (
            item.note.note_key,
            item.note.version,
            number,
            relation.head,
            relation.tail,
            relation.type,
            relation.score,
            item.extraction.model,
            row,
        )


def _phi_spans(row: int, item: ExtractedNote) -> Iterable[tuple[Any, ...]]:
    for span in item.note.phi_spans:
        yield (
            item.note.note_key,
            item.note.version,
            span.phi_type,
            span.start,
            span.end,
            span.released_start,
            span.released_end,
            span.action,
            span.recognizer,
            span.score,
            row,
        )


def _place(run_id: str, place: Place) -> tuple[Any, ...]:
    return run_id, place.unit_id, place.source, place.partition, place.offset, place.part


def _released(run_id: str, item: ExtractedNote) -> tuple[Any, ...]:
    note = item.note
    return (
        *_place(run_id, note.place),
        note.note_id,
        note.note_key,
        note.version,
        Outcome.RELEASED,
        None,
        None,
        note.place.attempt,
        note.known_phi,
        note.content_hash,
        note.timing.received_at,
        None if note.text is None else len(note.text),
        note.timing.read_ms,
        note.timing.deidentify_ms,
        item.extract_ms,
        note.ordered,
    )


def _held(run_id: str, item: Quarantined) -> tuple[Any, ...]:
    return (
        *_place(run_id, item.place),
        item.note_id,
        item.note_key,
        item.version,
        Outcome.QUARANTINED,
        item.reason,
        item.stage,
        item.place.attempt,
        item.known_phi,
        item.content_hash,
        item.timing.received_at,
        item.chars,
        item.timing.read_ms,
        item.timing.deidentify_ms,
        item.timing.extract_ms,
        True,
    )


def _empty(run_id: str, item: NoNote) -> tuple[Any, ...]:
    return (
        *_place(run_id, item.place),
        None,
        None,
        None,
        Outcome.NO_NOTE,
        None,
        Stage.READ,
        item.place.attempt,
        False,
        "",
        item.received_at,
        None,
        None,
        None,
        None,
        True,
    )


def _quarantine_row(item: Quarantined) -> tuple[Any, ...]:
    place = item.place
    return (
        quarantine_id(place),
        place.unit_id,
        place.source,
        place.partition,
        place.offset,
        place.part,
        item.stage,
        item.reason,
        item.detail,
        item.sealed.ciphertext,
        item.sealed.key_id,
        QuarantineState.HELD,
    )


def _replayed_row(held: Mapping[str, Any]) -> tuple[Any, ...]:
    changed = {**held, "payload": None, "state": QuarantineState.REPLAYED}
    return tuple(changed[name] for name in staged_schema(Table.QUARANTINE).names)


def _pieces(unit: ExtractedUnit) -> Iterable[tuple[Any, ...]]:
    notes: Counter[int] = Counter()
    for place in places(unit)[: len(unit.notes) + len(unit.quarantined)]:
        notes[_piece_of(unit.unit, place)] += 1
    for number, piece in enumerate(unit.unit.pieces):
        yield (
            unit.unit.unit_id,
            piece.path,
            piece.start,
            piece.end,
            piece.size,
            piece.digest,
            notes[number],
        )


def _piece_of(unit: Unit, place: Place) -> int:
    for number, piece in enumerate(unit.pieces):
        if piece.path == place.partition and piece.start <= place.offset < max(piece.end, piece.start + 1):
            return number
    return 0  # a payload out of quarantine: its unit has one piece
