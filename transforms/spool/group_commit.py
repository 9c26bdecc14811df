"""One fsync for many messages: what comes while the disk is busy is made durable together, next."""

import threading
from collections.abc import Callable, Sequence
from functools import partial
from logging import getLogger
from types import TracebackType

from transforms.errors import Outage
from transforms.spool.partition import Partition
from transforms.spool.segment import Message

Confirm = Callable[[Outage | None], None]
"""Called once a message is durable, with None; or with why it is not."""

Durable = Callable[[int], None]
"""Hears, in the spool's thread, how many messages one fsync made durable."""

_Waiting = tuple[Message, Confirm]

_log = getLogger(__name__)


class GroupCommit:
    """A thread that writes a partition from ``__enter__`` to ``__exit__``, which waits until all is written.

    Args:
        partition: nobody else may use it meanwhile.
        deliver: calls what it is given, in order, in the thread in which confirmations are wanted
            (``loop.call_soon_threadsafe``): once for all messages of a group.
        durable: hears of each fsync.
    """

    def __init__(
        self,
        partition: Partition,
        deliver: Callable[[Callable[[], None]], object],
        durable: Durable = lambda messages: None,
    ) -> None:
        self._partition = partition
        self._deliver = deliver
        self._durable = durable
        self._changed = threading.Condition()
        self._waiting: list[_Waiting] = []
        self._stopping = False
        self._refusing = False
        self._thread = threading.Thread(target=self._run, name="spool", daemon=True)

    def __enter__(self) -> "GroupCommit":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join()

    def submit(self, message: Message, confirm: Confirm) -> None:
        """Hands a message over. Messages are stored and confirmed in the order in which they were handed over."""
        self.submit_together([message], confirm)

    def submit_together(self, messages: Sequence[Message], confirm: Confirm) -> None:
        """Hands messages over of which none is stored after one that is not. Each is confirmed."""
        with self._changed:
            if not self._waiting:
                self._changed.notify()
            self._waiting += ((message, confirm) for message in messages)

    def _run(self) -> None:
        due: float | None = None
        while True:
            with self._changed:
                if not self._waiting and not self._stopping:
                    self._changed.wait(due)
                group, self._waiting = self._waiting, []
                if not group and self._stopping:
                    return
            due = self._store(group)

    def _store(self, group: list[_Waiting]) -> float | None:
        """Stores and confirms a group, and closes the segments that it fills; seconds until the next is to be closed."""
        while group:
            error: Outage | None = None
            stored = len(group)
            try:
                stored = self._partition.append([message for message, _ in group])
            except Outage as outage:
                error = outage
            except Exception as defect:  # the listener lives on, and nobody is told that it is stored
                error = Outage("spool_defect", f"unexpected {type(defect).__name__} in the spool; please report it")
            self._say(error)
            if error is None:
                self._durable(stored)
            self._deliver(partial(_confirm, group[:stored], error))
            group = group[stored:]
            if group:
                self._close_due()
        return self._close_due()

    def _close_due(self) -> float | None:
        try:
            return self._partition.close_due()
        except Outage as outage:
            self._say(outage)
            return None

    def _say(self, error: Outage | None) -> None:
        """One line when it begins to refuse, and one when it takes messages again."""
        if error is not None and not self._refusing:
            _log.error("messages are refused: %(outage)s", {"outage": error, "cause": error.cause})
        elif error is None and self._refusing:
            _log.info("messages are stored again")
        self._refusing = error is not None


def _confirm(group: list[_Waiting], error: Outage | None) -> None:
    for _, confirm in group:
        confirm(error)
