"""A planned piece of a file → its records, once it is certain that the file is still the one that was planned."""

import io
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any, BinaryIO, TypeVar

from transforms.errors import Outage
from transforms.read.columns import columns_of
from transforms.read.csv import Header, read_header
from transforms.read.csv import split_records as split_rows
from transforms.read.damage import damaged_gzip
from transforms.read.encoding import BadEncoding
from transforms.read.files import FileState, is_gzip, is_remote, open_content, open_stored, state_of
from transforms.read.formats import SPLITTERS, Splitter
from transforms.read.gzip_stream import GzipStream
from transforms.read.lines import HELD_BYTES
from transforms.read.options import ReadOptions
from transforms.read.parquet import BadTable, Table
from transforms.records import Format, Piece, Reason

_CHUNK_BYTES = 1 << 20
_OPEN_FILES = 4
DIGEST_DIGITS = 32

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, repr=False)
class RawRecord:
    """A record's bytes and its offset in its file; ``fault`` where they cannot be given to a parser."""

    offset: int
    payload: bytes
    fault: Reason | None = None
    detail: str = ""

    def __repr__(self) -> str:
        return f"RawRecord({self.offset}, {len(self.payload)} bytes)"


class PieceReader:
    """Reads pieces. Keeps the last few files open, so that the pieces of a gzip or Parquet file are read in one go."""

    def __init__(self, options: ReadOptions) -> None:
        self._text_column = columns_of(options)["text"]
        self._open: OrderedDict[tuple[str, str], tuple[FileState, Any]] = OrderedDict()

    def read(self, piece: Piece, file_format: Format) -> tuple[FileState, list[RawRecord]]:
        """The file's state and the piece's records, at least one. Raises Outage ``input_changed`` where the file is not
        the one that was planned, ``input_unavailable`` where it cannot be read."""
        state = state_of(piece.path)
        if state.size != piece.size or (is_remote(piece.path) and state.etag != piece.digest):
            raise _changed()
        try:
            if piece.start == piece.end:
                records = [RawRecord(piece.start, b"")]
            elif file_format is Format.PARQUET:
                records = self._read_rows(piece, state)
            else:
                records = self._read_bytes(piece, file_format, state)
        except BadEncoding:  # of a header that the plan could read
            raise _changed() from None
        if not is_remote(piece.path) and state_of(piece.path) != state:
            raise _changed()
        return state, records

    def header(self, path: str, state: FileState) -> Header:
        """The header of a CSV file."""

        def read() -> Header:
            with open_content(path) as content:
                return read_header(content, self._text_column)

        return self._kept("header", path, state, read)

    def splitter(self, file_format: Format, path: str, state: FileState) -> Splitter:
        """What cuts such a file into records."""
        if file_format is Format.CSV:
            return partial(split_rows, delimiter=self.header(path, state).delimiter)
        return SPLITTERS[file_format]

    def close(self) -> None:
        """Closes what is open."""
        for _, kept in self._open.values():
            if isinstance(kept, (io.IOBase, Table)):
                kept.close()
        self._open.clear()

    def _read_bytes(self, piece: Piece, file_format: Format, state: FileState) -> list[RawRecord]:
        content = self._kept("content", piece.path, state, partial(open_content, piece.path))
        content.seek(piece.start)
        header = self.header(piece.path, state).line if file_format is Format.CSV else b""
        if piece.start < len(header):  # damage stands in the header itself
            header = b""
        hashed = sha256(header)
        held, size = io.BytesIO(), 0
        while size < piece.end - piece.start:
            chunk = content.read(min(_CHUNK_BYTES, piece.end - piece.start - size))
            if not chunk:
                break
            hashed.update(chunk)
            size += len(chunk)
            held.write(chunk[: max(0, HELD_BYTES - held.tell())])
        expected = piece.content_digest
        if not expected and not is_remote(piece.path):
            # Of a compressed file it is the stored bytes that the digest is of.
            if not is_gzip(piece.path):
                expected = piece.digest
            elif self._stored_digest(piece.path, state) != piece.digest:
                raise _changed()
        if expected and hashed.hexdigest()[:DIGEST_DIGITS] != expected:
            raise _changed()
        payload = held.getvalue()
        if size < piece.end - piece.start:
            # The plan gives a damaged gzip's tail one byte more than can be had.
            if isinstance(content, GzipStream) and content.damaged and size + 1 == piece.end - piece.start:
                return [RawRecord(piece.start, damaged_gzip(payload), Reason.UNREADABLE, "damaged gzip")]
            raise _changed()
        if size > HELD_BYTES:
            return [RawRecord(piece.start, payload, Reason.TOO_LARGE, f"{size} bytes")]
        split = self.splitter(file_format, piece.path, state)
        return [RawRecord(piece.start + offset, header + record) for offset, record in split(io.BytesIO(payload))]

    def _read_rows(self, piece: Piece, state: FileState) -> list[RawRecord]:
        if not is_remote(piece.path) and self._stored_digest(piece.path, state) != piece.digest:
            raise _changed()
        try:
            table = self._kept("table", piece.path, state, lambda: Table(open_stored(piece.path)))
        except BadTable:
            with open_stored(piece.path) as stored:
                return [RawRecord(piece.start, stored.read(HELD_BYTES), Reason.UNREADABLE, "damaged Parquet")]
        return [
            # Of a damaged row there are no bytes to keep: they are somewhere in its row group.
            RawRecord(row, payload)
            if payload is not None
            else RawRecord(row, b"", Reason.UNREADABLE, "damaged Parquet")
            for row, payload in table.read(piece.start, piece.end)
        ]

    def _stored_digest(self, path: str, state: FileState) -> str:
        return self._kept("digest", path, state, partial(digest_of, path))

    def _kept(self, kind: str, path: str, state: FileState, make: Callable[[], _T]) -> _T:
        """What was made for this version of the file, made now if it is not there any more."""
        key = (kind, path)
        known = self._open.pop(key, None)
        if known is None or known[0] != state:
            if known is not None and isinstance(known[1], (io.IOBase, Table)):
                known[1].close()
            known = (state, make())
        self._open[key] = known
        while len(self._open) > _OPEN_FILES:
            _, (_, oldest) = self._open.popitem(last=False)
            if isinstance(oldest, (io.IOBase, Table)):
                oldest.close()
        result: _T = known[1]
        return result


