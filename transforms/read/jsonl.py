"""JSON lines: a line is a row. What is wrong with a line is wrong with that line alone."""

from collections.abc import Iterator

import orjson

from transforms.read.columns import note_from_row
from transforms.read.encoding import BadEncoding, decode
from transforms.read.lines import split_lines
from transforms.read.parsing import ParseContext
from transforms.records import Note, Reason, SourceRecord, Unreadable

split_records = split_lines


def parse(record: SourceRecord, context: ParseContext) -> Iterator[Note | Unreadable]:
    """The note of one line."""
    try:
        row = orjson.loads(decode(record.payload))
    except BadEncoding as error:
        yield Unreadable(record, Reason.BAD_ENCODING, str(error))
    except orjson.JSONDecodeError as error:
        # An escaped surrogate without its other half stands for no character: the text cannot be known.
        if "surrogate" in error.msg:
            yield Unreadable(record, Reason.BAD_ENCODING, "a lone surrogate")
        else:
            yield Unreadable(record, Reason.BAD_MESSAGE, "not JSON")
    else:
        if isinstance(row, dict):
            yield note_from_row(row, record, context, content=record.payload)
        else:
            yield Unreadable(record, Reason.BAD_MESSAGE, "not a JSON object")
