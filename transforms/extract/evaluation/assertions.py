"""What is said of a finding: judged where people judged it, on the findings that the model reached."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from transforms.extract.evaluation.document import Assertion, Document, Entity, Experiencer
from transforms.extract.evaluation.matching import nearness, shared
from transforms.extract.evaluation.score import Score

# Whether the unusual is said, which is what is looked for; None: nobody has judged it.
KINDS: Mapping[str, Callable[[Assertion], bool | None]] = {
    "negated": lambda assertion: assertion.negated,
    "uncertain": lambda assertion: assertion.uncertain,
    "historical": lambda assertion: assertion.historical,
    "hypothetical": lambda assertion: assertion.hypothetical,
    "experiencer": lambda assertion: _is_of_another(assertion.experiencer),
}


@dataclass(frozen=True)
class Judged:
    """One document: by kind, the gold entities judged, those of them that a found entity overlaps, and the scores of those."""

    judged: Mapping[str, int]
    reached: Mapping[str, int]
    scores: Mapping[str, Score]


def judge(gold: Document, found: Document) -> Judged:
    """What is said of each gold entity by the found one that overlaps it most, of whatever type."""
    answered = [(said, _answer(entity, found)) for entity, said in zip(gold.entities, gold.assertions, strict=False)]
    judged: dict[str, int] = {}
    reached: dict[str, int] = {}
    scores: dict[str, Score] = {}
    for kind, says in KINDS.items():
        here = [(says(said), answer) for said, answer in answered if says(said) is not None]
        both = [(bool(said), bool(says(answer))) for said, answer in here if answer is not None]
        judged[kind], reached[kind] = len(here), len(both)
        scores[kind] = Score(
            right=sum(said and found_so for said, found_so in both),
            found=sum(found_so for _, found_so in both),
            gold=sum(said for said, _ in both),
        )
    return Judged(judged, reached, scores)


def is_reached(entity: Entity, found: Document) -> bool:
    """Whether anything that was found shares a character with a gold entity."""
    return any(shared(entity, other) for other in found.entities)


def _is_of_another(experiencer: Experiencer | None) -> bool | None:
    return None if experiencer is None else experiencer is Experiencer.OTHER


def _answer(entity: Entity, found: Document) -> Assertion | None:
    """What is said of the nearest found entity that shares a character."""
    best = max(
        zip(found.entities, found.assertions, strict=True), key=lambda one: nearness(entity, one[0]), default=None
    )
    return best[1] if best and shared(entity, best[0]) else None
