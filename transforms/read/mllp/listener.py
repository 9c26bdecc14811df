"""The MLLP server: many connections on one event loop, one spool behind them."""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from transforms.errors import ChartstreamError
from transforms.read.mllp.connection import Answered, Connection, ConnectionLimits, Counts, Shared
from transforms.read.mllp.memory import Memory
from transforms.spool.group_commit import GroupCommit

_BACKLOG = 1024  # connections that wait to be accepted
_HANDSHAKE_SECONDS = 10.0
_GOODBYE_SECONDS = 2.0  # for the other side of TLS to close
_CHECK_SECONDS = 1.0
_STOP_SECONDS = 10.0  # for answers that are on their way


@dataclass(frozen=True)
class Tls:
    """Files in PEM. With ``client_ca`` only senders with a certificate of that authority are let in."""

    certificate: Path
    key: Path
    client_ca: Path | None = None

    def context(self) -> ssl.SSLContext:
        """Raises ChartstreamError where a file is missing or none of its kind."""
        for path in (self.certificate, self.key, self.client_ca):
            if path is not None and not os.access(path, os.R_OK):
                raise ChartstreamError(f"{path} cannot be read: TLS needs it")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.load_cert_chain(self.certificate, self.key, password="")  # it asks nobody
            if self.client_ca is not None:
                context.verify_mode = ssl.CERT_REQUIRED
                context.load_verify_locations(self.client_ca)
        except ssl.SSLError:
            raise ChartstreamError(
                "TLS cannot be set up: all files must be PEM, and the key must be the certificate's, without a password"
            ) from None
        return context


@dataclass(frozen=True)
class Listening:
    """A server that takes messages: where (HOST:PORT), what came of them so far, and what goes on."""

    addresses: tuple[str, ...]
    shared: Shared

    @property
    def counts(self) -> Counts:
        return self.shared.counts

    @property
    def connections(self) -> int:
        """How many are up."""
        return len(self.shared.connections)

    @property
    def held_bytes(self) -> int:
        """Of messages on their way, over all connections."""
        return self.shared.memory.held

    @property
    def holds_back(self) -> bool:
        """Whether memory is short, so that it reads no more until the disk has caught up."""
        return self.shared.memory.short


@asynccontextmanager
async def listen(
    host: str,
    port: int,
    commit: GroupCommit,
    tls: ssl.SSLContext | None = None,
    limits: ConnectionLimits = ConnectionLimits(),  # noqa: B008
    answered: Answered = lambda outcome, seconds: None,
) -> AsyncIterator[Listening]:
    """Takes messages until the block ends; then accepts and reads nothing more, and answers what was received.

    ``commit`` delivers in this event loop; ``answered`` is called in it for every message. Port 0 takes a free one. Raises
    ChartstreamError where the address cannot be had.
    """
    loop = asyncio.get_running_loop()
    shared = Shared(commit, limits, Memory(limits.held_bytes), answered)
    try:
        server = await loop.create_server(
            lambda: Connection(shared),
            host,
            port,
            ssl=tls,
            backlog=_BACKLOG,
            ssl_handshake_timeout=_HANDSHAKE_SECONDS if tls else None,
            ssl_shutdown_timeout=_GOODBYE_SECONDS if tls else None,
        )
    except OSError as error:
        raise ChartstreamError(f"cannot listen on {host}:{port}: {error.strerror}") from None
    checking = asyncio.create_task(_check(shared))
    try:
        yield Listening(tuple(_address(one.getsockname()) for one in server.sockets), shared)
    finally:
        checking.cancel()
        server.close()
        await _end(shared.connections)


async def _check(shared: Shared) -> None:
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(_CHECK_SECONDS)
        shared.memory.tick(loop.time())
        for connection in tuple(shared.connections):
            connection.check(loop.time())


async def _end(connections: set[Connection]) -> None:
    loop = asyncio.get_running_loop()
    for connection in tuple(connections):
        connection.end()
    ends = loop.time() + _STOP_SECONDS
    while connections and loop.time() < ends:
        await asyncio.sleep(0.01)
    for connection in tuple(connections):
        connection.cut_off()


def _address(name: tuple[str, int]) -> str:
    host, port = name[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
