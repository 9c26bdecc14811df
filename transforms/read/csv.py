"""CSV (RFC 4180): rows, quoted line breaks included, with exact byte offsets; the header says the columns.

A quote opens a quoted field only where a field begins, so a height of 5'7" in an unquoted field breaks nothing. The
delimiter is the one of ``, TAB ; |`` that makes the header name the text's column.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import BinaryIO

from transforms.read.columns import columns_of, note_from_row
from transforms.read.encoding import BadEncoding, decode
from transforms.read.lines import FindEnd, split_stream
from transforms.read.parsing import ParseContext
from transforms.records import Note, Reason, SourceRecord, Unreadable

_DELIMITERS = (",", "\t", ";", "|")
_MOST_HEADER_BYTES = 1 << 20


@dataclass(frozen=True)
class Header:
    """The first line of a CSV file: its bytes (a byte order mark and its line end included), columns and delimiter."""

    line: bytes
    columns: tuple[str, ...]
    delimiter: str


def read_header(data: BinaryIO, text_column: str) -> Header:
    """The header at the start of a file. Raises BadEncoding where it is no text (a UTF-16 file, a binary)."""
    head = data.read(_MOST_HEADER_BYTES)
    return header_of(head[: _header_end(head)], text_column)


@lru_cache(maxsize=64)
def header_of(line: bytes, text_column: str) -> Header:
    """The header that a line is."""
    if line.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadEncoding("UTF-16")
    written = decode(line).rstrip("\r\n")
    for delimiter in _DELIMITERS:
        columns = tuple(name.strip() for name in _fields(written, delimiter))
        if text_column.casefold() in (name.casefold() for name in columns):
            return Header(line, columns, delimiter)
    return Header(line, tuple(name.strip() for name in _fields(written, ",")), ",")


def split_records(data: BinaryIO, delimiter: str) -> Iterator[tuple[int, bytes]]:
    """The rows from where the stream stands, at a row's start, each with its line end; blank lines are left out."""
    for offset, row in split_stream(data, _find_end(delimiter)):
        if row.strip(b"\r\n"):
            yield offset, row


def parse(record: SourceRecord, context: ParseContext) -> Iterator[Note | Unreadable]:
    """The note of one row; the payload is the file's header line and the row."""
    end = _header_end(record.payload)
    row = record.payload[end:].removesuffix(b"\n").removesuffix(b"\r")
    try:
        header = header_of(record.payload[:end], columns_of(context.options)["text"])
        fields = _fields(decode(row), header.delimiter)
    except BadEncoding as error:
        yield Unreadable(record, Reason.BAD_ENCODING, str(error))
        return
    except _OpenQuote:
        yield Unreadable(record, Reason.BAD_MESSAGE, "a quoted field that does not end")
        return
    if len(fields) != len(header.columns):
        yield Unreadable(record, Reason.BAD_MESSAGE, f"{len(fields)} fields where the header has {len(header.columns)}")
        return
    cells: Mapping[str, str] = dict(zip(reversed(header.columns), reversed(fields), strict=True))
    yield note_from_row(cells, record, context, content=row)


class _OpenQuote(ValueError):  # noqa: N818  it says what is wrong with the row
    """A quoted field without its end."""


def _fields(row: str, delimiter: str) -> list[str]:
    """The fields of one row without its line end."""
    if '"' not in row:
        return row.split(delimiter)
    fields: list[str] = []
    at = 0
    pattern = _field(delimiter)
    while True:
        field = pattern.match(row, at)
        if field is None:
            raise _OpenQuote
        quoted, rest = field.groups()
        fields.append(rest if quoted is None else quoted.replace('""', '"') + rest)
        if field.end() == len(row):
            return fields
        at = field.end() + 1


@cache
def _field(delimiter: str) -> re.Pattern[str]:
    end = re.escape(delimiter)
    return re.compile(rf'(?:"((?:[^"]++|"")*+)"|(?!"))([^{end}]*+)')


@cache
def _find_end(delimiter: str) -> FindEnd:
    end = re.escape(delimiter).encode()
    quoted = rb'"(?:[^"]++|"")*+"[^%b\n]*+' % end
    plain = rb'[^"%b\n][^%b\n]*+' % (end, end)
    field = rb"(?:%b|%b)?+" % (quoted, plain)
    row = re.compile(rb"%b(?:%b%b)*+\n" % (field, end, field))

    def find_end(buffer: bytes, start: int) -> int:
        newline = buffer.find(b"\n", start)
        if newline < 0 or buffer.find(b'"', start, newline) < 0:
            return newline + 1 or -1
        found = row.match(buffer, start)
        return found.end() if found else -1

    return find_end


def _header_end(head: bytes) -> int:
    """Where the first line ends: at the first line break outside quotes."""
    end = 0
    while end := head.find(b"\n", end) + 1:
        if head.count(b'"', 0, end) % 2 == 0:
            return end
    return len(head)
