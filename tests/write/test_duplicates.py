"""Which notes are duplicates, against plain models of what the index and the committer must say."""

import shutil
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.write.tables import rows
from tests.write.units import Line, hexadecimal, unit_of
from transforms.write.commit import Committer
from transforms.write.index import ReleasedIndex
from transforms.write.output import Output
from transforms.write.publish import publish
from transforms.write.schemas import Table

names = st.sampled_from("abc")
notes = st.lists(st.tuples(names, st.integers(-(2**63), 2**63 - 1), names), max_size=12)


def columns(released):
    return (
        [hexadecimal("note", name) for name, _, _ in released],
        [version for _, version, _ in released],
        [hexadecimal("content", content) for _, _, content in released],
    )


@given(first=notes, second=notes)
def test_the_index_knows_what_it_was_given_in_whatever_portions(first, second):
    known = ReleasedIndex([columns(first[:5]), columns(first[5:])])
    for one in second:
        known.add(*columns([one]))
    for name in "abc":
        for content in "abc":
            expected = {version for n, version, c in (*first, *second) if (n, c) == (name, content)}
            assert known.versions(hexadecimal("note", name), hexadecimal("content", content)) == expected


def test_keys_that_share_a_half_are_told_apart():
    known = ReleasedIndex([(["0" * 16 + "1" * 16, "0" * 32], [1, 2], ["0" * 32, "0" * 32])])
    known.add(["0" * 16 + "2" * 16], [3], ["0" * 32])
    assert known.versions("0" * 32, "0" * 32) == {2}
    assert known.versions("0" * 16 + "1" * 16, "0" * 32) == {1}
    assert known.versions("0" * 16 + "2" * 16, "0" * 32) == {3}
    assert known.versions("0" * 16 + "3" * 16, "0" * 32) == set()


lines = st.builds(
    Line,
    name=names,
    version=st.integers(1, 2),
    says=st.sampled_from(["Denies chest pain.", "Denies dyspnea."]),
    ordered=st.booleans(),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    released=st.lists(st.lists(lines, min_size=1, max_size=4), min_size=1, max_size=5),
    order=st.randoms(use_true_random=False),
    groups=st.integers(1, 3),
    fresh=st.booleans(),
)
def test_whatever_is_published_in_whatever_order_every_note_is_released_once(
    blank, tmp_path_factory, released, order, groups, fresh
):
    output = Output(Path(shutil.copytree(blank, tmp_path_factory.mktemp("drawn") / "out")))
    units, start = [], 0
    for slice_ in released:
        units.append(unit_of(slice_, start=start, empty=1))
        start += len(slice_) + 1
    order.shuffle(units)
    committer = Committer(output)
    for unit in [*units, *units[:2]]:
        publish(unit, output, "run-1")
        if order.random() < 0.4:
            committer.commit(groups)
        if fresh:
            committer = Committer(output)
    committer.commit_all()

    every = [line for slice_ in released for line in slice_]
    ledger = rows(output, Table.LEDGER)
    assert sorted(row["offset"] for row in ledger) == list(range(start))
    kept = [row for row in ledger if row["outcome"] == "released"]
    assert len(kept) + sum(row["outcome"] == "duplicate" for row in ledger) == len(every)
    identities = [(row["note_key"], row["version"], row["content_hash"]) for row in kept]
    # Once: what is the same note is not released twice, and of what the source has in order nothing is left out.
    assert len(identities) == len(set(identities))
    for line in every:
        key, content = hexadecimal("note", line.name), hexadecimal("content", line.says)
        if line.ordered:
            assert (key, line.version, content) in identities
        else:
            assert any((note, text) == (key, content) for note, _, text in identities)
    assert sorted((row["note_key"], row["version"]) for row in rows(output, Table.NOTES)) == sorted(
        (note, version) for note, version, _ in identities
    )
    for table, count in ((Table.ENTITIES, 2), (Table.RELATIONS, 1), (Table.PHI_SPANS, 1)):
        assert len(rows(output, table)) == count * len(identities)
