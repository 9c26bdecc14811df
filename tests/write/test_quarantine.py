"""What is held back can be listed, opened and put through again; where it stands in the ledger stays where it was."""

import pickle
from dataclasses import replace

import pytest

from tests.write.tables import rows
from tests.write.units import Line, held_at, note_of, unit_of
from transforms.errors import ChartstreamError
from transforms.keyring import new_keyring
from transforms.records import ExtractedUnit, Format, Handling, Reason
from transforms.write.commit import Committer
from transforms.write.publish import publish
from transforms.write.quarantine import HeldPayloads, list_held, replay_units
from transforms.write.schemas import Table
from transforms.write.summary import summarise

KEYRING = new_keyring()


@pytest.fixture
def held(output):
    """An output that holds back two notes of four."""
    publish(unit_of([Line("a"), Line("b")], held=2), output, "run-1")
    Committer(output).commit_all()
    return output


def replayed(unit, place, *, released: bool):
    """What the steps make of a replay: at the original place, the next attempt."""
    again = replace(place, attempt=place.attempt + 1)
    if released:
        return ExtractedUnit(unit, (note_of(Line("c"), again),))
    return ExtractedUnit(unit, quarantined=(replace(held_at(again), reason=Reason.DEIDENTIFY_ERROR),))


def test_what_is_held_is_listed_by_coordinates_and_opened_by_id(held):
    listed = list(list_held(held))
    assert [(one.place.offset, one.place.attempt, one.reason) for one in listed] == [
        (2, 1, "residual_phi"),
        (3, 1, "residual_phi"),
    ]
    payloads = pickle.loads(pickle.dumps(HeldPayloads(held)))
    payload = payloads.get(listed[0].quarantine_id)
    assert payload.place == listed[0].place
    assert (payload.sealed.key_id, payload.sealed.ciphertext) == ("11223344", b"nonce and ciphertext")
    with pytest.raises(ChartstreamError, match="nothing is held back"):
        payloads.get("0" * 32)


def test_a_replay_that_succeeds_is_released_at_the_original_place(held):
    first, second = list_held(held)
    (unit,) = replay_units(held, KEYRING, [first.quarantine_id])
    assert (unit.format, unit.handling) == (Format.QUARANTINE, Handling.PROCESS)
    publish(replayed(unit, first.place, released=True), held, "run-2")
    Committer(held).commit_all()

    assert [one.quarantine_id for one in list_held(held)] == [second.quarantine_id]
    states = [row for row in rows(held, Table.QUARANTINE) if row["quarantine_id"] == first.quarantine_id]
    assert sorted((row["state"], row["payload"] is None) for row in states) == [("held", False), ("replayed", True)]
    attempts = [
        (row["unit_id"], row["attempt"], row["outcome"])
        for row in rows(held, Table.LEDGER)
        if row["offset"] == first.place.offset
    ]
    assert sorted(attempts) == [(first.place.unit_id, 1, "quarantined"), (first.place.unit_id, 2, "released")]
    summary = summarise(held)
    assert (summary.records, summary.released, summary.quarantined) == (4, 3, 1)
    assert (summarise(held, "run-1").quarantined, summarise(held, "run-2").released) == (2, 1)


def test_a_replay_that_fails_is_held_again_under_another_id(held):
    first, _ = list_held(held)
    (unit,) = replay_units(held, KEYRING, [first.quarantine_id])
    publish(replayed(unit, first.place, released=False), held, "run-2")
    Committer(held).commit_all()

    again = max(list_held(held), key=lambda one: one.place.attempt)
    assert again.place == replace(first.place, attempt=2)
    assert again.quarantine_id != first.quarantine_id
    assert (summarise(held).records, summarise(held).quarantined) == (4, 2)
    assert summarise(held).quarantined_by_reason == {"deidentify_error": 1, "residual_phi": 1}
    (third,) = replay_units(held, KEYRING, [again.quarantine_id])
    assert third.unit_id != unit.unit_id


def test_a_replay_that_runs_twice_counts_once(held):
    first, _ = list_held(held)
    (unit,) = replay_units(held, KEYRING, [first.quarantine_id])
    for run in ("run-2", "run-3"):
        publish(replayed(unit, first.place, released=True), held, run)
        Committer(held).commit_all()
    assert len([row for row in rows(held, Table.LEDGER) if row["attempt"] == 2]) == 1
    assert len([row for row in rows(held, Table.QUARANTINE) if row["state"] == "replayed"]) == 1


def test_all_are_replayed_where_no_id_is_given_and_none_twice(held):
    units = list(replay_units(held, KEYRING))
    assert len(units) == len({unit.unit_id for unit in units}) == 2
    for unit, one in zip(units, list(list_held(held)), strict=True):
        publish(replayed(unit, one.place, released=True), held, "run-2")
    Committer(held).commit_all()
    assert list(replay_units(held, KEYRING)) == []
    with pytest.raises(ChartstreamError, match="not held back, or replayed already"):
        list(replay_units(held, KEYRING, [units[0].pieces[0].digest]))
