"""Which notes are released already: sorted arrays, a cache that is rebuilt from the ledger.

A note's version is known by its key, version and content hash; one whose source has no order of its own by key and
content hash. Keys and content hashes are 128-bit outputs of HMACs, so their exclusive or tells pairs apart as
well as they do; with the version that makes 24 bytes a note.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from transforms.sorted_runs import Keys, SortedRuns

_Columns = tuple[Sequence[str], Sequence[int], Sequence[str]]  # note keys, versions, content hashes


class ReleasedIndex:
    """A map from (note_key, content_hash) to the versions that are released."""

    def __init__(self, released: Iterable[_Columns] = ()) -> None:
        """Takes what is released already; keys and hashes have 32 hex digits."""
        self._runs = SortedRuns(1)
        for columns in released:
            self.add(*columns)

    def add(self, note_keys: Sequence[str], versions: Sequence[int], content_hashes: Sequence[str]) -> None:
        """Adds notes that were released since."""
        self._runs.add(_mixed(note_keys, content_hashes), np.array(versions, np.int64).reshape(-1, 1))

    def versions(self, note_key: str, content_hash: str) -> set[int]:
        """The released versions of that note with that content."""
        ((high, low),) = _mixed([note_key], [content_hash]).tolist()
        return set(self._runs.find(high, low)[:, 0].tolist())


def _mixed(note_keys: Sequence[str], content_hashes: Sequence[str]) -> Keys:
    """Two 64-bit halves a pair: [n, 2]."""
    return _halves(note_keys) ^ _halves(content_hashes)


def _halves(digests: Sequence[str]) -> npt.NDArray[np.uint64]:
    return np.frombuffer(bytes.fromhex("".join(digests)), ">u8").astype(np.uint64).reshape(-1, 2)
