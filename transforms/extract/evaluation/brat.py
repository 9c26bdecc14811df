"""Reader for brat stand-off annotation: a ``.txt`` with the text and an ``.ann`` with what is marked in it.

A discontinuous entity is read as its covering span, an event as its trigger, and only R lines are relations. The attribute
POLARITY, as MACCROBAT has it, is an assertion; others are not looked at.
"""

from pathlib import Path

from transforms.extract.evaluation.document import Assertion, Document, Entity, Relation
from transforms.labelled import BadGold, check_covered


class BratError(BadGold):
    """An annotation file does not hold what the format says; the message names the file and the line's number."""


def read_folder(folder: Path) -> list[Document]:
    """All documents of a folder, by name.

    Raises:
        FileNotFoundError: the folder holds no annotation.
        BratError: an annotation file is malformed.
    """
    return [read_document(path.with_suffix(".txt"), path) for path in annotation_files(folder)]


def annotation_files(folder: Path) -> list[Path]:
    """The ``.ann`` files of a folder, by name.

    Raises:
        FileNotFoundError: there is none.
    """
    paths = sorted(folder.glob("*.ann"))
    if not paths:
        raise FileNotFoundError(f"{folder} holds no .ann file")
    return paths


def read_document(text_path: Path, annotation_path: Path) -> Document:
    """One document. Line ends are kept as they are: brat's offsets count every character."""
    with text_path.open(encoding="utf-8", newline="") as file:
        text = file.read()
    try:
        return parse(text_path.stem, text, annotation_path.read_text(encoding="utf-8"))
    except BratError as error:
        raise BratError(f"{annotation_path}: {error}") from None


def parse(name: str, text: str, annotations: str) -> Document:
    """A document from its text and the content of its annotation file."""
    marked: dict[str, Entity] = {}
    triggers: dict[str, str] = {}
    relations: list[tuple[str, str, str]] = []
    attributes: list[tuple[str, str, str]] = []
    for number, line in enumerate(annotations.split("\n"), 1):
        identifier, _, rest = line.rstrip("\r").partition("\t")
        try:
            match identifier[:1]:
                case "T":
                    marked[identifier] = _entity(rest.partition("\t")[0], len(text))
                case "E":
                    triggers[identifier] = rest.split()[0].partition(":")[2]
                case "R":
                    kind, first, second = rest.split()[:3]
                    relations.append((kind, first.partition(":")[2], second.partition(":")[2]))
                case "A" | "M":
                    attribute, target, *value = rest.split()
                    attributes.append((attribute, target, " ".join(value)))
        except (ValueError, IndexError):
            raise BratError(f"line {number} is malformed") from None
    ordered = sorted(marked, key=lambda key: (marked[key], key))
    place = {key: at for at, key in enumerate(ordered)}

    def entity_of(reference: str) -> int | None:
        return place.get(triggers.get(reference, reference))

    pairs = [(kind, entity_of(head), entity_of(tail)) for kind, head, tail in relations]
    polarity = {entity_of(target): value for attribute, target, value in attributes if attribute == "POLARITY"}
    return Document(
        name=name,
        text=text,
        entities=tuple(marked[key] for key in ordered),
        relations=tuple(Relation(a, b, kind) for kind, a, b in pairs if a is not None and b is not None),
        assertions=tuple(_assertion(polarity.get(at)) for at in range(len(ordered))) if polarity else (),
    )


def check_texts(text: str, annotations: str) -> None:
    """Raises BratError where a T line of annotations that can be parsed repeats another text than its offsets have.

    Not a part of ``parse``: a corpus to learn from may have a few such marks. Where figures come from it, offsets in bytes or of
    another file must be seen.
    """
    for number, line in enumerate(annotations.split("\n"), 1):
        if not line.startswith("T"):
            continue
        _, mark, written = (*line.rstrip("\r").split("\t", 2), "", "")[:3]
        try:
            if written:
                check_covered(text, _parts(mark.partition(" ")[2]), written)
        except BadGold as error:
            raise BratError(f"line {number}: {error}") from None


def _entity(mark: str, length: int) -> Entity:
    """``Type 0 5`` or, discontinuous, ``Type 0 5;9 12``."""
    entity_type, _, places = mark.partition(" ")
    parts = _parts(places)
    start, end = min(part[0] for part in parts), max(part[1] for part in parts)
    if not 0 <= start < end <= length:
        raise ValueError("an entity lies outside the text")
    return Entity(start, end, entity_type)


def _parts(places: str) -> list[tuple[int, int]]:
    return [(int(start), int(end)) for start, end in (part.split() for part in places.split(";"))]


def _assertion(polarity: str | None) -> Assertion:
    """No polarity: affirmed. What is perhaps absent (MAYBE_NEG) is uncertain, as what is perhaps there."""
    return Assertion(
        negated=polarity in ("NEG", "NEGATED"), uncertain=polarity in ("UNCERTAIN", "MAYBE_POS", "MAYBE_NEG")
    )
