"""Which topics of which brokers are read, and what Kafka's client (librdkafka) is told beside that."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from confluent_kafka import Consumer, KafkaException

from transforms.errors import ChartstreamError

Setting = str | int | float | bool

_DEFAULTS: Mapping[str, Setting] = {
    "group.id": "chartstream",
    "client.id": "chartstream",
    "session.timeout.ms": 10_000,  # after a kill its partitions rest for so long
    "log_level": 0,  # what keeps records from coming is told once, by us
}
# What exactly once into the spool rests on: offsets are committed once they are durable, and where a partition is begun is
# decided here alone.
_FIXED: Mapping[str, Setting] = {
    "enable.auto.commit": True,
    "auto.commit.interval.ms": 1000,
    "enable.auto.offset.store": False,
    "auto.offset.reset": "error",
    "partition.assignment.strategy": "cooperative-sticky",
}


@dataclass(frozen=True)
class Feed:
    """Topics of the brokers at ``servers`` (HOST:PORT, …). ``settings`` may hold passwords."""

    servers: str
    topics: tuple[str, ...]
    settings: Mapping[str, Setting] = field(default_factory=dict, repr=False)

    def configuration(self) -> dict[str, Setting]:
        """All settings of the client. Raises ChartstreamError where it does not take them."""
        settings: dict[str, Setting] = {**_DEFAULTS, **self.settings, **_FIXED, "bootstrap.servers": self.servers}
        try:
            Consumer(settings).close()
        except KafkaException as error:
            raise ChartstreamError(f"--kafka-config: Kafka's client does not take it: {error.args[0].str()}") from None
        return settings


def load_settings(path: Path) -> dict[str, Setting]:
    """Settings of librdkafka out of a YAML file. Raises ChartstreamError where it is none, or sets what must be as it is."""
    try:
        settings = yaml.safe_load(path.read_text())
    except OSError as error:
        raise ChartstreamError(f"--kafka-config: {path} cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise ChartstreamError(f"--kafka-config: {path} is not YAML") from None
    if not isinstance(settings, dict) or not all(isinstance(value, Setting) for value in settings.values()):
        raise ChartstreamError(f"--kafka-config: {path} must hold settings of librdkafka, each as NAME: VALUE")
    for name in settings:
        if name in _FIXED or name == "bootstrap.servers":
            raise ChartstreamError(f"--kafka-config: {path} cannot set {name}")
    return settings
