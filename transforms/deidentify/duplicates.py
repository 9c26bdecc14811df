"""Presidio's rule for results that say the same, or less than another."""

from collections.abc import Iterable

from presidio_analyzer import EntityRecognizer, RecognizerResult


def without_duplicates(results: Iterable[RecognizerResult]) -> list[RecognizerResult]:
    """What ``EntityRecognizer.remove_duplicates`` leaves of ``results``, in its order.

    A result goes where another of its entity holds all of it and counts for as much.
    """
    by_entity: dict[str, list[RecognizerResult]] = {}
    for result in results:
        if result.score != EntityRecognizer.MIN_SCORE:
            by_entity.setdefault(result.entity_type, []).append(result)
    kept = [result for entity in sorted(by_entity) for result in _kept(by_entity[entity])]
    return sorted(kept, key=lambda result: (-result.score, result.start, result.start - result.end))


def _kept(alike: list[RecognizerResult]) -> list[RecognizerResult]:
    """Those of one entity. Only what was kept and has not yet ended can hold what begins here."""
    if len(alike) == 1:
        return alike
    kept: list[RecognizerResult] = []
    open_ones: list[RecognizerResult] = []
    last = 0  # where the last of them ends
    for result in sorted(alike, key=lambda result: (result.start, -result.end, -result.score)):
        end = result.end
        if result.start < last:
            score = result.score
            open_ones = [other for other in open_ones if other.end > result.start]
            if any(other.end >= end and other.score >= score for other in open_ones):
                continue
            open_ones.append(result)
        else:
            open_ones = [result]
        kept.append(result)
        last = max(last, end)
    return kept
