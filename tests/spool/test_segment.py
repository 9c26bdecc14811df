"""The bytes of a segment: what was put in comes out, and any other byte than was written is seen."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.spool.support import RECEIVED_AT, message
from transforms.errors import ChartstreamError
from transforms.keyring import Keyring, new_keyring
from transforms.records import Reason
from transforms.spool.position import Position, TopicPartition
from transforms.spool.segment import DamagedSegment, Message, SegmentEncoder, SegmentId, decode, whole_prefix

NAME = SegmentId("ward-3", 1790000000000000)
KEYS = new_keyring()
offsets = st.integers(0, 2**63 - 1)
messages = st.builds(
    Message,
    st.datetimes(timezones=st.just(UTC)),
    st.binary(max_size=60),
    st.none() | st.sampled_from(Reason),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    st.none()
    | st.builds(Position, st.builds(TopicPartition, st.text("az._-"), st.text("0f"), st.integers(0, 99)), offsets),
)


def written(*parts: Message, name: SegmentId = NAME, keyring: Keyring = KEYS, closed: bool = True) -> bytes:
    encoder = SegmentEncoder(name, keyring)
    return b"".join([encoder.header, *encoder.records(parts), encoder.footer() if closed else b""])


@given(st.lists(messages, max_size=5))
def test_what_was_put_in_comes_out_with_its_offset(given_messages: list[Message]) -> None:
    content = written(*given_messages)
    segment = decode(content)
    assert segment.name == NAME
    assert [one for _, one in segment.messages(KEYS)] == given_messages
    assert segment.piece.path == "ward-3/1790000000000000"
    assert (segment.piece.start, segment.piece.end, segment.piece.size) == (0, len(content), len(content))
    offsets = [offset for offset, _ in segment.messages(KEYS)]
    # Every payload has room for an offset of each of its bytes before the next record's.
    for (offset, one), following in zip(segment.messages(KEYS), [*offsets, len(content)][1:], strict=True):
        assert offset + len(one.payload) < following


@given(st.data())
def test_a_byte_that_is_other_than_written_is_seen(data: st.DataObject) -> None:
    content = bytearray(written(message(b"a fever"), message(b""), message(b"a cough")))
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(DamagedSegment):
        decode(bytes(content))


def test_a_segment_that_is_cut_anywhere_or_goes_on_is_not_taken_for_whole() -> None:
    content = written(message(b"a fever"), message(b"a cough"))
    for end in range(len(content)):
        with pytest.raises(DamagedSegment):
            decode(content[:end])
    with pytest.raises(DamagedSegment):
        decode(content + b"\0")


def test_records_are_not_taken_from_another_segment_nor_in_another_order() -> None:
    first, second = written(message(b"a fever"), closed=False), written(message(b"a cough"), closed=False)
    header = len(SegmentEncoder(NAME, KEYS).header)
    assert len(whole_prefix(first).spans) == 1
    assert whole_prefix(first[:header] + second[header:]).spans == ()
    assert whole_prefix(first + second[header:]).spans == whole_prefix(first).spans


def test_nothing_of_a_message_is_legible_and_only_its_keyring_opens_it() -> None:
    content = written(Message(RECEIVED_AT, b"PID|1||ZYX-7^^^H^MR||Zyxwander", Reason.BAD_MESSAGE, "no MSH"))
    assert b"Zyxwander" not in content
    assert b"no MSH" not in content
    assert "Zyxwander" not in repr(decode(content)) + repr(Message(datetime.now(UTC), b"Zyxwander"))
    with pytest.raises(ChartstreamError, match="no encryption key"):
        list(decode(content).messages(new_keyring()))
