"""The parts of a written place that a policy may leave standing: city, state, ZIP; and the ZIP code's first digits."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from transforms.deidentify.lexicon import lexicon
from transforms.deidentify.policy import LocationPart

_FOLDER = Path(__file__).parent
STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida", "GA": "Georgia",
    "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky",
    "LA": "Louisiana", "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota",
    "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire",
    "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota",
    "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania", "PR": "Puerto Rico", "RI": "Rhode Island",
    "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont",
    "VA": "Virginia", "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
}  # fmt: skip

_NAMES = "|".join(sorted(map(re.escape, STATES.values()), key=len, reverse=True))
# A ZIP code stands alone, or after a state or a comma: the digits of ``Room 41235`` are none.
_ZIP = re.compile(
    rf"(?:\A\W*(?:zip(?:\s?code)?\W{{0,3}})?|,\s*|\b(?:{'|'.join(STATES)}|{_NAMES})\b[.,]?\s*)(?P<zip>\d{{5}}(?:-\d{{4}})?)\W*\Z",
    re.IGNORECASE,
)
# An abbreviation is a state's only in upper case, and alone or after a comma or a city: ``in``, ``me`` and ``or`` are words.
_STATE = re.compile(rf"(?:\A|[,\s])(?P<state>(?i:{_NAMES})|(?:{'|'.join(STATES)}))\W*\Z")


@dataclass(frozen=True, slots=True)
class Part:
    """Characters of a place. ``kind`` None: street, building, institution, whatever has no kind of its own."""

    kind: LocationPart | None
    start: int
    end: int


def parts(text: str) -> list[Part]:
    """The parts of a place in order; separators between them belong to none."""
    found: list[Part] = []
    end = len(text)
    if match := _ZIP.search(text):
        found.append(Part(LocationPart.ZIP, *match.span("zip")))
        end = match.start("zip")
    if match := _STATE.search(text[:end]):
        # ``New York`` alone is a state as much as a city: either way it goes and stays with both.
        found.append(Part(LocationPart.STATE, *match.span("state")))
        end = match.start("state")
    end = len(text[:end].rstrip(" ,\t\n"))
    start = text.rfind(",", 0, end) + 1
    start += len(text[start:end]) - len(text[start:end].lstrip())
    if start < end and " ".join(text[start:end].lower().split()) in lexicon().cities:
        found.append(Part(LocationPart.CITY, start, end))
        end = start
    rest = text[:end].rstrip(" ,\t\n")
    if rest.strip():
        found.append(Part(None, len(rest) - len(rest.lstrip()), len(rest)))
    return found[::-1]


def generalised(text: str, keeps: frozenset[LocationPart], placeholder: str) -> str:
    """The place with only those parts left; neighbouring others become one placeholder."""
    pieces: list[str] = []
    masked_until: int | None = None  # end of a run of parts that go
    position = 0
    for part in parts(text):
        written = text[part.start : part.end]
        if part.kind in keeps:
            kept = written
        elif part.kind is LocationPart.ZIP and LocationPart.ZIP3 in keeps:
            kept = zip3(written)
        else:
            if masked_until is None:
                pieces += [text[position : part.start], placeholder]
            masked_until = position = part.end
            continue
        pieces += [text[position : part.start], kept]
        masked_until, position = None, part.end
    return "".join([*pieces, text[position:]]) if pieces else placeholder


def zip3(zip_code: str) -> str:
    """The first three digits of a ZIP code, 000 where at most 20,000 people live."""
    return "000" if zip_code[:3] in _restricted() else zip_code[:3]


@cache
def _restricted() -> frozenset[str]:
    stored = yaml.safe_load((_FOLDER / "restricted_zip3.yaml").read_text(encoding="utf-8"))
    return frozenset(stored["restricted"])
