"""One file's part of the plan: which version it is, of what format, and the slices of it that are left to do."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from itertools import dropwhile, islice, takewhile
from typing import BinaryIO, cast

from transforms.errors import ChartstreamError, Outage
from transforms.intervals import Intervals
from transforms.read import csv
from transforms.read.columns import check_columns, columns_of
from transforms.read.cuts import Slice, cut
from transforms.read.encoding import BadEncoding
from transforms.read.files import is_gzip, is_remote, open_content, open_stored, state_of
from transforms.read.formats import SPLITTERS, Splitter
from transforms.read.gzip_stream import GzipStream
from transforms.read.kinds import HEAD_BYTES, kind_of
from transforms.read.listing import InputFile
from transforms.read.options import ReadOptions, UnitLimits
from transforms.read.parquet import BadTable, Table
from transforms.read.pieces import DIGEST_DIGITS, ContentDigests, Interval, digest_of
from transforms.records import Format, Piece

_ENDLESS = 1 << 62  # the end of a gzip file's content, which only reading it tells
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class PlannedPiece:
    """A piece with its format, its count of records and its weight in bytes of text."""

    piece: Piece
    format: Format
    records: int
    bytes: int


class PlannedFile:
    """A version of a file of the input. ``name`` tells it in messages, which never hold its path."""

    def __init__(self, file: InputFile, name: str, options: ReadOptions) -> None:
        """Raises Outage where the file cannot be read."""
        self._path = file.path
        self._name = name
        self._options = options
        self._state = state_of(file.path)
        head = b""
        with open_content(file.path) as content:
            if options.format is None:
                head = Interval(content, 0, HEAD_BYTES).read()
            # Unless the file is large, its first bytes are all of it: it need not be opened again.
            whole = not is_gzip(file.path) and len(head) == self._state.size
            if is_remote(file.path):
                self._digest = self._state.etag
            else:
                self._digest = sha256(head).hexdigest()[:DIGEST_DIGITS] if whole else digest_of(file.path)
        # What is of no kind that is read is a text file to the plan: its reader says what it is not.
        self.format = options.format or kind_of(file.relative_path, head) or Format.TEXT

    def pieces(self, decided: Intervals, limits: UnitLimits, left: int | None) -> Iterator[PlannedPiece]:
        """The pieces that are not decided, in order; at most ``left`` records.

        Raises ChartstreamError where a mapped column is not there, Outage where the file cannot be read.
        """
        if self._state.size == 0:
            slices: Iterator[tuple[Slice, str]] = self._whole(decided, 0)
        elif self.format is Format.PARQUET:
            slices = self._rows(decided, limits, left)
        elif self.format is Format.TEXT:
            slices = self._whole(decided, self._state.size)
        else:
            slices = self._records(decided, limits, left)
        for found, content_digest in slices:
            yield PlannedPiece(
                self._piece(found.start, found.end, content_digest), self.format, found.records, found.bytes
            )

    def check_unchanged(self) -> None:
        """Raises Outage where the file is not what it was when its plan began: its workers would see it too."""
        if state_of(self._path) != self._state:
            raise Outage("input_changed", "a file of the input changes while it is read: it is planned again")

    def _piece(self, start: int, end: int, content_digest: str = "") -> Piece:
        return Piece(self._path, start, end, self._state.size, self._digest, content_digest)

    def _whole(self, decided: Intervals, size: int) -> Iterator[tuple[Slice, str]]:
        """The file as one record."""
        if decided.overlaps(self._piece(0, _ENDLESS)):
            return
        if size and is_gzip(self._path):
            size = 0
            with open_content(self._path) as content:
                while chunk := content.read(_CHUNK_BYTES):
                    size += len(chunk)
                # The reader takes one byte more than can be had for a damaged tail.
                size += _is_damaged(content)
        yield Slice(0, size, 1, size), ""

    def _records(self, decided: Intervals, limits: UnitLimits, left: int | None) -> Iterator[tuple[Slice, str]]:
        with open_content(self._path) as content:
            header = self._header(content)
            split = self._splitter(header)
            end = _ENDLESS if is_gzip(self._path) else self._state.size
            # A store's etag, and of a compressed file the digest of its stored bytes, tell the worker all.
            plain = not is_remote(self._path) and not is_gzip(self._path)
            digests = ContentDigests(self._path, header) if plain else None
            try:
                for start, stop in decided.missing(self._piece(len(header), end)):
                    for found in self._slices(content, split, (start, stop), limits, left):
                        yield found, digests.of(found.start, found.end) if digests else ""
                        left = None if left is None else left - found.records
            finally:
                if digests:
                    digests.close()

    def _slices(
        self, content: BinaryIO, split: Splitter, interval: tuple[int, int], limits: UnitLimits, left: int | None
    ) -> Iterator[Slice]:
        """The slices of an undecided interval. The last one reaches to the interval's end, or to where the damage is."""
        start, stop = interval
        found = ((start + offset, record) for offset, record in split(cast(BinaryIO, Interval(content, start, stop))))
        sound = _SoundRecords(found, content)
        last: Slice | None = None
        counted = 0
        for planned in cut(islice(sound, left), limits, start):
            if last:
                yield last
            last = planned
            counted += planned.records
        if left is not None and counted == left:
            if last:
                yield last
            return
        content_end = min(stop, content.tell()) if isinstance(content, GzipStream) else stop
        damaged = _is_damaged(content) and start <= content_end < stop
        tail = content_end if sound.tail is None else sound.tail
        if last:
            yield replace(last, end=tail)
        if damaged:
            # One byte more than can be had: so the reader knows it from a whole slice that ends there.
            yield Slice(tail, content_end + 1, 1, content_end + 1 - tail)
        elif start == content_end == 0:
            yield Slice(0, 0, 1, 0)

    def _header(self, content: BinaryIO) -> bytes:
        """A CSV file's header line, checked; nothing for other formats, or where damage stands in it."""
        if self.format is not Format.CSV:
            return b""
        try:
            header = csv.read_header(content, columns_of(self._options)["text"])
        except BadEncoding as error:
            raise ChartstreamError(f"{self._name} is a CSV file that is not UTF-8 ({error}): convert it") from None
        if not header.line or (_is_damaged(content) and not header.line.endswith(b"\n")):
            return b""
        check_columns(self._options, header.columns, self._name)
        return header.line

    def _splitter(self, header: bytes) -> Splitter:
        if self.format is not Format.CSV:
            return SPLITTERS[self.format]
        delimiter = csv.header_of(header, columns_of(self._options)["text"]).delimiter
        return partial(csv.split_records, delimiter=delimiter)

    def _rows(self, decided: Intervals, limits: UnitLimits, left: int | None) -> Iterator[tuple[Slice, str]]:
        with open_stored(self._path) as stored:
            try:
                table = Table(stored)
            except BadTable:
                if not decided.overlaps(self._piece(0, 1)):
                    yield Slice(0, 1, 1, self._state.size), ""
                return
            check_columns(self._options, table.columns, self._name)
            missing = decided.missing(self._piece(0, table.rows)) if table.rows else []
            sizes = table.text_sizes(columns_of(self._options)["text"]) if missing else iter(())
            for start, stop in missing:
                # takewhile takes one row too many: the row at stop, which is decided.
                rows = takewhile(lambda row: row[0] < stop, dropwhile(lambda row: row[0] < start, sizes))  # noqa: B023
                for found in cut(((row, row + 1, size) for row, size in islice(rows, left)), limits, start):
                    yield found, ""
                    left = None if left is None else left - found.records


class _SoundRecords:
    """``(start, end, bytes)`` of records, less the last one before damage: nobody knows whether it is whole."""

    def __init__(self, records: Iterator[tuple[int, bytes]], content: BinaryIO) -> None:
        self._records = records
        self._content = content
        self.tail: int | None = None

    def __iter__(self) -> Iterator[tuple[int, int, int]]:
        last: tuple[int, int, int] | None = None
        for offset, record in self._records:
            if last:
                yield last
            last = offset, offset + len(record), len(record)
        if last and _is_damaged(self._content):
            self.tail = last[0]
        elif last:
            yield last


def _is_damaged(content: BinaryIO) -> bool:
    return isinstance(content, GzipStream) and content.damaged
