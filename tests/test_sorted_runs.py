"""Rows under 128-bit keys are found again, whatever portions they came in, and are held in few arrays of numbers."""

import tracemalloc

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transforms.intervals import Intervals
from transforms.records import Piece
from transforms.sorted_runs import SortedRuns
from transforms.write.index import ReleasedIndex

halves = st.sampled_from([0, 1, 2**63, 2**64 - 1])  # many keys share a half
rows = st.tuples(halves, halves, st.integers(-(2**63), 2**63 - 1))
portions = st.lists(st.lists(rows, max_size=9), max_size=9)


@given(portions, halves, halves)
def test_all_rows_of_a_key_are_found_and_none_of_another(added, high, low):
    runs = SortedRuns(1)
    for portion in added:
        keys = np.array([(row[0], row[1]) for row in portion], np.uint64).reshape(-1, 2)
        runs.add(keys, np.array([row[2:] for row in portion], np.int64).reshape(-1, 1))
    expected = [row[2] for portion in added for row in portion if row[:2] == (high, low)]
    assert sorted(runs.find(high, low)[:, 0].tolist()) == sorted(expected)


def test_what_is_decided_and_released_takes_no_more_memory_than_its_numbers():
    """A stream holds both for its whole life: one by one, as it commits them, and as many as it has ever committed."""
    count = 20_000
    tracemalloc.start()
    decided, released = Intervals(), ReleasedIndex()
    for number in range(count):
        decided.add(Piece(f"ward-3/{number:016d}", 0, 5_000 + number, 5_000 + number, f"{number:032x}"))
        released.add([f"{number:032x}"], [number], [f"{2 * number:032x}"])
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count * (32 + 24) <= held <= 1.2 * count * (32 + 24)
    assert decided.overlaps(Piece("ward-3/0000000000000007", 0, 10, 5_007, f"{7:032x}"))
    assert released.versions(f"{7:032x}", f"{14:032x}") == {7}
