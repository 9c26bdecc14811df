"""Synthetic notes dense with identifiers, exactly where they stand, and writers to every input format.

Identifiers are *canaries*: invented strings that occur nowhere else (surnames such as Zyxwander, 8-digit record numbers,
addresses under example.org), so that a search for them in everything that a run wrote or printed tells whether one got
out. Each stands at least once where a rule can find it (a header field, a title, a label, a signature); then again in
running text, in the feed's fields and in file names. The same seed gives the same notes.
"""

import base64
import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain, islice
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from transforms.records import KnownPhi, PhiType, Sex

_SURNAME_PARTS = (
    ("Zyx", "Qorv", "Vexh", "Jubr", "Kwil", "Ozgr", "Thrax", "Wugl", "Xand", "Pfen", "Yold", "Gwyz"),
    ("wan", "ath", "oqui", "ebra", "idor", "uglim", "opsa", "enku"),
    ("der", "ine", "volt", "tusk", "zarn", "kett", "moff", "grel"),
)
_STREETS = ("Quillfern", "Ozzlebrook", "Tarnwick", "Bluvane", "Xerrow", "Pellmoss", "Wizzenhall", "Dravenor")
_CITIES = ("Vexmouth", "Port Zellick", "Quarnsby", "Oxwyth", "Jubbleton", "Nyxford")
_HOSPITALS = ("Wexmoor Memorial Hospital", "Saint Quorra Medical Center", "Zellick County Hospital")
_EMPLOYERS = ("Pyxolite Foundry", "Grumwald Logistics", "Ozmere Dairy")
_STATES = ("OH", "WA", "TX", "ME", "GA", "MN")
_AREAS = (
    205, 251, 256, 334, 480, 520, 602, 623, 928, 479, 501, 870, 209, 213, 310, 323, 408, 415, 510, 530, 559, 562, 619,
    626, 650, 661, 707, 714, 760, 805, 818, 831, 858, 909, 916, 925, 949, 951, 303, 719, 720, 970, 203, 860, 302, 239,
    305, 321, 352, 386, 407, 561, 727, 754, 772, 786, 813, 850, 863, 904, 941, 954, 229, 404, 478, 678, 706, 770, 912,
    208, 217, 224, 309, 312, 618, 630, 708, 773, 815, 847, 219, 260, 317, 574, 765, 812, 507, 612,
)  # fmt: skip
_WOMEN = ("Abigail", "Beatriz", "Caroline", "Denise", "Fatima", "Harriet", "Ingrid", "Leila", "Miriam", "Priscilla")
_MEN = ("Albert", "Bernard", "Carlos", "Dwayne", "Frederick", "Gustavo", "Hiroshi", "Leonard", "Malcolm", "Stanley")

