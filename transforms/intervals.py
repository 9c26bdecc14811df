"""Which parts of the input are decided: intervals of (path, size, digest), compared by overlap and never by identity."""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable

from transforms.records import Piece


class Intervals:
    """A set of half-open intervals over versions of files.

    Pieces of another cut (another unit size, say) overlap without being equal: only the interval tells whether a
    record was already accounted for. An empty piece (``start == end``, an empty file) occupies its point.
    """

    def __init__(self, pieces: Iterable[Piece] = ()) -> None:
        self._intervals: dict[tuple[str, int, str], list[tuple[int, int]]] = defaultdict(list)
        for piece in pieces:
            self.add(piece)

    def add(self, piece: Piece) -> None:
        """Adds a piece that overlaps none that is in the set."""
        insort(self._intervals[_version(piece)], _interval(piece))

    def overlaps(self, piece: Piece) -> bool:
        """Whether any part of the piece is in the set."""
        intervals = self._intervals.get(_version(piece))
        if not intervals:
            return False
        start, end = _interval(piece)
        at = bisect_left(intervals, (end, end))
        return at > 0 and intervals[at - 1][1] > start

    def missing(self, piece: Piece) -> list[tuple[int, int]]:
        """The parts of the piece that are not in the set, in order."""
        start, end = _interval(piece)
        left: list[tuple[int, int]] = []
        for taken_start, taken_end in self._intervals.get(_version(piece), ()):
            if taken_end <= start:
                continue
            if taken_start >= end:
                break
            if taken_start > start:
                left.append((start, taken_start))
            start = max(start, taken_end)
        if start < end:
            left.append((start, end))
        return [(a, min(b, piece.end) if piece.start < piece.end else a) for a, b in left]


def _version(piece: Piece) -> tuple[str, int, str]:
    return piece.path, piece.size, piece.digest


def _interval(piece: Piece) -> tuple[int, int]:
    return piece.start, max(piece.end, piece.start + 1)
