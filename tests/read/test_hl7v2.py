"""HL7 v2 messages → notes, on made-up messages as hospitals send them, and on the corpus where it is there."""

import base64
import io
import os
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.deidentify.known_phi import find_known
from transforms.read import hl7v2
from transforms.read.options import ReadOptions
from transforms.read.parsing import ParseContext
from transforms.records import (
    Format,
    Identifier,
    KnownPhi,
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
MSH = r"MSH|^~\&|EPIC|GENERAL HOSPITAL|LAKE|RESEARCH|20260105081500-0500||{}|M77|P|2.5"
PID = (
    "PID|1||998-1^^^USSSA^SS~ab1234 ^^^GENERAL&2.16.840.1.9&ISO^MR||OKAFOR^ADAEZE^N^JR^DR||19610704|F||C"
    "|12 ELM ST^APT 4^SPRINGFIELD^IL^62704^USA||(217)555-0142^PRN^PH^^^217^5550142~^NET^Internet^ada@example.org"
    "|||S||V900|998-11-2222"
)
PV1 = "PV1|1|I|4W^401^A^GENERAL HOSPITAL||||1881^ABARA^CHIDI^K^^DR" + "|" * 12 + "V900^^^GENERAL"
TXA = "TXA|1|HP^History and physical|TX|20260104||||||||DOC-9^GENERAL|{parent}||||{completion}||{availability}"


def context(**namespaces: str) -> ParseContext:
    def absent(url: str) -> bytes:
        raise FileNotFoundError

    return ParseContext(ReadOptions(("in",), "feed", namespaces=namespaces), "a.hl7", FILE_TIME, absent, lambda _: None)


def parse(payload: bytes | str, **namespaces: str) -> list[Note | NoNote | Unreadable]:
    encoded = payload.encode() if isinstance(payload, str) else payload
    record = SourceRecord(Place("unit", "feed", "a.hl7", 40), Format.HL7V2, encoded, FILE_TIME)
    return list(hl7v2.parse(record, context(**namespaces)))


def only_note(payload: bytes | str, **namespaces: str) -> Note:
    (note,) = parse(payload, **namespaces)
    assert isinstance(note, Note), note
    return note


def reasons(payload: bytes | str) -> list[Reason]:
    return [item.reason for item in parse(payload) if isinstance(item, Unreadable)]


def mdm(trigger: str, *observations: str, parent: str = "", completion: str = "LA", availability: str = "AV") -> str:
    txa = TXA.format(parent=parent, completion=completion, availability=availability)
    return "\r".join((MSH.format(f"MDM^{trigger}"), PID, PV1, txa, *observations))


def oru(*segments: str) -> str:
    return "\r".join((MSH.format("ORU^R01"), PID, PV1, *segments))


def encapsulated(payload: bytes, kind: str) -> str:
    return f"OBX|1|ED|1^Report||^application^{kind}^Base64^{base64.b64encode(payload).decode()}||||||F"


def test_a_document_is_a_note() -> None:
    note = only_note(
        mdm("T02", "OBX|1|TX|1^H\\T\\P||Chest pain~radiating", r"OBX|2|FT|1^H\T\P||BP 120\80.\.br\Stable.")
    )
    assert note.text == "Chest pain\nradiating\nBP 120\\80.\nStable."
    assert note.note_id == Identifier("GENERAL", "DOC-9")
    assert note.patient_id == Identifier("GENERAL", "AB1234")
    assert note.encounter_id == Identifier("GENERAL", "V900")
    assert note.note_type == "History and physical"
    assert note.service_date == date(2026, 1, 4)
    assert note.status is NoteStatus.FINAL
    assert (note.order.kind, note.order.value) == (OrderKind.TIME, 1767618900000)  # 13:15 UTC
    assert (note.place.offset, note.place.part) == (40, 0)


def test_what_the_feed_says_of_the_patient_is_known() -> None:
    known = only_note(
        mdm("T02", "OBX|1|TX|1||x", "NK1|1|OKAFOR^EMEKA|SPO|9 OAK AVE^^PEORIA^IL^61602|2175550199")
    ).known_phi
    assert known.names == ("ADAEZE N OKAFOR JR", "CHIDI K ABARA", "EMEKA OKAFOR")
    assert known.dates == (date(1961, 7, 4),)
    assert known.numbers == ("998-1", "ab1234", "V900", "998-11-2222", "1881", "DOC-9")
    assert known.addresses == (
        "GENERAL HOSPITAL", "12 ELM ST", "APT 4", "SPRINGFIELD", "62704", "4W", "401-A", "401A",
        "9 OAK AVE", "PEORIA", "61602",
    )  # fmt: skip
    assert known.phones == ("(217)555-0142", "217 5550142", "2175550199")
    assert known.emails == ("ada@example.org",)
    assert known.sex is Sex.FEMALE


def test_where_the_patient_lies_is_looked_for_in_the_note_as_people_write_it() -> None:
    text = "Up to Kwt 9 north, 1012-B, walked to 1012b. Nine days at MICU, 9 north of normal, bed B, 1012 steps."
    note = only_note(mdm("T02", f"OBX|1|TX|1||{text}").replace("4W^401^A", "KWT9NORTH^1012^B~MICU^12^B"))
    found = find_known(note.text, note.known_phi)
    assert [note.text[finding.start : finding.end] for finding in found] == ["Kwt 9 north", "1012-B", "1012b"]


def test_nulls_and_placeholders_are_not_known_phi() -> None:
    message = (
        mdm("T02", "OBX|1|TX|1||x")
        .replace(PID, 'PID|1||""||UNKNOWN^UNKNOWN||""|""|^^||""^""||1||')
        .replace(PV1, "PV1|1|I")
    )
    note = only_note(message)
    assert note.known_phi == KnownPhi(numbers=("DOC-9",), addresses=("GENERAL HOSPITAL",))
    assert note.patient_id is None
    assert note.encounter_id is None


@pytest.mark.parametrize(
    ("trigger", "status", "relation"),
    [
        ("T02", NoteStatus.FINAL, None),
        ("T04", NoteStatus.FINAL, None),
        ("T06", NoteStatus.ADDENDUM, ParentRelation.APPENDS),
        ("T08", NoteStatus.AMENDED, None),
        ("T10", NoteStatus.FINAL, ParentRelation.REPLACES),
    ],
)
def test_a_trigger_says_what_it_does_to_the_note(
    trigger: str, status: NoteStatus, relation: ParentRelation | None
) -> None:
    note = only_note(mdm(trigger, "OBX|1|TX|1||words", parent="DOC-1^GENERAL"))
    assert note.status is status
    assert (note.parent and note.parent.relation) == relation
    assert relation is None or (note.parent and note.parent.note_id) == Identifier("GENERAL", "DOC-1")


@pytest.mark.parametrize("trigger", ["T01", "T03", "T05", "T07", "T09"])
def test_a_notification_without_text_holds_no_note(trigger: str) -> None:
    assert [type(item) for item in parse(mdm(trigger))] == [NoNote]


@pytest.mark.parametrize(("trigger", "availability"), [("T11", "AV"), ("T03", "CA"), ("T11", "CA")])
def test_a_cancellation_is_a_version_without_text(trigger: str, availability: str) -> None:
    note = only_note(mdm(trigger, "OBX|1|TX|1||not to be read any more", availability=availability))
    assert (note.status, note.text) == (NoteStatus.CANCELLED, None)
    assert note.note_id == Identifier("GENERAL", "DOC-9")


def test_a_document_that_is_not_signed_is_preliminary() -> None:
    assert only_note(mdm("T02", "OBX|1|TX|1||x", completion="DI")).status is NoteStatus.PRELIMINARY
    assert only_note(mdm("T08", "OBX|1|TX|1||x", completion="PA")).status is NoteStatus.PRELIMINARY


def test_a_document_without_its_text_is_empty_and_not_lost() -> None:
    assert reasons(mdm("T02")) == [Reason.EMPTY]
    assert reasons(mdm("T02", "OBX|1|TX|1||", 'OBX|2|TX|1||""')) == [Reason.EMPTY]


def test_an_authority_is_mapped_by_either_of_its_names() -> None:
    message = mdm("T02", "OBX|1|TX|1||x")
    assert only_note(message, GENERAL="gh").patient_id == Identifier("gh", "AB1234")
    assert only_note(message, **{"2.16.840.1.9": "gh"}).patient_id == Identifier("gh", "AB1234")
    assert only_note(message.replace("GENERAL&2.16.840.1.9&ISO", "")).patient_id == Identifier("feed", "AB1234")


@pytest.mark.parametrize(
    ("written", "kind", "milliseconds"),
    [
        ("20260105081500-0500", OrderKind.TIME, 1767618900000),
        ("20260105131500", OrderKind.TIME, 1767618900000),
        ("20260105131500.123+0000", OrderKind.TIME, 1767618900123),
        ("202601051315", OrderKind.TIME, 1767618900000),
        ("2026", OrderKind.TIME, 1767225600000),
        ("", OrderKind.FILE_TIME, 1772323200000),
        ("yesterday", OrderKind.FILE_TIME, 1772323200000),
        ("20261399", OrderKind.FILE_TIME, 1772323200000),
        ("19590101", OrderKind.FILE_TIME, 1772323200000),
    ],
)
def test_versions_are_ordered_by_the_message_s_time(written: str, kind: OrderKind, milliseconds: int) -> None:
    note = only_note(mdm("T02", "OBX|1|TX|1||x").replace("20260105081500-0500", written))
    assert (note.order.kind, note.order.value) == (kind, milliseconds)


# --- results ---------------------------------------------------------------------------------------------------


def test_each_order_with_text_is_a_note_and_a_panel_is_none() -> None:
    items = parse(
        oru(
            "OBR|1|P1|F1^LAB|71020^Chest X-ray|||20260103||||||||||||||||||F",
            "OBX|1|TX|71020&GDT^Findings||Lungs are clear.||||||F",
            "OBX|2|TX|71020&GDT^Findings||Heart is normal.||||||F",
            "OBX|3|TX|71020&IMP^Impression||No acute disease.||||||F",
            "NTE|1||Read by J. Doe",
            "OBR|2|P2|F2^LAB|CBC^Blood count|||20260103||||||||||||||||||F",
            "OBX|1|NM|718-7^Hemoglobin||13.4|g/dL|12-16||||F",
            "OBR|3|P3||MIC^Microbiology|||20260103||||||||||||||||||P",
            "OBX|1|ST|600-7^Organism||E. coli||||||P",
            "OBX|2|NM|20^Colonies||100000|/mL|0-1000|HH~A|||P",
        )
    )
    notes = [item for item in items if isinstance(item, Note)]
    assert len(items) == len(notes) == 2
    xray, culture = notes
    assert xray.text == ("Findings: Lungs are clear.\nHeart is normal.\nImpression: No acute disease.\nRead by J. Doe")
    assert (xray.note_id, xray.note_type, xray.status) == (Identifier("LAB", "F1"), "Chest X-ray", NoteStatus.FINAL)
    assert culture.text == "E. coli\nColonies: 100000 /mL (0-1000) HH A"
    assert (culture.note_id, culture.status) == (Identifier("feed", "P3"), NoteStatus.PRELIMINARY)
    assert [note.place.part for note in notes] == [0, 1]


def test_a_panel_alone_is_a_record_without_a_note() -> None:
    panel = oru("OBR|1||F2|CBC", "OBX|1|NM|718-7^Hemoglobin||13.4|g/dL|12-16||||F", "NTE|1||hemolysed")
    assert [type(item) for item in parse(panel)] == [NoNote]
    assert [type(item) for item in parse(panel.replace("||||F", "||||X"))] == [NoNote]


def test_orders_under_one_number_are_one_report() -> None:
    note = only_note(oru("OBR|1||F1|A^One", "OBX|1|TX|1||first", "OBR|2||F1|B^Two", "OBX|1|TX|1||second"))
    assert (note.text, note.note_type) == ("first\nsecond", "One")


def test_an_order_without_a_number_is_named_by_its_message() -> None:
    items = parse(oru("OBR|1|||A", "OBX|1|TX|1||first", "OBR|2|||B", "OBX|1|TX|1||second"))
    assert [item.note_id.value for item in items if isinstance(item, Note)] == ["M77/1", "M77/2"]


@pytest.mark.parametrize(
    ("order", "results", "status"),
    [
        ("F", ["F", "F"], NoteStatus.FINAL),
        ("F", ["F", "C"], NoteStatus.AMENDED),
        ("C", ["F", "F"], NoteStatus.AMENDED),
        ("P", ["F", "F"], NoteStatus.PRELIMINARY),
        ("", ["F", "P"], NoteStatus.PRELIMINARY),
        ("", ["F", ""], NoteStatus.FINAL),
        ("", ["", ""], NoteStatus.UNKNOWN),
        ("X", ["F", "F"], NoteStatus.CANCELLED),
        ("F", ["X", "X"], NoteStatus.CANCELLED),
        ("F", ["D", "W"], NoteStatus.CANCELLED),
    ],
)
def test_result_status(order: str, results: list[str], status: NoteStatus) -> None:
    segments = (f"OBX|1|TX|1||words||||||{one}" for one in results)
    note = only_note(oru("OBR|1||F1|A" + "|" * 21 + order, *segments))
    assert note.status is status
    assert (note.text is None) == (status is NoteStatus.CANCELLED)


def test_a_deleted_result_is_not_read() -> None:
    assert only_note(oru("OBR|1||F1", "OBX|1|TX|1||keep||||||F", "OBX|2|TX|1||wrong patient||||||W")).text == "keep"


def test_each_order_belongs_to_the_patient_before_it() -> None:
    other = "PID|1||777^^^GENERAL^MR||KOVACS^ILONA"
    items = parse(oru("OBR|1||F1", "OBX|1|TX|1||one", other, "OBR|2||F2", "OBX|1|TX|1||two"))
    notes = [item for item in items if isinstance(item, Note)]
    assert [note.patient_id and note.patient_id.value for note in notes] == ["AB1234", "777"]
    assert notes[1].encounter_id is None
    assert "ADAEZE N OKAFOR JR" not in notes[1].known_phi.names


# --- documents in messages -------------------------------------------------------------------------------------


def test_encapsulated_documents_are_read() -> None:
    assert (
        only_note(mdm("T02", encapsulated(rb"{\rtf1\ansi Caf\'e9 visit\par Stable}", "rtf"))).text
        == "Café visit\nStable"
    )
    assert only_note(mdm("T02", encapsulated(b"<html><body><p>One<p>Two</body></html>", "html"))).text == "One\n\nTwo"
    assert only_note(mdm("T02", "OBX|1|ED|1||^TEXT^^A^plain \\T\\ simple||||||F")).text == "plain & simple"
    assert only_note(mdm("T02", f"OBX|1|ED|1||^AP^octet-stream^Hex^{b'hex text'.hex()}||||||F")).text == "hex text"


def test_a_rendering_of_the_same_words_is_not_read_twice() -> None:
    rtf = encapsulated(rb"{\rtf1 Chest pain.\par Stable.}", "rtf")
    assert only_note(mdm("T02", "OBX|1|TX|1||Chest pain.", "OBX|2|TX|1||Stable.", rtf)).text == "Chest pain.\nStable."


def test_rtf_in_a_text_field_is_read() -> None:
    assert only_note(mdm("T02", "OBX|1|FT|1||{\\E\\rtf1 a\\E\\par b é}")).text == "a\nb é"


def test_rtf_that_was_cut_into_observations_is_read_as_one() -> None:
    parts = (r"{\E\rtf1\E\ansi Seen", r"today.\E\par {\E\b Stable", "}.} and", "a plain line")
    note = only_note(mdm("T02", *(f"OBX|{number}|FT|1||{part}" for number, part in enumerate(parts))))
    assert note.text == "Seentoday.\nStable.\nand\na plain line"


@pytest.mark.parametrize(
    ("observation", "reason"),
    [
        ("OBX|1|ED|1||^application^pdf^Base64^JVBERi0x!!||||||F", Reason.BAD_MESSAGE),
        ("OBX|1|ED|1||^application^pdf^Base64^JVBERi0x||||||F", Reason.UNREADABLE),
        ("OBX|1|ED|1||^IM^JPEG^Base64^/9j/4AAQ||||||F", Reason.UNSUPPORTED_FORMAT),
        ("OBX|1|ED|1||^application^rtf^Hex^7b5||||||F", Reason.BAD_MESSAGE),
        ("OBX|1|RP|1||http://pacs/1^^IM^JPEG||||||F", Reason.UNSUPPORTED_FORMAT),
    ],
)
def test_a_document_that_cannot_be_read_is_held_back_beside_the_text(observation: str, reason: Reason) -> None:
    assert reasons(mdm("T02", observation)) == [reason]
    note, held = parse(mdm("T02", "OBX|1|TX|1||words", observation))
    assert isinstance(note, Note)
    assert isinstance(held, Unreadable)
    assert (note.text, held.reason, held.record.place.part) == ("words", reason, 1)
    assert "jpeg" not in held.detail.lower()


# --- character sets, broken and odd messages -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("UNICODE UTF-8", "utf-8"),
        ("8859/1", "latin-1"),
        ("8859/1", "cp1252"),
        ("8859/15", "iso8859-15"),
        ("WINDOWS-1252", "cp1252"),
        ("8859/1~UNICODE UTF-8", "latin-1"),
        ("", "utf-8"),
        ("", "cp1252"),
        ("ASCII", "utf-8"),
    ],
)
def test_a_message_is_decoded_by_its_character_set(declared: str, codec: str) -> None:
    text = "Frau Müller, 38,5 °C, naïve" + (" – “ja”" if codec == "cp1252" else "")
    message = mdm("T02", f"OBX|1|TX|1||{text}").replace("|2.5\r", f"|2.5||||||{declared}\r")
    assert only_note(message.encode(codec)).text == text


