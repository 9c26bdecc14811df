"""Reading and what follows it in the same worker, on a pipeline."""

from collections.abc import Iterator
from typing import Protocol

import apache_beam as beam
from apache_beam.metrics import Metrics

import transforms.record_coder  # noqa: F401  registers the records' coder
from transforms.errors import Outage
from transforms.records import DeidentifiedUnit, Read, Unit


class Reader(Protocol):
    """Reads units, of files or of a spool. Picklable."""

    def read(self, unit: Unit) -> Iterator[Read]:
        """Everything in the unit, in order. An Outage leaves the unit open."""
        ...


class UnitStep(Protocol):
    """What is done with a unit's notes in the worker that read them, so that raw text crosses no shuffle. Picklable."""

    def setup(self) -> None:
        """Loads what is needed, once a worker."""
        ...

    def __call__(self, unit: Unit, items: Iterator[Read]) -> DeidentifiedUnit:
        """The unit without raw text. An Outage leaves the unit open."""
        ...


class ReadUnits(beam.PTransform):
    """PCollection[Unit] → PCollection[DeidentifiedUnit]: reads each unit and hands it to the step, in one DoFn."""

    def __init__(self, reader: Reader, step: UnitStep) -> None:
        super().__init__()
        self._reader = reader
        self._step = step

    def expand(self, units: beam.PCollection) -> beam.PCollection:
        return units | "Read and de-identify" >> beam.ParDo(_ReadUnit(self._reader, self._step)).with_output_types(
            DeidentifiedUnit
        )


class _ReadUnit(beam.DoFn):
    def __init__(self, reader: Reader, step: UnitStep) -> None:
        self._reader = reader
        self._step = step

    def setup(self) -> None:
        self._step.setup()

    def process(self, unit: Unit) -> Iterator[DeidentifiedUnit]:
        try:
            yield self._step(unit, self._reader.read(unit))
        except Outage as outage:
            # Nothing is emitted: the unit stays open, and the driver plans it again.
            Metrics.counter("chartstream", f"open_{outage.cause}").inc()
