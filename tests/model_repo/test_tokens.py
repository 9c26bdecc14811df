"""Every token knows where it stands in the text as it was given, whatever characters surround it."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_repo.clinical_bert import tokens as tokens_module
from model_repo.clinical_bert.tokens import TextTokenizer

AWKWARD = [
    "fever 🤒🏽 and cough",
    "👩‍⚕️ saw severe pain",
    "cafe\u0301 visit, nau\u0308sea",
    "İstanbul İİ hasta, STRASSE ß ﬁbrosis",
    "line one\r\nline two\rline three\n\nfever",
    "a\x00b\x07c fever\x1b[0m pain",
    "zero\u200bwidth \ufefffever \u2060pain\u00ad",
    "胸痛 fever 発熱",
    "   \t  fever   \n",
    "𝒇𝒆𝒗𝒆𝒓 fever",
    "x" * 300 + " fever",
    "fever\u2028pain\u0085cough",
]


def _plain(text: str) -> str:
    """What the uncased tokenizer makes of a text: no case and no accents."""
    return "".join(char for char in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(char) != "Mn")


@pytest.mark.parametrize("text", AWKWARD, ids=ascii)
def test_known_words_lie_exactly_where_their_tokens_say(tokenizer: TextTokenizer, text: str) -> None:
    (fever,) = tokenizer.tokens("fever").ids.tolist()
    tokens = tokenizer.tokens(text)
    found = [
        text[start:end] for start, end, at in zip(tokens.start, tokens.end, tokens.ids, strict=True) if at == fever
    ]

    assert len(found) == sum(word == "fever" for word in "".join(c if c.isalpha() else " " for c in text).split())
    assert all(word == "fever" for word in found)


@given(st.text(max_size=200))
def test_offsets_rise_stay_inside_and_cover_every_letter(tokenizer: TextTokenizer, text: str) -> None:
    tokens = tokenizer.tokens(text)

    assert (tokens.start <= tokens.end).all()
    assert (tokens.end <= len(text)).all()
    assert (tokens.start >= 0).all()
    assert (np.diff(tokens.start) >= 0).all()
    covered = np.zeros(len(text) + 1, dtype=bool)
    for start, end in zip(tokens.start, tokens.end, strict=True):
        covered[start:end] = True
    assert all(covered[at] for at, char in enumerate(text) if char.isascii() and char.isalnum())


@given(
    st.lists(
        st.sampled_from(["fever", "İ", "e\u0301", "🤒", "pneumonia", ",", " ", "\n", "\r\n", "120/80"]), max_size=80
    )
)
def test_a_text_in_chunks_has_the_tokens_of_the_whole(tokenizer: TextTokenizer, parts: list[str]) -> None:
    text = " ".join(parts)
    whole = tokenizer.tokens(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens_module, "CHUNK_CHARS", 40)
        chunked = tokenizer.tokens(text)

    assert chunked.ids.tolist() == whole.ids.tolist()
    assert chunked.start.tolist() == whole.start.tolist()
    assert chunked.end.tolist() == whole.end.tolist()
    assert chunked.word_first.tolist() == whole.word_first.tolist()


def test_a_combining_character_is_no_letter_of_its_own(tokenizer: TextTokenizer) -> None:
    assert tokenizer.tokens("cafe\u0301").ids.tolist() == tokenizer.tokens("café").ids.tolist()


def test_lines_begin_after_every_kind_of_line_end(tokenizer: TextTokenizer) -> None:
    tokens = tokenizer.tokens("one two\r\nthree\rfour\n\n five")

    assert tokens.line_first.tolist() == [True, False, True, True, True]


def test_a_lone_surrogate_is_refused_without_the_text(tokenizer: TextTokenizer) -> None:
    with pytest.raises(ValueError, match="valid Unicode") as caught:
        tokenizer.tokens("Mr Canary \ud800")

    assert "Canary" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_no_text_has_no_tokens(tokenizer: TextTokenizer) -> None:
    assert len(tokenizer.tokens("")) == len(tokenizer.tokens(" \n\t ")) == 0
