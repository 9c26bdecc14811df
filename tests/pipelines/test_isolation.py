"""A unit that kills its worker is taken apart until the one record that does it stands alone, and that is held back."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipelines.isolation import TRIES, isolate
from transforms.records import Format, Handling, Piece, Unit


def unit_of(start: int, end: int) -> Unit:
    return Unit(f"{start}:{end}", "feed", Format.JSONL, (Piece("/in/notes.jsonl", start, end, 100, "d"),))


def span(unit: Unit) -> range:
    return range(unit.pieces[0].start, unit.pieces[0].end)


def halves(unit: Unit) -> list[Unit]:
    start, end = unit.pieces[0].start, unit.pieces[0].end
    middle = (start + end) // 2
    return [unit] if end - start == 1 else [unit_of(start, middle), unit_of(middle, end)]


@given(st.sets(st.integers(0, 31), max_size=3), st.integers(1, 3))
def test_killers_are_found_and_everybody_else_is_done(killers, unit_count):
    begun: dict[str, int] = {}
    done: set[int] = set()
    held: set[int] = set()
    planned = [unit_of(start, start + 32 // unit_count) for start in range(0, 32 - unit_count + 1, 32 // unit_count)]
    records = {record for unit in planned for record in span(unit)}
    for _ in range(200):
        left = [unit for unit in planned if not set(span(unit)) <= done | held]
        if not left:
            break
        for unit in isolate(left, lambda unit_id: begun.get(unit_id, 0), halves):
            todo = set(span(unit)) - done - held
            if unit.handling is Handling.HOLD_BACK:
                held |= todo
                continue
            if not todo:
                continue
            begun[unit.unit_id] = begun.get(unit.unit_id, 0) + 1
            if todo & killers:
                break  # the process is dead: the next round starts
            done |= todo
            del begun[unit.unit_id]
    assert held == killers & records
    assert done == records - killers


def test_units_without_a_mark_go_first():
    units = [unit_of(0, 10), unit_of(10, 20), unit_of(20, 30)]
    marks = {"0:10": 1}
    assert [unit.unit_id for unit in isolate(units, lambda unit_id: marks.get(unit_id, 0), halves)] == [
        "10:20",
        "20:30",
        "0:10",
    ]


def test_one_record_is_tried_three_times_before_it_is_held_back():
    single = unit_of(4, 5)
    assert list(isolate([single], lambda _: TRIES - 1, halves)) == [single]
    assert list(isolate([single], lambda _: TRIES, halves)) == [replace(single, handling=Handling.HOLD_BACK)]
