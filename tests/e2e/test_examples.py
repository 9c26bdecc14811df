"""The examples are in step with the notes that they are made from, and are read as their README says."""

import io
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from examples.make_examples import EXAMPLES, NOTES, example_files
from transforms.errors import ChartstreamError
from transforms.intervals import Intervals
from transforms.keyring import new_keyring
from transforms.read.columns import PRESETS
from transforms.read.options import ReadOptions, UnitLimits
from transforms.read.plan import plan_units
from transforms.read.unit import UnitReader
from transforms.records import Format, NoNote, Note, NoteStatus, Reason, Unreadable

FILES = example_files()


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_what_the_script_writes(name: str) -> None:
    written = (EXAMPLES / name).read_bytes()
    if name.endswith(".parquet"):  # its footer names the library's version
        assert pq.read_table(io.BytesIO(written)).equals(pq.read_table(io.BytesIO(FILES[name])))
    else:
        assert written == FILES[name]


def test_every_note_has_its_text_and_every_text_its_note() -> None:
    stems = {path.stem for path in (EXAMPLES / "notes" / "text").iterdir()}
    assert stems == {note.name for note in NOTES}
    assert all(len(note.text) > 400 for note in NOTES)


def test_two_texts_are_not_plain_utf8() -> None:
    text = EXAMPLES / "notes" / "text"
    assert (text / "gastroenterology_consult.txt").read_bytes().startswith(b"\xef\xbb\xbf")
    with pytest.raises(UnicodeDecodeError):
        (text / "radiology_report.txt").read_bytes().decode()


def test_the_examples_are_small() -> None:
    total = sum(path.stat().st_size for path in Path(EXAMPLES).rglob("*") if path.is_file() and path.suffix != ".pyc")
    assert total < 300_000


def read(folder: str, **options: Any) -> list[Note | NoNote | Unreadable]:
    reading = ReadOptions((str(EXAMPLES / folder),), **options)
    keyring = new_keyring()
    reader = UnitReader(reading, keyring)
    units = plan_units(reading, Intervals(), UnitLimits(), keyring)
    return [read.item for unit in units for read in reader.read(unit)]


def test_all_notes_are_read() -> None:
    items = read("notes")
    assert not [item for item in items if isinstance(item, Unreadable)]
    notes = [item for item in items if isinstance(item, Note)]
    assert Counter(note.status for note in notes) == {
        NoteStatus.FINAL: 56,
        NoteStatus.UNKNOWN: 13,
        NoteStatus.CANCELLED: 3,
        NoteStatus.AMENDED: 2,
        NoteStatus.ADDENDUM: 1,
    }
    assert sum(note.parent is not None for note in notes) == 2
    assert sum("Crohn’s disease" in (note.text or "") for note in notes) == 10


def test_attachments_are_found_beside_their_resources() -> None:
    notes = [item for item in read("fhir-export", format=Format.FHIR) if isinstance(item, Note)]
    assert [(note.text or "").split("\n")[0] for note in notes] == ["TELEPHONE ENCOUNTER", "OPERATIVE REPORT"]


def test_the_preset_reads_the_columns_of_mimic() -> None:
    notes = read("mimic-iii", columns=PRESETS["mimic-iii"])
    assert Counter(item.status for item in notes if isinstance(item, Note)) == {
        NoteStatus.UNKNOWN: 12,
        NoteStatus.CANCELLED: 1,
    }


def test_every_bad_file_has_its_reason_and_its_good_lines_are_read() -> None:
    items = read("bad")
    reasons = {(Path(item.record.place.partition).name, item.reason) for item in items if isinstance(item, Unreadable)}
    assert reasons == {
        ("attachments.ndjson", Reason.UNREADABLE),
        ("attachments.ndjson", Reason.UNSUPPORTED_FORMAT),
        ("binary.txt", Reason.UNSUPPORTED_FORMAT),
        ("broken.jsonl", Reason.BAD_MESSAGE),
        ("empty.txt", Reason.EMPTY),
        ("encoding.txt", Reason.BAD_ENCODING),
        ("no_header.hl7", Reason.BAD_MESSAGE),
        ("truncated.csv.gz", Reason.UNREADABLE),
    }
    assert [item.note_id.value for item in items if isinstance(item, Note)] == ["B-1001", "B-3"]


def test_a_table_without_a_text_column_is_refused() -> None:
    with pytest.raises(ChartstreamError, match="--map text="):
        read("refused")
