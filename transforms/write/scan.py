"""Reading a table file by file and batch by batch, so that memory holds one batch whatever the table's size."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from transforms.write.delta import load_table

_BATCH_ROWS = 16_384
_NAME = re.compile(r"(\d{8,})(?:-(\d{8,}))?")


@dataclass(frozen=True)
class Releases:
    """An inclusive range of release numbers."""

    first: int
    last: int

    def overlaps(self, other: "Releases") -> bool:
        return self.first <= other.last and other.first <= self.last


def files(table: Path) -> list[tuple[Path, Releases]]:
    """The table's live files, oldest release first, and the releases that each of them holds (its name says so)."""
    named = [(path, releases_in(path)) for path in map(Path, load_table(table).file_uris())]
    return sorted(named, key=lambda one: (one[1].first, one[0].name))


def scan(table: Path, columns: Sequence[str], within: Releases | None = None) -> Iterator[pa.RecordBatch]:
    """The table's rows of those columns; ``within`` leaves out files that hold no release of that range."""
    for path, releases in files(table):
        if within is None or releases.overlaps(within):
            yield from scan_file(path, columns)


def scan_file(path: Path, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """The rows of one of the table's files."""
    with pq.ParquetFile(path) as file:
        yield from file.iter_batches(_BATCH_ROWS, columns=list(columns))


def fingerprints(note_keys: pa.Array, versions: pa.Array) -> npt.NDArray[np.uint64]:
    """64 bits for a version of a note; note keys are outputs of an HMAC, so half of one names it among billions."""
    keys = np.frombuffer(bytes.fromhex("".join(note_keys.to_pylist())), ">u8")[::2].astype(np.uint64)
    # A version's low bits are its content's hash, its high ones a time: multiplied by an odd constant, no two
    # versions of one note meet.
    mixed: npt.NDArray[np.uint64] = keys ^ (versions.to_numpy().astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    return mixed


def releases_in(path: Path) -> Releases:
    """The releases whose rows a file of a table holds."""
    found = _NAME.match(path.name)
    if found is None:  # a file that another tool compacted: it may hold any release
        return Releases(0, 2**63)
    return Releases(int(found[1]), int(found[2] or found[1]))
