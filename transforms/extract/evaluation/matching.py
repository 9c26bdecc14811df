"""Overlap instead of equality: guidelines differ in where a finding begins and ends, so a shared character may do."""

from collections import deque
from collections.abc import Callable, Sequence
from typing import TypeVar

from transforms.extract.evaluation.document import Entity

T = TypeVar("T")


def shared(one: Entity, other: Entity) -> int:
    """How many characters two entities share, whatever their types."""
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def overlap(one: Entity, other: Entity) -> bool:
    """Whether two entities of one type share a character."""
    return one.type == other.type and shared(one, other) > 0


def nearness(entity: Entity, other: Entity) -> tuple[int, bool, int]:
    """How well the other one stands for an entity: what they share, then the type, then how little else it takes in."""
    return shared(entity, other), entity.type == other.type, other.start - other.end


def most_pairs(gold: Sequence[T], found: Sequence[T], agree: Callable[[T, T], bool]) -> int:
    """How many pairs of agreeing things can be made at most, each thing in one pair.

    One to one, so that a single span over a whole note is not right about all that stands in it; and the most, so that the
    count does not depend on an order. Augmenting paths (Kuhn 1955), each the shortest.
    """
    near = [[number for number, other in enumerate(found) if agree(one, other)] for one in gold]
    gold_of: dict[int, int] = {}
    for start in range(len(gold)):
        path = _augmenting_path(start, near, gold_of)
        gold_of.update(path)
    return len(gold_of)


def _augmenting_path(start: int, near: Sequence[Sequence[int]], gold_of: dict[int, int]) -> dict[int, int]:
    """New partners, found to gold, after which ``start`` has one and nobody has lost his; empty where there are none."""
    reached: dict[int, int] = {}  # found → the gold from which it was first reached
    waiting = deque([start])
    while waiting:
        one = waiting.popleft()
        for other in near[one]:
            if other in reached:
                continue
            reached[other] = one
            if other not in gold_of:
                return _turned(other, start, reached, {partner: number for number, partner in gold_of.items()})
            waiting.append(gold_of[other])
    return {}


def _turned(last: int, start: int, reached: dict[int, int], found_of: dict[int, int]) -> dict[int, int]:
    partners = {last: reached[last]}
    while reached[last] != start:
        last = found_of[reached[last]]
        partners[last] = reached[last]
    return partners
