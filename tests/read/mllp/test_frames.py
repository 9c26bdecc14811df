"""Frames out of a stream: the same however the bytes come, and no message lost behind what is none."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.read.mllp.frames import Ending, Frame, FrameReader

ADT = b"MSH|^~\\&|A|B|C|D|20260101||ADT^A01|1|P|2.5\rPID|1||123^^^H^MR||Smith^Jane\r"
MDM = b"MSH|^~\\&|A|B|C|D|20260102||MDM^T02|2|P|2.5\rOBX|1|TX|1||No MSH here, MSH|, nor there\r"


def framed(*messages: bytes) -> bytes:
    return b"".join(b"\x0b%b\x1c\r" % message for message in messages)


def taken(reader: FrameReader, chunk: bytes) -> list[Frame]:
    """The frames that end in these bytes."""
    reader.feed(chunk)
    return list(iter(reader.take, None))


def read(*chunks: bytes, max_bytes: int = 10_000) -> list[Frame]:
    reader = FrameReader(max_bytes)
    return [frame for chunk in chunks for frame in taken(reader, chunk)]


def whole(*messages: bytes) -> list[Frame]:
    return [Frame(message) for message in messages]


def test_a_frame_comes_in_one_piece_in_two_or_with_the_next() -> None:
    stream = framed(ADT, MDM)
    assert read(stream) == whole(ADT, MDM)
    for cut in range(len(stream) + 1):
        assert read(stream[:cut], stream[cut:]) == whole(ADT, MDM)
    assert read(*(stream[at : at + 1] for at in range(len(stream)))) == whole(ADT, MDM)


def test_what_stands_between_frames_is_counted_and_passed_over() -> None:
    reader = FrameReader(10_000)
    assert taken(reader, b"hello\r\n" + framed(ADT) + b"\r\n\x1c\rMSH|no frame" + framed(MDM) + b"\n") == whole(
        ADT, MDM
    )
    assert reader.stray == len(b"hello") + len(b"\x1cMSH|no frame")
    assert reader.held == 0


@pytest.mark.parametrize("end", [b"\x1c\r", b"\x1c\n", b"\x1c"])
def test_a_line_feed_or_the_next_frame_will_do_behind_the_end(end: bytes) -> None:
    assert read(b"\x0b" + ADT + end + framed(MDM)) == whole(ADT, MDM)


def test_control_characters_in_a_text_are_no_frames() -> None:
    text = MDM + b"soft\x0breturn, \x1c in the middle, \x0bMSHX and \x0bMSH alone"
    assert read(framed(text, ADT)) == whole(text, ADT)


def test_a_message_that_begins_in_another_is_not_lost_with_it() -> None:
    assert read(b"\x0b" + ADT[:30] + framed(MDM)) == [Frame(ADT[:30], Ending.CUT), Frame(MDM)]
    assert read(b"\x0b\x00\xff" + framed(MDM)) == [Frame(b"\x00\xff", Ending.CUT), Frame(MDM)]


def test_of_a_message_that_is_too_large_only_the_beginning_is_held() -> None:
    reader = FrameReader(1000)
    large = ADT + b"x" * 100_000
    stream = framed(large)
    for at in range(0, len(stream) - 10, 100):
        assert taken(reader, stream[at : at + 100]) == [] or at + 100 >= len(stream)
        assert reader.held <= 1200
    assert read(stream + framed(MDM), max_bytes=1000) == [Frame(large[:1000], Ending.TOO_LARGE), Frame(MDM)]


PIECES = st.sampled_from(
    [b"\x0b", b"\x1c", b"\r", b"\n", b"MSH", b"|", b"MSH|", b"\x1c\r", b"\x0bMSH|", b"text", b"x" * 12, b"\x00\xff"]
)


@given(st.lists(PIECES, max_size=30).map(b"".join), st.lists(st.integers(1, 7), min_size=1, max_size=8))
def test_any_bytes_in_any_chunks_give_the_same_frames(stream: bytes, sizes: list[int]) -> None:
    chunks, at = [], 0
    while at < len(stream):
        size = sizes[len(chunks) % len(sizes)]
        chunks.append(stream[at : at + size])
        at += size
    for max_bytes in (5, 20, 1000):
        assert read(*chunks, max_bytes=max_bytes) == read(stream, max_bytes=max_bytes)
        one, other = FrameReader(max_bytes), FrameReader(max_bytes)
        for chunk in chunks:
            taken(one, chunk)
        taken(other, stream)
        assert (one.inside, one.stray) == (other.inside, other.stray)


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=6))
def test_a_good_message_comes_through_whatever_came_before_it(before: bytes, cuts: list[int]) -> None:
    """Only a 0x1C at the very end of what came before, or half a beginning, could be part of it."""
    stream = before + framed(ADT)
    at = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    frames = read(*(stream[start:end] for start, end in pairwise(at)))
    assert frames[-1] == Frame(ADT)


@given(st.lists(st.binary(max_size=50).filter(lambda message: b"\x1c" not in message and b"\x0b" not in message)))
def test_every_message_is_read_once_and_in_order(messages: list[bytes]) -> None:
    assert read(framed(*messages)) == whole(*messages)
