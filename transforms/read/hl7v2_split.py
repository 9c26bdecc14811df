"""A stream of HL7 v2 bytes → one record a message, without losing a byte that is not a mere separator.

Takes what hospitals' files hold: one message or many; segments ended by CR, LF or CRLF; with MLLP frames (0x0B …
0x1C 0x0D) or without; file and batch headers around them. Only the message's start decides where it begins: ``MSH``
with its separator at the start of a line.
"""

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import BinaryIO

_HEADERS = frozenset((b"FHS", b"BHS", b"BTS", b"FTS"))  # of files and batches (section 2.10.3): records of their own

_CHUNK_BYTES = 1 << 16
_BOM = b"\xef\xbb\xbf"
_BLANK = b" \t\x0b\x1c"
# 0x1C and 0x0B are frames only where a frame can end and begin: text pasted from a word processor holds 0x0B too.
_LINE_END = re.compile(rb"\r\n|\r|\n|\x1c(?=[\r\n\x0b]|\Z)|\x0b(?=MSH|FHS|BHS|\Z)")
_LOOK_AHEAD_BYTES = 3  # what _LINE_END may need to see behind its match
_PUNCTUATION = rb"[!-/:-@\[-`{-~]"
# "|" is enough; another separator needs the encoding characters behind it: a line of text may begin with "MSH, ".
_START = re.compile(rb"(MSH|FHS|BHS|BTS|FTS)(?:\||(%b)%b{2,5}\2)" % (_PUNCTUATION, _PUNCTUATION))
_FIRST_BYTES = frozenset((b"M", b"F", b"B", _BOM[:1]))  # of such a line


class _Kind(Enum):
    MESSAGE = auto()
    HEADER = auto()
    JUNK = auto()  # what stands before the first message, or behind a frame's end


def split_messages(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yields (offset from where the stream stands, bytes of one record), in order.

    A record is a message, a file or batch header, or a run of bytes that belong to neither. Memory is bounded by the
    largest record. The frames, line ends and byte-order marks between records are not part of any.
    """
    start, kind = 0, _Kind.JUNK
    lines: list[bytes] = []  # of the record at work, each followed by its end
    for offset, line, end in _lines(stream):
        found = _START.match(line.removeprefix(_BOM)) if line[:1] in _FIRST_BYTES else None
        if lines and (found or kind is _Kind.HEADER):
            yield start, _joined(lines)
            lines, kind = [], _Kind.JUNK
        if not lines:
            text = line.removeprefix(_BOM)
            if not text.strip(_BLANK):
                continue
            start, line = offset + len(line) - len(text), text
            if found:
                kind = _Kind.HEADER if found[1] in _HEADERS else _Kind.MESSAGE
        lines += (line, end)
        if end.startswith(b"\x1c"):
            yield start, _joined(lines)
            lines, kind = [], _Kind.JUNK
    if lines:
        yield start, _joined(lines)


def _joined(lines: list[bytes]) -> bytes:
    """A record's bytes, without the blank lines at its end and the end of its last line."""
    while not lines[-2].strip(_BLANK):
        del lines[-2:]
    return b"".join(lines[:-1])


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes, bytes]]:
    """(offset, line, its end); the end is empty for a last line without one."""
    base, scanned, buffer = 0, 0, b""
    while True:
        # As much again as is held: a line of megabytes (an encoded document) is not copied for every chunk.
        chunk = stream.read(max(_CHUNK_BYTES, len(buffer)))
        buffer += chunk
        safe = len(buffer) - _LOOK_AHEAD_BYTES if chunk else len(buffer)
        begin = 0
        for end in _LINE_END.finditer(buffer, scanned):
            if end.end() > safe:
                break
            yield base + begin, buffer[begin : end.start()], end.group()
            begin = end.end()
        if not chunk:
            if begin < len(buffer):
                yield base + begin, buffer[begin:], b""
            return
        scanned = max(begin, safe - 2) - begin
        base, buffer = base + begin, buffer[begin:]
