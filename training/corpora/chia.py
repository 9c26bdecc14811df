"""CHIA: eligibility criteria of clinical trials, of which is taken what they negate and what they call historical.

CHIA marks a cue as an entity of its own, with a relation from what it bears on, and mostly from the first member of a
list only. So what has no relation to a cue may well be under one. Only entities are read of which the cue, or that
there is none, is sure:

- **negated** where every negation of it is a plain one ("no", "without", "absence of"). "Other than", "except",
  "unless", "unable" and their like are exceptions to a criterion, and what they bear on is left out.
- **not negated** where neither it, nor what it stands in a list with, contains or is qualified by, is negated, and no
  plain cue stands shortly before it in its line.
- **historical** where all that it has of time is "history of", "previous", "prior" or the like without a point of
  reference; not historical where it has "current", "active" or the like, or no time at all and no such word shortly
  before it; else not judged.

Left out, too: what lies in a passage that the annotators set aside as unclear or no criterion, and what is planned,
needed or suspected (CHIA's Mood). Uncertain and hypothetical are not judged, nor is whose finding it is.

Source: Kury et al. 2020, https://doi.org/10.6084/m9.figshare.11855817
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from training.corpora.distinct import distinct
from transforms.extract.evaluation import brat
from transforms.extract.evaluation.document import Assertion, Document, Entity

CARRIERS = frozenset({"Condition", "Drug", "Procedure", "Measurement", "Observation"})

_PLAIN_NEGATION = re.compile(
    r"(in the )?(no|not?n?|without( any)?|absence( of)?|never|lack( of)?|free( of| from)?|negative"
    r"|not (received|receiving|have|had|taken)|do(es)? not( have)?|don't have|have not|has not|had not"
    r"|no (history|evidence)( of)?|denies|na[iï]ve)-?",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"((previous|prior|past|lifetime|known|personal) )*history( of)?|previous(ly)?|prior|past|in the past|antecedents?",
    re.IGNORECASE,
)
_PRESENT = re.compile(
    r"current(ly)?|active|ongoing|concurrent(ly)?|concomitant(ly)?|present|actual"
    r"|at (baseline|screening|enrol?lment|inclusion|admission)",
    re.IGNORECASE,
)
# In the same line, shortly before an entity.
_NEGATION_BEFORE = re.compile(
    r"\b(no|not|without|absence|never|non|lack|denies|free|negative)\b[^\n]{0,30}\Z", re.IGNORECASE
)
_TIME_BEFORE = re.compile(r"\b(history|histories|prior|previous|previously|past|family)\b[^\n]{0,60}\Z", re.IGNORECASE)

# Passages of which the annotators say that they are no criterion, or that one cannot tell.
_SET_ASIDE = frozenset(
    {
        "Competing_trial",
        "Context_Error",
        "Grammar_Error",
        "Informed_consent",
        "Intoxication_considerations",
        "Line",
        "Non-query-able",
        "Non-representable",
        "Not_a_criteria",
        "Parsing_Error",
        "Post-eligibility",
        "Pregnancy_considerations",
        "Subjective_judgement",
        "Undefined_semantics",
    }
)
# Of two criteria that hold together, one may be negated and the other not. All other relations stay within a criterion.
_SEPARATE = frozenset({"AND", "v-AND"})


def read(folder: Path) -> list[Document]:
    """The documents that have an entity, each of type ``Concept`` and with its assertion.

    Raises:
        FileNotFoundError: the folder holds no annotation.
        BratError: an annotation file is malformed.
    """
    documents = (assertions(_read_with_lists(path)) for path in brat.annotation_files(folder))
    return distinct(document for document in documents if document.entities)


def _read_with_lists(path: Path) -> Document:
    """One document as brat has it, with a list (a line ``*``) as relations from each member to the next."""
    lines: list[str] = []
    # Not by splitlines: an annotated text may hold a carriage return.
    for line in path.read_bytes().decode("utf-8").split("\n"):
        if line.startswith("*\t"):
            kind, *members = line.split("\t")[1].split()
            lines.extend(f"R\t{kind} Arg1:{member} Arg2:{following}" for member, following in pairwise(members))
        else:
            lines.append(line)
    text = path.with_suffix(".txt").read_bytes().decode("utf-8")
    try:
        return brat.parse(path.stem, text, "\n".join(lines))
    except brat.BratError as error:
        raise brat.BratError(f"{path}: {error}") from None


def assertions(document: Document) -> Document:
    """What is sure of what a document asserts, from CHIA's entities and relations."""
    judged: dict[Entity, set[Assertion]] = defaultdict(set)
    unsure: set[Entity] = set()
    cues = _Cues(document)
    for at, entity in enumerate(document.entities):
        if entity.type in CARRIERS:
            concept = replace(entity, type="Concept")
            negated = cues.negated(at)
            if negated is None:
                unsure.add(concept)
            else:
                judged[concept].add(Assertion(negated=negated, historical=cues.historical(at)))
    kept = sorted(
        ((concept, next(iter(said))) for concept, said in judged.items() if concept not in unsure and len(said) == 1),
        key=lambda pair: pair[0],
    )
    return Document(
        name=document.name,
        text=document.text,
        entities=tuple(concept for concept, _ in kept),
        assertions=tuple(assertion for _, assertion in kept),
    )


