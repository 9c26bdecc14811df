"""Where a message stands in a Kafka topic, and up to where each partition of a topic is durable in one part of the spool."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from transforms import durable
from transforms.errors import ChartstreamError

POSITIONS = "positions.json"


@dataclass(frozen=True, slots=True)
class TopicPartition:
    """A partition of a topic. ``topic_id`` is the broker's: a topic that is made anew under its old name is another one."""

    topic: str
    topic_id: str
    number: int

    @property
    def path(self) -> str:
        """The partition in the ledger."""
        return f"{self.topic}/{self.number}"


@dataclass(frozen=True, slots=True)
class Position:
    """One message's place."""

    partition: TopicPartition
    offset: int


NextOffsets = Mapping[TopicPartition, int]
"""The offset behind the last one that is durable, of each partition of which any is."""


def behind(positions: Iterable[Position]) -> dict[TopicPartition, int]:
    """The next offset of each partition, where these positions come last, in their order."""
    return {position.partition: position.offset + 1 for position in positions}


def furthest(several: Iterable[NextOffsets]) -> dict[TopicPartition, int]:
    """The largest next offset of each partition."""
    merged: dict[TopicPartition, int] = {}
    for one in several:
        for partition, offset in one.items():
            merged[partition] = max(offset, merged.get(partition, 0))
    return merged


def load(folder: Path) -> dict[TopicPartition, int]:
    """What ``save`` wrote in that folder last. Raises ChartstreamError where it is damaged, OSError where it cannot be read."""
    path = folder / POSITIONS
    try:
        rows = orjson.loads(path.read_bytes())
        return {TopicPartition(row["topic"], row["topic_id"], row["partition"]): row["next"] for row in rows}
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError):
        raise ChartstreamError(f"{path} is damaged: put it back from a copy") from None


def save(folder: Path, offsets: NextOffsets) -> None:
    """Replaces the folder's positions durably. Raises OSError."""
    rows = [
        {"topic": one.topic, "topic_id": one.topic_id, "partition": one.number, "next": offset}
        for one, offset in offsets.items()
    ]
    durable.replace(folder / POSITIONS, orjson.dumps(rows))
