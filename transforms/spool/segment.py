"""The file of one segment: messages in the order in which they came, encrypted, each with a checksum.

    header   magic · length (4 bytes, big-endian) · JSON · checksum
    record   length (4 bytes, not 0) · a message under AES-GCM · checksum
    footer   0 (4 bytes) · number of records (4 bytes) · checksum

A checksum is BLAKE2b over the one before it and over what stands between them, so that nothing is altered, moved or left
out between the header and any checksum that fits; the footer's is the digest of the whole segment. A segment without a footer
is open, or its writer was killed: what fits from its start on is then all that was ever confirmed, and perhaps a little more.

The header holds a key of the segment's own, sealed by the keyring for its partition and number. A message is encrypted
with it under its place in the segment as nonce.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from transforms.keyring import Keyring
from transforms.records import Piece, Reason, Sealed
from transforms.spool.position import Position, TopicPartition

FEED_PARTITION = r"^[A-Za-z0-9._-]+/[0-9]+$"
"""What ``SegmentId.path`` and ``TopicPartition.path`` look like, and no path of a file does: those begin with a slash or
have a scheme."""

_MAGIC = b"CSSPOOL1"
_LENGTH_BYTES = 4
_CHECKSUM_BYTES = 16
_NONCE_BYTES = 12
FOOTER_BYTES = 2 * _LENGTH_BYTES + _CHECKSUM_BYTES


class DamagedSegment(Exception):  # noqa: N818
    """A byte of the segment is missing, or other than it was written."""


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """What came from a feed: bytes as they came, when (UTC), and why they cannot be read where that was seen at once.

    A message with a ``fault`` was refused as unreadable to its sender, and is kept all the same.
    """

    received_at: datetime
    payload: bytes
    fault: Reason | None = None
    detail: str = ""  # holds no text of it
    position: Position | None = None  # of a message out of Kafka

    def __repr__(self) -> str:
        return f"Message({len(self.payload)} bytes)"


@dataclass(frozen=True, slots=True)
class SegmentId:
    """A segment's name: the part of the spool that one listener writes, and a number that grows within it."""

    partition: str
    number: int  # µs since 1970 when it was begun, or one more than the last

    @property
    def path(self) -> str:
        """Its path in the spool, without an extension: the partition in the ledger."""
        return f"{self.partition}/{self.number:016d}"


class SegmentEncoder:
    """Makes the bytes of one segment, in order, under a key of its own."""

    def __init__(self, name: SegmentId, keyring: Keyring) -> None:
        key = AESGCM.generate_key(256)
        sealed = keyring.seal(key, _context(name))
        head = orjson.dumps(
            {
                "partition": name.partition,
                "number": name.number,
                "key_id": sealed.key_id,
                "key": sealed.ciphertext.hex(),
            }
        )
        self._cipher = AESGCM(key)
        self._records = 0
        body = b"".join((_MAGIC, len(head).to_bytes(_LENGTH_BYTES, "big"), head))
        self._checksum = _checksum(b"", body)
        self.header = body + self._checksum

    def records(self, messages: Sequence[Message]) -> list[bytes]:
        """The next records' bytes. What was encoded and could not be written is not encoded again: a nonce serves once."""
        encoded: list[bytes] = []
        for message in messages:
            sealed = self._cipher.encrypt(_nonce(self._records), _to_bytes(message), None)
            length = len(sealed).to_bytes(_LENGTH_BYTES, "big")
            self._checksum = _checksum(self._checksum, length, sealed)
            self._records += 1
            encoded += (length, sealed, self._checksum)
        return encoded

    def footer(self) -> bytes:
        """The last bytes."""
        return _footer(self._checksum, self._records)


@dataclass(frozen=True)
class Prefix:
    """As much of a segment as is whole, from its start on.

    Attributes:
        name: None where not even the header is whole.
        sealed_key: the segment's own key, as the keyring sealed it.
        spans: where each whole record starts and where its encrypted message ends.
        length: bytes that are whole; without the footer where there is none.
        footer: the footer's bytes, as they stand or as they would have to.
        closed: whether the footer stands.
    """

    name: SegmentId | None = None
    sealed_key: Sealed | None = None
    spans: tuple[tuple[int, int], ...] = ()
    length: int = 0
    footer: bytes = b""
    closed: bool = False


