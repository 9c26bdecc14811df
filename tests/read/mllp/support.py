"""A listener with a spool behind it, in a thread of its own, and senders on real sockets."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from transforms.keyring import Keyring
from transforms.read.mllp.connection import ConnectionLimits, Counts
from transforms.read.mllp.listener import listen
from transforms.spool.group_commit import GroupCommit
from transforms.spool.partition import Partition, SegmentLimits, open_partition
from transforms.spool.segment import Message
from transforms.spool.spool import Spool, closed_segments, read_segment


def message(control_id: str, text: str = "a fever", mode: str = "") -> bytes:
    """A document message; ``mode`` is MSH-15|MSH-16."""
    return (
        f"MSH|^~\\&|EPIC|WARD|CS|LAB|20260101||MDM^T02|{control_id}|P|2.5|||{mode}\r"
        f"TXA|1|HP||||||||||{control_id}\rOBX|1|TX|1||{text}"
    ).encode()


def framed(*messages: bytes) -> bytes:
    return b"".join(b"\x0b%b\x1c\r" % one for one in messages)


class Sender:
    """One connection that sends bytes and reads acknowledgements."""

    def __init__(self, port: int, tls: ssl.SSLContext | None = None) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_hostname="localhost")
        self._received = b""

    def send(self, content: bytes) -> None:
        self.socket.sendall(content)

    def answer(self) -> list[str]:
        """MSA-1 on of the next acknowledgement; none where the connection is at its end."""
        while b"\x1c\r" not in self._received:
            chunk = self.socket.recv(65536)
            if not chunk:
                return []
            self._received += chunk
        one, _, self._received = self._received.partition(b"\x1c\r")
        assert one.startswith(b"\x0bMSH")
        (msa,) = (line for line in one.decode().split("\r") if line.startswith("MSA"))
        return msa.split("|")[1:]

    def answers(self, count: int) -> list[list[str]]:
        return [self.answer() for _ in range(count)]

    def is_answered(self) -> bool:
        """Whether a message was acknowledged before the connection ended."""
        try:
            while chunk := self.socket.recv(65536):
                self._received += chunk
        except OSError:  # of TLS too
            pass
        return b"MSA|" in self._received

    def close(self) -> None:
        self.socket.close()


@dataclass
class Running:
    port: int
    partition: Partition
    counts: Counts
    stop: threading.Event

    def sender(self, tls: ssl.SSLContext | None = None) -> Sender:
        return Sender(self.port, tls)


@contextmanager
def listening(
    spool: Spool,
    keyring: Keyring,
    limits: ConnectionLimits | None = None,
    tls: ssl.SSLContext | None = None,
    segments: SegmentLimits | None = None,
) -> Iterator[Running]:
    """Stops gracefully at the end."""
    running: list[Running] = []
    started, stop = threading.Event(), threading.Event()

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        with (
            open_partition(spool.partition("ward-3"), keyring, segments or SegmentLimits()) as partition,
            GroupCommit(partition, loop.call_soon_threadsafe) as commit,
        ):
            async with listen("127.0.0.1", 0, commit, tls, limits or ConnectionLimits()) as found:
                (address,) = found.addresses
                running.append(Running(int(address.rpartition(":")[2]), partition, found.counts, stop))
                started.set()
                while not stop.is_set():
                    await asyncio.sleep(0.01)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert started.wait(60)
    try:
        yield running[0]
    finally:
        stop.set()
        thread.join()


def stored(spool: Spool, keyring: Keyring) -> list[Message]:
    """What stands in closed segments, in order."""
    return [one for path in closed_segments(spool) for _, one in read_segment(path).messages(keyring)]
