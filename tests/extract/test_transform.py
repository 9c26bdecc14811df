"""The step on a pipeline: units come out whole, in any order, with their findings; what an outage hit stays open."""

import socket
from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that
from hypothesis import given
from hypothesis import strategies as st

from transforms.extract.client import Answered, ClientOptions, InvalidNote
from transforms.extract.contract import Labels
from transforms.extract.transform import ExtractFindings, merge, texts_of
from transforms.records import (
    DeidentifiedUnit,
    ExtractedUnit,
    Extraction,
    Format,
    NoNote,
    NoteStatus,
    Place,
    Quarantined,
    Reason,
    ReleasedNote,
    Sealed,
    Stage,
    Timing,
    Unit,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NO_MODEL = ClientOptions("", Labels.NONE)


def note(unit: str, number: int, text: str | None) -> ReleasedNote:
    status = NoteStatus.CANCELLED if text is None else NoteStatus.FINAL
    return ReleasedNote(
        Place(unit, "default", "notes.jsonl", number),
        note_id=f"id {number}",
        note_key=f"{unit}-{number}",
        version=number,
        content_hash="c0ffee",
        text=text,
        status=status,
        sealed=Sealed("k", f"{unit} {number}".encode()),
        timing=Timing(NOW, 1.0, 2.0),
    )


def unit(name: str, *texts: str | None) -> DeidentifiedUnit:
    return DeidentifiedUnit(
        Unit(name, "default", Format.JSONL, ()),
        notes=tuple(note(name, number, text) for number, text in enumerate(texts)),
        no_notes=(NoNote(Place(name, "default", "notes.jsonl", 99), NOW),),
    )


class Emitted:
    """A matcher that keeps what a pipeline emitted. A pipeline copies its matchers, so it is kept with the class."""

    units: ClassVar[list[ExtractedUnit]] = []

    def __call__(self, units: list[ExtractedUnit]) -> None:
        Emitted.units[:] = units


def run(options: ClientOptions, *units: DeidentifiedUnit) -> tuple[dict[str, ExtractedUnit], dict[str, int]]:
    """The units that came out, by their ids, and the counters."""
    pipeline = beam.Pipeline(runner="FnApiRunner")
    found = pipeline | beam.Create(units, reshuffle=False) | "Extract" >> ExtractFindings(options)
    assert_that(found, Emitted())
    counters = pipeline.run().metrics().query()["counters"]
    return (
        {extracted.unit.unit_id: extracted for extracted in Emitted.units},
        {counter.key.metric.name: counter.committed for counter in counters},
    )


def entities(extracted: ExtractedUnit) -> dict[str, list[str]]:
    return {found.note.note_key: [entity.text for entity in found.extraction.entities] for found in extracted.notes}


def test_units_come_out_whole_with_their_findings(options):
    given = [unit(f"u{number}", "a cough", None, "", f"{'x' * number} 🤒 cough") for number in range(12)]
    found, counters = run(replace(options, requests_in_flight=1), *given)
    assert found.keys() == {one.unit.unit_id for one in given}
    for one in given:
        name = one.unit.unit_id
        extracted = found[name]
        assert [kept.note for kept in extracted.notes] == list(one.notes)
        assert extracted.no_notes == one.no_notes
        assert entities(extracted) == {
            f"{name}-0": ["cough"],
            f"{name}-1": [],
            f"{name}-2": [],
            f"{name}-3": ["🤒", "cough"],
        }
        assert extracted.notes[1].extraction == Extraction()  # cancelled: no model was asked
        assert extracted.notes[0].extraction.model == "clinical_bert:5"
        assert extracted.notes[0].extract_ms > 0
    assert not counters


def test_a_note_that_the_model_cannot_answer_is_held_back_alone(options):
    found, counters = run(options, unit("u", "a cough", "FAIL", "no cough"))
    assert entities(found["u"]) == {"u-0": ["cough"], "u-2": ["cough"]}
    (held,) = found["u"].quarantined
    assert (held.stage, held.reason, held.detail) == (Stage.EXTRACT, Reason.INFERENCE_INVALID, "server_internal")
    assert held.sealed == Sealed("k", b"u 1")
    assert (held.note_key, held.version, held.content_hash, held.note_id) == ("u-1", 1, "c0ffee", "id 1")
    assert held.chars == len("FAIL")
    assert (held.timing.read_ms, held.timing.deidentify_ms) == (1.0, 2.0)
    assert held.timing.extract_ms > 0
    assert not counters


def test_what_an_outage_hits_stays_open_and_is_counted():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        options = ClientOptions(f"127.0.0.1:{closed.getsockname()[1]}", Labels.CLINICAL, patience_seconds=0.5)
        found, counters = run(options, unit("u0", "a cough"), unit("u1", "no cough"), unit("u2", None))
    assert found.keys() == {"u2"}  # it needs no server
    assert counters == {"open_server_unavailable": 2}


def test_one_unit_that_meets_an_outage_does_not_keep_the_others_open(options):
    hurried = replace(options, deadline_seconds=0.3, patience_seconds=0.3)
    found, counters = run(hurried, unit("u0", "SLEEP"), unit("u1", "a cough"), unit("u2", "no cough"))
    assert "u0" not in found
    assert counters["open_server_unavailable"] + len(found) == 3


def test_every_entity_has_the_section_in_which_it_starts(options):
    text = "Seen for a cough.\n\nHPI: 🤒 for a week, then cough.\n\nPLAN: Treat the cough."
    found, _ = run(options, unit("u", text, "a cough", None))
    in_sections, without, cancelled = (kept.extraction for kept in found["u"].notes)
    assert [(entity.text, entity.section) for entity in in_sections.entities] == [
        ("cough", None),
        ("🤒", "history_of_present_illness"),
        ("cough", "history_of_present_illness"),
        ("cough", "plan"),
    ]
    assert [text[section.start : section.end] for section in in_sections.sections] == [
        "HPI: 🤒 for a week, then cough.\n\n",
        "PLAN: Treat the cough.",
    ]
    assert [entity.section for entity in without.entities] == [None]
    assert without.sections == cancelled.sections == ()


def test_without_labels_no_server_is_asked():
    found, counters = run(NO_MODEL, unit("u", "a cough", None))
    assert entities(found["u"]) == {"u-0": [], "u-1": []}
    assert {kept.extraction.model for kept in found["u"].notes} == {""}
    assert not counters


def test_sections_need_no_model():
    found, _ = run(NO_MODEL, unit("u", "PLAN: Rest.\nALLERGIES: None.", None))
    assert [[section.name for section in kept.extraction.sections] for kept in found["u"].notes] == [
        ["plan", "allergies"],
        [],
    ]


_texts = st.lists(st.none() | st.text(max_size=5), max_size=8)


@given(_texts, st.data())
def test_every_note_of_a_unit_is_in_one_of_its_lists(texts, data):
    given_unit = unit("u", *texts)
    asked = texts_of(given_unit)
    answer = st.sampled_from([Answered(Extraction(model="m"), 1.0), InvalidNote("code", 1.0)])
    answers = {number: data.draw(answer) for number in asked}
    merged = merge(given_unit, answers)
    outcomes = {found.note.note_key for found in merged.notes} | {held.note_key for held in merged.quarantined}
    assert outcomes == {one.note_key for one in given_unit.notes}
    assert len(merged.notes) + len(merged.quarantined) == len(given_unit.notes)
    assert all(isinstance(held, Quarantined) for held in merged.quarantined)


def test_a_note_that_cannot_be_held_back_is_a_fault_of_the_program():
    bare = replace(unit("u", "text"), notes=(replace(note("u", 0, "text"), sealed=None),))
    with pytest.raises(AssertionError):
        merge(bare, {0: InvalidNote("code", 1.0)})
