"""Times as HL7 v2 and FHIR write them, of any precision."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

from transforms.records import OrderKind, VersionOrder

# HL7 v2 DTM: YYYY[MM[DD[HH[MM[SS[.S…]]]]]][+/-ZZZZ], section 2A.3.22.
_DTM = re.compile(r"(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(\.\d+)?)?)?)?)?)?([+-]\d{4})?")
# FHIR dateTime and instant: YYYY[-MM[-DD[Thh:mm[:ss[.s…]][zone]]]].
_FHIR = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?", re.IGNORECASE
)


def hl7_time(written: str) -> datetime | None:
    """A DTM (or a TS's first component) in UTC; what it leaves out is the earliest, no zone means UTC. None if it is none."""
    return _time(_DTM.fullmatch(written.strip()))


def fhir_time(written: object) -> datetime | None:
    """A FHIR dateTime, date or instant in UTC, likewise."""
    return _time(_FHIR.fullmatch(written.strip())) if isinstance(written, str) else None


def hl7_date(written: str) -> date | None:
    """The day of a DTM, in its own zone. None where it does not say the day."""
    return _day(_DTM.fullmatch(written.strip()))


def fhir_date(written: object) -> date | None:
    """The day of a FHIR dateTime, in its own zone. None where it does not say the day."""
    return _day(_FHIR.fullmatch(written.strip())) if isinstance(written, str) else None


def time_order(time: datetime | None, file_time: datetime) -> VersionOrder:
    """The order of a version by a time of the source; by the file's where the source gives none, or one before 1970."""
    value = _milliseconds(time) if time else -1
    if value < 0:
        return VersionOrder(OrderKind.FILE_TIME, max(0, _milliseconds(file_time)))
    return VersionOrder(OrderKind.TIME, value)


def _milliseconds(time: datetime) -> int:
    return (time - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def _day(found: re.Match[str] | None) -> date | None:
    if found is None or found[3] is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def _time(found: re.Match[str] | None) -> datetime | None:
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        local = datetime(
            int(year),
            int(month or 1),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            min(int(second or 0), 59),  # a leap second
            int((fraction or ".0")[1:7].ljust(6, "0")),
            tzinfo=_zone(zone),
        )
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(written: str | None) -> timezone:
    if not written or written in "Zz":
        return UTC
    offset = timedelta(hours=int(written[1:3]), minutes=int(written[-2:]))
    return timezone(-offset if written[0] == "-" else offset)
