"""What an output holds and what goes on in it, for whoever only looks: nothing is changed, and no text is read.

What it costs follows the records of the last day, and not what the ledger has ever held: of the rest only the files' ends,
which say how many rows they have and how old these are, and two short columns of the quarantine are read.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from transforms import durable
from transforms.records import Outcome
from transforms.write import container
from transforms.write.output import Output
from transforms.write.quarantine import held_by_reason
from transforms.write.scan import files
from transforms.write.schemas import Table
from transforms.write.standing import standing_since
from transforms.write.times import STEPS, arrival_seconds, seconds_of, step_seconds

WINDOWS = (60, 3_600, 86_400)  # seconds

_COLUMNS = ("partition", "outcome", "received_at", "committed_at", *(f"{step}_ms" for step in STEPS))
_OUTCOMES = tuple(Outcome)


@dataclass(frozen=True)
class Percentiles:
    """Of times in seconds."""

    p50: float
    p95: float
    p99: float


@dataclass(frozen=True)
class Window:
    """What was committed in the last so many seconds: records, notes or not; of a place the highest attempt.

    Attributes:
        seconds: how long the window is.
        records: all of them.
        per_second: records a second.
        outcomes: records by what became of them.
        latency: from arrival to commit; None where none came from a feed.
        steps: of a note, by step; only steps that a note has passed.
    """

    seconds: int
    records: int
    per_second: float
    outcomes: dict[str, int]
    latency: Percentiles | None
    steps: dict[str, Percentiles]


@dataclass(frozen=True)
class AtWork:
    """Units that are not committed.

    Attributes:
        begun: whose work was begun and is not published; those of a process that was killed too.
        published: that are published and wait for the commit.
    """

    begun: int
    published: int


@dataclass(frozen=True)
class Activity:
    """Counts over the ledger, the quarantine, and units at work.

    Attributes:
        ledger_rows: of all times; a replay adds one.
        held_back: what is held back now, by reason.
        at_work: units that are not committed.
        last_commit: UTC; None where nothing is committed.
        windows: the last minute, hour and day.
    """

    ledger_rows: int
    held_back: dict[str, int]
    at_work: AtWork
    last_commit: datetime | None
    windows: tuple[Window, ...]


def at_work(output: Output) -> AtWork:
    """Counts units as of now. Raises Outage."""
    with durable.storage():
        return AtWork(sum(1 for _ in output.attempts.iterdir()), len(container.staged(output.staging)))


def activity(output: Output, now: datetime) -> Activity:
    """Looks at the last day. Memory grows with its records, by 48 bytes each. Raises Outage."""
    with durable.storage():
        rows, last = _ledger_ends(output)
        since = now - timedelta(seconds=WINDOWS[-1])
        recent = [_figures(batch, now) for batch in standing_since(output, _COLUMNS, since)]
        held = held_by_reason(output)
    figures = np.concatenate([np.empty((0, 3 + len(STEPS))), *recent])
    return Activity(
        ledger_rows=rows,
        held_back=held,
        at_work=at_work(output),
        last_commit=last,
        windows=tuple(_window(figures, seconds) for seconds in WINDOWS),
    )


def _ledger_ends(output: Output) -> tuple[int, datetime | None]:
    """The ledger's rows, and its last commit, as the ends of its files have them."""
    rows, last = 0, None
    for path, _ in files(output.table(Table.LEDGER)):
        found = pq.read_metadata(path)
        rows += found.num_rows
        at = found.schema.names.index("committed_at")
        statistics = [found.row_group(group).column(at).statistics for group in range(found.num_row_groups)]
        if all(one is not None and one.has_min_max for one in statistics):
            newest = max(one.max for one in statistics)
        else:  # a file that another tool compacted
            newest = pc.max(pq.read_table(path, columns=["committed_at"]).column(0)).as_py()
        last = newest if last is None else max(last, newest)
    return rows, last


def _figures(rows: pa.RecordBatch, now: datetime) -> npt.NDArray[np.float64]:
    """[n, 3 + steps]: seconds since the commit; from arrival to commit; number of the outcome; seconds of each step."""
    outcomes = pc.index_in(rows.column("outcome"), pa.array(_OUTCOMES, pa.string()))
    return np.column_stack(
        [
            now.timestamp() - seconds_of(rows, "committed_at"),
            arrival_seconds(rows),
            outcomes.to_numpy(zero_copy_only=False),
            *(step_seconds(rows, step) for step in STEPS),
        ]
    )


def _window(figures: npt.NDArray[np.float64], seconds: int) -> Window:
    within = figures[figures[:, 0] < seconds]
    outcomes = Counter(_OUTCOMES[int(number)] for number in within[:, 2])
    steps = {step: _percentiles(within[:, 3 + number]) for number, step in enumerate(STEPS)}
    return Window(
        seconds=seconds,
        records=len(within),
        per_second=round(len(within) / seconds, 3),
        outcomes={outcome.value: outcomes[outcome] for outcome in _OUTCOMES},
        latency=_percentiles(within[:, 1]),
        steps={step.value: found for step, found in steps.items() if found is not None},
    )


def _percentiles(seconds: npt.NDArray[np.float64]) -> Percentiles | None:
    """Of those that are a number; None where none is."""
    known = seconds[~np.isnan(seconds)]
    if not len(known):
        return None
    return Percentiles(*(round(float(one), 6) for one in np.percentile(known, (50, 95, 99))))
