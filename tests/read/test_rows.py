"""Rows: JSON lines, CSV and Parquet give the same notes, and what is wrong with a row is wrong with that row alone."""

import csv as standard_csv
import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.errors import ChartstreamError
from transforms.read import csv, jsonl
from transforms.read.columns import PRESETS
from transforms.read.options import ReadOptions, UnitLimits
from transforms.records import (
    Identifier,
    KnownPhi,
    NoteStatus,
    OrderKind,
    Sex,
    VersionOrder,
)

TEXT = 'ASSESSMENT:\r\n1. "Rigors", T 38.5 °C\n2. Foley, 5\'7" tall; see Dr. Muñoz\n'
ROWS = [
    {
        "note_id": "N-1",
        "patient_id": " mrn007 ",
        "encounter_id": "V1",
        "note_type": "Progress note",
        "service_date": "2024-01-31",
        "status": "final",
        "version": "3",
        "text": TEXT,
        "known_phi": '{"names": ["Ana Muñoz"], "dates": ["1931-05-06"], "numbers": ["4711"], "sex": "F"}',
    },
    {"note_id": "N-2", "text": "Plain."},
    {"note_id": "N-2", "text": "Plain.", "status": "cancelled"},
]


def in_csv(rows: list[dict[str, Any]], delimiter: str = ",") -> bytes:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = standard_csv.DictWriter(out, columns, delimiter=delimiter, lineterminator="\r\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def in_jsonl(rows: list[dict[str, Any]]) -> bytes:
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)


def in_parquet(rows: list[dict[str, Any]]) -> bytes:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    table = pa.Table.from_pylist([{name: row.get(name) for name in columns} for row in rows])
    out = io.BytesIO()
    pq.write_table(table, out, row_group_size=2)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "write"), [("notes.jsonl", in_jsonl), ("notes.csv", in_csv), ("notes.parquet", in_parquet)]
)
def test_the_same_rows_are_the_same_notes_in_every_format(tmp_path: Path, read_all: Any, name: str, write: Any) -> None:
    (tmp_path / name).write_bytes(write(ROWS))
    reading = read_all(ReadOptions((str(tmp_path),), source="emr"))
    first, second, cancelled = reading.notes
    assert first.text == TEXT
    assert first.note_id == Identifier("emr", "N-1")
    assert first.patient_id == Identifier("emr", "MRN007")
    assert first.encounter_id == Identifier("emr", "V1")
    assert first.note_type == "Progress note"
    assert first.service_date == date(2024, 1, 31)
    assert first.status is NoteStatus.FINAL
    assert first.order == VersionOrder(OrderKind.NUMBER, 3)
    assert first.known_phi == KnownPhi(
        names=("Ana Muñoz",), dates=(date(1931, 5, 6),), numbers=("4711",), sex=Sex.FEMALE
    )
    assert (second.text, second.patient_id, second.order.kind) == ("Plain.", None, OrderKind.FILE_TIME)
    assert (cancelled.text, cancelled.status) == (None, NoteStatus.CANCELLED)


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_header_tells_the_delimiter(tmp_path: Path, read_all: Any, delimiter: str) -> None:
    (tmp_path / "notes.csv").write_bytes(b"\xef\xbb\xbf" + in_csv(ROWS, delimiter))
    assert [note.text for note in read_all(ReadOptions((str(tmp_path),))).notes] == [TEXT, "Plain.", None]


def test_a_wrong_mapping_refuses_before_anything_is_read(tmp_path: Path, read_all: Any) -> None:
    (tmp_path / "GARCIA_JUAN.csv").write_bytes(b"id,body\n1,Garcia is well\n")
    with pytest.raises(ChartstreamError, match="--map text=COLUMN") as raised:
        read_all(ReadOptions((str(tmp_path),)))
    assert "GARCIA" not in str(raised.value)
    with pytest.raises(ChartstreamError, match="'number' for note_id"):
        read_all(ReadOptions((str(tmp_path),), columns={"text": "body", "note_id": "number"}))
    with pytest.raises(ChartstreamError, match="a field that notes do not have"):
        read_all(ReadOptions((str(tmp_path),), columns={"txt": "body"}))
    (note,) = read_all(ReadOptions((str(tmp_path),), columns={"text": "body", "note_id": "ID"})).notes
    assert (note.note_id.value, note.text) == ("1", "Garcia is well")


