"""Relations end to end: both arguments must have been found, too. Between mentions, and between the concepts of a document."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

from transforms.extract.evaluation.document import SYMMETRIC_RELATIONS, ConceptRelation, Document, Entity
from transforms.extract.evaluation.matching import nearness, overlap


@dataclass(frozen=True)
class Link:
    """A relation with its arguments. Where a type has no direction, the arguments stand in the order of the text."""

    type: str
    head: Entity
    tail: Entity


def links(document: Document) -> list[Link]:
    """The relations between mentions."""
    found = []
    for relation in document.relations:
        head, tail = document.entities[relation.head], document.entities[relation.tail]
        if relation.type in SYMMETRIC_RELATIONS:
            head, tail = sorted((head, tail))
        found.append(Link(relation.type, head, tail))
    return found


def overlapping(one: Link, other: Link) -> bool:
    """Whether both arguments have their types and share a character each."""
    if one.type != other.type:
        return False
    if overlap(one.head, other.head) and overlap(one.tail, other.tail):
        return True
    # Spans that only overlap may stand the other way round in the text.
    turned = overlap(one.head, other.tail) and overlap(one.tail, other.head)
    return one.type in SYMMETRIC_RELATIONS and turned


def concept_relations(
    gold: Document, found: Document, same: Callable[[Entity, Entity], bool]
) -> Iterator[ConceptRelation]:
    """What found relations say of concepts: an argument means those of the gold entity that is the ``same``.

    Where several are, the nearest. A mention of several concepts (``A|B``) cannot say which it relates: it means those that the
    gold relates, or is wrong once. An argument that is no gold entity of a concept stands for its own text in small letters:
    a relation of it is wrong, and wrong once, however often the text repeats it.
    """
    of_gold = set(gold.concept_relations)
    for link in links(found):
        heads, tails = (_concepts(entity, gold, same) for entity in (link.head, link.tail))
        said = {ConceptRelation(head, tail, link.type) for head, tail in product(heads, tails)}
        yield from said & of_gold or {ConceptRelation("|".join(sorted(heads)), "|".join(sorted(tails)), link.type)}


def _concepts(argument: Entity, gold: Document, same: Callable[[Entity, Entity], bool]) -> set[str]:
    candidates = [
        (nearness(argument, entity), concept)
        for entity, concept in zip(gold.entities, gold.concepts, strict=False)  # no concepts at all, or one an entity
        if concept and same(entity, argument)
    ]
    if not candidates:
        return {f"no concept: {gold.text[argument.start : argument.end].casefold()}"}
    nearest = max(near for near, _ in candidates)
    return {part for near, concept in candidates if near == nearest for part in concept.split("|")}
