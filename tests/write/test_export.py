"""What leaves the institution: current versions, shuffled, under keys that lead back only with the private crosswalk."""

import stat
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from tests.write.tables import rows
from tests.write.units import Line, hexadecimal, unit_of
from transforms.errors import ChartstreamError
from transforms.records import ExtractedNote, NoteStatus, ParentRelation
from transforms.write import export
from transforms.write.commit import Committer
from transforms.write.export import export_parquet
from transforms.write.publish import publish
from transforms.write.schemas import Table

TABLES = ("notes", "entities", "relations")


def cancelled(item: ExtractedNote) -> ExtractedNote:
    note = replace(item.note, status=NoteStatus.CANCELLED, text=None, phi_spans=())
    return replace(item, note=note, extraction=replace(item.extraction, entities=(), relations=(), sections=()))


def addendum_to(item: ExtractedNote, name: str) -> ExtractedNote:
    note = replace(item.note, parent_note_key=hexadecimal("note", name), parent_relation=ParentRelation.APPENDS)
    return replace(item, note=note)


@pytest.fixture
def filled(output):
    """Sixty notes; one has a newer version, one an addendum, one was cancelled."""
    publish(unit_of([Line(f"n{number}", says=f"Pain {number} of 60.") for number in range(60)]), output, "run-1")
    Committer(output).commit_all()
    later = unit_of(
        [Line("n0", version=2, says="Pain is gone."), Line("n1", version=2), Line("addendum", says="As above.")],
        start=100,
    )
    notes = (later.notes[0], cancelled(later.notes[1]), addendum_to(later.notes[2], "n2"))
    publish(replace(later, notes=notes), output, "run-1")
    Committer(output).commit_all()
    return output


def read(folder, table):
    return pq.read_table(folder / f"{table}.parquet").to_pylist()


def test_current_versions_leave_and_what_was_replaced_or_cancelled_does_not(filled, tmp_path):
    counts = export_parquet(filled, tmp_path / "export")
    assert counts == {"notes": 60, "entities": 120, "relations": 60}
    texts = {row["text"] for row in read(tmp_path / "export", "notes")}
    assert texts == {"[NAME] Pain is gone.", "[NAME] As above.", *(f"[NAME] Pain {n} of 60." for n in range(2, 60))}
    notes = {row["note_key"]: row["text"] for row in read(tmp_path / "export", "notes")}
    for entity in read(tmp_path / "export", "entities"):
        assert notes[entity["note_key"]][entity["start"] : entity["end"]] == entity["text"]


def test_no_key_version_release_or_time_of_the_output_leaves(filled, tmp_path):
    for name in ("one", "two"):
        export_parquet(filled, tmp_path / name)
    inside = {
        row[column]
        for row in rows(filled, Table.NOTES)
        for column in ("note_key", "patient_key", "parent_note_key", "key_id")
    } - {None}
    keys = {}
    for name in ("one", "two"):
        for table in TABLES:
            exported = read(tmp_path / name, table)
            assert not {"version", "release_id", "key_id"} & set(exported[0])
            assert not inside & {value for row in exported for value in row.values() if isinstance(value, str)}
        keys[name] = {row[column] for row in read(tmp_path / name, "notes") for column in ("note_key", "patient_key")}
        files = list((tmp_path / name).iterdir())
        assert sorted(path.name for path in files) == sorted(f"{table}.parquet" for table in TABLES)
        assert {path.stat().st_mtime for path in (tmp_path / name, *files)} == {946_684_800}
    # Two recipients cannot join what they got.
    assert not keys["one"] & keys["two"]


def test_rows_are_in_an_order_of_chance(filled, tmp_path):
    orders = []
    for name in ("one", "two"):
        export_parquet(filled, tmp_path / name)
        orders.append([row["text"] for row in read(tmp_path / name, "notes")])
    assert orders[0] != orders[1]
    assert sorted(orders[0]) == sorted(orders[1])


def test_rows_that_do_not_fit_into_memory_at_once_are_shuffled_too(filled, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "_BUCKET_BYTES", 4_000)
    export_parquet(filled, tmp_path / "export")
    assert pq.ParquetFile(tmp_path / "export" / "notes.parquet").num_row_groups > 1
    texts = [row["text"] for row in read(tmp_path / "export", "notes")]
    assert len(texts) == len(set(texts)) == 60


def test_the_crosswalk_leads_back_and_stays_private(filled, tmp_path):
    export_parquet(filled, tmp_path / "export")
    (crosswalk,) = filled.crosswalks.iterdir()
    assert stat.S_IMODE(crosswalk.stat().st_mode) == 0o600
    back = {(row["kind"], row["exported_key"]): row["key"] for row in pq.read_table(crosswalk).to_pylist()}
    inside = {row["text"]: row for row in rows(filled, Table.NOTES)}
    for row in read(tmp_path / "export", "notes"):
        original = inside[row["text"]]
        assert back["note", row["note_key"]] == original["note_key"]
        assert back["patient", row["patient_key"]] == original["patient_key"]
        if original["parent_note_key"]:
            assert back["note", row["parent_note_key"]] == original["parent_note_key"]


def test_a_destination_that_holds_something_is_refused(filled, tmp_path):
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "thesis.docx").touch()
    with pytest.raises(ChartstreamError, match="is not empty"):
        export_parquet(filled, tmp_path / "export")
    assert not filled.crosswalks.exists()


def test_an_empty_output_exports_empty_tables(output, tmp_path):
    assert export_parquet(output, tmp_path / "export") == {"notes": 0, "entities": 0, "relations": 0}
    assert read(tmp_path / "export", "notes") == []
