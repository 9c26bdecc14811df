"""Masked identifiers are no findings, whatever the model makes of them; all else that it found stays as it was."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from transforms.extract.placeholders import without_placeholders
from transforms.records import Entity, Extraction, PhiAction, PhiSpan, PhiType, Relation

TEXT = "Seen by Dr. [NAME] on 3/4. Call [PHONE] [PHONE]. Aspirin from [NAME]'s pharmacy; warfarin, +."


def span(written: str, action: PhiAction = PhiAction.MASK) -> PhiSpan:
    start = TEXT.index(written)
    return PhiSpan(PhiType.NAME, 0, 1, start, start + len(written), action, "rules", 1.0)


SECOND_PHONE = replace(
    span("[PHONE]"), released_start=TEXT.index(" [PHONE].") + 1, released_end=TEXT.index("[PHONE].") + len("[PHONE]")
)
SECOND_NAME = replace(
    span("[NAME]"), released_start=TEXT.index("[NAME]'s"), released_end=TEXT.index("[NAME]'s") + len("[NAME]")
)
SPANS = (span("Dr. [NAME]"), span("3/4", PhiAction.SHIFT), span("[PHONE]"), SECOND_PHONE, SECOND_NAME)


def entity(written: str, type: str) -> Entity:
    start = TEXT.index(written)
    return Entity(start, start + len(written), written, type)


def test_masked_identifiers_are_no_findings_and_relations_follow_what_stays() -> None:
    found = Extraction(
        entities=(
            entity("[NAME]", "Medication"),
            entity("3/4", "Date"),
            entity("[PHONE] [PHONE]", "Medication"),
            entity("Aspirin", "Medication"),
            entity("[NAME]'s pharmacy", "Nonbiological_location"),
            entity("warfarin", "Medication"),
            entity("+", "Lab_value"),
        ),
        relations=(Relation(1, 5, "BEFORE", 0.9), Relation(0, 3, "MODIFY", 0.9), Relation(4, 3, "MODIFY", 0.8)),
        model="clinical_bert",
    )

    left = without_placeholders(found, TEXT, SPANS)

    assert [one.text for one in left.entities] == ["3/4", "Aspirin", "[NAME]'s pharmacy", "warfarin", "+"]
    assert [(left.entities[r.head].text, left.entities[r.tail].text) for r in left.relations] == [
        ("3/4", "warfarin"),
        ("[NAME]'s pharmacy", "Aspirin"),
    ]
    assert left.model == "clinical_bert"


@given(st.lists(st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 20)), max_size=12, unique=True))
def test_an_entity_goes_only_where_each_letter_of_it_is_masked(places: list[tuple[int, int]]) -> None:
    ends = [(start, min(len(TEXT), start + length)) for start, length in sorted(places)]
    found = Extraction(entities=tuple(Entity(start, end, TEXT[start:end]) for start, end in ends))
    masked = {at for one in SPANS if one.action is PhiAction.MASK for at in range(one.released_start, one.released_end)}

    left = without_placeholders(found, TEXT, SPANS)

    for one in found.entities:
        own = set(range(one.start, one.end))
        goes = bool(own & masked) and not any(TEXT[at].isalnum() for at in own - masked)
        assert (one not in left.entities) is goes
