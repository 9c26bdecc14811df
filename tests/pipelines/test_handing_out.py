"""What a driver offers to its cluster: workers come and go, notes kill them, and everything is done or held back in the end."""

from hypothesis import given
from hypothesis import strategies as st

from pipelines.handing_out import HandingOut, Watch
from tests.pipelines.test_isolation import halves, span, unit_of
from transforms.records import Handling, Unit


class Workers:
    """A cluster that dies as a whole where one of its units kills, as Flink starts a job again as a whole."""

    def __init__(self, killers: set[int]) -> None:
        self.killers = killers
        self.begun: dict[str, int] = {}
        self.done: set[int] = set()
        self.held_back: set[int] = set()

    def count(self, unit_id: str) -> int:
        return self.begun.get(unit_id, 0)

    def work(self, units: list[Unit]) -> None:
        """All at once: where one kills, none is published."""
        for unit in units:
            self.begun[unit.unit_id] = self.count(unit.unit_id) + 1
        if any(unit.handling is Handling.PROCESS and self.killers & set(span(unit)) for unit in units):
            return
        for unit in units:
            (self.held_back if unit.handling is Handling.HOLD_BACK else self.done).update(span(unit))
            del self.begun[unit.unit_id]


def left(records: range, decided: set[int]) -> list[Unit]:
    """What is not decided, as units of neighbours."""
    edges = [
        at
        for at in range(records.start, records.stop + 1)
        if (at in records and at not in decided) != (at - 1 in records and at - 1 not in decided)
    ]
    return [unit_of(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True)]


@given(st.sets(st.integers(0, 31), max_size=3), st.sampled_from([1, 2, 4, 8, 32]), st.integers(1, 5))
def test_killers_are_found_whoever_was_at_work_beside_them_and_nobody_else_is_held_back(killers, unit_count, room):
    workers = Workers(killers)
    size = 32 // unit_count
    handing_out = HandingOut(workers.count, halves, room)
    for _ in range(400):
        decided = workers.done | workers.held_back
        planned = [unit for start in range(0, 32, size) for unit in left(range(start, start + size), decided)]
        offered = handing_out.next(planned, out=(), waiting=0)
        assert len(offered) <= room + 1
        assert sum(workers.count(unit.unit_id) > 0 for unit in offered) <= 1
        if not offered:
            break
        workers.work(offered)
    assert workers.done == set(range(32)) - killers
    assert workers.held_back == killers


def test_what_is_out_is_not_offered_again_and_room_is_kept():
    units = [unit_of(start, start + 10) for start in range(0, 100, 10)]
    handing_out = HandingOut(lambda unit_id: 0, halves, room=4)
    offered = handing_out.next(units, out=(), waiting=0)
    assert offered == units[:4]
    out = {unit.unit_id for unit in offered}
    assert handing_out.next(units, out, waiting=4) == []
    assert handing_out.next(units, out, waiting=2) == units[4:6]


def test_a_suspect_waits_until_the_one_before_it_is_done_and_never_behind_a_full_house():
    lost = [unit_of(0, 10), unit_of(10, 20)]
    others = [unit_of(start, start + 10) for start in range(20, 100, 10)]
    begun = {unit.unit_id: 1 for unit in lost}
    handing_out = HandingOut(lambda unit_id: begun.get(unit_id, 0), halves, room=3)
    assert handing_out.next([*lost, *others], out=(), waiting=3) == [lost[0]]
    assert handing_out.next([*lost, *others], out={lost[0].unit_id}, waiting=3) == []
    assert handing_out.next([lost[1], *others], out=(), waiting=3) == [lost[1]]


def test_the_last_try_of_a_single_record_is_made_alone():
    single, others = unit_of(4, 5), [unit_of(start, start + 10) for start in range(10, 100, 10)]
    handing_out = HandingOut(lambda unit_id: 2 if unit_id == single.unit_id else 0, halves, room=3)
    assert handing_out.next([single, *others], out={"one"}, waiting=0) == []
    assert handing_out.next([single, *others], out=(), waiting=0) == [single]
    assert handing_out.next([single, *others], out={single.unit_id}, waiting=0) == []
    assert handing_out.next(others, out=(), waiting=0) == others[:3]


@given(st.lists(st.tuples(st.floats(0.1, 5.0), st.booleans(), st.booleans()), max_size=40))
def test_a_job_is_dead_where_units_wait_and_none_was_committed_for_so_long(looks):
    watch, now, idle_since = Watch(seconds=10.0, since=0.0), 0.0, 0.0
    for passed, waiting, committed in looks:
        now += passed
        if committed or not waiting:
            idle_since = now
        assert watch.is_dead(now, waiting=waiting, committed=committed) == (now - idle_since >= 10.0)
