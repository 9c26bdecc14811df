"""Moves dates by days in the format in which they are written, and tells their years."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from transforms.deidentify.date_grammar import MONTHS, SEASONS, WEEKDAYS, Field, Slot, Written, scan
from transforms.deidentify.holidays import holiday
from transforms.deidentify.identity import shifted_date

_LATEST_TWO_DIGIT_YEAR = 2035  # ``3/5/36`` is of 1936 where nothing says when the note was written
_ANY_YEAR = 2023  # stands for the year of ``3/5`` where nothing says when the note was written
_FOLLOW_UP_YEARS = 2  # how far ahead of its date of service a note plans
_MID_MONTH = 15
_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)\b\.?)"
_WEEKDAY_BEFORE = re.compile(rf"\b{_WEEKDAY},?[ \t]{{1,2}}(?:the[ \t]|\()?\Z", re.IGNORECASE)
_WEEKDAY_AFTER = re.compile(
    rf"[ \t]?\({_WEEKDAY}\)|,?[ \t]{_WEEKDAY}(?!,?[ \t](?:[^\W\d]|\d{{1,2}}[/-]))", re.IGNORECASE
)
_LONGEST_WEEKDAY = 19


@dataclass(frozen=True)
class WrittenDates:
    """The dates of one span. ``dates`` stand in the text's order, with years of four digits resolved."""

    text: str
    dates: tuple[Written, ...]
    years: tuple[int, ...]  # that are written, in order, each once
    two_digit_years: bool  # at least one is written with two digits, so that its century is a guess

    @property
    def only_years(self) -> bool:
        """Whether nothing finer than a year is written (``2019``, ``2019-2021``, ``late 1990s``)."""
        return all(written.month is None and written.weekday is None for written in self.dates)

    def shifted(self, days: int) -> str | None:
        """The span with its dates moved; None where a date leaves the calendar.

        Partial dates move as if mid-period and keep their precision; a lone year stays; a weekday is computed again.
        """
        moved: list[date | None] = []
        for written in self.dates:
            day = _calendar_day(written)
            if written.month is not None:
                if day is None or (day := shifted_date(day, days)) is None:
                    return None
                if len(str(day.year)) != 4:
                    return None
            moved.append(day)
        pieces: list[str] = []
        position = 0
        slots = sorted(
            ((slot, index) for index, written in enumerate(self.dates) for slot in written.slots),
            key=lambda entry: entry[0].start,
        )
        for slot, index in slots:
            pieces.append(self.text[position : slot.start])
            pieces.append(self._rewritten(slot, index, moved, days))
            position = slot.end
        pieces.append(self.text[position:])
        return "".join(pieces)

    def _rewritten(self, slot: Slot, index: int, moved: Sequence[date | None], days: int) -> str:
        written, day, shown = self.dates[index], moved[index], self.text[slot.start : slot.end]
        if slot.field is Field.WEEKDAY:
            assert written.weekday is not None
            dated = day is not None and written.day is not None and not written.assumed_year
            number = day.weekday() if day is not None and dated else (written.weekday + days) % 7
            return _named(WEEKDAYS[number], shown, abbreviated=not shown.lower().endswith("day"))
        if day is None or written.month is None:
            return shown
        if slot.field is Field.YEAR:
            return _year(day.year, shown)
        if slot.field is Field.MONTH:
            return self._number(day.month, index)
        if slot.field is Field.MONTH_NAME:
            return self._month_name(day, slot, shown)
        if slot.field is Field.ORDINAL:
            suffix = ordinal_suffix(day.day)
            return suffix.upper() if shown.isupper() else suffix
        if slot.field is Field.SEASON:
            return _named(_season(day, shown), shown, abbreviated=False)
        if slot.field is Field.HOLIDAY:
            return f"{_named(MONTHS[day.month - 1], shown, abbreviated=False)} {day.day}"
        return self._day(written, index, day, moved)

    def _day(self, written: Written, index: int, day: date, moved: Sequence[date | None]) -> str:
        shown = self._number(day.day, index)
        if not written.shares_month:
            return shown
        other_index = index + written.shares_month
        other = moved[other_index]
        if other is None or (other.month, other.year) == (day.month, day.year):
            return shown
        # The shift took the two ends of ``March 5-7`` into different months.
        slots = self.dates[other_index].slots
        slot = next(slot for slot in slots if slot.field in (Field.MONTH, Field.MONTH_NAME))
        if slot.field is Field.MONTH:
            return f"{self._number(day.month, other_index)}/{shown}"
        month = self._month_name(day, slot, self.text[slot.start : slot.end])
        return f"{month} {shown}" if written.shares_month < 0 else f"{shown} {month}"

    def _number(self, number: int, index: int) -> str:
        return f"{number:0{2 if self._zero_padded(index) else 1}d}"

    def _month_name(self, day: date, slot: Slot, shown: str) -> str:
        glued = self.text[slot.end : slot.end + 1] in {".", "-", "/"} or self.text[slot.start - 1 : slot.start] == "-"
        abbreviated = glued if shown.lower() == "may" else shown.title() not in MONTHS
        return _named(MONTHS[day.month - 1], shown, abbreviated)

    def _zero_padded(self, index: int) -> bool:
        """Whether ``5`` is written ``05``: as the date's other numbers show, or else by the habit of its format."""
        written = self.dates[index]
        slots = [*written.slots, *(self.dates[index + written.shares_month].slots if written.shares_month else ())]
        numbers = [self.text[slot.start : slot.end] for slot in slots if slot.field in (Field.MONTH, Field.DAY)]
        if any(number.startswith("0") for number in numbers):
            return True
        if any(len(number) == 1 for number in numbers):
            return False
        name = next((slot for slot in slots if slot.field is Field.MONTH_NAME), None)
        return name is None or self.text[name.end : name.end + 1] in {"-", "/"}


