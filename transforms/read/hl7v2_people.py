"""Who an HL7 v2 message speaks of: the patient's identifiers, and everything that ``KnownPhi`` holds.

The table says which field of which segment is of which type; the types are those of chapter 2A of the standard.
"""

import re
from collections.abc import Callable, Iterable

from transforms.read.hl7v2_syntax import Segment, Value
from transforms.read.identify import encounter_identifier, patient_identifier
from transforms.read.known_phi import Gathered
from transforms.read.options import ReadOptions
from transforms.read.source_times import hl7_date
from transforms.records import Identifier, KnownPhi, KnownSubject, Sex

_MEDICAL_RECORD = frozenset(("MR", "MRN"))  # HL7 table 0203; MRN is not in it, but sent
_NOT_A_PATIENT_NUMBER = frozenset(("SS", "DL", "PPN", "AN", "VN"))
_BETWEEN_NUMBER_AND_WORD = re.compile(r"(?<=[0-9])(?=[^\W\d_]{3})|(?<=[^\W\d_]{2})(?=[0-9])")  # ``4WEST``, ``BMT9E``
_ROOM = 3  # characters of a room's number that is told apart from other numbers
_SEX = {"F": Sex.FEMALE, "M": Sex.MALE}


def patient_of(pid: Segment | None, options: ReadOptions) -> Identifier | None:
    """PID-3's medical record number, else another patient number of PID-3, else PID-2."""
    if pid is None:
        return None
    numbers = [value for value in pid.all(3) if value()]
    by_type = (
        [value for value in numbers if value(5).upper() in _MEDICAL_RECORD]
        + [value for value in numbers if value(5).upper() not in _NOT_A_PATIENT_NUMBER]
        + [value for value in pid.all(2) if value()]
        + numbers
    )
    if not by_type:
        return None
    number = by_type[0]
    return patient_identifier(options, number(), authority((number(4, 1), number(4, 2)), options))


def encounter_of(pv1: Segment | None, options: ReadOptions) -> Identifier | None:
    """PV1-19, the visit number."""
    if pv1 is None:
        return None
    visit = pv1.one(19)
    return encounter_identifier(options, visit(), authority((visit(4, 1), visit(4, 2)), options))


def authority(names: Iterable[str], options: ReadOptions) -> str:
    """An assigning authority (HD) by its namespace id, else its universal id; one that is mapped comes first."""
    named = [name for name in names if name]
    return next((name for name in named if name in options.namespaces), named[0] if named else "")


_IDENTIFYING = (2, 3, 4, 5, 7, 9, 11, 13, 14, 18, 19, 20)  # of PID: what tells of the patient in person


def known_phi(segments: Iterable[Segment]) -> KnownPhi:
    """What the message says of the patient, of those around them and of those who treat them."""
    gathered = Gathered(subject=KnownSubject.OTHERS)
    for segment in segments:
        for position, gather in _FIELDS.get(segment.name, ()):
            for value in segment.all(position):
                gather(value, gathered)
        if segment.name != "PID":
            continue
        if any(segment.one(position)() for position in _IDENTIFYING):
            gathered.subject = KnownSubject.PATIENT
        if gathered.sex is Sex.UNKNOWN:
            gathered.sex = _SEX.get(segment.one(8)().upper(), Sex.UNKNOWN)
    return gathered.known_phi()


def _name(value: Value, gathered: Gathered) -> None:
    """XPN: family, given, further given names, suffix. The family name's first subcomponent is all of it."""
    gathered.name(value(2), value(3), value(1), value(4))
    for subcomponent in (3, 5):  # own surname, and the partner's, where they are given apart
        gathered.name(value(1, subcomponent))


def _provider(value: Value, gathered: Gathered) -> None:
    """XCN: an identifier, then a name as in XPN. A lone first component may be either."""
    gathered.number(value(1))
    if value(2):
        gathered.name(value(3), value(4), value(2), value(5))
    elif not any(character.isdigit() for character in value(1)):
        gathered.name(value(1))


def _provider_in_subcomponents(value: Value, gathered: Gathered) -> None:
    """NDL: its first component is a CNN, whose parts are subcomponents: id, family, given, further names."""
    gathered.number(value(1, 1))
    gathered.name(value(1, 3), value(1, 4), value(1, 2))


def _number(value: Value, gathered: Gathered) -> None:
    gathered.number(value(1))


