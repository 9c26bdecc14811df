"""FHIR resources → notes, on made-up resources, and on the corpus where it is there."""

import base64
import io
import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.read import fhir
from transforms.read.known_phi_index import KnownPatient
from transforms.read.options import ReadOptions
from transforms.read.parsing import ParseContext
from transforms.records import (
    Format,
    Identifier,
    KnownPhi,
    KnownSubject,
    NoNote,
    Note,
    NoteStatus,
    OrderKind,
    ParentRelation,
    Place,
    Reason,
    Sex,
    SourceRecord,
    Unreadable,
)

FILE_TIME = datetime(2026, 3, 1, tzinfo=UTC)
Resource = dict[str, Any]

PATIENT: Resource = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": [
        {"system": "http://hospital.example/ssn", "value": "998-11-2222"},
        {"system": "http://hospital.example/mrn", "value": "ab1234", "type": {"coding": [{"code": "MR"}]}},
    ],
    "name": [{"given": ["Adaeze", "N"], "family": "Okafor"}, {"use": "maiden", "text": "Adaeze Eze"}],
    "gender": "female",
    "birthDate": "1961-07-04",
    "deceasedDateTime": "2026-01-09T10:00:00Z",
    "telecom": [{"system": "phone", "value": "217-555-0142"}, {"system": "email", "value": "ada@example.org"}],
    "address": [{"line": ["12 Elm St", "Apt 4"], "city": "Springfield", "state": "IL", "postalCode": "62704"}],
    "contact": [{"name": {"given": ["Emeka"], "family": "Okafor"}, "telecom": [{"value": "217 555 0199"}]}],
    "generalPractitioner": [{"reference": "Practitioner/7", "display": "Dr. Chidi Abara, MD"}],
}


def b64(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


def document(*attachments: Resource, **fields: Any) -> Resource:
    content = [{"attachment": attachment} for attachment in attachments or (plain("Chest pain."),)]
    return {"resourceType": "DocumentReference", "id": "d1", "status": "current", "content": content, **fields}


def plain(text: str) -> Resource:
    return {"contentType": "text/plain", "data": b64(text)}


def bundle(*resources: Resource, base: str = "urn:uuid:") -> Resource:
    entries = [{"fullUrl": f"{base}{number}", "resource": resource} for number, resource in enumerate(resources)]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def parse(
    resource: Resource | bytes,
    files: dict[str, bytes] | None = None,
    known: Callable[[str], KnownPhi | None] = lambda _: None,
    **namespaces: str,
) -> list[Note | NoNote | Unreadable]:
    def beside(url: str) -> bytes:
        if url not in (files or {}):
            raise FileNotFoundError
        return (files or {})[url]

    payload = resource if isinstance(resource, bytes) else orjson.dumps(resource)
    record = SourceRecord(Place("unit", "feed", "a.ndjson", 7), Format.FHIR, payload, FILE_TIME)
    options = ReadOptions(("in",), "feed", namespaces=namespaces)
    return list(fhir.parse(record, ParseContext(options, "a.ndjson", FILE_TIME, beside, known)))


def only_note(resource: Resource | bytes, **more: Any) -> Note:
    (note,) = parse(resource, **more)
    assert isinstance(note, Note), note
    return note


def only_reason(resource: Resource | bytes, **more: Any) -> Reason:
    (item,) = parse(resource, **more)
    assert isinstance(item, Unreadable), item
    return item.reason


def test_a_document_reference_is_a_note() -> None:
    note = only_note(
        document(
            meta={"versionId": "3", "lastUpdated": "2026-01-05T08:15:00-05:00"},
            docStatus="final",
            type={"coding": [{"display": "Admission note"}], "text": "H&P"},
            subject={"reference": "Patient/p1"},
            date="2026-01-04T23:30:00-05:00",
            context={"encounter": [{"reference": "Encounter/e1"}], "period": {"start": "2026-01-03"}},
            identifier=[{"value": "DOC-000123"}],
        )
    )
    assert note.text == "Chest pain."
    assert note.note_id == Identifier("feed", "DocumentReference/d1")
    assert (note.order.kind, note.order.value) == (OrderKind.NUMBER, 3)
    assert note.status is NoteStatus.FINAL
    assert note.note_type == "H&P"
    assert note.patient_id == Identifier("feed", "PATIENT/P1")
    assert note.encounter_id == Identifier("feed", "Encounter/e1")
    assert note.service_date == date(2026, 1, 3)
    assert note.known_phi.numbers == ("DOC-000123",)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, NoteStatus.UNKNOWN),
        ({"docStatus": "amended"}, NoteStatus.AMENDED),
        ({"docStatus": "preliminary"}, NoteStatus.PRELIMINARY),
        ({"docStatus": "appended"}, NoteStatus.ADDENDUM),
        ({"status": "superseded", "docStatus": "final"}, NoteStatus.FINAL),
        ({"relatesTo": [{"code": "appends", "target": {"reference": "DocumentReference/d0"}}]}, NoteStatus.ADDENDUM),
        ({"docStatus": "entered-in-error"}, NoteStatus.CANCELLED),
        ({"status": "entered-in-error", "docStatus": "final"}, NoteStatus.CANCELLED),
    ],
)
def test_status(fields: Resource, status: NoteStatus) -> None:
    note = only_note(document(**fields))
    assert note.status is status
    assert note.text == (None if status is NoteStatus.CANCELLED else "Chest pain.")


