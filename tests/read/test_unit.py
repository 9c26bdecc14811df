"""A unit is read whole: what is good in it as notes, what is bad in it as bytes that are kept, and nothing left out."""

import gzip
import logging
import os
import pickle
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import apache_beam as beam
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from apache_beam.testing.util import assert_that, equal_to

from transforms.errors import Outage
from transforms.intervals import Intervals
from transforms.keyring import Keyring
from transforms.read.lines import HELD_BYTES
from transforms.read.options import ReadOptions, UnitLimits
from transforms.read.parsing import ParseContext
from transforms.read.plan import plan_units
from transforms.read.transform import ReadUnits
from transforms.read.unit import UnitReader
from transforms.records import (
    DeidentifiedUnit,
    Format,
    Handling,
    Identifier,
    KnownPhi,
    NoNote,
    Note,
    OrderKind,
    Piece,
    Place,
    Read,
    Sealed,
    SourceRecord,
    Unit,
    Unreadable,
    VersionOrder,
)
from transforms.sealing import seal

LINES = [orjson.dumps({"note_id": str(n), "text": f"Visit {n}: chest clear, afebrile."}) + b"\n" for n in range(2_000)]


def test_bad_files_among_good_ones(tmp_path: Path, read_all: Any) -> None:
    (tmp_path / "good.txt").write_bytes(b"Chest clear.\r\n")
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "blank.txt").write_bytes(b" \r\n\t")
    (tmp_path / "nul.txt").write_bytes(b"BP\x00120/80")
    (tmp_path / "invalid.txt").write_bytes(b"fever \xff\xfe chills")
    (tmp_path / "large.txt").write_bytes(b"no change " * 5_000_000)
    reading = read_all(ReadOptions((str(tmp_path),)))
    assert [(note.note_id.value, note.text) for note in reading.notes] == [("good.txt", "Chest clear.\r\n")]
    held = {Path(item.record.place.partition).name: item for item in reading.unreadable}
    assert {name: str(item.reason) for name, item in held.items()} == {
        "empty.txt": "empty",
        "empty.csv": "empty",
        "blank.txt": "empty",
        "nul.txt": "bad_encoding",
        "invalid.txt": "bad_encoding",
        "large.txt": "too_large",
    }
    assert len(held["large.txt"].record.payload) == 50_000_000


def test_a_note_id_is_the_path_and_its_order_the_file_s_time(tmp_path: Path, read_all: Any) -> None:
    (tmp_path / "ward").mkdir()
    (tmp_path / "ward" / "note.txt").write_text("Chest clear.")
    os.utime(tmp_path / "ward" / "note.txt", ns=(0, 1_706_691_600_123_000_000))
    (note,) = read_all(ReadOptions((str(tmp_path),), source="emr")).notes
    assert note.note_id == Identifier("emr", "ward/note.txt")
    assert note.order == VersionOrder(OrderKind.FILE_TIME, 1_706_691_600_123)


@pytest.mark.parametrize("kept", [0.999, 0.5, 0.0])
@pytest.mark.parametrize("limits", [UnitLimits(), UnitLimits(100, 5_000)])
def test_a_truncated_gzip_loses_nothing_that_was_whole(
    tmp_path: Path, read_all: Any, kept: float, limits: UnitLimits
) -> None:
    stored = gzip.compress(b"".join(LINES))
    (tmp_path / "rows.jsonl.gz").write_bytes(stored[: int(len(stored) * kept) or 1])
    (tmp_path / "good.txt").write_text("Chest clear.")
    options = ReadOptions((str(tmp_path),))
    reading = read_all(options, limits)
    (tail,) = reading.unreadable
    assert (tail.reason, tail.detail) == ("unreadable", "damaged gzip")
    whole = [note for note in reading.notes if note.note_id.value != "good.txt"]
    assert [note.note_id.value for note in whole] == [str(n) for n in range(len(whole))]
    assert len(whole) > 2000 * kept * 0.8 if kept else not whole
    # The tail goes on where the whole records end, a replay does not take it for a whole one, and it is not read again.
    assert tail.record.place.offset == sum(map(len, LINES[: len(whole)]))
    decided = Intervals(piece for unit in reading.units for piece in unit.pieces)
    assert read_all(options, limits, decided).reads == []


def test_a_truncated_note_or_header_is_never_released(tmp_path: Path, read_all: Any) -> None:
    for name, content in (("note.txt.gz", b"Chest clear. " * 99), ("rows.csv.gz", b"note_id,text" + b"," * 9000)):
        (tmp_path / name).write_bytes(gzip.compress(content)[:-9])
    reading = read_all(ReadOptions((str(tmp_path),)))
    assert (reading.notes, reading.reasons) == ([], ["unreadable", "unreadable"])