_PLAIN = (
    "A Foley catheter was placed without difficulty.",
    "He has a history of Crohn's disease, in remission.",
    "Strength 3/5 in the left arm, 5/5 elsewhere.",
    "BP 120/80, HR 72, RR 16, T 98.6, SpO2 97% on room air.",
    "Symptoms may recur; return precautions were given.",
    "Denies chest pain, fever, chills and shortness of breath.",
    "Metformin 1000 mg twice daily and lisinopril 10 mg daily were continued.",
    "Sodium 138, potassium 4.1, creatinine 0.9, glucose 112.",
    "Chest radiograph shows no acute infiltrate.",
    "Graves disease was excluded by normal thyroid tests.",
    "Pain is 4/10, worse with movement and better with rest.",
    "The lungs are clear, and the abdomen is soft and not tender.",
    "Possible pneumonia in the right lower lobe; start azithromycin 500 mg.",
    "Hemoglobin fell from 12.1 to 10.4 after surgery.",
    "Mother had breast cancer at 52.",
    "No evidence of deep vein thrombosis.",
    "Echocardiogram: ejection fraction 55%, mild mitral regurgitation.",
    "Apgar scores and growth were unremarkable.",
)
_IDENTIFYING = (
    "[[title]] [[surname]] was seen again on [[day]] and feels better.",
    "The patient lives at [[street]], [[city]], [[state]] [[zip]] and works at [[employer]].",
    "Results were sent to [[email]]; the portal is [[url]].",
    "Please call [[phone]] with the results of [[short_day]].",
    "Discussed with Dr. [[doctor_surname]], who agrees with the plan.",
    "Transferred from [[hospital]] on [[iso_day]].",
    "Emergency contact: [[kin]], phone [[kin_phone]].",
    "SSN: [[ssn]]. Account number: [[account]].",
    "Accession No: [[accession]], read by Dr. [[doctor]].",
    "Last login to the portal from IP [[ip]].",
    "Mr. [[kin_surname]] stayed with the patient overnight.",
    "[[surname]] tolerated the procedure well.",
)
_AGED = "The patient is [[age]] years old."
_HEADERS = (
    "Patient: [[surname]], [[given]]   MRN: [[mrn]]   DOB: [[birth]]\nDate of service: [[day]]\n\n",
    "[[hospital]]\nName: [[given]] [[surname]]\nMRN: [[mrn]]\nDate of Birth: [[birth]]\nAdmission Date: [[day]]\n\n",
    "PATIENT NAME: [[given]] [[surname]]\nMEDICAL RECORD NUMBER: [[mrn]]\nDATE: [[long_day]]\n\n",
)
_FOOTERS = (
    "\n\nElectronically signed by [[doctor]], MD on [[day]]\n",
    "\n\n[[doctor]], M.D.\nPhone: [[doctor_phone]]\n",
    "\n\nDictated by: [[doctor]], MD\nD: [[day]]\ncc: Dr. [[doctor_surname]]\n",
)
_SECTIONS = ("HISTORY OF PRESENT ILLNESS", "HOSPITAL COURSE", "PHYSICAL EXAMINATION", "ASSESSMENT AND PLAN")
_NOTE_TYPES = ("Progress note", "Discharge summary", "Consult note", "Letter re Mr. [[surname]]")


@dataclass(frozen=True)
class GoldSpan:
    """An identifier in a note's text: code points, half-open."""

    start: int
    end: int
    phi_type: PhiType


@dataclass(frozen=True)
class Person:
    """An invented patient with everybody and everything that a note names."""

    number: int
    sex: Sex
    given: str
    surname: str
    birth: date
    age: int
    mrn: str
    ssn: str
    account: str
    phone: str
    email: str
    url: str
    ip: str
    street: str
    city: str
    state: str
    postal_code: str
    kin_given: str
    kin_surname: str
    kin_phone: str
    doctor_given: str
    doctor_surname: str
    doctor_phone: str
    hospital: str
    employer: str

    @property
    def known_phi(self) -> KnownPhi:
        """What a feed says of the patient and of the next of kin."""
        return KnownPhi(
            names=(f"{self.given} {self.surname}", f"{self.kin_given} {self.kin_surname}"),
            dates=(self.birth,),
            numbers=(self.mrn, self.ssn, self.account),
            addresses=(self.street, self.city, self.postal_code),
            phones=(self.phone, self.kin_phone),
            emails=(self.email,),
            sex=self.sex,
        )

    @property
    def canaries(self) -> tuple[str, ...]:
        """Strings that may stand nowhere outside encrypted payloads; places and dates are in the gold spans only."""
        return (
            self.surname,
            self.kin_surname,
            self.doctor_surname,
            self.mrn,
            self.ssn,
            self.account,
            self.phone,
            self.kin_phone,
            self.doctor_phone,
            self.email,
            self.url,
            self.ip,
            self.street,
        )


@dataclass(frozen=True)
class SyntheticNote:
    """A note with its gold spans, in order and without overlap, and what its feed says."""

    note_id: str
    version: int
    person: Person
    encounter_id: str
    note_type: str
    service_date: date
    text: str
    gold_spans: tuple[GoldSpan, ...]

    @property
    def known_phi(self) -> KnownPhi:
        return self.person.known_phi

    @property
    def canaries(self) -> tuple[str, ...]:
        """The person's canaries and the note's own accession number."""
        return (*self.person.canaries, self.encounter_id, _accession(self.note_id))