def _address(value: Value, gathered: Gathered) -> None:
    """XAD: street (or its parts), other designation, city, state, ZIP, country, type, other geographic, county."""
    street = " ".join(part for part in (value(1, 2), value(1, 3)) if part)
    gathered.address(value(1), street, value(2), value(3), value(5))


def _organization(value: Value, gathered: Gathered) -> None:
    gathered.address(value(1))


def _phone(value: Value, gathered: Gathered) -> None:
    """XTN: formatted number, use, equipment, e-mail, country, area code, local number, …, unformatted number."""
    gathered.phone(value(1))
    if "@" in value(4):
        gathered.phone(value(4))
    if value(7):
        gathered.phone(f"{value(6)} {value(7)}")
    gathered.phone(value(12))


def _location(value: Value, gathered: Gathered) -> None:
    """PL: point of care, room, bed, facility. A room or a bed alone is too short to look for, a word alone is rather a code."""
    ward, room, bed, facility = (value(component) for component in (1, 2, 3, 4))
    if " " in facility:
        gathered.address(facility)
    if any(map(str.isdigit, ward)):
        gathered.address(ward, _BETWEEN_NUMBER_AND_WORD.sub(" ", ward))
    if len(room) >= _ROOM and bed:
        gathered.address(f"{room}-{bed}", f"{room}{bed}" if bed.isalpha() else "")


def _sender(value: Value, gathered: Gathered) -> None:
    """The sending facility, an HD, likewise."""
    if " " in value(1):
        gathered.address(value(1))


def _day(value: Value, gathered: Gathered) -> None:
    gathered.day(hl7_date(value(1)))


_Fields = tuple[tuple[int, Callable[[Value, Gathered], None]], ...]


def _each(gather: Callable[[Value, Gathered], None], *positions: int) -> _Fields:
    return tuple((position, gather) for position in positions)


_FIELDS: dict[str, _Fields] = {
    "MSH": _each(_sender, 4),
    "EVN": _each(_provider, 5),
    "PID": (
        *_each(_number, 2, 3, 4, 18, 19, 20, 21),
        *_each(_name, 5, 6, 9),
        *_each(_day, 7, 29),
        *_each(_address, 11),
        *_each(_phone, 13, 14, 40),
        *_each(_organization, 23),
    ),
    "PD1": (*_each(_organization, 3), *_each(_provider, 4)),
    "MRG": (*_each(_number, 1, 2, 3, 4, 5, 6), *_each(_name, 7)),
    "NK1": (
        *_each(_name, 2, 26, 30),
        *_each(_address, 4, 32),
        *_each(_phone, 5, 6, 31, 40, 41),
        *_each(_organization, 13),
        *_each(_number, 12, 33, 37),
    ),
    "PV1": (*_each(_provider, 7, 8, 9, 17, 52), *_each(_number, 5, 19, 50), *_each(_location, 3, 6)),
    "ROL": (*_each(_provider, 4), *_each(_address, 11), *_each(_phone, 12)),
    "GT1": (
        *_each(_number, 2, 12, 19),
        *_each(_name, 3, 4, 42),
        *_each(_address, 5, 17),
        *_each(_phone, 6, 7, 18),
        *_each(_organization, 16, 21),
    ),
    "IN1": (
        *_each(_number, 8, 36, 49),
        *_each(_name, 16),
        *_each(_address, 19, 44),
        *_each(_organization, 11),
    ),
    "IN2": (*_each(_number, 1, 2, 6, 8, 61), *_each(_organization, 3), *_each(_name, 40), *_each(_phone, 63, 64)),
    "ORC": (*_each(_provider, 10, 11, 12, 19), *_each(_phone, 14), *_each(_organization, 21), *_each(_address, 22)),
    "OBR": (
        *_each(_number, 2, 3),
        *_each(_provider, 10, 16, 28),
        *_each(_phone, 17),
        *_each(_provider_in_subcomponents, 32, 33, 34, 35),
    ),
    "OBX": _each(_provider, 16, 25),
    "NTE": _each(_provider, 5),
    "TXA": (*_each(_provider, 5, 9, 10, 11, 22, 23), *_each(_number, 12, 13, 14, 15)),
    "PRT": (*_each(_provider, 5), *_each(_address, 14), *_each(_phone, 15)),
}
