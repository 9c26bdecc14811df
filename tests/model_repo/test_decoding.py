"""Whatever the scores, the decoded sequence is a valid one, and the best of the valid ones."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from model_repo.clinical_bert.decoding import best_path, blocks, spans, tags, trimmed

TYPES = ("Age", "Dosage")
OUT, B_AGE, I_AGE, B_DOSAGE, I_DOSAGE = range(5)


def _valid(path: tuple[int, ...]) -> bool:
    """I-X only after B-X or I-X."""
    return all(
        tag not in (I_AGE, I_DOSAGE) or before in (tag, tag - 1)
        for before, tag in zip((OUT, *path), path, strict=False)
    )


def _scores(*path: int, strength: float = 5.0) -> np.ndarray:
    scores = np.zeros((len(path), 5), dtype=np.float32)
    scores[np.arange(len(path)), path] = strength
    return scores


@given(arrays(np.float32, st.tuples(st.integers(1, 5), st.just(5)), elements=st.floats(-9, 9, width=16)))
def test_the_path_is_the_best_of_all_valid_paths(scores: np.ndarray) -> None:
    path = best_path(scores)
    exact = scores.astype(np.float64)

    def total(candidate: tuple[int, ...]) -> float:
        return float(sum(exact[at, tag] for at, tag in enumerate(candidate)))

    assert _valid(tuple(path.tolist()))
    best = max(total(candidate) for candidate in product(range(5), repeat=len(scores)) if _valid(candidate))
    assert total(tuple(path.tolist())) == pytest.approx(best)


def _spans(text: str, scores: np.ndarray) -> list[tuple[str, str]]:
    start, end, at = [], [], 0
    for word in text.split(" "):
        start.append(at)
        end.append(at + len(word))
        at += len(word) + 1
    found = spans(text, scores, np.array(start), np.array(end))
    return [(text[span.start : span.end], TYPES[span.type]) for span in found]


def test_a_begin_after_a_begin_is_another_entity() -> None:
    assert _spans("40 mg 20 mg", _scores(B_DOSAGE, I_DOSAGE, B_DOSAGE, I_DOSAGE)) == [
        ("40 mg", "Dosage"),
        ("20 mg", "Dosage"),
    ]


def test_an_inside_without_its_begin_is_mended() -> None:
    scores = _scores(OUT, I_DOSAGE, I_DOSAGE)
    scores[1, B_DOSAGE] = 4.0

    assert _spans("of 40 mg", scores) == [("40 mg", "Dosage")]


def test_a_score_is_the_mean_probability_of_the_tags() -> None:
    scores = np.log(np.array([[0.1, 0.6, 0.1, 0.1, 0.1], [0.1, 0.0001, 0.8, 0.0499, 0.05]], dtype=np.float32))
    (span,) = spans("34 years", scores, np.array([0, 3]), np.array([2, 8]))

    assert (span.start, span.end, TYPES[span.type]) == (0, 8, "Age")
    assert span.score == pytest.approx(0.7, abs=1e-3)


def test_separators_at_the_edge_belong_to_no_entity_and_a_combining_character_does() -> None:
    assert trimmed(", 40 mg; ", 0, 9) == (2, 7)
    assert trimmed("12 % (CT)", 0, 4) == (0, 4)
    assert trimmed("cafe\u0301 x", 0, 4) == (0, 5)
    assert trimmed(" , ", 0, 3) is None


@given(st.lists(st.booleans(), max_size=200), st.integers(1, 20))
def test_blocks_follow_each_other_and_are_never_too_long(line_first: list[bool], size: int) -> None:
    cut = list(blocks(np.array(line_first, dtype=bool), size))

    assert [at for start, stop in cut for at in range(start, stop)] == list(range(len(line_first)))
    assert all(0 < stop - start <= size for start, stop in cut)


def test_tags_are_outside_and_two_a_type() -> None:
    assert tags(TYPES) == ["O", "B-Age", "I-Age", "B-Dosage", "I-Dosage"]
