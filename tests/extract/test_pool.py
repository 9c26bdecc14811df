"""The pool of model requests: what runs and what waits can be seen, and an error is its call's alone."""

import threading
import time

import pytest

from transforms.extract.pool import DaemonPool


def test_calls_at_work_and_calls_that_wait_are_counted() -> None:
    pool = DaemonPool(2, "test")
    goes_on = threading.Event()
    calls = [pool.submit(goes_on.wait, 60) for _ in range(5)]
    while pool.running < 2:
        time.sleep(0.01)
    assert (pool.running, pool.queued) == (2, 3)
    failing = pool.submit(int, "Zyxwander")
    goes_on.set()
    assert [call.result(60) for call in calls] == [True] * 5
    with pytest.raises(ValueError):
        failing.result(60)
    while pool.running:
        time.sleep(0.01)
    assert pool.queued == 0