@pytest.mark.parametrize(
    ("meta", "kind", "value"),
    [
        ({"versionId": "12"}, OrderKind.NUMBER, 12),
        ({"versionId": "MTY4OTM", "lastUpdated": "2026-01-05T13:15:00.5Z"}, OrderKind.TIME, 1767618900500),
        ({"versionId": "99999999999999999999", "lastUpdated": "2026-01-05"}, OrderKind.TIME, 1767571200000),
        ({"lastUpdated": "last week"}, OrderKind.FILE_TIME, 1772323200000),
        (None, OrderKind.FILE_TIME, 1772323200000),
    ],
)
def test_versions_are_ordered_by_number_then_time(meta: Resource | None, kind: OrderKind, value: int) -> None:
    order = only_note(document(meta=meta)).order
    assert (order.kind, order.value) == (kind, value)


def test_a_note_of_its_own_names_its_parent() -> None:
    related = [
        {"code": "signs", "target": {"reference": "DocumentReference/other"}},
        {"code": "replaces", "target": {"reference": "https://fhir.example/r4/DocumentReference/d0/_history/2"}},
    ]
    parent = only_note(document(relatesTo=related), **{"https://fhir.example/r4": "main"}).parent
    assert parent is not None
    assert (parent.note_id, parent.relation) == (Identifier("main", "DocumentReference/d0"), ParentRelation.REPLACES)


def test_the_namespace_of_an_id_is_its_server() -> None:
    note = only_note(
        {
            "resourceType": "Bundle",
            "entry": [{"fullUrl": "https://fhir.example/r4/DocumentReference/d1", "resource": document()}],
        }
    )
    assert note.note_id == Identifier("https://fhir.example/r4", "DocumentReference/d1")
    note = only_note(document(meta={"source": "https://epic.example#Kx2"}))
    assert note.note_id == Identifier("https://epic.example", "DocumentReference/d1")
    note = only_note(document(meta={"source": "#Kx2"}))
    assert note.note_id == Identifier("feed", "DocumentReference/d1")


def test_a_document_without_an_id_is_named_by_its_identifier_or_its_content() -> None:
    nameless = {name: value for name, value in document().items() if name != "id"}
    first = only_note({**nameless, "masterIdentifier": {"system": "urn:x", "value": "77"}})
    assert first.note_id == Identifier("urn:x", "DocumentReference?identifier=77")
    assert only_note(nameless).note_id == only_note(nameless).note_id
    assert only_note(nameless).note_id != only_note({**nameless, "description": "other"}).note_id


# --- attachments -----------------------------------------------------------------------------------------------


def test_the_best_readable_rendering_is_taken() -> None:
    html = {"contentType": "text/html", "data": b64("<p>Chest <b>pain</b>.</p>")}
    rtf = {"contentType": "application/rtf", "data": b64(r"{\rtf1 Chest pain, in RTF.}")}
    image = {"contentType": "image/png", "data": b64(b"\x89PNG")}
    assert only_note(document(image, rtf, html, plain("Chest pain, plain."))).text == "Chest pain, plain."
    assert only_note(document(image, rtf, html)).text == "Chest pain."
    assert only_note(document(image, rtf)).text == "Chest pain, in RTF."
    assert only_reason(document(image)) is Reason.UNSUPPORTED_FORMAT


def test_an_unreadable_rendering_gives_way_to_the_next() -> None:
    absent = {"contentType": "text/plain", "url": "gone.txt"}
    rtf = {"contentType": "application/rtf", "data": b64(r"{\rtf1 Still here.}")}
    assert only_note(document(absent, rtf)).text == "Still here."
    assert only_reason(document(absent)) is Reason.UNREADABLE


