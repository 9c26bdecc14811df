"""How a unit gets into the tables exactly once: publish, decide, roll forward. In the order of the protocol."""

import pytest

from tests.write.tables import content, rows
from tests.write.units import Line, hexadecimal, unit_of
from transforms.records import Piece
from transforms.write import intents
from transforms.write.commit import Committer
from transforms.write.container import staged
from transforms.write.decided import load_decided
from transforms.write.output import Output
from transforms.write.publish import publish
from transforms.write.schemas import Table

NOTES = [Line("a"), Line("b"), Line("c")]


def outcomes(output: Output) -> dict[tuple[str, int], str]:
    return {(row["partition"], row["offset"]): row["outcome"] for row in rows(output, Table.LEDGER)}


def test_a_unit_that_is_published_and_committed_is_in_every_table_once(output):
    published = publish(unit_of(NOTES, empty=1, held=1), output, "run-1")
    assert (published.notes, published.quarantined, published.no_notes) == (3, 1, 1)
    assert rows(output, Table.LEDGER) == []

    report = Committer(output).commit()

    assert report is not None
    assert (report.release_id, report.units) == ("00000001", 1)
    assert {table: len(rows(output, table)) for table in Table} == {
        Table.NOTES: 3,
        Table.ENTITIES: 6,
        Table.RELATIONS: 3,
        Table.PHI_SPANS: 3,
        Table.LEDGER: 5,
        Table.QUARANTINE: 1,
        Table.UNITS: 1,
    }
    assert rows(output, Table.UNITS)[0]["notes"] == 4
    assert {row["release_id"] for row in rows(output, Table.ENTITIES)} == {"00000001"}
    assert Committer(output).commit() is None


def test_publishing_again_before_the_commit_changes_nothing(output):
    publish(unit_of(NOTES), output, "run-1")
    first = (output.staging / unit_of(NOTES).unit.unit_id).read_bytes()
    publish(unit_of(NOTES), output, "run-2")
    assert (output.staging / unit_of(NOTES).unit.unit_id).read_bytes() == first
    Committer(output).commit_all()
    assert {row["run_id"] for row in rows(output, Table.LEDGER)} == {"run-1"}


def test_a_late_worker_publishes_what_is_committed_and_it_is_dropped(output):
    publish(unit_of(NOTES), output, "run-1")
    Committer(output).commit_all()
    before = content(output)

    publish(unit_of(NOTES), output, "late")
    assert Committer(output).commit_all() == []

    assert content(output) == before
    assert staged(output.staging) == []


def test_a_unit_of_another_cut_that_overlaps_a_decided_interval_is_refused_whole(output):
    publish(unit_of(NOTES), output, "run-1")
    Committer(output).commit_all()
    publish(unit_of([Line("c"), Line("d")], start=2), output, "run-1")

    assert Committer(output).commit_all() == []

    decided = load_decided(output)
    whole = Piece("/in/notes.jsonl", 0, 4, 1000, hexadecimal("file", "/in/notes.jsonl"))
    assert decided.missing(whole) == [(3, 4)]  # what is left of it, and planned again
    publish(unit_of([Line("d")], start=3), output, "run-1")
    Committer(output).commit_all()
    assert len(rows(output, Table.NOTES)) == 4


def test_of_two_units_that_overlap_one_is_committed(output):
    publish(unit_of(NOTES), output, "run-1")
    publish(unit_of([Line("c"), Line("d")], start=2), output, "run-1")
    reports = Committer(output).commit_all()
    assert [report.units for report in reports] == [1]
    assert len(set(outcomes(output))) == len(rows(output, Table.LEDGER))
    assert staged(output.staging) == []


def test_another_version_of_a_file_is_other_input(output):
    publish(unit_of(NOTES), output, "run-1")
    Committer(output).commit_all()
    changed = Piece("/in/notes.jsonl", 0, 3, 1001, hexadecimal("changed"))
    assert not load_decided(output).overlaps(changed)


