"""A spool: a folder with a partition for each listener, and what it remembers for its whole life.

SPOOL/settings.json             the id of the pseudonym key that it was made with, and the output that it goes to
SPOOL/keys/keyring.json         its own keyring, where none is named
SPOOL/partitions/NAME/          what the listener of that name took in
SPOOL/retired/DATE/NAME/        of it what was committed on that day (UTC)
SPOOL/claims/TOPIC/             locks: which listener stores a partition of a Kafka topic
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson

from transforms import durable
from transforms.errors import ChartstreamError, Outage
from transforms.keyring import Keyring
from transforms.spool.partition import CLOSED, offsets_behind
from transforms.spool.position import TopicPartition, furthest
from transforms.spool.segment import DamagedSegment, Segment, decode

_CAUSE = "input_unavailable"  # of an outage of the spool, to who reads it
_CLOSED = re.compile(rf"\d+{re.escape(CLOSED)}")
_PARTITION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,100}")


@dataclass(frozen=True)
class Spool:
    """The paths of a spool. Nothing is read or created by naming one."""

    root: Path

    @property
    def keyring(self) -> Path:
        """The default place of the keyring."""
        return self.root / "keys" / "keyring.json"

    @property
    def partitions(self) -> Path:
        return self.root / "partitions"

    @property
    def retired(self) -> Path:
        """Segments that are committed, out of the way of those that are not."""
        return self.root / "retired"

    @property
    def claims(self) -> Path:
        return self.root / "claims"

    @property
    def settings(self) -> Path:
        return self.root / "settings.json"

    def partition(self, name: str) -> Path:
        """The folder of one listener. Raises ChartstreamError for a name that cannot be one."""
        if not _PARTITION.fullmatch(name):
            raise ChartstreamError(
                "--partition takes letters, digits, '.', '_' and '-', and begins with one of the first two"
            )
        return self.partitions / name

    def closed_segment(self, path: str) -> Path:
        """The file of a closed segment (``SegmentId.path``) that is not retired."""
        return self.partitions / f"{path}{CLOSED}"

    def in_use(self) -> bool:
        """Whether it was made with a keyring: then that must be there."""
        return self.settings.exists()

    def create_folders(self) -> None:
        """Makes the folders, what is in them for the owner alone. Raises ChartstreamError where that is not possible."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            for folder in (self.keyring.parent, self.partitions, self.retired, self.claims):
                folder.mkdir(mode=0o700, exist_ok=True)
            for folder in (self.root, self.root.absolute().parent):
                durable.fsync(folder)
        except FileExistsError:
            raise ChartstreamError(f"{self.root} cannot be a spool: a file stands where a folder must") from None
        except OSError as error:
            raise ChartstreamError(f"{self.root} cannot be written: {error.strerror}") from None


def create_or_open(root: Path, keyring: Keyring) -> Spool:
    """The spool at ``root``, created where it is new. Raises ChartstreamError where it was made with another keyring."""
    spool = Spool(root)
    spool.create_folders()
    made_with = _agreed(spool, "key_id", keyring.key_id)
    if made_with != keyring.key_id:
        raise ChartstreamError(
            f"{root} was made with pseudonym key {made_with}, not {keyring.key_id}: give that keyring"
        )
    return spool


def send_to(spool: Spool, output: Path) -> None:
    """Remembers where the spool goes: what is committed there is not read again. Raises ChartstreamError for elsewhere."""
    wanted = str(output.resolve())
    if (goes_to := _agreed(spool, "output", wanted)) != wanted:
        raise ChartstreamError(
            f"{spool.root} goes to {goes_to}, and what is committed there is not read again: give that output (where it was "
            f"moved, take 'output' out of {spool.settings})"
        )


def _agreed(spool: Spool, name: str, wanted: str) -> str:
    """The setting of that name, which is the wanted one where there was none. Raises ChartstreamError."""
    try:
        with durable.storage("spool"), durable.locked(spool.settings.with_suffix(".lock")):
            settings: dict[str, str] = {}
            if spool.in_use():
                settings = orjson.loads(spool.settings.read_bytes())
                _ = settings["key_id"]
            if name not in settings:
                durable.replace(spool.settings, orjson.dumps(settings | {name: wanted}))
            return settings.get(name, wanted)
    except Outage as outage:
        raise ChartstreamError(f"{spool.root}: {outage}") from None
    except (ValueError, KeyError, TypeError):
        raise ChartstreamError(f"{spool.settings} is damaged: put it back from a copy") from None


def closed_segments(spool: Spool) -> Iterator[Path]:
    """The files of the closed segments that are not retired, in order of partition and, within it, of time.

    Raises Outage where they cannot be listed now.
    """
    with durable.storage("spool", _CAUSE):
        partitions = sorted(spool.partitions.iterdir())
    for partition in partitions:
        with durable.storage("spool", _CAUSE):
            paths = sorted(path for path in partition.iterdir() if _CLOSED.fullmatch(path.name))
        yield from paths


def next_offsets(spool: Spool, keyring: Keyring) -> dict[TopicPartition, int]:
    """Up to where messages out of Kafka are durable, whoever stored them. Raises Outage where the spool cannot be read now."""
    with durable.storage("spool", _CAUSE):
        return furthest([offsets_behind(folder, keyring) for folder in sorted(spool.partitions.iterdir())])


def begun_at(segment: Path) -> datetime:
    """When a segment was begun, as its name says (UTC)."""
    return datetime.fromtimestamp(int(segment.stem) / 1e6, UTC)


def read_content(path: Path) -> bytes:
    """The bytes of a closed segment's file. Raises Outage where they cannot be read now."""
    with durable.storage("spool", _CAUSE):
        return path.read_bytes()


def read_segment(path: Path) -> Segment:
    """A closed segment, every byte of it checked. Raises DamagedSegment; Outage where it cannot be read now."""
    segment = decode(read_content(path))
    if (segment.name.partition, f"{segment.name.number:016d}") != (path.parent.name, path.stem):
        raise DamagedSegment
    return segment