def test_several_attachments_of_one_kind_are_parts() -> None:
    assert only_note(document(plain("Page one."), plain("Page two."))).text == "Page one.\n\nPage two."


def test_attachments_beside_the_file_and_in_the_bundle() -> None:
    by_url = document({"contentType": "text/rtf", "url": "notes/a.rtf"})
    assert only_note(by_url, files={"notes/a.rtf": rb"{\rtf1 From a file.}"}).text == "From a file."
    binary = {"resourceType": "Binary", "id": "b1", "contentType": "text/plain", "data": b64("From a Binary.")}
    assert only_note(bundle(document({"url": "Binary/b1"}), binary)).text == "From a Binary."
    assert only_note({**document({"url": "#b1"}), "contained": [binary]}).text == "From a Binary."


@pytest.mark.parametrize(
    ("attachment", "reason"),
    [
        ({"contentType": "text/plain", "data": "no base64!"}, Reason.BAD_MESSAGE),
        ({"contentType": "text/plain", "data": b64(b"\x81\x8d\xff")}, Reason.BAD_ENCODING),
        ({"contentType": "text/plain; charset=utf-8", "data": b64(b"caf\xe9")}, Reason.BAD_ENCODING),
        ({"contentType": "application/dicom", "data": b64("x")}, Reason.UNSUPPORTED_FORMAT),
        ({"contentType": "application/pdf", "url": "https://elsewhere.example/a.pdf"}, Reason.UNREADABLE),
        ({"contentType": "application/pdf", "url": "urn:oid:1.2.3"}, Reason.UNREADABLE),
        ({"contentType": "text/plain", "data": ""}, Reason.EMPTY),
        ({"contentType": "text/plain", "data": b64(" \n")}, Reason.EMPTY),
        ({"title": "only a title"}, Reason.EMPTY),
    ],
)
def test_an_attachment_that_cannot_be_read_says_why(attachment: Resource, reason: Reason) -> None:
    assert only_reason(document(attachment)) is reason


def test_base64_with_line_breaks_and_a_charset() -> None:
    data = "\r\n".join(b64("Größe 1,80 m, naïve".encode("latin-1"))[at : at + 8] for at in range(0, 40, 8))
    assert (
        only_note(document({"contentType": "text/plain; charset=ISO-8859-1", "data": data})).text
        == "Größe 1,80 m, naïve"
    )


def test_a_document_reference_without_content_is_empty() -> None:
    assert only_reason({"resourceType": "DocumentReference", "id": "d1", "content": []}) is Reason.EMPTY


# --- reports ---------------------------------------------------------------------------------------------------


def test_a_report_is_its_document_or_its_own_words() -> None:
    report: Resource = {"resourceType": "DiagnosticReport", "id": "r1", "status": "final", "code": {"text": "Echo"}}
    form = {"presentedForm": [plain("Normal echo.")], "conclusion": "Normal."}
    note = only_note({**report, **form, "effectiveDateTime": "2026-01-02T09:00:00Z"})
    assert (note.text, note.note_type, note.service_date) == ("Normal echo.", "Echo", date(2026, 1, 2))
    narrative = {
        "text": {"status": "generated", "div": "<div xmlns='http://www.w3.org/1999/xhtml'><p>Normal echo.</p></div>"}
    }
    assert only_note({**report, **narrative}).text == "Normal echo."
    assert only_note({**report, **narrative, "conclusion": "Normal  echo."}).text == "Normal echo."
    assert only_note({**report, **narrative, "conclusion": "Repeat."}).text == "Normal echo.\n\nRepeat."
    assert only_note({**report, "conclusion": "Repeat."}).text == "Repeat."
    assert [type(item) for item in parse({**report, "result": [{"reference": "Observation/1"}]})] == [NoNote]
    assert only_note({**report, "status": "cancelled"}).text is None


# --- the patient -----------------------------------------------------------------------------------------------


def test_a_patient_in_the_bundle_is_known() -> None:
    resources = bundle(document(subject={"reference": "urn:uuid:1", "display": "Ada Okafor"}), PATIENT)
    note = only_note(resources, **{"http://hospital.example/mrn": "GENERAL"})
    assert note.patient_id == Identifier("GENERAL", "AB1234")
    assert note.known_phi == KnownPhi(
        names=("Adaeze N Okafor", "Adaeze Eze", "Emeka Okafor", "Chidi Abara", "Ada Okafor"),
        dates=(date(1961, 7, 4), date(2026, 1, 9)),
        numbers=("998-11-2222", "ab1234"),
        addresses=("12 Elm St", "Apt 4", "Springfield", "62704"),
        phones=("217-555-0142", "217 555 0199"),
        emails=("ada@example.org",),
        sex=Sex.FEMALE,
    )
    assert only_note(bundle(document(subject={"reference": "Patient/p1"}), PATIENT)).patient_id == Identifier(
        "http://hospital.example/mrn", "AB1234"
    )


