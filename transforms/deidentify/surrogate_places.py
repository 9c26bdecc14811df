"""Surrogates of places: another town, state, ZIP code; a street or an institution of its kind that is named after a town.

What a place is called decides alone, not its kind: ``Springfield``, ``Springfield General Hospital`` and ``Springfield
Clinic`` are named after one town.
"""

import re
from collections.abc import Callable
from functools import partial

from transforms.deidentify import surrogate_numbers as numbers
from transforms.deidentify.dates import ordinal_suffix
from transforms.deidentify.locations import STATES, parts
from transforms.deidentify.policy import LocationPart
from transforms.deidentify.surrogate_names import WORD, in_case, read_list

Fresh = Callable[[Callable[[numbers.Choose], str]], str | None]  # tries until what it makes stands nowhere in the note

_TRIES = 50
_HYPHENATED = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"['’]s\b", re.IGNORECASE)
_ACRONYM = re.compile(r"[A-Z]{2,5}")
_SPACED = re.compile(r"(\s*)(\S+)")
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)\b\W*", re.IGNORECASE)
_STREET = re.compile(
    r"\d\S*\s+(?:[NSEW]{1,2}\.?\s+)?(?P<name>[^\W\d]\D*?)\s+(?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|boulevard|blvd|"
    r"court|ct|place|pl|way|terrace|circle|cir|parkway|pkwy|square|sq|highway|hwy)\b",
    re.IGNORECASE,
)
_JOINTS = frozenset(("&", "and"))
_CODES = {name.lower(): code for code, name in STATES.items()}
# Words of streets, buildings and institutions that say what they are and not which.
_PLACE_WORDS = frozenset(
    """
    hospital hospitals medical center centre clinic clinics health healthcare system nursing home care facility
    rehabilitation rehab institute university college school memorial general community regional county city state
    children's childrens women's veterans va street st avenue ave road rd drive dr lane ln boulevard blvd court ct
    place pl way terrace circle cir highway hwy parkway pkwy square sq apartment apt suite ste unit floor room rm bed
    ward building bldg box po north south east west n s e w ne nw se sw of the at and in for department emergency
    intensive icu er surgery surgical outpatient hospice associates group company inc llc llp pllc ltd corporation zip
    family medicine practice primary internal pediatrics cancer heart eye pathology radiology imaging laboratory
    laboratories labs pharmacy fire medic rescue police ambulance sheriff freight logistics trucking mutual insurance
    industries foundation assisted living senior manor elementary middle high academy church library office campus
    branch quay wharf port cape lake saint mount fort route loop trail pike alley bay cubicle pod station tower wing p.o
    airport park mall market bank hotel inn shelter prison jail correctional unified district dialysis urgent walk-in
    steel dairy foundry bakery farm farms brewery shipyard construction services partners physicians specialists dialysis
    village gardens apartments estates
    """.split()  # noqa: SIM905  a table of words
)


class SurrogatePlaces:
    """The surrogates of one patient's places in one note; ``is_free`` says whether a word may be one there."""

    def __init__(self, choose: numbers.Choose, is_free: Callable[[str], bool], fresh: Fresh) -> None:
        self._choose = choose
        self._is_free = is_free
        self._fresh = fresh
        self._towns: dict[str, str] = {}

    def place(self, value: str) -> str:
        """The place with others for its parts; what separates them stays."""
        lines = value.split("\n")
        if len(lines) > 1 and all(any(_names(word) or _numbers(word) for word in line.split()) for line in lines):
            return "\n".join(map(self.place, lines))
        pieces: list[str] = []
        position = 0
        for part in parts(value):
            written = value[part.start : part.end]
            pieces += [value[position : part.start], self._part(part.kind, written)]
            position = part.end
        return "".join([*pieces, value[position:]])

    def town(self, called: str) -> str:
        """The town that stands for whatever is called so."""
        if called not in self._towns:
            towns = read_list("towns.v2")
            candidates = (towns[self._choose(len(towns), "town", called, str(attempt))] for attempt in range(_TRIES))
            free = (town for town in candidates if self._is_free(town.lower()) and town not in self._towns.values())
            self._towns[called] = next(free, towns[0])
        return self._towns[called]

    def _part(self, kind: LocationPart | None, written: str) -> str:
        match kind:
            case LocationPart.ZIP:
                return self._fresh(partial(numbers.reshaped, "zip", written)) or ""
            case LocationPart.STATE:
                return self._state(written)
            case LocationPart.CITY:
                return in_case(self.town(" ".join(written.lower().split())), written)
            case _:
                return self._institution(written)

    def _state(self, written: str) -> str:
        code = _CODES.get(written.lower(), written)
        others = sorted(STATES.keys() - {code})
        other = others[self._choose(len(others), "state", code)]
        return other if len(written) == 2 else in_case(STATES[other], written)

    def _institution(self, written: str) -> str:
        """One town's name for all words that name, new numbers; other words stay."""
        if _ACRONYM.fullmatch(written):
            return self._fresh(partial(numbers.reshaped, "acronym", written)) or ""
        words = _SPACED.findall(written)
        naming = [word for _, word in words if _names(word)] or _street_name(written)
        if not naming and not any(_numbers(word) for _, word in words):
            return f"{self.town(written.lower())} {words[-1][1]}"  # ``General Hospital`` names none: it is some town's
        pieces: list[str] = []
        named = False
        for space, word in words:
            if _numbers(word):
                pieces += [space, self._number(word)]
            elif word in naming and not named:
                pieces += [space, _HYPHENATED.sub(self._named(naming, word, written), word)]
                named = True
            elif word not in naming and not (named and word in _JOINTS):
                pieces += [space, word]
        return "".join(pieces)

    def _named(self, naming: list[str], word: str, written: str) -> str:
        called = _POSSESSIVE.sub("", " ".join(WORD.findall(" ".join(naming)))).lower()
        return self.town(called).upper() if written.isupper() else in_case(self.town(called), word.capitalize())

    def _number(self, word: str) -> str:
        return self._fresh(partial(_ordinal if _ORDINAL.fullmatch(word) else _room, word)) or ""


def _street_name(written: str) -> list[str]:
    """``Park`` of ``12 Park Avenue``: behind a number and before its kind, any word is a street's name."""
    street = _STREET.match(written)
    return street["name"].split() if street else []


def _room(word: str, choose: numbers.Choose) -> str:
    return numbers.reshaped("room", word, choose)


def _ordinal(word: str, choose: numbers.Choose) -> str:
    shown = numbers.renumbered("room", word, choose)
    return _ORDINAL.sub(lambda match: f"{match[1]}{ordinal_suffix(int(match[1]))}", shown, count=1)


def _numbers(word: str) -> bool:
    return any(map(str.isdigit, word))


def _names(word: str) -> bool:
    return bool(WORD.search(word)) and not _numbers(word) and word.lower().strip(".,;:()") not in _PLACE_WORDS
