"""A feed of HL7 messages: those of the examples and of the corpus, varied, and senders that do not give up."""

import asyncio
import io
import re
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import closing
from itertools import cycle, islice
from pathlib import Path
from random import Random

from tests.read.mllp.support import framed
from transforms.read.hl7v2 import split_messages
from transforms.read.mllp.acknowledgement import examine

_LINE = re.compile(rb"[^\r\n]+")
# Fields that say which patient, visit, order and document a message is of; MSH-10 besides.
_NUMBERS = {b"PID": (3,), b"PV1": (19,), b"OBR": (2, 3), b"TXA": (12,)}
_AGAIN_SECONDS = 0.05


def messages_of(*folders: Path) -> list[bytes]:
    """All messages of the folders' files that a listener acknowledges with AA."""
    files = sorted(path for folder in folders for path in folder.rglob("*.hl7"))
    found = [payload for path in files for _, payload in split_messages(io.BytesIO(path.read_bytes()))]
    return [one for one in found if one.startswith(b"MSH") and examine(one).fault is None]


def varied(messages: Sequence[bytes], count: int) -> list[bytes]:
    """So many messages, round about; each has a control id of its own, and is of another patient, visit and document."""
    return [_vary(one, number) for number, one in enumerate(islice(cycle(messages), count))]


def control_id(message: bytes) -> str:
    return message.split(message[3:4], 10)[9].decode()


def _vary(message: bytes, number: int) -> bytes:
    field, component = message[3:4], message[4:5]

    def line(found: re.Match[bytes]) -> bytes:
        parts = found[0].split(field)
        if parts[0] == b"MSH":
            parts[9] = b"M%d" % number
            parts[14:16] = [b""] * len(parts[14:16])  # original mode: each is acknowledged with AA
        for position in _NUMBERS.get(parts[0], ()):
            if position < len(parts) and (value := parts[position]) not in (b"", b'""'):
                identifier, separator, rest = value.partition(component)
                parts[position] = b"%bZ%d%b%b" % (identifier, number, separator, rest)
        return field.join(parts)

    return _LINE.sub(line, message)


class Feed:
    """Senders in one event loop, each on a connection of its own: a message that is not acknowledged is sent again.

    Args:
        messages: in what order they are sent.
        port: of the listener, on loopback.
        moments: decides whose acknowledgement gets lost on the way, of one message in twenty: its connection breaks once
            the message is sent.
    """

    def __init__(self, messages: Sequence[bytes], port: int, moments: Random) -> None:
        self.acknowledged: Counter[str] = Counter()  # with AA, by control id
        self.allowed = 0  # of the messages; the rest wait
        self._waiting = deque(messages)
        self._taken = 0
        self._again: deque[bytes] = deque()
        self._unlucky = {control_id(one) for one in messages if moments.random() < 0.05}
        self._port = port

    async def send(self, connections: int) -> None:
        """Returns when all messages are acknowledged."""
        await asyncio.gather(*(self._keep_sending() for _ in range(connections)))

    async def reaches(self, count: int) -> None:
        """Waits until so many messages are acknowledged."""
        while self.acknowledged.total() < count:
            await asyncio.sleep(0.01)

    async def _keep_sending(self) -> None:
        while self._waiting or self._again:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
            except OSError:
                await asyncio.sleep(_AGAIN_SECONDS)
                continue
            with closing(writer):
                await self._send(reader, writer)

    async def _send(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Message after message, until the connection breaks."""
        while self._waiting or self._again:
            message = self._next()
            if message is None:
                await asyncio.sleep(_AGAIN_SECONDS)
                continue
            mine = control_id(message)
            try:
                writer.write(framed(message))
                await writer.drain()
                if mine in self._unlucky:
                    self._unlucky.remove(mine)
                    raise ConnectionError
                answer = await reader.readuntil(b"\x1c\r")
            except (OSError, asyncio.IncompleteReadError):
                self._again.append(message)
                return
            assert f"MSA{chr(message[3])}AA{chr(message[3])}{mine}\r" in answer.decode("latin-1"), answer
            self.acknowledged[mine] += 1

    def _next(self) -> bytes | None:
        if self._again:
            return self._again.popleft()
        if self._waiting and self._taken < self.allowed:
            self._taken += 1
            return self._waiting.popleft()
        return None
