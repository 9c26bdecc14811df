"""Which pairs of entities are looked at, and what a pair's network makes of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_repo.clinical_bert import relations
from model_repo.clinical_bert.relations import Mentions, PairNetwork, Pairs, candidates

TYPES, WIDTH, REACH = 3, 4, 5
POSSIBLE = np.array([[False, True, True], [True, False, False], [False, False, True]])

documents = st.lists(st.tuples(st.integers(0, TYPES - 1), st.integers(1, 9)), max_size=20)


def _arrays(document: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    types = np.array([entity_type for entity_type, _ in document], dtype=np.int64)
    return types, np.cumsum([step for _, step in document], dtype=np.int64)


@given(documents, st.integers(0, 20))
def test_pairs_are_those_in_reach_whose_types_can_be_related(document: list[tuple[int, int]], known: int) -> None:
    types, word = _arrays(document)
    known = min(known, len(types))
    found = candidates(types, word, POSSIBLE, REACH, 12, known)

    expected = {
        (head, tail)
        for head in range(len(types))
        for tail in range(len(types))
        if head != tail
        and abs(head - tail) <= REACH
        and abs(int(word[head]) - int(word[tail])) <= 12
        and POSSIBLE[types[head], types[tail]]
        and max(head, tail) >= known
    }
    pairs = list(zip(found.head.tolist(), found.tail.tolist(), strict=True))
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == expected


@given(st.lists(st.integers(0, 400), min_size=2, max_size=30))
def test_distances_fall_into_the_rows_that_the_weights_have(steps: list[int]) -> None:
    word = np.cumsum(steps, dtype=np.int64)
    head, tail = np.meshgrid(np.arange(len(word)), np.arange(len(word)))
    pairs = Pairs(head.ravel(), tail.ravel())

    apart = relations.apart_bucket(pairs, REACH)
    words = relations.words_bucket(word, pairs)
    sentences = relations.sentences_bucket(word, pairs)

    assert apart.min() >= 0
    assert apart.max() <= 2 * REACH
    assert words.min() >= 0
    assert words.max() < 2 * len(relations.WORD_STEPS)
    assert set(sentences.tolist()) <= set(range(relations.SENTENCES + 1))
    forwards = word[pairs.tail] >= word[pairs.head]
    assert ((words < len(relations.WORD_STEPS)) == forwards).all()


@pytest.fixture
def network() -> PairNetwork:
    """Only words count: the relation holds where head and tail are next to each other."""
    words = np.zeros((2 * len(relations.WORD_STEPS), WIDTH), dtype=np.float32)
    words[0] = 10.0
    return PairNetwork(
        possible=POSSIBLE,
        head_type=np.zeros((TYPES, WIDTH), dtype=np.float32),
        tail_type=np.zeros((TYPES, WIDTH), dtype=np.float32),
        apart=np.zeros((2 * REACH + 1, WIDTH), dtype=np.float32),
        words=words,
        sentences=np.zeros((relations.SENTENCES + 1, WIDTH), dtype=np.float32),
        output=np.tile(np.array([[-1.0, 1.0]], dtype=np.float32), (WIDTH, 1)),
        prior=np.tile(np.array([1.0, 0.0], dtype=np.float32), (TYPES, TYPES, 1)),
    )


def test_a_relation_is_found_where_the_weights_say_so(network: PairNetwork) -> None:
    types, word = np.array([0, 1, 2]), np.array([4, 5, 30])
    mentions = Mentions(types, word, np.zeros(3, dtype=np.int64), np.zeros((3, 2 * WIDTH), dtype=np.float32))
    pairs = candidates(types, word, POSSIBLE, REACH, 128)

    probabilities = network.probabilities(mentions, pairs)

    assert probabilities.sum(axis=1) == pytest.approx(np.ones(len(pairs)))
    found = [(int(pairs.head[row]), int(pairs.tail[row]), number) for row, number, _ in relations.found(probabilities)]
    assert found == [(0, 1, 0)]  # and not from 1 to 0, though these types can be related


def test_weights_survive_their_file(network: PairNetwork, tmp_path) -> None:  # type: ignore[no-untyped-def]
    np.savez(tmp_path / "relations.npz", **{f"clinical/{name}": value for name, value in vars(network).items()})

    with np.load(tmp_path / "relations.npz", allow_pickle=False) as arrays:
        again = PairNetwork.read(arrays, "clinical")

    for name, value in vars(network).items():
        assert (getattr(again, name) == value).all()
