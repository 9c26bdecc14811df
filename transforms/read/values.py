"""Values of a row's cells, as databases and spreadsheets write them: identifiers, dates, versions, known PHI."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import orjson

from transforms.records import KnownPhi, NoteStatus, OrderKind, Sex, VersionOrder

_DATE_FORMATS = (
    "%m/%d/%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%m/%d/%y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d%b%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%b %d %Y",
)
_TIME_FORMATS = ("", "%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p")
_CLOCK = re.compile(r"[ T:]+(\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?: ?[AP]M)?)\Z", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,15}(?:\.0+)?")
_MOST_EXACT = 2**53  # a larger whole number in JSON may have lost digits
_ORDER_BOUND = 2**47

_STATUS = {
    "final": NoteStatus.FINAL,
    "signed": NoteStatus.FINAL,
    "complete": NoteStatus.FINAL,
    "completed": NoteStatus.FINAL,
    "amended": NoteStatus.AMENDED,
    "corrected": NoteStatus.AMENDED,
    "addendum": NoteStatus.ADDENDUM,
    "appended": NoteStatus.ADDENDUM,
    "cancelled": NoteStatus.CANCELLED,
    "canceled": NoteStatus.CANCELLED,
    "deleted": NoteStatus.CANCELLED,
    "retracted": NoteStatus.CANCELLED,
    "entered-in-error": NoteStatus.CANCELLED,
    "preliminary": NoteStatus.PRELIMINARY,
    "draft": NoteStatus.PRELIMINARY,
    "unsigned": NoteStatus.PRELIMINARY,
}
_TRUE = frozenset({"1", "1.0", "t", "true", "y", "yes"})
_SEX = {
    "f": Sex.FEMALE,
    "female": Sex.FEMALE,
    "m": Sex.MALE,
    "male": Sex.MALE,
    "": Sex.UNKNOWN,
    "u": Sex.UNKNOWN,
    "o": Sex.UNKNOWN,
    "other": Sex.UNKNOWN,
    "unknown": Sex.UNKNOWN,
}
_KNOWN_PHI_LISTS = ("names", "numbers", "addresses", "phones", "emails")


class BadValue(ValueError):  # noqa: N818  it is the value that is bad
    """A cell that cannot be read as what it should be. Holds nothing of it."""


def as_text(value: object) -> str | None:
    """An identifier or a label; None where the cell is empty. Raises BadValue for what is neither word nor number."""
    if value is None:
        return None
    if isinstance(value, bytes):
        try:
            value = value.decode("utf-8")
        except UnicodeDecodeError:
            raise BadValue from None
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        raise BadValue
    if isinstance(value, float):
        if not value.is_integer():
            if value != value:  # NaN is how pandas writes an empty cell
                return None
            raise BadValue
        if abs(value) >= _MOST_EXACT:
            raise BadValue
        value = int(value)
    return str(value).strip() or None


def as_date(value: object) -> date | None:
    """A day: ISO dates and times, common US and database forms, times since 1970; None where it is none of them."""
    moment = as_moment(value)
    return None if moment is None else moment.date()


def as_moment(value: object) -> datetime | None:
    """A moment with the clock and zone that it was written with; None where it cannot be read as one."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    try:
        written = as_text(value)
    except BadValue:
        return None
    if written is None:
        return None
    if _NUMBER.fullmatch(written):
        return _moment_of_number(written.partition(".")[0])
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return _written_moment(written)


def as_status(value: object) -> NoteStatus:
    """The state of a version; UNKNOWN where the source's word for it is not known."""
    if isinstance(value, str):
        return _STATUS.get(value.strip().lower().replace("_", "-").replace(" ", "-"), NoteStatus.UNKNOWN)
    return NoteStatus.UNKNOWN


def as_flag(value: object) -> bool:
    """Whether a flag is set, as databases write it: 1, t, true, y, yes."""
    return str(value).strip().lower() in _TRUE


def as_order(value: object) -> VersionOrder | None:
    """The order of a version: a time, or a whole number; None where the cell is empty. Raises BadValue.

    A number that reads as a date (20240131, or seconds since 1970) is a time: a version is released, and a time that
    stood in it unshifted would give the date of service away.
    """
    written = as_text(value) if not isinstance(value, date) else ""
    if written is None:
        return None
    moment = as_moment(value)
    if moment is not None:
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return _bounded(OrderKind.TIME, int(moment.timestamp() * 1000))
    if not _NUMBER.fullmatch(written):
        raise BadValue
    return _bounded(OrderKind.NUMBER, int(written.partition(".")[0]))


def as_known_phi(value: object) -> KnownPhi:
    """What a row says of its patient: an object with the fields of ``KnownPhi``, or a string that holds one.

    Raises BadValue for anything else, an unknown field too: a name that was given and not looked for would be released.
    """
    if isinstance(value, (str, bytes)):
        if not value.strip():
            return KnownPhi()
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            raise BadValue from None
    if value is None:
        return KnownPhi()
    if not isinstance(value, Mapping) or not set(value) <= {*_KNOWN_PHI_LISTS, "dates", "sex"}:
        raise BadValue
    names, numbers, addresses, phones, emails = (_texts(value.get(name)) for name in _KNOWN_PHI_LISTS)
    days = [as_date(day) for day in _list(value.get("dates"))]
    sex = _SEX.get(str(value.get("sex") or "").strip().lower())
    if None in days or sex is None:
        raise BadValue
    return KnownPhi(names, tuple(day for day in days if day), numbers, addresses, phones, emails, sex)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(text for text in map(as_text, _list(value)) if text)


def _list(value: object) -> list[object]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _bounded(kind: OrderKind, value: int) -> VersionOrder:
    if not 0 <= value < _ORDER_BOUND:
        raise BadValue
    return VersionOrder(kind, value)


def _moment_of_number(digits: str) -> datetime | None:
    for length, form in ((8, "%Y%m%d"), (12, "%Y%m%d%H%M"), (14, "%Y%m%d%H%M%S")):
        if len(digits) == length and digits[:2] in ("19", "20", "21"):
            try:
                return datetime.strptime(digits, form)
            except ValueError:
                return None
    if len(digits) in (10, 13):  # seconds or milliseconds since 1970, from 2001 on
        return datetime.fromtimestamp(int(digits) / 10 ** (len(digits) - 10), UTC)
    return None


def _written_moment(written: str) -> datetime | None:
    clock = _CLOCK.search(written)
    day, time = (written[: clock.start()], clock[1]) if clock else (written, "")
    for form in _DATE_FORMATS:
        try:
            moment = datetime.strptime(day, form)
        except ValueError:
            continue
        for time_form in _TIME_FORMATS:
            try:
                at = datetime.strptime(time.upper(), time_form)
            except ValueError:
                continue
            return moment.replace(hour=at.hour, minute=at.minute, second=at.second, microsecond=at.microsecond)
        return moment
    return None
