"""What is published is checked first, and what was published is whole or it is nothing."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.write.units import Line, unit_of
from transforms.records import ExtractedUnit, Piece, Reason
from transforms.write import container
from transforms.write.container import DamagedUnit, decode, encode
from transforms.write.publish import InconsistentUnit, publish
from transforms.write.rows import tables_of
from transforms.write.schemas import Table, staged_schema

UNIT = unit_of([Line("a"), Line("b")], empty=1, held=1)


def changed_note(unit: ExtractedUnit, **changes) -> ExtractedUnit:
    """The unit with its first note changed; a change that is a function is given the old value."""
    item = unit.notes[0]
    values = {name: change(getattr(item.note, name)) for name, change in changes.items()}
    return replace(unit, notes=(replace(item, note=replace(item.note, **values)), *unit.notes[1:]))


def changed_entity(unit: ExtractedUnit, **changes) -> ExtractedUnit:
    item = unit.notes[0]
    first, *others = item.extraction.entities
    extraction = replace(item.extraction, entities=(replace(first, **changes), *others))
    return replace(unit, notes=(replace(item, extraction=extraction), *unit.notes[1:]))


def changed_section(unit, **changes):
    item = unit.notes[0]
    (section,) = item.extraction.sections
    extraction = replace(item.extraction, sections=(replace(section, **changes),))
    return replace(unit, notes=(replace(item, extraction=extraction), *unit.notes[1:]))


@pytest.mark.parametrize(
    "unit",
    [
        changed_entity(UNIT, start=8),
        changed_entity(UNIT, end=999),
        changed_entity(UNIT, text="something else"),
        changed_section(UNIT, start=-1),
        changed_section(UNIT, end=999),
        changed_note(UNIT, place=lambda place: replace(place, offset=1)),
        changed_note(UNIT, place=lambda place: replace(place, unit_id="0" * 32)),
        changed_note(UNIT, note_key=lambda _: ""),
        changed_note(UNIT, text=lambda text: text + "\ud800"),
        changed_note(UNIT, version=lambda _: 2**70),
        changed_note(UNIT, policy=lambda _: None),
        replace(UNIT, unit=replace(UNIT.unit, unit_id="../../notes")),
        replace(UNIT, unit=replace(UNIT.unit, pieces=())),
    ],
    ids=[
        "an entity that starts too late",
        "an entity beyond the text",
        "an entity of another text",
        "a section before the text",
        "a section beyond the text",
        "two notes at one place",
        "a note of another unit",
        "no note key",
        "a lone surrogate",
        "a version that fits no column",
        "no policy",
        "an id that is a path",
        "no piece",
    ],
)
def test_a_unit_that_contradicts_itself_fails_loudly_and_publishes_nothing(output, unit):
    with pytest.raises(InconsistentUnit) as failed:
        publish(unit, output, "run-1")
    assert "chest pain" not in str(failed.value)
    assert failed.value.__cause__ is None
    assert container.staged(output.staging) == []
    assert not [path for path in output.staging.iterdir() if path.is_file()]


def test_a_cancelled_note_has_no_text(output):
    item = UNIT.notes[0]
    cancelled = replace(
        item,
        note=replace(item.note, text=None, phi_spans=()),
        extraction=replace(item.extraction, entities=(), relations=(), sections=()),
    )
    publish(replace(UNIT, notes=(cancelled, UNIT.notes[1])), output, "run-1")
    (path,) = container.staged(output.staging)
    notes = container.read(path).rows(Table.NOTES)
    assert notes["text"].to_pylist()[0] is None
    assert notes["sections"].to_pylist()[0] is None
    assert container.read(path).rows(Table.LEDGER)["chars"].to_pylist()[0] is None


def test_rows_carry_their_sections(output):
    item = UNIT.notes[1]
    without = replace(item, extraction=replace(item.extraction, sections=()))
    publish(replace(UNIT, notes=(UNIT.notes[0], without)), output, "run-1")
    (path,) = container.staged(output.staging)
    staged = container.read(path)
    text = UNIT.notes[0].note.text
    assert staged.rows(Table.NOTES)["sections"].to_pylist() == [
        [{"name": "plan", "start": len("[NAME] "), "end": len(text)}],
        [],
    ]
    assert set(staged.rows(Table.ENTITIES)["section"].to_pylist()) == {"plan"}


def test_a_unit_of_many_files_counts_the_notes_of_each(output):
    parts = [unit_of([Line(f"{name}")] * count, path=f"/in/{name}") for name, count in (("a", 1), ("b", 0), ("c", 3))]
    unit_id = parts[0].unit.unit_id
    notes = tuple(
        replace(item, note=replace(item.note, place=replace(item.note.place, unit_id=unit_id)))
        for part in parts
        for item in part.notes
    )
    pieces = tuple(piece for part in parts for piece in part.unit.pieces)
    publish(replace(parts[0], unit=replace(parts[0].unit, pieces=pieces), notes=notes), output, "run-1")
    (path,) = container.staged(output.staging)
    assert container.read(path).rows(Table.UNITS)["notes"].to_pylist() == [1, 0, 3]


lines = st.builds(
    Line,
    name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8),
    version=st.integers(0, 2**63 - 1),
    says=st.text(st.characters(exclude_categories=["Cs"]), min_size=2, max_size=40),
    ordered=st.booleans(),
)
units = st.builds(
    unit_of,
    st.lists(lines, max_size=4),
    path=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    start=st.integers(0, 2**40),
    empty=st.integers(0, 2),
    held=st.integers(0, 2),
)


@settings(max_examples=50, deadline=None)
@given(unit=units)
def test_a_units_file_gives_back_what_was_put_in(unit):
    tables = tables_of(unit, "run-1")
    read = decode(encode(unit.unit.unit_id, unit.unit.pieces, tables))
    assert (read.unit_id, read.pieces) == (unit.unit.unit_id, unit.unit.pieces)
    for table in Table:
        assert read.rows(table).equals(tables[table])
        assert read.rows(table).schema.equals(staged_schema(table))
    texts = read.rows(Table.NOTES)["text"].to_pylist()
    for row in read.rows(Table.ENTITIES).to_pylist():
        assert texts[row["ledger_row"]][row["start"] : row["end"]] == row["text"]


CONTENT = encode(UNIT.unit.unit_id, UNIT.unit.pieces, tables_of(UNIT, "run-1"))


@settings(max_examples=100, deadline=None)
@given(cut=st.integers(0, len(CONTENT) - 1), flip=st.integers(1, 255))
def test_a_units_file_with_a_byte_missing_or_changed_is_damaged(cut, flip):
    with pytest.raises(DamagedUnit):
        decode(CONTENT[:cut])
    with pytest.raises(DamagedUnit):
        decode(CONTENT[:cut] + bytes([CONTENT[cut] ^ flip]) + CONTENT[cut + 1 :])


def test_a_file_under_another_units_name_is_damaged(tmp_path):
    (tmp_path / ("0" * 32)).write_bytes(CONTENT)
    with pytest.raises(DamagedUnit):
        container.read(tmp_path / ("0" * 32))


def test_rows_say_what_the_records_say():
    tables = tables_of(UNIT, "run-1")
    ledger = tables[Table.LEDGER].to_pylist()
    assert [row["outcome"] for row in ledger] == ["released", "released", "quarantined", "no_note"]
    assert [row["stage"] for row in ledger] == [None, None, "deidentify", "read"]
    assert [row["reason"] for row in ledger] == [None, None, Reason.RESIDUAL_PHI, None]
    assert ledger[0]["received_at"] == datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    assert (ledger[0]["read_ms"], ledger[0]["deidentify_ms"], ledger[0]["extract_ms"]) == (0.5, 8.0, 12.0)
    assert ledger[0]["chars"] == len("[NAME] Denies chest pain.")
    assert tables[Table.UNITS].to_pylist()[0]["notes"] == 3
    assert Piece(
        **{name: tables[Table.UNITS].to_pylist()[0][name] for name in ("path", "start", "end", "size", "digest")}
    )
