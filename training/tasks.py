"""What is learnt from: each corpus with what it can teach, and how much of it a pass over the data holds."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from training.features import Example, Features, Prepared


class Extent(Enum):
    """How much of a document is read at a time."""

    WHOLE = auto()
    ONE_WINDOW = auto()  # Another one each time: of what a long note is, each part tells, and other notes tell more.


@dataclass(frozen=True)
class Task:
    """The training documents of one corpus.

    Attributes:
        share: of the documents that each epoch reads, others each time. Above 1 it reads all, and some once more.
    """

    name: str
    features: Features
    documents: Sequence[Prepared]
    share: float
    extent: Extent = Extent.WHOLE

    def epoch(self, rng: random.Random) -> Iterator[Example]:
        """The examples of one epoch."""
        times, more = divmod(max(1, round(self.share * len(self.documents))), len(self.documents))
        for prepared in [*self.documents] * times + rng.sample(self.documents, more):
            examples = self.features.examples(prepared, rng)
            if self.extent is Extent.WHOLE:
                yield from examples
            else:
                yield rng.choice(list(examples))
