"""Publishing and committing, killed between any two steps and raced by others: the tables are those of an undisturbed run."""

import multiprocessing
import os
import random
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.write.tables import content, rows
from tests.write.units import Line, new_output, unit_of
from transforms.records import ExtractedUnit
from transforms.write import commit, compact
from transforms.write.commit import Committer
from transforms.write.container import staged
from transforms.write.decided import load_decided
from transforms.write.faults import POINTS
from transforms.write.output import Output
from transforms.write.publish import publish
from transforms.write.schemas import Table

# Children are forked from a server that has imported everything and done nothing: deltalake's threads do not survive
# a fork, and a fresh interpreter takes seconds.
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.chaos.test_commit_faults"])


def units() -> list[ExtractedUnit]:
    """Three slices of one file with duplicates across them, and another cut of its end."""
    return [
        unit_of([Line("a"), Line("b"), Line("a")], start=0, empty=1, held=1),
        unit_of([Line("c"), Line("b", version=2, says="Denies dyspnea.")], start=5, held=1),
        unit_of([Line("a"), Line("d")], start=8, empty=1),
    ]


def work(root: Path, fault: str = "") -> None:
    """What a driver does: publish what is open, commit it in groups of two."""
    os.environ["CHARTSTREAM_FAULT"] = fault
    output = Output(root)
    committer = Committer(output)
    committer.roll_forward()
    for unit in units():
        if not any(committer.decided.overlaps(piece) for piece in unit.unit.pieces):
            publish(unit, output, "run")
    while committer.commit(2) is not None:
        pass


def work_and_compact(root: Path, fault: str = "") -> None:
    """The same, with a compaction after every release."""
    commit._COMPACT_EVERY, compact._FEW = 1, 2
    work(root, fault)


def in_a_process(target: Callable[..., None], *arguments: object) -> int | None:
    process = _CONTEXT.Process(target=target, args=arguments)
    process.start()
    process.join(60)
    return process.exitcode


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_output(tmp_path_factory.mktemp("blank") / "out").root


@pytest.fixture(scope="module")
def undisturbed(blank: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[Table, list[str]]:
    root = Path(shutil.copytree(blank, tmp_path_factory.mktemp("undisturbed") / "out"))
    work(root)
    return content(Output(root))


def faults() -> list[str]:
    """Every point, the first time it is reached; the decision itself in the second release too."""
    again = ("publish:linked:3", "commit:merging:2", "commit:merged:2", "commit:intent:2", "commit:notes:logged:2")
    return [*(point for point in POINTS if not point.startswith("compact:")), *again]


@pytest.mark.parametrize("fault", faults())
def test_killed_at_any_point_and_run_again_the_tables_are_the_same(blank, undisturbed, tmp_path, fault):
    root = Path(shutil.copytree(blank, tmp_path / "out"))
    assert in_a_process(work, root, fault) == -signal.SIGKILL
    work(root)
    assert content(Output(root)) == undisturbed
    assert staged(Output(root).staging) == []


@pytest.mark.parametrize("fault", ["commit:intent", "commit:notes:logged", "commit:units:linked", "commit:rolled"])
def test_whoever_only_looks_sees_what_is_decided_and_changes_nothing(blank, tmp_path, fault):
    root = Path(shutil.copytree(blank, tmp_path / "out"))
    assert in_a_process(work, root, fault) == -signal.SIGKILL
    files = {path: path.stat().st_mtime_ns for path in root.rglob("*")}

    decided = load_decided(Output(root))

    assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == files
    first, second, _ = units()
    assert all(decided.overlaps(piece) for unit in (first, second) for piece in unit.unit.pieces)
    committer = Committer(Output(root))
    for unit in units():
        for piece in unit.unit.pieces:
            assert decided.missing(piece) == committer.decided.missing(piece)


@pytest.mark.parametrize(
    "fault", [f"{point}:{n}" for point in ("compact:written", "compact:logged") for n in (1, 3, 6)]
)
def test_killed_while_it_compacts(blank, undisturbed, tmp_path, fault):
    root = Path(shutil.copytree(blank, tmp_path / "out"))
    assert in_a_process(work_and_compact, root, fault) == -signal.SIGKILL
    assert in_a_process(work_and_compact, root) == 0
    assert content(Output(root)) == undisturbed


def test_killed_again_and_again(blank, undisturbed, tmp_path):
    root = Path(shutil.copytree(blank, tmp_path / "out"))
    moments = (
        "publish:written",
        "publish:linked:2",
        "commit:merging:2",
        "commit:merged",
        "commit:intent",
        "commit:entities:linked",
        "commit:notes:logged",  # a roll-forward is killed as a commit is
        "commit:rolled",
        "commit:unstaged",
        "commit:intent",  # the second release
        "commit:units:linked",
        "commit:unstaged",
    )
    assert [in_a_process(work, root, fault) for fault in moments] == [-signal.SIGKILL] * len(moments)
    work(root)
    assert content(Output(root)) == undisturbed


def compete(root: Path, path: str, seed: int) -> None:
    """Publishes a file's units in an order of its own, and commits beside the others."""
    commit._COMPACT_EVERY, compact._FEW = 5, 3
    output = Output(root)
    committer = Committer(output)
    slices = list(range(0, 24, 2))
    random.Random(seed).shuffle(slices)
    for start in slices:
        publish(unit_of([Line(f"n{start}"), Line(f"n{start + 1}")], path=path, start=start), output, f"run-{seed}")
        if start % 3 == 0:
            committer.commit(2)
    committer.commit_all()


@pytest.mark.parametrize("committers", [2, 4])
def test_committers_that_race_commit_every_unit_once(blank, tmp_path, committers):
    root = Path(shutil.copytree(blank, tmp_path / "out"))
    # Two drivers on one file: every unit is published by half of them, every note stands at one place.
    processes = [_CONTEXT.Process(target=compete, args=(root, f"/in/{n % 2}.csv", n)) for n in range(committers)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0] * committers
    output = Output(root)
    Committer(output).commit_all()
    ledger = rows(output, Table.LEDGER)
    places = [(row["partition"], row["offset"]) for row in ledger]
    assert sorted(places) == sorted((f"/in/{file}.csv", offset) for file in range(2) for offset in range(24))
    # Both files hold the same 24 notes: one of each pair is released, whoever committed it.
    assert sorted(row["outcome"] for row in ledger) == ["duplicate"] * 24 + ["released"] * 24
    notes = [row["note_key"] for row in rows(output, Table.NOTES)]
    assert len(notes) == len(set(notes)) == 24
    assert len(rows(output, Table.ENTITIES)) == 48
    assert len(rows(output, Table.UNITS)) == 24
