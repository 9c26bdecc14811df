"""PHEE: sentences of case reports on drug events, as entities of MACCROBAT's types and relations of a drug.

The relations' head is the drug. Decided by looking at the data:

- An effect belongs to every drug of its event, and so does the disorder that is treated, unless the drug's name
  stands in it ("lithium tremor").
- Dosage, route, frequency and duration belong to the drug that stands nearest: with several drugs in an event, most
  of them are of one ("low-dose ketamine with propofol"), and a relation with each would more often be wrong than
  right.
- A negated event has no effect: entities stay, the relation does not.
- The time from the drug to its effect is no duration of the drug, and is left out, as are age, sex, race, number and
  severity.
- The patient's other disorders are entities without a relation.
- One span is one entity. Where it has two roles, the drug goes before the disorder, and that before the effect.

A document is a sentence; its name begins with the article's number, which sentences of one article share.

Source: Sun et al. 2022, https://github.com/ZhaoyueSun/PHEE
"""

import json
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import product
from pathlib import Path
from typing import Any

from training.corpora.distinct import distinct
from transforms.extract.evaluation.document import Document, Entity, Relation

FILES = ("train.json", "dev.json")

Span = tuple[int, int]


class EventType(StrEnum):
    """What kind of event it is, and the relation from its drugs to its effects."""

    ADVERSE_EFFECT = "Adverse_event"
    THERAPEUTIC_EFFECT = "Potential_therapeutic_event"


# Entity type of a role: (argument of the event, part of the argument).
_TYPES = {
    ("Treatment", "Drug"): "Medication",
    ("Treatment", "Disorder"): "Disease_disorder",
    ("Subject", "Disorder"): "Disease_disorder",
    ("Treatment", "Dosage"): "Dosage",
    ("Treatment", "Route"): "Administration",
    ("Treatment", "Freq"): "Frequency",
    ("Treatment", "Duration"): "Duration",
    ("Effect", ""): "Sign_symptom",
}
_NEAREST = {"Dosage": "DOSAGE", "Route": "ROUTE", "Freq": "FREQUENCY", "Duration": "DURATION"}


class PheeError(ValueError):
    """The file does not hold what the format says; the message names the file and the line's number."""


def read(folder: Path) -> list[Document]:
    """The documents of both files.

    Raises:
        FileNotFoundError: a file is missing.
        PheeError: a file is malformed.
    """
    return distinct(document for name in FILES for document in _read_file(folder / name))


def _read_file(path: Path) -> Iterator[Document]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield parse(json.loads(line))
            except (ValueError, KeyError, TypeError):
                raise PheeError(f"{path}: line {number} is malformed") from None


def parse(record: dict[str, Any]) -> Document:
    """A document from one line's record.

    Raises:
        ValueError: a span does not lie where the record says; or another part is not what the format says, or is missing
            (KeyError, TypeError).
    """
    text = record["context"]
    events = [event for annotation in record["annotations"] for event in annotation["events"]]
    types: dict[Span, str] = {}
    for (argument, part), entity_type in _TYPES.items():
        for event in events:
            for span in _spans(event, argument, part, text):
                types.setdefault(span, entity_type)
    entities = sorted(Entity(*span, entity_type) for span, entity_type in types.items())
    place = {(entity.start, entity.end): at for at, entity in enumerate(entities)}
    relations = {
        Relation(place[head], place[tail], kind)
        for event in events
        for head, tail, kind in _relations(event, text)
        if head != tail
    }
    return Document(
        name=record["id"],
        text=text,
        entities=tuple(entities),
        relations=tuple(sorted(relations, key=lambda relation: (relation.head, relation.tail, relation.type))),
    )


def _spans(event: dict[str, Any], argument: str, part: str, text: str) -> list[Span]:
    """Where a role's fillers stand in the text; a discontinuous one as its covering span."""
    role = event.get(argument, {})
    if part:
        role = role.get(part, {})
    return [
        _covering(pieces, starts, text)
        for pieces, starts in zip(role.get("text", []), role.get("start", []), strict=True)
    ]


def _covering(pieces: Sequence[str], starts: Sequence[int], text: str) -> Span:
    placed = list(zip(pieces, starts, strict=True))
    if not placed or any(not piece or text[start : start + len(piece)] != piece for piece, start in placed):
        raise ValueError("a span does not lie where the record says")
    return min(starts), max(start + len(piece) for piece, start in placed)


def _relations(event: dict[str, Any], text: str) -> Iterator[tuple[Span, Span, str]]:
    """Drug, argument and type of each relation of an event."""
    drugs = _spans(event, "Treatment", "Drug", text)
    if not drugs:
        return
    for drug, disorder in product(drugs, _spans(event, "Treatment", "Disorder", text)):
        if _gap(drug, disorder) >= 0:
            yield drug, disorder, "TREATS"
    for part, kind in _NEAREST.items():
        for span in _spans(event, "Treatment", part, text):
            yield _nearest(drugs, span), span, kind
    if "Negated" not in event:
        for drug, effect in product(drugs, _spans(event, "Effect", "", text)):
            yield drug, effect, EventType(event["event_type"]).name


def _nearest(drugs: Sequence[Span], span: Span) -> Span:
    """The drug next to a span; of two that are as near, the later: what qualifies a drug stands before it."""
    return min(drugs, key=lambda drug: (_gap(drug, span), -drug[0]))


def _gap(first: Span, second: Span) -> int:
    """Code points between two spans; negative where they overlap."""
    return max(first[0], second[0]) - min(first[1], second[1])
