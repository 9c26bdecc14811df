"""MLLP: a stream of bytes → frames, however the bytes come in.

A frame is 0x0B, the message, 0x1C 0x0D (HL7 Transport Specification: MLLP, release 1). As ``hl7v2_split`` does in files, two
liberties are taken: a line feed, or the next frame's start, will do behind 0x1C; and a frame in which the next
message begins (0x0B, MSH and its separator) ends there, so that a sender that broke off in the middle loses no later message.
0x0B and 0x1C elsewhere are bytes of the message.
"""

import string
from dataclasses import dataclass
from enum import Enum, auto

_BEGIN = b"\x0b"
_FS = b"\x1c"
_BEHIND_FS = (b"\r", b"\n", _BEGIN)
_NEXT_MESSAGE = b"\x0bMSH"
_SEPARATORS = string.punctuation.encode()
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
    """Cuts one connection's bytes into frames. Holds at most ``max_bytes`` and what was fed last."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._buffer = bytearray()
        self._scanned = 0  # no end begins before this
        self._head: bytes | None = None  # of a frame that has grown too large: its rest is passed over
        self.inside = False
        self.stray = 0  # bytes between frames, line ends left out

    @property
    def held(self) -> int:
        """Bytes of the frame that is not at its end."""
        return len(self._buffer) + len(self._head or b"")

    def feed(self, data: bytes | memoryview) -> list[Frame]:
        """The frames that end in these bytes."""
        self._buffer += data
        frames: list[Frame] = []
        while self.inside or self._begin():
            end, behind, ending = self._end()
            if end < 0:
                self._scanned = max(0, len(self._buffer) - _LOOK_BACK_BYTES)
                if self._scanned > self._max_bytes or self._head is not None:
                    self._pass_over()
                break
            frames.append(self._frame(end, ending))
            del self._buffer[:behind]
            self._head, self._scanned = None, 0
            self.inside = ending is Ending.CUT
        return frames

    def _begin(self) -> bool:
        """Goes on to the next frame's first byte, if it is there."""
        at = self._buffer.find(_BEGIN)
        self.stray += len((self._buffer if at < 0 else self._buffer[:at]).translate(None, b"\r\n"))
        del self._buffer[: len(self._buffer) if at < 0 else at + 1]
        self.inside = at >= 0
        return self.inside

    def _end(self) -> tuple[int, int, Ending]:
        """Where the frame ends, where what is behind its end begins, and how it ended; -1 where the end is not there yet."""
        end = self._buffer.find(_FS, self._scanned)
        while end >= 0 and (behind := bytes(self._buffer[end + 1 : end + 2])) not in _BEHIND_FS:
            end = self._buffer.find(_FS, end + 1)
        limit = len(self._buffer) if end < 0 else end
        cut = self._buffer.find(_NEXT_MESSAGE, self._scanned, limit)
        while cut >= 0 and (cut + 4 >= limit or self._buffer[cut + 4] not in _SEPARATORS):
            cut = self._buffer.find(_NEXT_MESSAGE, cut + 1, limit)
        if cut >= 0:
            return cut, cut + 1, Ending.CUT
        return (-1, -1, Ending.WHOLE) if end < 0 else (end, end + 1 + (behind != _BEGIN), Ending.WHOLE)

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
