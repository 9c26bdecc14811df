"""The day on which a holiday of the United States falls."""

import calendar
from datetime import date, timedelta

# How holidays are written, as a regular expression that ignores case.
WRITTEN = (
    r"(?:thanksgiving|(?:christmas|xmas|new\s+year['’]?s)(?:\s+eve)?|fourth\s+of\s+july|halloween|easter(?:\s+sunday)?|"
    r"good\s+friday|ash\s+wednesday|(?:independence|labor|memorial|veterans?['’]?|presidents?['’]?|columbus|mlk|"
    r"valentine['’]?s|mother['’]?s|father['’]?s|st\.?\s+patrick['’]?s)(?=\s+day))(?:\s+day)?"
)

_MONDAY, _THURSDAY, _SUNDAY = 0, 3, 6
_FIXED = {
    "new years": (1, 1), "valentines": (2, 14), "st patricks": (3, 17), "independence": (7, 4), "fourth of july": (7, 4),
    "halloween": (10, 31), "veterans": (11, 11), "veteran": (11, 11), "christmas eve": (12, 24), "xmas eve": (12, 24),
    "christmas": (12, 25), "xmas": (12, 25), "new years eve": (12, 31),
}  # fmt: skip
# Month, day of the week, and which of that month's it is.
_NTH = {
    "mlk": (1, _MONDAY, 3), "presidents": (2, _MONDAY, 3), "president": (2, _MONDAY, 3), "mothers": (5, _SUNDAY, 2),
    "memorial": (5, _MONDAY, -1), "fathers": (6, _SUNDAY, 3), "labor": (9, _MONDAY, 1), "columbus": (10, _MONDAY, 2),
    "thanksgiving": (11, _THURSDAY, 4),
}  # fmt: skip
_FROM_EASTER = {"ash wednesday": -46, "good friday": -2, "easter": 0, "easter sunday": 0}


def holiday(written: str, year: int) -> date:
    """The day of that year on which the holiday falls that is written so (it matches ``WRITTEN``)."""
    name = " ".join("".join(char for char in written.lower() if char not in "'’.").split()).removesuffix(" day")
    if name in _FIXED:
        return date(year, *_FIXED[name])
    if name in _NTH:
        month, weekday, number = _NTH[name]
        days = [week[weekday] for week in calendar.monthcalendar(year, month) if week[weekday]]
        return date(year, month, days[number - 1 if number > 0 else number])
    return _easter(year) + timedelta(_FROM_EASTER[name])


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the algorithm of Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)
