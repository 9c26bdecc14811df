"""A passage with other findings in the same places: what is said of a finding does not depend on which it is."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from transforms.extract.evaluation.document import Document, Entity


def with_other_names(document: Document, names: Sequence[str], share: float, rng: Random) -> Document:
    """The document with about ``share`` of its entities under names drawn from ``names``, in the capitals that they had.

    Entities that overlap another one keep theirs, and so does a document's every relation and assertion.
    """
    pieces: list[str] = []
    entities: list[Entity] = []
    copied = moved = 0
    for at, entity in enumerate(document.entities):
        alone = all(
            other.end <= entity.start or entity.end <= other.start
            for number, other in enumerate(document.entities)
            if number != at
        )
        shifted = replace(entity, start=entity.start + moved, end=entity.end + moved)
        if alone and rng.random() < share:
            name = _in_capitals_of(document.text[entity.start : entity.end], rng.choice(names))
            pieces += [document.text[copied : entity.start], name]
            copied = entity.end
            shifted = replace(shifted, end=shifted.start + len(name))
            moved += len(name) - (entity.end - entity.start)
        entities.append(shifted)
    return replace(document, text="".join([*pieces, document.text[copied:]]), entities=tuple(entities), concepts=())


def _in_capitals_of(written: str, name: str) -> str:
    if written.isupper():
        return name.upper()
    return name[:1].upper() + name[1:] if written[:1].isupper() else name
