"""A real Kafka broker on loopback (deploy/kafka/broker.sh), and what stands in a spool that was filled from it."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from confluent_kafka import KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from tests.certificates import Authority
from transforms.keyring import Keyring
from transforms.spool.position import Position
from transforms.spool.spool import Spool, closed_segments, read_segment

SCRIPT = Path(__file__).parents[1] / "deploy/kafka/broker.sh"
USER, PASSWORD = "chartstream", "Zyxwander-secret"
_START_SECONDS = 120.0


class Broker:
    """One broker, its data in a folder; it may be killed and started again.

    With an ``authority`` it speaks TLS with a certificate of it, and asks for USER's PASSWORD (SASL).
    """

    def __init__(self, folder: Path, authority: Authority | None = None) -> None:
        self._folder = folder
        self._port = _two_free_ports()
        self._authority = authority
        self.address = f"127.0.0.1:{self._port}"
        self._client = {"bootstrap.servers": self.address, "log_level": 0, **self.credentials(PASSWORD)}
        self._process: subprocess.Popen[bytes] | None = None

    def credentials(self, password: str) -> Mapping[str, str]:
        """What a client is told to be let in."""
        if self._authority is None:
            return {}
        return {
            "security.protocol": "SASL_SSL",
            "ssl.ca.location": str(self._authority.own.certificate),
            "sasl.mechanism": "PLAIN",
            "sasl.username": USER,
            "sasl.password": password,
        }

    def start(self) -> None:
        self._folder.mkdir(exist_ok=True)
        with (self._folder / "said.txt").open("ab") as said:
            secured = [] if self._authority is None else [self._secured_by(self._authority)]
            self._process = subprocess.Popen(
                [SCRIPT, self._folder, str(self._port), *secured], stdout=said, stderr=said
            )
        admin = AdminClient(self._client)
        ends = time.monotonic() + _START_SECONDS
        while True:
            try:
                admin.list_topics(timeout=2)
                return
            except KafkaException:
                assert self._process.poll() is None, (self._folder / "said.txt").read_text()[-2000:]
                assert time.monotonic() < ends
                time.sleep(0.1)

    def _secured_by(self, authority: Authority) -> Path:
        path = self._folder / "secured.properties"
        served = authority.certify("broker")
        (self._folder / "broker.pem").write_bytes(served.key.read_bytes() + served.certificate.read_bytes())
        path.write_text(f"""
listeners=SASL_SSL://127.0.0.1:{self._port},CONTROLLER://127.0.0.1:{self._port + 1}
listener.security.protocol.map=SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT
inter.broker.listener.name=SASL_SSL
sasl.mechanism.inter.broker.protocol=PLAIN
sasl.enabled.mechanisms=PLAIN
listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \
    username="{USER}" password="{PASSWORD}" user_{USER}="{PASSWORD}";
ssl.keystore.type=PEM
ssl.keystore.location={self._folder / "broker.pem"}
ssl.truststore.type=PEM
ssl.truststore.location={authority.own.certificate}
""")
        return path

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def create_topic(self, name: str, partitions: int = 3) -> None:
        admin = AdminClient(self._client)
        admin.create_topics([NewTopic(name, partitions, 1)])[name].result()

    def delete_topic(self, name: str) -> None:
        admin = AdminClient(self._client)
        admin.delete_topics([name])[name].result()

    def send(self, topic: str, values: Iterable[bytes], partitions: int = 3) -> None:
        """Round about, under a key that names a person."""
        producer = Producer({**self._client, "linger.ms": 1})
        for number, value in enumerate(values):
            producer.produce(
                topic, value, key=b"Zyxwander", headers={"name": b"Zyxwander"}, partition=number % partitions
            )
        assert producer.flush(60) == 0


def start_broker(folder: Path, authority: Authority | None = None) -> Broker:
    """Skips where a broker cannot be had."""
    if shutil.which("java") is None:
        pytest.skip("a Kafka broker needs java")
    if not (SCRIPT.parents[2] / "build/kafka").is_dir():
        if shutil.which("mvn") is None:
            pytest.skip("a Kafka broker's jars need mvn")
        if subprocess.run([SCRIPT, "--prepare"], capture_output=True, timeout=600).returncode:
            pytest.skip("a Kafka broker's jars cannot be had from the Maven repository")
    broker = Broker(folder, authority)
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
