"""Gzip files give their content, all of it up to a damage, and know that there is one."""

import gzip
import io
import random
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.read.damage import damaged_gzip
from transforms.read.gzip_stream import GzipStream

CONTENT = b"".join(b'{"note_id": "%d", "text": "BP %d/80, seen today"}\n' % (n, n * 7919 % 97) for n in range(40_000))


def read(stored: bytes) -> tuple[bytes, bool]:
    stream = GzipStream(io.BytesIO(stored))
    content = stream.read()
    return content, stream.damaged


def test_several_members_and_padding_are_one_content() -> None:
    stored = gzip.compress(CONTENT[:1000]) + gzip.compress(b"") + gzip.compress(CONTENT[1000:]) + b"\0" * 512
    assert read(stored) == (CONTENT, False)


@pytest.mark.parametrize("kept", [0.001, 0.3, 0.7, 0.999])
def test_a_truncated_file_gives_all_that_was_there(kept: float) -> None:
    stored = gzip.compress(CONTENT)
    stored = stored[: int(len(stored) * kept)]
    expected = zlib.decompressobj(wbits=31).decompress(stored)
    content, damaged = read(stored)
    assert damaged
    assert content == expected


def test_bytes_before_a_corrupt_place_are_not_lost() -> None:
    stored = bytearray(gzip.compress(CONTENT))
    middle = len(stored) // 2
    stored[middle : middle + 64] = random.Random(3).randbytes(64)
    content, damaged = read(bytes(stored))
    assert damaged
    sound = 0
    while content[sound : sound + 1] == CONTENT[sound : sound + 1] and sound < len(content):
        sound += 1
    intact = zlib.decompressobj(wbits=31).decompress(bytes(stored[:middle]))
    assert sound >= len(intact)


def test_a_wrong_check_sum_is_damage() -> None:
    stored = bytearray(gzip.compress(CONTENT))
    stored[-6] ^= 1
    content, damaged = read(bytes(stored))
    assert damaged
    assert len(content) <= len(CONTENT)


@pytest.mark.parametrize("stored", [b"", b"not gzip at all", b"\x1f\x8b"])
def test_what_is_no_gzip_is_damaged_from_its_first_byte(stored: bytes) -> None:
    assert read(stored) == (b"", True)


@settings(max_examples=30)
@given(st.lists(st.integers(0, len(CONTENT) + 100), max_size=6), st.integers(1, 70_000))
def test_any_place_can_be_read_in_any_order(places: list[int], size: int) -> None:
    stream = GzipStream(io.BytesIO(gzip.compress(CONTENT, 1)))
    for place in places:
        stream.seek(place)
        assert stream.tell() == min(place, len(CONTENT))
        found = b""
        while len(found) < size and (chunk := stream.read(size - len(found))):
            found += chunk
        assert found == CONTENT[place : place + size]


class CountingFile(io.BytesIO):
    """Counts how often it is read from its start."""

    starts = 0

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.starts += offset == 0
        return super().seek(offset, whence)


def test_pieces_in_order_decompress_the_file_once() -> None:
    stored = CountingFile(gzip.compress(CONTENT))
    stream = GzipStream(stored)
    for start in range(0, len(CONTENT), 10_000):
        stream.seek(start)
        assert stream.read(100) == CONTENT[start : start + 100]
    assert stored.starts == 1


@given(st.binary(max_size=5000))
def test_a_damaged_tail_stays_damaged_and_readable(readable: bytes) -> None:
    assert read(damaged_gzip(readable)) == (readable, True)
