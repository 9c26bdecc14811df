"""A circuit breaker: when a server fails again and again, it is asked by one request at a time, and others wait."""

import threading
import time
from collections.abc import Callable

from transforms.errors import Outage


class CircuitBreaker:
    """Shared by all requests to one server.

    Closed until ``failures_to_open`` requests failed in a row. Open, it lets one request in ``cooldown`` seconds through as
    a probe; the others wait for how that ends. After ``patience`` seconds without a success they no longer wait: each
    raises Outage at once, and only probes go on. Any success closes it.
    """

    def __init__(
        self,
        failures_to_open: int,
        cooldown: float,
        patience: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._failures_to_open = failures_to_open
        self._cooldown = cooldown
        self._patience = patience
        self._clock = clock
        self._changed = threading.Condition()
        self._failures = 0
        self._failing_since = 0.0
        self._next_probe = 0.0

    def permit(self) -> None:
        """Returns when a request may be sent. Raises Outage where the server has been away for too long."""
        with self._changed:
            while self._is_open():
                now = self._clock()
                if now >= self._next_probe:
                    self._next_probe = now + self._cooldown
                    return
                if self._exhausted():
                    raise Outage("server_unavailable", "the model server has not answered for too long")
                self._changed.wait(self._next_probe - now)

    def succeeded(self) -> None:
        """A request was answered, whatever the answer."""
        with self._changed:
            self._failures = 0
            self._changed.notify_all()

    def failed(self, began: float) -> bool:
        """A request that was sent at ``began`` was not answered. Whether the patience is over."""
        with self._changed:
            if self._failures == 0:
                self._failing_since = began
            self._failures += 1
            self._next_probe = self._clock() + self._cooldown
            return self._exhausted()

    def _is_open(self) -> bool:
        return self._failures >= self._failures_to_open or self._exhausted()

    def _exhausted(self) -> bool:
        return self._failures > 0 and self._clock() - self._failing_since >= self._patience
