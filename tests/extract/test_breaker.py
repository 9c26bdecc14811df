"""The breaker with a clock of its own: what it lets through when a server fails, and when it gives up."""

import threading

import pytest

from transforms.errors import Outage
from transforms.extract.breaker import CircuitBreaker


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> CircuitBreaker:
    return CircuitBreaker(failures_to_open=3, cooldown=5, patience=30, clock=clock)


def test_a_single_failure_holds_nobody_back(breaker, clock):
    assert not breaker.failed(clock.now)
    breaker.permit()
    breaker.succeeded()
    assert not breaker.failed(clock.now)


def test_an_open_one_lets_a_probe_through_and_its_success_closes_it(breaker, clock):
    for _ in range(3):
        breaker.failed(clock.now)
    waiting = threading.Thread(target=breaker.permit, daemon=True)
    waiting.start()
    waiting.join(0.1)
    assert waiting.is_alive()
    clock.now += 5
    breaker.permit()  # the probe
    breaker.succeeded()
    waiting.join(10)
    assert not waiting.is_alive()


def test_after_the_patience_everybody_is_told_at_once_and_probes_go_on(breaker, clock):
    breaker.failed(clock.now)
    clock.now += 30
    assert breaker.failed(clock.now)
    for _ in range(3):
        with pytest.raises(Outage) as outage:
            breaker.permit()
        assert outage.value.cause == "server_unavailable"
    clock.now += 5
    breaker.permit()  # the probe
    with pytest.raises(Outage):
        breaker.permit()
    breaker.succeeded()
    breaker.permit()


def test_a_request_that_hung_for_longer_than_the_patience_ends_it(breaker, clock):
    began = clock.now
    clock.now += 31
    assert breaker.failed(began)


def test_successes_between_failures_keep_it_closed(breaker, clock):
    for _ in range(10):
        clock.now += 20
        assert not breaker.failed(clock.now)
        breaker.succeeded()
        breaker.permit()
