"""Templates with slots, filled: text and the exact spans of the identifiers in it.

A template is text with slots in double braces, such as ``{{doctor2.last}}``: what fills it (``doctor``), which one of its kind
(``2``), and in which form (``last``). Slots that begin with ``~`` are filled with what identifies nobody. Double square brackets
hold an identifier that no slot writes, with its type: ``[[LOCATION:CRU bed 2]]``.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

from training.deidentification import moments, numbers
from training.deidentification.people import Person, draw_person
from training.deidentification.values import Place, Values

_SLOT = re.compile(
    r"\{\{(?P<plain>~?)(?P<name>[A-Za-z]+?(?:_[a-z]+)?(?:90)?)(?P<number>[0-9]?)(?:\.(?P<form>[a-z_0-9]+))?\}\}"
)
_LITERAL = re.compile(r"\[\[(?P<phi_type>[A-Z]+):(?P<written>[^\[\]]+)\]\]")
_MARKED = re.compile(f"{_SLOT.pattern}|{_LITERAL.pattern}")
_RENUMBERED = frozenset({"ID", "PHONE", "LOCATION"})  # any other figures would do as well
_FIGURE = re.compile("[1-9]")
_RENAMED = 0.3  # of the wards
_ABBREVIATION = re.compile(r"\b[A-Z]{2,4}\b")
_PEOPLE = frozenset({"patient", "doctor", "nurse", "relative", "person"})
_CODES = frozenset(
    """
    mrn account accession visit order claim plan medicare license dl plate vin serial lot dea npi id username
    """.split()  # noqa: SIM905  a table of words
)
_CONTACTS = {
    "phone": "PHONE",
    "fax": "PHONE",
    "ext": "PHONE",
    "pager": "PHONE",
    "email": "EMAIL",
    "url": "URL",
    "ip": "IP",
    "ssn": "SSN",
}
_TENS = (
    "ninety",
    "ninety-one",
    "ninety-two",
    "ninety-three",
    "ninety-four",
    "ninety-five",
    "ninety-six",
    "ninety-eight",
)


class UnknownSlot(ValueError):  # noqa: N818
    """A template names a slot that the format does not have."""


@dataclass(frozen=True)
class Span:
    """An identifier: code points ``start:end``, half-open, and its type as in ``PhiType``."""

    start: int
    end: int
    phi_type: str


@dataclass(frozen=True)
class Filled:
    """A template's text with its identifiers in order."""

    text: str
    spans: tuple[Span, ...]


