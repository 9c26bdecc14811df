"""Units on their way to the workers of a cluster, and the leases under which these hold them.

staging/offered/JOB/NUMBER.UNIT   a unit that waits for a worker of that job, in the order in which they are taken
staging/leased/UNIT               a unit at work; the file's time is that of its last renewal

A unit is taken by a rename, so that one worker has it. A lease that nobody renews lapses, and the unit is offered again; should
its worker live all the same, the unit is done twice, and published once.
"""

import os
import pickle
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from transforms import durable
from transforms.records import Unit
from transforms.write.output import Output

_CLOCK = ".clock"


@dataclass(frozen=True)
class Leases:
    """The units at work on a cluster, whichever driver offered them."""

    output: Output

    def renew(self, unit_id: str) -> bool:
        """Whether the unit is still leased: no longer where it was published, or its lease has lapsed. Raises Outage."""
        with durable.storage():
            try:
                os.utime(self.output.leased / unit_id)
            except FileNotFoundError:
                return False
            return True

    def release(self, unit_id: str) -> None:
        """Ends a lease; where there is none nothing changes. Raises Outage."""
        with durable.storage():
            (self.output.leased / unit_id).unlink(missing_ok=True)

    def held(self, seconds: float) -> set[str]:
        """The units whose lease was renewed within ``seconds``; leases that have lapsed are ended. Raises Outage."""
        held = set()
        with durable.storage():
            clock = self.output.leased / _CLOCK  # the file system's, whatever machine renews
            clock.touch(mode=0o600)
            now = clock.stat().st_mtime
            for path in list(self.output.leased.glob("[!.]*")):
                with suppress(FileNotFoundError):  # published since the listing
                    if now - path.stat().st_mtime <= seconds:
                        held.add(path.name)
                    else:
                        path.unlink()
        return held


@dataclass(frozen=True)
class Offers:
    """What a driver offers to the workers of one job."""

    output: Output
    job: str

    @contextmanager
    def open(self) -> Iterator[None]:
        """Offers are made from here to the end, when those that were not taken are withdrawn. Raises Outage."""
        with ExitStack() as stack:
            with durable.storage():
                self._folder.mkdir(mode=0o700)
                stack.enter_context(durable.hold(self._folder))
            try:
                yield
            finally:
                shutil.rmtree(self._folder, ignore_errors=True)

    def waiting(self) -> set[str]:
        """The units that no worker has taken yet. Raises Outage."""
        with durable.storage():
            return {_unit_id(path) for path in self._folder.glob("[!.]*")}

    def offer(self, unit: Unit) -> None:
        """Lets a worker take the unit. Raises Outage."""
        with durable.storage():
            written = self._folder / f".{unit.unit_id}"
            written.write_bytes(pickle.dumps(unit, protocol=5))
            written.rename(self._folder / f"{time.time_ns():020d}.{unit.unit_id}")

    def withdraw(self) -> None:
        """Takes back what no worker has taken. Raises Outage."""
        with durable.storage():
            for path in self._folder.glob("[!.]*"):
                path.unlink(missing_ok=True)

    def take(self) -> Unit | None:
        """Takes the unit that waits longest, under a lease; None where none waits. Raises Outage."""
        with durable.storage():
            for path in sorted(self._folder.glob("[!.]*")):
                leased = self.output.leased / _unit_id(path)
                with suppress(FileNotFoundError):  # taken by another worker, or withdrawn
                    os.utime(path)  # before it is a lease, so that it never looks as if it had lapsed
                    path.rename(leased)
                    unit: Unit = pickle.loads(leased.read_bytes())
                    return unit
        return None

    @property
    def _folder(self) -> Path:
        return self.output.offered / self.job


def open_jobs(output: Output) -> set[str]:
    """The jobs whose drivers live. What the others offered is withdrawn. Raises Outage."""
    with durable.storage():
        for folder in output.offered.iterdir():
            with durable.seize(folder) as seized:
                if seized:
                    shutil.rmtree(folder, ignore_errors=True)
        return {folder.name for folder in output.offered.iterdir()}


def _unit_id(path: Path) -> str:
    return path.name.partition(".")[2]