def test_bad_rows_are_held_back_one_by_one(tmp_path: Path, read_all: Any) -> None:
    lines = [
        b'{"note_id": "1", "text": "good"}',
        b'{"note_id": "2", "text": "broken',
        b'["not", "an", "object"]',
        b'{"note_id": "3", "text": "lone \\ud800 surrogate"}',
        b'{"note_id": "3b", "text": "\\ud83d\\ude00 \\udc00"}',
        b'{"note_id": "4", "text": "raw \xff\xfe bytes"}',
        b'{"note_id": "5", "text": "a \\u0000 NUL"}',
        b'{"note_id": "6", "text": ""}',
        b'{"note_id": "7"}',
        b'{"note_id": "8", "text": 12}',
        b'{"note_id": ["9"], "text": "x"}',
        b'{"note_id": 12345678901234567890123, "text": "its digits are lost"}',
        b'{"note_id": "11", "text": "x", "version": "latest"}',
        b'{"note_id": "12", "text": "x", "known_phi": {"name": "misspelt field"}}',
        b'{"note_id": "13", "text": "x", "known_phi": {"dates": ["sometime"]}}',
        b"",
        b'{"note_id": 14, "text": "caf\xe9 in Windows-1252"}',
    ]
    (tmp_path / "notes.jsonl").write_bytes(b"\r\n".join(lines))
    reading = read_all(ReadOptions((str(tmp_path),)))
    assert [(note.note_id.value, note.text) for note in reading.notes] == [
        ("1", "good"),
        ("14", "café in Windows-1252"),
    ]
    assert reading.reasons == ["bad_message"] * 2 + ["bad_encoding"] * 4 + ["empty"] * 2 + ["bad_message"] * 6
    content = (tmp_path / "notes.jsonl").read_bytes()
    for item in reading.unreadable:
        offset, payload = item.record.place.offset, item.record.payload
        assert content[offset : offset + len(payload)] == payload
        assert len(lines) > lines.index(payload)
        assert not any(word in repr(item) + item.detail for word in ("broken", "lone \\", "misspelt", "sometime"))


def test_rows_of_another_length_are_held_back(tmp_path: Path, read_all: Any) -> None:
    (tmp_path / "notes.csv").write_bytes(
        b'note_id,text\n1,good\n2\n3,too,many\n\n4,"also\ngood, ""quoted"""\n5,height 5\'7" tall\n6,"never closed\n7,lost\n'
    )
    reading = read_all(ReadOptions((str(tmp_path),)))
    assert [note.text for note in reading.notes] == ["good", 'also\ngood, "quoted"', "height 5'7\" tall"]
    assert reading.reasons == ["bad_message"] * 3
    held = reading.unreadable[-1].record.payload
    assert held == b'note_id,text\n6,"never closed\n7,lost\n'


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024-01-31", date(2024, 1, 31)),
        ("2024-01-31T23:15:00Z", date(2024, 1, 31)),
        ("2118-06-02 00:00:00", date(2118, 6, 2)),
        ("01/31/2024", date(2024, 1, 31)),
        ("1/3/24 9:05 PM", date(2024, 1, 3)),
        ("31-JAN-2024", date(2024, 1, 31)),
        ("31JAN2024:10:00:00", date(2024, 1, 31)),
        ("January 31, 2024", date(2024, 1, 31)),
        ("20240131", date(2024, 1, 31)),
        ("20240131093000", date(2024, 1, 31)),
        ("20241331", None),
        (1706659200, date(2024, 1, 31)),
        (1706659200000, date(2024, 1, 31)),
        ("last Tuesday", None),
        ("31/31/2024", None),
        ("", None),
        (None, None),
        ({"a": 1}, None),
    ],
)
def test_a_date_of_service_is_read_or_left_out(tmp_path: Path, read_all: Any, written: Any, expected: date) -> None:
    (tmp_path / "notes.jsonl").write_bytes(in_jsonl([{"text": "x", "service_date": written}]))
    (note,) = read_all(ReadOptions((str(tmp_path),))).notes
    assert note.service_date == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (2, VersionOrder(OrderKind.NUMBER, 2)),
        ("17", VersionOrder(OrderKind.NUMBER, 17)),
        ("2.0", VersionOrder(OrderKind.NUMBER, 2)),
        ("2024-01-31T10:00:00+01:00", VersionOrder(OrderKind.TIME, 1706691600000)),
        ("2024-01-31 09:00:00.123", VersionOrder(OrderKind.TIME, 1706691600123)),
        # A number that is a date must not reach a released version as it is.
        ("20240131", VersionOrder(OrderKind.TIME, 1706659200000)),
        (1706691600, VersionOrder(OrderKind.TIME, 1706691600000)),
    ],
)
def test_a_version_is_a_number_or_a_time(tmp_path: Path, read_all: Any, written: Any, expected: VersionOrder) -> None:
    (tmp_path / "notes.jsonl").write_bytes(in_jsonl([{"text": "x", "version": written}]))
    (note,) = read_all(ReadOptions((str(tmp_path),))).notes
    assert note.order == expected


