"""``chartstream commit``: the committer alone."""

from pathlib import Path

from transforms.write.commit import Committer
from transforms.write.output import open_output


def commit(out: Path) -> int:
    """Rolls open intents forward and commits what stands in staging; returns the number of units."""
    committer = Committer(open_output(out))
    return sum(report.units for report in committer.commit_all())
