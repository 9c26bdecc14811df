"""A real Kafka broker on loopback (deploy/kafka/broker.sh), and what stands in a spool that was filled from it."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from confluent_kafka import KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from transforms.keyring import Keyring
from transforms.spool.position import Position
from transforms.spool.spool import Spool, closed_segments, read_segment

SCRIPT = Path(__file__).parents[1] / "deploy/kafka/broker.sh"
_START_SECONDS = 120.0


class Broker:
    """One broker, its data in a folder; it may be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = _two_free_ports()
        self.address = f"127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._folder.mkdir(exist_ok=True)
        with (self._folder / "said.txt").open("ab") as said:
            self._process = subprocess.Popen([SCRIPT, self._folder, str(self._port)], stdout=said, stderr=said)
        admin = AdminClient({"bootstrap.servers": self.address, "log_level": 0})
        ends = time.monotonic() + _START_SECONDS
        while True:
            try:
                admin.list_topics(timeout=2)
                return
            except KafkaException:
                assert self._process.poll() is None, (self._folder / "said.txt").read_text()[-2000:]
                assert time.monotonic() < ends
                time.sleep(0.1)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def create_topic(self, name: str, partitions: int = 3) -> None:
        admin = AdminClient({"bootstrap.servers": self.address})
        admin.create_topics([NewTopic(name, partitions, 1)])[name].result()

    def delete_topic(self, name: str) -> None:
        admin = AdminClient({"bootstrap.servers": self.address})
        admin.delete_topics([name])[name].result()

    def send(self, topic: str, values: Iterable[bytes], partitions: int = 3) -> None:
        """Round about, under a key that names a person."""
        producer = Producer({"bootstrap.servers": self.address, "log_level": 0, "linger.ms": 1})
        for number, value in enumerate(values):
            producer.produce(
                topic, value, key=b"Zyxwander", headers={"name": b"Zyxwander"}, partition=number % partitions
            )
        assert producer.flush(60) == 0


def start_broker(folder: Path) -> Broker:
    """Skips where a broker cannot be had."""
    if shutil.which("java") is None:
        pytest.skip("a Kafka broker needs java")
    if not (SCRIPT.parents[2] / "build/kafka").is_dir():
        if shutil.which("mvn") is None:
            pytest.skip("a Kafka broker's jars need mvn")
        if subprocess.run([SCRIPT, "--prepare"], capture_output=True, timeout=600).returncode:
            pytest.skip("a Kafka broker's jars cannot be had from the Maven repository")
    broker = Broker(folder)
    broker.start()
    return broker


def positions(spool: Spool, keyring: Keyring) -> list[Position]:
    """Of all messages out of Kafka in closed segments, retired ones too; in order within a partition of the spool."""
    segments = [*closed_segments(spool), *sorted(spool.retired.rglob("*.segment"))]
    messages = [one for path in segments for _, one in read_segment(path).messages(keyring)]
    return [one.position for one in messages if one.position is not None]


def places(spool: Spool, keyring: Keyring) -> list[tuple[int, int]]:
    """(partition of the topic, offset), sorted."""
    return sorted((one.partition.number, one.offset) for one in positions(spool, keyring))


def every_place(records: int, partitions: int = 3) -> list[tuple[int, int]]:
    """What ``places`` gives where each of so many records, sent round about, stands once."""
    return sorted((number % partitions, number // partitions) for number in range(records))


def _two_free_ports() -> int:
    while True:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            try:
                other.bind(("127.0.0.1", port + 1))
                return port
            except (OSError, OverflowError):
                continue
