"""Long lists of words in an expression are rewritten so that fewer are tried, and find what they found."""

import regex
from hypothesis import given
from hypothesis import strategies as st
from presidio_analyzer.predefined_recognizers import UrlRecognizer

from transforms.deidentify.literal_options import with_common_beginnings

WORDS = st.lists(st.text("abc1", min_size=1, max_size=4), min_size=17, max_size=40)


def spans(expression: str, text: str) -> list[tuple[int, int]]:
    return [match.span() for match in regex.finditer(expression, text, regex.IGNORECASE)]


@given(WORDS, st.text("abcABC1. ", max_size=60), st.sampled_from(["{}", r"\b{}\b", "a{}c?", "{}+1", "(?:{}|b)a"]))
def test_the_same_is_found_in_the_same_order(words: list[str], text: str, around: str) -> None:
    listed = around.replace("{}", f"(?:{'|'.join(words)})")
    assert spans(with_common_beginnings(listed), text) == spans(listed, text)


def test_the_domains_of_addresses_are_such_a_list() -> None:
    text = "See www.example.co.uk, example.community/a, mail.example.comx, a.museum and b.m at HTTPS://X.ORG/b?c."
    for pattern in UrlRecognizer().patterns:
        quick = with_common_beginnings(pattern.regex)
        assert len(quick) < 0.7 * len(pattern.regex)
        assert spans(quick, text) == spans(pattern.regex, text)


def test_what_only_looks_like_a_list_stays_as_it_is() -> None:
    words = "|".join("abcdefghijklmnopqrst")
    for expression in (rf"\(?:{words})?(", f"[(?:{words})]", f"(?:{words}|[a-z])", f"(?:{words}|B)", f"({words})"):
        assert with_common_beginnings(expression) == expression
