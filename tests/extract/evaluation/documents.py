"""Documents for the tests of this folder: made up by hand, and any."""

from hypothesis import strategies as st

from transforms.extract.evaluation.document import (
    Assertion,
    ConceptRelation,
    Document,
    Entity,
    Experiencer,
    Relation,
    arranged,
)
from transforms.extract.repository import LabelSet

PLAIN = Assertion(False, False, False, False, Experiencer.PATIENT)
ALL_LABELS = LabelSet(
    frozenset({"Sign_symptom", "Severity", "Medication"}),
    frozenset({"MODIFY", "OVERLAP", "CID"}),
    frozenset({"radiology", "discharge"}),
)


def document(
    text: str,
    *entities: Entity,
    relations: tuple[Relation, ...] = (),
    assertions: tuple[Assertion, ...] | None = None,
    concepts: tuple[str, ...] = (),
    concept_relations: tuple[ConceptRelation, ...] = (),
    note_class: str | None = None,
) -> Document:
    """Of entities in the order of the text; nothing unusual is said of them where nothing is given."""
    said = tuple(PLAIN for _ in entities) if assertions is None else assertions
    return Document("note", text, entities, relations, said, concepts, concept_relations, note_class)


def entity(text: str, words: str, entity_type: str) -> Entity:
    """The first place of the words."""
    start = text.index(words)
    return Entity(start, start + len(words), entity_type)


_entities = st.builds(
    lambda start, length, entity_type: Entity(start, start + length, entity_type),
    st.integers(0, 25),
    st.integers(1, 6),
    st.sampled_from(sorted(ALL_LABELS.entities)),
)
_assertions = st.builds(
    Assertion, st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.sampled_from(Experiencer)
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A short text with any entities, each judged and of a concept, any relations, and a class."""
    text = draw(st.text("ab ", min_size=31, max_size=31))
    places = draw(st.lists(_entities, max_size=8, unique=True))
    marked = [(one, draw(_assertions)) for one in places]
    numbers = st.integers(0, max(0, len(places) - 1))
    relation = st.builds(Relation, numbers, numbers, st.sampled_from(sorted(ALL_LABELS.relations)))
    relations = draw(st.lists(relation, max_size=6)) if places else []
    made = arranged("any", text, marked, relations, draw(st.sampled_from([None, *sorted(ALL_LABELS.classes)])))
    concepts = tuple(draw(st.sampled_from(["D1", "D2", "D3|D4"])) for _ in places)
    return Document(made.name, made.text, made.entities, made.relations, made.assertions, concepts, (), made.note_class)
