"""The committer: published units become releases, each of them in every table exactly once.

Any number of committers may run at once, and each may be killed anywhere. What decides is one exclusive file a release
(``intents``); what a committer holds in memory (which intervals of the input are decided, which notes are released) is
as of the last intent that it has seen, and it may decide number n + 1 only on the ground of n.
"""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from transforms import durable
from transforms.intervals import Intervals
from transforms.records import Outcome, Reason, Stage
from transforms.write import container, intents
from transforms.write.compact import compact
from transforms.write.decided import PIECE_COLUMNS, add_pieces
from transforms.write.delta import ReleaseTable
from transforms.write.faults import reach
from transforms.write.index import ReleasedIndex
from transforms.write.intents import Intent
from transforms.write.merge import Ledger, ReleaseColumns, decide, discard, merge_folder, write_merged
from transforms.write.output import Output
from transforms.write.repair import repair_log
from transforms.write.scan import scan, scan_file
from transforms.write.schemas import COMMIT_ORDER, SCHEMAS, Table
from transforms.write.sweep import sweep
from transforms.write.times import STEPS, arrival_seconds, step_seconds

_GROUP_BYTES = 64_000_000  # of units' files, compressed: bounds a release's files and the time to merge them

_COMPACT_EVERY = 100  # releases: a table's snapshot, and so a commit, costs more with every file

_INDEX_COLUMNS = ["note_key", "version", "content_hash", "outcome"]


@dataclass(frozen=True)
class CommitReport:
    """What one release holds, as its ledger rows have it.

    Attributes:
        release_id: its name.
        units: how many.
        seconds: how long the commit took.
        outcomes: rows by what became of them.
        held_back: quarantined rows by reason.
        step_seconds: [rows] by step, of a row in that step; NaN where it did not pass it.
        arrival_seconds: [rows] from a message's arrival to its commit; NaN for what came from no feed.
    """

    release_id: str
    units: int
    seconds: float
    outcomes: Mapping[Outcome, int]
    held_back: Mapping[Reason, int]
    step_seconds: Mapping[Stage, npt.NDArray[np.float64]]
    arrival_seconds: npt.NDArray[np.float64]


