"""What rows of the ledger say of time: how long a note took in each step, and a message from its arrival to its commit."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from transforms.records import Stage
from transforms.spool.segment import FEED_PARTITION

STEPS = (Stage.READ, Stage.DEIDENTIFY, Stage.EXTRACT)
"""The steps whose milliseconds the ledger has, in a column each."""


def arrival_seconds(rows: pa.RecordBatch | pa.Table) -> npt.NDArray[np.float64]:
    """[n]: from a message's arrival to its commit; NaN for what came from a file or out of quarantine.

    Columns: ``partition``, ``attempt``, ``received_at``, ``committed_at``.
    """
    from_feed = pc.match_substring_regex(rows.column("partition"), FEED_PARTITION)
    arrived = pc.and_(from_feed, pc.equal(rows.column("attempt"), 1)).to_numpy(zero_copy_only=False)
    took: npt.NDArray[np.float64] = np.where(
        arrived, seconds_of(rows, "committed_at") - seconds_of(rows, "received_at"), np.nan
    )
    return took


def step_seconds(rows: pa.RecordBatch | pa.Table, step: Stage) -> npt.NDArray[np.float64]:
    """[n]: of one step; NaN for a record that did not pass it."""
    milliseconds: npt.NDArray[np.float64] = (
        rows.column(f"{step}_ms").cast(pa.float64()).fill_null(np.nan).to_numpy(zero_copy_only=False)
    )
    return milliseconds / 1000


def seconds_of(rows: pa.RecordBatch | pa.Table, column: str) -> npt.NDArray[np.float64]:
    """[n]: a column of times, since 1970."""
    microseconds: npt.NDArray[np.int64] = rows.column(column).cast(pa.int64()).to_numpy()
    return microseconds / 1e6
