"""Leases are renewed as long as somebody in this process works on their units."""

import threading
import time
import weakref
from functools import cache

from transforms.errors import Outage
from transforms.records import Unit
from transforms.write.leases import Leases

_RENEWALS_A_LEASE = 5


class Renewal:
    """Renews the leases of units in a thread of its own.

    A unit is worked on as long as its object lives: the steps hand it on to each other, and drop it where it is published, met
    an outage or its bundle failed.
    """

    def __init__(self, leases: Leases, seconds: float) -> None:
        self._leases = leases
        self._seconds = seconds
        self._units: dict[str, weakref.ref[Unit]] = {}
        self._lock = threading.Lock()
        threading.Thread(target=self._run, name="leases", daemon=True).start()

    def hold(self, unit: Unit) -> None:
        """Renews the unit's lease from now on."""
        with self._lock:
            self._units[unit.unit_id] = weakref.ref(unit)

    def _run(self) -> None:
        while True:
            time.sleep(self._seconds / _RENEWALS_A_LEASE)
            with self._lock:
                units = list(self._units.items())
            for unit_id, unit in units:
                if unit() is None or not self._renewed(unit_id):
                    with self._lock:
                        if self._units.get(unit_id) is unit:  # it may have been taken again
                            del self._units[unit_id]

    def _renewed(self, unit_id: str) -> bool:
        try:
            return self._leases.renew(unit_id)
        except Outage:
            return True  # OUT is not there now: the next time


@cache
def renewal(leases: Leases, seconds: float) -> Renewal:
    """This process's, one for each output."""
    return Renewal(leases, seconds)
