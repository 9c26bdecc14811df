"""Synthetic notes: a header, real note text with sentences put in and placeholders filled, a signature.

What stands in the note text besides is not labelled: there the corpora have a few names and dates of their own. ``labelled``
says in which regions every identifier is known.
"""

import csv
import json
import lzma
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from random import Random

from training.deidentification.slots import Cast, Filled, Span, read_templates
from training.deidentification.values import Part, Values, is_held_out
from transforms.deidentify.evaluation import asq_phi

_TITLED = re.compile(
    r"\b(?P<title>Dr|Mr|Mrs|Ms|Miss)\b\.? (?P<name>[A-Z]|[A-C]{2,4}D?|Abcd?|X[A-Za-z]*|Sample|Doe)\b(?!\.[A-Z]|')"
)
_HOSPITAL = re.compile(r"\b(?:ABCD?|XYZ|XXXX?) (?:General |Memorial )?(?:Hospital|Medical Center)")
_SENTENCE_END = re.compile(
    r"(?<=[a-z0-9)]\.)(?<!\b[DM]r\.)(?<!\bM[rs]s\.)(?<!\bMs\.)[ \n]+(?=[A-Z])|(?<=[.:])\n+|\n{2,}"
)
# Medical English that names hardly anybody: file, lines to read, every so many of them.
_FURTHER_TEXTS = (
    ("vaers_narratives", 60_000, 40),
    ("medquad", 16_000, 16),
    ("openstax_nursing", 2_000, 4),
    ("clinical_trials", 16_000, 32),
)
_ROLES = {
    "Dr": "doctor.last",
    "Mr": "patient.last",
    "Mrs": "patient.last",
    "Ms": "patient.last",
    "Miss": "patient.last",
}


@dataclass(frozen=True)
class Region:
    """Code points ``start:end`` of a note, half-open."""

    start: int
    end: int


@dataclass(frozen=True)
class LabelledNote:
    """A note and its identifiers; every name and place inside ``labelled`` is in ``spans``, and inside ``complete`` every
    date, age and number too."""

    text: str
    spans: tuple[Span, ...]
    labelled: tuple[Region, ...]
    complete: tuple[Region, ...] = ()


@dataclass(frozen=True)
class Templates:
    """The templates of one part."""

    headers: tuple[str, ...]
    sentences: tuple[str, ...]
    plain: tuple[str, ...]
    signatures: tuple[str, ...]


def load_templates(part: Part) -> Templates:
    """All templates of one part."""
    return Templates(
        *(read_templates(part.templates / f"{name}.txt") for name in ("headers", "sentences", "plain", "signatures"))
    )


def load_texts(corpora: Path, part: Part) -> list[str]:
    """Note text of one part: by a hash of the text, so that none is in both. What is learnt from has other medical text too."""
    texts = [*_notes(corpora), *(_further(corpora) if part is Part.TRAIN else ())]
    return [text for text in texts if len(text) > 200 and is_held_out(text) is (part is Part.HELD_OUT)]


def _notes(corpora: Path) -> Iterator[str]:
    for folder in ("notes_mtsamples", "notes_synthetic"):
        for path in sorted((corpora / folder).glob("*.txt")):
            yield path.read_text(encoding="utf-8", errors="ignore")


