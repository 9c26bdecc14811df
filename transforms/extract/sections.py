"""The sections of a note, by the headers that are written in it: names, LOINC codes and written forms in ``sections.v1.tsv``.

A header stands at the start of a line, in any case, and a colon, a dash or the line's end follows; or within a line, in
capitals and with a colon. A section runs from its header to the next one, so it holds the headers that are not in the
list (``HEENT:``): they are parts of it far more often than sections of their own.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from transforms.records import Section

# Possessive throughout: no part of a line is read again, however long it is.
_AT_LINE_START = re.compile(
    r"\n[ \t\xa0]*+"
    r"(?P<mark>(?:[-*#=_•·>][-*#=_•·> \t]{0,7}+|\(?\d{1,2}[.)]|[A-Za-z][.)]|[IVX]{1,4}[.)])[ \t]*+)?+"
    r"(?P<header>[A-Za-z](?:[A-Za-z0-9/&,'’()\[\]*_=# \t]++|-(?![ \t]))*+)"
    r"(?P<closing>:|[-–—]+(?=[ \t])|(?=\n|\Z))"
)
_COLON_AFTER_CAPITALS = re.compile(r":(?<=[A-Z]{2}:)|:(?<=[A-Z]/[A-Z]:)")
_CAPITALS = re.compile(r"(?<=[ \t])[A-Z][A-Z/&-]++(?:[ \t][A-Z/&-]++)*+\Z")
_WORD = re.compile(r"\S+")
_LONGEST = 60  # code points of a header

_REMARK = re.compile(r"[(\[].*")  # ALLERGIES (per daughter):, LABS [DATE]:
# LABS ON ADMISSION, ADMISSION LABS: longer headers are read by the form that they start or end with, but for these words.
_PREPOSITIONS = frozenset(
    ("after", "at", "before", "by", "during", "for", "from", "in", "of", "on", "per", "to", "upon", "with")
)
_JOINING = _PREPOSITIONS | {"and", "or", "&", "/", ","}
_ALONE = frozenset((
    "activities", "activity", "clinical", "condition", "course", "gross", "medication", "problems", "sedation", "summary",
    "surgery",
))  # fmt: skip

# The first header of a report names the study that it is of: ``EXAM: CT of the chest``.
_EXAMINATION = "an examination"

# What an examination is divided into: after vital signs it goes on with these, elsewhere they are parts of their section.
_PART_OF_EXAMINATION = "part of an examination"
_PARTS = (
    "abd", "abdomen", "back", "breast", "breasts", "cardiac", "cardiovascular", "chest", "cns", "constitutional",
    "cv", "ears", "ent", "ext", "extremities", "eyes", "gastrointestinal", "gen", "gen exam", "general",
    "general appearance", "general exam", "genitalia", "genitourinary", "gi", "gu", "head", "head and neck",
    "heart", "heent", "hent", "integumentary", "lungs", "lymph", "lymphatic", "lymphatics", "mouth", "msk",
    "musculoskeletal", "neck", "neuro", "neurologic", "neurological", "nose", "pelvic", "pelvis", "psych",
    "psychiatric", "pulmonary", "rectal", "resp", "respiratory", "skin", "throat",
)  # fmt: skip

# A letter of SOAP is a header where those before it have been, not long ago: ``P: 80`` alone is a pulse.
_SOAP = {"S": "subjective", "O": "objective", "A": "assessment", "P": "plan"}
_SOAP_AFTER = {"S": {"subjective"}, "O": {"subjective"}, "A": {"subjective", "objective"}, "P": {"assessment"}}
_NOT_LONG = 8


@dataclass(frozen=True, slots=True)
class SectionKind:
    """A kind of section: its name, its LOINC code where one is known for it, and its written forms.

    A form in lower case is read in any case; one with a capital in capitals alone, before a colon or a dash.
    """

    name: str
    loinc: str | None
    forms: tuple[str, ...]


@cache
def section_kinds() -> tuple[SectionKind, ...]:
    """The kinds of section that are known, in the order of the list."""
    _, *rows = (files("transforms.extract") / "sections.v1.tsv").read_text("utf-8").splitlines()
    return tuple(
        SectionKind(name, loinc or None, tuple(forms.split("|")))
        for name, loinc, forms in (row.split("\t") for row in rows)
    )


def find_sections(text: str) -> tuple[Section, ...]:
    """The sections of ``text`` in order: code points, half-open, each from its header's first character.

    They do not overlap, and what stands before the first header is in none. Takes time linear in the text's length.
    """
    names: list[str] = []
    starts: list[int] = []
    for start, meaning in _headers(text):
        if name := _name(meaning, names):
            names.append(name)
            starts.append(start)
    return tuple(map(Section, names, starts, [*starts[1:], len(text)]))


def section_at(sections: Sequence[Section], offset: int) -> str | None:
    """The name of the section that a code point is in; None before the first. ``sections`` as they were found."""
    number = bisect_right(sections, offset, key=lambda section: section.start) - 1
    return sections[number].name if number >= 0 else None


def _name(meaning: str, before: Sequence[str]) -> str | None:
    """The section that a header begins after those ``before``; None where it is a part of its section."""
    if meaning == _PART_OF_EXAMINATION:
        return "physical_examination" if before and before[-1] == "vital_signs" else None
    if meaning == _EXAMINATION:
        return "physical_examination" if before else "procedure"
    if meaning in _SOAP:
        return _SOAP[meaning] if meaning == "S" or _SOAP_AFTER[meaning].intersection(before[-_NOT_LONG:]) else None
    return meaning


def _headers(text: str) -> list[tuple[int, str]]:
    """Where headers start, in order, and what they mean."""
    # The first line starts like the others; an offset is one more than in the note.
    text = "\n" + _with_line_feeds(text)
    meanings = _meanings()
    found = []
    read = set()
    for match in _AT_LINE_START.finditer(text):
        if meaning := meanings.at_line_start(match):
            found.append((match.start("header"), meaning))
        if meaning or match["header"].isupper():
            read.add(match.end())
    for colon in _COLON_AFTER_CAPITALS.finditer(text):
        if colon.end() not in read:
            words = _CAPITALS.search(text, max(0, colon.start() - _LONGEST), colon.start())
            if words and (header := meanings.within_line(words)):
                found.append(header)
    return [(start - 1, meaning) for start, meaning in sorted(found)]


def _with_line_feeds(text: str) -> str:
    """The text with a line feed for every other line break, at the same offsets."""
    text = text.replace("\r\n", " \n")
    for line_break in "\r\f\v\x85\u2028\u2029":
        text = text.replace(line_break, "\n")
    return text


@dataclass(frozen=True, slots=True)
class _Meanings:
    """What written forms mean: the name of a section, a letter of SOAP, or (part of) an examination."""

    any_case: dict[str, str]
    capitals: dict[str, str]
    in_longer: dict[str, str]

    def at_line_start(self, match: re.Match[str]) -> str | None:
        """What a header at the start of a line means; None for prose and for headers that are not known."""
        mark, header, closing = match.groups("")
        if len(header) > _LONGEST:
            return None
        if "(" in header or "[" in header:
            header = _REMARK.sub("", header)
        header = header.rstrip(" \t*_=#")
        in_capitals = header.isupper()
        if in_capitals and closing and not mark and (meaning := self.capitals.get(header)):
            return meaning
        key = _key(header)
        meaning = self.any_case.get(key)
        if in_capitals:
            return meaning or (self._part_of(key) if closing == ":" else None)  # alone on a line it is a title
        if meaning is None or (closing == ":" and header[0].isupper()):
            return meaning
        if header[0].islower():  # a wrapped line of prose may start with such a word
            return meaning if not mark and closing in ("", ":") and _before(match) in ".:;!?)\n" else None
        return meaning if not mark.strip("#*=_ \t") else None  # a numbered line may be an item of a list

    def within_line(self, match: re.Match[str]) -> tuple[int, str] | None:
        """Where a header in capitals starts, and what it means: all of the words, or the last two or more."""
        words = list(_WORD.finditer(match[0]))
        for word in words[: max(1, len(words) - 1)]:
            if meaning := self.any_case.get(_key(match[0][word.start() :])):
                return match.start() + word.start(), meaning
        return None

    def _part_of(self, key: str) -> str | None:
        """What the longest known form means that ends a header, or starts it. ``NO KNOWN ALLERGIES`` is none."""
        words = key.replace("/", " / ").replace(",", " , ").split()
        if words[0] in ("no", "none"):
            return None
        for length in range(len(words) - 1, 0, -1):
            first, last = " ".join(words[:length]), " ".join(words[-length:])
            if last in self.in_longer and _PREPOSITIONS.isdisjoint(words[:-length]):
                return self.in_longer[last]
            if first in self.in_longer and words[length] in _JOINING:
                return self.in_longer[first]
        return None


@cache
def _meanings() -> _Meanings:
    forms = {form: kind.name for kind in section_kinds() for form in kind.forms}
    any_case = dict.fromkeys(_PARTS, _PART_OF_EXAMINATION) | {form: forms[form] for form in forms if form.islower()}
    return _Meanings(
        any_case=any_case | dict.fromkeys(("exam", "examination"), _EXAMINATION),
        capitals={form: forms[form] for form in forms if not form.islower()} | {letter: letter for letter in _SOAP},
        in_longer={form: any_case[form] for form in any_case if form not in _ALONE},
    )


def _key(header: str) -> str:
    """A header as the list of forms has it."""
    return " ".join(header.lower().replace(" / ", "/").split())


def _before(match: re.Match[str]) -> str:
    """The last character of the line before; a line feed where it is blank, or there is none."""
    return match.string[max(0, match.start() - 3) : match.start()].rstrip(" \t")[-1:] or "\n"
