"""The plan: every record of the input in one unit, once, whatever was decided before and however it is cut."""

import gzip
import os
import random
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms.errors import ChartstreamError, Outage
from transforms.intervals import Intervals
from transforms.keyring import Keyring
from transforms.read.options import ReadOptions, UnitLimits
from transforms.read.plan import plan, plan_units, split_unit
from transforms.read.unit import UnitReader
from transforms.records import Format, Unit

SMALL = UnitLimits(notes=5, bytes=2_000)


def rows(count: int, seed: int = 1) -> list[dict[str, str]]:
    chance = random.Random(seed)
    return [
        {"note_id": f"{seed}-{n}", "text": f"Visit {n}.\n" + "stable " * chance.randint(0, 90)} for n in range(count)
    ]


@pytest.fixture
def input_folder(tmp_path: Path) -> Path:
    """Every kind of file, small and large, in folders, compressed and not."""
    folder = tmp_path / "input"
    (folder / "ward 7").mkdir(parents=True)
    for n in range(12):
        (folder / "ward 7" / f"note-{n:02}.txt").write_text(f"Progress note {n}. " + "afebrile " * n * 10)
    (folder / "empty.txt").write_bytes(b"")
    (folder / "large.txt").write_text("A discharge summary. " * 500)
    (folder / "rows.jsonl").write_bytes(b"\n".join(orjson.dumps(row) for row in rows(40)))
    (folder / "rows.jsonl.gz").write_bytes(gzip.compress(b"\r\n".join(orjson.dumps(row) for row in rows(30, 2))))
    body = "".join(f'{row["note_id"]},"{row["text"]}"\r\n' for row in rows(33, 3))
    (folder / "rows.csv").write_bytes(b"\xef\xbb\xbfnote_id,text\r\n" + body.encode())
    (folder / "rows.tsv.gz").write_bytes(gzip.compress(("note_id\ttext\n" + body.replace(",", "\t", 33)).encode()))
    pq.write_table(pa.Table.from_pylist(rows(37, 4)), folder / "rows.parquet", row_group_size=10)
    (folder / "feed.hl7").write_bytes(
        b"".join(
            b"MSH|^~\\&|A|B|C|D|20240131||MDM^T02|%d|P|2.5\rTXA|1|DS|TX|||||||||D%d\rOBX|1|TX|||Chest clear %d.\r"
            % (n, n, n)
            for n in range(17)
        )
    )
    return folder


def places(units: list[Unit], options: ReadOptions, keyring: Keyring) -> dict[tuple[str, int, int], str]:
    """(file, offset, part) → what was read there; fails where a place comes twice."""
    reader = UnitReader(options, keyring)
    found: dict[tuple[str, int, int], str] = {}
    for unit in units:
        for read in reader.read(unit):
            item = read.item
            place = item.record.place if hasattr(item, "record") else item.place
            key = (place.partition, place.offset, place.part)
            assert key not in found
            found[key] = item.text if hasattr(item, "text") else str(item)
            assert place.unit_id == unit.unit_id
    return {key: text.replace("unit=", "") if text else "" for key, text in found.items()}


def without_units(found: dict[tuple[str, int, int], str]) -> dict[tuple[str, int, int], str]:
    return {key: "" if text.startswith("Unreadable") else text for key, text in found.items()}


def test_every_record_is_planned_once_whatever_the_unit_size(input_folder: Path, keyring: Keyring) -> None:
    options = ReadOptions((str(input_folder),))
    expected = places(list(plan_units(options, Intervals(), UnitLimits(), keyring)), options, keyring)
    assert len(expected) == 12 + 2 + 40 + 30 + 33 + 33 + 37 + 17
    for limits in (SMALL, UnitLimits(1, 10**6), UnitLimits(10**6, 1), UnitLimits(7, 700)):
        found = places(list(plan_units(options, Intervals(), limits, keyring)), options, keyring)
        assert without_units(found) == without_units(expected)


def test_a_plan_is_the_same_each_time_and_holds_to_its_limits(input_folder: Path, keyring: Keyring) -> None:
    options = ReadOptions((str(input_folder),))
    first = list(plan(options, Intervals(), SMALL, keyring))
    assert first == list(plan(options, Intervals(), SMALL, keyring))
    assert len({planned.unit.unit_id for planned in first}) == len(first)
    for planned in first:
        assert planned.records <= SMALL.notes
        assert planned.bytes <= SMALL.bytes or planned.records == 1
    assert [u.unit_id for u in plan_units(ReadOptions(options.inputs, source="emr"), Intervals(), SMALL, keyring)] != [
        planned.unit.unit_id for planned in first
    ]


