"""What waits in a spool, for whoever only looks: no keyring is needed, and nothing is read but the ends of segments."""

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


def waiting(spool: Spool) -> Waiting:
    """Counts what waits. Raises Outage where the spool cannot be read now."""
    sizes: list[int] = []
    messages = 0
    oldest: datetime | None = None
    for path in closed_segments(spool):
        with durable.storage("spool"), suppress(FileNotFoundError):  # committed meanwhile
            size, records = _size_and_records(path)
            sizes.append(size)
            messages += records
            oldest = min(oldest or begun_at(path), begun_at(path))
    return Waiting(len(sizes), messages, sum(sizes), oldest)


def _size_and_records(path: Path) -> tuple[int, int]:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - FOOTER_BYTES))
        return size, count_records(file.read())
