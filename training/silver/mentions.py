"""Findings, diseases and medicines by name, found in texts: from terminologies and from what people have marked."""

import csv
import gzip
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from ahocorasick_rs import AhoCorasick

from training.silver.context_rules import speaks
from transforms.extract.evaluation.document import Document

# A shorter name is mostly an abbreviation, and one of many meanings where capitals are not told from small letters.
_SHORTEST = 4
_MOST_WORDS = 5
# Words that name no finding by themselves, nor together.
_GENERAL = frozenset(
    """
    disease diseases disorder disorders syndrome syndromes condition conditions symptom symptoms complication
    complications abnormal abnormality abnormalities normal stable finding findings problem problems lesion lesions
    injury injuries illness reaction reactions effect effects event events change changes history episode episodes
    positive negative mild severe acute chronic loss growth treatment therapy medication medications drug drugs
    complaint complaints distress healthy unremarkable difficulty total blood infant infants side adverse free alert
    oriented well soft clear mass present other unspecified pregnancy delivery vaccination vaccinations immunization
    immunizations attachments viral bacterial alive febrile focal recover recovered breakdown secondary
    """.split()  # noqa: SIM905  a table of words
)
# Chapters of diseases, symptoms and injuries; the rest tells of causes and of encounters.
_ICD_CHAPTERS = frozenset("ABCDEFGHIJKLMNRST")
_ICD_TAIL = re.compile(
    r",| due to | with(?:out)? | of unspecified | following | not elsewhere | (?:not )?classified | unspecified| and other "
    r"| affecting | as the "
)
_ICD_NOTE = re.compile(r" ?[(\[][^)\]]*[)\]]")
_ICD_NO_NAME = re.compile(
    r"(?i)^(?:other|unspecified|encounter|personal|family|contact|sequelae|person|certain|superficial|initial)\b|\bunspecified\b"
)


class Mentions:
    """Names to look for in texts.

    A name counts as a whole word, in capitals or not, and a line may break in it. Where names overlap, the longest counts.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(sorted(filter(_names_a_finding, {_folded(" ".join(name.split())) for name in names})))
        self._search = AhoCorasick(self.names)

    def find(self, text: str) -> list[tuple[int, int]]:
        """Where names stand, as half-open code points in order; none overlap."""
        folded = _folded(text)
        hits = [
            (start, end)
            for _, start, end in self._search.find_matches_as_indexes(folded, overlapping=True)
            if _whole(folded, start, end)
        ]
        taken: list[tuple[int, int]] = []
        for start, end in sorted(hits, key=lambda hit: (hit[0] - hit[1], hit)):
            if all(end <= other[0] or other[1] <= start for other in taken):
                taken.append((start, end))
        return sorted(taken)


def disease_ontology(path: Path) -> Iterator[str]:
    """The names in ``doid_xref.tsv``.

    Raises:
        FileNotFoundError: it is missing.
    """
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            yield row["label"]


def icd_heads(path: Path) -> Iterator[str]:
    """The titles in an ICD-10-CM order file, gzipped, cut before what only specifies: ``Cholera`` of ``Cholera, unspecified``.

    Raises:
        FileNotFoundError: it is missing.
    """
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            code, title = line[6:13].strip(), line[77:].strip()
            head = _ICD_TAIL.split(_ICD_NOTE.sub("", title))[0]
            if code[:1] in _ICD_CHAPTERS and not _ICD_NO_NAME.search(head):
                yield head


def marked(documents: Sequence[Document], types: Collection[str]) -> Iterator[str]:
    """What people have marked in documents as one of ``types`` most of the times that it stands in them."""
    names = Counter(
        _folded(document.text[entity.start : entity.end])
        for document in documents
        for entity in document.entities
        if entity.type in types
    )
    everywhere = Mentions(names)
    found: Counter[str] = Counter()
    for document in documents:
        found.update(_folded(document.text[start:end]) for start, end in everywhere.find(document.text))
    yield from (name for name, times in names.items() if times > found[name] / 2)


def _names_a_finding(name: str) -> bool:
    return (
        len(name) >= _SHORTEST
        and len(name.split()) <= _MOST_WORDS
        and name[0].isalpha()
        and name[-1].isalnum()
        and not _GENERAL.issuperset(name.split())
        and not speaks(name)
    )


def _folded(text: str) -> str:
    """In small letters and with single spaces for line ends, each code point in its place."""
    spaced = "".join(" " if letter.isspace() else letter for letter in text)
    lowered = spaced.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in spaced)


def _whole(text: str, start: int, end: int) -> bool:
    return not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum())