def decided_by(units: list[Unit]) -> Intervals:
    return Intervals(piece for unit in units for piece in unit.pieces)


def test_what_is_decided_is_not_planned_again(input_folder: Path, keyring: Keyring) -> None:
    options = ReadOptions((str(input_folder),))
    units = list(plan_units(options, Intervals(), SMALL, keyring))
    assert list(plan_units(options, decided_by(units), UnitLimits(), keyring)) == []
    (input_folder / "ward 7" / "note-99.txt").write_text("One more.")
    os.utime(input_folder / "rows.jsonl")  # touched, not changed
    (more,) = plan_units(options, decided_by(units), UnitLimits(), keyring)
    assert [piece.path for piece in more.pieces] == [str(input_folder / "ward 7" / "note-99.txt")]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), notes=st.integers(1, 12))
def test_what_is_left_of_another_cut_is_planned_and_no_more(
    input_folder: Path, keyring: Keyring, seed: int, notes: int
) -> None:
    """A run that was killed, then one with another unit size: together they read every record once."""
    options = ReadOptions((str(input_folder),))
    everything = places(list(plan_units(options, Intervals(), UnitLimits(), keyring)), options, keyring)
    units = list(plan_units(options, Intervals(), SMALL, keyring))
    done = random.Random(seed).sample(units, len(units) // 2)
    left = list(plan_units(options, decided_by(done), UnitLimits(notes, 3_000), keyring))
    assert without_units(places(done + left, options, keyring)) == without_units(everything)
    assert list(plan_units(options, decided_by(done + left), UnitLimits(), keyring)) == []


@pytest.mark.parametrize("limit", [1, 5, 13, 20, 60, 150])
def test_a_limit_takes_the_first_records(input_folder: Path, keyring: Keyring, limit: int) -> None:
    options = ReadOptions((str(input_folder),))
    units = list(plan_units(options, Intervals(), SMALL, keyring, limit))
    taken = places(units, options, keyring)
    assert len(taken) == limit
    rest = list(plan_units(options, decided_by(units), SMALL, keyring))
    assert len(places(units + rest, options, keyring)) == 204


def test_a_changed_file_is_another_version(input_folder: Path, keyring: Keyring) -> None:
    options = ReadOptions((str(input_folder),))
    units = list(plan_units(options, Intervals(), SMALL, keyring))
    path = input_folder / "rows.jsonl"
    path.write_bytes(path.read_bytes().replace(b"Visit 3.", b"Visit x."))
    again = list(plan_units(options, decided_by(units), UnitLimits(), keyring))
    assert {piece.path for unit in again for piece in unit.pieces} == {str(path)}
    assert len(places(again, options, keyring)) == 40


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("rows.jsonl", b"Visit 3.", b"Visit x."),
        ("rows.csv", b"Visit 3.", b"Visit x."),
        ("rows.csv", b"note_id,text", b"note_ib,text"),
        ("rows.parquet", b"note_id", b"note_ib"),
        ("large.txt", b"discharge", b"Discharge"),
        ("rows.jsonl", b"Visit 3.", b"Visit three."),
    ],
)
def test_a_worker_refuses_a_file_that_is_not_what_was_planned(
    input_folder: Path, keyring: Keyring, name: str, old: bytes, new: bytes
) -> None:
    path = input_folder / name
    options = ReadOptions((str(path),), format=Format.PARQUET if name.endswith("parquet") else None)
    unit = next(iter(plan_units(options, Intervals(), SMALL, keyring)))
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    with pytest.raises(Outage) as raised:
        list(UnitReader(options, keyring).read(unit))
    assert raised.value.cause == "input_changed"
    assert name not in str(raised.value)


