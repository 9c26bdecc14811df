"""The fast engine gives what Presidio's own gives, with the same recognizers: entities, spans and scores, note by note."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, Pattern, PatternRecognizer, RecognizerRegistry

from benchmarks.deidentify import as_rows
from benchmarks.stock_presidio import predefined, stock
from tests.e2e.inputs import dense_notes
from transforms.deidentify import scan_database
from transforms.deidentify.engine import ClosedAnalyzerEngine


class EvenTicket(PatternRecognizer):
    """A hospital's own, with a validator."""

    def __init__(self) -> None:
        super().__init__("TICKET", name="ticket", patterns=[Pattern("t", r"\bTK-\d{4,6}\b", 0.3)], context=["ticket"])

    def validate_result(self, pattern_text: str) -> bool | None:
        return int(pattern_text[-1]) % 2 == 0 or None


def users() -> list[EntityRecognizer]:
    """What hospitals write: deny lists, look-behinds, anchors, letters of all kinds, overlapping patterns."""
    return [
        EvenTicket(),
        PatternRecognizer("WARD", name="wards", deny_list=["Ward Zwölf", "4 West", "ICU"]),
        PatternRecognizer("MRN", name="mrn", patterns=[Pattern("b", r"(?<=MRN[: ])\s*\d{5,9}(?!\d)", 0.6)]),
        PatternRecognizer("LAST", name="last", patterns=[Pattern("l", r"[A-Z]{2}\d{3}$", 0.5)]),
        PatternRecognizer("FIRST", name="first", patterns=[Pattern("f", r"^\s*[A-Z][a-zäöüß]+,", 0.5)]),
        PatternRecognizer(
            "NAME", name="umlauts", patterns=[Pattern("u", r"\b[A-ZÄÖÜ]\w*(?:ß|ü)\w*\b", 0.2)], context=["herr"]
        ),
        PatternRecognizer(
            "CODE", name="codes", patterns=[Pattern("a", r"[A-Z]\d+", 0.4), Pattern("c", r"\d{2}(?:-\d{2})*", 0.1)]
        ),
        PatternRecognizer(
            "WORD", name="words", patterns=[Pattern("w", r"(?i)\bpatient(?:'s)?\b", 0.3)], context=["the"]
        ),
    ]


def engines(make: Callable[[], list[EntityRecognizer]]) -> tuple[AnalyzerEngine, ClosedAnalyzerEngine]:
    return stock(make()), ClosedAnalyzerEngine(RecognizerRegistry(make()), 600.0)


@pytest.fixture(scope="module", params=["hyperscan", "python"])
def pairs(request: pytest.FixtureRequest) -> Iterator[dict[str, tuple[AnalyzerEngine, ClosedAnalyzerEngine]]]:
    """Both engines over Presidio's recognizers and over users' own; with Hyperscan, and where it has no wheel."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "python":
            patch.setattr(scan_database, "hyperscan", None)
        yield {"predefined": engines(predefined), "users": engines(users)}


def assert_equal(pairs: dict[str, tuple[AnalyzerEngine, ClosedAnalyzerEngine]], text: str) -> int:
    found = 0
    for theirs, ours in pairs.values():
        expected = as_rows(theirs.analyze(text, "en"))
        assert as_rows(ours.analyze(text, "en")) == expected
        found += len(expected)
    return found


def test_on_notes_dense_with_identifiers(pairs):
    assert sum(assert_equal(pairs, note.text) for note in dense_notes(25, seed=11)) > 500


def test_on_the_example_notes(pairs, examples: Path):
    for path in sorted((examples / "notes/text").glob("*.txt")):
        assert_equal(pairs, path.read_text(encoding="utf-8", errors="ignore"))


def test_on_real_notes_of_all_kinds(pairs, corpora: Path):
    """Transcribed notes, trial criteria, case reports, German-looking and other letters included; every n-th."""
    for folder, every in (("notes_mtsamples", 60), ("chia", 120), ("maccrobat2020", 40), ("notes_synthetic", 10)):
        for path in sorted((corpora / folder).glob("*.txt"))[::every]:
            assert_equal(pairs, path.read_text(encoding="utf-8", errors="ignore"))


PIECES = st.sampled_from(
    [
        "MRN: 0012345", "TK-1234", "TK-12345 ticket", "Ward Zwölf", "4 West", "icu", "Herr Müßig", "the patient's",
        "AB123", "A1B2",
        "Smith,", "212-555-0134", "(415) 555-0199 ext. 3", "+49 30 901820", "078-05-1120", "4111 1111 1111 1111", "a@b.co.uk",
        "http://example.org/x?y=1", "www.example.com.", "192.168.0.1", "2001:db8::1", "GB82 WEST 1234 5698 7654 32", "03/05/2021",
        "1FAHP26W49G252740", "AB1234567", "00:1A:2B:3C:4D:5E", "e\u0301mile@x.de", "İstanbul", "ﬁ", "😀", "\u00a0", "\u2011",
        "\n", "\t", "  ", ".", ",",
        "phone", "ssn", "license", "credit card", "bank", "dr", "10-20-30", "0", "𝟙𝟚𝟛", "ſ", "K",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=14).map(" ".join) | st.lists(PIECES, max_size=10).map("".join))
@settings(max_examples=150, deadline=None)
def test_on_texts_that_nobody_wrote(pairs, text):
    assert_equal(pairs, text)


PLAIN_NUMBERS = st.from_regex(r"(?:\([0-9]{2,4}\) ?)?[0-9]{2,8}(?:[-. ][0-9]{2,5}){0,3}", fullmatch=True)


@given(st.lists(PLAIN_NUMBERS, min_size=1, max_size=6).map(" or ".join))
@settings(max_examples=150, deadline=None)
def test_on_numbers_of_any_country(pairs, text):
    """Of some the digits alone decide which country has given them out."""
    assert_equal(pairs, text)