class _Cues:
    """The cues of a document's entities, by their index."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._negations: dict[int, list[str]] = defaultdict(list)
        self._times: dict[int, list[int]] = defaultdict(list)
        self._neighbours: dict[int, set[int]] = defaultdict(set)
        self._anchored: set[int] = set()
        self._moods: set[int] = set()
        for relation in document.relations:
            match relation.type:
                case "Has_negation":
                    self._negations[relation.head].append(self._words(relation.tail))
                case "Has_temporal":
                    self._times[relation.head].append(relation.tail)
                case "Has_index":
                    self._anchored.add(relation.head)
                case "Has_mood":
                    self._moods.add(relation.head)
            if relation.type not in _SEPARATE:
                self._neighbours[relation.head].add(relation.tail)
                self._neighbours[relation.tail].add(relation.head)
        self._aside = [(entity.start, entity.end) for entity in document.entities if entity.type in _SET_ASIDE]

    def negated(self, at: int) -> bool | None:
        """Whether an entity is negated; None where that is not sure."""
        entity = self._document.entities[at]
        if at in self._moods or any(start <= entity.start and entity.end <= end for start, end in self._aside):
            return None
        if at in self._negations:
            return True if all(map(_PLAIN_NEGATION.fullmatch, self._negations[at])) else None
        in_doubt = self._any_has(self._neighbours[at], self._negations) or _NEGATION_BEFORE.search(self._before(entity))
        return None if in_doubt else False

    def historical(self, at: int) -> bool | None:
        """Whether an entity is of the past; None where that is not sure."""
        times = self._times[at]
        if not times:
            in_doubt = self._any_has(self._neighbours[at], self._times) or _TIME_BEFORE.search(
                self._before(self._document.entities[at])
            )
            return None if in_doubt else False
        # "Diagnosed by history and examination": where the word follows, it may be about something else.
        start = self._document.entities[at].start
        if self._anchored.intersection(times) or any(self._document.entities[time].end > start for time in times):
            return None
        words = [self._words(time) for time in times]
        if all(map(_PAST.fullmatch, words)):
            return True
        return False if all(map(_PRESENT.fullmatch, words)) else None

    def _any_has(self, entities: Iterable[int], cues: dict[int, list[int]] | dict[int, list[str]]) -> bool:
        return any(cues.get(at) for at in entities)

    def _words(self, at: int) -> str:
        entity = self._document.entities[at]
        return " ".join(self._document.text[entity.start : entity.end].split())

    def _before(self, entity: Entity) -> str:
        """The line up to an entity."""
        text = self._document.text
        return text[text.rfind("\n", 0, entity.start) + 1 : entity.start]
