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
_END = re.compile(rb"\x1c(?:[\r\n]|(?=\x0b))|\x0b(?=MSH[!-/:-@\[-`{-~])")  # of a frame, or where the next begins in it
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
        end = _END.search(self._buffer, self._scanned)
        if end is None:
            self._scanned = max(0, len(self._buffer) - _LOOK_BACK_BYTES)
            if self._scanned > self._max_bytes or self._head is not None:
                self._pass_over()
            return None
        self.inside = not end[0].startswith(_FS)
        frame = self._frame(end.start(), Ending.CUT if self.inside else Ending.WHOLE)
        del self._buffer[: end.end()]
        self._head, self._scanned = None, 0
        return frame

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
