"""Committing beside the work: what is published need not wait for the rest of its round."""

import time

from pipelines.committing import CommitLoop
from tests.write.units import Line, new_output, unit_of
from transforms.write.commit import CommitReport, Committer
from transforms.write.publish import publish

_PATIENCE_SECONDS = 60.0  # on a machine that is busy


def test_what_is_published_is_committed_while_others_of_its_round_are_still_at_work(tmp_path):
    output = new_output(tmp_path / "out")
    reports: list[CommitReport] = []

    with CommitLoop(Committer(output), 0.05, reports.append):
        publish(unit_of([Line("short")], start=0), output, "run")
        ends = time.monotonic() + _PATIENCE_SECONDS
        while not reports and time.monotonic() < ends:
            time.sleep(0.05)
        committed_at_work = sum(report.units for report in reports)
        publish(unit_of([Line("long")], start=1), output, "run")

    assert committed_at_work == 1
    assert sum(report.units for report in reports) == 2
