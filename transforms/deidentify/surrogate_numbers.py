"""Numbers and addresses that keep the shape of what they stand for and cannot be anyone's.

Telephone numbers are those kept for fiction, social security numbers begin with 9, addresses of the internet are those
kept for documentation, and no number passes a check that real ones pass.
"""

import math
import re
from collections.abc import Callable, Iterable

Choose = Callable[..., int]  # (count, purpose, *value): a number in range(count) that purpose and value decide

_LABELS = frozenset(
    """
    mrn ssn id no number acct account record medical case visit lot serial sn vin npi dea zip
    tel telephone phone fax cell mobile home work office pager beeper ext extension pgr ph
    """.split()  # noqa: SIM905  a table of words
)
_DOCUMENTATION_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")  # RFC 5737
_CODE_LETTERS = "ACDEFGHJKMNPRTVWXY"  # that Medicare numbers and those of vehicles both may hold
_HEX_LETTERS = "ABCDEF"
_HEX = re.compile(r"[0-9A-F]{2}(?:[:-][0-9A-F]{2}){5}|[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}", re.IGNORECASE)
_BY_SSN = re.compile(r"\d{3}-?\d\d-?\d{4}(?=-?[A-Z]\d?\Z)")  # a health insurance claim number before 2018
_PER_CHOICE = 20  # characters that one choice of 128 bits decides evenly
_EXTENSION = re.compile(r",?\s*(?:x|ext\.?|extension|#)\s?\d+\Z", re.IGNORECASE)
_VANITY = re.compile(r"8\d\d[^0-9A-Za-z]([A-Z0-9]{3}-?[A-Z0-9]{4})\Z")  # ``1-800-FLOWERS``
_PORT = re.compile(r"(?:/|(?<=\d):)\d+\Z")
_NO_COUNTRY = "89"  # begins no country's code (ITU-T E.164)
# What letters of a vehicle's number count as, and its characters' weights (49 CFR 565.15).
_VIN_LETTERS = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "12345678123457923456789"), strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def identifier(value: str, choose: Choose) -> str:
    """A number or code of any kind."""
    if _HEX.fullmatch(value):
        return reshaped("id", value, choose, _HEX_LETTERS)
    if by_ssn := _BY_SSN.match(value):
        return ssn(by_ssn[0], choose) + reshaped("id", value[by_ssn.end() :], choose)
    return reshaped("id", value, choose)


def reshaped(purpose: str, value: str, choose: Choose, letters: str = _CODE_LETTERS) -> str:
    """A digit for each digit and one of ``letters`` for each letter; labels and punctuation stay.

    Values that differ in punctuation alone become surrogates that do so too.
    """
    changed = [
        at for run in re.finditer(r"[^\W\d_]+|\d+", value) if run[0].lower() not in _LABELS for at in range(*run.span())
    ]
    return _filled(purpose, value, changed, choose, letters)


def renumbered(purpose: str, value: str, choose: Choose) -> str:
    """A digit for each digit; all else stays."""
    return _filled(purpose, value, _places(value), choose)


def ssn(value: str, choose: Choose) -> str:
    """Neither a social security number (none begins with 9) nor a taxpayer's (their fourth digit is 5 or more)."""
    places = _places(value)
    shown = _filled("ssn", value, places, choose)
    digits = "".join(shown[at] for at in places)
    if len(digits) != 9:
        return shown  # ``XXX-XX-1234``
    return _with(shown, places, f"9{digits[1:3]}{int(digits[3]) % 5}{digits[4:]}")


def phone(value: str, choose: Choose) -> str:
    """A number from 555-0100 to 555-0199, which are kept for fiction in every area of the North American plan.

    Numbers of other countries get a country's code that none has. A number with and without its area, its country or an
    extension ends alike.
    """
    extension = _EXTENSION.search(value)
    end = extension.start() if extension else len(value)
    places = _places(value[:end])
    if vanity := _VANITY.search(value[:end]):
        places = [at for at in places if at < vanity.start(1)]
        places += [at for at in range(*vanity.span(1)) if value[at].isalnum()]
    number = "".join(value[at] for at in places).lower()
    if len(number) < 7:
        return renumbered("phone", value, choose)  # an extension, a pager
    shown = value[:end] + (renumbered("extension", extension[0], choose) if extension else "")
    line = f"55501{choose(100, 'phone-line', number[-7:]):02d}"
    if len(number) < 10:
        return _with(_filled("phone", shown, places, choose), places, line)
    if number[0] != "1" and (len(number) > 10 or value.lstrip().startswith("+")):
        exit_code = "011" if number.startswith("011") else ""
        return _with(_filled("phone", shown, places, choose), places, exit_code + _NO_COUNTRY)
    area = choose(8 * 9 * 9, "phone-area", number[-10:])
    middle = area // 9 % 9
    digits = f"{2 + area // 81}{middle}{(middle + 1 + area % 9) % 10}{line}"  # no code ends in the same digit twice
    return _with(shown, places[-10:], digits)


