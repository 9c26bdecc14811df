"""A text and what people have marked in it: gold to measure on, and what a model learns from."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

# Relations that say the same read either way: two events share time, two mentions mean one thing. Annotators write them in the
# order in which they meet the arguments, so the direction in a corpus carries nothing.
SYMMETRIC_RELATIONS = frozenset({"OVERLAP", "IDENTICAL"})


class Experiencer(StrEnum):
    """Whose finding it is."""

    PATIENT = "patient"
    OTHER = "other"


@dataclass(frozen=True, order=True)
class Entity:
    """Code points ``start:end`` of the document's text, half-open. A discontinuous one is its covering span."""

    start: int
    end: int
    type: str


@dataclass(frozen=True)
class Relation:
    """``head`` and ``tail`` index the document's entities."""

    head: int
    tail: int
    type: str


@dataclass(frozen=True)
class Assertion:
    """What the text says of an entity. None: nobody has judged it."""

    negated: bool | None = None
    uncertain: bool | None = None
    historical: bool | None = None
    hypothetical: bool | None = None
    experiencer: Experiencer | None = None


@dataclass(frozen=True)
class ConceptRelation:
    """A relation that holds in the document as a whole, between concepts and not between their mentions."""

    head: str
    tail: str
    type: str


@dataclass(frozen=True)
class Document:
    """One annotated text. Entities stand in the order of the text.

    Attributes:
        assertions: one an entity, in their order; or none, where the corpus has no assertions.
        concepts: the concept identifier of each entity (MeSH, say), empty where it has none; or none at all.
        note_class: the kind of note, where it is known.
    """

    name: str
    text: str
    entities: tuple[Entity, ...] = ()
    relations: tuple[Relation, ...] = ()
    assertions: tuple[Assertion, ...] = ()
    concepts: tuple[str, ...] = ()
    concept_relations: tuple[ConceptRelation, ...] = ()
    note_class: str | None = None


def arranged(
    name: str,
    text: str,
    marked: Sequence[tuple[Entity, Assertion]],
    relations: Sequence[Relation],
    note_class: str | None,
) -> Document:
    """A document whose entities come in any order: they are put in that of the text, and relations go with them."""
    order = sorted(range(len(marked)), key=lambda number: marked[number][0])
    place = {number: at for at, number in enumerate(order)}
    return Document(
        name=name,
        text=text,
        entities=tuple(marked[number][0] for number in order),
        relations=tuple(Relation(place[one.head], place[one.tail], one.type) for one in relations),
        assertions=tuple(marked[number][1] for number in order),
        note_class=note_class,
    )