def test_a_file_that_changes_while_it_is_planned_is_planned_again(input_folder: Path, keyring: Keyring) -> None:
    path = input_folder / "rows.jsonl"
    options = ReadOptions((str(path),))
    planned = plan_units(options, Intervals(), SMALL, keyring)
    units = [next(planned)]
    with path.open("ab") as file:
        file.write(b'\n{"note_id": "new", "text": "Written while the plan was made."}')
    with pytest.raises(Outage) as raised:
        units.extend(planned)
    assert raised.value.cause == "input_changed"
    again = list(plan_units(options, Intervals(), SMALL, keyring))
    assert len(places(again, options, keyring)) == 41
    with pytest.raises(Outage):
        list(UnitReader(options, keyring).read(units[0]))


def test_a_file_that_is_gone_is_an_outage_and_no_verdict(input_folder: Path, keyring: Keyring) -> None:
    options = ReadOptions((str(input_folder),))
    unit = next(iter(plan_units(options, Intervals(), SMALL, keyring)))
    for piece in unit.pieces:
        Path(piece.path).unlink()
    with pytest.raises(Outage) as raised:
        list(UnitReader(options, keyring).read(unit))
    assert raised.value.cause == "input_unavailable"


def test_a_file_that_cannot_be_read_stays_open_and_the_others_go_on(input_folder: Path, keyring: Keyring) -> None:
    (input_folder / "a-loop.txt").symlink_to(input_folder / "a-loop.txt")
    os.mkfifo(input_folder / "pipe.txt")
    options = ReadOptions((str(input_folder),))
    planned = plan_units(options, Intervals(), SMALL, keyring)
    units: list[Unit] = []
    with pytest.raises(Outage) as raised:
        units.extend(iter(lambda: next(planned), None))
    assert raised.value.cause == "input_unavailable"
    assert "a-loop" not in str(raised.value)
    assert len(places(units, options, keyring)) == 204


def test_a_unit_is_halved_down_to_its_one_record(input_folder: Path, keyring: Keyring) -> None:
    options = ReadOptions((str(input_folder),))
    for unit in plan_units(options, Intervals(), SMALL, keyring):
        expected = places([unit], options, keyring)
        halves, single = [unit], []
        while halves:
            parts = split_unit(halves.pop(), options, keyring)
            (single if len(parts) == 1 else halves).extend(parts)
        assert len(single) == len(expected)
        assert without_units(places(single, options, keyring)) == without_units(expected)
        left = plan_units(options, decided_by(single), SMALL, keyring)
        assert not any(Intervals(other.pieces).overlaps(piece) for other in left for piece in unit.pieces)


# --- what is an input -------------------------------------------------------------------------------------------


def ids(read_all: Any, *inputs: object, **options: Any) -> list[str]:
    reading = read_all(ReadOptions(tuple(map(str, inputs)), **options))
    return [note.note_id.value for note in reading.notes] + reading.reasons


