"""What is learnt from: each corpus with what it can teach, and how much of it a pass over the data holds."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from training.features import Example, Features, Prepared


@dataclass(frozen=True)
class Task:
    """The training documents of one corpus.

    Attributes:
        share: of the documents that each epoch reads, others each time.
    """

    name: str
    features: Features
    documents: Sequence[Prepared]
    share: float

    def epoch(self, rng: random.Random) -> Iterator[Example]:
        """The examples of one epoch."""
        count = max(1, round(self.share * len(self.documents)))
        for prepared in rng.sample(self.documents, count):
            yield from self.features.examples(prepared, rng)
