"""Writes the examples in every input format from the notes in ``examples/notes/text``.

    uv run python examples/make_examples.py

The same notes give the same files. All people, places, numbers and events are invented for this project: telephone numbers
are 555-01xx, mail and web addresses are under example.org, and no Social Security number of that range was ever issued.
"""

import argparse
import base64
import csv
import gzip
import html
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

EXAMPLES = Path(__file__).parent
COLUMNS = (
    "note_id", "patient_id", "encounter_id", "note_type", "service_date", "status", "version", "text", "known_phi"
)  # fmt: skip
MRN_SYSTEM = "https://stbrendan.example.org/mrn"
START_OF_MESSAGE, END_OF_MESSAGE = b"\x0b", b"\x1c\r"  # the frames of MLLP


@dataclass(frozen=True)
class Patient:
    """A person that does not exist."""

    mrn: str
    family: str
    given: str
    birth: date
    sex: str
    street: str
    phone: str
    email: str | None = None
    kin: tuple[str, str, str] | None = None  # family, given, phone
    city: str = "Port Ellery"
    state: str = "WA"
    postal_code: str = "98999"


@dataclass(frozen=True)
class ExampleNote:
    """One note of ``examples/notes/text`` and what a feed would say of it."""

    name: str
    patient: Patient
    note_type: str
    loinc: str
    time: datetime
    encounter: str
    author: tuple[str, str, str]  # id, family, given
    encoding: str = "utf-8"

    @property
    def text(self) -> str:
        path = EXAMPLES / "notes" / "text" / f"{self.name}.txt"
        return path.read_bytes().decode(self.encoding).strip("\n")


WHITCOMBE = Patient(
    "40718823", "Whitcombe", "Eleanor", date(1951, 3, 14), "female", "17 Cormorant Lane", "3605550148",
    "e.whitcombe@example.org", ("Whitcombe-Bell", "Joanna", "3605550142"),
)  # fmt: skip
OKAFOR = Patient(
    "40722915", "Okafor", "Desmond", date(1968, 7, 22), "male", "5 Chandlery Row", "3605550133",
    "d.okafor68@example.org", ("Okafor", "Ngozi", "3605550133"),
)  # fmt: skip
RAGHUNATHAN = Patient("40735502", "Raghunathan", "Priya", date(1979, 9, 27), "female", "241 Mill Street", "3605550127")
FOLEY = Patient(
    "40731170", "Foley", "Walter", date(1933, 1, 9), "male", "60 Gullhaven Drive", "3605550104",
    kin=("Foley", "Walter", "3605550119"),
)  # fmt: skip
PENALOZA = Patient(
    "40744061", "Peñaloza", "José Ángel", date(1986, 11, 30), "male", "8 Tern Court", "3605550156",
    "jose.penaloza@example.org",
)  # fmt: skip
LINDQVIST = Patient(
    "40750238", "Lindqvist", "May", date(1995, 10, 3), "female", "9 Sorrel Quay, Apt 3C", "3605550191",
    city="Cape Sorrel", state="OR", postal_code="97999",
)  # fmt: skip

ADEYEMI = ("1180", "Adeyemi", "Marcus")
CASTELLANOS = ("1192", "Castellanos", "Rafael")
BIANCHI = ("1207", "Bianchi", "Aurelio")

