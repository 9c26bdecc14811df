"""The seven tables of an output: names, places and Arrow schemas. They are part of the interface."""

from enum import StrEnum

import pyarrow as pa


class Table(StrEnum):
    """A Delta table of an output."""

    NOTES = "notes"
    ENTITIES = "entities"
    RELATIONS = "relations"
    PHI_SPANS = "phi_spans"
    LEDGER = "ledger"
    QUARANTINE = "quarantine"
    UNITS = "units"

    @property
    def folder(self) -> str:
        """Where the table stands under the output's root."""
        zone = "released" if self in RELEASED else "private"
        return f"{zone}/{self.value}"


RELEASED = frozenset({Table.NOTES, Table.ENTITIES, Table.RELATIONS})

COMMIT_ORDER = (
    Table.ENTITIES,
    Table.RELATIONS,
    Table.PHI_SPANS,
    Table.QUARANTINE,
    Table.NOTES,  # after what hangs on it: a note that a reader sees has its findings
    Table.LEDGER,
    Table.UNITS,  # last: a release that stands here stands in every table
)

_TIME = pa.timestamp("us", tz="UTC")


def _required(name: str, kind: pa.DataType) -> pa.Field:
    return pa.field(name, kind, nullable=False)


def _struct(*fields: pa.Field) -> pa.DataType:
    return pa.list_(pa.field("element", pa.struct(fields), nullable=False))


NOTES = pa.schema(
    [
        _required("note_key", pa.string()),
        _required("version", pa.int64()),
        pa.field("parent_note_key", pa.string()),
        pa.field("parent_relation", pa.string()),
        _required("status", pa.string()),
        pa.field("patient_key", pa.string()),
        pa.field("encounter_key", pa.string()),
        pa.field("note_type", pa.string()),
        pa.field("note_class", pa.string()),
        pa.field("note_class_score", pa.float32()),
        pa.field("service_date", pa.date32()),
        pa.field("service_year", pa.int32()),
        pa.field("text", pa.string()),
        pa.field(
            "sections",
            _struct(_required("name", pa.string()), _required("start", pa.int32()), _required("end", pa.int32())),
        ),
        _required("policy", pa.string()),
        _required("key_id", pa.string()),
        _required("model", pa.string()),
        _required("release_id", pa.string()),
    ]
)

ENTITIES = pa.schema(
    [
        _required("note_key", pa.string()),
        _required("version", pa.int64()),
        _required("entity_id", pa.int32()),
        _required("start", pa.int32()),
        _required("end", pa.int32()),
        _required("text", pa.string()),
        _required("type", pa.string()),
        _required("score", pa.float32()),
        _required("negated", pa.bool_()),
        _required("uncertain", pa.bool_()),
        _required("historical", pa.bool_()),
        _required("hypothetical", pa.bool_()),
        _required("experiencer", pa.string()),
        pa.field("section", pa.string()),
        _required(
            "codes",
            _struct(
                _required("system", pa.string()),
                _required("code", pa.string()),
                _required("display", pa.string()),
                _required("score", pa.float32()),
            ),
        ),
        _required("model", pa.string()),
        _required("release_id", pa.string()),
    ]
)

RELATIONS = pa.schema(
    [
        _required("note_key", pa.string()),
        _required("version", pa.int64()),
        _required("relation_id", pa.int32()),
        _required("head", pa.int32()),
        _required("tail", pa.int32()),
        _required("type", pa.string()),
        _required("score", pa.float32()),
        _required("model", pa.string()),
        _required("release_id", pa.string()),
    ]
)

PHI_SPANS = pa.schema(
    [
        _required("note_key", pa.string()),
        _required("version", pa.int64()),
        _required("phi_type", pa.string()),
        _required("start", pa.int32()),
        _required("end", pa.int32()),
        _required("released_start", pa.int32()),
        _required("released_end", pa.int32()),
        _required("action", pa.string()),
        _required("recognizer", pa.string()),
        _required("score", pa.float32()),
    ]
)

LEDGER = pa.schema(
    [
        _required("run_id", pa.string()),
        _required("unit_id", pa.string()),
        _required("source", pa.string()),
        _required("partition", pa.string()),
        _required("offset", pa.int64()),
        _required("part", pa.int32()),
        pa.field("note_id", pa.string()),
        pa.field("note_key", pa.string()),
        pa.field("version", pa.int64()),
        _required("outcome", pa.string()),
        pa.field("reason", pa.string()),
        pa.field("stage", pa.string()),
        _required("attempt", pa.int32()),
        _required("known_phi", pa.bool_()),
        _required("content_hash", pa.string()),
        _required("received_at", _TIME),
        _required("committed_at", _TIME),
        pa.field("chars", pa.int32()),
        pa.field("read_ms", pa.float32()),
        pa.field("deidentify_ms", pa.float32()),
        pa.field("extract_ms", pa.float32()),
    ]
)

QUARANTINE = pa.schema(
    [
        _required("quarantine_id", pa.string()),
        _required("unit_id", pa.string()),
        _required("source", pa.string()),
        _required("partition", pa.string()),
        _required("offset", pa.int64()),
        _required("part", pa.int32()),
        _required("stage", pa.string()),
        _required("reason", pa.string()),
        _required("detail", pa.string()),
        pa.field("payload", pa.binary()),  # null once the row's state is ``replayed``
        _required("key_id", pa.string()),
        _required("state", pa.string()),
        _required("quarantined_at", _TIME),
    ]
)

UNITS = pa.schema(
    [
        _required("unit_id", pa.string()),
        _required("path", pa.string()),
        _required("start", pa.int64()),
        _required("end", pa.int64()),
        _required("size", pa.int64()),
        _required("digest", pa.string()),
        _required("notes", pa.int64()),
        _required("release_id", pa.string()),
        _required("committed_at", _TIME),
    ]
)

SCHEMAS: dict[Table, pa.Schema] = {
    Table.NOTES: NOTES,
    Table.ENTITIES: ENTITIES,
    Table.RELATIONS: RELATIONS,
    Table.PHI_SPANS: PHI_SPANS,
    Table.LEDGER: LEDGER,
    Table.QUARANTINE: QUARANTINE,
    Table.UNITS: UNITS,
}

# What is known at the commit alone; ``quarantined_at`` is the commit's time too.
_AT_COMMIT = ("release_id", "committed_at", "quarantined_at")

# Columns that a unit's file needs for the commit and that no table has: the row of the unit's ledger on which a
# row hangs, and whether the source orders the versions of its notes.
LEDGER_ROW = _required("ledger_row", pa.int32())
ORDERED = _required("ordered", pa.bool_())


def staged_schema(table: Table) -> pa.Schema:
    """The schema of a table's rows in a unit's file: the table's, less what the commit adds."""
    schema = pa.schema([field for field in SCHEMAS[table] if field.name not in _AT_COMMIT])
    if table in (Table.NOTES, Table.ENTITIES, Table.RELATIONS, Table.PHI_SPANS):
        return schema.append(LEDGER_ROW)
    return schema.append(ORDERED) if table is Table.LEDGER else schema
