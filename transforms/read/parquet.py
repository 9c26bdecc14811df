"""Parquet: a row is a record, and its number is its offset. A row's payload is an Arrow stream of that row alone."""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, BinaryIO

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from transforms.read.columns import note_from_row
from transforms.read.parsing import ParseContext
from transforms.records import Note, Reason, SourceRecord, Unreadable

_BATCH_ROWS = 64
_ERRORS = (pa.ArrowException, OSError, ValueError)


class BadTable(ValueError):  # noqa: N818  it is the file that is bad
    """The file, or a part of it, is no Parquet that can be read."""


class Table:
    """An open Parquet file, read forward: units that follow each other do not decode a row group from its start again.

    Row groups are read one by one, so that a damaged one takes no row of another with it.
    """

    def __init__(self, stored: BinaryIO) -> None:
        """Raises BadTable."""
        try:
            self._file: Any = pq.ParquetFile(stored, page_checksum_verification=True)
        except _ERRORS:
            raise BadTable from None
        metadata = self._file.metadata
        self.columns: tuple[str, ...] = tuple(self._file.schema_arrow.names)
        self._starts = [0]
        for group in range(metadata.num_row_groups):
            self._starts.append(self._starts[-1] + metadata.row_group(group).num_rows)
        self.rows = self._starts[-1]
        self._group = -1  # the one that is open
        self._batches: Iterator[Any] = iter(())
        self._batch: Any = None
        self._batch_start = self._batch_end = 0

    def text_sizes(self, column: str) -> Iterator[tuple[int, int]]:
        """``(row, bytes of its text)``; rows that cannot be read count nothing."""
        column = next(name for name in self.columns if name.casefold() == column.casefold())
        for group, (start, end) in enumerate(pairwise(self._starts)):
            row = start
            try:
                for batch in self._file.iter_batches(batch_size=_BATCH_ROWS, row_groups=[group], columns=[column]):
                    for size in _sizes(batch.column(0)):
                        yield row, size
                        row += 1
            except _ERRORS:
                yield from ((damaged, 0) for damaged in range(row, end))

    def read(self, start: int, end: int) -> Iterator[tuple[int, bytes | None]]:
        """``(row, payload)`` of the rows from start to end; None for a row that is damaged."""
        row = start
        while row < end:
            try:
                batch = self._batch_with(row)
                until = min(end, self._batch_end)
                for number in range(row, until):
                    yield number, _payload(batch.slice(number - self._batch_start, 1))
            except _ERRORS:
                until = min(end, self._starts[self._group + 1])
                yield from ((damaged, None) for damaged in range(row, until))
                self._group = -1
            row = until

    def close(self) -> None:
        """Closes the file."""
        self._file.close(force=True)

    def _batch_with(self, row: int) -> Any:
        group = bisect_right(self._starts, row) - 1
        if group != self._group or row < self._batch_start:
            self._group = group
            self._batch_start = self._batch_end = self._starts[group]
            self._batches = self._file.iter_batches(batch_size=_BATCH_ROWS, row_groups=[group])
        while row >= self._batch_end:
            self._batch = next(self._batches, None)
            if self._batch is None:
                raise BadTable
            self._batch_start, self._batch_end = self._batch_end, self._batch_end + self._batch.num_rows
        return self._batch


def _sizes(cells: Any) -> Iterator[int]:
    if not (pa.types.is_large_string(cells.type) or pa.types.is_large_binary(cells.type)):
        cells = cells.cast(pa.large_binary() if pa.types.is_binary(cells.type) else pa.large_string())
    return (size or 0 for size in pc.binary_length(cells).to_pylist())


def _payload(row: Any) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, row.schema) as stream:
        stream.write_batch(row)
    payload: bytes = sink.getvalue().to_pybytes()
    return payload


def parse(record: SourceRecord, context: ParseContext) -> Iterator[Note | Unreadable]:
    """The note of one row."""
    try:
        row = row_of(record.payload)
    except UnicodeDecodeError:
        yield Unreadable(record, Reason.BAD_ENCODING, "not UTF-8")
    except (pa.ArrowException, OSError, ValueError, OverflowError):
        yield Unreadable(record, Reason.BAD_MESSAGE, "a value that cannot be read")
    else:
        yield note_from_row(row, record, context, content=content_of(row))


def row_of(payload: bytes) -> dict[str, object]:
    """Column → value of the one row in a payload. Raises what Arrow and Python raise for values they cannot give."""
    table = pa.ipc.open_stream(payload).read_all()
    return {name: _cell(column) for name, column in zip(table.column_names, table.columns, strict=True)}


def content_of(row: dict[str, object]) -> bytes:
    """A row's values as bytes that no version of Arrow changes."""
    return orjson.dumps(list(row.values()), default=repr)


def _cell(column: Any) -> object:
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":  # Python's times have microseconds
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    return column[0].as_py() if len(column) else None
