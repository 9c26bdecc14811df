"""Counts and shares over all notes: what a report holds. No text, no note's name."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import eq
from typing import TypeVar

from transforms.extract.evaluation import assertions
from transforms.extract.evaluation.document import ConceptRelation, Document, Entity
from transforms.extract.evaluation.matching import most_pairs, overlap
from transforms.extract.evaluation.measure import Unanswered
from transforms.extract.evaluation.relations import Link, concept_relations, links, overlapping
from transforms.extract.evaluation.score import Evaluation, Score, equal, tally
from transforms.extract.repository import LabelSet

ANY = "any type"
Pair = tuple[Document, Document]  # gold, found
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Figure:
    """Counts and what follows from them; a share of nothing is None. ``low`` and ``high``: 95 % interval of the F1."""

    gold: int
    found: int
    right: int
    precision: float | None
    recall: float | None
    f1: float | None
    low: float | None
    high: float | None

    @classmethod
    def of(cls, score: Score, interval: tuple[float, float] | None) -> "Figure":
        low, high = interval or (None, None)
        return cls(
            score.gold,
            score.found,
            score.right,
            score.precision if score.found else None,
            score.recall if score.gold else None,
            score.f1 if score.found or score.gold else None,
            low,
            high,
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one way to count: all alike (micro), by type with the most frequent in the gold first, and the mean F1 of its types."""

    all: Figure
    macro_f1: float | None
    types: dict[str, Figure]

    @classmethod
    def of(cls, evaluation: Evaluation) -> "Figures":
        ordered = sorted(evaluation.types.items(), key=lambda item: (-item[1].gold, item[0]))
        return cls(
            Figure.of(evaluation.micro, evaluation.interval()),
            evaluation.macro_f1 if evaluation.micro.gold else None,
            {name: Figure.of(score, evaluation.interval(name)) for name, score in ordered},
        )


@dataclass(frozen=True, slots=True)
class Compared:
    """The same findings counted twice: where all is exact, and where spans share a character."""

    exact: Figures
    overlap: Figures


@dataclass(frozen=True, slots=True)
class AssertionFigures:
    """Of ``judged`` gold entities, ``reached`` were found; ``figure`` is of those."""

    judged: int
    reached: int
    figure: Figure


@dataclass(frozen=True, slots=True)
class Unscored:
    """Gold that the model has no label for, by type: neither missed nor right.

    ``relation_arguments``: relations whose own type it has, but not the type of an argument.
    """

    entities: dict[str, int]
    relations: dict[str, int]
    relation_arguments: dict[str, int]
    concept_relations: dict[str, int]
    note_classes: dict[str, int]


@dataclass(frozen=True, slots=True)
class Measured:
    """The whole evaluation. ``notes`` = ``answered`` + the sum of ``unanswered``; all else is of answered notes.

    What the gold holds nothing of (relations, say) is None: it was not annotated. ``any_type``: entities by their spans
    alone, with those in it that the model has no label for. ``reached`` of ``gold_entities`` share a character with
    anything found. ``never_gold``: findings of types that the gold never uses, which count as wrong.
    """

    notes: int
    answered: int
    unanswered: dict[str, int]
    unanswered_entities: int
    entities: Compared
    any_type: Figure
    gold_entities: int
    reached: int
    relations: Compared | None
    concept_relations: Compared | None
    assertions: dict[str, AssertionFigures]
    note_classes: Figures | None
    unscored: Unscored
    never_gold: dict[str, int]


def summarise(pairs: Sequence[Pair], unanswered: Sequence[Unanswered], labels: LabelSet) -> Measured:
    """The figures of all notes. ``labels`` is what the model can find; what it found, it can."""
    labels = _with_found(labels, pairs)
    gold = [one for one, _ in pairs]
    return Measured(
        notes=len(pairs) + len(unanswered),
        answered=len(pairs),
        unanswered=_counted(one.detail for one in unanswered),
        unanswered_entities=sum(one.entities for one in unanswered),
        entities=Compared(_entities(pairs, labels, equal), _entities(pairs, labels, _pairing(overlap))),
        any_type=_any_type(pairs),
        gold_entities=sum(len(one.entities) for one in gold),
        reached=sum(assertions.is_reached(entity, found) for one, found in pairs for entity in one.entities),
        relations=_relations(pairs, labels) if any(one.relations for one in gold) else None,
        concept_relations=_concept_relations(pairs, labels) if any(one.concept_relations for one in gold) else None,
        assertions=_assertions(pairs),
        note_classes=_note_classes(pairs, labels) if any(one.note_class for one in gold) else None,
        unscored=_unscored(gold, labels),
        never_gold=_never_gold(pairs),
    )


