"""Realistic replacements by keyed choice from versioned lists (``surrogate_lists/``): hide in plain sight.

A choice depends on the patient and on the value alone, so that the same person has the same surrogate in all of a
patient's notes, and the parts of a name are replaced one by one, so that ``John Smith``, ``Mr. Smith`` and ``J. Smith``
stay the same man. Only a surrogate that already stands in the note gives way to the next choice.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache, cached_property, partial
from pathlib import Path

from ahocorasick_rs import AhoCorasick

from transforms.deidentify import surrogate_numbers as numbers
from transforms.deidentify.locations import STATES, parts
from transforms.deidentify.policy import LocationPart
from transforms.deidentify.titles import TITLES
from transforms.keyring import Keyring
from transforms.records import PhiType

_LISTS = Path(__file__).parent / "surrogate_lists"
_GIVEN_NAMES = ("given_female", "given_male", "given_neutral")
_COMMON = 500  # surrogate given names come from the most frequent ones
_TRIES = 50

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_HYPHENATED = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"['’]s\Z", re.IGNORECASE)
_ACRONYM = re.compile(r"[A-Z]{2,5}")
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
    branch quay wharf port cape lake saint mount fort
    """.split()  # noqa: SIM905  a table of words
)


class Surrogates:
    """Chooses the surrogates of one note.

    ``subject_key`` is its patient's key; ``names`` are all that are found in the note or known of the patient, and
    ``values`` the numbers and addresses found in it: no surrogate may hold one of them.
    """

    def __init__(
        self, keyring: Keyring, subject_key: str, text: str, names: Iterable[str] = (), values: Iterable[str] = ()
    ) -> None:
        self._keyring = keyring
        self._subject = subject_key
        self._text = text
        self._names = names
        self._values = values
        self._chosen: dict[tuple[PhiType, str], str] = {}

    def surrogate(self, phi_type: PhiType, value: str) -> str | None:
        """What stands in place of the value; None where nothing can (it is masked then)."""
        if (phi_type, value) not in self._chosen:
            chosen = self._surrogate(phi_type, value)
            if not chosen or chosen.lower() == value.lower():
                return None
            self._chosen[phi_type, value] = chosen
        return self._chosen[phi_type, value]

    def _surrogate(self, phi_type: PhiType, value: str) -> str | None:
        match phi_type:
            case PhiType.NAME:
                return _WORD.sub(self._name_word, value)
            case PhiType.LOCATION:
                return self._location(value)
            case PhiType.EMAIL:
                given = self._unused("given_neutral", "email-given", value.lower())
                surname = self._unused("surnames", "email-surname", value.lower())
                return _in_case(f"{given}.{surname}@example.org".lower(), value)
            case PhiType.URL:
                beginning = re.match(r"(?:[a-z][a-z0-9+.-]*://)?(?:www\.)?", value, re.IGNORECASE)
                town = self._unused("towns", "url", value.lower()).lower()
                return f"{beginning[0] if beginning else ''}example.org/{town}"
            case PhiType.PHONE:
                return self._fresh(partial(numbers.phone, value))
            case PhiType.SSN:
                return self._fresh(partial(numbers.ssn, value))
            case PhiType.IP:
                return self._fresh(partial(numbers.ip, value))
            case _:
                return self._fresh(partial(numbers.reshaped, "id", value))

    # --- names ---------------------------------------------------------------------------------------------

    def _name_word(self, match: re.Match[str]) -> str:
        word = match[0]
        tail = _POSSESSIVE.search(word)
        stem = word[: tail.start()] if tail else word
        key = stem.lower()
        if key in TITLES:
            return word
        shown = "".join(map(self._initial, key)) if _is_initials(stem) else self._name(key)
        return _in_case(shown, stem) + (tail[0] if tail else "")

    def _name(self, word: str) -> str:
        kind = next((kind for kind in _GIVEN_NAMES if word in _members(kind)), "surnames")
        return self._unused(kind, "name", word)

    def _initial(self, letter: str) -> str:
        """The first letter of the surrogate of the one name that the initial can stand for, else a letter of its own."""
        words = self._by_initial.get(letter, ())
        if len(words) == 1:
            return self._name(next(iter(words)))[0]
        return chr(ord("a") + self._choose(26, "initial", letter))

    @cached_property
    def _by_initial(self) -> dict[str, set[str]]:
        words: dict[str, set[str]] = {}
        for name in self._names:
            for word in _WORD.findall(name):
                key = _POSSESSIVE.sub("", word).lower()
                if key not in TITLES and not _is_initials(word):
                    words.setdefault(key[0], set()).add(key)
        return words

    # --- places --------------------------------------------------------------------------------------------

    def _location(self, value: str) -> str:
        pieces: list[str] = []
        position = 0
        for part in parts(value):
            written = value[part.start : part.end]
            pieces += [value[position : part.start], self._location_part(part.kind, written)]
            position = part.end
        return "".join([*pieces, value[position:]])

    def _location_part(self, kind: LocationPart | None, written: str) -> str:
        key = written.lower()
        match kind:
            case LocationPart.ZIP:
                return self._fresh(partial(numbers.reshaped, "zip", written)) or ""
            case LocationPart.STATE:
                others = [code for code, name in sorted(STATES.items()) if key not in (code.lower(), name.lower())]
                code = others[self._choose(len(others), "state", key)]
                return code if len(written) == 2 else _in_case(STATES[code], written)
            case LocationPart.CITY:
                return _in_case(self._unused("towns", "town", key), written)
            case _:
                return self._institution(written)

    def _institution(self, written: str) -> str:
        """Streets, buildings, institutions: one town's name for all words that name, new digits; other words stay."""
        if _ACRONYM.fullmatch(written):
            return self._fresh(partial(numbers.reshaped, "acronym", written)) or ""
        town = self._unused("towns", "institution", written.lower())
        named = False
        pieces: list[str] = []
        for word in written.split(" "):
            if any(map(str.isdigit, word)):
                pieces.append(self._fresh(partial(numbers.reshaped, "room", word)) or "")
                named = True
            elif word in ("&", "and") and not town:
                continue  # the other names that it joins to the first are gone
            elif not _WORD.search(word) or word.lower().strip(".,;:()\n") in _PLACE_WORDS:
                pieces.append(word)
            elif town:
                shown = town.upper() if written.isupper() else _in_case(town, word.capitalize())
                pieces.append(_HYPHENATED.sub(shown, word, count=1))
                named, town = True, ""
        # ``General Hospital`` names none: it becomes some town's.
        return " ".join(pieces) if named else f"{town} {pieces[-1]}"

    # --- choices -------------------------------------------------------------------------------------------

    def _unused(self, list_name: str, purpose: str, value: str) -> str:
        names = _list(list_name)[:_COMMON] if list_name in _GIVEN_NAMES else _list(list_name)
        candidates = (names[self._choose(len(names), purpose, value, str(attempt))] for attempt in range(_TRIES))
        return next((name for name in candidates if name.lower() not in self._words), names[0])

    def _fresh(self, make: Callable[[numbers.Choose], str]) -> str | None:
        """A number that the note does not have, nor any found value in it, and that nobody can have."""
        for attempt in range(_TRIES):
            shown = make(partial(self._choose, attempt=str(attempt)))
            taken = all(token in self._words for token in re.findall(r"\w+", shown.lower()))
            if not taken and not numbers.has_check_digit(shown) and not self._holds_value(shown.lower()):
                return shown
        return None

    def _choose(self, count: int, purpose: str, *value: str, attempt: str = "") -> int:
        return self._keyring.choose(count, f"surrogate-{purpose}", self._subject, *value, attempt)

    def _holds_value(self, shown: str) -> bool:
        return self._automaton is not None and bool(self._automaton.find_matches_as_indexes(shown))

    @cached_property
    def _automaton(self) -> AhoCorasick | None:
        values = sorted({value.lower() for value in self._values if value})
        return AhoCorasick(values) if values else None

    @cached_property
    def _words(self) -> frozenset[str]:
        lower = self._text.lower()
        return frozenset(re.findall(r"\w+", lower)) | frozenset(_WORD.findall(lower))


def _is_initials(word: str) -> bool:
    """``J``, ``JS``, ``JFK``: one letter, or two or three capitals that are no name themselves."""
    if len(word) == 1:
        return word.isascii()
    return len(word) <= 3 and word.isupper() and word.isascii() and word.lower() not in _short_names()


def _in_case(name: str, shown: str) -> str:
    if len(shown) > 1 and shown.isupper():
        return name.upper()
    return name[:1].upper() + name[1:] if shown[:1].isupper() else name.lower()


@cache
def _list(name: str) -> tuple[str, ...]:
    lines = (_LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


@cache
def _members(name: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _list(name))


@cache
def _short_names() -> frozenset[str]:
    return frozenset(word for kind in (*_GIVEN_NAMES, "surnames") for word in _members(kind) if len(word) <= 3)
