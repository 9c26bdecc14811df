"""Which notes are released already: sorted arrays, a cache that is rebuilt from the ledger.

A note's version is known by its key, version and content hash; one whose source has no order of its own by key and
content hash. Keys and content hashes are 128-bit outputs of HMACs, so their exclusive or tells pairs apart as
well as they do; with the version that makes 24 bytes a note.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

_RECENT = 65_536  # additions that are kept in a dictionary before they are sorted into the arrays

_Columns = tuple[Sequence[str], Sequence[int], Sequence[str]]  # note keys, versions, content hashes
_Pair = tuple[int, int]


class ReleasedIndex:
    """A map from (note_key, content_hash) to the versions that are released."""

    def __init__(self, released: Iterable[_Columns] = ()) -> None:
        """Sorts what is released already; keys and hashes have 32 hex digits."""
        chunks = [(_mixed(keys, hashes), np.array(versions, np.int64)) for keys, versions, hashes in released]
        self._pairs = np.concatenate([np.empty((0, 2), np.uint64), *(pairs for pairs, _ in chunks)])
        self._versions = np.concatenate([np.empty(0, np.int64), *(versions for _, versions in chunks)])
        self._recent: dict[_Pair, set[int]] = {}
        self._recent_count = 0
        self._sort()

    def __len__(self) -> int:
        return len(self._pairs) + self._recent_count

    def add(self, note_keys: Sequence[str], versions: Sequence[int], content_hashes: Sequence[str]) -> None:
        """Adds notes that were released since."""
        for pair, version in zip(_mixed(note_keys, content_hashes).tolist(), versions, strict=True):
            known = self._recent.setdefault((pair[0], pair[1]), set())
            self._recent_count += version not in known
            known.add(version)
        if self._recent_count >= _RECENT:
            self._sort_in_recent()

    def versions(self, note_key: str, content_hash: str) -> set[int]:
        """The released versions of that note with that content."""
        ((high, low),) = _mixed([note_key], [content_hash]).tolist()
        found = set(self._recent.get((high, low), ()))
        first = int(np.searchsorted(self._pairs[:, 0], np.uint64(high), side="left"))
        for at in range(first, len(self._pairs)):
            if self._pairs[at, 0] != high:
                break
            if self._pairs[at, 1] == low:
                found.add(int(self._versions[at]))
        return found

    def _sort_in_recent(self) -> None:
        entries = [(pair, version) for pair, known in self._recent.items() for version in known]
        self._pairs = np.concatenate([self._pairs, np.array([pair for pair, _ in entries], np.uint64)])
        self._versions = np.concatenate([self._versions, np.array([version for _, version in entries], np.int64)])
        self._recent, self._recent_count = {}, 0
        self._sort()

    def _sort(self) -> None:
        order = np.argsort(self._pairs[:, 0], kind="stable")
        # Column by column in memory, because a search reads the first one alone.
        self._pairs = np.asfortranarray(self._pairs[order])
        self._versions = self._versions[order]


def _mixed(note_keys: Sequence[str], content_hashes: Sequence[str]) -> npt.NDArray[np.uint64]:
    """Two 64-bit halves a pair: [n, 2]."""
    return _halves(note_keys) ^ _halves(content_hashes)


def _halves(digests: Sequence[str]) -> npt.NDArray[np.uint64]:
    return np.frombuffer(bytes.fromhex("".join(digests)), ">u8").astype(np.uint64).reshape(-1, 2)
