"""A lease is renewed as long as its unit is at work, wherever the steps keep it, and no longer."""

import pickle
import time
from dataclasses import replace
from pathlib import Path

from pipelines.renewal import Renewal
from tests.pipelines.test_isolation import unit_of
from transforms.records import DeidentifiedUnit, Unit
from transforms.write.leases import Leases, Offers
from transforms.write.output import Output

SECONDS = 0.5


def taken(offers: Offers) -> Unit:
    offers.offer(replace(unit_of(0, 10), unit_id="a" * 32))
    unit = offers.take()
    assert unit is not None
    return unit


def test_a_unit_is_held_while_a_step_has_it_and_lost_when_it_is_dropped(tmp_path: Path) -> None:
    output = Output(tmp_path / "out")
    output.create_folders()
    offers, leases = Offers(output, "b" * 32), Leases(output)
    renewal = Renewal(leases, SECONDS)
    with offers.open():
        kept = DeidentifiedUnit(taken(offers))
        renewal.hold(kept.unit)
        for _ in range(8):  # far longer than a lease
            time.sleep(SECONDS / 2)
            assert leases.held(10 * SECONDS) == {"a" * 32}
            (lease,) = (path.stat().st_mtime for path in output.leased.glob("[!.]*"))
        assert lease > time.time() - 5 * SECONDS
        copied = pickle.loads(pickle.dumps(kept))  # what crossed to another process is another object
        del kept
        while leases.held(SECONDS):
            time.sleep(SECONDS / 5)
        assert copied.unit.unit_id == "a" * 32
