"""The unbounded pipeline on a Flink cluster: its workers take units from the output, and hold them under leases."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from hashlib import sha256

import apache_beam as beam
import grpc
from apache_beam.io.flink.flink_streaming_impulse_source import FlinkStreamingImpulseSource
from apache_beam.options.pipeline_options import FlinkRunnerOptions, PipelineOptions, PortableOptions
from apache_beam.runners.runner import PipelineResult

from pipelines.flink_master import FlinkMaster
from pipelines.renewal import renewal
from pipelines.work import UnitSteps
from transforms.errors import ChartstreamError, Outage
from transforms.read.transform import UnitStep
from transforms.records import DeidentifiedUnit, PublishedUnit, Read, Unit
from transforms.write.leases import Leases, Offers, open_jobs
from transforms.write.output import Output

_TICK_MILLISECONDS = 200
_TAKING_SECONDS = 0.5  # then the bundle must end soon, and what it holds is published
_BUNDLE_MILLISECONDS = 500


class WorkFailed(Exception):  # noqa: N818
    """An error that nobody foresaw, without its text, which may hold a value: Flink logs what ends a bundle."""


@dataclass(frozen=True)
class SilentStep:
    """A step whose errors name no more than their kind and the unit."""

    step: UnitStep

    def setup(self) -> None:
        """Sets the step up."""
        self.step.setup()

    def __call__(self, unit: Unit, items: Iterator[Read]) -> DeidentifiedUnit:
        try:
            return self.step(unit, items)
        except Outage:
            raise
        except Exception as error:
            raise WorkFailed(f"{type(error).__name__} in unit {unit.unit_id}") from None


@dataclass(frozen=True)
class Cluster:
    """A Flink cluster as Beam's options name it, for one output.

    Args:
        output: where units are offered, leased and published; every worker reaches it at the same path.
        arguments: Beam's own options, with ``--flink_master`` and ``--job_endpoint``.
        lease: seconds after which a unit that no worker renews is lost to its worker.
    """

    output: Output
    arguments: tuple[str, ...]
    lease: float

    def check(self) -> None:
        """Raises ChartstreamError where the options do not name the cluster."""
        options = PipelineOptions(list(self.arguments))
        master = options.view_as(FlinkRunnerOptions).flink_master
        if master.startswith("[") or options.view_as(PortableOptions).job_endpoint is None:
            raise ChartstreamError(
                "stream on Flink takes -- --flink_master=HOST:PORT --job_endpoint=HOST:PORT: see deploy/flink"
            )

    @contextmanager
    def working(self, steps: UnitSteps, offers: Offers) -> Iterator[Callable[[], None]]:
        """A job that works on what is offered, cancelled at the end. Those of dead drivers hold slots, and are cancelled first.

        What is given looks at the job: it raises Outage where that has ended, or the cluster is not there. So does the start.
        """
        living = {self._name(job) for job in open_jobs(self.output)}
        self._cancel(lambda name: name.startswith(self._name("")) and name not in living)
        result = self._submit(steps, offers)
        try:
            yield lambda: self._look(offers.job)
        finally:
            with suppress(grpc.RpcError):
                result.cancel()  # where it has not reached the cluster yet
            with suppress(Outage):
                self._cancel(lambda name: name == self._name(offers.job))

    def _submit(self, steps: UnitSteps, offers: Offers) -> PipelineResult:
        options = PipelineOptions(
            [
                "--runner=FlinkRunner",
                "--streaming",
                f"--job_name={self._name(offers.job)}",
                f"--max_bundle_time_millis={_BUNDLE_MILLISECONDS}",
                "--experiments=disable_logging_submission_environment",
                *self.arguments,
            ]
        )
        pipeline = beam.Pipeline(options=options)
        leases = Leases(self.output)
        units = (
            pipeline
            | "Ticks" >> FlinkStreamingImpulseSource().set_interval_ms(_TICK_MILLISECONDS)
            | "Take" >> beam.ParDo(_TakeUnits(offers, leases, self.lease)).with_output_types(Unit)
        )
        published = replace(steps, step=SilentStep(steps.step)).on(units)
        _ = published | "Release" >> beam.ParDo(_ReleaseLease(leases))
        try:
            return pipeline.run()
        except (grpc.RpcError, grpc.FutureTimeoutError):
            raise Outage(
                "cluster_unavailable", "Flink's job server does not answer: see deploy/flink, or mend --job_endpoint"
            ) from None

    def _look(self, job: str) -> None:
        if any(known.ended for known in self._master.jobs() if known.name == self._name(job)):
            raise Outage("cluster_unavailable", "the job on the cluster has ended: see Flink's log")

    def _cancel(self, wanted: Callable[[str], bool]) -> None:
        for job in self._master.jobs():
            if wanted(job.name) and not job.ended:
                self._master.cancel(job)

    @property
    def _master(self) -> FlinkMaster:
        address = PipelineOptions(list(self.arguments)).view_as(FlinkRunnerOptions).flink_master
        return FlinkMaster(address.removeprefix("http://"))

    def _name(self, job: str) -> str:
        return f"chartstream-{sha256(str(self.output.root).encode()).hexdigest()[:8]}-{job}"


class _TakeUnits(beam.DoFn):
    def __init__(self, offers: Offers, leases: Leases, lease: float) -> None:
        self._offers = offers
        self._leases = leases
        self._lease = lease

    def process(self, tick: bytes) -> Iterator[Unit]:
        ends = time.monotonic() + _TAKING_SECONDS
        while time.monotonic() < ends and (unit := self._taken()) is not None:
            renewal(self._leases, self._lease).hold(unit)
            yield unit

    def _taken(self) -> Unit | None:
        try:
            return self._offers.take()
        except Outage:
            return None  # OUT is not there now: the next tick


class _ReleaseLease(beam.DoFn):
    def __init__(self, leases: Leases) -> None:
        self._leases = leases

    def process(self, unit: PublishedUnit) -> None:
        with suppress(Outage):  # then it lapses
            self._leases.release(unit.unit_id)
