"""``chartstream listen``: takes a live feed in and makes it durable in a spool, until it is told to stop."""

import asyncio
import resource
import signal
import socket
import ssl
from logging import getLogger
from pathlib import Path

from pipelines.address import LOOPBACK, Address
from pipelines.keys import open_spool
from pipelines.listen_metrics import ListenMetrics
from pipelines.monitoring import Pulse, monitored
from transforms.errors import Outage
from transforms.read.mllp.acknowledgement import Outcome
from transforms.read.mllp.listener import Tls, listen
from transforms.spool.group_commit import GroupCommit
from transforms.spool.partition import Partition, SegmentLimits, open_partition
from transforms.spool.spool import Spool

_BEAT_SECONDS = 1.0
_SILENT_SECONDS = 30.0  # of the event loop; after that the process is not well

_log = getLogger(__name__)


def run(
    root: Path,
    mllp: str,
    tls: Tls | None,
    keyring: Path | None,
    partition: str | None,
    limits: SegmentLimits,
    min_free_mb: float,
    metrics: str | None,
) -> None:
    """Listens until SIGTERM or SIGINT; then what was received is stored and acknowledged, and the segment closed."""
    address = Address.parse(mllp, "--mllp")
    context = tls.context() if tls else None
    folder = Spool(root).partition(partition or socket.gethostname())
    _, keys = open_spool(root, keyring)
    if context is None and address.host not in LOOPBACK:
        _log.warning("without TLS the feed can be read on its way: give --tls-certificate and --tls-key, or a tunnel")
    _allow_many_connections()
    with open_partition(folder, keys, limits, min_free=int(min_free_mb * 1_000_000)) as writer:
        asyncio.run(_serve(address, context, writer, metrics))


async def _serve(address: Address, tls: ssl.SSLContext | None, partition: Partition, monitor: str | None) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    metrics, pulse = ListenMetrics(), Pulse(_SILENT_SECONDS)
    metrics.watch_partition(partition)
    beating = asyncio.create_task(_beat(pulse))
    with GroupCommit(partition, loop.call_soon_threadsafe, metrics.durable) as commit:
        async with listen(address.host, address.port, commit, tls, answered=metrics.answered) as listening:
            metrics.watch_mllp(listening)
            with monitored(monitor, metrics.registry, pulse.check, lambda: _amiss(partition)):
                print(f"listening for MLLP on {', '.join(listening.addresses)}, partition {partition.name}", flush=True)
                await stop.wait()
    beating.cancel()
    outcomes, stray = listening.counts.outcomes, listening.counts.stray_bytes
    print(
        f"acknowledged {outcomes[Outcome.STORED]} messages; {outcomes[Outcome.UNREADABLE]} more are stored and unreadable, "
        f"{outcomes[Outcome.REFUSED]} were refused, {stray} bytes stood between frames"
    )


async def _beat(pulse: Pulse) -> None:
    while True:
        pulse.beat()
        await asyncio.sleep(_BEAT_SECONDS)


def _amiss(partition: Partition) -> str:
    """Why no message could be stored now."""
    try:
        partition.check()
    except Outage as outage:
        return str(outage)
    return ""


def _allow_many_connections() -> None:
    """Each connection is a file descriptor: as many as the system allows this process."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
