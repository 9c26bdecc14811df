"""Messages out of a stream: with and without frames, whole however they come, and nothing lost."""

import io
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from transforms.read import hl7v2_split
from transforms.read.hl7v2_split import split_messages

ADT = b"MSH|^~\\&|A|B|C|D|20260101||ADT^A01|1|P|2.5\rPID|1||123^^^H^MR||Smith^Jane\rPV1|1|I"
MDM = b"MSH|^~\\&|A|B|C|D|20260102||MDM^T02|2|P|2.5\rTXA|1|HP||||||||||D7\rOBX|1|TX|1||No MSH here, MSH, nor there"


def split(payload: bytes) -> list[bytes]:
    return [record for _, record in split_messages(io.BytesIO(payload))]


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
@pytest.mark.parametrize("framed", [True, False])
def test_one_record_a_message(end: bytes, framed: bool) -> None:
    first, second = (message.replace(b"\r", end) for message in (ADT, MDM))
    one = b"\x0b%b%b\x1c\r" if framed else b"%b%b"
    assert split(one % (first, end) + one % (second, end)) == [first, second]


def test_batch_headers_are_records_of_their_own() -> None:
    file = b"FHS|^~\\&|A\rBHS|^~\\&|A\r%b\r%b\rBTS|2\rFTS|1\r" % (ADT, MDM)
    assert split(file) == [b"FHS|^~\\&|A", b"BHS|^~\\&|A", ADT, MDM, b"BTS|2", b"FTS|1"]


def test_what_stands_before_a_message_or_behind_a_frame_is_not_lost() -> None:
    assert split(b"hello\rworld\r\x0b" + ADT + b"\r\x1c\rgarbage\r" + MDM) == [b"hello\rworld", ADT, b"garbage", MDM]
    assert split(b"BTS|1\rafter the batch\r" + MDM) == [b"BTS|1", b"after the batch", MDM]


def test_a_byte_order_mark_and_blank_lines_separate() -> None:
    assert list(split_messages(io.BytesIO(b"\xef\xbb\xbf" + ADT + b"\r\n\r\n\xef\xbb\xbf" + MDM + b"\n \n"))) == [
        (3, ADT),
        (3 + len(ADT) + 4 + 3, MDM),
    ]


def test_a_message_begins_only_at_a_line_with_its_separator() -> None:
    text = ADT + b"\rOBX|1|TX|1||MSH is a laboratory\nMSH, he said\nMSHA\nXMSH|^~\\&|"
    assert split(text + b"\n" + MDM) == [text, MDM]
    other = b"MSH$%*+@$A$B"
    assert split(ADT + b"\r" + other) == [ADT, other]


def test_control_characters_in_a_text_are_no_frames() -> None:
    text = MDM + b" soft\x0breturn and \x1c in the middle"
    assert split(b"\x0b" + text + b"\x1c\r" + ADT) == [text, ADT]


def test_an_empty_stream_has_no_record() -> None:
    assert split(b"") == []
    assert split(b"\r\n\x1c\r\x0b") == []


class _Dribble(io.RawIOBase):
    """Gives as few bytes as it is told to, whatever is asked for."""

    def __init__(self, payload: bytes, sizes: list[int]) -> None:
        self._payload, self._sizes = payload, sizes or [1]
        self._reads = 0

    def read(self, size: int = -1) -> bytes:
        size = self._sizes[self._reads % len(self._sizes)]
        self._reads += 1
        given, self._payload = self._payload[:size], self._payload[size:]
        return given


_LINES = st.sampled_from(
    [
        b"PID|1||7",
        b"OBX|1|FT|x||text",
        b"a line of text",
        b"",
        b"BTS|1",
        b"MSH",
        b"MS",
        b"\x0b",
        b"x\x1cy",
        b"\xef\xbb\xbf",
        b"MSH, so",
    ]
)
_MESSAGES = st.lists(st.lists(_LINES, max_size=4).map(lambda lines: [b"MSH|^~\\&|A|B", *lines]), min_size=1, max_size=4)


@given(_MESSAGES, st.sampled_from([b"\r", b"\n", b"\r\n"]), st.lists(st.integers(1, 9), min_size=1, max_size=5))
@example([[b"MSH|^~\\&|A|B", b"\x0b"]], b"\r", [1])
def test_any_chunking_gives_the_same_records_and_every_byte(
    messages: list[list[bytes]], end: bytes, sizes: list[int]
) -> None:
    payload = b"".join(b"\x0b" + end.join(lines) + end + b"\x1c\r" for lines in messages)
    whole = list(split_messages(io.BytesIO(payload)))
    assert list(split_messages(_Dribble(payload, sizes))) == whole  # type: ignore[arg-type]
    at = 0
    for offset, record in whole:
        assert payload[offset : offset + len(record)] == record
        assert not payload[at:offset].strip(b" \r\n\x0b\x1c\xef\xbb\xbf")
        at = offset + len(record)
    assert not payload[at:].strip(b" \r\n\x0b\x1c\xef\xbb\xbf")


@given(_MESSAGES, st.sampled_from([b"\r", b"\n", b"\r\n"]))
def test_reading_on_from_any_record_gives_the_rest(messages: list[list[bytes]], end: bytes) -> None:
    payload = b"".join(b"\x0b" + end.join(lines) + end + b"\x1c\r" for lines in messages)
    whole = list(split_messages(io.BytesIO(payload)))
    for number, (start, _) in enumerate(whole):
        rest = [(start + offset, record) for offset, record in split_messages(io.BytesIO(payload[start:]))]
        assert rest == whole[number:]
        before = list(split_messages(io.BytesIO(payload[:start])))
        assert before == whole[:number]


def test_memory_is_bounded_by_the_largest_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream without an end is read message by message."""
    monkeypatch.setattr(hl7v2_split, "_CHUNK_BYTES", 512)

    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return ((ADT + b"\r") * (size // len(ADT) + 1))[: (size // (len(ADT) + 1) or 1) * (len(ADT) + 1)]

    records: Iterator[tuple[int, bytes]] = split_messages(Endless())  # type: ignore[arg-type]
    assert [next(records)[1] for _ in range(1000)] == [ADT] * 1000
