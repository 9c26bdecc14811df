"""Where sentences and sections begin and end in notes as they are written: wrapped lines, bullets, headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# A line that was wrapped had no room for the next line's first word.
_WRAPPED_AT = 70
_BREAK = re.compile(
    r"(?<=\w)[\])\"']?(?P<point>[.!?]+)[\])\"']*\s+(?=[^a-z\s]|(?<=[a-z]{4}\.\s)[a-z])|;\s+(?=[A-Z])|\s*\n\s*"
)
_ABBREVIATION = re.compile(
    r"(?i)(?:^|[\s(])(?:approx|prof|temp|resp|immun|dept|dr|mr|mrs|ms|st|vs|no|pt|e\.g|i\.e|p\.o|fig|[a-z])$"
)
_NUMBER = re.compile(r"(?:\A|\n)[ \t]*\(?\d{1,2}\Z")
_ITEM = re.compile(r"(?:[-*•+]|\(?\d{1,2}[.)]) *")
_TITLED = (
    "history|exam|examination|medications?|allergies|plan|assessment|impression|diagnos[ei]s|course|findings|complaint|"
)
_TITLED += (
    "systems|instructions|precautions|procedure|indications?|vital signs|laborator(?:y|ies)|labs?|recommendations?"
)
_HEADING = re.compile(
    r"(?:(?m:^)|(?<=[\s.;]))(?P<capitals>[A-Z][A-Z/&' -]{1,48}[A-Z]) ?(?::|(?m:[ \t]*$))"
    rf"|(?m:^)[ \t]*(?P<title>[A-Z][\w/&' -]{{0,30}}\b(?i:{_TITLED})) *:"
    r"|(?m:^)[ \t]*(?P<short>PMHx?|PSHx?|FHx?|SHx?|HPI|ROS) *[:-]"
)


@dataclass(frozen=True)
class Section:
    """Code points ``start:end`` under a heading, the heading among them.

    Attributes:
        name: the heading in small letters, without its colon.
    """

    start: int
    end: int
    name: str


def sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of a text in order, as half-open code points without the white space around them."""
    found = []
    start = 0
    for cut in [*_ends(text), len(text)]:
        piece = text[start:cut]
        first = start + len(piece) - len(piece.lstrip())
        last = start + len(piece.rstrip())
        if first < last:
            found.append((first, last))
        start = cut
    return found


def _ends(text: str) -> Iterator[int]:
    line = 0
    for found in _BREAK.finditer(text):
        newline = text.find("\n", found.start(), found.end())
        ended = not (
            found["point"] == "." and _abbreviated(text[max(0, found.start("point") - 8) : found.start("point")])
        ) and (found["point"] is not None or newline < 0)
        if newline >= 0:
            ended = ended or _line_ends_sentence(
                text[newline : found.end()], text[line : found.start()], text[found.end() :][:80]
            )
            line = found.end()
        if ended:
            yield found.end()


def _abbreviated(before: str) -> bool:
    """Whether a point behind this belongs to an abbreviation, an initial or the number of an item."""
    return bool(_ABBREVIATION.search(before) or _NUMBER.search(before))


def _line_ends_sentence(gap: str, line: str, after: str) -> bool:
    if gap.count("\n") > 1 or _ITEM.match(after) or _HEADING.match(after):
        return True
    words = after.split(maxsplit=1)
    return bool(words) and not after[0].islower() and len(line) + 1 + len(words[0]) < _WRAPPED_AT


def sections(text: str) -> list[Section]:
    """The sections in order. What stands before the first heading is in none."""
    headings = [(match.start(), match[match.lastgroup or 0]) for match in _HEADING.finditer(text)]
    ends = [*(start for start, _ in headings), len(text)][1:]
    return [
        Section(start, end, " ".join(name.lower().split())) for (start, name), end in zip(headings, ends, strict=True)
    ]
