"""Cutting a stream into records with exact offsets and bounded memory, by a function that says where a record ends."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

HELD_BYTES = 64 << 20
"""The most of one record that is held: of a longer one the rest is passed over (it is ``too_large`` in any case)."""

_CHUNK_BYTES = 1 << 20

FindEnd = Callable[[bytes, int], int]
"""Where the record that starts at a position of a buffer ends, its terminator included; -1 where it goes on after it."""


def split_stream(data: BinaryIO, find_end: FindEnd) -> Iterator[tuple[int, bytes]]:
    """``(offset, record)`` with each record's terminator, in order, without a gap.

    A record without a terminator at the end of the stream is yielded as it is. Reads grow with a record that goes on, so
    that a long record costs time linear in its length; one beyond ``HELD_BYTES`` ends at the next line's end.
    """
    buffer, start, offset = b"", 0, 0
    while True:
        while (end := find_end(buffer, start)) >= 0:
            yield offset, buffer[start:end]
            offset += end - start
            start = end
        buffer, start = buffer[start:], 0
        if len(buffer) > HELD_BYTES:
            yield offset, buffer[:HELD_BYTES]
            passed, rest = _pass_line(data)
            offset, buffer = offset + len(buffer) + passed, rest
        elif more := data.read(max(_CHUNK_BYTES, len(buffer))):
            buffer += more
        elif not buffer:
            return
        else:
            yield offset, buffer
            return


def split_lines(data: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines of a stream that hold anything, without their ends and without a byte order mark before the first."""
    for offset, line in split_stream(data, _end_of_line):
        mark = 3 if offset == 0 and line.startswith(b"\xef\xbb\xbf") else 0
        if line[mark:].strip():
            yield offset + mark, line[mark:].rstrip(b"\r\n")


def _end_of_line(buffer: bytes, start: int) -> int:
    return buffer.find(b"\n", start) + 1 or -1


def _pass_line(data: BinaryIO) -> tuple[int, bytes]:
    """Reads on to the end of the line: how many bytes that were, and what was read of the next one."""
    passed = 0
    while chunk := data.read(_CHUNK_BYTES):
        at = chunk.find(b"\n")
        if at >= 0:
            return passed + at + 1, chunk[at + 1 :]
        passed += len(chunk)
    return passed, b""
