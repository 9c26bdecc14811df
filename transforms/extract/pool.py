"""A pool of daemon threads: what is in flight when a process ends does not hold it back."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class DaemonPool:
    """Runs calls in order of submission, ``threads`` at a time. (``ThreadPoolExecutor`` joins its threads at exit.)"""

    def __init__(self, threads: int, name: str) -> None:
        self._calls: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._counting = threading.Lock()
        self._running = 0
        for _ in range(threads):
            threading.Thread(target=self._run, name=name, daemon=True).start()

    @property
    def running(self) -> int:
        """Calls that a thread is at."""
        return self._running

    @property
    def queued(self) -> int:
        """Calls that wait for a thread."""
        return self._calls.qsize()

    def submit(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Queues a call; its future has the result or the exception."""
        future: Future[T] = Future()

        def run() -> None:
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(call(*args, **kwargs))
                except BaseException as error:
                    future.set_exception(error)

        self._calls.put(run)
        return future

    def _run(self) -> None:
        while True:
            call = self._calls.get()
            self._count(1)
            call()
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._counting:
            self._running += change
