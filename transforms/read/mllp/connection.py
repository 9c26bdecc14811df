"""One sender's connection: frames in, messages to the spool, acknowledgements out in the order of the messages."""

import asyncio
import socket
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from transforms.errors import Outage
from transforms.read.mllp.acknowledgement import Examined, Outcome, acknowledgement, examine
from transforms.read.mllp.frames import Ending, Frame, FrameReader
from transforms.read.mllp.memory import Memory
from transforms.records import Reason
from transforms.spool.group_commit import GroupCommit
from transforms.spool.segment import Message

Answered = Callable[[Outcome, float], None]
"""Hears what became of a message, and the seconds from its last byte until that was known."""

# A sender that is gone without a word (power, cable) is noticed after two minutes; one that is idle is not disturbed.
_KEEP_ALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 4}


_BESIDE_BYTES = 1 << 10  # what a message takes up in memory beside its own bytes

# Messages of one sender that wait for their answers. With so many it waits too, so that a flood of small ones neither holds up
# the event loop nor stands in front of the others' messages. It is as many as one fsync takes.
_MOST_UNANSWERED = 256


@dataclass(frozen=True)
class ConnectionLimits:
    """What one connection, and all together, may take up."""

    message_bytes: int = 50 << 20  # a larger message is refused
    held_bytes: int = 512 << 20  # by messages on their way, over all connections
    message_seconds: float = 300.0  # from a message's first byte to its last
    idle_seconds: float = 3600.0  # without a byte, between messages


@dataclass
class Counts:
    """How many messages came to what, over all connections."""

    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    received_bytes: int = 0
    stray_bytes: int = 0  # of these, between frames: not stored, not acknowledged


@dataclass(frozen=True, repr=False)
class Shared:
    """What the connections of one listener, on one event loop, have in common."""

    commit: GroupCommit
    limits: ConnectionLimits
    memory: Memory
    answered: Answered
    counts: Counts = field(default_factory=Counts)
    connections: "set[Connection]" = field(default_factory=set)  # those that are up
    # Bytes as they come in: taken out before anything else is read.
    incoming: memoryview = field(default_factory=lambda: memoryview(bytearray(1 << 18)))


@dataclass(eq=False, repr=False, slots=True)
class _Answer:
    since: float  # of the loop's clock: the message is whole
    content: bytes | None = None
    ready: bool = False