def digest_of(path: str) -> str:
    """32 hex digits over the file's bytes as they are stored. Raises Outage."""
    hashed = sha256()
    with open_stored(path) as stored:
        while chunk := stored.read(_CHUNK_BYTES):
            hashed.update(chunk)
    return hashed.hexdigest()[:DIGEST_DIGITS]


class ContentDigests:
    """Digests of consecutive intervals of a local file, each with what stands before it (a CSV's header)."""

    def __init__(self, path: str, before: bytes = b"") -> None:
        self._content: BinaryIO = open_content(path)
        self._before = before

    def of(self, start: int, end: int) -> str:
        """32 hex digits over the interval; intervals are asked for in order."""
        hashed = sha256(self._before)
        self._content.seek(start)
        left = end - start
        while left and (chunk := self._content.read(min(_CHUNK_BYTES, left))):
            hashed.update(chunk)
            left -= len(chunk)
        return hashed.hexdigest()[:DIGEST_DIGITS]

    def close(self) -> None:
        self._content.close()


class Interval(io.RawIOBase):
    """The bytes of a stream from a start to an end, as a stream of its own."""

    def __init__(self, content: BinaryIO, start: int, end: int) -> None:
        content.seek(start)
        self._content = content
        self._left = end - start

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        chunks: list[bytes] = []
        while wanted and (chunk := self._content.read(min(wanted, _CHUNK_BYTES))):  # a gzip stream may give less
            chunks.append(chunk)
            wanted -= len(chunk)
            self._left -= len(chunk)
        return b"".join(chunks)


def _changed() -> Outage:
    return Outage("input_changed", "a file of the input was changed after it was planned: it is planned again")
