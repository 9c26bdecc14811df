"""Reading and what follows it in the same worker, on a pipeline."""

from collections.abc import Iterator
from typing import Protocol

import apache_beam as beam

import transforms.record_coder  # noqa: F401  registers the records' coder
from transforms.errors import Outage
from transforms.open_units import LeaveOpen, count_open
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

    def __init__(self, reader: Reader, step: UnitStep, leave_open: LeaveOpen = count_open) -> None:
        super().__init__()
        self._do = _ReadUnit(reader, step, leave_open)

    def expand(self, units: beam.PCollection) -> beam.PCollection:
        return units | "Read and de-identify" >> beam.ParDo(self._do).with_output_types(DeidentifiedUnit)


class _ReadUnit(beam.DoFn):
    def __init__(self, reader: Reader, step: UnitStep, leave_open: LeaveOpen) -> None:
        self._reader = reader
        self._step = step
        self._leave_open = leave_open

    def setup(self) -> None:
        self._step.setup()

    def process(self, unit: Unit) -> Iterator[DeidentifiedUnit]:
        try:
            yield self._step(unit, self._reader.read(unit))
        except Outage as outage:
            self._leave_open(unit, outage)
