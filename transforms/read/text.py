"""Text: a file is a note. Its id is the file's path under the input root, its order the file's time."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from transforms.read.encoding import BadEncoding, decode
from transforms.read.identify import namespace
from transforms.read.kinds import HEAD_BYTES, is_unsupported, kind_of
from transforms.read.parsing import ParseContext
from transforms.records import Identifier, Note, OrderKind, Reason, SourceRecord, Unreadable, VersionOrder

_BLANK = re.compile(r"\s*")


def split_file(data: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The whole file as one record."""
    if content := data.read():
        yield 0, content


def parse(record: SourceRecord, context: ParseContext) -> Iterator[Note | Unreadable]:
    """The note that the file is."""
    head = record.payload[:HEAD_BYTES]
    named = context.options.format is None and kind_of(context.relative_path, head) is None
    if record.payload and (named or is_unsupported(head)):
        yield Unreadable(record, Reason.UNSUPPORTED_FORMAT, "not a kind of file that is read as text")
        return
    try:
        text = decode(record.payload)
    except BadEncoding as error:
        yield Unreadable(record, Reason.BAD_ENCODING, str(error))
        return
    if _BLANK.fullmatch(text):
        yield Unreadable(record, Reason.EMPTY, "no text in the file")
        return
    yield Note(
        place=record.place,
        note_id=Identifier(namespace(context.options), context.relative_path),
        text=text,
        order=file_order(record),
    )


def file_order(record: SourceRecord) -> VersionOrder:
    """The order of a note whose source has none: its file's time."""
    return VersionOrder(OrderKind.FILE_TIME, max(0, int(record.file_time.timestamp() * 1000)))
