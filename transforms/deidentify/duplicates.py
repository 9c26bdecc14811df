"""Presidio's rule for results that say the same, or less than another."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from operator import attrgetter

from presidio_analyzer import EntityRecognizer, RecognizerResult


def without_duplicates(results: Iterable[RecognizerResult]) -> list[RecognizerResult]:
    """What ``EntityRecognizer.remove_duplicates`` leaves of ``results``, in its order.

    It compares all with each other; where no two results of one entity touch, there is nothing to compare.
    """
    by_entity: dict[str, list[RecognizerResult]] = defaultdict(list)
    for result in results:
        by_entity[result.entity_type].append(result)
    kept = []
    for entity in sorted(by_entity):
        alike = sorted(by_entity[entity], key=attrgetter("start"))
        if any(left.end >= right.start for left, right in pairwise(alike)):
            alike = EntityRecognizer.remove_duplicates(alike)
        kept += [result for result in alike if result.score != EntityRecognizer.MIN_SCORE]
    return sorted(kept, key=lambda result: (-result.score, result.start, result.start - result.end))