@pytest.mark.parametrize("declared", ["UNICODE UTF-8", "KLINGON", "8859/3"])
def test_bytes_that_are_not_of_the_declared_set_are_held_back(declared: str) -> None:
    message = mdm("T02", "OBX|1|TX|1||M\xe5ller").replace("|2.5\r", f"|2.5||||||{declared}\r").encode("latin-1")
    assert reasons(message.replace(b"\xe5", b"\xa5") if declared == "8859/3" else message) == [Reason.BAD_ENCODING]


@pytest.mark.parametrize(
    "payload",
    [
        b"PID|1||123",
        b"hello world",
        b"MSH",
        b"MSH|",
        b"MSH||||",
        b"MSH|^^~&|A|B",
        b"MSHA^~\\&AAB",
        b"MSH|^~\\&|A|B|C|D|2026",
        b"\x00\x01\x02binary",
        b"MSH|^~\\&|A|B|C|D|2026||MDM^T02|1|P|2.5",
        b"MSH|^~\\&|A|B|C|D|2026||MDM^T02|1|P|2.5\rTXA|1|HP",
        b"MSH|^~\\&|A|B|C|D|2026||M",
    ],
)
def test_a_broken_message_is_held_back_whole(payload: bytes) -> None:
    items = parse(payload)
    assert len(items) == 1
    if isinstance(items[0], Unreadable):
        assert items[0].reason is Reason.BAD_MESSAGE
        assert items[0].record.payload == payload
    else:
        assert payload.endswith(b"||M")  # cut in MSH-9: a message of another kind, for all that can be told
        assert isinstance(items[0], NoNote)


