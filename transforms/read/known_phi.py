"""Gathers what a feed says of a patient into ``KnownPhi``: each value once, in order, without placeholders."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from transforms.records import KnownPhi, KnownSubject, Sex

# What registration desks write where they know nothing. Looked for in a note, they would take plain words out of it.
_PLACEHOLDERS = frozenset(
    ("UNKNOWN", "UNK", "NONE", "N/A", "NA", "NULL", "NOT GIVEN", "NOT PROVIDED", "ANON", "ANONYMOUS")
)
_SHORTEST_NUMBER = 3  # characters; a set id or a code of one or two would match dosages everywhere
_SHORTEST_PHONE = 7  # digits


@dataclass
class Gathered:
    """Values as they come; ``known_phi`` makes the record. A blank or a placeholder adds nothing."""

    names: dict[str, None] = field(default_factory=dict)
    dates: dict[date, None] = field(default_factory=dict)
    numbers: dict[str, None] = field(default_factory=dict)
    addresses: dict[str, None] = field(default_factory=dict)
    phones: dict[str, None] = field(default_factory=dict)
    emails: dict[str, None] = field(default_factory=dict)
    sex: Sex = Sex.UNKNOWN
    subject: KnownSubject = KnownSubject.PATIENT

    def name(self, *parts: str) -> None:
        """A person's name, given first; one string of its parts."""
        name = " ".join(part for part in map(_tidy, parts) if part)
        if any(character.isalpha() for character in name):
            self.names[name] = None

    def day(self, day: date | None) -> None:
        """A date of birth or death."""
        if day is not None:
            self.dates[day] = None

    def number(self, number: str) -> None:
        """An identifier: it has a digit, or it is none that a note could hold as such."""
        number = _tidy(number)
        if len(number) >= _SHORTEST_NUMBER and any(character.isdigit() for character in number):
            self.numbers[number] = None

    def address(self, *lines: str) -> None:
        """Lines of an address (street, city, ZIP), or an employer; never a bare state or country."""
        for line in map(_tidy, lines):
            if len(line) > 1:
                self.addresses[line] = None

    def phone(self, number: str) -> None:
        """A phone number in any format; an e-mail address that stands in its place is taken as one."""
        number = _tidy(number)
        if "@" in number:
            self.emails[number] = None
        elif sum(character.isdigit() for character in number) >= _SHORTEST_PHONE:
            self.phones[number] = None

    def add(self, known: KnownPhi) -> None:
        """All that another source knows."""
        for mine, theirs in (
            (self.names, known.names),
            (self.numbers, known.numbers),
            (self.addresses, known.addresses),
            (self.phones, known.phones),
            (self.emails, known.emails),
        ):
            mine.update(dict.fromkeys(theirs))
        self.dates.update(dict.fromkeys(known.dates))
        if self.sex is Sex.UNKNOWN:
            self.sex = known.sex

    def known_phi(self) -> KnownPhi:
        """The record."""
        return KnownPhi(
            names=tuple(self.names),
            dates=tuple(self.dates),
            numbers=tuple(self.numbers),
            addresses=tuple(self.addresses),
            phones=tuple(self.phones),
            emails=tuple(self.emails),
            sex=self.sex,
            subject=self.subject,
        )


def merged(known: Iterable[KnownPhi]) -> KnownPhi:
    """All that several sources know of one patient; the first that gives the sex decides it."""
    gathered = Gathered()
    for one in known:
        gathered.add(one)
    return gathered.known_phi()


def _tidy(value: str) -> str:
    value = re.sub(r"\s+", " ", value).strip(" ,;")
    return "" if value.upper() in _PLACEHOLDERS or value == '""' else value