def test_mimic_iii_is_read_by_its_preset(tmp_path: Path, read_all: Any) -> None:
    (tmp_path / "NOTEEVENTS.csv").write_text(
        '"ROW_ID","SUBJECT_ID","HADM_ID","CHARTDATE","CHARTTIME","STORETIME","CATEGORY","DESCRIPTION","CGID","ISERROR","TEXT"\n'
        '174,22532,167853,"2151-08-04",,,"Discharge summary","Report",,,'
        '"Admission Date:  [**2151-7-16**]\n\nService:\nADDENDUM:\n"\n'
        '175,13702,,"2118-06-14","2118-06-14 10:00:00",,"Nursing","Report",1,1,"written for another patient"\n'
    )
    note, error = read_all(ReadOptions((str(tmp_path),), columns=PRESETS["mimic-iii"])).notes
    assert note.text == "Admission Date:  [**2151-7-16**]\n\nService:\nADDENDUM:\n"
    assert (note.note_id.value, note.patient_id.value, note.encounter_id.value) == ("174", "22532", "167853")
    assert (note.note_type, note.service_date) == ("Discharge summary", date(2151, 8, 4))
    assert (note.status, note.order.kind) == (NoteStatus.UNKNOWN, OrderKind.FILE_TIME)
    assert (error.status, error.text, error.encounter_id) == (NoteStatus.CANCELLED, None, None)


def test_mimic_iv_is_read_by_its_preset_compressed_as_it_comes(tmp_path: Path, read_all: Any) -> None:
    import gzip

    (tmp_path / "discharge.csv.gz").write_bytes(
        gzip.compress(
            b"note_id,subject_id,hadm_id,note_type,note_seq,charttime,storetime,text\n"
            b'10000032-DS-21,10000032,22595853,DS,21,2180-05-07 00:00:00,2180-05-09 15:26:00," \nName:  ___\n"\n'
        )
    )
    (note,) = read_all(ReadOptions((str(tmp_path),), columns=PRESETS["mimic-iv"])).notes
    assert (note.note_id.value, note.patient_id.value, note.text) == ("10000032-DS-21", "10000032", " \nName:  ___\n")
    assert (note.note_type, note.service_date) == ("DS", date(2180, 5, 7))


def test_rows_without_an_id_are_told_apart_whatever_the_cut(tmp_path: Path, read_all: Any) -> None:
    rows = [{"text": "Normal chest."}, {"text": "Cough."}, {"text": "Normal chest."}, {"text": "Normal chest."}]
    for name, write in (("a.jsonl", in_jsonl), ("b.csv", in_csv), ("c.parquet", in_parquet)):
        (tmp_path / name).write_bytes(write(rows))
    options = ReadOptions((str(tmp_path),))
    whole = read_all(options).notes
    cut = read_all(options, UnitLimits(notes=1)).notes
    assert len({note.note_id for note in whole}) == 12
    assert {(note.note_id, note.text) for note in cut} == {(note.note_id, note.text) for note in whole}
    (tmp_path / "a.jsonl").write_bytes(in_jsonl([{"text": "New."}, *rows]))
    assert {note.note_id for note in whole} < {note.note_id for note in read_all(options).notes}


