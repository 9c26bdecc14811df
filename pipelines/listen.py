"""``chartstream listen``: takes a live feed in and makes it durable in a spool, until it is told to stop."""

import asyncio
import resource
import signal
import socket
import ssl
from dataclasses import dataclass
from logging import getLogger
from pathlib import Path

from pipelines.keys import open_spool
from transforms.errors import ChartstreamError
from transforms.read.mllp.acknowledgement import Outcome
from transforms.read.mllp.listener import Tls, listen
from transforms.spool.group_commit import GroupCommit
from transforms.spool.partition import Partition, SegmentLimits, open_partition
from transforms.spool.spool import Spool

_LOOPBACK = ("127.0.0.1", "::1", "localhost")

_log = getLogger(__name__)


@dataclass(frozen=True)
class Address:
    """``HOST:PORT``; an IPv6 address stands in brackets."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str, flag: str) -> "Address":
        """Raises ChartstreamError, naming the flag, where it is of another form."""
        host, colon, port = text.rpartition(":")
        if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
            raise ChartstreamError(f"{flag} takes HOST:PORT, such as 127.0.0.1:2575")
        return cls(host.removeprefix("[").removesuffix("]"), int(port))


def run(
    root: Path,
    mllp: str,
    tls: Tls | None,
    keyring: Path | None,
    partition: str | None,
    limits: SegmentLimits,
    min_free_mb: float,
) -> None:
    """Listens until SIGTERM or SIGINT; then what was received is stored and acknowledged, and the segment closed."""
    address = Address.parse(mllp, "--mllp")
    context = tls.context() if tls else None
    folder = Spool(root).partition(partition or socket.gethostname())
    _, keys = open_spool(root, keyring)
    if context is None and address.host not in _LOOPBACK:
        _log.warning("without TLS the feed can be read on its way: give --tls-certificate and --tls-key, or a tunnel")
    _allow_many_connections()
    with open_partition(folder, keys, limits, min_free=int(min_free_mb * 1_000_000)) as writer:
        asyncio.run(_serve(address, context, writer))


async def _serve(address: Address, tls: ssl.SSLContext | None, partition: Partition) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    with GroupCommit(partition, loop.call_soon_threadsafe) as commit:
        async with listen(address.host, address.port, commit, tls) as listening:
            print(f"listening for MLLP on {', '.join(listening.addresses)}, partition {partition.name}", flush=True)
            await stop.wait()
    outcomes, stray = listening.counts.outcomes, listening.counts.stray_bytes
    print(
        f"acknowledged {outcomes[Outcome.STORED]} messages; {outcomes[Outcome.UNREADABLE]} more are stored and unreadable, "
        f"{outcomes[Outcome.REFUSED]} were refused, {stray} bytes stood between frames"
    )


def _allow_many_connections() -> None:
    """Each connection is a file descriptor: as many as the system allows this process."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
