"""Finding the one record that kills its worker: a unit that was begun three times and never ended is taken apart."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from transforms.records import Handling, Unit

TRIES = 3


def isolate(units: Iterable[Unit], count: Callable[[str], int], split: Callable[[Unit], list[Unit]]) -> Iterator[Unit]:
    """Units with those under suspicion split, down to single records that are held back unread.

    Args:
        units: planned units.
        count: how often work on a unit was begun by a process that did not live to end it.
        split: halves a unit; a unit of one record comes back as it is.

    Units without a mark come first: a killer does not stop the others, and one that was only near the scene is done
    among fewer.
    """
    suspects: list[Unit] = []
    for unit in units:
        if count(unit.unit_id) == 0:
            yield unit
        else:
            suspects.append(unit)
    while suspects:
        suspects.sort(key=lambda unit: count(unit.unit_id))
        unit = suspects.pop(0)
        if count(unit.unit_id) < TRIES:
            yield unit
        elif len(halves := split(unit)) == 1:
            yield replace(unit, handling=Handling.HOLD_BACK)
        else:
            suspects.extend(halves)
