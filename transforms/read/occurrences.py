"""How many equal rows stand before a row in its file: what tells two alike notes without an id apart.

Computed from the file alone, so that every worker and every cut of the file gives the same.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import suppress
from hashlib import blake2b

import numpy as np
import pyarrow as pa

from transforms.read.files import FileState, open_content, open_stored
from transforms.read.options import ReadOptions
from transforms.read.parquet import Table, content_of, row_of
from transforms.read.pieces import PieceReader
from transforms.records import Format

_HASH_BYTES = 8


class Occurrences:
    """The rows of one file version that occur more than once; the file last asked about is kept."""

    def __init__(self, options: ReadOptions) -> None:
        self._pieces = PieceReader(options)
        self._version: tuple[str, FileState] | None = None
        self._repeated: dict[int, list[int]] = {}

    def before(self, content: bytes, offset: int, path: str, file_format: Format, state: FileState) -> int:
        """How many rows with this content stand before the offset. Raises Outage where the file cannot be read."""
        if self._version != (path, state):
            self._repeated = _repeated(self._contents(path, file_format, state))
            self._version = (path, state)
        return bisect_left(self._repeated.get(_hash(content), []), offset)

    def _contents(self, path: str, file_format: Format, state: FileState) -> Iterator[tuple[int, bytes]]:
        if file_format is Format.PARQUET:
            with open_stored(path) as stored:
                table = Table(stored)
                for row, payload in table.read(0, table.rows):
                    # A row that cannot be read has no id to be told apart by.
                    with suppress(ValueError, OverflowError, pa.ArrowException):
                        yield row, content_of(row_of(payload or b""))
            return
        start = len(self._pieces.header(path, state).line) if file_format is Format.CSV else 0
        with open_content(path) as content:
            content.seek(start)
            for offset, record in self._pieces.splitter(file_format, path, state)(content):
                yield start + offset, record.removesuffix(b"\n").removesuffix(b"\r")


def _repeated(contents: Iterator[tuple[int, bytes]]) -> dict[int, list[int]]:
    """Hash → offsets, in order, of contents that occur more than once. Holds 16 bytes a row while it counts."""
    hashes, offsets = array("Q"), array("q")
    for offset, content in contents:
        hashes.append(_hash(content))
        offsets.append(offset)
    of_row = np.frombuffer(hashes, dtype=np.uint64) if hashes else np.empty(0, np.uint64)
    values, counts = np.unique(of_row, return_counts=True)
    rows = np.flatnonzero(np.isin(of_row, values[counts > 1]))
    repeated: dict[int, list[int]] = {}
    for row in rows:
        repeated.setdefault(hashes[row], []).append(offsets[row])
    return repeated


def _hash(content: bytes) -> int:
    return int.from_bytes(blake2b(content, digest_size=_HASH_BYTES).digest(), "big")
