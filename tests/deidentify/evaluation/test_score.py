"""What is counted: letters and digits of gold that stand or are hidden, finds that are right or wrong, by hand and in general."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.deidentify.evaluation.figures import Figures, Held, Rate, summarise
from transforms.deidentify.evaluation.gold import GoldNote, GoldSpan
from transforms.deidentify.evaluation.score import Coverage, NoteScore, NotScored, judge
from transforms.deidentify.policy import load_policy
from transforms.records import PhiAction, PhiSpan, PhiType, Reason

SAFE_HARBOR = load_policy("safe-harbor")
LIMITED = load_policy("limited")
TEXT = "Dr. Ana Ruiz saw Mr. O'Hara, 47, in Graves County on 3/14/2081; first seen 1998. Foley removed."


def gold(*values: tuple[PhiType | None, str], labelled: str = TEXT) -> GoldNote:
    start = TEXT.index(labelled)
    spans = tuple(GoldSpan(t, TEXT.index(value), TEXT.index(value) + len(value)) for t, value in values)
    return GoldNote("1", TEXT, spans, ((start, start + len(labelled)),))


def found(phi_type: PhiType, value: str, action: PhiAction = PhiAction.MASK, recognizer: str = "rule") -> PhiSpan:
    start = TEXT.index(value)
    return PhiSpan(phi_type, start, start + len(value), 0, 0, action, recognizer, 1.0)


def test_covered_in_part_and_missed() -> None:
    note = gold((PhiType.NAME, "Ana Ruiz"), (PhiType.NAME, "O'Hara"), (PhiType.DATE, "3/14/2081"))
    spans = [found(PhiType.NAME, "Ana"), found(PhiType.ID, "O"), found(PhiType.ID, "Hara")]

    score = judge(note, spans, SAFE_HARBOR)

    assert [(one.coverage, one.characters, one.leaked) for one in score.gold] == [
        (Coverage.PARTIAL, 7, 4),
        (Coverage.COVERED, 5, 0),  # by another type, and without its apostrophe
        (Coverage.MISSED, 7, 7),
    ]
    assert (score.identifying.all, score.identifying.hidden) == (19, 8)


def test_what_is_generalised_is_hidden_and_what_is_kept_is_not() -> None:
    note = gold((PhiType.DATE, "3/14/2081"), (PhiType.LOCATION, "Graves County"))
    generalised = found(PhiType.DATE, "3/14/2081", PhiAction.GENERALISE)
    kept = found(PhiType.NAME, "Graves County", PhiAction.KEEP)

    score = judge(note, [generalised, kept], SAFE_HARBOR)

    assert [one.coverage for one in score.gold] == [Coverage.COVERED, Coverage.MISSED]
    assert [one.span for one in score.found] == [generalised]


def test_a_young_age_a_bare_year_and_a_profession_are_neither_missed_nor_wrong() -> None:
    note = gold((PhiType.AGE, "47"), (PhiType.DATE, "1998"), (None, "Foley"))

    for spans in ([], [found(PhiType.AGE, "47"), found(PhiType.DATE, "1998"), found(PhiType.NAME, "Foley")]):
        score = judge(note, spans, SAFE_HARBOR)

        assert score.gold == score.found == ()
        assert score.labelled.hidden == 0
        assert score.not_scored == (NotScored.NO_IDENTIFIER,) * 3


def test_what_a_policy_keeps_is_no_leak_where_it_was_found_as_what_it_is() -> None:
    note = gold((PhiType.DATE, "3/14/2081"), (PhiType.LOCATION, "Graves County"), (PhiType.NAME, "Ana Ruiz"))
    as_place = found(PhiType.LOCATION, "Graves County", PhiAction.KEEP)
    name_as_place = found(PhiType.LOCATION, "Ana Ruiz", PhiAction.KEEP)

    score = judge(note, [name_as_place, as_place], LIMITED)

    assert [(one.phi_type, one.coverage) for one in score.gold] == [(PhiType.NAME, Coverage.MISSED)]
    assert score.not_scored == (NotScored.KEPT_BY_POLICY, NotScored.KEPT_BY_POLICY)


def test_finds_are_judged_where_all_is_labelled_alone() -> None:
    note = gold((PhiType.NAME, "Ana Ruiz"), labelled="Dr. Ana Ruiz saw Mr. O'Hara, 47, in Graves County")
    spans = [found(PhiType.NAME, "Ruiz saw"), found(PhiType.LOCATION, "Graves"), found(PhiType.NAME, "Foley")]

    score = judge(note, spans, SAFE_HARBOR)

    assert [one.right for one in score.found] == [True, False]
    assert (score.labelled.hidden, score.unlabelled.hidden) == (len("saw") + len("Graves"), len("Foley"))


def test_confusion_and_recognizers() -> None:
    note = gold((PhiType.NAME, "O'Hara"), (PhiType.DATE, "3/14/2081"))
    spans = [found(PhiType.LOCATION, "O'Hara", recognizer="places"), found(PhiType.NAME, "Foley", recognizer="names")]

    figures = summarise([judge(note, spans, SAFE_HARBOR)], [Held("2", Reason.RESIDUAL_PHI, "NAME=1", 3)])

    assert figures.confusion == {"DATE": {"nothing": 1}, "NAME": {"LOCATION": 1}, "nothing": {"NAME": 1}}
    assert {name: (one.found, one.right) for name, one in figures.recognizers.items()} == {
        "names": (1, 0),
        "places": (1, 1),
    }
    assert (figures.notes, figures.released, figures.quarantined) == (2, 1, {"residual_phi": 1})
    assert figures.quarantined_identifiers == 3


@pytest.mark.parametrize(
    (
        "part",
        "whole",
        "low",
        "high",
    ),  # Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval(part: int, whole: int, low: float, high: float) -> None:
    rate = Rate.of(part, whole)

    assert rate.low == pytest.approx(low, abs=5e-5)
    assert rate.high == pytest.approx(high, abs=5e-5)
    assert Rate.of(0, 0) == Rate(None, None, None)


# --- in general ------------------------------------------------------------------------------------------------


@st.composite
def notes_and_spans(draw: st.DrawFn) -> tuple[GoldNote, list[PhiSpan]]:
    text = draw(st.text(alphabet="aZé9 .-\n", min_size=1, max_size=60))
    offsets = st.integers(0, len(text))
    ranges = st.tuples(offsets, offsets).filter(lambda pair: pair[0] < pair[1])
    types = st.sampled_from([PhiType.NAME, PhiType.LOCATION, PhiType.ID, PhiType.PHONE])
    spans = draw(st.lists(st.builds(lambda t, r: GoldSpan(t, *r), types, ranges), max_size=6))
    cuts = sorted(draw(st.sets(offsets, max_size=8)))
    actions = st.sampled_from([PhiAction.MASK, PhiAction.SURROGATE, PhiAction.GENERALISE, PhiAction.KEEP])
    found = [
        PhiSpan(draw(types), start, end, 0, 0, draw(actions), draw(st.sampled_from("xyz")), 1.0)
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    return GoldNote("1", text, tuple(spans), tuple(draw(st.lists(ranges, max_size=2)))), found


def letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def figures_of(*scores: NoteScore) -> Figures:
    return summarise(scores, [])


@given(notes_and_spans())
def test_counts_add_up(case: tuple[GoldNote, list[PhiSpan]]) -> None:
    note, spans = case

    score = judge(note, spans, SAFE_HARBOR)
    figures = figures_of(score)

    assert len(score.gold) + len(score.not_scored) == len(set(note.spans))
    for of_type in (*figures.types.values(), figures.all):
        assert of_type.gold == of_type.covered + of_type.partial + of_type.missed
        assert 0 <= of_type.leaked <= of_type.characters
        assert 0 <= of_type.right <= of_type.found
    for count in ("gold", "covered", "partial", "missed", "found", "right"):
        assert getattr(figures.all, count) == sum(getattr(one, count) for one in figures.types.values())
    assert figures.all.found == sum(one.found for one in figures.recognizers.values())
    confused = figures.confusion
    assert figures.all.gold == sum(sum(row.values()) for name, row in confused.items() if name != "nothing")
    assert figures.all.missed == sum(row.get("nothing", 0) for row in confused.values())
    assert figures.all.found - figures.all.right == sum(confused.get("nothing", {}).values())
    outside = score.labelled.all + score.unlabelled.all
    if not score.not_scored:
        assert score.identifying.all + outside == letters(note.text)


@given(notes_and_spans())
def test_perfect_findings_give_recall_and_precision_one(case: tuple[GoldNote, list[PhiSpan]]) -> None:
    note, _ = case
    inside = sorted({i for span in note.spans for i in range(span.start, span.end) if note.text[i].isalnum()})
    perfect = [PhiSpan(PhiType.NAME, i, i + 1, 0, 0, PhiAction.MASK, "x", 1.0) for i in inside]

    figures = figures_of(judge(note, perfect, SAFE_HARBOR))

    assert figures.all.covered == figures.all.gold
    assert figures.all.recall.share in (1.0, None)
    assert figures.all.precision.share in (1.0, None)
    assert figures.leaked_share in (0.0, None)
    assert figures.outside_labelled.hidden == figures.outside_unlabelled.hidden == 0


@given(notes_and_spans())
def test_nothing_found_leaks_everything(case: tuple[GoldNote, list[PhiSpan]]) -> None:
    note, _ = case

    figures = figures_of(judge(note, [], SAFE_HARBOR))

    assert figures.all.missed == figures.all.gold
    assert figures.leaked_share in (1.0, None)
    assert figures.all.found == 0
    assert figures.outside_labelled.hidden == figures.outside_unlabelled.hidden == 0


@given(notes_and_spans())
def test_hiding_more_never_lowers_recall(case: tuple[GoldNote, list[PhiSpan]]) -> None:
    note, spans = case
    everything = [PhiSpan(PhiType.NAME, 0, len(note.text), 0, 0, PhiAction.MASK, "x", 1.0)]

    some = figures_of(judge(note, [span for span in spans if span.action is not PhiAction.KEEP], SAFE_HARBOR))
    all_hidden = figures_of(judge(note, everything, SAFE_HARBOR))

    assert all_hidden.all.covered == all_hidden.all.gold >= some.all.covered
    assert (some.leaked_share or 0.0) >= (all_hidden.leaked_share or 0.0) == 0.0
