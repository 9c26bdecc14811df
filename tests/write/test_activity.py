"""What goes on in an output, counted from its tables: outcomes, what is held back, rates, and how long messages took."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.write.tables import rows
from tests.write.units import RECEIVED, Line, held_at, note_of, unit_of
from transforms.errors import Outage
from transforms.keyring import new_keyring
from transforms.records import ExtractedUnit
from transforms.write import attempts
from transforms.write.activity import WINDOWS, AtWork, activity
from transforms.write.commit import Committer
from transforms.write.output import Output
from transforms.write.publish import publish
from transforms.write.quarantine import list_held, replay_units
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
    assert (found.ledger_rows, found.held_back, found.at_work) == (0, {}, AtWork(0, 0))
    assert found.last_commit is None
    for window in found.windows:
        assert (window.records, window.per_second, window.latency, window.steps) == (0, 0, None, {})
        assert set(window.outcomes.values()) == {0}
    assert len(found.windows) == len(WINDOWS)


def test_what_is_at_work_is_counted_until_it_is_committed(output: Output) -> None:
    attempts.begin(output, "0" * 32)
    publish(FROM_A_FILE, output, "run-1")
    found = activity(output, RECEIVED)
    assert (found.at_work, found.ledger_rows) == (AtWork(begun=1, published=1), 0)
    Committer(output).commit_all()
    found = activity(output, RECEIVED)
    assert (found.at_work, found.ledger_rows) == (AtWork(begun=1, published=0), 5)


def test_outcomes_and_times_are_those_of_the_ledger(output: Output) -> None:
    last = committed(output, FROM_A_FILE, FROM_A_FEED)
    found = activity(output, last)
    assert found.ledger_rows == 8
    assert found.held_back == {"residual_phi": 1}
    assert found.last_commit == last
    for window in found.windows:
        assert window.outcomes == {"released": 3, "quarantined": 1, "duplicate": 1, "no_note": 3}
        for step in ("read", "deidentify", "extract"):
            known = [row[f"{step}_ms"] for row in rows(output, Table.LEDGER) if row[f"{step}_ms"] is not None]
            took = window.steps[step]
            assert [took.p50, took.p95, took.p99] == pytest.approx(np.percentile(known, (50, 95, 99)) / 1000)


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
                assert {one.latency.p50, one.latency.p95, one.latency.p99} == {round(expected, 6)}


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
    assert minute.latency.p50 == round((last - RECEIVED).total_seconds(), 6)


def test_a_replay_takes_the_place_of_what_was_held_back(output: Output) -> None:
    committed(output, unit_of([Line("a")], held=2))
    first, second = list_held(output)
    for held, again in ((first, True), (second, False)):
        place = replace(held.place, attempt=2)
        (unit,) = replay_units(output, new_keyring(), [held.quarantine_id])
        work = (
            ExtractedUnit(unit, (note_of(Line("b"), place),)) if again else ExtractedUnit(unit, (), (held_at(place),))
        )
        last = committed(output, work)
    found = activity(output, last)
    assert found.ledger_rows == 5
    assert found.held_back == {"residual_phi": 1} == {one.reason: 1 for one in list_held(output)}
    assert [window.outcomes["released"] for window in found.windows] == [2, 2, 2]
    assert [window.outcomes["quarantined"] for window in found.windows] == [1, 1, 1]


def test_of_what_is_older_than_a_day_the_ends_of_files_alone_are_read(output: Output) -> None:
    """The rows of the first release are made unreadable; its end, where Parquet has counts and statistics, stays."""
    last = committed(output, FROM_A_FEED)
    (file,) = output.table(Table.LEDGER).glob("*.parquet")
    content = file.read_bytes()
    end = pq.read_metadata(file).serialized_size + 8
    file.write_bytes(content[:4] + b"\0" * (len(content) - 4 - end) + content[-end:])
    with pytest.raises(Outage):
        activity(output, last)
    found = activity(output, last + timedelta(days=1, seconds=1))
    assert (found.ledger_rows, found.last_commit) == (3, last)
    assert [window.records for window in found.windows] == [0, 0, 0]
