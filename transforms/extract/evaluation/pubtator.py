"""Reader for PubTator files: abstracts, what is marked in them, and relations between concepts.

A document is a title line ``ID|t|…``, an abstract line ``ID|a|…``, a line an entity (identifier, start, end, mention,
type, concept) and a line a relation (identifier, type, head, tail), with tabs between the fields. Offsets count code
points of title and abstract with one character between them. A mention of several concepts is one entity whose
concept is the identifiers joined with ``|``; the column that takes such a mention apart is not read. ``-1`` is no
concept.

Source: https://biocreative.bioinformatics.udel.edu/tasks/biocreative-v/track-3-cdr/
"""

import gzip
import re
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from transforms.extract.evaluation.document import ConceptRelation, Document, Entity

_PASSAGE = re.compile(r"([^|\t]+)\|([ta])\|(.*)")
_NO_CONCEPT = frozenset({"", "-", "-1"})


class PubtatorError(ValueError):
    """A file does not hold what the format says; the message names the file and the line's number."""


@dataclass
class _Draft:
    """What has been read of a document so far."""

    title: str
    abstract: str | None = None
    marked: list[tuple[Entity, str]] = field(default_factory=list)
    relations: list[ConceptRelation] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.title if self.abstract is None else f"{self.title} {self.abstract}"


def read(path: Path) -> list[Document]:
    """All documents of a file, in its order. A file whose name ends in ``.gz`` is unpacked.

    Raises:
        FileNotFoundError: there is no such file.
        PubtatorError: the file is malformed.
    """
    try:
        content = path.read_bytes()
        return parse((gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8"))
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise PubtatorError(f"{path}: is not a whole gzip file") from None
    except UnicodeDecodeError:
        raise PubtatorError(f"{path}: is not UTF-8") from None
    except PubtatorError as error:
        raise PubtatorError(f"{path}: {error}") from None


def parse(content: str) -> list[Document]:
    """The documents of a file's content.

    Raises:
        PubtatorError: a line is malformed.
    """
    drafts: dict[str, _Draft] = {}
    for number, line in enumerate(content.split("\n"), 1):
        try:
            _add(drafts, line.rstrip("\r"))
        except (ValueError, KeyError):
            raise PubtatorError(f"line {number} is malformed") from None
    return [_document(name, draft) for name, draft in drafts.items()]


def _add(drafts: dict[str, _Draft], line: str) -> None:
    """Adds one line to its document."""
    if not line.strip():
        return
    passage = _PASSAGE.fullmatch(line)
    if passage and passage[2] == "t":
        if passage[1] in drafts:
            raise ValueError("a second title")
        drafts[passage[1]] = _Draft(passage[3])
    elif passage:
        draft = drafts[passage[1]]
        if draft.abstract is not None or draft.marked:
            raise ValueError("an abstract that comes late")
        draft.abstract = passage[3]
    else:
        name, second, *rest = line.split("\t")
        if second.isdecimal():
            drafts[name].marked.append(_marked(drafts[name].text, int(second), rest))
        else:
            head, tail = rest[:2]
            drafts[name].relations.append(ConceptRelation(head, tail, second))


def _marked(text: str, start: int, fields: list[str]) -> tuple[Entity, str]:
    """The entity and its concept, from the fields behind its start."""
    end, mention, entity_type, *concept = fields
    # Offsets of another text, or of bytes, would else go unseen.
    if not entity_type or not mention or text[start : int(end)] != mention:
        raise ValueError("an entity does not lie where the line says")
    parts = concept[0].split("|") if concept else []
    return Entity(start, int(end), entity_type), "|".join(part for part in parts if part not in _NO_CONCEPT)


def _document(name: str, draft: _Draft) -> Document:
    marked = sorted(draft.marked)
    return Document(
        name=name,
        text=draft.text,
        entities=tuple(entity for entity, _ in marked),
        concepts=tuple(concept for _, concept in marked),
        concept_relations=tuple(draft.relations),
    )
