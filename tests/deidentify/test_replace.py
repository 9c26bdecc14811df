"""Replacement in one pass, and the map between original and released offsets, on any text and any findings."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.deidentify.findings import Finding
from transforms.deidentify.replace import InvalidFindings, OffsetMap, Replacement, replace
from transforms.records import PhiAction, PhiType


def replacement(start: int, end: int, text: str, action: PhiAction = PhiAction.MASK) -> Replacement:
    return Replacement(Finding(PhiType.NAME, start, end, "test", 1.0), text, action)


@st.composite
def texts_with_replacements(draw: st.DrawFn) -> tuple[str, list[Replacement]]:
    """Any text; disjoint spans of it, some of which touch, some of which are kept."""
    text = draw(st.text(min_size=1, max_size=80))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=12)))
    chosen = []
    for start, end in pairwise(cuts):
        match draw(st.sampled_from(["leave", "keep", "replace"])):
            case "keep":
                chosen.append(replacement(start, end, text[start:end], PhiAction.KEEP))
            case "replace":
                chosen.append(replacement(start, end, draw(st.text(min_size=1, max_size=9))))
    return text, chosen


@given(texts_with_replacements())
def test_only_the_spans_change_and_both_texts_are_mapped(case: tuple[str, list[Replacement]]) -> None:
    text, replacements = case
    replaced = replace(text, replacements)
    offsets = OffsetMap(replaced.spans)

    assert [(span.start, span.end) for span in replaced.spans] == [
        (r.finding.start, r.finding.end) for r in replacements
    ]
    for span, wanted in zip(replaced.spans, replacements, strict=True):
        assert replaced.text[span.released_start : span.released_end] == wanted.text
        assert (offsets.to_released(span.start), offsets.to_released(span.end)) == (
            span.released_start,
            span.released_end,
        )
        assert (offsets.to_original(span.released_start), offsets.to_original(span.released_end)) == (
            span.start,
            span.end,
        )

    # What lies between the spans is unchanged, character by character, where the map says that it is.
    inside = {
        at for r in replacements if r.action is not PhiAction.KEEP for at in range(r.finding.start, r.finding.end)
    }
    for at in set(range(len(text))) - inside:
        assert replaced.text[offsets.to_released(at)] == text[at]
        assert offsets.to_original(offsets.to_released(at)) == at
    assert len(replaced.text) == offsets.to_released(len(text))
    assert offsets.to_original(len(replaced.text)) == len(text)

    forth = [offsets.to_released(at) for at in range(len(text) + 1)]
    back = [offsets.to_original(at) for at in range(len(replaced.text) + 1)]
    assert forth == sorted(forth)
    assert back == sorted(back)


@given(st.text(max_size=50))
def test_nothing_found_nothing_changed(text: str) -> None:
    replaced = replace(text, [])
    assert replaced.text == text
    assert OffsetMap(replaced.spans).to_released(len(text)) == len(text)


def test_neighbours_of_one_type_stay_two() -> None:
    replaced = replace("SmithJones", [replacement(0, 5, "[NAME]"), replacement(5, 10, "[NAME]")])
    assert replaced.text == "[NAME][NAME]"
    assert [(s.released_start, s.released_end) for s in replaced.spans] == [(0, 6), (6, 12)]


@pytest.mark.parametrize(
    "spans", [[(3, 3)], [(4, 2)], [(-2, 3)], [(8, 99)], [(0, 5), (4, 7)], [(5, 7), (0, 2)], [(0, 5), (0, 5)]]
)
def test_findings_that_do_not_stand_in_the_text_are_refused(spans: list[tuple[int, int]]) -> None:
    with pytest.raises(InvalidFindings):
        replace("John Smith", [replacement(start, end, "[NAME]") for start, end in spans])


def test_a_span_is_never_replaced_by_nothing_nor_kept_as_something_else() -> None:
    with pytest.raises(InvalidFindings):
        replace("John Smith", [replacement(0, 4, "")])
    with pytest.raises(InvalidFindings):
        replace("John Smith", [replacement(0, 4, "Jack", PhiAction.KEEP)])