def test_text_broken_over_lines_stays_in_its_field() -> None:
    message = mdm("T02", "OBX|1|TX|1||Plan:\n\n1. Rest\n2. CBC tomorrow||||||F").replace("\r", "\r\n")
    note = only_note(message)
    assert note.text == "Plan:\n\n1. Rest\n2. CBC tomorrow"


def test_indented_segments_are_segments() -> None:
    message = mdm("T02", "OBX|1|TX|1||words").replace("\r", "\r\n   ")
    note = only_note(message)
    assert (note.text, note.patient_id) == ("words", Identifier("GENERAL", "AB1234"))


def test_a_result_without_its_order_is_held_back() -> None:
    assert reasons(oru("OBX|1|TX|1||words")) == [Reason.BAD_MESSAGE]
    assert [type(item) for item in parse(oru("OBX|1|NM|1||5"))] == [NoNote]


def test_other_messages_and_headers_hold_no_note() -> None:
    for kind in ("ADT^A01", "SIU^S12", "VXU^V04", "ORM^O01", "ACK"):
        assert [type(item) for item in parse("\r".join((MSH.format(kind), PID)))] == [NoNote]
    assert [type(item) for item in parse(b"BHS|^~\\&|A")] == [NoNote]


def test_a_batch_that_came_as_one_record_is_held_back_and_no_header_without_notes() -> None:
    assert reasons("BHS|^~\\&|A\r" + mdm("T02", "OBX|1|TX|1||A fever.") + "\rBTS|1") == [Reason.BAD_MESSAGE]


@given(
    st.binary(max_size=200)
    | st.text(max_size=80).map(lambda text: mdm("T02", f"OBX|1|TX|1||{text}").encode("utf-8", "replace"))
)
def test_whatever_comes_gives_something_and_never_an_error(payload: bytes) -> None:
    items = parse(payload)
    assert items
    for item in items:
        assert (
            not isinstance(item, Note) or item.text is None or "\ufffd" not in item.text or "\ufffd".encode() in payload
        )


CORPUS = Path(os.environ.get("CHARTSTREAM_CORPORA", Path(__file__).parents[3] / "shared" / "corpora")) / "hl7v2"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the HL7 v2 corpus is not there")
def test_every_message_of_the_corpus_parses() -> None:
    counts: Counter[str] = Counter()
    for path in sorted(CORPUS.glob("*.hl7")):
        for _, payload in hl7v2.split_messages(io.BytesIO(path.read_bytes())):
            items = parse(payload)
            assert items
            counts.update(type(item).__name__ for item in items)
            if path.name.startswith("MDM-T02"):
                assert isinstance(items[0], Note)
                assert items[0].text
                assert items[0].patient_id is not None
    assert counts == {"Note": 7, "NoNote": 98}
