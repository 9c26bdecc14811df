"""Intents: the numbered decisions of what enters the tables. Whoever creates number n has decided release n.

An intent is a file that is created exclusively, by a hard link of a durable one, and that is never removed: its number
is not used again. Once every table has the release it is closed, and keeps its name only.
"""

from dataclasses import dataclass
from pathlib import Path

import orjson

from transforms import durable
from transforms.write.schemas import Table


@dataclass(frozen=True)
class MergedFile:
    """One table's rows of a release: the name that the file gets in the table, and its rows."""

    name: str
    rows: int


@dataclass(frozen=True)
class Intent:
    """A release that is decided. ``folder``: where its merged files stand; the units' file among them holds the pieces."""

    number: int
    units: tuple[str, ...]
    folder: str
    files: dict[Table, MergedFile]
    closed: bool = False


def release_id(number: int) -> str:
    """The release's name in rows and file names. It tells no time."""
    return f"{number:08d}"


def create(intents: Path, intent: Intent) -> bool:
    """Makes the decision, durably. False where another committer has used the number."""
    with durable.temporary(intents, orjson.dumps(intent, option=orjson.OPT_NON_STR_KEYS)) as written:
        return durable.create(_path(intents, intent.number), written)


def close(intents: Path, intent: Intent) -> None:
    """Notes that every table has the release."""
    durable.replace(_path(intents, intent.number), orjson.dumps(Intent(intent.number, (), "", {}, closed=True)))


def load(intents: Path, number: int) -> Intent | None:
    """The decision of that number; None where none was made."""
    try:
        stored = orjson.loads(_path(intents, number).read_bytes())
    except FileNotFoundError:
        return None
    return Intent(
        stored["number"],
        tuple(stored["units"]),
        stored["folder"],
        {Table(name): MergedFile(**file) for name, file in stored["files"].items()},
        stored["closed"],
    )


def _path(intents: Path, number: int) -> Path:
    # A thousand a folder would keep listings short; nothing lists them, they are looked up by number.
    return intents / f"{release_id(number)}.json"