def test_parquet_columns_of_other_types_are_read(tmp_path: Path, read_all: Any) -> None:
    table = pa.table(
        {
            "note_id": pa.array([10**17, 2], pa.int64()),
            "text": pa.array([TEXT.encode(), b"\xff\xfe\xfd \x81"], pa.binary()),
            "service_date": pa.array([date(2024, 1, 31), None], pa.date32()),
            "version": pa.array([1706691600123456789, 0], pa.timestamp("ns", "UTC")),
            "note_type": pa.array(["Nursing", "Nursing"]).dictionary_encode(),
            "known_phi": [{"names": ["Ana Muñoz"]}, None],
        }
    )
    pq.write_table(table, tmp_path / "notes.parquet")
    reading = read_all(ReadOptions((str(tmp_path),)))
    (note,) = reading.notes
    assert (note.note_id.value, note.text, note.note_type) == ("100000000000000000", TEXT, "Nursing")
    assert note.order == VersionOrder(OrderKind.TIME, 1706691600123)
    assert note.known_phi.names == ("Ana Muñoz",)
    assert reading.reasons == ["bad_encoding"]


def test_the_corpora_are_read_word_for_word(corpora: Path, read_all: Any) -> None:
    path = corpora / "aci_bench" / "train.csv"
    with path.open(newline="", encoding="utf-8") as file:
        expected = [row["note"] for row in standard_csv.DictReader(file)]
    reading = read_all(ReadOptions((str(path),), columns={"text": "note", "note_id": "encounter_id"}), UnitLimits(7))
    assert [note.text for note in reading.notes] == expected
    assert not reading.unreadable


# --- the splitters ---------------------------------------------------------------------------------------------


class Dripping(io.BytesIO):
    """Gives at most a few bytes a read, as sockets and stores do."""

    def __init__(self, content: bytes, most: int) -> None:
        super().__init__(content)
        self._most = most

    def read(self, size: int | None = -1) -> bytes:
        return super().read(self._most if size is None or size < 0 else min(size, self._most))


fields = st.text(st.sampled_from('ab",;\n\r é'), max_size=12)


@given(st.lists(st.lists(fields, min_size=2, max_size=2), max_size=12), st.integers(1, 9), st.sampled_from(",;\t|"))
def test_csv_rows_are_those_of_the_standard_library(rows: list[list[str]], most: int, delimiter: str) -> None:
    out = io.StringIO()
    standard_csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    content = out.getvalue().encode()
    records = list(csv.split_records(Dripping(content, most), delimiter))
    assert b"".join(record for _, record in records) == content
    for offset, record in records:
        assert content[offset : offset + len(record)] == record
    assert [csv._fields(record.decode().removesuffix("\n"), delimiter) for _, record in records] == rows


@given(st.binary(max_size=300).map(lambda content: content.replace(b"\x07", b"\n").replace(b"\x08", b'"')), st.data())
def test_no_byte_of_any_csv_or_json_lines_is_lost(content: bytes, data: st.DataObject) -> None:
    """Whatever the bytes: offsets are exact, only separators lie between records, and any record's start is a place to
    start from."""
    most = data.draw(st.integers(1, 50))
    splitters = [lambda stream: csv.split_records(stream, ","), jsonl.split_records]
    for split in splitters:
        records = list(split(Dripping(content, most)))
        end = 0
        for offset, record in records:
            between = content[end:offset]
            assert not between.removeprefix(b"\xef\xbb\xbf" if end == 0 else b"").strip(), between
            assert content[offset : offset + len(record)] == record
            end = offset + len(record)
        assert not content[end:].removeprefix(b"\xef\xbb\xbf" if end == 0 else b"").strip()
        if records:
            start = data.draw(st.sampled_from(records))[0]
            if split is not jsonl.split_records or not content[start:].startswith(b"\xef\xbb\xbf"):
                rest = [(start + offset, record) for offset, record in split(io.BytesIO(content[start:]))]
                assert rest == [found for found in records if found[0] >= start]


def test_times_are_utc_where_no_zone_is_given() -> None:
    from transforms.read.values import as_order

    assert (
        as_order(datetime(2024, 1, 31, 9, tzinfo=UTC)) == as_order("2024-01-31 09:00") == as_order("01/31/2024 9:00 AM")
    )