class Committer:
    """Commits what is published to one output. Not thread-safe: a committer a thread or process."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._tables = {table: ReleaseTable(output.table(table)) for table in Table}
        self._seen: int | None = None  # the last release that the next two hold
        self._index = ReleasedIndex()
        self._decided = Intervals()
        self._repaired = False

    def roll_forward(self) -> int:
        """Brings every decided release into every table; gives the number of the last. Raises Outage."""
        with durable.storage():
            if not self._repaired:
                # A torn entry does not always stop a table loading: cut between two lines it is a release's rows without
                # its number, which would be added again.
                for table in Table:
                    repair_log(self._output.table(table))
                self._repaired = True
            # The last one too: its committer may have died before it removed what was staged.
            number = max(0, self._tables[Table.UNITS].last_release() - 1)
            while (intent := intents.load(self._output.intents, number + 1)) is not None:
                if not intent.closed:
                    self._apply(intent)
                number += 1
            return number

    def commit(self, max_units: int = 64) -> CommitReport | None:
        """Commits a group of published units as one release; None where none is waiting. Raises Outage."""
        with durable.storage():
            while True:
                number = self.roll_forward() + 1
                self._catch_up(number - 1)
                group = self._take(max_units)
                if not group:
                    return None
                try:
                    report = self._decide(number, group)
                except (_Overtaken, FileNotFoundError, container.DamagedUnit):
                    continue  # units of the group are gone: another committer has decided them
                if number % _COMPACT_EVERY == 0:
                    for table in Table:
                        compact(self._output.table(table), SCHEMAS[table])
                return report

    def commit_all(self) -> list[CommitReport]:
        """Commits until nothing is waiting."""
        reports = []
        while (report := self.commit()) is not None:
            reports.append(report)
        return reports

    @property
    def decided(self) -> Intervals:
        """The parts of the input that are accounted for, as of the last commit or roll-forward of this committer."""
        with durable.storage():
            self._catch_up(self.roll_forward())
        return self._decided

    def _take(self, max_units: int) -> list[Path]:
        """Published units that overlap nothing decided, nor each other. What can never be committed is removed."""
        group: list[Path] = []
        taken = Intervals()
        size = 0
        for path in container.staged(self._output.staging):
            try:
                pieces = container.read(path).pieces
                bytes_ = path.stat().st_size
            except FileNotFoundError:
                continue  # committed by another committer since the listing
            except container.DamagedUnit:
                path.unlink(missing_ok=True)
                continue
            if any(self._decided.overlaps(piece) for piece in pieces):
                path.unlink(missing_ok=True)
                continue
            if any(taken.overlaps(piece) for piece in pieces):
                continue  # once the other one is decided, the next commit removes this one
            for piece in pieces:
                taken.add(piece)
            group.append(path)
            size += bytes_
            if len(group) == max_units or size >= _GROUP_BYTES:
                break
        return group

    def _decide(self, number: int, group: list[Path]) -> CommitReport:
        began = time.monotonic()
        release = ReleaseColumns(intents.release_id(number), datetime.now(UTC))
        with merge_folder(self._output.merged) as folder:
            try:
                ledger = decide([container.read(path).rows(Table.LEDGER) for path in group], self._index)
                files = write_merged(folder, group, ledger, release)
            except BaseException:
                discard(folder)
                raise
            reach("commit:merged")
            intent = Intent(number, tuple(path.name for path in group), folder.name, files)
            # An error here leaves the folder alone: the decision may have been made.
            if not intents.create(self._output.intents, intent):
                discard(folder)
                raise _Overtaken
            reach("commit:intent")
            self._apply(intent)
        return _report(release, len(group), ledger, time.monotonic() - began)

    def _apply(self, intent: Intent) -> None:
        folder = self._output.merged / intent.folder
        for table in COMMIT_ORDER:
            if (file := intent.files.get(table)) is not None:
                self._tables[table].append(intent.number, folder / f"{table}.parquet", file.name, file.rows)
        reach("commit:rolled")
        for unit_id in intent.units:
            (self._output.staging / unit_id).unlink(missing_ok=True)
        discard(folder)
        reach("commit:unstaged")
        intents.close(self._output.intents, intent)

    def _catch_up(self, number: int) -> None:
        """Takes note of the releases up to that number, from their own files as long as those stand."""
        if self._seen is None:
            sweep(self._output, self.roll_forward)
            self._read_all(number)
        while self._seen is not None and self._seen < number:
            name = f"{intents.release_id(self._seen + 1)}.parquet"
            ledger, units = (self._output.table(table) / name for table in (Table.LEDGER, Table.UNITS))
            if not units.exists():
                self._read_all(number)
                return
            for batch in scan_file(units, PIECE_COLUMNS):
                add_pieces(self._decided, batch)
            if ledger.exists():
                for batch in scan_file(ledger, _INDEX_COLUMNS):
                    self._index.add(*_released(batch))
            self._seen += 1

    def _read_all(self, number: int) -> None:
        ledger = scan(self._output.table(Table.LEDGER), _INDEX_COLUMNS)
        self._index = ReleasedIndex(_released(batch) for batch in ledger)
        self._decided = Intervals()
        for batch in scan(self._output.table(Table.UNITS), PIECE_COLUMNS):
            add_pieces(self._decided, batch)
        self._seen = number


class _Overtaken(Exception):  # noqa: N818
    """Another committer has decided this number first: again from the start."""


def _released(ledger: pa.RecordBatch) -> tuple[list[str], list[int], list[str]]:
    rows = ledger.filter(pc.equal(ledger.column("outcome"), Outcome.RELEASED.value))
    keys, versions, hashes = (rows.column(name).to_pylist() for name in _INDEX_COLUMNS[:3])
    return keys, versions, hashes


def _report(release: ReleaseColumns, units: int, ledger: Ledger, seconds: float) -> CommitReport:
    rows = pa.concat_tables(release.complete(Table.LEDGER, rows) for rows in ledger.rows)
    outcomes = Counter(rows.column("outcome").to_pylist())
    reasons = Counter(reason for reason in rows.column("reason").to_pylist() if reason is not None)
    return CommitReport(
        release_id=release.release_id,
        units=units,
        seconds=seconds,
        outcomes={Outcome(name): count for name, count in outcomes.items()},
        held_back={Reason(name): count for name, count in reasons.items()},
        step_seconds={step: step_seconds(rows, step) for step in STEPS},
        arrival_seconds=arrival_seconds(rows),
    )
