"""One listener's part of a spool: a folder that it alone writes, one open segment in it, and those that are closed.

    PARTITION/0001790000000000.open      being written; or left by a writer that was killed
    PARTITION/0001790000000000.segment   closed: immutable, and a unit
    PARTITION/positions.json             up to where closed segments hold what came out of Kafka, retired and deleted ones too

A message is confirmed once its bytes and the segment's name are durable. Closing appends the footer, makes it durable and
renames; so who sees a closed segment sees all of it, whatever is killed or loses power after that. Positions are written
before the rename, so that open segments and positions together know every message out of Kafka that is durable.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import FileIO
from logging import getLogger
from pathlib import Path
from tempfile import TemporaryFile

from transforms import durable
from transforms.errors import ChartstreamError, Outage
from transforms.keyring import Keyring
from transforms.spool import position
from transforms.spool.position import NextOffsets, TopicPartition
from transforms.spool.segment import DamagedSegment, Message, Prefix, Segment, SegmentEncoder, SegmentId, whole_prefix

OPEN = ".open"
CLOSED = ".segment"

_log = getLogger(__name__)


@dataclass(frozen=True)
class SegmentLimits:
    """When a segment is closed, whichever comes first; a larger message has a segment of its own."""

    seconds: float = 0.5  # after its first message
    records: int = 256
    bytes: int = 1_000_000


class Partition:
    """The writer of a partition. ``open_partition`` makes sure that it is the only one.

    Not for several threads, but for ``check``, ``free``, ``min_free`` and ``segments_closed``, which any may look at.
    """

    def __init__(
        self,
        folder: Path,
        keyring: Keyring,
        limits: SegmentLimits = SegmentLimits(),
        min_free: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._keyring = keyring
        self._limits = limits
        self._min_free = min_free
        self.segments_closed = 0  # by this writer, those included that another had left open
        self._clock = clock
        self._last_number = 0
        self._segment: _OpenSegment | None = None
        self._positions: dict[TopicPartition, int] = {}
        self._to_recover = True

    @property
    def name(self) -> str:
        return self._folder.name

    @property
    def min_free(self) -> int:
        """Bytes that must stay free on its disk."""
        return self._min_free

    def check(self) -> None:
        """Raises Outage where no message could be stored now: too little room, or a folder that cannot be written."""
        with durable.storage("spool"):
            self._check_room(0)
            with TemporaryFile(dir=self._folder, buffering=0) as probe:
                probe.write(b".")

    def free(self) -> int:
        """Bytes that are free on its disk. Raises Outage."""
        with durable.storage("spool"):
            disk = os.statvfs(self._folder)
        return disk.f_bavail * disk.f_frsize

    def append(self, messages: Sequence[Message]) -> int:
        """Makes the first messages durable, as many as the open segment takes and at least one; says how many.

        Raises Outage where the disk would be left with less than ``min_free`` bytes, or cannot be written: then none of
        them is confirmed. What was confirmed before stays so, and the next call may succeed.
        """
        with durable.storage("spool"):
            self._check_room(sum(len(message.payload) for message in messages))
            segment = self._segment or self._begin()
            taken = self._fitting(segment, messages)
            if not taken:
                segment = self._close(segment) or self._begin()
                taken = self._fitting(segment, messages)
            segment.first_at = self._clock() if segment.first_at is None else segment.first_at
            full = segment.records + taken == self._limits.records or taken < len(messages)
            try:
                segment.append(messages[:taken], end=full)
            except BaseException:
                self._set_aside(segment)
                raise
        return taken

    def close_due(self) -> float | None:
        """Closes the open segment where it is full or its time is over; else gives the seconds that it has left.

        None where no message waits to be closed in. Raises Outage; the messages are durable all the same, and the segment is
        closed before the next is begun.
        """
        segment = self._segment
        if segment is None or segment.first_at is None:
            return None
        left = segment.first_at + self._limits.seconds - self._clock()
        if not segment.ended and left > 0:
            return left
        with durable.storage("spool"):
            self._close(segment)
        return None

    def recover(self) -> int:
        """Closes what a killed writer left open, its torn tail cut off; says how many segments. Raises Outage.

        What was confirmed stands before any torn byte: it was durable before anything behind it was written.
        """
        recovered = 0
        with durable.storage("spool"):
            self._positions = position.load(self._folder)
            for path in sorted(self._folder.iterdir()):
                if path.suffix in (OPEN, CLOSED):
                    self._last_number = max(self._last_number, int(path.stem))
                if path.suffix == OPEN:
                    recovered += self._close_left_open(path)
            durable.fsync(self._folder)
        self.segments_closed += recovered
        self._to_recover = False
        return recovered

    def close(self) -> None:
        """Closes the open segment, for good. Raises Outage."""
        segment, self._segment = self._segment, None
        if segment is not None:
            with durable.storage("spool"):
                self._remember(segment.positions)
                self.segments_closed += segment.close()
                durable.fsync(self._folder)

    def _begin(self) -> "_OpenSegment":
        """The next segment, its name durable."""
        if self._to_recover:
            self.recover()
        segment = self._create()
        durable.fsync(self._folder)
        return segment

    def _create(self) -> "_OpenSegment":
        # Numbers are never used again, even where all earlier segments are gone.
        number = self._last_number = max(self._last_number + 1, time.time_ns() // 1000)
        try:
            self._segment = _OpenSegment(self._folder, SegmentId(self.name, number), self._keyring)
        except BaseException:  # of the disk: half a header is left
            self._to_recover = True
            raise
        return self._segment

    def _close(self, segment: "_OpenSegment") -> "_OpenSegment | None":
        """Closes it and begins the next, so that one fsync of the folder serves both names."""
        try:
            self._remember(segment.positions)
            self.segments_closed += segment.close()
        except BaseException:
            self._set_aside(segment)
            raise
        self._segment = None
        following = self._create() if self.free() > self._min_free else None
        durable.fsync(self._folder)
        return following

    def _close_left_open(self, path: Path) -> bool:
        """Closes a segment that its writer left open, or removes it where it holds nothing; whether it held something."""
        content = path.read_bytes()
        prefix = whole_prefix(content)
        if torn := len(content) - prefix.length:
            _log.info(
                "cut %(bytes)d bytes that were never confirmed off segment %(segment)s",
                {"bytes": torn, "segment": path.stem},
            )
        if not prefix.spans:
            path.unlink()
            return False
        with path.open("r+b") as file:
            file.truncate(prefix.length)
            if not prefix.closed:
                file.seek(prefix.length)
                file.write(prefix.footer)
            file.flush()
            os.fsync(file.fileno())
        self._remember(_positions_in(content, prefix, self._keyring))
        path.rename(path.with_suffix(CLOSED))
        return True

    def _remember(self, offsets: NextOffsets) -> None:
        """Makes positions durable that are durable in a segment. The last word counts: a broker may lose what it had."""
        if offsets:
            position.save(self._folder, self._positions | dict(offsets))
            self._positions |= offsets

    def _set_aside(self, segment: "_OpenSegment") -> None:
        """Leaves a segment that could not be written to be closed by recovery: after an error nothing is appended to it."""
        segment.abandon()
        self._segment, self._to_recover = None, True

    def _fitting(self, segment: "_OpenSegment", messages: Sequence[Message]) -> int:
        """How many of the first messages go into the segment."""
        if segment.ended:
            return 0
        room = self._limits.bytes - segment.bytes
        taken = 0
        for message in messages[: self._limits.records - segment.records]:
            room -= len(message.payload)
            if room < 0 and (taken or segment.records):
                break
            taken += 1
        return taken

    def _check_room(self, wanted: int) -> None:
        if self.free() - wanted < self._min_free:
            raise Outage("spool_full", f"less than {self._min_free / 1e6:g} MB would be left on the spool's disk")


@contextmanager
def open_partition(
    folder: Path,
    keyring: Keyring,
    limits: SegmentLimits = SegmentLimits(),
    min_free: int = 0,
) -> Iterator[Partition]:
    """The partition in that folder, recovered, for this process alone until the end, when its segment is closed.

    Raises ChartstreamError where another process writes it; Outage where the disk cannot be written.
    """
    with durable.storage("spool"):
        folder.mkdir(mode=0o700, exist_ok=True)
        durable.fsync(folder.parent)
    with durable.seize(folder) as seized:
        if not seized:
            raise ChartstreamError(f"another listener writes to {folder}: give this one another --partition")
        partition = Partition(folder, keyring, limits, min_free)
        if recovered := partition.recover():
            _log.info("closed %(segments)d segments that a killed listener had left open", {"segments": recovered})
        try:
            yield partition
        finally:
            partition.close()


class _OpenSegment:
    """A segment that is being written. After an OSError only ``abandon`` may be called."""

    def __init__(self, folder: Path, name: SegmentId, keyring: Keyring) -> None:
        self._path = folder / f"{name.number:016d}{OPEN}"
        self._encoder = SegmentEncoder(name, keyring)
        self._file = FileIO(self._path, "xb", opener=_private)
        self._confirmed = 0  # bytes
        self.records = 0
        self.bytes = 0  # of payloads
        self.positions: dict[TopicPartition, int] = {}  # behind its messages
        self.first_at: float | None = None
        self.ended = False  # its footer is written
        self._write(self._encoder.header)

    def append(self, messages: Sequence[Message], *, end: bool) -> None:
        """Makes the messages durable, and the footer with them where they are the last."""
        self._write(b"".join((*self._encoder.records(messages), self._encoder.footer() if end else b"")))
        self._sync()
        self.records += len(messages)
        self.bytes += sum(len(message.payload) for message in messages)
        self.positions |= _behind(messages)
        self.ended = end

    def close(self) -> bool:
        """Gives it the name of a closed segment, or removes it where it holds no message; whether it held one.

        The folder is not synced yet.
        """
        if not self.records:
            self._file.close()
            self._path.unlink()
            return False
        if not self.ended:
            self._write(self._encoder.footer())
            self._sync()
        self._file.close()
        self._path.rename(self._path.with_suffix(CLOSED))
        return True

    def abandon(self) -> None:
        """Takes away what was written and not confirmed, as far as that can be done, and leaves the rest to recovery."""
        try:
            os.ftruncate(self._file.fileno(), self._confirmed)
            os.fsync(self._file.fileno())
        except (OSError, ValueError):
            _log.warning("a segment could not be cut back to what was confirmed")
        self._file.close()

    def _write(self, content: bytes) -> None:
        left = memoryview(content)
        while left:
            left = left[self._file.write(left) :]

    def _sync(self) -> None:
        os.fsync(self._file.fileno())
        self._confirmed = self._file.tell()


def offsets_behind(folder: Path, keyring: Keyring) -> dict[TopicPartition, int]:
    """Up to where a partition, which another process may be writing, has stored what came out of Kafka, durably.

    Raises ChartstreamError where the keyring is another; OSError.
    """
    found: list[NextOffsets] = []
    for path in sorted(folder.glob(f"*{OPEN}")):
        with suppress(FileNotFoundError):  # closed meanwhile: the positions, which are read after it, have it
            content = path.read_bytes()
            durable.fsync(path)  # a writer that was killed may have left a message that is not
            found.append(_positions_in(content, whole_prefix(content), keyring))
    return position.furthest([*found, position.load(folder)])


def _positions_in(content: bytes, prefix: Prefix, keyring: Keyring) -> dict[TopicPartition, int]:
    if prefix.name is None or prefix.sealed_key is None:
        return {}
    messages: list[Message] = []
    with suppress(DamagedSegment):  # what stands behind is not read by anybody
        for _, message in Segment(prefix.name, "", content, prefix.sealed_key, prefix.spans).messages(keyring):
            messages.append(message)
    return _behind(messages)


def _behind(messages: Sequence[Message]) -> dict[TopicPartition, int]:
    return position.behind(message.position for message in messages if message.position is not None)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