def test_a_contained_patient_is_known() -> None:
    note = only_note({**document(subject={"reference": "#p1"}), "contained": [PATIENT]})
    assert note.patient_id == Identifier("http://hospital.example/mrn", "AB1234")
    assert "Adaeze N Okafor" in note.known_phi.names
    unnumbered = {**PATIENT, "identifier": []}
    assert only_note({**document(subject={"reference": "#p1"}), "contained": [unnumbered]}).patient_id is None


def test_a_patient_that_the_plan_gathered_is_known() -> None:
    gathered = KnownPatient(names=("Adaeze Okafor",), record_number=Identifier("http://hospital.example/mrn", "ab1234"))
    asked: list[str] = []

    def known(reference: str) -> KnownPhi | None:
        asked.append(reference)
        return gathered

    note = only_note(document(subject={"reference": "Patient/p1/_history/4"}), known=known)
    assert asked == ["Patient/p1"]
    assert note.patient_id == Identifier("http://hospital.example/mrn", "AB1234")
    assert note.known_phi == KnownPhi(names=("Adaeze Okafor",))
    assert type(note.known_phi) is KnownPhi


def test_a_subject_that_is_no_patient_or_has_only_an_identifier() -> None:
    assert only_note(document(subject={"reference": "Group/7"})).patient_id is None
    logical = document(subject={"identifier": {"system": "urn:mrn", "value": " x7 "}})
    assert only_note(logical).patient_id == Identifier("urn:mrn", "X7")
    assert not only_note(logical).known_phi


def test_those_who_wrote_it_are_known_too() -> None:
    note = only_note(
        document(
            author=[{"reference": "Practitioner/1", "display": "Dr. Ronald Bone"}, {"reference": "#q"}],
            custodian={"reference": "Organization/2", "display": "General Hospital"},
            contained=[
                {
                    "resourceType": "Practitioner",
                    "id": "q",
                    "name": [{"given": ["Ines"], "family": "Faro"}],
                    "birthDate": "1970-01-01",
                }
            ],
        )
    )
    assert note.known_phi == KnownPhi(
        names=("Ronald Bone", "Ines Faro"), addresses=("General Hospital",), subject=KnownSubject.OTHERS
    )
    assert not note.known_phi.tells_of_patient


# --- records ---------------------------------------------------------------------------------------------------


def test_a_bundle_gives_a_part_a_note_and_other_resources_give_none() -> None:
    items = parse(
        bundle(PATIENT, document(), document({"contentType": "image/png", "data": "AA=="}), document(id="d2"))
    )
    assert [type(item) for item in items] == [Note, Unreadable, Note]
    parts = [(item.record.place if isinstance(item, Unreadable) else item.place).part for item in items]
    assert parts == [0, 1, 2]
    for other in (PATIENT, {"resourceType": "Observation"}, {"resourceType": "Bundle"}, bundle(PATIENT)):
        assert [type(item) for item in parse(other)] == [NoNote]


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b'{"resourceType": "DocumentReference", "id": ', Reason.BAD_MESSAGE),
        (b"not json", Reason.BAD_MESSAGE),
        (b'{"id": "no type"}', Reason.BAD_MESSAGE),
        (b'["resourceType"]', Reason.BAD_MESSAGE),
        (b'{"resourceType": 7}', Reason.BAD_MESSAGE),
        (b'{"resourceType": "DocumentReference", "x": NaN}', Reason.BAD_MESSAGE),
        (b'{"resourceType": "DocumentReference", "description": "\\ud800"}', Reason.BAD_ENCODING),
        (b'{"resourceType": "DocumentReference", "description": "\x81\x8d"}', Reason.BAD_ENCODING),
        (b"[" * 5000 + b"]" * 5000, Reason.BAD_MESSAGE),
    ],
)
def test_a_broken_resource_is_held_back(payload: bytes, reason: Reason) -> None:
    assert only_reason(payload) is reason


