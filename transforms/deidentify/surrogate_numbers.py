"""Numbers and addresses that keep the shape of what they stand for and cannot be anyone's.

Telephone numbers are those kept for fiction, social security numbers begin with 9, addresses of the internet are those
kept for documentation, and no long number passes a check that real ones pass.
"""

import re
from collections.abc import Callable

Choose = Callable[..., int]  # (count, purpose, *value): a number in range(count) that purpose and value decide

_LABELS = frozenset(
    """
    mrn ssn id no number acct account record medical case visit lot serial sn vin npi dea zip
    tel telephone phone fax cell mobile home work office pager beeper ext extension x pgr ph
    """.split()  # noqa: SIM905  a table of words
)
_DOCUMENTATION_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")  # RFC 5737
_LETTERS = 26
_PER_CHOICE = 20  # characters that one choice of 128 bits decides evenly


def reshaped(purpose: str, value: str, choose: Choose) -> str:
    """A digit for each digit and a letter for each letter; labels and punctuation stay.

    Values that differ in punctuation alone become surrogates that do so too.
    """
    changed = [
        at for run in re.finditer(r"[^\W\d_]+|\d+", value) if run[0].lower() not in _LABELS for at in range(*run.span())
    ]
    plain = "".join(value[at] for at in changed).lower()
    shown = list(value)
    for first in range(0, len(changed), _PER_CHOICE):
        chunk = changed[first : first + _PER_CHOICE]
        rest = choose(_count(value, chunk), purpose, plain, str(first))
        for at in chunk:
            rest, code = divmod(rest, _radix(value[at]))
            shown[at] = _character(value[at], code)
    if changed and value[changed[0]] not in "0" and shown[changed[0]] == "0":
        shown[changed[0]] = str(1 + choose(9, purpose, plain))  # a number that has no leading zero gets none
    return "".join(shown)


def has_check_digit(shown: str) -> bool:
    """Whether a number could be someone's: ten digits or more that pass the Luhn test, with an NPI's prefix too."""
    digits = "".join(filter(str.isdecimal, shown))
    if len(digits) < 10 or not digits.isascii():
        return False
    return _luhn(digits) or (len(digits) == 10 and _luhn(f"80840{digits}"))


def ssn(value: str, choose: Choose) -> str:
    """Neither a social security number (none begins with 9) nor a taxpayer's (their fourth digit is 5 or more)."""
    shown = reshaped("ssn", value, choose)
    digits = "".join(filter(str.isdecimal, shown))
    if len(digits) != 9:
        return shown
    return _with_digits(shown, f"9{digits[1:3]}{int(digits[3]) % 5}{digits[4:]}")


def phone(value: str, choose: Choose) -> str:
    """A number from 555-0100 to 555-0199, which are kept for fiction in every area of the North American plan."""
    shown = reshaped("phone", value, choose)
    digits = "".join(filter(str.isdecimal, shown))
    if len(digits) < 7:
        return shown  # an extension, a pager
    fiction = f"55501{digits[-2:]}"
    if len(digits) < 10:
        return _with_digits(shown, fiction + digits[7:])
    area = f"{2 + int(digits[0]) % 8}{int(digits[1]) % 9}{digits[2]}"
    country = "1" if len(digits) > 10 and "".join(filter(str.isdecimal, value)).startswith("1") else ""
    return _with_digits(shown, (country + area + fiction + digits[::-1])[: len(digits)])


def ip(value: str, choose: Choose) -> str:
    """An address kept for documentation, of the same version."""
    key = value.lower()
    if value.count(":") > 1:
        return f"2001:db8::{1 + choose(0xFFFF, 'ip', key):x}"  # RFC 3849
    return f"{_DOCUMENTATION_NETWORKS[choose(3, 'ip-network', key)]}.{1 + choose(254, 'ip', key)}"


def _count(value: str, chunk: list[int]) -> int:
    count = 1
    for at in chunk:
        count *= _radix(value[at])
    return count


def _radix(char: str) -> int:
    return 10 if char.isdecimal() else _LETTERS


def _character(char: str, code: int) -> str:
    if char.isdecimal():
        return str(code)
    letter = chr(ord("a") + code)
    return letter.upper() if char.isupper() else letter


def _with_digits(value: str, digits: str) -> str:
    following = iter(digits)
    return "".join(next(following) if char.isdecimal() else char for char in value)


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (1 + place % 2)
        total += number - 9 if number > 9 else number
    return total % 10 == 0
