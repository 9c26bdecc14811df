"""Publishing a unit: its counts are checked, and one durable file holds all of its rows, or there is none."""

import re
from collections import Counter

import pyarrow as pa

from transforms import durable
from transforms.records import ExtractedNote, ExtractedUnit, Format, PublishedUnit
from transforms.write import attempts, container
from transforms.write.faults import reach
from transforms.write.output import Output
from transforms.write.quarantine import held_rows, id_of
from transforms.write.rows import places, tables_of
from transforms.write.schemas import Table

_KEY = re.compile(r"[0-9a-f]{32}")


class InconsistentUnit(Exception):  # noqa: N818
    """A step handed on a unit that contradicts itself: a defect of the program, not of the input. Holds no text."""


def publish(unit: ExtractedUnit, output: Output, run_id: str) -> PublishedUnit:
    """Puts the unit's file into staging. Of several that publish one unit the first wins; the others change nothing.

    Raises:
        InconsistentUnit: counts, places or offsets are wrong.
        Outage: the disk is full, read-only or not there.
    """
    _check(unit)
    replayed = [id_of(piece) for piece in unit.unit.pieces] if unit.unit.format is Format.QUARANTINE else []
    with durable.storage():
        try:
            tables = tables_of(unit, run_id, held_rows(output, replayed) if replayed else ())
        except UnicodeEncodeError:
            raise InconsistentUnit(f"unit {unit.unit.unit_id}: a text holds a lone surrogate") from None
        except (pa.ArrowException, OverflowError):
            raise InconsistentUnit(f"unit {unit.unit.unit_id}: a value does not fit its column") from None
        _check_rows(unit, tables)
        content = container.encode(unit.unit.unit_id, unit.unit.pieces, tables)
        with durable.temporary(output.staging, content) as written:
            reach("publish:written")
            durable.create(output.staging / unit.unit.unit_id, written)
            reach("publish:linked")
    attempts.clear(output, unit.unit.unit_id)
    return PublishedUnit(unit.unit.unit_id, len(unit.notes), len(unit.quarantined), len(unit.no_notes))


def _check(unit: ExtractedUnit) -> None:
    unit_id = unit.unit.unit_id
    if not _KEY.fullmatch(unit_id) or not unit.unit.pieces:
        raise InconsistentUnit("a unit has no id of 32 hex digits, or no piece of the input")
    taken = Counter(places(unit))
    if any(count > 1 for count in taken.values()):
        raise InconsistentUnit(f"unit {unit_id}: two of its notes stand at one place")
    if unit.unit.format is not Format.QUARANTINE and any(place.unit_id != unit_id for place in taken):
        raise InconsistentUnit(f"unit {unit_id}: a note of another unit is in it")
    for item in unit.notes:
        _check_note(unit_id, item)


def _check_note(unit_id: str, item: ExtractedNote) -> None:
    note, extraction = item.note, item.extraction
    where = f"unit {unit_id}, offset {note.place.offset}, part {note.place.part}"
    if not _KEY.fullmatch(note.note_key) or not _KEY.fullmatch(note.content_hash):
        raise InconsistentUnit(f"{where}: no note key or content hash of 32 hex digits")
    text = note.text or ""
    for entity in extraction.entities:
        if not 0 <= entity.start < entity.end <= len(text) or text[entity.start : entity.end] != entity.text:
            raise InconsistentUnit(f"{where}: an entity's offsets are not those of its text")
    for section in extraction.sections:
        if not 0 <= section.start < section.end <= len(text):
            raise InconsistentUnit(f"{where}: a section lies outside of the text")
    for relation in extraction.relations:
        if not all(0 <= end < len(extraction.entities) for end in (relation.head, relation.tail)):
            raise InconsistentUnit(f"{where}: a relation's end is no entity")
    for span in note.phi_spans:
        if not (0 <= span.start < span.end and 0 <= span.released_start <= span.released_end <= len(text)):
            raise InconsistentUnit(f"{where}: a span of PHI lies outside of the text")


def _check_rows(unit: ExtractedUnit, tables: dict[Table, pa.Table]) -> None:
    for table in tables.values():
        for field, column in zip(table.schema, table.columns, strict=True):
            if not field.nullable and column.null_count:
                raise InconsistentUnit(f"unit {unit.unit.unit_id}: {field.name} is missing in a row")
    if tables[Table.LEDGER].num_rows != len(places(unit)) or tables[Table.NOTES].num_rows != len(unit.notes):
        raise InconsistentUnit(f"unit {unit.unit.unit_id}: its rows are not what was read")
