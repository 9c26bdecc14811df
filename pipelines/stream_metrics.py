"""The metrics of ``chartstream stream``: docs/how-to/monitor.md explains each. Labels are codes, never a value of a note."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import numpy as np
from prometheus_client import CollectorRegistry, Counter, Histogram, Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from pipelines.job import ModelServer
from pipelines.monitoring import Looked, Pulse, monitored
from pipelines.patience import UntilStopped
from transforms.extract.check import is_ready
from transforms.extract.client import open_requests
from transforms.records import Outcome, Reason
from transforms.spool.spool import Spool
from transforms.spool.waiting import WaitingCounter
from transforms.write.activity import at_work
from transforms.write.commit import CommitReport
from transforms.write.output import Output
from transforms.write.times import STEPS

_STEP_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_COMMIT_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_ARRIVAL_SECONDS = (0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 21_600, 86_400)


class StreamMetrics:
    """Hears of each commit, and looks at the rest when it is asked."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._commits = Counter(
            "chartstream_stream_commits", "Releases that this process committed.", registry=self.registry
        )
        self._units = Counter("chartstream_stream_units", "Units in them.", registry=self.registry)
        self._records = Counter(
            "chartstream_stream_records",
            "Notes, and records without one, in them, by outcome.",
            ["outcome"],
            registry=self.registry,
        )
        self._quarantined = Counter(
            "chartstream_stream_quarantined",
            "Of these what was held back, by reason code.",
            ["reason"],
            registry=self.registry,
        )
        self._commit = Histogram(
            "chartstream_stream_commit_seconds",
            "How long a commit took.",
            buckets=_COMMIT_SECONDS,
            registry=self.registry,
        )
        self._step = Histogram(
            "chartstream_stream_step_seconds",
            "How long a note took in a step, as the ledger has it.",
            ["step"],
            buckets=_STEP_SECONDS,
            registry=self.registry,
        )
        self._arrival = Histogram(
            "chartstream_stream_arrival_to_commit_seconds",
            "From a message's arrival to its commit, as the ledger has it.",
            buckets=_ARRIVAL_SECONDS,
            registry=self.registry,
        )
        # What did not happen yet is 0, so that a rate of it can be told from the first time on.
        for metric, labels in ((self._records, Outcome), (self._quarantined, Reason), (self._step, STEPS)):
            for label in labels:
                metric.labels(label)

    def committed(self, report: CommitReport) -> None:
        """A group of units is in the tables."""
        self._commits.inc()
        self._units.inc(report.units)
        self._commit.observe(report.seconds)
        for outcome, count in report.outcomes.items():
            self._records.labels(outcome).inc(count)
        for reason, count in report.held_back.items():
            self._quarantined.labels(reason).inc(count)
        for step, seconds in report.step_seconds.items():
            for one in seconds[~np.isnan(seconds)]:
                self._step.labels(step).observe(one)
        for one in report.arrival_seconds[~np.isnan(report.arrival_seconds)]:
            self._arrival.observe(max(0.0, one))  # the clocks of listener and stream may differ

    @contextmanager
    def monitored(
        self,
        address: str | None,
        pulse: Pulse,
        spool: Spool,
        output: Output,
        model: ModelServer,
        patience: UntilStopped,
    ) -> Iterator[None]:
        """Serves all of it (``monitoring.monitored``): what waits, what is at work, and how the stream is, too."""
        waiting = WaitingCounter(spool)
        for look in (
            lambda: _waiting(waiting),
            lambda: _at_work(output),
            lambda: _state(model, patience),
        ):
            self.registry.register(Looked(look))
        with monitored(address, self.registry, pulse.check, lambda: _amiss(spool, output, model, patience)):
            yield


def _amiss(spool: Spool, output: Output, model: ModelServer, patience: UntilStopped) -> str:
    """Why a message that is stored now would not be worked on."""
    if patience.waiting:
        return "it waits for what is not there: see the log"
    if not os.access(spool.partitions, os.R_OK | os.X_OK):
        return "the spool cannot be read"
    if not os.access(output.staging, os.W_OK | os.X_OK):
        return "the output cannot be written"
    if model.endpoint is not None and not is_ready(model.endpoint):
        return "the model server is not ready"
    return ""


def _waiting(counter: WaitingCounter) -> Iterator[Metric]:
    found = counter.count()
    age = max(0.0, (datetime.now(UTC) - found.oldest).total_seconds()) if found.oldest else 0.0
    yield GaugeMetricFamily("chartstream_stream_waiting_segments", "Closed, and not retired.", found.segments)
    yield GaugeMetricFamily("chartstream_stream_waiting_messages", "Messages in these: the lag.", found.messages)
    yield GaugeMetricFamily("chartstream_stream_waiting_bytes", "Bytes of these.", found.bytes)
    yield GaugeMetricFamily("chartstream_stream_lag_seconds", "Age of the oldest of these; 0 where none waits.", age)


def _at_work(output: Output) -> Iterator[Metric]:
    found = at_work(output)
    yield GaugeMetricFamily(
        "chartstream_stream_units_begun",
        "Units whose work was begun and is not published; those of a process that was killed too.",
        found.begun,
    )
    yield GaugeMetricFamily(
        "chartstream_stream_units_published", "Units that are published and not committed.", found.published
    )


def _state(model: ModelServer, patience: UntilStopped) -> Iterator[Metric]:
    requests = open_requests()
    yield GaugeMetricFamily(
        "chartstream_stream_outage", "1 while it waits for a server, disk or store.", int(patience.waiting)
    )
    yield GaugeMetricFamily(
        "chartstream_stream_model_requests_in_flight",
        "Requests that the model server has, or that are tried again.",
        requests.in_flight,
    )
    yield GaugeMetricFamily(
        "chartstream_stream_model_requests_queued", "Requests that wait in this process for those.", requests.queued
    )
    yield CounterMetricFamily(
        "chartstream_stream_model_server_restarts",
        "How often the server that this process started was started again.",
        model.restarts,
    )
