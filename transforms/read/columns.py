"""A row of a table → a note: which column holds what, by name, by ``--map`` or by a preset."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from hashlib import blake2b
from types import MappingProxyType

from transforms.errors import ChartstreamError
from transforms.read.encoding import BadEncoding, decode
from transforms.read.identify import encounter_identifier, namespace, note_identifier, patient_identifier
from transforms.read.options import ReadOptions
from transforms.read.parsing import ParseContext
from transforms.read.text import file_order
from transforms.read.values import BadValue, as_date, as_flag, as_known_phi, as_order, as_status, as_text
from transforms.records import Identifier, Note, NoteStatus, Reason, SourceRecord, Unreadable

FIELDS = (
    "note_id",
    "patient_id",
    "encounter_id",
    "note_type",
    "service_date",
    "status",
    "version",
    "text",
    "known_phi",
    "cancelled",  # a flag, by --map or preset alone: set, it says that the note was entered in error
)

PRESETS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        # MIMIC-III v1.4, NOTEEVENTS.csv: https://mimic.mit.edu/docs/iii/tables/noteevents/
        "mimic-iii": {
            "note_id": "ROW_ID",
            "patient_id": "SUBJECT_ID",
            "encounter_id": "HADM_ID",
            "service_date": "CHARTDATE",
            "note_type": "CATEGORY",
            "cancelled": "ISERROR",
            "text": "TEXT",
        },
        # MIMIC-IV-Note v2.2, discharge.csv and radiology.csv: https://mimic.mit.edu/docs/iv/modules/note/
        "mimic-iv": {
            "note_id": "note_id",
            "patient_id": "subject_id",
            "encounter_id": "hadm_id",
            "note_type": "note_type",
            "service_date": "charttime",
            "text": "text",
        },
    }
)


def columns_of(options: ReadOptions) -> Mapping[str, str]:
    """Field → column: as mapped, else the field's own name. Raises ChartstreamError for a field that there is not."""
    return _columns(tuple(options.columns.items()))


@cache
def _columns(mapped: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    given = dict(mapped)
    if not given.keys() <= set(FIELDS):
        raise ChartstreamError(f"--map names a field that notes do not have: use {', '.join(FIELDS)}")
    return MappingProxyType(
        {field: given.get(field, field) for field in FIELDS if field in given or field != "cancelled"}
    )


def check_columns(options: ReadOptions, present: Sequence[str], what: str) -> None:
    """Raises ChartstreamError where a column that was mapped, or the one with the text, is not there.

    ``what`` names the file by its number: its name, and what stands in a first line that is no header, may be a
    patient's.
    """
    folded = {name.casefold() for name in present}
    for field, column in columns_of(options).items():
        if (field == "text" or field in options.columns) and column.casefold() not in folded:
            raise ChartstreamError(
                f"{what} has no column {column!r} for {field}: give the right one with --map {field}=COLUMN, or leave "
                "the file out"
            )


def note_from_row(
    row: Mapping[str, object], record: SourceRecord, context: ParseContext, content: bytes
) -> Note | Unreadable:
    """The note in a row; ``content`` is the row's own bytes, from which a row without an id gets one."""
    cells = _cells(row, context.options)
    bad = ""
    try:
        status = NoteStatus.CANCELLED if as_flag(cells["cancelled"]) else as_status(cells["status"])
        text = None if status is NoteStatus.CANCELLED else _text(cells["text"])
        bad = "note_id"
        note_id = as_text(cells["note_id"])
        bad = "version"
        order = as_order(cells["version"])
        bad = "patient_id or encounter_id"
        patient_id = patient_identifier(context.options, as_text(cells["patient_id"]))
        encounter_id = encounter_identifier(context.options, as_text(cells["encounter_id"]))
        bad = "note_type"
        note_type = as_text(cells["note_type"])
        bad = "known_phi"
        known_phi = as_known_phi(cells["known_phi"])
    except BadEncoding as error:
        return Unreadable(record, Reason.BAD_ENCODING, str(error))
    except BadValue:
        return Unreadable(record, Reason.BAD_MESSAGE, f"not a value of {bad or 'text'}")
    if text is not None and not text.strip():
        return Unreadable(record, Reason.EMPTY, "no text in the row")
    return Note(
        place=record.place,
        note_id=(note_identifier(context.options, note_id) if note_id else _id_of_content(content, record, context)),
        text=text,
        order=order or file_order(record),
        status=status,
        patient_id=patient_id,
        encounter_id=encounter_id,
        note_type=note_type,
        service_date=as_date(cells["service_date"]),
        known_phi=known_phi,
    )


def _cells(row: Mapping[str, object], options: ReadOptions) -> dict[str, object]:
    """Field → cell, None where the row has none."""
    names = _names(tuple(row), tuple(options.columns.items()))
    return {field: None if name is None else row[name] for field, name in names}


@lru_cache(maxsize=256)
def _names(present: tuple[str, ...], mapped: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str | None], ...]:
    """Each field with the row's own name for its column: in any case where it is not found as written."""
    folded = {name.casefold(): name for name in reversed(present)}
    columns = {"cancelled": None, **_columns(mapped)}
    return tuple(
        (field, None if column is None else column if column in present else folded.get(column.casefold()))
        for field, column in columns.items()
    )


def _text(cell: object) -> str:
    """The note's text as it stands in the cell, white space included."""
    if cell is None:
        return ""
    if isinstance(cell, bytes):
        return decode(cell)
    if not isinstance(cell, str):
        raise BadValue
    if "\x00" in cell:
        raise BadEncoding("NUL characters")
    return cell


def _id_of_content(content: bytes, record: SourceRecord, context: ParseContext) -> Identifier:
    """Path, content hash and occurrence: stays the same when rows are added, removed or moved."""
    digest = blake2b(content, digest_size=16).hexdigest()
    occurrence = context.occurrence(content, record.place.offset)
    return Identifier(namespace(context.options), f"{context.relative_path}#{digest}#{occurrence}")
