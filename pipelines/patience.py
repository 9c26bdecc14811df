"""Waiting while a server, disk or store is not there: for so long, or until one is told to stop; longer from try to try."""

import random
import signal
import time
from collections.abc import Callable
from logging import getLogger
from types import FrameType, TracebackType
from typing import Protocol

from transforms.errors import ChartstreamError

_FIRST_WAIT_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 30.0
_LOOK_SECONDS = 0.1

_log = getLogger(__name__)


class Patience(Protocol):
    """How long a job goes on trying."""

    seconds: float  # in all, while nothing is committed

    def wait(self, message: str, committed: int = 0) -> None:
        """Sleeps before the next try. ``message`` says what is not there, ``committed`` how many units are by now.

        Raises what ends the job where patience is over.
        """
        ...


class _Growing:
    """Seconds to wait: twice as many each time, from the first again where something was committed."""

    def __init__(self) -> None:
        self._wait = _FIRST_WAIT_SECONDS
        self._committed = 0

    def next(self, committed: int) -> tuple[float, bool]:
        """How long, and whether something was committed since the last time."""
        moved = committed > self._committed
        if moved:
            self._committed, self._wait = committed, _FIRST_WAIT_SECONDS
        wait = random.uniform(self._wait / 2, self._wait)
        self._wait = min(2 * self._wait, _LONGEST_WAIT_SECONDS)
        return wait, moved


class Bounded:
    """Gives up when nothing was committed for so many seconds (``--wait``), with a ChartstreamError."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._since = time.monotonic()
        self._growing = _Growing()

    def wait(self, message: str, committed: int = 0) -> None:
        now = time.monotonic()
        seconds, moved = self._growing.next(committed)
        if moved:
            self._since = now
        if now - self._since >= self.seconds:
            raise ChartstreamError(f"{message} (waited {self.seconds:g} s)")
        time.sleep(seconds)


class Stopped(Exception):  # noqa: N818
    """The job was told to stop."""


class UntilStopped:
    """Goes on for ever, from ``__enter__`` to SIGTERM or SIGINT; what is missing is logged once, and once when it is over.

    The signal interrupts nothing: ``Stopped`` is raised where the job looks for it. The same signal again ends at once.
    ``looked`` hears each time that the job looks.
    """

    seconds = float("inf")

    def __init__(self, looked: Callable[[], None] = lambda: None) -> None:
        self._looked = looked
        self._asked = False
        self._growing = _Growing()
        self._missing = False
        self._handlers: dict[signal.Signals, signal.Handlers] = {}

    def __enter__(self) -> "UntilStopped":
        for number in (signal.SIGTERM, signal.SIGINT):
            self._handlers[number] = signal.signal(number, self._ask)  # type: ignore[assignment]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    @property
    def waiting(self) -> bool:
        """Whether something is missing."""
        return self._missing

    def look(self) -> None:
        """Raises Stopped where it is time to."""
        self._looked()
        if self._asked:
            raise Stopped

    def sleep(self, seconds: float) -> None:
        """Raises Stopped as soon as it is time to."""
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            self.look()
            time.sleep(min(left, _LOOK_SECONDS))
        self.look()

    def wait(self, message: str, committed: int = 0) -> None:
        if not self._missing:
            _log.warning("%s", message)
        self._missing = True
        self.sleep(self._growing.next(committed)[0])

    def all_there(self) -> None:
        """Nothing is missing any more."""
        if self._missing:
            _log.info("it goes on")
        self._missing = False

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self._asked = True
        signal.signal(number, self._handlers[signal.Signals(number)])
