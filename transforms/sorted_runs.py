"""Millions of 128-bit keys with a few numbers each, held as sorted arrays: no object a row.

Rows that are added become a run of their own, and runs of about one size are merged. So there are few runs, a row is
moved as often as the whole can double, and nothing is larger for being new.
"""

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
"""[n, 2]: the high and the low half of each key."""

Numbers = npt.NDArray[np.int64]
"""[n, width]."""


class SortedRuns:
    """A map from keys to rows of numbers; a key may have many. Keys are taken for random: outputs of a hash."""

    def __init__(self, width: int) -> None:
        self._nothing: Numbers = np.empty((0, width), np.int64)
        self._runs: list[tuple[Keys, Numbers]] = []

    def add(self, keys: Keys, numbers: Numbers) -> None:
        """Adds a row of numbers a key."""
        if not len(keys):
            return
        self._runs.append(_sorted(keys, numbers))
        while len(self._runs) > 1 and len(self._runs[-2][0]) <= 2 * len(self._runs[-1][0]):
            merged = [np.concatenate(parts) for parts in zip(*self._runs[-2:], strict=True)]
            self._runs[-2:] = [_sorted(merged[0], merged[1])]

    def find(self, high: int, low: int) -> Numbers:
        """[m, width]: all rows of a key, in no order that counts."""
        found = [self._nothing]
        for keys, numbers in self._runs:
            first = int(keys[:, 0].searchsorted(np.uint64(high)))
            if first < len(keys) and keys[first, 0] == high:
                last = int(keys[:, 0].searchsorted(np.uint64(high), side="right"))
                found.append(numbers[first:last][keys[first:last, 1] == low])
        return np.concatenate(found) if len(found) > 1 else self._nothing


def _sorted(keys: Keys, numbers: Numbers) -> tuple[Keys, Numbers]:
    order = np.argsort(keys[:, 0], kind="stable")
    # Column by column in memory, because a search reads the first one alone.
    return np.asfortranarray(keys[order]), numbers[order]
