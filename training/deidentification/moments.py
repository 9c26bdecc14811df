"""Dates of a synthetic note, in the shapes in which notes write them."""

from datetime import date, timedelta
from random import Random

_HOLIDAYS = (
    "Thanksgiving",
    "Christmas",
    "Christmas Eve",
    "New Year's Eve",
    "Labor Day",
    "Memorial Day",
    "Easter",
    "Halloween",
)
_SEASONS = ("winter", "spring", "summer", "fall")  # as the months pass, from December on


def draw_day(random: Random) -> date:
    """A day on which something happened."""
    return date(1995, 1, 1) + timedelta(days=random.randrange(365 * 31))


def draw_birthday(random: Random) -> date:
    """The birthday of someone under ninety."""
    return date(1938, 1, 1) + timedelta(days=random.randrange(365 * 80))


def written(day: date, form: str, random: Random) -> str:
    """The day in a form of the template format; ``""`` is any full form."""
    month, number, year = day.month, day.day, day.year
    match form:
        case "numeric":
            separator = random.choice("///-")
            shown = random.choice((f"{year}", f"{year}", f"{year % 100:02d}"))
            return random.choice(
                (
                    f"{month:02d}{separator}{number:02d}{separator}{shown}",
                    f"{month}{separator}{number}{separator}{shown}",
                )
            )
        case "long":
            name = random.choice((f"{day:%B}", f"{day:%B}", f"{day:%b}", f"{day:%b}."))
            return random.choice(
                (
                    f"{name} {number}, {year}",
                    f"{name} {number}, {year}",
                    f"{name} {number} {year}",
                    f"{name} {_ordinal(number)}, {year}",
                )
            )
        case "iso":
            return day.isoformat()
        case "compact":
            return f"{day:%Y%m%d}"
        case "dmy":
            return random.choice(
                (
                    f"{number:02d}-{day:%b}-{year}",
                    f"{number} {day:%B} {year}",
                    f"{number:02d}{day:%b}{year}",
                    f"{number} {day:%b} {year}",
                    f"{number:02d}-{day:%b}-{year % 100:02d}",
                )
            )
        case "md":
            return f"{month}/{number}"
        case "md_dash":
            return f"{month}-{number}"
        case "day":
            return _ordinal(number)
        case "season":
            season = _SEASONS[month % 12 // 3]
            return random.choice(
                (season, season, season, f"{season} of {year}", f"{season} {year}", f"{season} '{year % 100:02d}")
            )
        case "month_day":
            return random.choice(
                (
                    f"{day:%B} {_ordinal(number)}",
                    f"{day:%B} {number}",
                    f"{day:%b} {number}",
                    f"the {_ordinal(number)} of {day:%B}"[4:],
                )
            )
        case "month_year":
            return random.choice((f"{day:%B} {year}", f"{day:%B} of {year}", f"{month:02d}/{year}", f"{day:%b} {year}"))
        case "month":
            return f"{day:%B}"
        case "range":
            last = day + timedelta(days=random.randint(1, 9))
            return random.choice(
                (
                    f"{month}/{number}-{last.month}/{last.day}/{last.year % 100:02d}",
                    f"{month}/{number}/{year} - {last.month}/{last.day}/{last.year}",
                    f"{day:%B} {number} to {last:%B} {last.day}",
                )
            )
        case "holiday":
            return random.choice(_HOLIDAYS)
    return written(day, random.choice(("numeric", "numeric", "numeric", "long", "long", "iso", "dmy")), random)


def clock(random: Random) -> str:
    """A time of day, which identifies nobody."""
    hour, minute = random.randrange(24), random.randrange(60)
    return random.choice(
        (
            f"{hour:02d}:{minute:02d}",
            f"{hour:02d}{minute:02d}",
            f"{hour % 12 + 1}:{minute:02d} {random.choice(('AM', 'PM', 'am', 'pm'))}",
        )
    )


def _ordinal(number: int) -> str:
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"
