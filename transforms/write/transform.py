"""Publishing on a pipeline."""

from collections.abc import Iterator
from pathlib import Path

import apache_beam as beam
from apache_beam.metrics import Metrics

import transforms.record_coder  # noqa: F401  registers the records' coder
from transforms.errors import Outage
from transforms.open_units import LeaveOpen, count_open
from transforms.records import ExtractedUnit, PublishedUnit
from transforms.write.output import Output
from transforms.write.publish import publish


class PublishUnits(beam.PTransform):
    """``PCollection[ExtractedUnit] → PCollection[PublishedUnit]``: a durable file a unit in the output's staging.

    A unit that the disk does not take is left open: it is counted, and the driver plans it again.
    """

    def __init__(self, output_root: Path, run_id: str, leave_open: LeaveOpen = count_open) -> None:
        super().__init__()
        self._do = _Publish(Output(output_root), run_id, leave_open)

    def expand(self, units: beam.PCollection[ExtractedUnit]) -> beam.PCollection[PublishedUnit]:
        return units | "Publish" >> beam.ParDo(self._do)


class _Publish(beam.DoFn):
    def __init__(self, output: Output, run_id: str, leave_open: LeaveOpen) -> None:
        self._output = output
        self._run_id = run_id
        self._leave_open = leave_open

    def process(self, unit: ExtractedUnit) -> Iterator[PublishedUnit]:
        try:
            published = publish(unit, self._output, self._run_id)
        except Outage as outage:
            self._leave_open(unit.unit, outage)
            return
        Metrics.counter("chartstream", "published_units").inc()
        yield published