HISTORY = ExampleNote(
    "history_and_physical",
    WHITCOMBE,
    "History and physical",
    "34117-2",
    datetime(2025, 5, 2, 18, 47),
    "E700331",
    ADEYEMI,
)
DISCHARGE = ExampleNote(
    "discharge_summary", WHITCOMBE, "Discharge summary", "18842-5", datetime(2025, 5, 7, 15, 10), "E700331", ADEYEMI
)
PROGRESS = ExampleNote(
    "progress_note", OKAFOR, "Progress note", "11506-3", datetime(2025, 6, 19, 7, 40), "E700420",
    ("1255", "Dubois", "Karen"),
)  # fmt: skip
OPERATIVE = ExampleNote(
    "operative_note", OKAFOR, "Surgical operation note", "11504-8", datetime(2025, 6, 18, 9, 0), "E700420", CASTELLANOS
)
PATHOLOGY = ExampleNote(
    "pathology_report", RAGHUNATHAN, "Pathology study", "11526-1", datetime(2025, 7, 11, 16, 30), "E700498", BIANCHI
)
PATHOLOGY_ADDENDUM = ExampleNote(
    "pathology_addendum", RAGHUNATHAN, "Pathology study", "11526-1", datetime(2025, 7, 14, 11, 5), "E700498", BIANCHI
)
LETTER = ExampleNote(
    "oncology_letter", RAGHUNATHAN, "Letter", "51852-2", datetime(2025, 7, 16, 17, 20), "E700511",
    ("1214", "Feldstein", "Naomi"),
)  # fmt: skip
EMERGENCY = ExampleNote(
    "emergency_note", FOLEY, "Emergency department note", "34111-5", datetime(2025, 8, 3, 4, 55), "E700577",
    ("1233", "Tanaka", "Shun"),
)  # fmt: skip
NURSING = ExampleNote(
    "nursing_note",
    FOLEY,
    "Nurse note",
    "34746-8",
    datetime(2025, 8, 4, 6, 30),
    "E700577",
    ("1301", "Marchetti", "Odette"),
)
RADIOLOGY = ExampleNote(
    "radiology_report", PENALOZA, "CT abdomen and pelvis", "72252-4", datetime(2025, 9, 12, 10, 40), "E700640",
    ("1219", "Thibault", "Zoë"), "cp1252",
)  # fmt: skip
CONSULT = ExampleNote(
    "gastroenterology_consult", PENALOZA, "Consult note", "11488-4", datetime(2025, 9, 13, 14, 15), "E700640",
    ("1226", "Grünwald", "Håkon"), "utf-8-sig",
)  # fmt: skip
TELEPHONE = ExampleNote(
    "telephone_encounter", OKAFOR, "Telephone encounter", "34748-4", datetime(2025, 6, 26, 13, 30), "E700433",
    ("1322", "Ellison", "Brook"),
)  # fmt: skip
PSYCHIATRY = ExampleNote(
    "psychiatry_note", LINDQVIST, "Psychiatry progress note", "34817-7", datetime(2025, 5, 21, 15, 0), "E700702",
    ("1240", "Vance", "Theodora"),
)  # fmt: skip

NOTES = (
    HISTORY, DISCHARGE, PROGRESS, OPERATIVE, PATHOLOGY, PATHOLOGY_ADDENDUM, LETTER, EMERGENCY, NURSING, RADIOLOGY,
    CONSULT, TELEPHONE, PSYCHIATRY,
)  # fmt: skip


# --- rows ------------------------------------------------------------------------------------------------------


def known_phi(patient: Patient) -> dict[str, Any]:
    """What a feed knows of a patient, in the columns' own form."""
    people = [f"{patient.given} {patient.family}"]
    phones = [patient.phone]
    if patient.kin:
        family, given, phone = patient.kin
        people.append(f"{given} {family}")
        phones.append(phone)
    return {
        "names": people,
        "dates": [patient.birth.isoformat()],
        "numbers": [patient.mrn],
        "addresses": [patient.street, patient.city, patient.postal_code],
        "phones": sorted(set(phones)),
        "emails": [patient.email] if patient.email else [],
        "sex": patient.sex,
    }


def rows(prefix: str) -> Iterator[dict[str, Any]]:
    """Every note as a row of the columns; note ids differ by format, so that the files can be read in one run."""
    for number, note in enumerate(NOTES, start=1001):
        yield {
            "note_id": f"{prefix}-{number}",
            "patient_id": note.patient.mrn,
            "encounter_id": note.encounter,
            "note_type": note.note_type,
            "service_date": note.time.date().isoformat(),
            "status": "final",
            "version": 1,
            "text": note.text,
            "known_phi": known_phi(note.patient),
        }


def versioned_rows(prefix: str) -> Iterator[dict[str, Any]]:
    """The rows, then one of them again, one corrected and one withdrawn."""
    first, second, *others = rows(prefix)
    yield from (first, second, *others)
    yield second  # the same version again: a duplicate
    yield first | {"version": 2, "status": "amended", "text": first["text"].replace("EF 30%", "EF 35%")}
    yield others[-1] | {"version": 2, "status": "cancelled", "text": None}


