"""Where a file is cut: at record boundaries, into slices of at most so many records or so many bytes.

Slices lie side by side: each ends where the next one's first record begins, the first begins where its interval does and
the last ends where that ends. So the slices of a file cover it without a gap, and whether a file is decided can be told
from its intervals alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from transforms.read.options import UnitLimits


@dataclass(frozen=True, slots=True)
class Slice:
    """A half-open interval of a file with its count of records and its weight in bytes of text."""

    start: int
    end: int
    records: int
    bytes: int


def cut(records: Iterable[tuple[int, int, int]], limits: UnitLimits, start: int) -> Iterator[Slice]:
    """Slices of ``(start, end, bytes)`` records in order; the last slice ends with its last record.

    A record larger than a slice may be is a slice of its own.
    """
    count = weight = end = 0
    for offset, record_end, size in records:
        if count and (count >= limits.notes or weight + size > limits.bytes):
            yield Slice(start, offset, count, weight)
            start, count, weight = offset, 0, 0
        count, weight, end = count + 1, weight + size, record_end
    if count:
        yield Slice(start, end, count, weight)
