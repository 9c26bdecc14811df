"""The typed records that the steps hand to each other. Immutable; how Beam encodes them stands in ``record_coder``.

In the order in which a note passes them: a ``Unit`` of input is read as ``SourceRecord``s, each of which holds
``Note``s, none (``NoNote``) or cannot be read (``Unreadable``). De-identification turns a ``Note`` into a
``ReleasedNote`` or a ``Quarantined``; the model adds an ``Extraction``. What a unit came to travels as one
element (``DeidentifiedUnit``, then ``ExtractedUnit``), because the unit is what is retried and committed.

Raw text stands in ``SourceRecord``, ``Note``, ``KnownPhi`` and ``Unreadable`` only: their ``repr`` shows coordinates alone,
and no element of a pipeline holds one.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import NamedTuple


class Format(StrEnum):
    """How the bytes of an input are to be read (``--format``)."""

    TEXT = "text"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    FHIR = "fhir"
    HL7V2 = "hl7v2"
    QUARANTINE = "quarantine"  # held payloads of OUT itself, on their way through the pipeline again


class Outcome(StrEnum):
    """What became of a note, or of a record that holds none."""

    RELEASED = "released"
    QUARANTINED = "quarantined"
    DUPLICATE = "duplicate"
    NO_NOTE = "no_note"


class Stage(StrEnum):
    """The step at which an outcome was decided."""

    READ = "read"
    DEIDENTIFY = "deidentify"
    EXTRACT = "extract"
    WRITE = "write"


class Reason(StrEnum):
    """Why a note is held back. The codes are part of the interface."""

    UNREADABLE = "unreadable"
    UNSUPPORTED_FORMAT = "unsupported_format"
    BAD_ENCODING = "bad_encoding"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    BAD_MESSAGE = "bad_message"
    DEIDENTIFY_ERROR = "deidentify_error"
    DEIDENTIFY_TIMEOUT = "deidentify_timeout"
    RESIDUAL_PHI = "residual_phi"
    INFERENCE_INVALID = "inference_invalid"
    WORKER_LOST = "worker_lost"


class NoteStatus(StrEnum):
    """The state of a note's version, as the source gives it."""

    FINAL = "final"
    AMENDED = "amended"
    ADDENDUM = "addendum"
    CANCELLED = "cancelled"
    PRELIMINARY = "preliminary"
    UNKNOWN = "unknown"


class ParentRelation(StrEnum):
    """What a note does to its parent (FHIR ``relatesTo.code``, HL7 MDM T05/T06 and T09/T10)."""

    APPENDS = "appends"
    REPLACES = "replaces"
    TRANSFORMS = "transforms"


class PhiType(StrEnum):
    """What a span identifies. ID: record, account, plan, licence, vehicle, device, accession, user name."""

    NAME = "NAME"
    DATE = "DATE"
    AGE = "AGE"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    SSN = "SSN"
    ID = "ID"
    LOCATION = "LOCATION"
    URL = "URL"
    IP = "IP"


class PhiAction(StrEnum):
    """What was done with a span."""

    MASK = "mask"
    SURROGATE = "surrogate"
    SHIFT = "shift"
    GENERALISE = "generalise"
    KEEP = "keep"


class Sex(StrEnum):
    """Administrative sex as the feed gives it."""

    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


class KnownSubject(StrEnum):
    """Of whom a feed spoke."""

    PATIENT = "patient"  # and perhaps of others
    OTHERS = "others"  # of providers and the like alone


class OrderKind(StrEnum):
    """Where the order of a note's versions comes from."""

    NUMBER = "number"  # a version number of the source: used as it is
    TIME = "time"  # a time of the source, ms since 1970 UTC: moved by the patient's shift first
    FILE_TIME = "file_time"  # the file's time, in ms: the source has no order of its own, equal content is a duplicate


