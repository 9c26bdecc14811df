"""A text and what people have marked in it: gold to measure on, and what a model learns from."""

from dataclasses import dataclass
from enum import StrEnum


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
