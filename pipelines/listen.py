"""``chartstream listen``: takes a live feed in and makes it durable in a spool, until it is told to stop."""

import asyncio
import resource
import signal
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from logging import getLogger
from pathlib import Path

from pipelines.address import LOOPBACK, Address
from pipelines.keys import open_spool
from pipelines.listen_metrics import ListenMetrics
from pipelines.monitoring import Pulse, monitored
from transforms.errors import Outage
from transforms.keyring import Keyring
from transforms.read.kafka.consumer import consume
from transforms.read.kafka.settings import Feed, load_settings
from transforms.read.mllp.acknowledgement import Outcome
from transforms.read.mllp.listener import Tls, listen
from transforms.spool.group_commit import GroupCommit
from transforms.spool.partition import Partition, SegmentLimits, open_partition
from transforms.spool.spool import Spool

_BEAT_SECONDS = 1.0
_SILENT_SECONDS = 30.0  # of the event loop; after that the process is not well

_log = getLogger(__name__)


@dataclass(frozen=True)
class Server:
    """Where to listen for MLLP; without ``tls`` in the clear."""

    address: Address
    tls: ssl.SSLContext | None


def mllp_server(mllp: str, tls: Tls | None) -> Server:
    """What ``--mllp`` and the files of TLS say. Raises ChartstreamError."""
    return Server(Address.parse(mllp, "--mllp"), tls.context() if tls else None)


def kafka_feed(servers: str, topics: tuple[str, ...], config: Path | None) -> Feed:
    """What ``--kafka``, ``--topic`` and ``--kafka-config`` say. Raises ChartstreamError."""
    for server in servers.split(","):
        Address.parse(server.strip(), "--kafka")
    return Feed(servers, topics, load_settings(config) if config else {})


def run(
    root: Path,
    server: Server | None,
    feed: Feed | None,
    keyring: Path | None,
    partition: str | None,
    limits: SegmentLimits,
    min_free_mb: float,
    metrics: str | None,
) -> None:
    """Takes messages in until SIGTERM or SIGINT; then what was received is stored and acknowledged, and the segment closed."""
    folder = Spool(root).partition(partition or socket.gethostname())
    spool, keys = open_spool(root, keyring)
    if server is not None and server.tls is None and server.address.host not in LOOPBACK:
        _log.warning("without TLS the feed can be read on its way: give --tls-certificate and --tls-key, or a tunnel")
    _allow_many_connections()
    with open_partition(folder, keys, limits, min_free=int(min_free_mb * 1_000_000)) as writer:
        asyncio.run(_take_in(server, feed, spool, keys, writer, metrics))


async def _take_in(
    server: Server | None,
    feed: Feed | None,
    spool: Spool,
    keyring: Keyring,
    partition: Partition,
    monitor: str | None,
) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    metrics, pulse = ListenMetrics(), Pulse(_SILENT_SECONDS)
    metrics.watch_partition(partition)
    beating = asyncio.create_task(_beat(pulse))
    with (
        GroupCommit(partition, loop.call_soon_threadsafe, metrics.durable) as commit,
        monitored(monitor, metrics.registry, pulse.check, lambda: _amiss(partition)),
    ):
        async with AsyncExitStack() as feeds:
            if server is not None:
                await feeds.enter_async_context(_mllp(server, commit, partition.name, metrics))
            if feed is not None:
                await feeds.enter_async_context(_kafka(feed, spool, keyring, commit, partition.name, stop))
            await stop.wait()
    beating.cancel()


@asynccontextmanager
async def _mllp(server: Server, commit: GroupCommit, partition: str, metrics: ListenMetrics) -> AsyncIterator[None]:
    address = server.address
    async with listen(address.host, address.port, commit, server.tls, answered=metrics.answered) as listening:
        metrics.watch_mllp(listening)
        print(f"listening for MLLP on {', '.join(listening.addresses)}, partition {partition}", flush=True)
        yield
    outcomes, stray = listening.counts.outcomes, listening.counts.stray_bytes
    print(
        f"acknowledged {outcomes[Outcome.STORED]} messages; {outcomes[Outcome.UNREADABLE]} more are stored and unreadable, "
        f"{outcomes[Outcome.REFUSED]} were refused, {stray} bytes stood between frames"
    )


@asynccontextmanager
async def _kafka(
    feed: Feed, spool: Spool, keyring: Keyring, commit: GroupCommit, partition: str, stop: asyncio.Event
) -> AsyncIterator[None]:
    async with consume(feed, spool, keyring, commit, stop.set) as taken:
        print(
            f"listening to Kafka at {feed.servers}, topic {', '.join(feed.topics)}, partition {partition}", flush=True
        )
        yield
    print(f"stored {taken.records} records of Kafka")


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