# --- notes -----------------------------------------------------------------------------------------------------


def dense_notes(count: int, seed: int, notes_a_patient: int = 4) -> Iterator[SyntheticNote]:
    """``count`` notes; about one word in five identifies. Neighbours share a patient."""
    for number in range(count):
        yield _note(number, _person(number // notes_a_patient, seed), Random(f"{seed}/note/{number}"))


def edited(note: SyntheticNote) -> SyntheticNote:
    """The next version of a note: a sentence more, the same spans."""
    return replace(note, version=note.version + 1, text=f"{note.text}Correction {note.version}: no acute distress.\n")


def _note(number: int, person: Person, random: Random) -> SyntheticNote:
    day = date(2024, 1, 1) + timedelta(days=random.randrange(700))
    note_id = f"N{number:06d}"
    facts = _facts(person, day, note_id)
    body = []
    for section in random.sample(_SECTIONS, random.randint(1, len(_SECTIONS))):
        sentences = [*random.sample(_PLAIN, random.randint(1, 5)), *random.sample(_IDENTIFYING, random.randint(2, 5))]
        random.shuffle(sentences)
        body.append(f"{section}\n" + "\n".join(sentences))
    if person.age > 89:
        body.append(_AGED)
    template = random.choice(_HEADERS) + "\n\n".join(body) + random.choice(_FOOTERS)
    text, spans = _fill(template, facts)
    return SyntheticNote(
        note_id=note_id,
        version=1,
        person=person,
        encounter_id=f"V{9_000_000 + number * 7919 % 1_000_000}{number % 10}",
        note_type=_fill(random.choice(_NOTE_TYPES), facts)[0],
        service_date=day,
        text=text,
        gold_spans=spans,
    )


def _fill(template: str, facts: dict[str, tuple[PhiType, str] | str]) -> tuple[str, tuple[GoldSpan, ...]]:
    """Puts facts into a template's fields and says where those that identify stand."""
    text, spans = "", []
    for index, part in enumerate(chain.from_iterable(piece.split("]]") for piece in template.split("[["))):
        if index % 2 == 0:
            text += part
            continue
        fact = facts[part]
        if isinstance(fact, str):
            text += fact
            continue
        phi_type, value = fact
        spans.append(GoldSpan(len(text), len(text) + len(value), phi_type))
        text += value
    return text, tuple(spans)


def _facts(person: Person, day: date, note_id: str) -> dict[str, tuple[PhiType, str] | str]:
    return {
        "title": "Mrs." if person.sex is Sex.FEMALE else "Mr.",
        "given": (PhiType.NAME, person.given),
        "surname": (PhiType.NAME, person.surname),
        "kin": (PhiType.NAME, f"{person.kin_given} {person.kin_surname}"),
        "kin_surname": (PhiType.NAME, person.kin_surname),
        "doctor": (PhiType.NAME, f"{person.doctor_given} {person.doctor_surname}"),
        "doctor_surname": (PhiType.NAME, person.doctor_surname),
        "birth": (PhiType.DATE, f"{person.birth:%m/%d/%Y}"),
        "day": (PhiType.DATE, f"{day:%m/%d/%Y}"),
        "iso_day": (PhiType.DATE, day.isoformat()),
        "long_day": (PhiType.DATE, f"{day:%B} {day.day}, {day.year}"),
        "short_day": (PhiType.DATE, f"{day.month}/{day.day}"),
        "age": (PhiType.AGE, str(person.age)),
        "mrn": (PhiType.ID, person.mrn),
        "account": (PhiType.ID, person.account),
        "accession": (PhiType.ID, _accession(note_id)),
        "ssn": (PhiType.SSN, person.ssn),
        "phone": (PhiType.PHONE, person.phone),
        "kin_phone": (PhiType.PHONE, person.kin_phone),
        "doctor_phone": (PhiType.PHONE, person.doctor_phone),
        "email": (PhiType.EMAIL, person.email),
        "url": (PhiType.URL, person.url),
        "ip": (PhiType.IP, person.ip),
        "street": (PhiType.LOCATION, person.street),
        "city": (PhiType.LOCATION, person.city),
        "state": (PhiType.LOCATION, person.state),
        "zip": (PhiType.LOCATION, person.postal_code),
        "hospital": (PhiType.LOCATION, person.hospital),
        "employer": (PhiType.LOCATION, person.employer),
    }


def _person(number: int, seed: int) -> Person:
    random = Random(f"{seed}/person/{number}")
    sex = random.choice((Sex.FEMALE, Sex.MALE))
    given = random.choice(_WOMEN if sex is Sex.FEMALE else _MEN)
    surname, kin_surname, doctor_surname = (_surname(3 * number + role) for role in range(3))
    birth = date(1931, 1, 1) + timedelta(days=random.randrange(25_000))
    return Person(
        number=number,
        sex=sex,
        given=given,
        surname=surname,
        birth=birth,
        age=2024 - birth.year,
        mrn=str(40_000_000 + (number * 7_368_787 + seed) % 50_000_000),
        # 9xx-01 to 9xx-49 was never issued, neither as a Social Security number nor as a taxpayer's.
        ssn=f"9{random.randrange(100):02d}-{random.randrange(10, 50):02d}-{number % 10_000:04d}",
        account=f"7{(number * 104_729 + seed) % 1_000_000_000:09d}",
        phone=_phone(3 * number),
        kin_phone=_phone(3 * number + 1),
        doctor_phone=_phone(3 * number + 2),
        email=f"{given}.{surname}{number}@example.org".lower(),
        url=f"https://portal.example.org/{surname}/{number}".lower(),
        ip=f"198.18.{number // 250 % 250 + 1}.{number % 250 + 1}",
        street=f"{random.randint(100, 9899)} {random.choice(_STREETS)} Street",
        city=random.choice(_CITIES),
        state=random.choice(_STATES),
        postal_code=f"{random.randrange(10_000, 99_999)}",
        kin_given=random.choice(_MEN),
        kin_surname=kin_surname,
        doctor_given=random.choice(_WOMEN),
        doctor_surname=doctor_surname,
        hospital=random.choice(_HOSPITALS),
        employer=random.choice(_EMPLOYERS),
    )


def _surname(number: int) -> str:
    """Another one for every number below 768 * 768; from 768 on they are double."""
    first, middle, last = _SURNAME_PARTS
    double, single = divmod(number, 768)
    spread = single * 331 % 768  # 331 and 768 have no common factor: neighbours differ, and none comes twice
    name = first[spread % 12] + middle[spread // 12 % 8] + last[spread // 96]
    return f"{_surname(double)}-{name}" if double else name


def _phone(number: int) -> str:
    """One of the numbers kept for fiction (555-0100 to 555-0199) in a real area; 8,800 of them, neighbours far apart."""
    area, line = divmod(number * 7919 % 8800, 100)
    return f"({_AREAS[area]}) 555-01{line:02d}"


def _accession(note_id: str) -> str:
    return f"ACC-88{note_id[1:]}-24"


# --- writers ---------------------------------------------------------------------------------------------------
# Each writes the notes under a folder and returns every canary that it planted: in texts, fields and file names.


def write_text_dir(notes: Iterable[SyntheticNote], folder: Path) -> list[str]:
    """A file a note, in a folder a patient; both names identify."""
    planted = _Planted()
    for note in notes:
        person = note.person
        path = folder / f"{person.surname}_{person.mrn}" / f"{person.surname}_{note.note_id}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(note.text.encode())
        planted.add(note)
    return planted.canaries


def write_jsonl(notes: Iterable[SyntheticNote], folder: Path) -> list[str]:
    """One JSON lines file whose name is the first patient's."""
    planted = _Planted()
    notes, path = _named_after_first(notes, folder, "jsonl")
    with path.open("wb") as file:
        for note in notes:
            file.write(_json_line(row(note)))
            planted.add(note)
    return planted.canaries


def write_csv(notes: Iterable[SyntheticNote], folder: Path) -> list[str]:
    """One CSV file; known PHI is JSON in its column, new lines stand inside quotes."""
    planted = _Planted()
    notes, path = _named_after_first(notes, folder, "csv")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for note in notes:
            writer.writerow(_flat(row(note)))
            planted.add(note)
    return planted.canaries


def write_parquet(notes: Iterable[SyntheticNote], folder: Path) -> list[str]:
    """One Parquet file in row groups of 100."""
    planted = _Planted()
    notes, path = _named_after_first(notes, folder, "parquet")
    schema = pa.schema([(column, pa.int64() if column == "version" else pa.string()) for column in COLUMNS])
    with pq.ParquetWriter(path, schema) as writer:
        while group := list(islice(notes, 100)):
            writer.write_table(pa.Table.from_pylist([_flat(row(note)) for note in group], schema))
            for note in group:
                planted.add(note)
    return planted.canaries


def write_fhir(notes: Iterable[SyntheticNote], folder: Path) -> list[str]:
    """``Patient`` and ``DocumentReference`` as NDJSON; ids, references, titles and authors identify as well."""
    planted = _Planted()
    notes, path = _named_after_first(notes, folder, "DocumentReference.ndjson")
    patients: set[int] = set()
    with path.open("wb") as documents, (folder / "Patient.ndjson").open("wb") as people:
        for note in notes:
            if note.person.number not in patients:
                patients.add(note.person.number)
                people.write(_json_line(_fhir_patient(note.person)))
            documents.write(_json_line(_fhir_document(note)))
            planted.add(note)
    return planted.canaries


def write_hl7(notes: Iterable[SyntheticNote], folder: Path, messages_a_file: int = 25) -> list[str]:
    """MDM^T02 messages with CR ends, some a file; PID, NK1, PV1 and TXA identify."""
    planted = _Planted()
    notes = iter(notes)
    folder.mkdir(parents=True, exist_ok=True)
    while group := list(islice(notes, messages_a_file)):
        path = folder / f"{group[0].person.surname}_{group[0].note_id}.hl7"
        path.write_bytes(b"".join(hl7_message(note) for note in group))
        for note in group:
            planted.add(note)
    return planted.canaries


WRITERS: dict[str, Callable[[Iterable[SyntheticNote], Path], list[str]]] = {
    "text": write_text_dir,
    "jsonl": write_jsonl,
    "csv": write_csv,
    "parquet": write_parquet,
    "fhir": write_fhir,
    "hl7v2": write_hl7,
}  # by the name of --format

COLUMNS = (
    "note_id", "patient_id", "encounter_id", "note_type", "service_date", "status", "version", "text", "known_phi"
)  # fmt: skip


def row(note: SyntheticNote) -> dict[str, Any]:
    """A note under the columns of the row formats; known PHI is an object."""
    known = note.known_phi
    return {
        "note_id": note.note_id,
        "patient_id": note.person.mrn,
        "encounter_id": note.encounter_id,
        "note_type": note.note_type,
        "service_date": note.service_date.isoformat(),
        "status": "final",
        "version": note.version,
        "text": note.text,
        "known_phi": {
            "names": list(known.names),
            "dates": [day.isoformat() for day in known.dates],
            "numbers": list(known.numbers),
            "addresses": list(known.addresses),
            "phones": list(known.phones),
            "emails": list(known.emails),
            "sex": known.sex.value,
        },
    }


class _Planted:
    """The canaries of the notes that were written, each once, in order."""

    def __init__(self) -> None:
        self._seen: dict[str, None] = {}

    def add(self, note: SyntheticNote) -> None:
        self._seen.update(dict.fromkeys(note.canaries))

    @property
    def canaries(self) -> list[str]:
        return list(self._seen)


def _named_after_first(
    notes: Iterable[SyntheticNote], folder: Path, suffix: str
) -> tuple[Iterator[SyntheticNote], Path]:
    """The same notes, and a path whose file name carries the first patient's name and number."""
    notes = iter(notes)
    first = next(notes)
    folder.mkdir(parents=True, exist_ok=True)
    return chain((first,), notes), folder / f"{first.person.surname}_{first.person.mrn}.{suffix}"


def _json_line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def _flat(cells: dict[str, Any]) -> dict[str, Any]:
    return cells | {"known_phi": json.dumps(cells["known_phi"], ensure_ascii=False)}


def _fhir_patient(person: Person) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": f"{person.surname}-{person.mrn}",
        "identifier": [
            {
                "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]},
                "system": "https://wexmoor.example.org/mrn",
                "value": person.mrn,
            },
            {"system": "http://hl7.org/fhir/sid/us-ssn", "value": person.ssn},
            {"system": "https://wexmoor.example.org/account", "value": person.account},
        ],
        "name": [{"use": "official", "family": person.surname, "given": [person.given]}],
        "gender": person.sex.value,
        "birthDate": person.birth.isoformat(),
        "address": [
            {"line": [person.street], "city": person.city, "state": person.state, "postalCode": person.postal_code}
        ],
        "telecom": [{"system": "phone", "value": person.phone}, {"system": "email", "value": person.email}],
        "contact": [
            {
                "name": {"family": person.kin_surname, "given": [person.kin_given]},
                "telecom": [{"system": "phone", "value": person.kin_phone}],
            }
        ],
    }


def _fhir_document(note: SyntheticNote) -> dict[str, Any]:
    person = note.person
    return {
        "resourceType": "DocumentReference",
        "id": f"{person.surname}-{note.note_id}",
        "meta": {"versionId": str(note.version)},
        "status": "current",
        "docStatus": "final" if note.version == 1 else "amended",
        "type": {"text": note.note_type},
        "subject": {"reference": f"Patient/{person.surname}-{person.mrn}", "display": person.surname},
        "date": f"{note.service_date.isoformat()}T12:00:00Z",
        "author": [{"display": f"{person.doctor_given} {person.doctor_surname}"}],
        "description": f"{note.note_type} of {person.given} {person.surname}",
        "content": [
            {
                "attachment": {
                    "contentType": "text/plain; charset=utf-8",
                    "title": f"{person.surname} {person.mrn}",
                    "data": base64.b64encode(note.text.encode()).decode(),
                }
            }
        ],
        "context": {"encounter": [{"reference": f"Encounter/{note.encounter_id}"}]},
    }


_ESCAPES = str.maketrans({"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"})


def hl7_message(note: SyntheticNote) -> bytes:
    """MDM^T02, or T08 where it is an edit, with CR ends."""
    person = note.person
    time = f"{note.service_date:%Y%m%d}120000"
    event = "T02" if note.version == 1 else "T08"
    moment = f"{note.service_date + timedelta(days=note.version - 1):%Y%m%d}130000"
    escaped = [line.translate(_ESCAPES) for line in note.text.split("\n")]
    segments = [
        f"MSH|^~\\&|DICTATE|WEX|CHARTSTREAM|WEX|{moment}||MDM^{event}|{note.note_id}.{note.version}|P|2.5.1||||||UNICODE UTF-8",
        f"EVN|{event}|{moment}",
        f"PID|1||{person.mrn}^^^WEX^MR~{person.ssn}^^^USSSA^SS||{person.surname}^{person.given}||{person.birth:%Y%m%d}|"
        f"{person.sex.value[0].upper()}|||{person.street}^^{person.city}^{person.state}^{person.postal_code}||"
        f"{person.phone}|||||{person.account}",
        f"NK1|1|{person.kin_surname}^{person.kin_given}|||{person.kin_phone}",
        f"PV1|1|I|||||77^{person.doctor_surname}^{person.doctor_given}||||||||||||{note.encounter_id}^^^WEX^VN",
        f"TXA|1|{note.note_type.translate(_ESCAPES)}|TX|{time}|||||77^{person.doctor_surname}^{person.doctor_given}|||"
        f"{note.note_id}^WEX|||||AU||AV",
        *(f"OBX|{number}|TX|1^Note||{line}||||||F" for number, line in enumerate(escaped, start=1)),
    ]
    return "".join(segment + "\r" for segment in segments).encode()
