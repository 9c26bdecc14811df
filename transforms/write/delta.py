"""One Delta table as the commit protocol needs it: appended to once a release, durably, from one snapshot."""

import json
import random
import time
from pathlib import Path

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, Transaction
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction

from transforms import durable
from transforms.errors import ChartstreamError, Outage
from transforms.write.faults import reach
from transforms.write.repair import ACTIONS, repair_log

APPLICATION = "chartstream"  # the application transaction's name; its version is the release's number

_CONFIGURATION: dict[str, str | None] = {
    "delta.checkpointInterval": "10",  # without checkpoints a commit slows down with every one before it
    # A commit lists the log's folder, and each checkpoint names the files that a compaction removed: both must stay short.
    "delta.logRetentionDuration": "interval 10 minutes",
    "delta.deletedFileRetentionDuration": "interval 1 hour",
}

# A lost race costs one try, and of several committers one wins each; so this many in a row are no race.
_TRIES = 100


def create_table(path: Path, schema: pa.Schema) -> None:
    """Creates an empty table, durably, where none stands."""
    if any((path / "_delta_log").glob("*.json")):  # any: ``shorten_log`` removes the first ones
        return
    path.mkdir(parents=True, exist_ok=True)
    DeltaTable.create(str(path), schema, mode="ignore", configuration=_CONFIGURATION)
    durable.fsync(path / "_delta_log" / _entry_name(0))
    for folder in (path / "_delta_log", path, path.parent):
        durable.fsync(folder)


def load_table(path: Path) -> DeltaTable:
    """The table as it stands now; its log is repaired first where a crash of the machine tore its end.

    Raises ChartstreamError where there is no table, or none that loads.
    """
    try:
        return DeltaTable(str(path))
    except TableNotFoundError:
        raise ChartstreamError(f"no table stands at {path}: run again, or restore it from a copy") from None
    except DeltaError:
        repair_log(path)
    try:
        return DeltaTable(str(path))
    except DeltaError:
        raise ChartstreamError(f"the table at {path} does not load: restore it from a copy") from None


class ReleaseTable:
    """A table that a committer appends releases to. Not thread-safe; any number of processes may have one each."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._table: DeltaTable | None = None

    def last_release(self) -> int:
        """The number of the last release that stands in the table; 0 where none does."""
        return _release_of(self._snapshot())

    def append(self, number: int, source: Path, name: str, rows: int) -> None:
        """Makes a file the table's rows of a release. Again, or by several at once, it is there once.

        ``source`` is linked in as ``name``; it may be gone where another committer was here first.

        Raises:
            Outage: the store refuses again and again.
        """
        target = self._path / name
        for attempt in range(_TRIES):
            snapshot = self._snapshot()
            if _release_of(snapshot) >= number:
                # Another committer may have written the entry and not yet made it durable.
                make_durable(self._path, snapshot.version())
                return
            try:
                if not durable.create(target, source):
                    durable.fsync(self._path)
            except FileNotFoundError:
                if not target.exists():
                    self._pause(attempt)
                    continue
            reach(f"commit:{self._path.name}:linked")
            try:
                log_entry(snapshot, [add_action(target, rows)], number)
            except (CommitFailedError, DeltaError):
                self._pause(attempt)
                continue
            reach(f"commit:{self._path.name}:logged")
            make_durable(self._path, snapshot.version() + 1)
            return
        raise Outage("storage", f"the table {self._path.name} takes no commit")

    def _snapshot(self) -> DeltaTable:
        if self._table is None:
            self._table = load_table(self._path)
            return self._table
        try:
            self._table.update_incremental()
        except DeltaError:
            self._table = load_table(self._path)
        return self._table

    def _pause(self, attempt: int) -> None:
        self._table = None
        time.sleep(random.uniform(0, min(0.05, 0.001 * 2 ** min(attempt, 6))))


def add_action(file: Path, rows: int, *, data_change: bool = True) -> AddAction:
    """Names a file of the table's folder in its log."""
    return AddAction(
        path=file.name,
        size=file.stat().st_size,
        partition_values={},
        modification_time=0,
        data_change=data_change,
        stats=json.dumps({"numRecords": rows}),
    )


def log_entry(snapshot: DeltaTable, actions: list[AddAction | RemoveAction], number: int | None = None) -> None:
    """Writes the log's next entry; ``number``: of the release that it brings (None: the last one stays).

    With the very snapshot that was checked, and never rebased on another (no retries): deltalake accepts an application
    transaction a second time, so the check is worth what its snapshot is. The entry says how many actions it has, so
    that a torn one is known.

    Raises:
        CommitFailedError: the log has another entry since.
        DeltaError: the store refused.
    """
    transaction = Transaction(APPLICATION, _release_of(snapshot) if number is None else number)
    snapshot.create_write_transaction(
        actions,
        "append",
        snapshot.schema(),
        # ``shorten_log`` cleans up, once for many commits: it looks at every file of the log.
        post_commithook_properties=PostCommitHookProperties(cleanup_expired_logs=False),
        commit_properties=CommitProperties(
            custom_metadata={ACTIONS: str(len(actions) + 1)},
            max_commit_retries=0,
            app_transactions=[transaction],
        ),
    )


def shorten_log(table: Path) -> None:
    """Removes entries and checkpoints that no reader of the last minutes needs: those before a durable checkpoint of then."""
    load_table(table).cleanup_metadata()


def make_durable(table: Path, version: int) -> None:
    """Makes a log entry durable, and the checkpoint that may have been written with it."""
    log = table / "_delta_log"
    for name in (_entry_name(version), f"{version:020d}.checkpoint.parquet", "_last_checkpoint"):
        if (log / name).exists():
            durable.fsync(log / name)
    durable.fsync(log)


def _release_of(snapshot: DeltaTable) -> int:
    return snapshot.transaction_version(APPLICATION) or 0


def _entry_name(version: int) -> str:
    return f"{version:020d}.json"
