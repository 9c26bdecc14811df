"""Messages for a spool, and what stands in it."""

from datetime import UTC, datetime
from pathlib import Path

from transforms.keyring import Keyring
from transforms.spool.segment import Message
from transforms.spool.spool import Spool, closed_segments, read_segment

RECEIVED_AT = datetime(2026, 1, 2, 3, 4, 5, 678, UTC)


def message(payload: bytes) -> Message:
    return Message(RECEIVED_AT, payload)


def payloads(spool: Spool, keyring: Keyring) -> list[bytes]:
    """Of all closed segments, in order."""
    return [message.payload for path in closed_segments(spool) for _, message in read_segment(path).messages(keyring)]


def left_open(partition: Path) -> list[Path]:
    return sorted(partition.glob("*.open"))
