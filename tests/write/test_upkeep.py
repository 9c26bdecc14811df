"""What a crash leaves is mended or swept, small files become large ones, and nothing of that shows in a table's rows."""

import fcntl
import multiprocessing
import os
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError

from tests.write.tables import content, rows
from tests.write.units import Line, unit_of
from transforms import durable
from transforms.errors import ChartstreamError, Outage
from transforms.write import attempts
from transforms.write.check import check_tables
from transforms.write.commit import Committer
from transforms.write.compact import compact
from transforms.write.delta import ReleaseTable, add_action, create_table, load_table, log_entry
from transforms.write.output import Output
from transforms.write.publish import publish
from transforms.write.scan import files, scan_file
from transforms.write.schemas import SCHEMAS, Table
from transforms.write.sweep import sweep

RELEASES = 12

_CONTEXT = multiprocessing.get_context("forkserver")


@pytest.fixture(scope="module")
def many(blank, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An output of twelve releases: past the first checkpoint."""
    output = Output(Path(shutil.copytree(blank, tmp_path_factory.mktemp("many") / "out")))
    committer = Committer(output)
    for number in range(RELEASES):
        publish(unit_of([Line(f"n{number}")], start=2 * number, held=1), output, "run-1")
        committer.commit_all()
    return output.root


@pytest.fixture
def output(many: Path, tmp_path: Path) -> Output:
    return Output(Path(shutil.copytree(many, tmp_path / "out")))


def tear(path: Path, keep: float) -> None:
    """As a machine leaves a file that lost its power before the disk had all of it."""
    path.write_bytes(path.read_bytes()[: int(keep * path.stat().st_size)])


def commit_and_die(root: Path, fault: str) -> None:
    os.environ["CHARTSTREAM_FAULT"] = fault
    Committer(Output(root)).commit_all()


@pytest.mark.parametrize("table", [Table.ENTITIES, Table.LEDGER, Table.UNITS])
@pytest.mark.parametrize("keep", [0.0, 0.3, "between two lines"])
def test_a_torn_log_entry_is_removed_and_its_release_rolled_forward(output, tmp_path, table, keep):
    publish(unit_of([Line("last")], start=100), output, "run-1")
    torn = Output(Path(shutil.copytree(output.root, tmp_path / "torn")))
    Committer(output).commit_all()

    # The machine dies just after the entry was written: the disk has a part of it, and what the intent names.
    killed = _CONTEXT.Process(target=commit_and_die, args=(torn.root, f"commit:{table}:logged"))
    killed.start()
    killed.join(60)
    assert killed.exitcode == -signal.SIGKILL
    entry = max((torn.table(table) / "_delta_log").glob("*.json"))
    if keep == "between two lines":
        entry.write_bytes(b"".join(entry.read_bytes().splitlines(keepends=True)[:2]))
    else:
        tear(entry, keep)

    assert "1 torn log files removed" in check_tables(torn)
    assert content(torn) == content(output)


def test_a_torn_checkpoint_is_removed(output):
    expected = content(output)
    log = output.table(Table.NOTES) / "_delta_log"
    checkpoint = next(log.glob("*.checkpoint.parquet"))
    tear(checkpoint, 0.5)
    (log / "_last_checkpoint").write_bytes(b"")
    assert "2 torn log files removed" in check_tables(output)
    assert not checkpoint.exists()
    assert content(output) == expected


def test_a_data_file_that_is_gone_or_cut_short_is_reported(output):
    assert check_tables(output) == "12 releases in 7 tables"
    tear(output.table(Table.NOTES) / "00000003.parquet", 0.9)
    with pytest.raises(ChartstreamError, match=r"released/notes/00000003\.parquet is gone or cut short"):
        check_tables(output)


def test_compacting_changes_no_row(output):
    expected = content(output)
    for table in Table:
        assert compact(output.table(table), SCHEMAS[table]) == RELEASES
        assert len(files(output.table(table))) == 1
        assert compact(output.table(table), SCHEMAS[table]) == 0
    assert content(output) == expected
    assert [row["release_id"] for row in rows(output, Table.NOTES)] == [f"{n:08d}" for n in range(1, RELEASES + 1)]

    # Commits go on, by who was there before and by who comes after; duplicates are still found.
    publish(unit_of([Line("n3"), Line("new")], start=200), output, "run-2")
    report = Committer(output).commit()
    assert report is not None
    assert report.release_id == "00000013"
    assert report.outcomes == {"duplicate": 1, "released": 1}


def test_a_reader_of_the_version_before_still_finds_its_files(output):
    reader = DeltaTable(str(output.table(Table.NOTES)))
    compact(output.table(Table.NOTES), SCHEMAS[Table.NOTES])
    assert reader.to_pyarrow_table().num_rows == RELEASES


def test_of_two_snapshots_that_both_miss_a_release_one_can_commit_it(output):
    notes = output.table(Table.NOTES)
    file = notes / "00000013.parquet"
    shutil.copy(notes / "00000012.parquet", file)
    first, second, third = (load_table(notes) for _ in range(3))
    log_entry(first, [add_action(file, 1)], 13)
    with pytest.raises(CommitFailedError):
        log_entry(second, [add_action(file, 1)], 13)
    # Nor one from before a compaction: what it was checked against is not what it would be added to.
    compact(notes, SCHEMAS[Table.NOTES])
    with pytest.raises(CommitFailedError):
        log_entry(third, [add_action(file, 1)], 14)
    assert len(rows(output, Table.NOTES)) == RELEASES + 1


def test_what_killed_processes_left_is_swept_and_what_is_in_use_is_not(output):
    left = [folder / f".{'0' * 32}" for folder in (output.root, output.private, output.staging, output.intents)]
    for path in left:
        path.touch()
    abandoned = output.merged / "abandoned"
    abandoned.mkdir()
    used = output.merged / "used"
    used.mkdir()
    with durable.hold(used), durable.temporary(output.staging, b"half a unit") as writing:
        sweep(output, Committer(output).roll_forward)
        assert not any(path.exists() for path in left)
        assert not abandoned.exists()
        assert used.exists()
        assert writing.exists()


def test_a_file_that_is_swept_before_it_is_held_is_made_anew(output, monkeypatch):
    taken = []

    def sweeping(descriptor, operation, flock=fcntl.flock):
        if not taken:  # the sweep comes between the file's creation and the lock
            taken.append(None)
            sweep(output, Committer(output).roll_forward)
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", sweeping)
    with durable.temporary(output.staging, b"a unit") as written:
        assert written.read_bytes() == b"a unit"
        sweep(output, Committer(output).roll_forward)
        assert written.exists()
    assert not list(output.staging.glob(".*"))
    assert taken


def test_attempts_are_counted_until_the_unit_is_published_or_cleared(output):
    unit = unit_of([Line("x")], start=300)
    unit_id = unit.unit.unit_id
    assert attempts.count(output, unit_id) == 0
    for _ in range(3):
        attempts.begin(output, unit_id)
    assert attempts.count(output, unit_id) == 3
    attempts.clear(output, unit_id)
    attempts.clear(output, unit_id)
    assert attempts.count(output, unit_id) == 0
    attempts.begin(output, unit_id)
    publish(unit, output, "run-1")
    assert attempts.count(output, unit_id) == 0


def test_a_disk_that_fills_up_in_the_middle_of_a_commit_is_an_outage_that_ends(output, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("no right to mount a small disk here")
    try:
        small = Output(Path(shutil.copytree(output.root, disk / "out")))
        committer = Committer(small)
        for number in range(20):
            publish(unit_of([Line(f"x{number}-{n}") for n in range(8)], start=1000 + 8 * number), small, "run-1")
        # Each try stops at another step.
        outages = []
        for room in (0, 8_192, 24_576, 49_152, 81_920):
            statistics = os.statvfs(disk)
            (disk / "filler").write_bytes(bytes(max(0, statistics.f_bavail * statistics.f_frsize - room)))
            try:
                committer.commit(max_units=4)
            except Outage as outage:
                outages.append(outage.cause)
            (disk / "filler").unlink()
        assert set(outages) == {"storage"}
        assert len(outages) >= 2
        committer.commit_all()
        assert len(rows(small, Table.NOTES)) == RELEASES + 160
        assert len({row["note_key"] for row in rows(small, Table.NOTES)}) == RELEASES + 160
        assert len(rows(small, Table.ENTITIES)) == 2 * (RELEASES + 160)
        assert len(rows(small, Table.UNITS)) == RELEASES + 20
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_row_is_rewritten_no_more_often_than_its_file_doubles(tmp_path, monkeypatch):
    # Where all small files are rewritten each time, 32 compactions rewrite a row sixteen times, and 320 ten times as often.
    rewritten = 0

    def counted(path: Path, columns):
        nonlocal rewritten
        for batch in scan_file(path, columns):
            rewritten += batch.num_rows
            yield batch

    monkeypatch.setattr("transforms.write.compact.scan_file", counted)
    schema = pa.schema([pa.field("text", pa.string(), nullable=False)])
    table = tmp_path / "table"
    create_table(table, schema)
    releases, rounds = ReleaseTable(table), 32
    for number in range(1, 8 * rounds + 1):
        source = tmp_path / "release.parquet"
        pq.write_table(pa.table({"text": [secrets.token_hex(5_000)]}, schema), source)
        releases.append(number, source, f"{number:08d}.parquet", 1)
        source.unlink()
        if number % 8 == 0:
            compact(table, schema)
    doublings = rounds.bit_length()
    assert DeltaTable(str(table)).to_pyarrow_table().num_rows == 8 * rounds
    assert 8 * rounds <= rewritten <= 8 * rounds * doublings
    assert len(files(table)) <= doublings


def test_the_log_keeps_what_readers_of_the_last_minutes_need_and_no_more(output):
    notes = output.table(Table.NOTES)
    log = notes / "_delta_log"
    reader = DeltaTable(str(notes))
    compact(notes, SCHEMAS[Table.NOTES])
    assert (log / f"{1:020d}.json").exists()  # a reader may be at it
    checkpoint = next(log.glob("*.checkpoint.parquet"))
    an_hour_ago = time.time() - 3600
    for path in log.iterdir():
        os.utime(path, (an_hour_ago, an_hour_ago))
    for number in range(200, 220):
        publish(unit_of([Line(f"n{number}")], start=number), output, "run-1")
        Committer(output).commit()
    compact(notes, SCHEMAS[Table.NOTES])
    entries = sorted(log.glob("*.json"))
    assert entries[0].stem == checkpoint.name.split(".")[0]  # the last of an hour ago: all before it is gone
    assert reader.to_pyarrow_table().num_rows == RELEASES
    create_table(notes, SCHEMAS[Table.NOTES])  # as each later run does
    assert not (log / f"{0:020d}.json").exists()
    assert len(rows(output, Table.NOTES)) == RELEASES + 20
    assert check_tables(output) == f"{RELEASES + 20} releases in 7 tables"
