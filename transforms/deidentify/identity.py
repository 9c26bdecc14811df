"""Who a note is, without saying who: keyed pseudonyms, its version, its content's hash and its patient's shift.

All of it is a keyed function of what the source says, never of state, so that batch, stream, restart and another worker
agree.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from transforms.keyring import Keyring
from transforms.records import Identifier, KnownPhi, Note, OrderKind, PhiAction

_MS_PER_DAY = 86_400_000
_HASH_BITS = 16
_LARGEST_ORDER = 2**47 - 1  # with the hash's bits it fills an int64
_OLDEST_SHOWN_AGE = 89


@dataclass(frozen=True, slots=True)
class Identity:
    """A note's keys. ``subject_key`` decides shift and surrogates: the patient's key, or the note's own without one."""

    note_key: str
    patient_key: str | None
    encounter_key: str | None
    parent_note_key: str | None
    subject_key: str
    shift_days: int
    content_hash: str
    version: int
    ordered: bool  # False: the source has no order of its own, so equal content is a duplicate


def identify(note: Note, keyring: Keyring) -> Identity:
    """The note's identity under that keyring."""
    note_key = _pseudonym(keyring, "note", note.note_id)
    patient_key = None if note.patient_id is None else _pseudonym(keyring, "patient", note.patient_id)
    subject_key = patient_key or note_key
    shift_days = keyring.shift_days(subject_key)
    content_hash = _content_hash(note, keyring)
    return Identity(
        note_key=note_key,
        patient_key=patient_key,
        encounter_key=None if note.encounter_id is None else _pseudonym(keyring, "encounter", note.encounter_id),
        parent_note_key=None if note.parent is None else _pseudonym(keyring, "note", note.parent.note_id),
        subject_key=subject_key,
        shift_days=shift_days,
        content_hash=content_hash,
        version=_version(note, shift_days, content_hash),
        ordered=note.order.kind is not OrderKind.FILE_TIME,
    )


def released_service_date(
    service_date: date | None, action: PhiAction, shift_days: int, known_phi: KnownPhi
) -> tuple[date | None, int | None]:
    """The date and year of service that a row may show, by the policy's action for dates.

    A year goes too where the feed's own date of birth shows with it an age over 89.
    """
    if service_date is None or action is PhiAction.MASK:
        return None, None
    if action is PhiAction.KEEP:
        return service_date, service_date.year
    if action is PhiAction.SHIFT:
        shifted = shifted_date(service_date, shift_days)
        return shifted, None if shifted is None else shifted.year
    oldest = min((known.year for known in known_phi.dates), default=service_date.year)
    return None, service_date.year if service_date.year - oldest <= _OLDEST_SHOWN_AGE else None


def shifted_date(day: date, shift_days: int) -> date | None:
    """The day moved; None where the calendar ends."""
    try:
        return day + timedelta(days=shift_days)
    except OverflowError:
        return None


def _pseudonym(keyring: Keyring, kind: str, identifier: Identifier) -> str:
    return keyring.pseudonym(kind, identifier.namespace, identifier.value)


def _content_hash(note: Note, keyring: Keyring) -> str:
    # What the release is made of. Not the place and not the order: a repeated extract has others.
    parts: list[str | None] = [
        note.text,
        note.status,
        note.note_type,
        None if note.service_date is None else note.service_date.isoformat(),
        *_parts(note.patient_id),
        *_parts(note.encounter_id),
        *_parts(None if note.parent is None else note.parent.note_id),
        None if note.parent is None else note.parent.relation,
    ]
    # None and the empty string are different contents: a cancelled note is not an empty one.
    return keyring.content_hash(*("" if part is None else f"={part}" for part in parts))


def _parts(identifier: Identifier | None) -> tuple[str | None, str | None]:
    return (None, None) if identifier is None else (identifier.namespace, identifier.value)


def _version(note: Note, shift_days: int, content_hash: str) -> int:
    order = note.order.value
    if note.order.kind is not OrderKind.NUMBER:
        order += shift_days * _MS_PER_DAY  # under every policy: a version is no place for a real clock
    return min(max(order, 0), _LARGEST_ORDER) << _HASH_BITS | int(content_hash[:4], 16)
