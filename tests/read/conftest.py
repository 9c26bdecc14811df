"""What the tests of reading share: a keyring, a spool, and a whole read of an input from plan to records."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from transforms.intervals import Intervals
from transforms.keyring import Keyring, new_keyring
from transforms.read.options import ReadOptions, UnitLimits
from transforms.read.plan import plan_units
from transforms.read.unit import UnitReader
from transforms.records import NoNote, Note, Read, Unit, Unreadable
from transforms.spool.spool import Spool, create_or_open

# No timed assertions: a machine may be busy.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@dataclass(frozen=True)
class Reading:
    """What a whole input came to."""

    units: list[Unit]
    reads: list[Read]

    @property
    def notes(self) -> list[Note]:
        return [read.item for read in self.reads if isinstance(read.item, Note)]

    @property
    def no_notes(self) -> list[NoNote]:
        return [read.item for read in self.reads if isinstance(read.item, NoNote)]

    @property
    def unreadable(self) -> list[Unreadable]:
        return [read.item for read in self.reads if isinstance(read.item, Unreadable)]

    @property
    def reasons(self) -> list[str]:
        return [str(item.reason) for item in self.unreadable]


ReadAll = Callable[..., Reading]


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    return new_keyring()


@pytest.fixture
def spool(tmp_path: Path, keyring: Keyring) -> Spool:
    return create_or_open(tmp_path / "spool", keyring)


@pytest.fixture
def read_all(keyring: Keyring) -> ReadAll:
    """Plans the input, less what is decided, and reads every unit in order."""

    def run(
        options: ReadOptions,
        limits: UnitLimits | None = None,
        decided: Intervals | None = None,
        limit: int | None = None,
    ) -> Reading:
        units = list(plan_units(options, decided or Intervals(), limits or UnitLimits(), keyring, limit))
        reader = UnitReader(options, keyring)
        return Reading(units, [read for unit in units for read in reader.read(unit)])

    return run
