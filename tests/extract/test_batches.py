"""Requests hold every note once and are filled by size; one that failed is taken apart down to single notes."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from transforms.extract.batches import fill_requests, split_request
from transforms.extract.contract import MAX_NOTES


def test_short_notes_share_a_request_and_a_long_one_has_its_own():
    assert [list(request) for request in fill_requests([4, 4, 4, 100, 1, 9, 1], 10)] == [[0, 1], [2], [3], [4, 5], [6]]


@given(st.lists(st.integers(0, 50), max_size=40) | st.just([0] * 600), st.integers(1, 100))
def test_every_note_is_in_one_request_within_the_limits(sizes, limit):
    requests = list(fill_requests(sizes, limit))
    assert [note for request in requests for note in request] == list(range(len(sizes)))
    for request in requests:
        assert 0 < len(request) <= MAX_NOTES
        assert len(request) == 1 or sum(sizes[note] for note in request) <= limit


@given(st.lists(st.integers(0, 50), max_size=40), st.integers(1, 100))
def test_no_two_neighbours_would_have_fitted_one_request(sizes, limit):
    for request, following in pairwise(fill_requests(sizes, limit)):
        assert sum(sizes[note] for note in request) + sizes[following[0]] > limit


@given(st.lists(st.integers(), min_size=2, max_size=40, unique=True), st.none() | st.integers(-3, 50))
def test_parts_are_smaller_and_lose_nothing(notes, blamed):
    parts = split_request(notes, blamed)
    assert sorted(note for part in parts for note in part) == sorted(notes)
    assert all(0 < len(part) < len(notes) for part in parts)
    if blamed is not None and 0 <= blamed < len(notes):
        assert [notes[blamed]] in [list(part) for part in parts]