def test_a_note_that_stands_twice_is_released_where_it_stands_first(output):
    publish(unit_of([Line("x"), Line("a")], start=10), output, "run-1")
    publish(unit_of([Line("a"), Line("a"), Line("a", version=2, says="Denies dyspnea.")]), output, "run-1")
    Committer(output).commit_all()
    assert outcomes(output) == {
        ("/in/notes.jsonl", 0): "released",
        ("/in/notes.jsonl", 1): "duplicate",
        ("/in/notes.jsonl", 2): "released",
        ("/in/notes.jsonl", 10): "released",
        ("/in/notes.jsonl", 11): "duplicate",
    }
    notes = [(row["note_key"], row["version"]) for row in rows(output, Table.NOTES)]
    assert sorted(notes) == sorted({*notes})
    for table in (Table.ENTITIES, Table.RELATIONS, Table.PHI_SPANS):
        assert {(row["note_key"], row["version"]) for row in rows(output, table)} == set(notes)
    assert len(rows(output, Table.ENTITIES)) == 2 * len(notes)
    duplicate = next(row for row in rows(output, Table.LEDGER) if row["outcome"] == "duplicate")
    assert (duplicate["stage"], duplicate["reason"]) == ("write", None)


@pytest.mark.parametrize("committers", ["the same committer", "a committer each"])
def test_a_duplicate_of_an_earlier_release_is_found(output, committers):
    committer = Committer(output)
    for night, path in enumerate(["/in/monday.csv", "/in/tuesday.csv"]):
        lines = [
            Line("ordered", version=7),
            Line("nightly", version=night, ordered=False),
            Line("edited", version=night, says=f"Pain {night} of 10.", ordered=False),
            Line("touched", version=night),
        ]
        publish(unit_of(lines, path=path), output, "run-1")
        (committer if committers == "the same committer" else Committer(output)).commit_all()
    tuesday = [outcome for (path, _), outcome in sorted(outcomes(output).items()) if path == "/in/tuesday.csv"]
    # Same version and content; same content of a source without an order; changed; a new version by the source's order.
    assert tuesday == ["duplicate", "duplicate", "released", "released"]


def test_a_committer_sees_what_others_have_decided(output):
    early, late = Committer(output), Committer(output)
    publish(unit_of([Line("a")]), output, "run-1")
    early.commit_all()
    publish(unit_of([Line("a")], start=1), output, "run-1")
    late.commit_all()
    publish(unit_of([Line("a")], start=2), output, "run-1")
    publish(unit_of([Line("a")], start=1), output, "again")
    early.commit_all()
    assert list(outcomes(output).values()).count("released") == 1
    assert len(rows(output, Table.LEDGER)) == 3


def test_only_one_committer_can_decide_a_number(output):
    first = intents.Intent(1, ("a",), "one", {})
    assert intents.create(output.intents, first)
    assert not intents.create(output.intents, intents.Intent(1, ("b",), "two", {}))
    assert intents.load(output.intents, 1) == first
    intents.close(output.intents, first)
    # Closed, the number stays taken: a committer that slept since could decide it a second time.
    assert not intents.create(output.intents, first)


def test_a_damaged_file_in_staging_is_discarded_and_its_unit_stays_open(output):
    publish(unit_of(NOTES), output, "run-1")
    staged = output.staging / unit_of(NOTES).unit.unit_id
    staged.write_bytes(staged.read_bytes()[:-1])
    assert Committer(output).commit_all() == []
    assert not staged.exists()
    assert not load_decided(output).overlaps(unit_of(NOTES).unit.pieces[0])


def test_a_unit_without_records_is_decided_too(output):
    publish(unit_of([], path="/in/empty.jsonl"), output, "run-1")
    assert Committer(output).commit_all()[0].outcomes == {}
    assert load_decided(output).overlaps(unit_of([], path="/in/empty.jsonl").unit.pieces[0])
    publish(unit_of(NOTES), output, "run-1")
    assert Committer(output).commit_all()[0].release_id == "00000002"