class Connection(asyncio.BufferedProtocol):
    """Takes messages from one sender. A message that is acknowledged is durable; one that is not may be."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._frames = FrameReader(shared.limits.message_bytes)
        self._answers: deque[_Answer] = deque()
        self._transport: asyncio.Transport
        self._clock = asyncio.get_running_loop().time
        self._last_byte = self._clock()
        self._message_since: float | None = None
        self._held = False  # memory is short
        self._blocked = False  # the sender does not read its acknowledgements
        self._ahead = False  # of its answers: what has come is not taken out yet
        self._ending = False  # nothing more is read; it ends when all is answered

    # --- asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        _keep_alive(transport.get_extra_info("socket"))
        self._shared.connections.add(self)
        self._shared.memory.join(self)

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._shared.incoming

    def buffer_updated(self, nbytes: int) -> None:
        self._last_byte = self._clock()
        self._shared.counts.received_bytes += nbytes
        self._frames.feed(self._shared.incoming[:nbytes])
        self._take_out()

    def eof_received(self) -> bool:
        """The sender has said all. Its acknowledgements still go out, but over TLS, which is closed as a whole."""
        if self._transport.get_extra_info("sslcontext") is not None:
            return False
        self.end()
        return True

    def pause_writing(self) -> None:
        self._blocked = True
        self._read_or_not()

    def resume_writing(self) -> None:
        self._blocked = False
        self._read_or_not()

    def connection_lost(self, error: Exception | None) -> None:
        self._ahead = False  # what was not taken out is not acknowledged, and is sent again
        self._shared.connections.discard(self)
        self._shared.memory.leave(self)

    # --- the listener's and the memory's side

    @property
    def unfinished(self) -> int:
        return self._frames.held

    def hold(self) -> None:
        self._held = True
        self._read_or_not()

    def go_on(self) -> None:
        self._held = False
        self._read_or_not()

    def cut_off(self) -> None:
        self._transport.abort()

    def end(self) -> None:
        """Reads nothing more, and closes when what was received is answered."""
        self._ending = True
        self._read_or_not()
        self._send()

    def check(self, now: float) -> None:
        """Cuts off a sender that is silent too long, or too slow with one message."""
        if self._held or self._answers:  # it waits for us
            self._last_byte = now
            self._message_since = now if self._frames.inside else None
        elif self._message_since is not None:
            if now - self._message_since > self._shared.limits.message_seconds:
                self.cut_off()
        elif now - self._last_byte > self._shared.limits.idle_seconds:
            self.cut_off()

    # --- its messages

    def _take_out(self) -> None:
        """Takes messages out of what has come, as long as not too many wait for their answers."""
        stray = self._frames.stray
        self._ahead = False
        while not self._ahead and (frame := self._frames.take()) is not None:
            self._message_since = None
            self._shared.memory.read(self, _size(frame))
            self._take(frame)
            self._ahead = len(self._answers) >= _MOST_UNANSWERED
        self._shared.counts.stray_bytes += self._frames.stray - stray
        if self._message_since is None and self._frames.inside:
            self._message_since = self._last_byte
        self._shared.memory.read(self, 0)
        self._read_or_not()

    def _take(self, frame: Frame) -> None:
        answer = _Answer(self._clock())
        self._answers.append(answer)
        if frame.ending is Ending.TOO_LARGE:
            self._shared.memory.stored(_size(frame))
            reason = f"larger than {self._shared.limits.message_bytes >> 20} MB"
            self._finish(answer, examine(frame.payload), Outcome.REFUSED, reason)
            return
        examined = examine(frame.payload)
        if frame.ending is Ending.CUT:
            examined = Examined(examined.header, Reason.BAD_MESSAGE, "another message began before its end")
        message = Message(datetime.now(UTC), frame.payload, examined.fault, examined.detail)
        self._shared.commit.submit(message, partial(self._stored, answer, examined, _size(frame)))

    def _stored(self, answer: _Answer, examined: Examined, size: int, error: Outage | None) -> None:
        if error is not None:
            self._finish(answer, examined, Outcome.REFUSED, "it cannot be stored now")
        elif examined.fault is not None:
            self._finish(answer, examined, Outcome.UNREADABLE, examined.detail)
        else:
            self._finish(answer, examined, Outcome.STORED, "")
        self._shared.memory.stored(size)

    def _finish(self, answer: _Answer, examined: Examined, outcome: Outcome, reason: str) -> None:
        self._shared.counts.outcomes[outcome] += 1
        self._shared.answered(outcome, self._clock() - answer.since)
        answer.content = acknowledgement(examined.header, outcome, reason, datetime.now(UTC))
        answer.ready = True
        self._send()

    def _send(self) -> None:
        """Sends what is ready, in the order of the messages."""
        ready: list[bytes] = []
        while self._answers and self._answers[0].ready:
            content = self._answers.popleft().content
            if content is not None:
                ready.append(b"\x0b%b\x1c\r" % content)
        if ready and not self._transport.is_closing():
            self._transport.write(b"".join(ready))
        if self._ahead and len(self._answers) < _MOST_UNANSWERED:
            self._take_out()
        if self._ending and not self._answers:
            self._transport.close()

    def _read_or_not(self) -> None:
        if self._held or self._blocked or self._ahead or self._ending:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()


def _size(frame: Frame) -> int:
    return len(frame.payload) + _BESIDE_BYTES


def _keep_alive(connected: socket.socket) -> None:
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, seconds in _KEEP_ALIVE.items():
        if hasattr(socket, name):  # Linux
            connected.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), seconds)
