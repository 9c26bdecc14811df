"""Windows cover a note without gaps, end where sense ends, and leave every token context."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from model_repo.clinical_bert.windows import OVERLAP_TOKENS, WINDOW_TOKENS, windows

WORDS = st.lists(st.tuples(st.integers(1, 8), st.booleans()), max_size=600)


def _firsts(words: list[tuple[int, bool]]) -> tuple[np.ndarray, np.ndarray]:
    """Which tokens are the first of a word and of a line, for words of some tokens that may begin a line."""
    word_first = np.array([at == 0 for length, _ in words for at in range(length)], dtype=bool)
    line_first = np.array([begins and at == 0 for length, begins in words for at in range(length)], dtype=bool)
    return word_first, line_first


@given(WORDS)
def test_every_token_is_owned_once_and_inside_its_window(words: list[tuple[int, bool]]) -> None:
    word_first, line_first = _firsts(words)
    cut = list(windows(word_first, line_first))

    owned = [at for window in cut for at in range(window.own_start, window.own_stop)]
    assert owned == list(range(len(word_first)))
    for window in cut:
        assert window.start <= window.own_start < window.own_stop <= window.stop
        assert window.stop - window.start <= WINDOW_TOKENS


@given(WORDS)
def test_no_word_is_cut(words: list[tuple[int, bool]]) -> None:
    word_first, line_first = _firsts(words)
    for window in windows(word_first, line_first):
        for edge in (window.start, window.own_start, window.stop, window.own_stop):
            assert edge == len(word_first) or word_first[edge]


def test_tokens_at_the_edge_of_a_window_are_read_in_its_neighbour() -> None:
    word_first = np.ones(2000, dtype=bool)
    cut = list(windows(word_first, np.zeros(2000, dtype=bool)))

    for window in cut[1:]:
        assert window.own_start - window.start >= OVERLAP_TOKENS // 2
    for window in cut[:-1]:
        assert window.stop - window.own_stop >= OVERLAP_TOKENS // 2


def test_a_window_ends_at_the_end_of_a_line_near_its_own() -> None:
    word_first = np.ones(600, dtype=bool)
    line_first = np.zeros(600, dtype=bool)
    line_first[[0, 100, 230]] = True

    assert next(iter(windows(word_first, line_first))).stop == 230


def test_a_long_note_takes_windows_in_proportion() -> None:
    def count(total: int) -> int:
        return len(list(windows(np.ones(total, dtype=bool), np.zeros(total, dtype=bool))))

    assert count(50_000) <= 10 * count(5_000) <= 10 * (5_000 / (WINDOW_TOKENS - OVERLAP_TOKENS) + 2)


def test_a_window_without_overlap_is_a_plain_cut() -> None:
    word_first = np.ones(600, dtype=bool)
    cut = list(windows(word_first, np.zeros(600, dtype=bool), overlap=0))

    assert [(window.start, window.stop) for window in cut] == [(0, 254), (254, 508), (508, 600)]
    assert all((window.start, window.stop) == (window.own_start, window.own_stop) for window in cut)
