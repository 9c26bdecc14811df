"""Which parts of the input are accounted for, for whoever only looks: nothing is changed."""

import pyarrow as pa

from transforms import durable
from transforms.intervals import Intervals
from transforms.records import Piece
from transforms.write import intents
from transforms.write.delta import ReleaseTable
from transforms.write.output import Output
from transforms.write.scan import scan, scan_file
from transforms.write.schemas import Table

PIECE_COLUMNS = ("path", "start", "end", "size", "digest")


def load_decided(output: Output) -> Intervals:
    """The decided intervals, those of releases that were decided and did not reach the tables included. Raises Outage."""
    with durable.storage():
        while True:
            try:
                return _decided(output)
            except FileNotFoundError:
                continue  # a committer has brought a release into the tables meanwhile, or has compacted them


def add_pieces(decided: Intervals, units: pa.RecordBatch) -> None:
    """Adds the pieces that rows of the units table name (``PIECE_COLUMNS``)."""
    decided.update(Piece(**row) for row in units.to_pylist())


def _decided(output: Output) -> Intervals:
    decided = Intervals()
    table = output.table(Table.UNITS)
    number = ReleaseTable(table).last_release() + 1
    for batch in scan(table, PIECE_COLUMNS):
        add_pieces(decided, batch)
    while (intent := intents.load(output.intents, number)) is not None:
        if not intent.closed and Table.UNITS in intent.files:
            for batch in scan_file(output.merged / intent.folder / f"{Table.UNITS}.parquet", PIECE_COLUMNS):
                add_pieces(decided, batch)
        number += 1
    return decided
