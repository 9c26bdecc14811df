"""Which parts of the input are accounted for: what the plan leaves out."""

from transforms.intervals import Intervals
from transforms.write.commit import Committer
from transforms.write.output import Output


def load_decided(output: Output) -> Intervals:
    """The decided intervals, open intents rolled forward first. Raises Outage."""
    return Committer(output).decided
