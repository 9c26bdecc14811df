"""How dates are written in notes: which characters of a date span are its year, month, day, weekday or season.

A span may hold one date, a range or a list of them, times of day and joining words (``Monday, 3/5 to 3/7/21 at 10:00``).
``scan`` understands all of it or answers None: what is not understood is masked, never kept.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from transforms.deidentify import holidays

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SEASONS = {"winter": 1, "spring": 4, "summer": 7, "fall": 10, "autumn": 10}  # the month in its middle


class Field(StrEnum):
    """What a slot of a written date says."""

    YEAR = "year"
    MONTH = "month"  # as a number
    MONTH_NAME = "month_name"
    DAY = "day"
    ORDINAL = "ordinal"  # the letters after a day
    WEEKDAY = "weekday"
    SEASON = "season"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Slot:
    """Characters of the span that say one thing of a date."""

    field: Field
    start: int
    end: int


@dataclass(slots=True)
class Written:
    """One date as it is written; what is not written is None. ``year`` of two digits is below 100."""

    slots: list[Slot] = field(default_factory=list)
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    holiday: str | None = None
    assumed_year: bool = False  # none is written: it is the note's
    shares_month: int = (
        0  # -1, 1: the month stands with the date before, after this one (``March 5-7``, ``3/5-7``; ``5-7 March``)
    )


_MONTH = (
    r"(?P<M>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)(?![a-z])\.?"
)
_WEEKDAY = r"(?:mon|tues?|wed(?:s|nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?(?![a-z])"
_Y4 = r"(?:1[89]|2[01])\d\d"
_Y = rf"(?P<Y>{_Y4}|['’]?\d\d)(?![\d:])(?!\s?[ap]\.?m\b)"
_DAY = r"(?P<d>\d{1,2})(?P<o>st|nd|rd|th)?(?![\d:])"
_DAY_RANGE = r"(?:\s?(?:-|–|—|to|through|thru|and|&|or)\s?(?P<d2>\d{1,2})(?P<o2>st|nd|rd|th)?(?![\d/:]|-\d))?"

# Tried in this order at each place. Groups: Y year, m month, M its name, d and d2 days, o and o2 their ordinals, a and b
# numbers of which one is the month.
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?P<Y>{_Y4})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?:\d{{4}}(?:\d\d)?(?:\.\d+)?(?:[+-]\d{{4}})?)?(?!\d)",
        rf"(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?P<Y>{_Y4})(?!\d)",
        rf"(?P<Y>{_Y4})\s?(?P<s>[-/.])\s?(?P<m>\d{{1,2}})\s?(?P=s)\s?(?P<d>\d{{1,2}})(?!\d)",
        rf"(?P<Y>{_Y4})[-/ .,]{{1,2}}{_MONTH}[-/ .,]{{0,2}}{_DAY}",
        rf"(?P<a>\d{{1,2}})\s?(?P<s>[-/.\\])\s?(?P<b>\d{{1,2}})\s?(?P=s)\s?(?P<Y>{_Y4}|['’]?\d\d)(?!\d)",
        rf"(?P<Y>{_Y4})[-/.](?P<m>\d{{1,2}})(?![\d])",
        rf"(?P<m>\d{{1,2}})\s?[-/.]\s?(?P<Y>{_Y4}|['’]\d\d)(?!\d)",
        rf"{_MONTH}[\s,/.-]*(?:the\s+)?{_DAY}{_DAY_RANGE}(?:(?:\s*,\s*|,?\s+(?:of\s+|in\s+)?|\s?[-/.]\s?){_Y})?",
        rf"{_DAY}{_DAY_RANGE}\s*(?:day\s+)?(?:of\s+)?[\s/.-]*{_MONTH}(?:[\s,/.-]*(?:of\s+|in\s+)?{_Y})?",
        r"(?P<m>\d{1,2})/(?P<d>\d{1,2})\s?-\s?(?P<d2>\d{1,2})(?![\d/:]|-\d)",
        r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?!\d)",
        r"(?P<a>\d{1,2})\s?[-/.]\s?(?P<b>\d{1,2})(?!\d)",
        rf"(?P<Y>{_Y4})\s(?P<m>\d{{1,2}})\s(?P<d>\d{{1,2}})(?!\d)",
        rf"(?P<a>\d{{1,2}})\s(?P<b>\d{{1,2}})\s(?P<Y>{_Y4}|\d\d)(?![\d:])",
        r"(?<!\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?P<Y>\d\d)(?!\d)",
        rf"{_MONTH}[\s,/.-]*(?:of\s+|in\s+)?{_Y}",
        _MONTH,
        rf"(?P<S>winter|spring|summer|fall|autumn)(?![a-z])(?:(?:\s+of)?[\s,]+(?P<Y>{_Y4}|['’]\d\d)(?!\d))?",
        rf"(?P<H>{holidays.WRITTEN})(?![a-z])(?:[\s,]+(?:of\s+)?(?P<Y>{_Y4}|['’]\d\d)(?!\d))?",
        rf"(?P<W>{_WEEKDAY})\.?",
        rf"(?P<Y>{_Y4}|['’]\d\d)(?:['’]?s\b)?(?![\d:])",
    )
)
_BETWEEN = re.compile(
    r"(?:[\s,;:()\[\]&–—/.@~*-]+"
    r"|(?:(?:T|(?:at\s+))?\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?|T\d\d(?:\d\d){0,2}(?:[.,]\d+)?)"
    r"(?:\s?(?:[ap]\.?m\b\.?|hours?\b|hrs?\b|h\b))?(?:\s?(?:Z\b|UTC\b|GMT\b|[ECMP][SD]?T\b|[+-]\d\d(?::?\d\d)?))?"
    r"|\d{1,2}\s?[ap]\.?m\b\.?|\d{4}\s?(?:hours|hrs|h)\b"
    r"|(?:to|through|thru|until|till|bis|zum|and|und|or|from|between|on|at|of|the|since|in|early|late|mid|middle|end|beginning|around|"
    r"about|approximately|approx|circa|by|dated?|year|last|this|next|past|coming|noon|midnight|morning|afternoon|evening|night|week|weekend)\b)",
    re.IGNORECASE,
)

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))


def scan(text: str) -> list[Written] | None:
    """The dates of a span in order, or None where anything in it is not understood."""
    text = text.translate(_DASHES)
    dates: list[Written] = []
    position = 0
    while position < len(text):
        between = _BETWEEN.match(text, position)
        if between:
            position = between.end()
            continue
        for form in _FORMS:
            match = form.match(text, position)
            written = match and _read(match)
            if match and written:
                dates += written
                position = match.end()
                break
        else:
            return None
    return _with_weekdays(dates) or None


def _read(match: re.Match[str]) -> list[Written] | None:
    """The date or the two dates of a match; None where its numbers are no date."""
    groups = {name: (value, *match.span(name)) for name, value in match.groupdict().items() if value is not None}
    if "a" in groups:
        groups = _with_month(groups)
    date = Written()
    if "Y" in groups:
        date.year = int(groups["Y"][0].lstrip("'’"))
    if "m" in groups:
        date.month = int(groups["m"][0])
    if "M" in groups:
        date.month = _index(MONTHS, groups["M"][0]) + 1
    if "S" in groups:
        date.month = SEASONS[groups["S"][0].lower()]
    if "H" in groups:
        date.holiday = groups["H"][0]
    if "W" in groups:
        date.weekday = _index(WEEKDAYS, groups["W"][0])
    if "d" in groups:
        date.day = int(groups["d"][0])
    date.slots = [Slot(_FIELDS[name], start, end) for name, (_, start, end) in groups.items() if name in _FIELDS]
    if not _possible(date):
        return None
    return _split(date, groups) if "d2" in groups else [date]


_FIELDS = {
    "Y": Field.YEAR, "m": Field.MONTH, "M": Field.MONTH_NAME, "d": Field.DAY, "o": Field.ORDINAL, "W": Field.WEEKDAY,
    "S": Field.SEASON, "H": Field.HOLIDAY,
}  # fmt: skip


def _with_month(groups: dict[str, tuple[str, int, int]]) -> dict[str, tuple[str, int, int]]:
    # Month first, as notes in the US are written, unless that gives no month; ``3/99`` is a month and a year.
    a, b = groups.pop("a"), groups.pop("b")
    if int(a[0]) > 12 >= int(b[0]):
        return {**groups, "m": b, "d": a}
    if (int(b[0]) > 31 or b[0] == "00") and "Y" not in groups:
        return {**groups, "m": a, "Y": b}
    return {**groups, "m": a, "d": b}


def _possible(date: Written) -> bool:
    return (
        (date.month is None or 1 <= date.month <= 12) and (date.day is None or 1 <= date.day <= 31) and bool(date.slots)
    )


def _split(date: Written, groups: dict[str, tuple[str, int, int]]) -> list[Written] | None:
    """``March 5-7, 2021``, ``3/5-7`` and ``5-7 March 2021`` as two dates that share a month."""
    last = int(groups["d2"][0])
    if not 1 <= last <= 31:
        return None
    month = next(slot for slot in date.slots if slot.field in (Field.MONTH, Field.MONTH_NAME))
    day_slots = [slot for slot in date.slots if slot.field in (Field.DAY, Field.ORDINAL)]
    year_slots = [slot for slot in date.slots if slot.field is Field.YEAR]
    last_slots = [
        Slot(field, groups[key][1], groups[key][2])
        for key, field in (("d2", Field.DAY), ("o2", Field.ORDINAL))
        if key in groups
    ]
    month_first = month.start < day_slots[0].start
    first = Written([month, *day_slots] if month_first else day_slots, date.year, date.month, date.day)
    second = Written(
        [*last_slots, *year_slots] if month_first else [*last_slots, month, *year_slots], date.year, date.month, last
    )
    if month_first:
        second.shares_month = -1
    else:
        first.shares_month = 1
    return [first, second]


def _with_weekdays(dates: list[Written]) -> list[Written]:
    """A weekday belongs to the date after it, else to the one before it, else it stands alone."""
    joined: list[Written] = []
    for index, date in enumerate(dates):
        if date.weekday is None or date.day is not None:
            joined.append(date)
            continue
        following = dates[index + 1] if index + 1 < len(dates) else None
        host = following if following and following.day is not None else joined[-1] if joined else None
        if host is None or host.day is None or host.weekday is not None:
            joined.append(date)
        else:
            host.weekday = date.weekday
            host.slots += date.slots
    return joined


def _index(names: tuple[str, ...], written: str) -> int:
    prefix = written[:3].lower()
    return next(index for index, name in enumerate(names) if name[:3].lower() == prefix)
