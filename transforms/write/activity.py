"""What an output holds and what goes on in it, for whoever only looks: nothing is changed, and no text is read."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from transforms import durable
from transforms.records import Outcome
from transforms.spool.segment import FEED_PARTITION
from transforms.write import container
from transforms.write.output import Output
from transforms.write.standing import standing

WINDOWS = (60, 3_600, 86_400)  # seconds

_COLUMNS = ("partition", "attempt", "outcome", "reason", "received_at", "committed_at")


@dataclass(frozen=True)
class Latency:
    """From a message's arrival to its commit, in seconds: percentiles."""

    p50: float
    p95: float
    p99: float


@dataclass(frozen=True)
class Window:
    """What was committed in the last so many seconds: records, notes or not. ``latency``: None where none came from a feed."""

    seconds: int
    records: int
    per_second: float
    latency: Latency | None


@dataclass(frozen=True)
class Activity:
    """Counts over the standing rows of the ledger, and over units at work.

    Attributes:
        outcomes: records by what became of them.
        held_back: quarantined records by reason.
        begun: units whose work was begun and is not published; those of a process that was killed too.
        published: units that are published and not committed.
        last_commit: UTC; None where nothing is committed.
        windows: the last minute, hour and day.
    """

    outcomes: dict[str, int]
    held_back: dict[str, int]
    begun: int
    published: int
    last_commit: datetime | None
    windows: tuple[Window, ...]


def activity(output: Output, now: datetime) -> Activity:
    """Reads the ledger once. Memory grows with the records of the last day alone, by 16 bytes each. Raises Outage."""
    outcomes, reasons = Counter[str](), Counter[str]()
    last: datetime | None = None
    recent: list[npt.NDArray[np.float64]] = [np.empty((0, 2))]
    with durable.storage():
        for _, rows in standing(output, _COLUMNS):
            outcomes.update(rows.column("outcome").to_pylist())
            held = rows.filter(pc.equal(rows.column("outcome"), Outcome.QUARANTINED.value))
            reasons.update(held.column("reason").to_pylist())
            newest = pc.max(rows.column("committed_at")).as_py()
            last = newest if last is None else max(last, newest)
            recent.append(_ages(rows, now))
        begun = sum(1 for _ in output.attempts.iterdir())
        published = len(container.staged(output.staging))
    ages = np.concatenate(recent)
    return Activity(
        outcomes={outcome.value: outcomes[outcome] for outcome in Outcome},
        held_back=dict(sorted(reasons.items())),
        begun=begun,
        published=published,
        last_commit=last,
        windows=tuple(_window(ages, seconds) for seconds in WINDOWS),
    )


def _ages(rows: pa.RecordBatch, now: datetime) -> npt.NDArray[np.float64]:
    """[n, 2] of the last day's rows: seconds since the commit; from arrival to commit, NaN for a file or a replay."""
    since = now - timedelta(seconds=WINDOWS[-1])
    rows = rows.filter(pc.greater(rows.column("committed_at"), pa.scalar(since, rows.column("committed_at").type)))
    committed, received = (_seconds(rows, name) for name in ("committed_at", "received_at"))
    from_feed = pc.match_substring_regex(rows.column("partition"), FEED_PARTITION)
    arrived = pc.and_(from_feed, pc.equal(rows.column("attempt"), 1)).to_numpy(zero_copy_only=False)
    return np.column_stack([now.timestamp() - committed, np.where(arrived, committed - received, np.nan)])


def _seconds(rows: pa.RecordBatch, column: str) -> npt.NDArray[np.float64]:
    microseconds: npt.NDArray[np.int64] = rows.column(column).cast(pa.int64()).to_numpy()
    return microseconds / 1e6


def _window(ages: npt.NDArray[np.float64], seconds: int) -> Window:
    within = ages[ages[:, 0] < seconds]
    latencies = within[~np.isnan(within[:, 1]), 1]
    latency = (
        Latency(*(round(float(one), 3) for one in np.percentile(latencies, (50, 95, 99)))) if len(latencies) else None
    )
    return Window(seconds, len(within), round(len(within) / seconds, 3), latency)
