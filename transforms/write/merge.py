"""Merging published units into one Parquet file a table, with what is a duplicate left out."""

import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from transforms import durable
from transforms.records import Outcome, Stage
from transforms.write import container
from transforms.write.faults import reach
from transforms.write.index import ReleasedIndex
from transforms.write.intents import MergedFile
from transforms.write.schemas import COMMIT_ORDER, LEDGER_ROW, SCHEMAS, Table

_ROW_GROUP_BYTES = 8_000_000  # rows are held until there are this many bytes of them: a row group of fair size

_DECIDING = [
    "source",
    "partition",
    "offset",
    "part",
    "attempt",
    "outcome",
    "note_key",
    "version",
    "content_hash",
    "ordered",
]


@dataclass(frozen=True)
class ReleaseColumns:
    """What the commit adds to the rows: the release's name and the time, the same for all of them."""

    release_id: str
    committed_at: datetime

    def complete(self, table: Table, rows: pa.Table) -> pa.Table:
        """Staged rows with the columns, and in the order, of the table."""
        values = {
            "release_id": self.release_id,
            "committed_at": self.committed_at,
            "quarantined_at": self.committed_at,
        }
        return pa.Table.from_arrays(
            [
                rows.column(field.name)
                if field.name in rows.schema.names
                else pa.repeat(pa.scalar(values[field.name], field.type), rows.num_rows)
                for field in SCHEMAS[table]
            ],
            schema=SCHEMAS[table],
        )


@dataclass(frozen=True)
class Ledger:
    """The ledger rows of a group's units, decided: ``released`` says a unit which of its rows hang on a released note."""

    rows: tuple[pa.Table, ...]  # staged schema, a table a unit
    released: tuple[npt.NDArray[np.bool_], ...]


def decide(units: Sequence[pa.Table], index: ReleasedIndex) -> Ledger:
    """Marks duplicates: of what is released, and within the group of what stands at an earlier place.

    ``units`` are the units' ledger rows as staged. A note is a duplicate of a released one with the same key, version
    and content; where its source has no order of its own, of one with the same key and content, whatever the version.
    """
    columns = [unit.select(_DECIDING).to_pylist() for unit in units]
    released = [np.array([row["outcome"] == Outcome.RELEASED for row in rows], bool) for rows in columns]
    candidates = [
        (row["source"], row["partition"], row["offset"], row["part"], row["attempt"], number, at)
        for number, rows in enumerate(columns)
        for at, row in enumerate(rows)
        if row["outcome"] == Outcome.RELEASED
    ]
    seen: dict[tuple[str, str], set[int]] = {}
    for *_, number, at in sorted(candidates):
        row = columns[number][at]
        key = (row["note_key"], row["content_hash"])
        if key not in seen:
            seen[key] = index.versions(*key)
        known = seen[key]
        if row["version"] in known or (known and not row["ordered"]):
            released[number][at] = False
        else:
            known.add(row["version"])
    return Ledger(tuple(_mark(unit, flags) for unit, flags in zip(units, released, strict=True)), tuple(released))


def _mark(ledger: pa.Table, released: npt.NDArray[np.bool_]) -> pa.Table:
    """The ledger with the outcome ``duplicate`` where a released note is not released after all."""
    outcomes = ledger.column("outcome").to_pylist()
    stages = ledger.column("stage").to_pylist()
    for at, outcome in enumerate(outcomes):
        if outcome == Outcome.RELEASED and not released[at]:
            outcomes[at], stages[at] = Outcome.DUPLICATE, Stage.WRITE
    for name, values in (("outcome", outcomes), ("stage", stages)):
        position = ledger.schema.get_field_index(name)
        ledger = ledger.set_column(position, ledger.schema.field(position), pa.array(values, pa.string()))
    return ledger


@contextmanager
def merge_folder(merged: Path) -> Iterator[Path]:
    """A folder for a commit's files, locked while this process is at it. It stays: an intent may name it.

    Raises FileNotFoundError where a sweep was quicker than the lock.
    """
    folder = merged / secrets.token_hex(8)
    folder.mkdir(mode=0o700)
    with durable.hold(folder):
        yield folder


def discard(folder: Path) -> None:
    """Removes a commit's files: the release stands in the tables, or another committer had its number."""
    shutil.rmtree(folder, ignore_errors=True)


def write_merged(
    folder: Path, units: Sequence[Path], ledger: Ledger, release: ReleaseColumns
) -> dict[Table, MergedFile]:
    """Writes the units' rows, one durable file a table that has any, into the folder.

    The units are read one after another, so memory holds one unit and a row group a table.

    Raises:
        FileNotFoundError: a unit was committed by another committer meanwhile.
        DamagedUnit: a file was altered meanwhile.
    """
    with ExitStack() as stack:
        writers = {
            table: stack.enter_context(MergedWriter(folder / f"{table}.parquet", SCHEMAS[table])) for table in Table
        }
        for path, rows, released in zip(units, ledger.rows, ledger.released, strict=True):
            unit = container.read(path)
            for table, writer in writers.items():
                staged = rows if table is Table.LEDGER else unit.rows(table)
                writer.write(release.complete(table, _released_rows(staged, released)))
            reach("commit:merging")
    files = {
        table: MergedFile(f"{release.release_id}.parquet", writers[table].rows)
        for table in COMMIT_ORDER
        if writers[table].rows
    }
    for table in files:
        durable.fsync(folder / f"{table}.parquet")
    durable.fsync(folder)
    durable.fsync(folder.parent)
    return files


def _released_rows(rows: pa.Table, released: npt.NDArray[np.bool_]) -> pa.Table:
    """The rows less those that hang on a duplicate."""
    if LEDGER_ROW.name not in rows.schema.names or not rows.num_rows:
        return rows
    return rows.filter(pa.array(released[rows.column(LEDGER_ROW.name).to_numpy()]))


class MergedWriter:
    """Writes one Parquet file with row groups of a fair size; without rows there is no file."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._path = path
        self._schema = schema
        self._writer: Any = None
        self._held: list[pa.Table] = []
        self.rows = 0

    def __enter__(self) -> "MergedWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self._flush()
        if self._writer is not None:
            self._writer.close()

    def write(self, rows: pa.Table) -> None:
        self.rows += rows.num_rows
        self._held.append(rows)
        if sum(held.nbytes for held in self._held) >= _ROW_GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        rows = pa.concat_tables(self._held) if self._held else self._schema.empty_table()
        self._held = []
        if not rows.num_rows:
            return
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, self._schema, compression="zstd")
        self._writer.write_table(rows)