def jsonl(records: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


def csv_bytes(columns: Iterable[str], records: Iterable[dict[str, Any]]) -> bytes:
    """CSV after RFC 4180 with LF ends of record; notes keep their new lines inside quotes."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return out.getvalue().encode()


def parquet(records: Iterable[dict[str, Any]]) -> bytes:
    """One row group of four rows after another, so that it can be read in parts."""
    out = io.BytesIO()
    pq.write_table(
        pa.Table.from_pylist(list(records)), out, row_group_size=4, compression="zstd", write_statistics=False
    )
    return out.getvalue()


def mimic_rows() -> Iterator[dict[str, Any]]:
    """The notes under the column names of MIMIC-III's NOTEEVENTS.csv (names only; the notes are our own)."""
    for row_id, note in enumerate(NOTES, start=174):
        yield {
            "ROW_ID": row_id,
            "SUBJECT_ID": note.patient.mrn,
            "HADM_ID": note.encounter[1:],
            "CHARTDATE": note.time.date().isoformat(),
            "CHARTTIME": f"{note.time:%Y-%m-%d %H:%M:%S}",
            "STORETIME": "",
            "CATEGORY": note.note_type,
            "DESCRIPTION": "Report",
            "CGID": note.author[0],
            "ISERROR": "1" if note is NURSING else "",
            "TEXT": note.text + "\n",
        }


# --- FHIR R4 ---------------------------------------------------------------------------------------------------


def html_page(text: str) -> str:
    paragraphs = "\n".join(
        "<p>" + "<br/>\n".join(html.escape(line) for line in paragraph.split("\n")) + "</p>"
        for paragraph in text.split("\n\n")
    )
    return f"<!DOCTYPE html>\n<html><head><title>Letter</title></head><body>\n{paragraphs}\n</body></html>\n"


def rtf(text: str) -> str:
    escaped = "".join(
        f"\\{char}" if char in "\\{}" else char if ord(char) < 128 else f"\\u{ord(char)}?" for char in text
    )
    lines = escaped.replace("\n", "\\par\n")
    return (
        "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fmodern Courier New;}}\n\\f0\\fs20 " + lines + "\\par\n}\n"
    )


def fhir_patient(patient: Patient) -> dict[str, Any]:
    telecom = [{"system": "phone", "value": patient.phone, "use": "home"}]
    if patient.email:
        telecom.append({"system": "email", "value": patient.email})
    resource: dict[str, Any] = {
        "resourceType": "Patient",
        "id": f"p{patient.mrn}",
        "identifier": [
            {
                "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]},
                "system": MRN_SYSTEM,
                "value": patient.mrn,
            }
        ],
        "name": [{"use": "official", "family": patient.family, "given": patient.given.split()}],
        "gender": patient.sex,
        "birthDate": patient.birth.isoformat(),
        "address": [
            {
                "line": [patient.street],
                "city": patient.city,
                "state": patient.state,
                "postalCode": patient.postal_code,
            }
        ],
        "telecom": telecom,
    }
    if patient.kin:
        family, given, phone = patient.kin
        resource["contact"] = [
            {"name": {"family": family, "given": [given]}, "telecom": [{"system": "phone", "value": phone}]}
        ]
    return resource


def attachment(content_type: str, content: str) -> dict[str, Any]:
    return {"contentType": content_type, "data": base64.b64encode(content.encode()).decode()}


def document(note: ExampleNote, attached: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A DocumentReference; ``fields`` add to it or replace its own."""
    return {
        "resourceType": "DocumentReference",
        "id": note.name.replace("_", "-"),
        "meta": {"versionId": "1", "lastUpdated": f"{note.time.isoformat()}Z"},
        "status": "current",
        "docStatus": "final",
        "type": {"coding": [{"system": "http://loinc.org", "code": note.loinc}], "text": note.note_type},
        "subject": {"reference": f"Patient/p{note.patient.mrn}"},
        "date": f"{note.time.isoformat()}Z",
        "author": [{"display": f"{note.author[2]} {note.author[1]}"}],
        "content": [{"attachment": attached}],
        "context": {
            "encounter": [{"reference": f"Encounter/{note.encounter}"}],
            "period": {"start": note.time.date().isoformat()},
        },
    } | fields


def fhir_files() -> dict[str, bytes]:
    withdrawn = attachment("text/plain", PSYCHIATRY.text)
    documents = [
        document(DISCHARGE, attachment("text/plain", DISCHARGE.text)),
        document(LETTER, attachment("text/html", html_page(LETTER.text))),
        document(OPERATIVE, attachment("text/rtf", rtf(OPERATIVE.text))),
        document(PSYCHIATRY, withdrawn),
        document(
            PSYCHIATRY,
            withdrawn,
            meta={"versionId": "2", "lastUpdated": "2025-05-22T08:00:00Z"},
            status="entered-in-error",
            docStatus="entered-in-error",
        ),
        document(PATHOLOGY, attachment("text/plain", PATHOLOGY.text)),
        document(
            PATHOLOGY_ADDENDUM,
            attachment("text/plain", PATHOLOGY_ADDENDUM.text),
            relatesTo=[{"code": "appends", "target": {"reference": "DocumentReference/pathology-report"}}],
        ),
    ]
    report = {
        "resourceType": "DiagnosticReport",
        "id": "ct-8842",
        "meta": {"versionId": "1", "lastUpdated": f"{RADIOLOGY.time.isoformat()}Z"},
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": RADIOLOGY.loinc}], "text": RADIOLOGY.note_type},
        "subject": {"reference": f"Patient/p{PENALOZA.mrn}"},
        "encounter": {"reference": f"Encounter/{RADIOLOGY.encounter}"},
        "effectiveDateTime": "2025-09-12T09:05:00Z",
        "issued": "2025-09-12T10:40:00Z",
        "presentedForm": [attachment("text/plain", RADIOLOGY.text)],
    }
    entries = [fhir_patient(FOLEY), document(EMERGENCY, attachment("text/plain", EMERGENCY.text))]
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"fullUrl": f"https://fhir.example.org/r4/{one['resourceType']}/{one['id']}", "resource": one}
            for one in entries
        ],
    }
    patients = (WHITCOMBE, OKAFOR, RAGHUNATHAN, PENALOZA, LINDQVIST)
    return {
        "notes/fhir/Patient.ndjson": jsonl(fhir_patient(patient) for patient in patients),
        "notes/fhir/DocumentReference.ndjson": jsonl(documents),
        "notes/fhir/DiagnosticReport.ndjson": jsonl([report]),
        "notes/fhir/bundle.json": json.dumps(bundle, ensure_ascii=False, indent=1).encode() + b"\n",
    }


def fhir_export() -> dict[str, bytes]:
    """Resources whose attachments stand in files beside them; they are read with ``--format fhir``."""
    page = {"contentType": "text/html", "url": "attachments/telephone_encounter.html"}
    rich_text = {"contentType": "application/rtf", "url": "attachments/operative_note.rtf"}
    return {
        "fhir-export/Patient.ndjson": jsonl([fhir_patient(OKAFOR)]),
        "fhir-export/DocumentReference.ndjson": jsonl([document(TELEPHONE, page), document(OPERATIVE, rich_text)]),
        "fhir-export/attachments/telephone_encounter.html": html_page(TELEPHONE.text).encode(),
        "fhir-export/attachments/operative_note.rtf": rtf(OPERATIVE.text).encode(),
    }


# --- HL7 v2 ----------------------------------------------------------------------------------------------------

_ESCAPES = str.maketrans({"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"})


def escape(text: str) -> str:
    return text.translate(_ESCAPES)


def segment(name: str, fields: dict[int, str]) -> str:
    """A segment from its fields by their number in the standard."""
    return "|".join([name, *(fields.get(number, "") for number in range(1, max(fields) + 1))])


def header(event: str, time: datetime, control_id: str) -> list[str]:
    kind, trigger = event.split("^")
    charset = "UNICODE UTF-8"
    return [
        f"MSH|^~\\&|TRANSCRIBE|STB|CHARTSTREAM|STB|{time:%Y%m%d%H%M%S}||{kind}^{trigger}|{control_id}|P|2.5.1||||||{charset}",
        segment("EVN", {1: trigger, 2: f"{time:%Y%m%d%H%M%S}"}),
    ]


def pid(patient: Patient) -> str:
    return segment(
        "PID",
        {
            1: "1",
            3: f"{patient.mrn}^^^STB^MR",
            5: escape(f"{patient.family}") + "^" + escape(patient.given),
            7: f"{patient.birth:%Y%m%d}",
            8: patient.sex[0].upper(),
            11: f"{escape(patient.street)}^^{patient.city}^{patient.state}^{patient.postal_code}",
            13: patient.phone,
        },
    )


def kin_and_visit(note: ExampleNote) -> list[str]:
    segments = []
    if note.patient.kin:
        family, given, phone = note.patient.kin
        segments.append(segment("NK1", {1: "1", 2: f"{family}^{given}", 5: phone}))
    author = "^".join(note.author)
    return [*segments, segment("PV1", {1: "1", 2: "I", 7: author, 19: f"{note.encounter}^^^STB^VN"})]


def txa(note: ExampleNote, document_number: str, parent: str = "", completion: str = "AU") -> str:
    return segment(
        "TXA",
        {
            1: "1",
            2: code_of(note),
            3: "TX",
            4: f"{note.time:%Y%m%d%H%M%S}",
            9: "^".join(note.author),
            12: f"{document_number}^STB",
            13: f"{parent}^STB" if parent else "",
            17: completion,
            19: "AV",
        },
    )


def code_of(note: ExampleNote) -> str:
    return f"{note.loinc}^{escape(note.note_type)}^LN"


def lines_of(note: ExampleNote, text: str) -> list[str]:
    """One OBX a line: how transcription systems send plain text."""
    return [
        segment(
            "OBX", {1: str(number), 2: "TX", 3: f"{note.loinc}^{escape(note.note_type)}^LN", 5: escape(line), 11: "F"}
        )
        for number, line in enumerate(text.split("\n"), start=1)
    ]


def formatted(code: str, text: str) -> str:
    """The whole text in one OBX of formatted text; ends of line are ``\\.br\\``."""
    body = "\\.br\\".join(escape(line) for line in text.split("\n"))
    return segment("OBX", {1: "1", 2: "FT", 3: code, 5: body, 11: "F"})


def message(segments: Iterable[str], end: str = "\r") -> bytes:
    return "".join(one + end for one in segments).encode()


def mdm(
    event: str, note: ExampleNote, number: str, body: list[str], later: timedelta = timedelta(), parent: str = ""
) -> list[str]:
    """An MDM message about the document ``number``, ``later`` than the note was written."""
    time = note.time + later
    return [
        *header(f"MDM^{event}", time, f"MSG{time:%y%m%d%H%M}{event}"),
        pid(note.patient),
        *kin_and_visit(note),
        txa(note, number, parent),
        *body,
    ]


def two_reports() -> list[str]:
    """One ORU with two OBR groups: two notes, the first with `&` and `^` in its text."""
    culture = (
        "BLOOD CULTURE, AEROBIC & ANAEROBIC\nSet 1 (L arm): no growth at 5 days. Set 2 (R arm): no growth at 5 days.\n"
        "Colony count < 10^3. Reviewed by Dr. Petra Osei, Microbiology, tel. 555-0170."
    )
    return [
        *header("ORU^R01", RADIOLOGY.time, "MSG-ORU-1"),
        pid(PENALOZA),
        *kin_and_visit(RADIOLOGY),
        segment("ORC", {1: "RE"}),
        segment(
            "OBR",
            {1: "1", 3: "8842-CT-250912^STB", 4: "72252-4^CT abdomen and pelvis^LN", 7: "20250912090500", 25: "F"},
        ),
        formatted(code_of(RADIOLOGY), RADIOLOGY.text),
        segment("OBR", {1: "2", 3: "8851-BC-250912^STB", 4: "600-7^Blood culture^LN", 7: "20250912084000", 25: "F"}),
        formatted("600-7^Blood culture^LN", culture),
    ]


def rtf_report() -> list[str]:
    data = base64.b64encode(rtf(PATHOLOGY.text).encode()).decode()
    return [
        *header("ORU^R01", PATHOLOGY.time, "MSG-ORU-2"),
        pid(RAGHUNATHAN),
        *kin_and_visit(PATHOLOGY),
        segment("OBR", {1: "1", 3: "S25-011873^STB", 4: "11526-1^Pathology study^LN", 7: "20250708", 25: "F"}),
        segment("OBX", {1: "1", 2: "ED", 3: "11526-1^Pathology study^LN", 5: f"STB^TEXT^RTF^Base64^{data}", 11: "F"}),
    ]


def admission() -> list[str]:
    time = datetime(2025, 5, 2, 16, 5)
    return [*header("ADT^A01", time, "MSG-ADT-1"), pid(WHITCOMBE), *kin_and_visit(HISTORY)]


def hl7_files() -> dict[str, bytes]:
    corrected = HISTORY.text.replace("EF 30%", "EF 35%")
    day = timedelta(days=1)
    addendum = [formatted(code_of(PATHOLOGY_ADDENDUM), PATHOLOGY_ADDENDUM.text)]
    feed = [
        admission(),
        mdm("T02", PROGRESS, "D-2003", lines_of(PROGRESS, PROGRESS.text)),
        mdm("T02", NURSING, "D-2004", lines_of(NURSING, NURSING.text)),
        mdm("T11", NURSING, "D-2004", [], day),
        mdm("T02", PATHOLOGY, "D-2005", [formatted(code_of(PATHOLOGY), PATHOLOGY.text)]),
        mdm("T06", PATHOLOGY_ADDENDUM, "D-2006", addendum, parent="D-2005"),
    ]
    return {
        "notes/hl7v2/mdm_t02_cr.hl7": message(mdm("T02", HISTORY, "D-2001", lines_of(HISTORY, HISTORY.text))),
        "notes/hl7v2/mdm_t08_edit_crlf.hl7": message(
            mdm("T08", HISTORY, "D-2001", lines_of(HISTORY, corrected), day), "\r\n"
        ),
        "notes/hl7v2/mdm_t02_formatted_lf.hl7": message(
            mdm("T02", PSYCHIATRY, "D-2002", [formatted(code_of(PSYCHIATRY), PSYCHIATRY.text)]), "\n"
        ),
        "notes/hl7v2/oru_two_reports.hl7": message(two_reports()),
        "notes/hl7v2/oru_rtf.hl7": message(rtf_report()),
        "notes/hl7v2/feed.mllp.hl7": b"".join(START_OF_MESSAGE + message(one) + END_OF_MESSAGE for one in feed),
    }


# --- what cannot be read ---------------------------------------------------------------------------------------


def bad_files() -> dict[str, bytes]:
    good, *_ = rows("B")
    no_text = {key: value for key, value in good.items() if key != "text"}
    absent = document(TELEPHONE, {"contentType": "text/plain", "url": "attachments/absent.txt"}, id="absent")
    picture = document(LETTER, attachment("image/png", "not a picture"), id="picture")
    return {
        "bad/empty.txt": b"",
        "bad/binary.txt": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        "bad/encoding.txt": b"Seen by Dr. M\x81ller: \xff\xfe\x9d fever.\n",
        "bad/broken.jsonl": jsonl([good]) + b'{"note_id": "B-2", "text": "cut in the mid\n' + jsonl([good | {"note_id": "B-3"}]),
        "refused/missing_column.csv": csv_bytes(no_text, [no_text]),
        "bad/truncated.csv.gz": zipped(csv_bytes(COLUMNS, [as_text(good)]))[:-400],
        "bad/attachments.ndjson": jsonl([absent, picture]),
        "bad/no_header.hl7": message(mdm("T02", NURSING, "D-9", lines_of(NURSING, NURSING.text))[1:]),
    }  # fmt: skip


def as_text(row: dict[str, Any]) -> dict[str, Any]:
    """A row for a format without nesting: known PHI as a JSON object in its column."""
    return row | {"known_phi": json.dumps(row["known_phi"], ensure_ascii=False)}


def zipped(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def example_files() -> dict[str, bytes]:
    """All derived files by their path under ``examples``."""
    return {
        "notes/notes.jsonl": jsonl(versioned_rows("J")),
        "notes/notes.csv": csv_bytes(COLUMNS, map(as_text, rows("C"))),
        "notes/notes.parquet": parquet(map(as_text, rows("P"))),
        "mimic-iii/NOTEEVENTS.csv.gz": zipped(csv_bytes(next(mimic_rows()), mimic_rows())),
        **fhir_files(),
        **fhir_export(),
        **hl7_files(),
        **bad_files(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="write the examples in every input format")
    parser.add_argument("--into", type=Path, default=EXAMPLES, help="folder to write into (default: examples)")
    into: Path = parser.parse_args().into
    for name, content in example_files().items():
        path = into / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


if __name__ == "__main__":
    main()
