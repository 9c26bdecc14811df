"""Units that an outage leaves open: nothing of them is emitted, and the driver plans them again."""

from collections.abc import Callable

from apache_beam.metrics import Metrics

from transforms.errors import Outage
from transforms.records import Unit

LeaveOpen = Callable[[Unit, Outage], None]
"""What a step does with such a unit. Picklable."""


def count_open(unit: Unit, outage: Outage) -> None:
    """Counts it, by cause."""
    Metrics.counter("chartstream", f"open_{outage.cause}").inc()
