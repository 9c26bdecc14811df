"""Units on their way to the workers of a cluster: one worker has each, and what a dead one held can be offered again."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.write.units import hexadecimal
from transforms.records import Format, Piece, Unit
from transforms.write.leases import Leases, Offers, open_jobs
from transforms.write.output import Output

JOB = "a" * 32
LEASE = 60.0


def unit(number: int) -> Unit:
    return Unit(hexadecimal(number), "feed", Format.HL7V2, (Piece(f"ward-3/{number:016d}", 0, 9, 9, "d"),))


@pytest.fixture
def offers(output: Output) -> Iterator[Offers]:
    offers = Offers(output, JOB)
    with offers.open():
        yield offers


def age(output: Output, unit_id: str, seconds: float) -> None:
    """As if its lease had been renewed so long ago."""
    then = time.time() - seconds
    os.utime(output.leased / unit_id, (then, then))


def test_units_are_taken_in_the_order_of_their_offers_and_each_by_one_worker(output: Output, offers: Offers) -> None:
    units = [unit(number) for number in range(40)]
    for one in units:
        offers.offer(one)
    assert offers.waiting() == {one.unit_id for one in units}
    assert offers.take() == units[0]
    with ThreadPoolExecutor(8) as workers:
        taken = list(workers.map(lambda _: offers.take(), range(45)))
    assert sorted(one.unit_id for one in taken if one) == sorted(one.unit_id for one in units[1:])
    assert offers.waiting() == set()
    assert Leases(output).held(LEASE) == {one.unit_id for one in units}


def test_a_unit_that_waited_long_before_it_was_taken_has_a_whole_lease(output: Output, offers: Offers) -> None:
    offers.offer(unit(1))
    (waiting,) = (output.offered / JOB).iterdir()
    os.utime(waiting, (1.0, 1.0))
    assert offers.take() == unit(1)
    assert Leases(output).held(LEASE) == {unit(1).unit_id}


def test_a_lease_lapses_where_nobody_renews_it_and_then_its_worker_hears_of_it(output: Output, offers: Offers) -> None:
    leases = Leases(output)
    for number in (1, 2, 3):
        offers.offer(unit(number))
        offers.take()
        age(output, unit(number).unit_id, 2 * LEASE)
    assert leases.renew(unit(1).unit_id)
    leases.release(unit(2).unit_id)
    assert leases.held(LEASE) == {unit(1).unit_id}
    assert not leases.renew(unit(2).unit_id)
    assert not leases.renew(unit(3).unit_id)
    offers.offer(unit(3))
    assert offers.take() == unit(3)


def test_what_was_not_taken_is_withdrawn_when_the_driver_stops(output: Output) -> None:
    offers = Offers(output, JOB)
    with offers.open():
        offers.offer(unit(1))
        offers.withdraw()
        assert offers.take() is None
        offers.offer(unit(2))
        assert open_jobs(output) == {JOB}
    assert offers.take() is None
    assert offers.waiting() == set()
    assert open_jobs(output) == set()


def test_the_offers_of_a_killed_driver_are_withdrawn_by_the_next_and_those_of_a_living_one_are_not(
    output: Output, offers: Offers
) -> None:
    driver = (
        "import os, sys, signal; from pathlib import Path; from transforms.write.leases import Offers;"
        "from transforms.write.output import Output\n"
        "with Offers(Output(Path(sys.argv[1])), 'b' * 32).open(): os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", driver, str(output.root)], check=False)
    assert {path.name for path in output.offered.iterdir()} == {JOB, "b" * 32}
    assert open_jobs(output) == {JOB}
    assert {path.name for path in output.offered.iterdir()} == {JOB}
