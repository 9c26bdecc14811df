"""What is in one record: its notes, that it holds none, or why it cannot be read; the same wherever the record came from."""

from dataclasses import replace

from transforms.errors import Outage
from transforms.read.formats import PARSERS
from transforms.read.lines import HELD_BYTES
from transforms.read.parsing import ParseContext
from transforms.read.pieces import RawRecord
from transforms.records import Format, Handling, NoNote, Note, Reason, SourceRecord, Unreadable

# A message or a resource may hold several notes and their encodings, so only its notes are measured; a row or a file is
# one note and little else.
_ONE_NOTE = frozenset({Format.TEXT, Format.JSONL, Format.CSV, Format.PARQUET})

Item = Note | NoNote | Unreadable


def items_of(raw: RawRecord, record: SourceRecord, handling: Handling, context: ParseContext) -> list[Item]:
    """What is in a record; never nothing. Raises Outage where something that it needs is not there now."""
    if handling is Handling.HOLD_BACK:
        return [Unreadable(record, Reason.WORKER_LOST, "its worker was lost each time that it was read")]
    if raw.fault is not None:
        return [Unreadable(record, raw.fault, raw.detail)]
    if not record.payload:
        return [Unreadable(record, Reason.EMPTY, "an empty file")]
    most = min(context.options.max_note_mb * 1_000_000, HELD_BYTES - 1)
    if len(record.payload) > (most if record.format in _ONE_NOTE else HELD_BYTES - 1):
        return [Unreadable(record, Reason.TOO_LARGE, f"{len(record.payload)} bytes")]
    try:
        items = [_measured(item, record, most) for item in PARSERS[record.format](record, context)]
    except (Outage, MemoryError):
        raise
    except Exception as error:  # a fault of the parser's: the record is kept, and the others go on
        return [Unreadable(record, Reason.BAD_MESSAGE, type(error).__name__)]
    return items or [Unreadable(record, Reason.BAD_MESSAGE, "nothing was read from it")]


def _measured(item: Item, record: SourceRecord, most: float) -> Item:
    if isinstance(item, Note) and item.text is not None and len(item.text) > most / 4:
        size = len(item.text.encode("utf-8", "surrogatepass"))
        if size > most:
            return Unreadable(replace(record, place=item.place), Reason.TOO_LARGE, f"{size} bytes of text")
    return item