@dataclass
class Cast:
    """Who and what a note speaks of: the same slot is the same person or value in the whole note."""

    values: Values
    random: Random
    _people: dict[str, Person] = field(default_factory=dict)
    _places: dict[str, Place] = field(default_factory=dict)
    _days: dict[str, date] = field(default_factory=dict)
    _chosen: dict[str, str] = field(default_factory=dict)

    def fill(self, template: str) -> Filled:
        """The template with every slot filled. Raises UnknownSlot."""
        pieces: list[str] = []
        spans: list[Span] = []
        length = position = 0
        for slot in _MARKED.finditer(template):
            before = template[position : slot.start()]
            value, phi_type = self._value(slot) if slot["name"] else self._literal(slot["phi_type"], slot["written"])
            pieces += [before, value]
            start = length + len(before)
            length = start + len(value)
            position = slot.end()
            if phi_type:
                spans.append(Span(start, length, phi_type))
            if slot["form"] == "datetime":
                after = f" {moments.clock(self.random)}"
                pieces.append(after)
                length += len(after)
        rest = template[position:]
        if any(mark in text for mark in ("{{", "[[") for text in (rest, *pieces)):
            raise UnknownSlot(template[max(0, position - 20) : position + 40])
        return Filled("".join([*pieces, rest]), tuple(spans))

    def person(self, role: str) -> Person:
        """The person of a role, such as ``relative2``."""
        if role not in self._people:
            kin = role.startswith("relative") and self.random.random() < 0.5
            surname = self.person("patient").surname if kin else None
            self._people[role] = draw_person(self.values, self.random, surname)
        return self._people[role]

    def _value(self, slot: "re.Match[str]") -> tuple[str, str]:
        name, form, key = slot["name"], slot["form"] or "", slot["name"] + slot["number"]
        if slot["plain"]:
            return self._filler(name), ""
        if name in _PEOPLE:
            return self._once(f"{key}.{form}", self.person(key).written(form, self.random)), "NAME"
        if name in ("date", "dob"):
            day = self._days.setdefault(
                key, (moments.draw_birthday if name == "dob" else moments.draw_day)(self.random)
            )
            return moments.written(day, "numeric" if form == "datetime" else form, self.random), "DATE"
        if name == "age90":
            return (self.random.choice(_TENS) if form == "words" else str(self.random.randint(90, 104))), "AGE"
        if name in _CONTACTS:
            owner = self.person("patient")
            return self._once(slot[0], numbers.contact(name, form, self.random, owner.given, owner.surname)), _CONTACTS[
                name
            ]
        if name in _CODES:
            owner = self.person("patient")
            value = (
                numbers.username(self.random, owner.given, owner.surname)
                if name == "username"
                else numbers.code(name, self.random)
            )
            return self._once(key, value), "ID"
        return self._once(slot[0], self._location(name, slot["number"], form)), "LOCATION"

    def _literal(self, phi_type: str, written: str) -> tuple[str, str]:
        """The identifier with other figures, and now and then with a ward's abbreviation that no other hospital has."""
        if phi_type not in _RENUMBERED:
            return written, phi_type
        random = self.random
        if phi_type == "LOCATION" and any(map(str.isdigit, written)) and random.random() < _RENAMED:
            written = _ABBREVIATION.sub(lambda found: numbers.letters(random, len(found[0])), written)
        return _FIGURE.sub(lambda _: numbers.digits(random, 1), written), phi_type

    def _once(self, key: str, value: str) -> str:
        return self._chosen.setdefault(key, value)

    def _location(self, name: str, number: str, form: str) -> str:
        values, random = self.values, self.random
        if name in ("city", "state", "zip", "county", "city_state"):
            place = self._places.setdefault(number, random.choice(values.places))
            match name:
                case "city":
                    return random.choice(values.world) if random.random() < 0.15 else place.city
                case "state":
                    return place.state_code if form == "abbr" else place.state
                case "county":
                    return f"{place.county} County"
                case "city_state":
                    state = random.choice((place.state_code, place.state_code, place.state))
                    return f"{place.city}{random.choice((', ', ', ', ', ', ' '))}{state}"
                case _:
                    return f"{random.randint(1001, 99950):05d}" + (
                        f"-{random.randint(0, 9999):04d}" if number == "4" else ""
                    )
        if name == "street":
            flat = random.choice(
                (
                    "",
                    "",
                    "",
                    "",
                    f", Apt {random.randint(1, 40)}",
                    f" Apt. {random.randint(1, 9)}{random.choice('ABC')}",
                    f", Unit {random.randint(1, 30)}",
                    f" #{random.randint(1, 300)}",
                )
            )
            return f"{random.randint(1, 9999)} {random.choice(values.streets)}{flat}"
        if name == "room":
            return random.choice(
                (
                    f"{random.randint(100, 999)}",
                    f"{random.randint(1, 9)}{random.randint(10, 59)}{random.choice('AB')}",
                    f"{random.randint(100, 799)}-{random.choice('AB12')}",
                    f"{random.randint(1, 12)}",
                    f"{random.choice('ABCDEW')}{random.randint(100, 999)}",
                )
            )
        if name == "ward":
            storey, side = random.randint(1, 12), random.choice(("North", "South", "East", "West", "Tower", "Center"))
            return random.choice(
                (
                    f"{storey}{random.choice('ABCDENSW')}",
                    f"{storey}{random.choice('ABCDENSW')}",
                    f"{storey} {side}",
                    f"{storey}{side}",
                    f"{random.choice('ABCDENSW')}{storey}",
                    f"{storey}{random.choice(('NE', 'NW', 'SE', 'SW', 'CT'))}",
                    f"{side} {storey}",
                    f"{numbers.letters(random, 2, 4)} {storey}",
                    f"{numbers.letters(random, 2, 4)} {storey}{random.choice('ABCDENSW')}",
                    f"{numbers.letters(random, 2, 3)} {storey} {side}",
                )
            )
        lists = {
            "hospital": values.hospitals,
            "clinic": values.clinics,
            "nursing_home": values.nursing_homes,
            "employer": values.employers,
            "school": values.schools,
            "pharmacy": values.pharmacies,
            "organization": values.organizations,
        }
        if name not in lists:
            raise UnknownSlot(name)
        return random.choice(lists[name])

    def _filler(self, name: str) -> str:
        woman = self.person("patient").sex == "f"
        match name:
            case "age":
                return self._once("~age", str(self.random.randint(1, 89)))
            case "he" | "He" | "his" | "His" | "him":
                word = {"he": "she", "his": "her", "him": "her"}[name.lower()] if woman else name.lower()
                return word.capitalize() if name[0].isupper() else word
            case "man":
                return "woman" if woman else "man"
            case "Mr":
                return self._once("~Mr", self.random.choice(("Mrs.", "Ms.", "Ms.", "Miss")) if woman else "Mr.")
            case "time":
                return moments.clock(self.random)
            case "year":
                return str(self.random.randint(1975, 2025))
        raise UnknownSlot(name)


def read_templates(path: Path) -> tuple[str, ...]:
    """The templates of a file, which a line ``=====`` separates."""
    text = path.read_text(encoding="utf-8")
    return tuple(
        template.strip("\n") for template in re.split(r"^=====[ \t]*\n?", text, flags=re.MULTILINE) if template.strip()
    )