# --- input -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """A half-open interval of one version of one file.

    ``start`` and ``end`` are bytes of the uncompressed file, rows of a Parquet file, or attempts of a quarantined
    payload. ``size`` and ``digest`` (or a store's etag) tell this version of the file from others; ``content_digest`` is
    of the interval's own bytes, so that a worker sees that what it read is what was planned (empty: the file's digest
    covers it).
    """

    path: str
    start: int
    end: int
    size: int
    digest: str
    content_digest: str = ""

    def __repr__(self) -> str:
        return f"Piece({self.start}:{self.end} of {self.size})"


class Handling(StrEnum):
    """What a worker does with a unit."""

    PROCESS = "process"
    HOLD_BACK = "hold_back"  # it is one record that killed its worker three times: quarantined unread (``worker_lost``)


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Unit:
    """An immutable part of the input: the one thing that is scheduled, retried, committed and accounted for."""

    unit_id: str  # 32 hex digits, keyed
    source: str  # the feed's name
    format: Format
    pieces: tuple[Piece, ...]
    handling: Handling = Handling.PROCESS


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands. ``part`` counts the notes within a record; ``attempt`` grows with replays."""

    unit_id: str
    source: str
    partition: str  # the file's path, as planned: may carry a name, so it stands in the ledger and in no log
    offset: int  # bytes in the uncompressed file; a Parquet row; a Kafka offset
    part: int = 0
    attempt: int = 1

    def __repr__(self) -> str:
        return f"Place(unit={self.unit_id}, offset={self.offset}, part={self.part}, attempt={self.attempt})"


@dataclass(frozen=True, slots=True)
class Identifier:
    """A source's own identifier and the namespace (assigning authority, or the feed) in which it is unique."""

    namespace: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class KnownPhi:
    """What the feed itself says of the patient and of those around them, as written there."""

    names: tuple[str, ...] = ()
    dates: tuple[date, ...] = ()  # of birth and death
    numbers: tuple[str, ...] = ()  # MRN, account, visit, SSN, licence …
    addresses: tuple[str, ...] = ()  # one line an address part: street, city, ZIP; never a bare state
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    sex: Sex = Sex.UNKNOWN
    subject: KnownSubject = KnownSubject.PATIENT

    def __repr__(self) -> str:
        return "KnownPhi()"

    @property
    def tells_of_patient(self) -> bool:
        """Whether the patient's own identifiers are known: the ledger's ``known_phi``."""
        return bool(self) and self.subject is KnownSubject.PATIENT

    def __bool__(self) -> bool:
        return bool(self.names or self.dates or self.numbers or self.addresses or self.phones or self.emails)


@dataclass(frozen=True, slots=True)
class VersionOrder:
    """The source's order of a note's versions: a number or ms since 1970, below 2**47."""

    kind: OrderKind
    value: int


@dataclass(frozen=True, slots=True)
class Parent:
    """The note that this one appends to, replaces or transforms."""

    note_id: Identifier
    relation: ParentRelation


@dataclass(frozen=True, slots=True, repr=False)
class SourceRecord:
    """Bytes as they came, and where from: what is sealed when no note can be read from them.

    The payload can be parsed by itself (a CSV row comes with its header line). ``file_time`` is the file's own, UTC.
    """

    place: Place
    format: Format
    payload: bytes
    file_time: datetime

    def __repr__(self) -> str:
        return f"SourceRecord({self.place!r}, {self.format}, {len(self.payload)} bytes)"


@dataclass(frozen=True, slots=True, repr=False)
class Note:
    """One version of one clinical note, raw. ``text`` is None where the source cancelled it."""

    place: Place
    note_id: Identifier
    text: str | None
    order: VersionOrder
    status: NoteStatus = NoteStatus.UNKNOWN
    patient_id: Identifier | None = None
    encounter_id: Identifier | None = None
    note_type: str | None = None
    service_date: date | None = None
    parent: Parent | None = None
    known_phi: KnownPhi = KnownPhi()

    def __repr__(self) -> str:
        return f"Note({self.place!r})"


@dataclass(frozen=True, slots=True)
class NoNote:
    """A record that holds no note, such as an ADT message."""

    place: Place
    received_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class Unreadable:
    """A record, or a note in it, that cannot be read. ``detail`` holds no text of it."""

    record: SourceRecord
    reason: Reason
    detail: str

    def __repr__(self) -> str:
        return f"Unreadable({self.record.place!r}, {self.reason})"


