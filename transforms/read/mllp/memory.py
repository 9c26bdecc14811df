"""The memory of all connections together: who may read on, so that messages on their way never hold more than a bound.

Back-pressure is not reading: a sender's network stack fills up and it waits. Nothing that waits for the disk needs help:
it is released when it is stored. But where unfinished messages alone fill the memory, none would ever be finished: then one
connection at a time reads on, and is cut off where it does not get to its message's end in time.
"""

from typing import Protocol


class Reading(Protocol):
    """A connection, as far as memory goes."""

    @property
    def unfinished(self) -> int:
        """Bytes of the message that has not come to its end."""
        ...

    def hold(self) -> None:
        """Stops reading until ``go_on``."""
        ...

    def go_on(self) -> None: ...

    def cut_off(self) -> None:
        """Ends the connection; it then calls ``leave``."""
        ...


class Memory:
    """Counts bytes; holds every connection above ``limit`` and lets them go on below half of it.

    What is held can be more by one message and by what each connection reads at once.
    """

    def __init__(self, limit: int, turn_seconds: float = 10.0) -> None:
        self._limit = limit
        self._turn_seconds = turn_seconds
        self._readers: dict[Reading, int] = {}  # bytes of its unfinished message
        self._unfinished = 0
        self._stored_next = 0  # bytes that wait for the disk
        self._turn: Reading | None = None
        self._turn_ends: float | None = None
        self.short = False

    @property
    def held(self) -> int:
        """Bytes of messages on their way."""
        return self._unfinished + self._stored_next

    def join(self, reader: Reading) -> None:
        """A connection begins."""
        self._readers[reader] = 0
        if self.short:
            reader.hold()

    def leave(self, reader: Reading) -> None:
        """A connection has ended; its unfinished message is gone."""
        self._unfinished -= self._readers.pop(reader, 0)
        if self._turn is reader:
            self._turn = None
        self._balance()

    def read(self, reader: Reading, finished: int) -> None:
        """A connection has read: so many bytes came to their message's end and wait for the disk now."""
        unfinished = reader.unfinished
        self._unfinished += unfinished - self._readers[reader]
        self._readers[reader] = unfinished
        self._stored_next += finished
        if finished and self._turn is reader:
            self._turn = None
            reader.hold()
        self._balance()

    def stored(self, size: int) -> None:
        """So many bytes are on disk, or were refused."""
        self._stored_next -= size
        self._balance()

    def tick(self, now: float) -> None:
        """To be called every second or so: ends a turn that is over."""
        if self._turn is None:
            return
        if self._turn_ends is None:
            self._turn_ends = now + self._turn_seconds
        elif now >= self._turn_ends:
            self._turn.cut_off()

    def _balance(self) -> None:
        held = self.held
        if not self.short and held > self._limit:
            self.short = True
            for reader in self._readers:
                reader.hold()
        elif self.short and held <= self._limit // 2:
            self.short, self._turn = False, None
            for reader in self._readers:
                reader.go_on()
        if self.short and not self._stored_next and self._turn is None and self._readers:
            # The largest: it frees most, and is likely to be the nearest to its end.
            self._turn = max(self._readers, key=self._readers.__getitem__)
            self._turn_ends = None
            self._turn.go_on()