def _further(corpora: Path) -> Iterator[str]:
    for name, last, every in _FURTHER_TEXTS:
        with lzma.open(corpora / f"pretraining/{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
            for line in islice(lines, 0, last, every):
                yield json.loads(line)["text"]


@dataclass
class NoteMaker:
    """Makes notes of one part. The same seed makes the same notes."""

    values: Values
    templates: Templates
    texts: list[str]
    random: Random

    def note(self, longest: int, sentences: int) -> LabelledNote:
        """One note with at most ``longest`` characters of real text and ``sentences`` put in."""
        cast = Cast(self.values, self.random)
        random = self.random
        pieces: list[tuple[Filled, bool]] = []
        if random.random() < 0.75:
            pieces.append((cast.fill(random.choice(self.templates.headers) + "\n\n"), True))
        pieces += self._body(cast, longest, sentences)
        if random.random() < 0.7:
            pieces.append((cast.fill("\n\n" + random.choice(self.templates.signatures)), True))
        return _joined(pieces)

    def _body(self, cast: Cast, longest: int, sentences: int) -> Iterator[tuple[Filled, bool]]:
        random = self.random
        text = random.choice(self.texts)
        start = random.randrange(max(1, len(text) - longest)) if len(text) > longest else 0
        text = text[start : start + longest]
        ends = [match.end() for match in _SENTENCE_END.finditer(text)]
        places = sorted(random.sample(ends, min(len(ends), sentences)))
        position = 0
        for place in [*places, len(text)]:
            yield from self._filled(cast, text[position:place])
            position = place
            if place < len(text):
                plain = random.random() < 0.2
                template = random.choice(self.templates.plain if plain else self.templates.sentences)
                yield cast.fill(template + random.choice((" ", " ", "\n"))), True

    def _filled(self, cast: Cast, text: str) -> Iterator[tuple[Filled, bool]]:
        """Note text whose placeholders became people and hospitals."""
        position = 0
        found = sorted((*_TITLED.finditer(text), *_HOSPITAL.finditer(text)), key=lambda match: match.start())
        for match in found:
            yield Filled(text[position : match.start()], ()), False
            if match.re is _TITLED:
                role = _ROLES[match["title"]]
                before = text[match.start() : match.start("name")]
                yield cast.fill(f"{before}{{{{{role}}}}}"), True
            else:
                yield cast.fill("{{hospital}}"), True
            position = match.end()
        yield Filled(text[position:], ()), False


def _joined(pieces: list[tuple[Filled, bool]]) -> LabelledNote:
    spans: list[Span] = []
    labelled: list[Region] = []
    length = 0
    for filled, known in pieces:
        spans += (Span(length + span.start, length + span.end, span.phi_type) for span in filled.spans)
        if known:
            labelled.append(Region(length, length + len(filled.text)))
        length += len(filled.text)
    return LabelledNote("".join(filled.text for filled, _ in pieces), tuple(spans), tuple(labelled), tuple(labelled))


def recased(note: LabelledNote, random: Random) -> LabelledNote:
    """The note as some typists write: now and then in capitals or without any."""
    kind = random.random()
    if kind < 0.08:
        text = "".join(upper if len(upper := char.upper()) == 1 else char for char in note.text)
    elif kind < 0.14:
        text = "".join(lower if len(lower := char.lower()) == 1 else char for char in note.text)
    else:
        return note
    return replace(note, text=text)


def read_aci_bench(corpora: Path) -> list[LabelledNote]:
    """Visit notes whose metadata name patient and doctor: wherever these names stand is gold."""
    notes = []
    for part in ("train", "valid"):
        with (corpora / f"aci_bench/{part}_metadata.csv").open(encoding="utf-8", newline="") as file:
            people = {row["encounter_id"]: row for row in csv.DictReader(file)}
        with (corpora / f"aci_bench/{part}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                person = people[row["encounter_id"]]
                names = {
                    word
                    for field in ("patient_firstname", "patient_familyname", "doctor_name")
                    for word in (person.get(field) or "").split()
                    if len(word) > 2 and word[0].isupper() and word != "Dr."
                }
                if names:
                    notes.append(_named(row["note"], names))
    return notes


def _named(text: str, names: set[str]) -> LabelledNote:
    pattern = re.compile(
        rf"\b(?:{'|'.join(map(re.escape, sorted(names)))})(?: (?:{'|'.join(map(re.escape, sorted(names)))}))?\b"
    )
    spans = tuple(Span(*match.span(), "NAME") for match in pattern.finditer(text))
    return LabelledNote(text, spans, (Region(0, len(text)),))


_PRESIDIO_TYPES = {
    "PERSON": "NAME",
    "STREET_ADDRESS": "LOCATION",
    "GPE": "LOCATION",
    "ORGANIZATION": "LOCATION",
    "ZIP_CODE": "LOCATION",
}


def read_presidio_research(corpora: Path) -> list[LabelledNote]:
    """Sentences of general text with names, places and organisations."""
    notes = []
    for row in json.loads((corpora / "presidio_research/synth_dataset_v2.json").read_text(encoding="utf-8")):
        spans = [
            Span(span["start_position"], span["end_position"], _PRESIDIO_TYPES[span["entity_type"]])
            for span in row["spans"]
            if span["entity_type"] in _PRESIDIO_TYPES
        ]
        text = row["full_text"]
        notes.append(LabelledNote(text, tuple(sorted(spans, key=lambda s: s.start)), (Region(0, len(text)),)))
    return notes


_TITLES = re.compile(r"(?:(?:Drs?|Mr|Mrs|Ms|Miss|Prof|Nurse)\b\.?\s*)+")


def read_asq_phi(corpora: Path, part: Part) -> list[LabelledNote]:
    """Clinical questions of one part; a name's title, which this corpus takes in, is no part of the name here."""
    notes = []
    for note in asq_phi.read((corpora / "asq_phi/dev.txt").read_text(encoding="utf-8"), "asq-phi"):
        if is_held_out(note.text) is (part is Part.HELD_OUT):
            spans = tuple(
                Span(_behind_title(note.text, span.start, span.end), span.end, span.phi_type)
                for span in note.spans
                if span.phi_type is not None
            )
            whole = (Region(0, len(note.text)),)
            notes.append(LabelledNote(note.text, spans, whole, whole))
    return notes


def _behind_title(text: str, start: int, end: int) -> int:
    title = _TITLES.match(text, start, end)
    return title.end() if title is not None and title.end() < end else start
