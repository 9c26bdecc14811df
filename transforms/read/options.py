"""What a run says about how its input is to be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from transforms.records import Format


@dataclass(frozen=True)
class ReadOptions:
    """Options of reading. ``format`` None means that each file's name and first bytes decide."""

    inputs: tuple[str, ...]  # directories, files, globs or URLs, as given; a note's id is its path under one of them
    source: str = "default"  # the feed's name
    format: Format | None = None
    columns: Mapping[str, str] = field(default_factory=dict)  # field of a note → column of the input
    namespaces: Mapping[str, str] = field(default_factory=dict)  # assigning authority or system → namespace
    max_note_mb: float = 5.0  # a larger note is ``too_large``


@dataclass(frozen=True)
class UnitLimits:
    """How much goes into a unit: whichever comes first. A larger note is a unit of its own."""

    notes: int = 256
    bytes: int = 1_000_000
