"""Other names in the same places."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from training.silver.replacement import with_other_names
from transforms.extract.evaluation.document import Assertion, Document, Entity


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("ab -"), st.sampled_from(["gout", "Lead Colic", "RASH"])), max_size=8), st.data()
)
def test_the_rest_of_the_text_stays_and_every_entity_is_where_it_says(
    pieces: list[tuple[str, str]], data: st.DataObject
) -> None:
    text, entities = "", []
    for between, name in pieces:
        text += between
        entities.append(Entity(len(text), len(text) + len(name), "Concept"))
        text += name
    document = Document("note", text, tuple(entities), assertions=(Assertion(negated=True),) * len(entities))
    share = data.draw(st.sampled_from([0.0, 0.5, 1.0]))
    changed = with_other_names(document, ["tic", "sore throat"], share, Random(data.draw(st.integers(0, 99))))

    assert changed.assertions == document.assertions
    at = 0
    for (between, name), entity in zip(pieces, changed.entities, strict=True):
        assert changed.text[at : entity.start] == between
        written = changed.text[entity.start : entity.end].lower()
        assert written in {name.lower(), "tic", "sore throat"} if share else written == name.lower()
        assert written != name.lower() or share < 1
        at = entity.end
    assert at == len(changed.text)


def test_capitals_are_kept_and_what_overlaps_too() -> None:
    overlapping = (Entity(0, 8, "Concept"), Entity(5, 8, "Concept"), Entity(10, 14, "Concept"))
    document = Document("note", "Big Toe, GOUT".replace("Toe,", "Toes,"), overlapping)
    assert with_other_names(document, ["colic"], 1.0, Random(1)).text == "Big Toes, COLIC"
