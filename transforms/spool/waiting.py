"""What waits in a spool, for whoever only looks: no keyring is needed, and nothing is read but the ends of segments, once."""

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from transforms import durable
from transforms.spool.segment import FOOTER_BYTES, count_records
from transforms.spool.spool import Spool, begun_at, closed_segments


@dataclass(frozen=True)
class Waiting:
    """Closed segments that are not committed. ``oldest``: when the first of them was begun, UTC."""

    segments: int
    messages: int
    bytes: int
    oldest: datetime | None


class WaitingCounter:
    """Counts what waits in a spool, again and again: a closed segment never changes, so each is looked into once."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._known: dict[Path, tuple[int, int]] = {}

    def count(self) -> Waiting:
        """As of now. Raises Outage where the spool cannot be read now."""
        known: dict[Path, tuple[int, int]] = {}
        for path in closed_segments(self._spool):
            with durable.storage("spool"), suppress(FileNotFoundError):  # committed meanwhile
                known[path] = self._known.get(path) or _size_and_records(path)
        self._known = known
        return Waiting(
            segments=len(known),
            messages=sum(records for _, records in known.values()),
            bytes=sum(size for size, _ in known.values()),
            oldest=min(map(begun_at, known), default=None),
        )


def waiting(spool: Spool) -> Waiting:
    """Counts what waits. Raises Outage where the spool cannot be read now."""
    return WaitingCounter(spool).count()


def _size_and_records(path: Path) -> tuple[int, int]:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - FOOTER_BYTES))
        return size, count_records(file.read())