@pytest.mark.parametrize("notes", [7, 10, 256])
def test_a_damaged_part_of_a_parquet_file_takes_no_other_with_it(tmp_path: Path, read_all: Any, notes: int) -> None:
    table = pa.table({"text": [f"Visit {n} " * 50 for n in range(40)]})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=10, write_page_checksum=True)
    content = bytearray((tmp_path / "a.parquet").read_bytes())
    damaged = content.index(b"Visit 10 ")
    content[damaged : damaged + 5] = b"xxxxx"
    (tmp_path / "a.parquet").write_bytes(content)
    (tmp_path / "b.parquet").write_bytes(b"PAR1 but no table")
    reading = read_all(ReadOptions((str(tmp_path),)), UnitLimits(notes=notes))
    assert [note.text.split()[1] for note in reading.notes] == [str(n) for n in range(40) if not 10 <= n < 20]
    assert reading.reasons == ["unreadable"] * 11
    assert [item.record.place.offset for item in reading.unreadable] == [*range(10, 20), 0]
    assert reading.unreadable[-1].record.payload == b"PAR1 but no table"


def test_a_long_line_is_its_own_unit_and_held_back_alone(tmp_path: Path, read_all: Any) -> None:
    long = orjson.dumps({"note_id": "long", "text": "word " * 1_200_000}) + b"\n"
    wide = orjson.dumps({"note_id": "wide", "text": "é" * 600_000}) + b"\n"
    (tmp_path / "rows.jsonl").write_bytes(LINES[0] + long + LINES[1] + wide + LINES[2])
    reading = read_all(ReadOptions((str(tmp_path),)))
    assert [note.note_id.value for note in reading.notes] == ["0", "1", "wide", "2"]
    assert (reading.reasons, reading.unreadable[0].record.payload) == (["too_large"], long.rstrip())
    assert len(reading.units) == 5
    reading = read_all(ReadOptions((str(tmp_path),), max_note_mb=1.201))
    assert reading.reasons == ["too_large"]


def test_a_line_without_an_end_is_held_as_far_as_memory_goes(tmp_path: Path, read_all: Any) -> None:
    (tmp_path / "rows.jsonl").write_bytes(LINES[0] + b'{"text": "' + b"stable " * 10_000_000 + b'"}\n' + LINES[1])
    reading = read_all(ReadOptions((str(tmp_path),)))
    assert [note.note_id.value for note in reading.notes] == ["0", "1"]
    assert (reading.reasons, len(reading.unreadable[0].record.payload)) == (["too_large"], HELD_BYTES)
    # However large a note may be: what is held of this one is not all of it.
    assert read_all(ReadOptions((str(tmp_path),), max_note_mb=500)).reasons == ["too_large"]


class StumblingParser:
    """A parser with a fault: it reads a note, then fails with the note's text in its error."""

    def __call__(self, record: SourceRecord, context: ParseContext) -> Iterator[Note | NoNote | Unreadable]:
        yield NoNote(record.place, context.received_at)
        raise LookupError(record.payload.decode())


