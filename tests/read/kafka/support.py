"""A consumer with a spool behind it, in a thread of its own."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from confluent_kafka import Consumer, TopicPartition

from tests.kafka_broker import PASSWORD, Broker
from transforms.keyring import Keyring
from transforms.read.kafka.consumer import Taken, consume
from transforms.read.kafka.settings import Feed, Setting
from transforms.spool.group_commit import GroupCommit
from transforms.spool.partition import Partition, open_partition
from transforms.spool.spool import Spool

_PATIENCE_SECONDS = 120.0  # of a test, on a machine that is busy
QUICK: Mapping[str, Setting] = {"session.timeout.ms": 1500, "heartbeat.interval.ms": 300, "group.id": "ward"}


@dataclass
class Running:
    partition: Partition
    taken: Taken


@contextmanager
def taking(
    broker: Broker,
    topic: str,
    spool: Spool,
    keyring: Keyring,
    name: str = "ward-3",
    min_free: int = 0,
    password: str = PASSWORD,
) -> Iterator[Running]:
    """Stops gracefully at the end."""
    settings = {**QUICK, **broker.credentials(password)}
    running: list[Running] = []
    errors: list[BaseException] = []
    started, stop = threading.Event(), threading.Event()

    async def run() -> None:
        loop = asyncio.get_running_loop()
        with (
            open_partition(spool.partition(name), keyring, min_free=min_free) as partition,
            GroupCommit(partition, loop.call_soon_threadsafe) as commit,
        ):
            async with consume(Feed(broker.address, (topic,), settings), spool, keyring, commit, stop.set) as taken:
                running.append(Running(partition, taken))
                started.set()
                while not stop.is_set():
                    await asyncio.sleep(0.01)

    def main() -> None:
        try:
            asyncio.run(run())
        except BaseException as error:
            errors.append(error)
            started.set()

    thread = threading.Thread(target=main)
    thread.start()
    assert started.wait(_PATIENCE_SECONDS)
    try:
        if running:
            yield running[0]
    finally:
        stop.set()
        thread.join()
    for error in errors:
        raise error


def until(happened: Callable[[], bool]) -> None:
    ends = time.monotonic() + _PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < ends
        time.sleep(0.02)


def committed(broker: Broker, topic: str, partitions: int = 3) -> list[int]:
    """The group's committed offset of each partition; -1001 where there is none."""
    consumer = Consumer({"bootstrap.servers": broker.address, "group.id": str(QUICK["group.id"])})
    try:
        found = consumer.committed([TopicPartition(topic, number) for number in range(partitions)], timeout=30)
        return [one.offset for one in found]
    finally:
        consumer.close()
