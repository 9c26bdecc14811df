"""MLLP: a stream of bytes → frames, however the bytes come in.

A frame is 0x0B, the message, 0x1C 0x0D (HL7 Transport Specification: MLLP, release 1). As ``hl7v2_split`` does in files, two
liberties are taken: a line feed, or the next frame's start, will do behind 0x1C; and a frame in which the next
message begins (0x0B, MSH and its separator) ends there, so that a sender that broke off in the middle loses no later message.
0x0B and 0x1C elsewhere are bytes of the message.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto

_BEGIN = b"\x0b"
_FS = b"\x1c"
_BEHIND_FS = (0x0D, 0x0A, 0x0B)  # an end; the last is the next frame's
_NEXT = b"\x0bMSH"  # and a separator: where the next message begins
_SEPARATOR = re.compile(rb"[!-/:-@\[-`{-~]")
_LOOK_BACK_BYTES = 4  # of what was scanned, as much may be the beginning of an end
_HEAD_BYTES = 1 << 16


class Ending(Enum):
    """How a frame ended."""

    WHOLE = auto()
    CUT = auto()  # another message began in it
    TOO_LARGE = auto()


@dataclass(frozen=True, slots=True, repr=False)
class Frame:
    """What one frame held; of one that is too large the beginning, up to 64 KiB."""

    payload: bytes
    ending: Ending = Ending.WHOLE

    def __repr__(self) -> str:
        return f"Frame({len(self.payload)} bytes, {self.ending.name})"


class FrameReader:
    """Cuts one connection's bytes into frames. Holds at most ``max_bytes`` and what was fed since the last ``take`` of None."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._buffer = bytearray()
        self._scanned = 0  # no end begins before this
        self._head: bytes | None = None  # of a frame that has grown too large: its rest is passed over
        self.inside = False
        self.stray = 0  # bytes between frames, line ends left out

    @property
    def held(self) -> int:
        """Bytes of what was not taken."""
        return len(self._buffer) + len(self._head or b"")

    def feed(self, data: bytes | memoryview) -> None:
        """Bytes as they came."""
        self._buffer += data

    def take(self) -> Frame | None:
        """The next frame that has come whole; None where there is none."""
        if not self.inside and not self._begin():
            return None
        end = self._end()
        following = self._following(len(self._buffer) if end is None else end)
        if end is None and following is None:
            self._scanned = max(0, len(self._buffer) - _LOOK_BACK_BYTES)
            if self._scanned > self._max_bytes or self._head is not None:
                self._pass_over()
            return None
        self.inside = following is not None
        if following is not None:
            frame, rest = self._frame(following, Ending.CUT), following + 1
        else:
            assert end is not None
            frame, rest = self._frame(end, Ending.WHOLE), end + (1 if self._buffer[end + 1] == _BEGIN[0] else 2)
        del self._buffer[:rest]
        self._head, self._scanned = None, 0
        return frame

    def _end(self) -> int | None:
        """Where the frame's end begins, if it is there. Searched for by its one byte, as that is done by ``memchr``."""
        at = self._buffer.find(_FS, self._scanned)
        while 0 <= at < len(self._buffer) - 1:
            if self._buffer[at + 1] in _BEHIND_FS:
                return at
            at = self._buffer.find(_FS, at + 1)
        return None

    def _following(self, end: int) -> int | None:
        """Where before ``end`` another message begins."""
        at = self._buffer.find(_NEXT, self._scanned, end)
        while at >= 0:
            if _SEPARATOR.match(self._buffer, at + len(_NEXT), end):
                return at
            at = self._buffer.find(_NEXT, at + 1, end)
        return None

    def _begin(self) -> bool:
        """Goes on to the next frame's first byte, if it is there."""
        at = self._buffer.find(_BEGIN)
        self.stray += len((self._buffer if at < 0 else self._buffer[:at]).translate(None, b"\r\n"))
        del self._buffer[: len(self._buffer) if at < 0 else at + 1]
        self.inside = at >= 0
        return self.inside

    def _frame(self, end: int, ending: Ending) -> Frame:
        if self._head is not None:
            return Frame(self._head, Ending.TOO_LARGE)
        if end > self._max_bytes:
            return Frame(self._beginning(), Ending.TOO_LARGE)
        return Frame(bytes(memoryview(self._buffer)[:end]), ending)

    def _pass_over(self) -> None:
        if self._head is None:
            self._head = self._beginning()
        del self._buffer[: self._scanned]
        self._scanned = 0

    def _beginning(self) -> bytes:
        return bytes(self._buffer[: min(_HEAD_BYTES, self._max_bytes)])
