"""NegEx development set: sentences of six kinds of report, each with a finding that is negated or not, historical or
not, the patient's or not.

The file marks a finding by writing it in capitals. Its concept column has the finding as it was written, which is put
back, so that capitals give nothing away and the rows of one sentence become one document. A row whose finding does
not stand in its sentence, or stands there more than once, says of no one place what it says: it is left out. So is
what rows contradict each other in.

The column for time has the value "hypothetical" by its heading and "Not particular" in its rows. These are findings
that are spoken of and not had, nearly all of them what to come back for: they are hypothetical and not historical,
and the others are not hypothetical.

Source: Chapman et al., https://github.com/chapmanbe/negex
"""

import re
from pathlib import Path

from transforms.extract.evaluation.document import Assertion, Document, Entity, Experiencer

FILE = "negex_dev.tsv"
_NEGATED = {"Negated": True, "Affirmed": False}
_HISTORICAL = {"Historical": True, "Recent": False, "Not particular": False}


class NegexError(ValueError):
    """The file does not hold what its heading says; the message names the file and the line's number."""


def read(folder: Path) -> list[Document]:
    """A document a sentence, with an entity of type ``Concept`` a finding. Whether it is uncertain has not been judged.

    Raises:
        FileNotFoundError: the file is missing.
        NegexError: the file is malformed.
    """
    path = folder / FILE
    sentences: dict[str, dict[Entity, set[Assertion]]] = {}
    names: dict[str, str] = {}
    # The first line is the heading.
    for number, line in list(enumerate(path.read_text(encoding="utf-8").split("\n"), 1))[1:]:
        if not line.strip():
            continue
        try:
            _, concept, sentence, negation, temporality, experiencer = line.split("\t")
            assertion = _assertion(negation, temporality, experiencer)
        except (ValueError, KeyError):
            raise NegexError(f"{path}: line {number} is malformed") from None
        placed = place(concept, sentence)
        if placed is not None:
            text, entity = placed
            names.setdefault(text, f"negex-{number}")
            sentences.setdefault(text, {}).setdefault(entity, set()).add(assertion)
    return [
        document for text, marked in sentences.items() if (document := _document(names[text], text, marked)).entities
    ]


def place(concept: str, sentence: str) -> tuple[str, Entity] | None:
    """The sentence as it was written, and where the concept stands in it; None where that is not one place."""
    concept = concept.strip()
    # Some findings are not in capitals: those with brackets, and numbers.
    for written in (concept.upper(), concept):
        words = r"\s+".join(map(re.escape, written.split()))
        found = list(re.finditer(rf"(?<!\w){words}(?!\w)", sentence))
        if len(found) == 1:
            start, end = found[0].span()
            return sentence[:start] + concept + sentence[end:], Entity(start, start + len(concept), "Concept")
    return None


def _assertion(negation: str, temporality: str, experiencer: str) -> Assertion:
    return Assertion(
        negated=_NEGATED[negation],
        historical=_HISTORICAL[temporality],
        hypothetical=temporality == "Not particular",
        experiencer=Experiencer.PATIENT if experiencer == "Patient" else Experiencer.OTHER,
    )


def _document(name: str, text: str, marked: dict[Entity, set[Assertion]]) -> Document:
    agreed = sorted(
        ((entity, next(iter(said))) for entity, said in marked.items() if len(said) == 1), key=lambda pair: pair[0]
    )
    return Document(
        name=name,
        text=text,
        entities=tuple(entity for entity, _ in agreed),
        assertions=tuple(assertion for _, assertion in agreed),
    )