@dataclass(frozen=True, slots=True)
class Read:
    """One thing that was read, with the time that it arrived (UTC) and the milliseconds that reading it took."""

    item: Note | NoNote | Unreadable
    received_at: datetime
    read_ms: float


# --- what became of it -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sealed:
    """A payload under AES-GCM. ``key_id`` names the keyring's encryption key; the nonce is the first 12 bytes."""

    key_id: str
    ciphertext: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PhiSpan:
    """A span that was found, in code points, half-open: in the original and in the released text."""

    phi_type: PhiType
    start: int
    end: int
    released_start: int
    released_end: int
    action: PhiAction
    recognizer: str
    score: float


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds that a note took in each step, and when it arrived (UTC)."""

    received_at: datetime
    read_ms: float = 0.0
    deidentify_ms: float = 0.0
    extract_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class ReleasedNote:
    """A note without its patient: a row of ``notes``, its ``phi_spans``, and what the ledger says of it."""

    place: Place
    note_id: str = field(repr=False)  # the source's own; for the ledger alone
    note_key: str = ""
    version: int = 0
    ordered: bool = True  # False: the source has no order of its own, so equal content is a duplicate
    content_hash: str = ""
    known_phi: bool = False
    status: NoteStatus = NoteStatus.UNKNOWN
    parent_note_key: str | None = None
    parent_relation: ParentRelation | None = None
    patient_key: str | None = None
    encounter_key: str | None = None
    note_type: str | None = None
    service_date: date | None = None
    service_year: int | None = None
    text: str | None = field(default=None, repr=False)
    policy: str = ""
    key_id: str = ""
    phi_spans: tuple[PhiSpan, ...] = ()
    sealed: Sealed | None = None  # the note's whole input, for a later step that must hold it back
    timing: Timing = Timing(datetime(1970, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A note, or a record, that is held back with all of its input, encrypted."""

    place: Place
    stage: Stage
    reason: Reason
    detail: str
    sealed: Sealed
    timing: Timing
    note_id: str | None = field(default=None, repr=False)
    note_key: str | None = None
    version: int | None = None
    content_hash: str = ""
    known_phi: bool = False
    chars: int | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """A concept of a terminology that an entity was linked to."""

    system: str
    code: str
    display: str
    score: float


@dataclass(frozen=True, slots=True)
class Entity:
    """A finding in a released text: code points, half-open, ``note.text[start:end] == text``."""

    start: int
    end: int
    text: str = field(repr=False)
    type: str = ""
    score: float = 0.0
    negated: bool = False
    uncertain: bool = False
    historical: bool = False
    hypothetical: bool = False
    experiencer: str = "patient"
    section: str | None = None
    codes: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """A directed relation between two entities of one note, by their index."""

    head: int
    tail: int
    type: str
    score: float


class NoteClass(NamedTuple):
    """A class of the whole note and its score."""

    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a released text, from its header on: code points, half-open."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was found in one note. ``model`` is the model's name and version, empty where none was asked."""

    entities: tuple[Entity, ...] = ()
    relations: tuple[Relation, ...] = ()
    classes: tuple[NoteClass, ...] = ()
    model: str = ""
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class ExtractedNote:
    """A released note, what was found in it, and the milliseconds that the model's answer took."""

    note: ReleasedNote
    extraction: Extraction
    extract_ms: float = 0.0


# --- the elements of a pipeline --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DeidentifiedUnit:
    """A unit after reading and de-identification. Holds no raw text."""

    unit: Unit
    notes: tuple[ReleasedNote, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    no_notes: tuple[NoNote, ...] = ()


@dataclass(frozen=True, slots=True)
class ExtractedUnit:
    """A unit with its findings, ready to be published."""

    unit: Unit
    notes: tuple[ExtractedNote, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    no_notes: tuple[NoNote, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishedUnit:
    """A unit whose file stands in staging; counts only."""

    unit_id: str
    notes: int
    quarantined: int
    no_notes: int