def _with_found(labels: LabelSet, pairs: Sequence[Pair]) -> LabelSet:
    # A server elsewhere may have a newer model than the one installed here.
    return LabelSet(
        labels.entities.union(entity.type for _, found in pairs for entity in found.entities),
        labels.relations.union(relation.type for _, found in pairs for relation in found.relations),
        labels.classes.union(found.note_class for _, found in pairs if found.note_class),
    )


def _entities(
    pairs: Sequence[Pair], labels: LabelSet, count_right: Callable[[Sequence[Entity], Sequence[Entity]], int]
) -> Figures:
    return _figures(
        tally([one for one in gold.entities if one.type in labels.entities], found.entities, _type, count_right)
        for gold, found in pairs
    )


def _any_type(pairs: Sequence[Pair]) -> Figure:
    sides = (tuple([replace(one, type=ANY) for one in side.entities] for side in pair) for pair in pairs)
    return _figures(tally(gold, found, _type, _pairing(overlap)) for gold, found in sides).all


def _relations(pairs: Sequence[Pair], labels: LabelSet) -> Compared:
    """Between mentions. A type that the gold knows of whole documents is not expected between any two mentions."""
    of_concepts = _concept_types(pairs)
    both = [
        (
            [one for one in links(gold) if _is_known(one, labels)],
            [one for one in links(found) if one.type not in of_concepts],
        )
        for gold, found in pairs
    ]
    return Compared(
        _figures(tally(gold, found, _type, equal) for gold, found in both),
        _figures(tally(gold, found, _type, _pairing(overlapping)) for gold, found in both),
    )


def _concept_relations(pairs: Sequence[Pair], labels: LabelSet) -> Compared:
    """Of the types that the gold knows of whole documents: others say something of their mentions alone."""
    of_concepts = _concept_types(pairs)

    def compared(same: Callable[[Entity, Entity], bool]) -> Figures:
        return _figures(
            tally(
                [one for one in gold.concept_relations if one.type in labels.relations],
                [one for one in concept_relations(gold, found, same) if one.type in of_concepts],
                _type,
                equal,
            )
            for gold, found in pairs
        )

    return Compared(compared(eq), compared(overlap))


def _concept_types(pairs: Sequence[Pair]) -> set[str]:
    return {one.type for gold, _ in pairs for one in gold.concept_relations}


def _assertions(pairs: Sequence[Pair]) -> dict[str, AssertionFigures]:
    """Of each kind that anybody has judged."""
    documents = [assertions.judge(gold, found) for gold, found in pairs]
    figures = _figures(one.scores for one in documents)
    judged = {kind: sum(one.judged[kind] for one in documents) for kind in assertions.KINDS}
    return {
        kind: AssertionFigures(count, sum(one.reached[kind] for one in documents), figures.types[kind])
        for kind, count in judged.items()
        if count
    }


def _note_classes(pairs: Sequence[Pair], labels: LabelSet) -> Figures:
    """Of notes whose class is known and the model's: the recall of all is the accuracy."""
    return _figures(
        tally([gold.note_class], [found.note_class] if found.note_class else [], str, equal)
        for gold, found in pairs
        if gold.note_class in labels.classes
    )


def _unscored(gold: Sequence[Document], labels: LabelSet) -> Unscored:
    relations = [link for one in gold for link in links(one)]
    return Unscored(
        entities=_counted(entity.type for one in gold for entity in one.entities if entity.type not in labels.entities),
        relations=_counted(link.type for link in relations if link.type not in labels.relations),
        relation_arguments=_counted(
            link.type for link in relations if link.type in labels.relations and not _is_known(link, labels)
        ),
        concept_relations=_counted(
            relation.type for one in gold for relation in one.concept_relations if relation.type not in labels.relations
        ),
        note_classes=_counted(
            one.note_class for one in gold if one.note_class and one.note_class not in labels.classes
        ),
    )


def _never_gold(pairs: Sequence[Pair]) -> dict[str, int]:
    of_gold = {entity.type for gold, _ in pairs for entity in gold.entities}
    return _counted(entity.type for _, found in pairs for entity in found.entities if entity.type not in of_gold)


def _is_known(link: Link, labels: LabelSet) -> bool:
    return link.type in labels.relations and {link.head.type, link.tail.type} <= labels.entities


def _type(one: Entity | Link | ConceptRelation) -> str:
    return one.type


def _pairing(agree: Callable[[T, T], bool]) -> Callable[[Sequence[T], Sequence[T]], int]:
    return lambda gold, found: most_pairs(gold, found, agree)


def _figures(documents: Iterable[Mapping[str, Score]]) -> Figures:
    return Figures.of(Evaluation(tuple(documents)))


def _counted(names: Iterable[str]) -> dict[str, int]:
    """The most frequent first."""
    return dict(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))
