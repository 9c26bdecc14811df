"""The metrics of ``chartstream listen``: docs/how-to/monitor.md explains each. Labels are codes, never a value of a message."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Histogram, Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from pipelines.monitoring import Looked
from transforms.read.mllp.acknowledgement import Outcome
from transforms.read.mllp.listener import Listening
from transforms.spool.partition import Partition

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_MESSAGES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class ListenMetrics:
    """Hears of each message and each fsync, and looks at the rest when it is asked."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._acknowledgement = Histogram(
            "chartstream_listen_acknowledgement_seconds",
            "From a message's last byte to its acknowledgement.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._fsync = Histogram(
            "chartstream_listen_fsync_messages",
            "Messages that one fsync made durable.",
            buckets=_MESSAGES,
            registry=self.registry,
        )

    def answered(self, outcome: Outcome, seconds: float) -> None:
        """A message was answered, ``seconds`` after its last byte."""
        self._acknowledgement.observe(seconds)

    def durable(self, messages: int) -> None:
        """One fsync made so many messages durable."""
        self._fsync.observe(messages)

    def watch_partition(self, partition: Partition) -> None:
        """Shows what becomes of this partition, too."""
        self.registry.register(Looked(lambda: _partition(partition)))

    def watch_mllp(self, listening: Listening) -> None:
        """Shows what this server does, too."""
        self.registry.register(Looked(lambda: _mllp(listening)))


def _partition(partition: Partition) -> Iterator[Metric]:
    yield CounterMetricFamily(
        "chartstream_listen_segments_closed", "Segments closed, and ready for stream.", partition.segments_closed
    )
    yield GaugeMetricFamily("chartstream_listen_spool_free_bytes", "Free on the spool's disk.", partition.free())
    yield GaugeMetricFamily(
        "chartstream_listen_spool_min_free_bytes", "With less free, messages are refused.", partition.min_free
    )


def _mllp(listening: Listening) -> Iterator[Metric]:
    counts = listening.counts
    messages = CounterMetricFamily(
        "chartstream_listen_messages", "Messages by acknowledgement code (CA, CE, CR count as these).", labels=["code"]
    )
    for outcome, count in counts.outcomes.items():
        messages.add_metric([f"A{outcome}"], count)
    yield messages
    yield CounterMetricFamily("chartstream_listen_received_bytes", "Bytes that came in.", counts.received_bytes)
    yield CounterMetricFamily(
        "chartstream_listen_stray_bytes", "Of these, bytes between frames: not stored.", counts.stray_bytes
    )
    yield GaugeMetricFamily("chartstream_listen_connections", "Senders that are connected.", listening.connections)
    yield GaugeMetricFamily(
        "chartstream_listen_held_bytes", "Of messages on their way to the disk.", listening.held_bytes
    )
    yield GaugeMetricFamily(
        "chartstream_listen_reading_paused",
        "1 while nothing is read, because memory is short until the disk has caught up.",
        int(listening.holds_back),
    )
