"""Looks up in a note what the feed says of the patient: one pass for names and literals, one for digits."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from transforms.deidentify.findings import Finding
from transforms.deidentify.lexicon import lexicon
from transforms.deidentify.values import Where, digit_occurrences, digits_of, fold, name_keys, occurrences
from transforms.records import KnownPhi, PhiType

RECOGNIZER = "known_phi"
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip


def find_known(text: str, known: KnownPhi) -> list[Finding]:
    """Return where ``text`` names the patient as the feed does, with score 1.

    Names: the whole and its parts, whole words, any case (ordinary words only where they stand as names). Dates: in the
    forms people write. Numbers and phones: as written, and with other separators. Values under four characters that are
    no name are too common to be looked up.
    """
    if not known:
        return []
    wanted, types = _wanted(known)
    found = [Finding(types[key], start, end, RECOGNIZER, 1.0) for key, start, end in occurrences(text, wanted)]
    found += _by_digits(text, known)
    return found


@lru_cache(maxsize=64)  # the notes of a patient come together
def _wanted(known: KnownPhi) -> tuple[dict[str, Where], dict[str, PhiType]]:
    wanted: dict[str, Where] = {}
    types: dict[str, PhiType] = {}
    for phi_type, key, where in _keys(known):
        if key not in wanted:
            wanted[key], types[key] = where, phi_type
    return wanted, types


def _keys(known: KnownPhi) -> Iterator[tuple[PhiType, str, Where]]:
    for name in known.names:
        for key, where in name_keys(name.replace("^", " ")).items():
            yield PhiType.NAME, key, where
    for day in known.dates:
        for form in date_forms(day):
            yield PhiType.DATE, form, Where.WORD
    for number in known.numbers:
        bare = "".join(char for char in number if char.isalnum())
        for form in {number.strip(), bare, bare.lstrip("0")}:
            if len(form) >= 4:
                yield PhiType.ID, fold(form), Where.ANYWHERE if len(form) >= 5 else Where.WORD
    for phone in known.phones:
        if len(phone.strip()) >= 7:
            yield PhiType.PHONE, fold(phone.strip()), Where.ANYWHERE
    for email in known.emails:
        if len(email.strip()) >= 4:
            yield PhiType.EMAIL, fold(email.strip()), Where.ANYWHERE
    for address in known.addresses:
        folded = fold(" ".join(address.split()))
        if len(folded) >= 4:
            several = len(folded.split()) > 1
            yield (
                PhiType.LOCATION,
                folded,
                Where.WORD if several or not lexicon().is_ordinary(folded) else Where.CAPITALISED,
            )


def _by_digits(text: str, known: KnownPhi) -> Iterator[Finding]:
    phones = [
        digits[-length:] for digits in map(digits_of, known.phones) for length in (10, 7) if len(digits) >= length
    ]
    for phi_type, numbers in ((PhiType.PHONE, phones), (PhiType.ID, [digits_of(number) for number in known.numbers])):
        for _, start, end in digit_occurrences(text, numbers):
            yield Finding(phi_type, start, end, RECOGNIZER, 1.0)


@lru_cache(maxsize=256)
def date_forms(day: date) -> tuple[str, ...]:
    """Every form, folded, in which ``day`` is written in notes: ``3/5/1960``, ``05-mar-60``, ``march 5th, 1960`` …"""
    year, short = f"{day.year:04d}", f"{day.year % 100:02d}"
    months = {f"{day.month}", f"{day.month:02d}"}
    days = {f"{day.day}", f"{day.day:02d}"}
    forms = {
        f"{year}{day.month:02d}{day.day:02d}",
        f"{day.month:02d}{day.day:02d}{year}",
        f"{day.day:02d}{day.month:02d}{year}",
    }
    for month in months:
        for number in days:
            for sep in "/-. ":
                forms |= {f"{year}{sep}{month}{sep}{number}"}
                for written in (year, short, f"'{short}"):
                    forms |= {f"{month}{sep}{number}{sep}{written}", f"{number}{sep}{month}{sep}{written}"}
    full = _MONTHS[day.month - 1]
    suffix = "th" if 10 <= day.day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    for name in {full, full[:3], f"{full[:3]}.", "sept" if day.month == 9 else full}:
        for number in (*days, f"{day.day}{suffix}"):
            for written in (year, short, f"'{short}"):
                forms |= {f"{name} {number}, {written}", f"{name} {number} {written}", f"{name}-{number}-{written}"}
                forms |= {f"{number} {name} {written}", f"{number} {name}, {written}", f"{number}-{name}-{written}"}
                forms |= {f"{number}{name}{written}", f"{number} of {name} {written}", f"{number}/{name}/{written}"}
            forms |= {f"{name} {number}", f"{number} {name}", f"{number} of {name}"}
    return tuple(sorted(forms))
