"""The answer for one text: what the server sends as JSON."""

from typing import TypedDict


class Entity(TypedDict):
    """Code points ``start:end`` of the text, half-open, and what is said of them there."""

    start: int
    end: int
    type: str
    score: float
    negated: bool
    uncertain: bool
    historical: bool
    hypothetical: bool
    experiencer: str


class Relation(TypedDict):
    """``head`` and ``tail`` index the same answer's entities."""

    head: int
    tail: int
    type: str
    score: float


class NoteClass(TypedDict):
    name: str
    score: float


class Findings(TypedDict):
    entities: list[Entity]
    relations: list[Relation]
    classes: list[NoteClass]
    model: str
