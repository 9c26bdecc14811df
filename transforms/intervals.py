"""Which parts of the input are decided: intervals of (path, size, digest), compared by overlap and never by identity."""

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np

from transforms.records import Piece
from transforms.sorted_runs import Numbers, SortedRuns

_ROWS = 16_384  # that are added at once


class Intervals:
    """A set of half-open intervals over versions of files.

    Pieces of another cut (another unit size, say) overlap without being equal: only the interval tells whether a
    record was already accounted for. An empty piece (``start == end``, an empty file) occupies its point.

    A version is known by 128 bits of a hash; with its interval that makes 32 bytes a piece.
    """

    def __init__(self, pieces: Iterable[Piece] = ()) -> None:
        self._runs = SortedRuns(2)
        self.update(pieces)

    def add(self, piece: Piece) -> None:
        """Adds a piece that overlaps none that is in the set."""
        self.update([piece])

    def update(self, pieces: Iterable[Piece]) -> None:
        """Adds pieces that overlap neither each other nor any that is in the set."""
        digests: list[bytes] = []
        rows: list[tuple[int, int]] = []
        for piece in pieces:
            digests.append(_version(piece))
            rows.append(_interval(piece))
            if len(rows) == _ROWS:
                self._add(digests, rows)
                digests, rows = [], []
        if rows:
            self._add(digests, rows)

    def overlaps(self, piece: Piece) -> bool:
        """Whether any part of the piece is in the set."""
        start, end = _interval(piece)
        taken = self._taken(piece)
        return bool(np.any((taken[:, 0] < end) & (taken[:, 1] > start)))

    def missing(self, piece: Piece) -> list[tuple[int, int]]:
        """The parts of the piece that are not in the set, in order."""
        start, end = _interval(piece)
        taken = self._taken(piece)
        taken = taken[(taken[:, 0] < end) & (taken[:, 1] > start)]
        left: list[tuple[int, int]] = []
        for taken_start, taken_end in sorted(taken.tolist()):
            if taken_start > start:
                left.append((start, taken_start))
            start = max(start, taken_end)
        if start < end:
            left.append((start, end))
        return [(a, min(b, piece.end) if piece.start < piece.end else a) for a, b in left]

    def _add(self, digests: list[bytes], rows: list[tuple[int, int]]) -> None:
        keys = np.frombuffer(b"".join(digests), ">u8").astype(np.uint64).reshape(-1, 2)
        self._runs.add(keys, np.array(rows, np.int64))

    def _taken(self, piece: Piece) -> Numbers:
        digest = _version(piece)
        return self._runs.find(int.from_bytes(digest[:8], "big"), int.from_bytes(digest[8:], "big"))


def _version(piece: Piece) -> bytes:
    """16 bytes for a version of a file. Its size stands between two texts of any content, so their lengths are told too."""
    path, digest = piece.path.encode("utf-8", "surrogateescape"), piece.digest.encode()
    return blake2b(b"%d %d %b%b" % (len(path), piece.size, path, digest), digest_size=16).digest()


def _interval(piece: Piece) -> tuple[int, int]:
    return piece.start, max(piece.end, piece.start + 1)