def ip(value: str, choose: Choose) -> str:
    """An address kept for documentation, of the same version; a port or a network's length stays."""
    key = value.lower()
    if value.count(":") > 1:
        return f"2001:db8::{1 + choose(0xFFFF, 'ip', key):x}"  # RFC 3849
    port = _PORT.search(value)
    key = key[: port.start()] if port else key
    network = _DOCUMENTATION_NETWORKS[choose(3, "ip-network", key)]
    return f"{network}.{1 + choose(254, 'ip', key)}{port[0] if port else ''}"


# --- check digits ----------------------------------------------------------------------------------------------


def has_check_digit(shown: str) -> bool:
    """Whether a number passes the check of cards, providers, drug prescribers, banks, accounts, vehicles or articles."""
    plain = "".join(filter(str.isalnum, shown)).upper()
    digits = "".join(filter(str.isdecimal, shown))
    return any(map(_passes, {plain, digits, *re.findall(r"[A-Z0-9]+", shown.upper())}))


def _passes(code: str) -> bool:
    if not code.isascii():
        return False
    if code.isdecimal():
        return (
            (len(code) >= 10 and (_luhn(code) or _luhn(f"80840{code}")))
            or (len(code) == 9 and _weighted(map(int, code), (3, 7, 1) * 3) % 10 == 0)  # a bank's routing number
            or (len(code) in (12, 13, 14) and _weighted(map(int, reversed(code)), (1, 3) * 7) % 10 == 0)  # GTIN
        )
    if re.fullmatch(r"[A-Z][A-Z9]\d{7}", code):  # DEA
        return _weighted(map(int, code[2:8]), (1, 2) * 3) % 10 == int(code[8])
    if re.fullmatch(r"[A-HJ-NPR-Z0-9]{17}", code):
        return (
            "0123456789X"[_weighted((_VIN_LETTERS.get(char) or int(char) for char in code), _VIN_WEIGHTS) % 11]
            == code[8]
        )
    if re.fullmatch(r"[A-Z]{2}\d\d[A-Z0-9]{11,30}", code):  # IBAN
        return int("".join(str(int(char, 36)) for char in code[4:] + code[:4])) % 97 == 1
    return False


def _weighted(values: Iterable[int], weights: Iterable[int]) -> int:
    return sum(value * weight for value, weight in zip(values, weights, strict=False))


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


# --- shapes ----------------------------------------------------------------------------------------------------


def _filled(purpose: str, value: str, places: list[int], choose: Choose, letters: str = _CODE_LETTERS) -> str:
    """The value with other characters of the same kinds at those places."""
    plain = "".join(value[at] for at in places).lower()
    shown = list(value)
    for first in range(0, len(places), _PER_CHOICE):
        chunk = places[first : first + _PER_CHOICE]
        alphabets = [_alphabet(value[at], letters) for at in chunk]
        rest = choose(math.prod(map(len, alphabets)), purpose, plain, str(first))
        for at, alphabet in zip(chunk, alphabets, strict=True):
            rest, code = divmod(rest, len(alphabet))
            shown[at] = alphabet[code]
    if places and value[places[0]] != "0" and shown[places[0]] == "0":
        shown[places[0]] = str(1 + choose(9, purpose, plain))  # a number that has no leading zero gets none
    return "".join(shown)


def _alphabet(char: str, letters: str) -> str:
    return "0123456789" if char.isdecimal() else letters if char.isupper() else letters.lower()


def _places(value: str) -> list[int]:
    return [at for at, char in enumerate(value) if char.isdecimal()]


def _with(value: str, places: list[int], digits: str) -> str:
    shown = list(value)
    for at, digit in zip(places, digits, strict=False):
        shown[at] = digit
    return "".join(shown)
