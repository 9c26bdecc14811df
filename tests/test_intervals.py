"""Decided parts of the input are compared as intervals: what is decided is never planned again, the rest always is."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from transforms.intervals import Intervals
from transforms.records import Piece

SIZE = 60


def piece(start: int, end: int, *, path: str = "/in/a.jsonl", digest: str = "d1") -> Piece:
    return Piece(path, start, end, SIZE, digest)


@st.composite
def disjoint(draw: st.DrawFn) -> list[tuple[int, int]]:
    cuts = sorted(draw(st.sets(st.integers(0, SIZE), min_size=2, max_size=12)))
    pairs = list(pairwise(cuts))
    return [pair for pair in pairs if draw(st.booleans())]


@given(disjoint(), st.integers(0, SIZE - 1), st.integers(1, SIZE), st.randoms())
def test_overlap_and_missing_agree_with_counting_offsets_one_by_one(decided, start, length, random):
    random.shuffle(decided)
    intervals = Intervals(piece(*pair) for pair in decided)
    taken = {offset for pair in decided for offset in range(*pair)}
    asked = piece(start, start + length)
    assert intervals.overlaps(asked) == any(offset in taken for offset in range(start, start + length))
    left = [offset for pair in intervals.missing(asked) for offset in range(*pair)]
    assert left == [offset for offset in range(start, start + length) if offset not in taken]


def test_a_changed_file_is_another_file():
    intervals = Intervals([piece(0, SIZE)])
    assert intervals.overlaps(piece(0, 10))
    assert not intervals.overlaps(piece(0, 10, digest="d2"))
    assert not intervals.overlaps(piece(0, 10, path="/in/b.jsonl"))


def test_an_empty_file_is_decided_once():
    empty = Piece("/in/empty.txt", 0, 0, 0, "e")
    assert Intervals().missing(empty) == [(0, 0)]
    assert Intervals([empty]).overlaps(empty)
    assert Intervals([empty]).missing(empty) == []
