"""A server's answer for one note, read strictly: bytes of JSON and the note's text to an ``Extraction``."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import orjson

from transforms.records import Entity, Extraction, NoteClass, Relation

_EXPERIENCERS = ("patient", "other")


class InvalidFindings(ValueError):  # noqa: N818  named like what it is about
    """An answer that does not keep the contract. The message is a short code, without text of the note."""


def parse_findings(answer: bytes, text: str) -> Extraction:
    """The findings in an answer for ``text``.

    Offsets are code points of ``text``; every entity holds exactly the text that they name. Raises InvalidFindings where
    anything is missing, of another type, or out of range: half an answer is none.
    """
    try:
        findings = orjson.loads(answer)
    except orjson.JSONDecodeError:
        raise InvalidFindings("not_json") from None
    if not isinstance(findings, dict):
        raise InvalidFindings("not_an_object")
    # Seen once, with several servers on one machine and kills among them: answers that belonged to other texts.
    if findings.get("digest", digest := blake2b(text.encode(), digest_size=8).hexdigest()) != digest:
        raise InvalidFindings("answer_to_another_text")
    entities = tuple(_entity(found, text) for found in _objects(findings, "entities"))
    return Extraction(
        entities=entities,
        relations=tuple(_relation(found, len(entities)) for found in _objects(findings, "relations")),
        classes=tuple(NoteClass(_string(found, "name"), _score(found)) for found in _objects(findings, "classes")),
        model=_string(findings, "model"),
    )


def _entity(found: Mapping[str, Any], text: str) -> Entity:
    start, end = _integer(found, "start"), _integer(found, "end")
    if not 0 <= start < end <= len(text):
        raise InvalidFindings("offsets_out_of_range")
    experiencer = _string(found, "experiencer")
    if experiencer not in _EXPERIENCERS:
        raise InvalidFindings("experiencer_unknown")
    return Entity(
        start=start,
        end=end,
        text=text[start:end],
        type=_string(found, "type"),
        score=_score(found),
        negated=_boolean(found, "negated"),
        uncertain=_boolean(found, "uncertain"),
        historical=_boolean(found, "historical"),
        hypothetical=_boolean(found, "hypothetical"),
        experiencer=experiencer,
    )


def _relation(found: Mapping[str, Any], entities: int) -> Relation:
    head, tail = _integer(found, "head"), _integer(found, "tail")
    if not (0 <= head < entities and 0 <= tail < entities):
        raise InvalidFindings("relation_out_of_range")
    return Relation(head, tail, _string(found, "type"), _score(found))


def _objects(findings: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    objects = findings.get(name)
    if not isinstance(objects, list) or not all(isinstance(found, dict) for found in objects):
        raise InvalidFindings(f"{name}_invalid")
    return objects


def _integer(found: Mapping[str, Any], name: str) -> int:
    value = found.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidFindings(f"{name}_invalid")
    return value


def _boolean(found: Mapping[str, Any], name: str) -> bool:
    value = found.get(name)
    if not isinstance(value, bool):
        raise InvalidFindings(f"{name}_invalid")
    return value


def _string(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidFindings(f"{name}_invalid")
    return value


def _score(found: Mapping[str, Any]) -> float:
    value = found.get("score")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise InvalidFindings("score_invalid")
    return float(value)
