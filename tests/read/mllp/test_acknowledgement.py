"""What a sender is told, in the words of HL7, and that nothing but its own header comes back to it."""

from datetime import UTC, datetime

import hl7
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.read.mllp.acknowledgement import Outcome, acknowledgement, examine
from transforms.records import Reason

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
BODY = b"\rPID|1||ZYX-7^^^H^MR||Zyxwander^Maria\rOBX|1|TX|1||Zyxwander has a fever"


def message(
    control_id: bytes = b"MSG-7", accept: bytes = b"", application: bytes = b"", kind: bytes = b"MDM^T02"
) -> bytes:
    header = b"MSH|^~\\&|EPIC|WARD|CS|LAB|20260101||%b|%b|T|2.4|||%b|%b||UNICODE UTF-8" % (
        kind, control_id, accept, application,
    )  # fmt: skip
    return header + BODY


def answer(payload: bytes, outcome: Outcome = Outcome.STORED, reason: str = "") -> hl7.Message | None:
    content = acknowledgement(examine(payload).header, outcome, reason, NOW)
    return None if content is None else hl7.parse(content.decode())


def code(payload: bytes, outcome: Outcome = Outcome.STORED) -> str | None:
    parsed = answer(payload, outcome)
    return None if parsed is None else str(parsed.segment("MSA")[1])


def test_it_goes_back_to_who_sent_with_the_control_id() -> None:
    parsed = answer(message(kind=b"MDM^T02^MDM_T02"))
    assert parsed is not None
    msh, msa = parsed.segment("MSH"), parsed.segment("MSA")
    assert [str(msh[at]) for at in (3, 4, 5, 6)] == ["CS", "LAB", "EPIC", "WARD"]
    assert [str(msh[at]) for at in (7, 9, 11, 12, 18)] == [
        "20260102030405+0000", "ACK^T02^ACK", "T", "2.4", "UNICODE UTF-8",
    ]  # fmt: skip
    assert [str(one) for one in msa] == ["MSA", "AA", "MSG-7"]
    again = answer(message())
    assert again is not None
    assert str(again.segment("MSH")[10]) != str(msh[10])


@pytest.mark.parametrize(
    ("accept", "application", "codes"),
    [
        (b"", b"", ["AA", "AE", "AR"]),
        (b"AL", b"NE", ["CA", "CE", "CR"]),
        (b"AL", b"AL", ["CA", "CE", "CR"]),
        (b"al", b"", ["CA", "CE", "CR"]),
        (b"NE", b"NE", [None, None, None]),
        (b"NE", b"AL", ["AA", "AE", "AR"]),
        (b"ER", b"NE", [None, "CE", "CR"]),
        (b"SU", b"NE", ["CA", None, None]),
        (b"ER", b"AL", ["AA", "CE", "CR"]),
        (b"", b"ER", [None, "AE", "AR"]),
        (b"ALWAYS", b"", ["CA", "CE", "CR"]),
    ],
)
def test_original_and_enhanced_mode(accept: bytes, application: bytes, codes: list[str | None]) -> None:
    asking = message(accept=accept, application=application)
    assert [code(asking, outcome) for outcome in (Outcome.STORED, Outcome.UNREADABLE, Outcome.REFUSED)] == codes


def test_an_acknowledgement_is_not_acknowledged() -> None:
    assert code(message(kind=b"ACK^T02^ACK")) is None


@pytest.mark.parametrize(
    ("payload", "fault", "detail"),
    [
        (message(), None, ""),
        (b"\r\n" + message(), None, ""),
        (b"\xef\xbb\xbf" + message(), None, ""),
        (b"MSH$%*+@$A$B$C$D$20260101$$ADT%A01$7$P$2.5\rPID$1", None, ""),
        (b"", Reason.EMPTY, "an empty message"),
        (b"\r\n", Reason.EMPTY, "an empty message"),
        (b"Zyxwander", Reason.BAD_MESSAGE, "it does not begin with MSH"),
        (b"FHS|^~\\&|A\rBHS|^~\\&|A\r" + message(), Reason.BAD_MESSAGE, "it does not begin with MSH"),
        (b"MSH|", Reason.BAD_MESSAGE, "MSH-2 does not define the separators"),
        (message(kind=b""), Reason.BAD_MESSAGE, "MSH-9 does not say what message it is"),
        (message() + b"\xff\xfe", Reason.BAD_ENCODING, "bytes that the declared character set does not have"),
        (message().replace(b"UNICODE UTF-8", b"KLINGON"), Reason.BAD_ENCODING, "a character set in MSH-18 that is not known"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_message_is_said_without_a_word_of_it(payload: bytes, fault: Reason, detail: str) -> None:
    examined = examine(payload)
    assert (examined.fault, examined.detail) == (fault, detail)
    assert "Zyxwander" not in repr(examined)


def test_an_unreadable_message_gets_its_control_id_where_its_header_can_be_read() -> None:
    bad = message().replace(b"UNICODE UTF-8", b"KLINGON")
    parsed = answer(bad, Outcome.UNREADABLE, examine(bad).detail)
    assert parsed is not None
    assert [str(one) for one in parsed.segment("MSA")] == [
        "MSA",
        "AE",
        "MSG-7",
        "a character set in MSH-18 that is not known",
    ]
    none = answer(b"Zyxwander", Outcome.UNREADABLE, "it does not begin with MSH")
    assert none is not None
    assert [str(one) for one in none.segment("MSA")] == ["MSA", "AE", "", "it does not begin with MSH"]


def test_the_messages_own_separators_and_bytes_are_used() -> None:
    payload = "MSH$%*+@$Ä$B$C$D$20260101$$ADT%A01$ü+F+7$P$2.5".encode("latin-1")
    content = acknowledgement(examine(payload).header, Outcome.REFUSED, "it costs $5", NOW)
    assert content is not None
    assert content.startswith("MSH$%*+@$C$D$Ä$B$20260102030405+0000$$ACK%A01$".encode("latin-1"))
    assert content.endswith("MSA$AR$ü+F+7$it costs 5\r".encode("latin-1"))


def test_an_answer_cannot_end_its_frame_early() -> None:
    payload = message(b"7\x1c").replace(b"UNICODE UTF-8", b"\x1c")
    content = acknowledgement(examine(payload).header, Outcome.STORED, "", NOW)
    assert content is not None
    assert b"\x1c" not in content


@given(st.binary(max_size=80), st.sampled_from([b"", b"MSH", b"MSH|^~\\&|", b"MSH|^~\\&|||||||ADT|"]))
def test_any_bytes_get_an_answer(tail: bytes, start: bytes) -> None:
    examined = examine(start + tail)
    for outcome in Outcome:
        content = acknowledgement(examined.header, outcome, examined.detail, NOW)
        assert content is None or (content.startswith(b"MSH") and b"MSA" in content and content.count(b"\r") == 2)
