"""Segments whose messages are committed: out of the listing at once, kept for a while, then deleted.

They lie in a folder a day, so that looking for what is old enough costs the same however many are kept.
"""

import shutil
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from transforms import durable
from transforms.spool.spool import Spool


def retire(spool: Spool, segment: Path, today: date) -> None:
    """Moves a closed segment out of its partition. Again, or by several at once, nothing changes. Raises Outage."""
    with durable.storage("spool"):
        day = spool.retired / today.isoformat()
        for folder in (day, kept := day / segment.parent.name):
            folder.mkdir(mode=0o700, exist_ok=True)
        with suppress(FileNotFoundError):
            segment.rename(kept / segment.name)


def delete_expired(spool: Spool, keep_days: float, now: datetime) -> None:
    """Deletes what was retired on days that ended more than ``keep_days`` ago. Raises Outage."""
    with durable.storage("spool"):
        for day in spool.retired.glob("????-??-??"):
            end = datetime.combine(date.fromisoformat(day.name), datetime.min.time(), UTC) + timedelta(days=1)
            if end + timedelta(days=keep_days) <= now:
                shutil.rmtree(day)
