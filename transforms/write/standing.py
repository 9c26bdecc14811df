"""The standing rows of the ledger: of a place's rows the one with the highest attempt."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from transforms.write.output import Output
from transforms.write.scan import Releases, files, scan, scan_file
from transforms.write.schemas import SCHEMAS, Table

_PLACE = ("unit_id", "partition", "offset", "part")

_Place = tuple[object, ...]


def standing(
    output: Output, columns: Sequence[str], run_id: str | None = None
) -> Iterator[tuple[Releases, pa.RecordBatch]]:
    """Rows with at least those columns, and the releases among which they are; of one run alone where it is named.

    Memory does not grow with the ledger.
    """
    ledger = scan(output.table(Table.LEDGER), (*_PLACE, "attempt", "run_id"))
    highest = _highest_attempts(_of_run_id(batch, run_id) for batch in ledger)
    for path, releases in files(output.table(Table.LEDGER)):
        for batch in scan_file(path, tuple(dict.fromkeys((*_PLACE, "attempt", "run_id", *columns)))):
            rows = _highest(_of_run_id(batch, run_id), highest)
            if rows.num_rows:
                yield releases, rows


def standing_since(output: Output, columns: Sequence[str], since: datetime) -> Iterator[pa.RecordBatch]:
    """Rows with at least those columns that were committed after a time (UTC).

    Row groups that are older, as their statistics say, are not read. What a row takes the place of was committed before it.
    """
    paths = [str(path) for path, _ in files(output.table(Table.LEDGER))]
    ledger = ds.dataset(paths, schema=SCHEMAS[Table.LEDGER], format="parquet")
    recent = pc.field("committed_at") > pa.scalar(since, SCHEMAS[Table.LEDGER].field("committed_at").type)
    again = ledger.to_batches(columns=[*_PLACE, "attempt"], filter=recent & (pc.field("attempt") > 1))
    highest = _highest_attempts(again)
    for batch in ledger.to_batches(columns=list(dict.fromkeys((*_PLACE, "attempt", *columns))), filter=recent):
        rows = _highest(batch, highest)
        if rows.num_rows:
            yield rows


def _of_run_id(batch: pa.RecordBatch, run_id: str | None) -> pa.RecordBatch:
    return batch if run_id is None else batch.filter(pc.equal(batch.column("run_id"), run_id))


def _highest_attempts(ledger: Iterable[pa.RecordBatch]) -> dict[_Place, int]:
    """The highest attempt of each place that has more than one: replays only, so they are few."""
    highest: dict[_Place, int] = {}
    for rows in ledger:
        for row in rows.filter(pc.greater(rows.column("attempt"), 1)).to_pylist():
            place = _place(row)
            highest[place] = max(highest.get(place, 1), row["attempt"])
    return highest


def _highest(rows: pa.RecordBatch, highest: dict[_Place, int]) -> pa.RecordBatch:
    if not highest or not rows.num_rows:
        return rows
    places = rows.select([*_PLACE, "attempt"]).to_pylist()
    return rows.filter(pa.array([row["attempt"] >= highest.get(_place(row), 1) for row in places], pa.bool_()))


def _place(row: dict[str, object]) -> _Place:
    return tuple(row[name] for name in _PLACE)