@dataclass(frozen=True)
class Segment:
    """A closed segment as read from its file: a unit's one piece.

    A message's offset is its record's first byte in the file. What a message holds lies at ``offset`` and what is behind
    that, up to the next record: a payload of several HL7 messages leaves room for the offset of each.
    """

    name: SegmentId
    digest: str  # 32 hex digits over all of it
    content: bytes = field(repr=False)
    sealed_key: Sealed
    spans: tuple[tuple[int, int], ...] = field(repr=False)

    @property
    def piece(self) -> Piece:
        """The whole segment as a part of the input."""
        return Piece(self.name.path, 0, len(self.content), len(self.content), self.digest)

    def messages(self, keyring: Keyring) -> Iterator[tuple[int, Message]]:
        """(offset, message) in the order in which they came. Raises ChartstreamError where the keyring is another."""
        cipher = AESGCM(keyring.open(self.sealed_key, _context(self.name)))
        view = memoryview(self.content)
        for number, (start, end) in enumerate(self.spans):
            try:
                yield start, _from_bytes(cipher.decrypt(_nonce(number), view[start + _LENGTH_BYTES : end], None))
            except InvalidTag:  # its checksum fits, so whoever altered it meant to
                raise DamagedSegment from None


def decode(content: bytes) -> Segment:
    """The closed segment that a file holds. Raises DamagedSegment where a byte is missing or other than written."""
    prefix = whole_prefix(content)
    if not prefix.closed or prefix.length != len(content) or prefix.name is None or prefix.sealed_key is None:
        raise DamagedSegment
    digest = prefix.footer[-_CHECKSUM_BYTES:].hex()
    return Segment(prefix.name, digest, content, prefix.sealed_key, prefix.spans)


def whole_prefix(content: bytes) -> Prefix:
    """What of a segment's bytes is whole: all of a closed one; of another what its writer may have confirmed."""
    view = memoryview(content)
    head_at = len(_MAGIC) + _LENGTH_BYTES
    head_end = head_at + int.from_bytes(view[len(_MAGIC) : head_at], "big")
    at = head_end + _CHECKSUM_BYTES
    checksum = _checksum(b"", view[:head_end])
    if not content.startswith(_MAGIC) or view[head_end:at] != checksum:
        return Prefix()
    head = orjson.loads(view[head_at:head_end])
    spans: list[tuple[int, int]] = []
    while view[at : at + len(footer := _footer(checksum, len(spans)))] != footer:
        length = int.from_bytes(view[at : at + _LENGTH_BYTES], "big")
        end = at + _LENGTH_BYTES + length
        checksum = _checksum(checksum, view[at:end])
        if not length or view[end : end + _CHECKSUM_BYTES] != checksum:
            break
        spans.append((at, end))
        at = end + _CHECKSUM_BYTES
    closed = view[at : at + len(footer)] == footer
    return Prefix(
        name=SegmentId(head["partition"], head["number"]),
        sealed_key=Sealed(head["key_id"], bytes.fromhex(head["key"])),
        spans=tuple(spans),
        length=at + len(footer) if closed else at,
        footer=footer,
        closed=closed,
    )


def count_records(end: bytes) -> int:
    """The number of records of a closed segment, as its last bytes (``FOOTER_BYTES``) say; they are not checked."""
    return int.from_bytes(end[_LENGTH_BYTES : 2 * _LENGTH_BYTES], "big")


def _footer(checksum: bytes, records: int) -> bytes:
    body = bytes(_LENGTH_BYTES) + records.to_bytes(_LENGTH_BYTES, "big")
    return body + _checksum(checksum, body)


def _checksum(previous: bytes, *parts: bytes | memoryview) -> bytes:
    hashed = blake2b(previous, digest_size=_CHECKSUM_BYTES, person=b"chartstream")
    for part in parts:
        hashed.update(part)
    return hashed.digest()


def _context(name: SegmentId) -> str:
    # Binds the key to its segment: a file that was given another's name cannot be opened.
    return f"spool/{name.path}"


def _nonce(number: int) -> bytes:
    return number.to_bytes(_NONCE_BYTES, "big")


def _to_bytes(message: Message) -> bytes:
    head = orjson.dumps(
        {
            "received_at": message.received_at,
            "fault": message.fault,
            "detail": message.detail,
            "position": message.position,
        }
    )
    return b"".join((len(head).to_bytes(_LENGTH_BYTES, "big"), head, message.payload))


def _from_bytes(plaintext: bytes) -> Message:
    end = _LENGTH_BYTES + int.from_bytes(plaintext[:_LENGTH_BYTES], "big")
    head = orjson.loads(plaintext[_LENGTH_BYTES:end])
    return Message(
        datetime.fromisoformat(head["received_at"]),
        plaintext[end:],
        None if head["fault"] is None else Reason(head["fault"]),
        head["detail"],
        _position(head.get("position")),  # segments of older versions have none
    )


def _position(found: dict[str, Any] | None) -> Position | None:
    return None if found is None else Position(TopicPartition(**found["partition"]), found["offset"])