def test_windows_1252_json_is_read() -> None:
    payload = orjson.dumps(document(type={"text": "Überweisung an die Klinik"})).decode().encode("cp1252")
    assert only_note(payload).note_type == "Überweisung an die Klinik"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["reference", "value", "data", "url", "code"]), inner, max_size=3)
    ),
    max_leaves=6,
)
_FIELDS = st.sampled_from(
    ["id", "meta", "subject", "content", "context", "type", "author", "relatesTo", "identifier", "contained", "text",
     "presentedForm", "status", "docStatus", "masterIdentifier", "encounter", "code", "conclusion", "resourceType", "entry"]
)  # fmt: skip


@given(
    st.sampled_from(["DocumentReference", "DiagnosticReport", "Bundle"]), st.dictionaries(_FIELDS, _JSON, max_size=5)
)
def test_elements_of_any_other_shape_give_something_and_never_an_error(kind: str, fields: Resource) -> None:
    assert parse({"resourceType": kind, "content": [{"attachment": plain("x")}], "conclusion": "x", **fields})


# --- the stream ------------------------------------------------------------------------------------------------


def split(payload: bytes) -> list[bytes]:
    return [record for _, record in fhir.split_resources(io.BytesIO(payload))]


ONE, TWO = orjson.dumps(document(id="1")), orjson.dumps({**PATIENT, "note": 'a "quoted" } brace \\'})


def test_lines_arrays_and_pretty_resources() -> None:
    pretty = orjson.dumps(document(), option=orjson.OPT_INDENT_2)
    assert split(ONE + b"\n" + TWO + b"\r\n\n") == [ONE, TWO]
    assert split(b"[" + ONE + b"," + TWO + b"]") == [ONE, TWO]
    assert split(b"\xef\xbb\xbf[\n  " + pretty + b",\n  " + TWO + b"\n]\n") == [pretty, TWO]
    assert split(pretty) == [pretty]
    assert split(ONE + TWO) == [ONE, TWO]
    assert split(b"") == split(b"[]\n") == []


def test_a_broken_line_takes_no_other_with_it() -> None:
    for broken in (
        b'{"resourceType": "Patient", "id": ',
        b'{"a": "b',
        b'{"a": {"b": 1}',
        b"junk",
        b'{"a": [1, 2',
        b'"str"',
    ):
        assert split(ONE + b"\n" + broken + b"\n" + TWO + b"\n" + ONE) == [ONE, broken.strip(), TWO, ONE]
    assert split(b'{"a": 1}}\n' + ONE) == [b'{"a": 1}', b"}", ONE]


@given(
    st.lists(
        st.sampled_from([ONE, TWO, b'{"cut": ', b"junk", b"{", b'"', b"}", b"[", b"]", b",", b"\n", b" "]), max_size=12
    )
)
def test_no_byte_of_a_stream_is_lost_and_reading_on_gives_the_rest(parts: list[bytes]) -> None:
    payload = b"".join(parts)
    whole = list(fhir.split_resources(io.BytesIO(payload)))
    at = 0
    for offset, record in whole:
        assert record
        assert payload[offset : offset + len(record)] == record
        assert not payload[at:offset].strip(b" \r\n\t,[]")
        at = offset + len(record)
    assert not payload[at:].strip(b" \r\n\t,[]")


@given(st.lists(st.sampled_from([ONE, TWO]), min_size=1, max_size=5), st.sampled_from([b"\n", b",", b",\n  ", b"\r\n"]))
def test_reading_on_from_any_resource_gives_the_rest(resources: list[bytes], between: bytes) -> None:
    payload = b"[" + between.join(resources) + b"]"
    whole = list(fhir.split_resources(io.BytesIO(payload)))
    assert [record for _, record in whole] == resources
    for number, (start, _) in enumerate(whole):
        rest = [(start + offset, record) for offset, record in fhir.split_resources(io.BytesIO(payload[start:]))]
        assert rest == whole[number:]


CORPUS = Path(os.environ.get("CHARTSTREAM_CORPORA", Path(__file__).parents[3] / "shared" / "corpora")) / "fhir"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the FHIR corpus is not there")
def test_every_resource_of_the_corpus_reads() -> None:
    notes, unreadable = [], []
    for path in sorted(CORPUS.glob("*json")):
        for _, payload in fhir.split_resources(io.BytesIO(path.read_bytes())):
            for item in parse(payload):
                assert not isinstance(item, NoNote)
                (notes if isinstance(item, Note) else unreadable).append(item)
    assert len(notes) == 13
    assert all(note.text and note.patient_id for note in notes)
    assert [item.reason for item in unreadable] == [Reason.UNREADABLE]  # a PDF on a server that does not exist
