"""Strict evaluation of entities: a span counts where start, end and type are all right."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Triple = tuple[int, int, str]


@dataclass(frozen=True)
class Score:
    """Counts of one type, or of all."""

    right: int
    found: int
    gold: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.gold) if self.found + self.gold else 0.0


@dataclass(frozen=True)
class Evaluation:
    """Scores by type, and both means over them."""

    types: dict[str, Score]

    @property
    def micro(self) -> Score:
        """All entities alike, whatever their type."""
        scores = self.types.values()
        return Score(sum(s.right for s in scores), sum(s.found for s in scores), sum(s.gold for s in scores))

    @property
    def macro_f1(self) -> float:
        """The mean F1 of the types that occur in the gold."""
        values = [score.f1 for score in self.types.values() if score.gold]
        return sum(values) / len(values) if values else 0.0

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
    right: Counter[str] = Counter()
    of_gold: Counter[str] = Counter()
    of_found: Counter[str] = Counter()
    for gold_here, found_here in zip(map(set, gold), map(set, found), strict=True):
        right.update(entity_type for _, _, entity_type in gold_here & found_here)
        of_gold.update(entity_type for _, _, entity_type in gold_here)
        of_found.update(entity_type for _, _, entity_type in found_here)
    return Evaluation({name: Score(right[name], of_found[name], of_gold[name]) for name in sorted(of_gold | of_found)})
