"""Passages of unlabelled notes with findings and what rules say of them, chosen so that no property is rare."""

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from training.pretraining_text import Source
from training.silver.context_rules import Property, assertions
from training.silver.mentions import Mentions
from training.silver.sentences import sections, sentences
from transforms.extract.evaluation.document import Assertion, Document, Entity, Experiencer

Judgement = TypeVar("Judgement", bool | None, Experiencer | None)
ENTITY_TYPE = "Concept"
# Code points.
_LONGEST = 600
# A heading begins a passage of its own behind this much.
_ENOUGH = 150
# Passages to choose from for each that is wanted, so that what is rare can be chosen often.
_CANDIDATES = 20
# Names of diseases that stand for something else: a vaccine, a test, a clinic.
_NOT_A_FINDING = re.compile(
    r"(?i)[\s-]*(?:virus|[ABC]\b)?[\s-]*(?:vaccin\w*|immuni[sz]\w*|toxoid|booster|shot|vax|titers?|antibod(?:y|ies)|antigen|serolog\w*"
    r"|screen\w*|tests?|testing|panel|culture|clinic|center|cent(?:er|re)|association|society|scale|score|questionnaire|trial|study"
    r"|medications?|drugs?|therapy|treatment|prevention|awareness|research|foundation|reporting|data)\b"
)
# A passage counts for a property where at least this share of its findings has it, as long as there are such passages.
_FAIR = 0.3
# Trials tell of nobody in particular: what rules read there is neither so nor otherwise.
SOURCES = (Source("notes_mtsamples", 0.55), Source("pretraining/vaers_narratives.jsonl.xz", 0.45))


def silver(texts: Iterable[str], mentions: Mentions, count: int, seed: int) -> list[Document]:
    """``count`` passages, or all there are, with findings of type ``Concept`` and assertions by rules.

    The passages are chosen one after the other, each for the property that holds of the fewest findings so far; findings of which
    nothing holds come along. The same texts and seed give the same passages.
    """
    candidates = (passage for number, text in enumerate(texts) for passage in passages(f"{number}", text, mentions))
    pool = list({passage.text: passage for passage in islice(candidates, count * _CANDIDATES)}.values())
    random.Random(seed).shuffle(pool)
    kinds: tuple[Property | None, ...] = (*Property, None)
    waiting = {kind: iter(_best_first(pool, kind)) for kind in kinds}
    so_far: Counter[Property | None] = Counter()
    chosen: dict[str, Document] = {}
    while waiting and len(chosen) < count:
        rarest = min(waiting, key=lambda kind: so_far[kind])
        passage = next((one for one in waiting[rarest] if one.text not in chosen), None)
        if passage is None:
            del waiting[rarest]
        else:
            chosen[passage.text] = passage
            so_far.update(kind for assertion in passage.assertions for kind in kinds_of(assertion))
    return list(chosen.values())


def passages(name: str, text: str, mentions: Mentions) -> Iterator[Document]:
    """The passages of a text that name a finding.

    A property that only the rest of the text tells of, by a heading further up, is None: the passage does not show it.
    """
    found = [span for span in mentions.find(text) if not _NOT_A_FINDING.match(text, span[1])]
    said = dict(zip(found, assertions(text, found), strict=True))
    for start, end in _cuts(text):
        within = [span for span in found if start <= span[0] and span[1] <= end]
        if within:
            spans = [(first - start, last - start) for first, last in within]
            alone = assertions(text[start:end], spans)
            yield Document(
                name=f"{name}:{start}",
                text=text[start:end],
                entities=tuple(Entity(*span, ENTITY_TYPE) for span in spans),
                assertions=tuple(_agreed(said[span], its) for span, its in zip(within, alone, strict=True)),
            )


def kinds_of(assertion: Assertion) -> tuple[Property | None, ...]:
    """The properties that hold of a finding, or None alone where none does."""
    holds = {
        Property.NEGATED: assertion.negated,
        Property.UNCERTAIN: assertion.uncertain,
        Property.HISTORICAL: assertion.historical,
        Property.HYPOTHETICAL: assertion.hypothetical,
        Property.OTHER: assertion.experiencer is Experiencer.OTHER,
    }
    return tuple(of for of, held in holds.items() if held) or (None,)


def _cuts(text: str) -> Iterator[tuple[int, int]]:
    """Whole sentences up to the length of a passage, and no further than the next heading once there is enough."""
    heads = {section.start for section in sections(text)}
    start = end = None
    for first, last in sentences(text):
        if start is not None and end is not None:
            if last - start <= _LONGEST and not (first in heads and end - start >= _ENOUGH):
                end = last
                continue
            yield start, end
        start, end = first, min(last, first + _LONGEST)
    if start is not None and end is not None:
        yield start, end


def _best_first(pool: Sequence[Document], kind: Property | None) -> list[Document]:
    def share(passage: Document) -> float:
        return sum(kind in kinds_of(its) for its in passage.assertions) / len(passage.assertions)

    return sorted((one for one in pool if share(one)), key=lambda one: share(one) < _FAIR)


def _agreed(whole: Assertion, alone: Assertion) -> Assertion:
    def agreed(one: Judgement, other: Judgement) -> Judgement | None:
        return one if one == other else None

    return Assertion(
        negated=agreed(whole.negated, alone.negated),
        uncertain=agreed(whole.uncertain, alone.uncertain),
        historical=agreed(whole.historical, alone.historical),
        hypothetical=agreed(whole.hypothetical, alone.hypothetical),
        experiencer=agreed(whole.experiencer, alone.experiencer),
    )
