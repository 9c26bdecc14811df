"""Ages over 89 become ``90+``; younger ones stay (45 CFR 164.514(b)(2)(i)(C))."""

import re

OLDEST_SHOWN = 89
_CATEGORY = "90+"
_NUMBER = re.compile(r"\d+(?:\.\d+|\s?½|\s1/2)?(?:['’]?s\b)?")
_UNITS = "one|two|three|four|five|six|seven|eight|nine"
_OLD = re.compile(
    rf"(?:(?:one|a)[\s-]+)?hundred(?:[\s-]+(?:and[\s-]+)?(?:{_UNITS}|ten|eleven|twelve|thirteen|fourteen|fifteen))?\b"
    rf"|nineties|ninety(?:[\s-]+(?:{_UNITS}))?|nonagenarian|centenarian",
    re.IGNORECASE,
)
_YOUNG_UNITS = re.compile(r"\b(?:months?|mos?|weeks?|wks?|days?|hours?|hrs?)\b", re.IGNORECASE)
# ``91 years 3 months``: the months would tell more than the category does.
_MONTHS_TOO = re.compile(
    r"(90\+[\s-]?(?:years?|yrs?|y/?o|y)\b\.?)[\s,]*(?:and\s)?\d+(?:\.\d+)?[\s-]?(?:months?|mos?|m)\b\.?", re.IGNORECASE
)


def generalised(text: str) -> str | None:
    """An age as written, with ``90+`` in place of what shows more than 89 years; None where no age is understood."""
    if _YOUNG_UNITS.search(text) and not re.search(r"(?i)\by(?:ea)?rs?\b|\by/?o\b", text):
        return text
    shown, numbers = _NUMBER.subn(_category, text)
    shown, words = _OLD.subn(_CATEGORY, shown)
    return _MONTHS_TOO.sub(r"\1", shown) if numbers or words else None


def _category(match: re.Match[str]) -> str:
    number = re.match(r"\d+", match[0])
    return _CATEGORY if number and int(number[0]) > OLDEST_SHOWN else match[0]
