"""Overlapping spans are paired one to one, as many as can be."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.extract.evaluation.document import Entity
from transforms.extract.evaluation.matching import most_pairs, nearness, overlap, shared


@pytest.mark.parametrize(
    ("other", "characters", "overlaps"),
    [
        (Entity(5, 9, "A"), 0, False),  # begins where the first ends
        (Entity(4, 9, "A"), 1, True),
        (Entity(0, 5, "A"), 3, True),
        (Entity(2, 5, "B"), 3, False),
    ],
)
def test_a_shared_character_of_the_same_type_is_an_overlap(other: Entity, characters: int, overlaps: bool) -> None:
    assert shared(Entity(2, 5, "A"), other) == characters
    assert overlap(Entity(2, 5, "A"), other) is overlaps


def test_one_long_span_is_right_about_one_thing() -> None:
    gold = [Entity(0, 4, "A"), Entity(5, 9, "A"), Entity(10, 14, "A")]

    assert most_pairs(gold, [Entity(0, 14, "A")], overlap) == 1


def test_who_could_be_paired_with_several_leaves_the_only_one_to_another() -> None:
    gold = [Entity(0, 10, "A"), Entity(8, 12, "A")]
    found = [Entity(9, 11, "A"), Entity(0, 3, "A")]  # the first gold meets both, the second only the first found

    assert most_pairs(gold, found, overlap) == 2


def test_a_chain_of_a_thousand_is_turned_round() -> None:
    gold = [Entity(2 * n, 2 * n + 2, "A") for n in range(1000)]
    found = [Entity(2 * n + 1, 2 * n + 3, "A") for n in range(999, -1, -1)]  # each meets two, but for the last

    assert most_pairs(gold, found, overlap) == 1000
    assert most_pairs(found, gold, overlap) == 1000


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=12))
def test_there_is_no_better_pairing(agreeing: list[tuple[int, int]]) -> None:
    agree = set(agreeing)
    tried = (sum((one, other) in agree for one, other in enumerate(order)) for order in permutations(range(5)))

    assert most_pairs(range(5), range(5), lambda one, other: (one, other) in agree) == max(tried)


def test_the_nearest_shares_most_and_takes_in_least() -> None:
    cough = Entity(4, 9, "Sign_symptom")
    exact, longer, other_type, beside = (
        cough,
        Entity(0, 9, "Sign_symptom"),
        Entity(4, 9, "Severity"),
        Entity(9, 12, "Sign_symptom"),
    )

    assert sorted([beside, other_type, longer, exact], key=lambda one: nearness(cough, one)) == [
        beside,
        other_type,
        longer,
        exact,
    ]
