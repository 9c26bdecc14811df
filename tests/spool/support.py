"""Messages for a spool, and what stands in it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from transforms.keyring import Keyring
from transforms.read.mllp.acknowledgement import examine
from transforms.spool.partition import SegmentLimits, open_partition
from transforms.spool.segment import Message
from transforms.spool.spool import Spool, closed_segments, read_segment

RECEIVED_AT = datetime(2026, 1, 2, 3, 4, 5, 678, UTC)


def message(payload: bytes) -> Message:
    return Message(RECEIVED_AT, payload)


def examined(payload: bytes) -> Message:
    """A message as the listener stores it."""
    looked_at = examine(payload)
    return Message(RECEIVED_AT, payload, looked_at.fault, looked_at.detail)


def store(
    spool: Spool, keyring: Keyring, messages: Sequence[Message], partition: str = "ward-3", a_segment: int = 256
) -> None:
    """Puts messages into closed segments of a partition."""
    with open_partition(spool.partition(partition), keyring, SegmentLimits(records=a_segment)) as writer:
        left = list(messages)
        while left:
            left = left[writer.append(left) :]


def payloads(spool: Spool, keyring: Keyring) -> list[bytes]:
    """Of all closed segments, in order."""
    return [message.payload for path in closed_segments(spool) for _, message in read_segment(path).messages(keyring)]


def left_open(partition: Path) -> list[Path]:
    return sorted(partition.glob("*.open"))