def parse(text: str, service_year: int | None) -> WrittenDates | None:
    """The dates of a span, or None where any of it is not understood.

    ``service_year`` gives a month and day their year, and two digits their century.
    """
    dates = scan(text)
    if dates is None:
        return None
    latest = _LATEST_TWO_DIGIT_YEAR if service_year is None else service_year + _FOLLOW_UP_YEARS
    years: list[int] = []
    two_digits = False
    for written in dates:
        if written.year is None:
            continue
        if written.year < 100:
            two_digits = True
            written.year += latest - latest % 100
            if written.year > latest:
                written.year -= 100
        if written.year not in years and any(slot.field is Field.YEAR for slot in written.slots):
            years.append(written.year)
    _lend_years(dates, _ANY_YEAR if service_year is None else service_year)
    if any(written.month is not None and _calendar_day(written) is None for written in dates):
        return None
    return WrittenDates(text, tuple(dates), tuple(years), two_digits)


def with_weekday(text: str, start: int, end: int) -> tuple[int, int]:
    """The date span and the weekday that stands next to it (``Monday, 3/5``; ``3/5 (Mon)``): it says the date again."""
    before = _WEEKDAY_BEFORE.search(text, max(0, start - _LONGEST_WEEKDAY), start)
    after = _WEEKDAY_AFTER.match(text, end)
    return before.start() if before else start, after.end() if after else end


def ordinal_suffix(number: int) -> str:
    """``st`` of ``1st``."""
    if 11 <= number % 100 <= 13:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _lend_years(dates: list[Written], service_year: int) -> None:
    # In ``3/5-3/7/21`` the year of the second is the first one's too.
    for index, written in enumerate(dates):
        if written.year is None and (written.month is not None or written.holiday):
            others = [*dates[index + 1 :], *reversed(dates[:index])]
            lent = next((other.year for other in others if other.year is not None), None)
            written.year, written.assumed_year = lent or service_year, lent is None
            if written.month == 2 and written.day == 29:
                written.year = next(year for year in range(written.year, 0, -1) if _is_leap(year))
        if written.holiday and written.year is not None:
            day = holiday(written.holiday, written.year)
            written.month, written.day = day.month, day.day


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _calendar_day(written: Written) -> date | None:
    if written.year is None or written.month is None:
        return None
    try:
        return date(written.year, written.month, written.day or _MID_MONTH)
    except ValueError:
        return None


def _year(year: int, shown: str) -> str:
    if len(shown) == 4:
        return f"{year:04d}"
    return f"{shown[:-2]}{year % 100:02d}"


def _season(day: date, shown: str) -> str:
    nearest = min(SEASONS, key=lambda name: min((day.month - SEASONS[name]) % 12, (SEASONS[name] - day.month) % 12))
    return "autumn" if nearest == "fall" and shown.lower() == "autumn" else nearest


def _named(name: str, shown: str, abbreviated: bool) -> str:
    """A month's, weekday's or season's name in the case and length in which the old one is written."""
    name = name[:3] if abbreviated else name
    if shown.isupper():
        return name.upper()
    return name.lower() if shown.islower() else name.capitalize()