def test_a_parser_s_own_fault_costs_one_record_and_tells_nothing(
    tmp_path: Path, read_all: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rows.jsonl").write_bytes(b"".join(LINES[:2]))
    monkeypatch.setattr("transforms.read.items.PARSERS", {Format.JSONL: StumblingParser()})
    reading = read_all(ReadOptions((str(tmp_path),)))
    assert [(item.reason, item.detail) for item in reading.unreadable] == [("bad_message", "LookupError")] * 2
    assert len(reading.reads) == 2


def test_a_record_that_loses_its_worker_is_held_back_unread(tmp_path: Path, read_all: Any, keyring: Keyring) -> None:
    (tmp_path / "rows.jsonl").write_bytes(b"".join(LINES[:3]))
    options = ReadOptions((str(tmp_path),))
    (unit,) = read_all(options).units
    reads = list(UnitReader(options, keyring).read(replace(unit, handling=Handling.HOLD_BACK)))
    assert [read.item.reason for read in reads if isinstance(read.item, Unreadable)] == ["worker_lost"] * 3
    assert [read.item.record.payload + b"\n" for read in reads if isinstance(read.item, Unreadable)] == LINES[:3]


@dataclass(frozen=True)
class Payload:
    sealed: Sealed
    place: Place


@dataclass(frozen=True)
class Shelf:
    """Held payloads in memory, as the output's quarantine gives them."""

    payloads: dict[str, Payload]

    def get(self, quarantine_id: str) -> Payload:
        return self.payloads[quarantine_id]


def test_held_payloads_go_through_again_at_their_own_place(tmp_path: Path, keyring: Keyring) -> None:
    place = Place("u" * 32, "emr", str(tmp_path / "rows.csv"), 120, attempt=2)
    csv = SourceRecord(place, Format.CSV, b"note_id,body\n7,now mapped\n", datetime(2024, 1, 31, tzinfo=UTC))
    note = Note(
        place=replace(place, offset=7, attempt=1),
        note_id=Identifier("emr", "8"),
        text="Chest clear.",
        order=VersionOrder(OrderKind.NUMBER, 2),
        service_date=date(2024, 1, 31),
        known_phi=KnownPhi(names=("Ana Muñoz",)),
    )
    held = {"q1": Payload(seal(keyring, csv), csv.place), "q2": Payload(seal(keyring, note), note.place)}
    pieces = (Piece("quarantine:q1", 2, 3, 0, "q1"), Piece("quarantine:q2", 1, 2, 0, "q2"))
    unit = Unit("r" * 32, "emr", Format.QUARANTINE, pieces)
    options = ReadOptions((str(tmp_path),), source="emr", columns={"text": "body"})
    from_record, from_note = [read.item for read in UnitReader(options, keyring, held=Shelf(held)).read(unit)]
    assert isinstance(from_record, Note)
    assert (from_record.text, from_record.note_id.value) == ("now mapped", "7")
    assert from_record.place == replace(place, attempt=3)
    assert from_note == replace(note, place=replace(note.place, attempt=2))


def test_a_damaged_tail_is_not_taken_for_a_note_by_a_replay(tmp_path: Path, read_all: Any, keyring: Keyring) -> None:
    (tmp_path / "note.txt.gz").write_bytes(gzip.compress(b"Chest clear. " * 99)[:-9])
    (tail,) = read_all(ReadOptions((str(tmp_path),))).unreadable
    held = Shelf({"q": Payload(seal(keyring, tail.record), tail.record.place)})
    unit = Unit("r" * 32, "default", Format.QUARANTINE, (Piece("quarantine:q", 1, 2, 0, "q"),))
    (read,) = UnitReader(ReadOptions((str(tmp_path),)), keyring, held=held).read(unit)
    assert isinstance(read.item, Unreadable)


def test_an_attachment_is_read_beside_its_resource_and_nowhere_else(tmp_path: Path, read_all: Any) -> None:
    (tmp_path / "secret.txt").write_text("not of this input")
    folder = tmp_path / "fhir"
    (folder / "files").mkdir(parents=True)
    (folder / "files" / "a note.txt").write_text("Chest clear.")

    def resource(number: int, url: str) -> bytes:
        attachment = {"contentType": "text/plain", "url": url}
        return orjson.dumps(
            {
                "resourceType": "DocumentReference",
                "id": str(number),
                "status": "current",
                "content": [{"attachment": attachment}],
            }
        )

    urls = ["files/a%20note.txt", "../secret.txt", str(tmp_path / "secret.txt"), "file:///etc/passwd", "absent.txt"]
    (folder / "documents.ndjson").write_bytes(b"\n".join(resource(n, url) for n, url in enumerate(urls)))
    reading = read_all(ReadOptions((str(folder),), format=Format.FHIR))
    assert [note.text for note in reading.notes] == ["Chest clear."]
    assert len(reading.unreadable) == 4


def test_the_corpus_is_read_word_for_word(corpora: Path, read_all: Any) -> None:
    folder = corpora / "notes_mtsamples"
    reading = read_all(ReadOptions((str(folder),)))
    assert not reading.unreadable
    assert len(reading.notes) == 2_000
    for note in reading.notes:
        assert note.text.encode() == (folder / note.note_id.value).read_bytes()


# --- on a pipeline ----------------------------------------------------------------------------------------------


class Count:
    """A step that lets no note out: one ``NoNote`` for each."""

    def setup(self) -> None:
        self.ready = True

    def __call__(self, unit: Unit, items: Iterator[Read]) -> DeidentifiedUnit:
        assert self.ready
        found = [read for read in items if isinstance(read.item, Note)]
        return DeidentifiedUnit(unit, no_notes=tuple(NoNote(read.item.place, read.received_at) for read in found))


def test_units_on_a_pipeline_stay_open_where_their_files_are_gone(
    tmp_path: Path, keyring: Keyring, caplog: pytest.LogCaptureFixture
) -> None:
    for n in range(6):
        (tmp_path / f"GARCIA-{n}.txt").write_text(f"Visit {n}")
    options = ReadOptions((str(tmp_path),))
    units = list(plan_units(options, Intervals(), UnitLimits(notes=2), keyring))
    (tmp_path / "GARCIA-3.txt").unlink()
    (tmp_path / "GARCIA-5.txt").write_text("Visit 5, another")
    reader = UnitReader(options, keyring)
    list(reader.read(units[0]))
    pickle.loads(pickle.dumps(reader))
    with caplog.at_level(logging.DEBUG), beam.Pipeline(runner="FnApiRunner") as pipeline:
        done = pipeline | beam.Create(units) | ReadUnits(reader, Count())
        assert_that(
            done | beam.Map(lambda unit: (unit.unit.unit_id, len(unit.no_notes))), equal_to([(units[0].unit_id, 2)])
        )
    counters = {metric.key.metric.name: metric.committed for metric in pipeline.result.metrics().query()["counters"]}
    assert (counters["open_input_unavailable"], counters["open_input_changed"]) == (1, 1)
    assert "GARCIA" not in caplog.text


def test_a_permission_is_an_outage(tmp_path: Path, keyring: Keyring) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    (tmp_path / "note.txt").write_text("Chest clear.")
    (unit,) = plan_units(ReadOptions((str(tmp_path),)), Intervals(), UnitLimits(), keyring)
    (tmp_path / "note.txt").chmod(0)
    with pytest.raises(Outage) as raised:
        list(UnitReader(ReadOptions((str(tmp_path),)), keyring).read(unit))
    assert raised.value.cause == "input_unavailable"
