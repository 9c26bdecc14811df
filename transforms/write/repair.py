"""Mends what a crash of the machine leaves of a Delta log: an entry, or a checkpoint, of which only a part was written.

deltalake does not fsync. A table whose last entry is torn does not load, and one that is torn between two lines even
loads with its rows and without its application transaction. The entry goes; the commit that it
was is still decided by its intent, which is rolled forward again.
"""

import fcntl
import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from transforms import durable

ACTIONS = "chartstream.actions"  # in an entry's commitInfo: how many other actions it has


def repair_log(table: Path) -> list[str]:
    """Removes a torn last entry and a torn last checkpoint of a table; gives the names of what it removed."""
    log = table / "_delta_log"
    if not log.is_dir():
        return []
    removed = []
    # The lock makes looking and removing one step: nobody writes that entry anew until the torn one is gone.
    descriptor = os.open(log, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        newest = sorted(log.glob("*.checkpoint.parquet"))[-1:]
        torn = [checkpoint for checkpoint in newest if not _is_parquet(checkpoint)]
        if torn or not _is_json(log / "_last_checkpoint"):
            torn.append(log / "_last_checkpoint")
        entries = sorted(log.glob("*.json"))
        if entries and not is_whole(entries[-1]):
            torn.append(entries[-1])
        for path in torn:
            path.unlink(missing_ok=True)
            removed.append(path.name)
        durable.fsync(log)
    finally:
        os.close(descriptor)
    return removed


def is_whole(entry: Path) -> bool:
    """Whether all of a log entry was written."""
    try:
        actions = [json.loads(line) for line in entry.read_bytes().splitlines()]
    except ValueError:
        return False
    info: dict[str, str] = next((action["commitInfo"] for action in actions if "commitInfo" in action), {})
    return bool(actions) and int(info.get(ACTIONS, 0)) <= len(actions) - 1


def _is_json(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except FileNotFoundError:
        return True
    except ValueError:
        return False
    return True


def _is_parquet(path: Path) -> bool:
    try:
        pq.read_metadata(path)
    except (pa.ArrowException, OSError):
        return False
    return True
