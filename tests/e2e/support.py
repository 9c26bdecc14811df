"""Whole runs as a person starts them: the command in a process of its own, and what it left in the tables."""

import os
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import pytest
from deltalake import DeltaTable

TABLES = (
    "released/notes",
    "released/entities",
    "released/relations",
    "private/phi_spans",
    "private/ledger",
    "private/quarantine",
    "private/units",
)
# What differs between two runs over the same notes by its nature: when, in which commit, in which unit, how long, and
# what is encrypted under fresh nonces.
_RUN_ONLY = frozenset(
    {
        "release_id",
        "run_id",
        "unit_id",
        "received_at",
        "committed_at",
        "read_ms",
        "deidentify_ms",
        "extract_ms",
        "quarantine_id",
        "payload",
        "quarantined_at",
    }
)

Rows = list[dict[str, Any]]


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "pipelines", *map(str, arguments)]


def chartstream(
    *arguments: str | Path, environment: Mapping[str, str] | None = None, timeout: float = 600
) -> subprocess.CompletedProcess[str]:
    """Runs the command to its end."""
    return subprocess.run(
        command(*arguments),
        capture_output=True,
        text=True,
        timeout=timeout,
        env={**os.environ, **(environment or {})},
        check=False,
    )


def run(*arguments: str | Path, **options: Any) -> dict[str, Any]:
    """``chartstream run … --json`` that must end well; its summary."""
    done = chartstream("run", "--json", "--max-quarantined", "1", *arguments, **options)
    assert done.returncode == 0, done.stderr
    summary: dict[str, Any] = orjson.loads(done.stdout)
    assert summary["records"] == (
        summary["released"] + summary["quarantined"] + summary["duplicates"] + summary["no_note"]
    )
    return summary


def rows(out: Path, table: str) -> Rows:
    """All rows of a table as Delta gives them."""
    return DeltaTable(str(out / table)).to_pyarrow_table().to_pylist()


def comparable(out: Path, but: Collection[str] = ()) -> dict[str, list[str]]:
    """The content of the tables without what belongs to the run: equal for equal notes, whatever happened on the way.

    ``but``: columns that are left out too.
    """
    content = {}
    for table in ("released/notes", "released/entities", "released/relations", "private/phi_spans", "private/ledger"):
        content[table] = sorted(
            repr({name: value for name, value in row.items() if name not in {*_RUN_ONLY, *but}})
            for row in rows(out, table)
        )
    return content


def assert_consistent(out: Path) -> None:
    """What holds after every run: each place once in the ledger, each released note once, offsets are exact."""
    ledger = rows(out, "private/ledger")
    places = [(r["unit_id"], r["partition"], r["offset"], r["part"], r["attempt"]) for r in ledger]
    assert len(places) == len(set(places))
    notes = {(r["note_key"], r["version"]): r for r in rows(out, "released/notes")}
    released = [(r["note_key"], r["version"]) for r in ledger if r["outcome"] == "released"]
    assert sorted(notes) == sorted(released)
    assert len(notes) == len(rows(out, "released/notes"))
    for note in notes.values():
        assert (note["sections"] is None) == (note["text"] is None)
        offsets = [(section["start"], section["end"]) for section in note["sections"] or ()]
        assert all(end == start for (_, end), (start, _) in pairwise(offsets))
        assert all(0 <= start < end <= len(note["text"]) for start, end in offsets)
    for entity in rows(out, "released/entities"):
        note = notes[entity["note_key"], entity["version"]]
        assert note["text"][entity["start"] : entity["end"]] == entity["text"]
        holding = [one["name"] for one in note["sections"] if one["start"] <= entity["start"] < one["end"]]
        assert [entity["section"]] == (holding or [None])
    for span in rows(out, "private/phi_spans"):
        note = notes[span["note_key"], span["version"]]
        assert 0 <= span["released_start"] <= span["released_end"] <= len(note["text"])


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of 1 MB, mounted at a new folder; ``enlarge`` gives it room. Skips the test where nothing may be mounted."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("no right to mount a small disk here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def enlarge(disk: Path) -> None:
    """Makes a small disk one of 64 MB."""
    subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
