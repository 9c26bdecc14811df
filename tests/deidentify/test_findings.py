"""Spans of all sources become one list in which no character that anyone found is left out."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from transforms.deidentify.findings import Finding, merge
from transforms.records import PhiType

FINDINGS = st.lists(
    st.builds(
        lambda phi_type, start, length, score: Finding(phi_type, start, start + length, "r", score),
        st.sampled_from(PhiType),
        st.integers(0, 40),
        st.integers(1, 12),
        st.floats(0.1, 1.0),
    ),
    max_size=20,
)


@given(FINDINGS)
def test_merged_findings_are_sorted_apart_and_cover_just_what_was_found(findings: list[Finding]) -> None:
    merged = merge(findings)

    assert {i for f in merged for i in range(f.start, f.end)} == {i for f in findings for i in range(f.start, f.end)}
    assert all(before.end <= after.start for before, after in pairwise(merged))


@given(FINDINGS)
def test_merging_again_and_in_another_order_changes_no_span(findings: list[Finding]) -> None:
    merged = merge(findings)

    assert merge(merged) == merged
    assert [(f.start, f.end) for f in merge(reversed(findings))] == [(f.start, f.end) for f in merged]


def test_the_surer_finding_gives_the_type() -> None:
    date = Finding(PhiType.DATE, 4, 12, "date_compact", 0.8)
    account = Finding(PhiType.ID, 2, 14, "id_labelled", 0.95)
    known = Finding(PhiType.NAME, 12, 16, "known_phi", 1.0)

    assert merge([date, account]) == [account]
    assert merge([date, account, known]) == [Finding(PhiType.NAME, 2, 16, "known_phi", 1.0)]


def test_an_address_is_one_whatever_stands_in_it():
    known = Finding(PhiType.NAME, 2, 8, "known_phi", 1.0)
    email = Finding(PhiType.EMAIL, 0, 20, "email", 0.95)

    assert merge([known, email]) == [email]