def test_inputs_are_directories_files_and_globs(tmp_path: Path, read_all: Any) -> None:
    for name in ("a/1.txt", "a/b/2.txt", "a/b/3.txt", "c/1.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"Note in {name}")
    assert ids(read_all, tmp_path / "a") == ["1.txt", "b/2.txt", "b/3.txt"]
    assert ids(read_all, tmp_path / "a" / "b" / "2.txt") == ["2.txt"]
    assert ids(read_all, tmp_path / "*" / "*.txt") == ["a/1.txt", "c/1.txt"]
    assert ids(read_all, tmp_path / "a" / "**" / "*.txt") == ["1.txt", "b/2.txt", "b/3.txt"]
    assert ids(read_all, tmp_path / "a" / "b" / "[3-9].txt") == ["3.txt"]
    # The same file through two globs, or named twice, is one note.
    assert ids(read_all, tmp_path / "a" / "*.txt", tmp_path / "a" / "1*") == ["1.txt"]
    assert ids(read_all, tmp_path / "a" / "1.txt", tmp_path / "a" / "1.txt") == ["1.txt"]
    assert ids(read_all, f"file://{tmp_path}/c") == ["1.txt"]


def test_overlapping_inputs_refuse_in_one_line(tmp_path: Path, read_all: Any) -> None:
    for name in ("a/1.txt", "a/b/2.txt", "c/1.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"Note in {name}")
    for inputs in ((tmp_path / "a", tmp_path / "a" / "b"), (tmp_path / "a" / "b", tmp_path / "a")):
        with pytest.raises(ChartstreamError, match="inputs 1 and 2 overlap"):
            ids(read_all, *inputs)
    for inputs in ((tmp_path / "a", tmp_path / "c"), (tmp_path / "a" / "1.txt", tmp_path / "c" / "1.txt")):
        with pytest.raises(ChartstreamError, match="same path"):
            ids(read_all, *inputs)
    for missing in (tmp_path / "absent", tmp_path / "*.csv"):
        with pytest.raises(ChartstreamError, match="not there"):
            ids(read_all, missing)


def test_a_directory_is_read_as_a_user_means_it(tmp_path: Path, read_all: Any) -> None:
    for name in (  # noqa: SIM905
        "_SUCCESS .DS_Store .git/config README.md LICENSE LICENSE.txt SHA256SUMS.txt Thumbs.db part-1.csv.tmp "
        "_delta_log/0.json __MACOSX/note.txt"
    ).split():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("not a note")
    for name in ("note.txt", "NOTE", "visit.note", "_draft.txt", "readme-of-ward.txt"):
        (tmp_path / name).write_text("a note")
    assert ids(read_all, tmp_path) == ["NOTE", "_draft.txt", "note.txt", "readme-of-ward.txt", "visit.note"]
    assert ids(read_all, tmp_path / "README.md") == ["README.md"]


def test_what_is_of_no_kind_that_is_read_is_said_to_be(tmp_path: Path, read_all: Any) -> None:
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7 \xff")
    (tmp_path / "page.html").write_bytes(b"<p>Chest clear</p>")
    (tmp_path / "letter.txt").write_bytes(b"{\\rtf1\\ansi Chest clear}")
    (tmp_path / "image.dat").write_bytes(bytes(range(256)))
    (tmp_path / "pretty.json").write_bytes(b'{\n "text": "over several lines"\n}')
    (tmp_path / "archive.tar.gz").write_bytes(gzip.compress(b"tar"))
    (tmp_path / "raw.txt").write_bytes(bytes(range(256)))
    reading = read_all(ReadOptions((str(tmp_path),)))
    assert sorted(reading.reasons) == ["bad_encoding"] + ["unsupported_format"] * 6
    for item in reading.unreadable:
        stored = Path(item.record.place.partition).read_bytes()
        assert item.record.payload in (stored, b"tar")


def test_contents_tell_the_format_where_names_do_not(tmp_path: Path, read_all: Any) -> None:
    (tmp_path / "feed.txt").write_bytes(b"\x0bMSH|^~\\&|A|B|C|D|2024||ADT^A01|1|P|2.5\rPID|1\r\x1c\r")
    (tmp_path / "patients.ndjson").write_bytes(
        b'{"resourceType":"Patient","id":"1"}\n{"resourceType": "Patient","id":"2"}\n'
    )
    (tmp_path / "rows.json").write_bytes(b'{"text": "one"}\n{"text": "two"}\n')
    pq.write_table(pa.table({"text": ["three"]}), tmp_path / "part-00000")
    reading = read_all(ReadOptions((str(tmp_path),)))
    assert {unit.format for unit in reading.units} == {Format.HL7V2, Format.FHIR, Format.JSONL, Format.PARQUET}
    assert (len(reading.no_notes), [note.text for note in reading.notes]) == (3, ["three", "one", "two"])


def test_a_given_format_passes_other_kinds_over(tmp_path: Path, read_all: Any) -> None:
    (tmp_path / "resources.ndjson").write_bytes(b'{"resourceType":"Patient","id":"1"}\n')
    (tmp_path / "attachment.txt").write_text("Read through its resource.")
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-")
    reading = read_all(ReadOptions((str(tmp_path),), format=Format.FHIR))
    assert (len(reading.no_notes), reading.notes, reading.unreadable) == (1, [], [])


def test_a_csv_in_utf_16_refuses_in_one_line(tmp_path: Path, read_all: Any) -> None:
    (tmp_path / "excel.csv").write_bytes("note_id,text\n1,a\n".encode("utf-16"))
    with pytest.raises(ChartstreamError, match="UTF-16"):
        read_all(ReadOptions((str(tmp_path),)))


def test_names_that_are_not_utf_8_refuse_in_one_line(tmp_path: Path, read_all: Any) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("a note")
    with pytest.raises(ChartstreamError, match="not UTF-8"):
        read_all(ReadOptions((str(tmp_path),)))
