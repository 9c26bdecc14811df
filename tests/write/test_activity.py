"""What goes on in an output, counted from its tables: outcomes, what is held back, rates, and how long messages took."""

from dataclasses import replace
from datetime import datetime, timedelta

from tests.write.tables import rows
from tests.write.units import RECEIVED, Line, unit_of
from transforms.write import attempts
from transforms.write.activity import WINDOWS, activity
from transforms.write.commit import Committer
from transforms.write.output import Output
from transforms.write.publish import publish
from transforms.write.schemas import Table

FROM_A_FILE = unit_of([Line("a"), Line("b")], empty=3)
FROM_A_FEED = unit_of([Line("c"), Line("a")], path="ward-3/1790000000000000", held=1)
FROM_KAFKA = unit_of([Line("e")], path="hl7.notes/3")


def committed(output: Output, *units) -> datetime:
    """Commits the units as one release; when that was."""
    for unit in units:
        publish(unit, output, "run-1")
    Committer(output).commit_all()
    return max(row["committed_at"] for row in rows(output, Table.LEDGER))


def test_an_output_in_which_nothing_happened(output: Output) -> None:
    found = activity(output, RECEIVED)
    assert set(found.outcomes.values()) == {0}
    assert (found.held_back, found.begun, found.published, found.last_commit) == ({}, 0, 0, None)
    assert [(one.records, one.per_second, one.latency) for one in found.windows] == [(0, 0, None)] * len(WINDOWS)


def test_what_is_at_work_is_counted_until_it_is_committed(output: Output) -> None:
    attempts.begin(output, "0" * 32)
    publish(FROM_A_FILE, output, "run-1")
    found = activity(output, RECEIVED)
    assert (found.begun, found.published, sum(found.outcomes.values())) == (1, 1, 0)
    Committer(output).commit_all()
    found = activity(output, RECEIVED)
    assert (found.begun, found.published, sum(found.outcomes.values())) == (1, 0, 5)


def test_outcomes_and_reasons_are_those_of_the_ledger(output: Output) -> None:
    last = committed(output, FROM_A_FILE, FROM_A_FEED)
    found = activity(output, last)
    assert found.outcomes == {"released": 3, "quarantined": 1, "duplicate": 1, "no_note": 3}
    assert found.held_back == {"residual_phi": 1}
    assert found.last_commit == last


def test_windows_end_now_and_latency_is_that_of_messages_from_a_feed_alone(output: Output) -> None:
    first = committed(output, FROM_A_FEED)
    last = committed(output, FROM_A_FILE)
    expected = (first - RECEIVED).total_seconds()
    for late, within in ((1, (8, 8, 8)), (100, (0, 8, 8)), (7_200, (0, 0, 8)), (90_000, (0, 0, 0))):
        found = activity(output, last + timedelta(seconds=late))
        assert tuple(one.records for one in found.windows) == within
        for one in found.windows:
            assert one.per_second == round(one.records / one.seconds, 3)
            if not one.records:
                assert one.latency is None
            else:
                assert one.latency is not None
                assert {one.latency.p50, one.latency.p95, one.latency.p99} == {round(expected, 3)}


def test_a_replay_is_no_arrival(output: Output) -> None:
    unit = unit_of([Line("d")], path="ward-3/1790000000000000")
    (found,) = unit.notes
    again = replace(found.note, place=replace(found.note.place, attempt=2))
    last = committed(output, replace(unit, notes=(replace(found, note=again),)))
    minute, *_ = activity(output, last).windows
    assert (minute.records, minute.latency) == (1, None)


def test_a_record_out_of_kafka_is_an_arrival(output: Output) -> None:
    last = committed(output, FROM_KAFKA)
    minute, *_ = activity(output, last).windows
    assert minute.latency is not None
    assert minute.latency.p50 == round((last - RECEIVED).total_seconds(), 3)
