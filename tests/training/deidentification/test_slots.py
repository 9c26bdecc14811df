"""Templates become notes whose gold spans are exact; what is learnt from and what is measured on share nothing."""

import re
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.deidentification import notes
from training.deidentification.notes import NoteMaker
from training.deidentification.slots import Cast, UnknownSlot
from training.deidentification.values import Part, Values, load_values


@pytest.fixture(scope="module")
def values(corpora) -> dict[Part, Values]:
    return {part: load_values(corpora, part) for part in Part}


@pytest.fixture(scope="module")
def makers(corpora, values) -> dict[Part, NoteMaker]:
    return {
        part: NoteMaker(values[part], notes.load_templates(part), notes.load_texts(corpora, part), Random(3))
        for part in Part
    }


def test_a_slot_is_the_same_person_in_the_whole_note(values):
    cast = Cast(values[Part.TRAIN], Random(1))
    header = cast.fill("Patient: {{patient.last_first}}  MRN {{mrn}}")
    body = cast.fill("Mr. {{patient.last}} (MRN {{mrn}}) came with {{relative.first}}; {{doctor2.last}} agreed.")
    name, number = (header.text[span.start : span.end] for span in header.spans)
    again, same_number, kin, _ = (body.text[span.start : span.end] for span in body.spans)
    assert name.startswith(again)
    assert same_number == number
    assert kin != again
    assert [span.phi_type for span in body.spans] == ["NAME", "ID", "NAME", "NAME"]


def test_fillers_identify_nobody_and_the_time_is_no_part_of_a_date(values):
    filled = Cast(values[Part.TRAIN], Random(2)).fill(
        "{{~age}}-year-old {{~man}}, seen {{date.datetime}}, at {{~time}}"
    )
    (span,) = filled.spans
    assert span.phi_type == "DATE"
    assert ":" not in filled.text[span.start : span.end]


def test_wards_seasons_days_and_typists_are_written_as_notes_write_them(values):
    filled = Cast(values[Part.TRAIN], Random(5)).fill(
        "at {{ward}} since last {{date.season}}, due {{date2.md_dash}} or by the {{date3.day}} {{nurse.initials_lower}}"
    )
    ward, season, dashed, day, typist = (filled.text[span.start : span.end] for span in filled.spans)
    assert any(map(str.isdigit, ward))
    assert season.split()[0] in ("spring", "summer", "fall", "winter")
    assert re.fullmatch("[0-9]{1,2}-[0-9]{1,2}", dashed)
    assert re.fullmatch("[0-9]{1,2}(st|nd|rd|th)", day)
    assert typist.islower()
    assert 2 <= len(typist) <= 3
    assert [span.phi_type for span in filled.spans] == ["LOCATION", "DATE", "DATE", "DATE", "NAME"]


def test_an_identifier_that_no_slot_writes_keeps_its_shape_and_gets_other_figures(values):
    template = "moved to [[LOCATION:BMT 90E]], tel [[PHONE:x4471]], seen [[DATE:last fall]] by [[NAME:jkowal]], on 2 L"
    written = set()
    for seed in range(30):
        filled = Cast(values[Part.TRAIN], Random(seed)).fill(template)
        ward, phone, day, login = (filled.text[span.start : span.end] for span in filled.spans)
        assert re.fullmatch("[A-Z]{3} [1-9]0E", ward)
        assert re.fullmatch("x[1-9]{4}", phone)
        assert (day, login) == ("last fall", "jkowal")
        assert filled.text.endswith(", on 2 L")
        written.add(ward[:3])
    assert "BMT" in written
    assert len(written) > 3
    assert [span.phi_type for span in filled.spans] == ["LOCATION", "PHONE", "DATE", "NAME"]


@pytest.mark.parametrize(
    "template", ["[[LOCATION:4 West", "{{paitent}}", "{{~shoe}}", "{{Patient}}", "{{date.}}", "{{hospital"]
)
def test_a_slot_that_the_format_lacks_is_refused(values, template):
    with pytest.raises(UnknownSlot):
        Cast(values[Part.TRAIN], Random(1)).fill(f"at {template} today")


@pytest.mark.parametrize("part", Part)
def test_every_template_can_be_filled(values, makers, part):
    templates = makers[part].templates
    for template in (*templates.headers, *templates.sentences, *templates.signatures):
        filled = Cast(values[part], Random(7)).fill(template)
        assert "{{" not in filled.text
        assert "[[" not in filled.text
        assert all(filled.text[span.start : span.end].strip() for span in filled.spans)
    for template in templates.plain:
        assert Cast(values[part], Random(7)).fill(template).spans == ()


@pytest.mark.parametrize("part", Part)
@given(seed=st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_spans_of_a_note_are_in_order_and_inside_what_is_labelled(makers, part, seed):
    maker = makers[part]
    maker.random = Random(seed)
    note = maker.note(longest=1_500, sentences=5)
    end = 0
    for span in note.spans:
        assert end <= span.start < span.end <= len(note.text)
        assert any(region.start <= span.start and span.end <= region.end for region in note.labelled)
        end = span.end
    recased = notes.recased(note, Random(seed))
    assert len(recased.text) == len(note.text)


def test_the_parts_share_no_value_no_template_and_no_text(values, makers):
    train, held = values[Part.TRAIN], values[Part.HELD_OUT]
    for sex in "fm":
        assert not set(train.census_given[sex].entries) & set(held.census_given[sex].entries)
    assert not set(train.census_surnames.entries) & set(held.census_surnames.entries)
    assert not {place.city for place in train.places} & {place.city for place in held.places}
    assert not set(makers[Part.TRAIN].texts) & set(makers[Part.HELD_OUT].texts)
    learnt, measured = makers[Part.TRAIN].templates, makers[Part.HELD_OUT].templates
    assert not set(learnt.sentences) & set(measured.sentences)
    assert not set(learnt.headers) & set(measured.headers)
