"""Which labels are no identifiers under 45 CFR 164.514(b)(2), by what is written there.

Labellers mark every age and every year; the rule takes ages over 89 and what of a date is more precise than its year.
Written for the gold alone: it shares nothing with what finds and replaces.
"""

import re

from transforms.records import PhiType

_OLDEST_SHOWN = 89
_NUMBER = re.compile(r"\d+")
_IN_WORDS = re.compile(r"\b(?:ninet(?:y|ies)|hundred|nonagenarian|centenarian)", re.IGNORECASE)
_YOUNG_UNIT = re.compile(r"(?:\b|\d)(?:months?|mos?|weeks?|wks?|days?|hours?|hrs?)\b", re.IGNORECASE)
_YEAR_UNIT = re.compile(r"(?:\b|\d)(?:years?|yrs?|y)\b", re.IGNORECASE)
_YEAR = r"(?:['’‘]\d{2}|(?:1[6-9]|2[0-2])\d{2})(?:['’]?s)?"
_ONLY_YEARS = re.compile(rf"{_YEAR}(?:\s*(?:[-–—/,&]|to|and|or)\s*{_YEAR})*")


def is_identifier(phi_type: PhiType, value: str) -> bool:
    """Whether a labelled value identifies: an age only over 89, a date only where it is more than years.

    What has no letter and no digit identifies nobody.
    """
    if not any(map(str.isalnum, value)):
        return False
    if phi_type is PhiType.AGE:
        return _is_over_89(value)
    return phi_type is not PhiType.DATE or not _ONLY_YEARS.fullmatch(value.strip(" \t\r\n.,;:()[]"))


def _is_over_89(value: str) -> bool:
    if _YOUNG_UNIT.search(value) and not _YEAR_UNIT.search(value):
        return False
    return bool(_IN_WORDS.search(value)) or any(int(number) > _OLDEST_SHOWN for number in _NUMBER.findall(value))
