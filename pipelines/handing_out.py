"""Which units a driver offers to its cluster next."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from pipelines.isolation import TRIES, isolate
from transforms.records import Handling, Unit


@dataclass
class HandingOut:
    """Units are offered in the order of the plan; those under suspicion one at a time, so that no two are blamed for one loss.

    What is at work beside a killer is lost with it. So the last try of a single record is made alone: nothing else is out, and
    the rest waits for that one try.

    Args:
        count: how often work on a unit was begun by a worker that did not live to end it.
        split: halves a unit; a unit of one record comes back as it is. Raises Outage.
        room: so many units may wait for a worker.
    """

    count: Callable[[str], int]
    split: Callable[[Unit], list[Unit]]
    room: int
    _suspect: str | None = None  # the one that was offered last
    _alone: bool = False

    def next(self, planned: Iterable[Unit], out: Collection[str], waiting: int) -> list[Unit]:
        """The units to offer now.

        Args:
            planned: what is not decided, the oldest first. It is read no further than there is room.
            out: the ids of units that wait for a worker, or that a living one holds.
            waiting: how many of them wait.
        """
        if self._suspect not in out:
            self._suspect, self._alone = None, False
        if self._alone:
            return []
        offered: list[Unit] = []
        suspects: list[Unit] = []
        for unit in planned:
            if unit.unit_id in out:
                continue
            if self.count(unit.unit_id):
                suspects.append(unit)
            elif waiting + len(offered) < self.room:
                offered.append(unit)
            else:
                break
        suspect = None if self._suspect else self._next_suspect(suspects, out)
        if suspect is None:
            return offered
        if self._is_last_try(suspect):
            if out:
                return []
            self._alone = True
            offered = []
        self._suspect = suspect.unit_id
        return [*offered, suspect]

    def _next_suspect(self, suspects: list[Unit], out: Collection[str]) -> Unit | None:
        taken_apart = isolate(suspects, self.count, self.split)
        return next((unit for unit in taken_apart if unit.unit_id not in out), None)

    def _is_last_try(self, unit: Unit) -> bool:
        return (
            unit.handling is Handling.PROCESS and self.count(unit.unit_id) == TRIES - 1 and len(self.split(unit)) == 1
        )


@dataclass
class Watch:
    """Tells when a job must be dead: units wait, and for so many ``seconds`` none was committed."""

    seconds: float
    since: float

    def is_dead(self, now: float, *, waiting: bool, committed: bool) -> bool:
        """To be asked again and again; times are those of one monotonic clock."""
        if committed or not waiting:
            self.since = now
        return now - self.since >= self.seconds
