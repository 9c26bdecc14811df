"""The work on units as steps of a Beam pipeline: read and de-identify, extract, publish; and a bounded run of them."""

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import apache_beam as beam
from apache_beam.metrics import MetricsFilter
from apache_beam.options.pipeline_options import PipelineOptions

from pipelines.logs import set_up_logging
from transforms.deidentify.transform import DeidentifyUnit
from transforms.errors import Outage
from transforms.extract.client import ClientOptions
from transforms.extract.transform import ExtractFindings
from transforms.open_units import count_open
from transforms.read.transform import Reader, ReadUnits, UnitStep
from transforms.records import DeidentifiedUnit, PublishedUnit, Read, Unit
from transforms.write import attempts
from transforms.write.output import Output
from transforms.write.transform import PublishUnits

# What is set up in this process, by run: each Beam run unpickles a step of its own, and lists and models need a moment.
_set_up: dict[str, DeidentifyUnit] = {}
_setting_up = threading.Lock()


@dataclass(frozen=True)
class CountedStep:
    """De-identification of a unit, after a durable mark that work on it began: so a unit that kills is found."""

    step: DeidentifyUnit
    output: Output
    run_id: str

    def setup(self) -> None:
        """Loads what de-identification needs; raises where something is missing, so that nothing starts."""
        set_up_logging()  # a worker process too is silent where Beam would show an element
        with _setting_up:
            if self.run_id not in _set_up:
                self.step.setup()
                _set_up[self.run_id] = self.step

    def __call__(self, unit: Unit, items: Iterator[Read]) -> DeidentifiedUnit:
        attempts.begin(self.output, unit.unit_id)
        return _set_up[self.run_id](unit, items)


@dataclass(frozen=True)
class LeaveUnmarked:
    """What a step does with a unit that met an outage: it is counted, and its mark is taken away, as the fault is not its own."""

    output: Output

    def __call__(self, unit: Unit, outage: Outage) -> None:
        count_open(unit, outage)
        with suppress(Outage):
            attempts.clear(self.output, unit.unit_id)


@dataclass(frozen=True)
class UnitSteps:
    """The steps that each unit passes in one worker, from its input to a file in staging."""

    reader: Reader
    step: UnitStep
    model: ClientOptions
    output: Output
    run_id: str

    def on(self, units: beam.PCollection[Unit]) -> beam.PCollection[PublishedUnit]:
        """Puts the steps on a pipeline."""
        leave_open = LeaveUnmarked(self.output)
        return (
            units
            | "ReadAndDeidentify" >> ReadUnits(self.reader, self.step, leave_open)
            | "Extract" >> ExtractFindings(self.model, leave_open)
            | "Publish" >> PublishUnits(self.output.root, self.run_id, leave_open)
        )


@dataclass(frozen=True)
class Work:
    """A bounded run of the steps, on the runner that was chosen."""

    steps: UnitSteps
    runner: str
    beam_arguments: tuple[str, ...] = ()

    def process(self, units: Sequence[Unit]) -> Counter[str]:
        """Runs the pipeline over the units; what was published stands in staging.

        Returns the units that stay open, by the cause of the outage.
        """
        options = PipelineOptions([f"--runner={self.runner}", *self.beam_arguments])
        pipeline = beam.Pipeline(options=options)
        self.steps.on(pipeline | "Units" >> beam.Create(units))  # which spreads them over the workers
        result = pipeline.run()
        result.wait_until_finish()
        counters = result.metrics().query(MetricsFilter().with_namespace("chartstream"))["counters"]
        return Counter(
            {
                counter.key.metric.name.removeprefix("open_"): counter.committed
                for counter in counters
                if counter.key.metric.name.startswith("open_")
            }
        )
