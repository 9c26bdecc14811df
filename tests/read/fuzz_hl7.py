"""Bytes that are nearly HL7, through all that reads HL7: frames, files, headers, messages, escapes and acknowledgements.

    uv run python -m tests.read.fuzz_hl7                       # a million strings, a quarter of an hour on a core
    uv run python -m tests.read.fuzz_hl7 --first 4711 --strings 1

A string is a message of the corpus (where it is there) or of the project's examples, of which a few segments are taken and
damaged. Each is its number's alone, so that the number of one that fails is all that is needed to see it again. What hangs
is ended after a minute, with a traceback.
"""

import argparse
import faulthandler
import io
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from random import Random

from tests.conftest import ROOT
from tests.read.mllp.support import framed, message
from tests.read.test_hl7v2 import CORPUS, parse
from transforms.read.encoding import BadEncoding
from transforms.read.hl7v2_split import split_messages
from transforms.read.hl7v2_syntax import MessageError, parse_message
from transforms.read.mllp.acknowledgement import Outcome, acknowledgement, examine
from transforms.read.mllp.frames import Frame, FrameReader
from transforms.records import Note, Unreadable

SEED = 20210305
_HANG_SECONDS = 60
_MOST_BYTES = 1 << 14
_MOST_SEGMENTS = 8
GOOD = message("GOOD-1", r"A good one\.br\after a bad one: \T\ \XC3A9\ ")
# What means something to some reader of HL7; the rest is up to the bytes that are drawn.
_WORDS = (
    *(b"\x0b", b"\x1c", b"\x1c\r", b"\x1c\r\x0b", b"\x0bMSH|", b"\r", b"\n", b"\r\n", b"\x00", b"\xef\xbb\xbf", b"\xff\xfe"),
    *(b"MSH|^~\\&|", b"MSH|", b"MSH", b"FHS|^~\\&|", b"BHS|", b"BTS|1", b"OBX|1|TX|1||", b"OBX|1|ED|1||^AP^PDF^Base64^", b"TXA|"),
    *(b"|", b"^", b"~", b"&", b"\\", b"#", b"||||||||", b'""', b"^^^^", b"\\F\\", b"\\E\\", b"\\X", b"\\XC3\\", b"\\XA9\\"),
    *(b"\\X0D0A\\", b"\\X1B2442\\", b"\\.br\\", b"\\.sp9999\\", b"\\.sp-3\\", b"\\.in+12\\", b"\\Z", b"\\H\\", b"\\C2842\\"),
    *(b"UNICODE UTF-8", b"8859/1", b"ISO IR87", b"GB 18030-2000", b"BIG-5", b"KLINGON", b"\x1b$B$F\x1b(B", b"\x81", b"\xc3"),
    *(b"20260105081500-0500", b"99999999999999", b"\xd9\xa1\xd9\xa2", b"{\\rtf1\\ansi ", b"}", b"{", b"\\bin9999 ", b"\\u-1?"),
    *(b"Base64", b"Hex", b"ED", b"RP", b"FT", b"MDM^T11", b"ORU^R01", b"ACK", b"AL", b"NE", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80"),
)  # fmt: skip


@cache
def _seeds() -> tuple[list[list[bytes]], list[list[bytes]]]:
    """Messages, in segments: all of them, and those that hold notes, which are few."""
    files = sorted(path for folder in (CORPUS, ROOT / "examples") for path in folder.rglob("*.hl7"))
    found = [GOOD, *(payload for path in files for _, payload in split_messages(io.BytesIO(path.read_bytes())))]
    holding = [one for one in found if any(isinstance(item, Note) for item in parse(one))]
    return [one.splitlines() for one in found], [one.splitlines() for one in holding]


def string(number: int) -> bytes:
    """The string of that number."""
    draw = Random(f"{SEED}/{number}")
    header, *segments = draw.choice(draw.choice(_seeds()))
    at = draw.choice((0, draw.randrange(len(segments) + 1)))
    written = bytearray(b"\r".join([header, *segments[at : at + draw.randint(0, _MOST_SEGMENTS)]]))
    for _ in range(draw.choice((0, 1, 1, 1, 2, 2, 3, 8))):
        _damage(written, draw)
    return bytes(written[:_MOST_BYTES])


def _damage(written: bytearray, draw: Random) -> None:
    """One change; one in five is near the beginning, where a message says how the rest is to be read."""
    size = len(written)
    start = draw.randint(0, min(size, 120) if draw.random() < 0.2 else size)
    end = min(size, start + draw.choice((1, 1, 2, 4, 16, 64, 256)))
    match draw.randrange(7):
        case 0:
            written[start:start] = draw.choice(_WORDS)
        case 1:
            written[start:end] = draw.choice(_WORDS)
        case 2:
            written[start:end] = draw.randbytes(end - start)
        case 3:
            del written[start:end]
        case 4:
            written[start:start] = written[start:end] * draw.choice((1, 2, 50))
        case 5:
            other = draw.choice(draw.choice(_seeds()[0]))
            written[start:start] = b"\r" + other[draw.randint(0, len(other)) :]
        case 6:
            del written[start:]


@dataclass(frozen=True)
class Fault(Exception):  # noqa: N818
    """A string on which something is not as it must be."""

    number: int
    says: str

    def __str__(self) -> str:
        return f"string {self.number}: {self.says}"


def fuzz(first: int, strings: int) -> Counter[str]:
    """Reads so many strings, from the first on; how many items of which kind came out. Raises Fault."""
    came: Counter[str] = Counter()
    for number in range(first, first + strings):
        if number % 100 == 0:
            faulthandler.dump_traceback_later(_HANG_SECONDS, exit=True)
        try:
            came.update(_read(string(number), Random(number)))
        except Exception as error:
            raise Fault(number, f"{type(error).__name__} {error}") from error
    faulthandler.cancel_dump_traceback_later()
    return came


def _read(written: bytes, draw: Random) -> Iterator[str]:
    """All that is done with the bytes that a sender sends. What comes behind them must come out as it was sent."""
    for stream in (framed(written, GOOD), written + b"\r" + framed(GOOD)):
        *frames, last = _frames(stream, draw)
        assert last == Frame(GOOD), "the good message behind it is lost"
        for frame in frames:
            _answer(frame.payload)
            yield frame.ending.name
    *_, (_, last_record) = split_messages(io.BytesIO(written + b"\r" + GOOD))
    assert last_record == GOOD, "the good message behind it in a file is lost"
    for record in {written, *(record for _, record in split_messages(io.BytesIO(written)))}:
        yield from _items(record)


def _frames(stream: bytes, draw: Random) -> Iterator[Frame]:
    reader = FrameReader(draw.choice((len(GOOD), 1000, _MOST_BYTES)))
    at = 0
    while at < len(stream):
        size = draw.choice((1, 3, 50, 5000))
        reader.feed(stream[at : at + size])
        yield from iter(reader.take, None)
        at += size


def _answer(payload: bytes) -> None:
    examined = examine(payload)
    assert not examined.detail or " " in examined.detail, f"an unforeseen {examined.detail} when it was examined"
    for outcome in Outcome:
        answer = acknowledgement(examined.header, outcome, examined.detail, datetime.now(UTC))
        assert answer is None or (answer.startswith(b"MSH") and b"\x1c" not in answer and answer.count(b"\r") == 2), (
            "the answer"
        )


def _items(record: bytes) -> Iterator[str]:
    """What comes of a message; what is told of a note can be written into tables."""
    try:
        for segment in parse_message(record):
            segment.grammar.escapes.decode(segment.grammar.field.join(segment.fields))
    except (MessageError, BadEncoding):
        pass
    items = parse(record)
    assert items, "nothing came of it"
    for item in items:
        yield item.reason.value if isinstance(item, Unreadable) else type(item).__name__
        if isinstance(item, Note):
            told = (item.text, item.note_type, item.note_id.value, item.patient_id and item.patient_id.value)
            "".join(one or "" for one in (*told, *item.known_phi.names)).encode()


def main() -> None:
    """Says what came out, or which string did not do."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strings", type=int, default=1_000_000, help="how many (%(default)s)")
    parser.add_argument("--first", type=int, default=0, help="number of the first (%(default)s)")
    given = parser.parse_args()
    came: Counter[str] = Counter()
    for at in range(given.first, given.first + given.strings, 10_000):
        came += fuzz(at, min(10_000, given.first + given.strings - at))
        print(f"{at:,}", end=" ", flush=True, file=sys.stderr)
    print(f"{given.strings:,} strings: {dict(came.most_common())}")


if __name__ == "__main__":
    main()
