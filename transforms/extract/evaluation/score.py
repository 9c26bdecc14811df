"""Counts of what is right, found and gold, and what follows. Strict: a span counts where start, end and type are right."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Triple = tuple[int, int, str]
T = TypeVar("T", bound=Hashable)

_RESAMPLES = 1000
_SEED = 1  # the same gold and findings give the same interval


@dataclass(frozen=True)
class Score:
    """Counts of one type, or of all."""

    right: int = 0
    found: int = 0
    gold: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.gold) if self.found + self.gold else 0.0

    def __add__(self, other: "Score") -> "Score":
        return Score(self.right + other.right, self.found + other.found, self.gold + other.gold)


@dataclass(frozen=True)
class Evaluation:
    """Scores of each document by type; over all documents by type, and both means over the types."""

    documents: tuple[Mapping[str, Score], ...]

    @cached_property
    def types(self) -> dict[str, Score]:
        """Scores over all documents, in the order of the types' names."""
        names = sorted({name for document in self.documents for name in document})
        return {name: sum((d[name] for d in self.documents if name in d), Score()) for name in names}

    @property
    def micro(self) -> Score:
        """All entities alike, whatever their type."""
        return sum(self.types.values(), Score())

    @property
    def macro_f1(self) -> float:
        """The mean F1 of the types that occur in the gold."""
        values = [score.f1 for score in self.types.values() if score.gold]
        return sum(values) / len(values) if values else 0.0

    def interval(self, name: str | None = None) -> tuple[float, float] | None:
        """95 % interval of a type's F1, of the micro F1 by default; None where fewer than two documents hold any of it.

        The percentile bootstrap (Efron 1979) over documents: what stands in one text is not independent, so texts are
        drawn and not entities.
        """
        chosen = [sum((s for key, s in d.items() if name in (None, key)), Score()) for d in self.documents]
        counts = np.array([(2 * score.right, score.found + score.gold) for score in chosen]).reshape(-1, 2)
        if np.count_nonzero(counts[:, 1]) < 2:
            return None
        counts = counts[np.lexsort(counts.T)]  # the same documents in another order have the same interval
        doubled, both = (_times_drawn(len(chosen)) @ counts).T
        drawn = both > 0
        low, high = np.percentile(doubled[drawn] / both[drawn], (2.5, 97.5))
        return float(low), float(high)

    def table(self) -> str:
        """The scores as a Markdown table, the most frequent type first."""
        rows = sorted(self.types.items(), key=lambda item: (-item[1].gold, item[0]))
        lines = ["| type | gold | precision | recall | F1 |", "|---|---|---|---|---|"]
        for name, score in [*rows, ("**all (micro)**", self.micro)]:
            lines.append(f"| {name} | {score.gold} | {score.precision:.3f} | {score.recall:.3f} | {score.f1:.3f} |")
        return "\n".join(lines)


def evaluate(gold: Sequence[Iterable[Triple]], found: Sequence[Iterable[Triple]]) -> Evaluation:
    """Scores of the found entities of some texts against their gold ones, each ``(start, end, type)``.

    The same triple twice in a text counts once.

    Raises:
        ValueError: not as many texts on both sides.
    """
    return Evaluation(
        tuple(tally(here, there, lambda triple: triple[2], equal) for here, there in zip(gold, found, strict=True))
    )


def tally(
    gold: Iterable[T],
    found: Iterable[T],
    type_of: Callable[[T], str],
    count_right: Callable[[Sequence[T], Sequence[T]], int],
) -> dict[str, Score]:
    """The scores of one document by type. The same thing twice counts once.

    ``count_right`` is asked a type at a time, and gets different things on each side, in their order.
    """
    of_gold, of_found = _by_type(gold, type_of), _by_type(found, type_of)
    return {
        name: Score(count_right(of_gold[name], of_found[name]), len(of_found[name]), len(of_gold[name]))
        for name in sorted({*of_gold, *of_found})
    }


def equal(gold: Sequence[T], found: Sequence[T]) -> int:
    """How many stand on both sides."""
    return len({*gold} & {*found})


@lru_cache(maxsize=1)
def _times_drawn(documents: int) -> NDArray[np.int64]:
    """How often each resample holds each document, shape ``[resamples, documents]``: drawn with replacement."""
    shares = np.full(documents, 1 / documents)
    return np.random.default_rng(_SEED).multinomial(documents, shares, _RESAMPLES)


def _by_type(things: Iterable[T], type_of: Callable[[T], str]) -> defaultdict[str, list[T]]:
    groups: defaultdict[str, list[T]] = defaultdict(list)
    for thing in dict.fromkeys(things):
        groups[type_of(thing)].append(thing)
    return groups
