"""Sentences and sections lose nothing of a text."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from training.silver.sentences import sections, sentences


@settings(deadline=None)
@given(st.text(alphabet="ab Z.;:?!\n\t-12)HPI", max_size=120))
def test_sentences_hold_all_that_is_no_white_space_in_order(text: str) -> None:
    found = sentences(text)
    assert "".join("".join(text[start:end].split()) for start, end in found) == "".join(text.split())
    assert all(before[1] <= after[0] for before, after in pairwise(found))


@settings(deadline=None)
@given(st.text(alphabet="ab Z:\n-HISTORYPM", max_size=120))
def test_sections_follow_one_another_to_the_end(text: str) -> None:
    found = sections(text)
    assert all(before.end == after.start for before, after in pairwise(found))
    assert not found or found[-1].end == len(text)


def test_a_note_as_it_is_written() -> None:
    note = "HPI: Dr. Ray saw him at age 60. No pain; Ran 2.5 km.\nPMH:\n1. Gout\n2. Asthma, mild. no inhaler\n"
    assert [note[start:end] for start, end in sentences(note)] == [
        "HPI: Dr. Ray saw him at age 60.",
        "No pain;",
        "Ran 2.5 km.",
        "PMH:",
        "1. Gout",
        "2. Asthma, mild.",
        "no inhaler",
    ]
    assert [section.name for section in sections(note)] == ["hpi", "pmh"]


def test_a_relative_or_a_drug_before_a_colon_begins_no_section() -> None:
    note = "Family History:\nMother: gout\nAspirin: daily\nSocial History: none"
    assert [section.name for section in sections(note)] == ["family history", "social history"]
