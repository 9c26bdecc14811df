"""Whether one of some words stands among the keywords around a place in a text, as Presidio's context rule collects them.

The answer is that of the whole text's tokens, but hardly any of these are made: a word that is not in the text, or from which
more words part the place than the rule asks for, needs none, and one that stands just before it needs few.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice

import regex

from transforms.deidentify.text_tokens import BlankEnglish, Role, Token

_LOOKS_BACK = (96, 512)  # characters, which mostly hold as many words as are asked for
_NEIGHBOUR = 16  # characters of a neighbour, more than any special case has on one side of a blank
_DIGIT = re.compile(r"[0-9]")
_LABEL = re.compile(r"([A-Za-z]+)[,;:]?")
_MOST_BETWEEN = 3  # keywords: such a chunk, its sign and white space
_CHUNK = re.compile(r"\S+")
_CHUNK_BEFORE = regex.compile(r"(?r)[^\s\x1c-\x1f]+")  # what Python and spaCy take for white space


class NearbyKeywords:
    """Of one text."""

    def __init__(self, text: str, english: BlankEnglish) -> None:
        self._text = text
        self._english = english
        self._earlier: dict[int, tuple[list[str], Iterator[str]]] = {}
        self._is_part: dict[str, bool] = {}

    def those_held(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Those of ``words``, which are in lower case, that may stand within any keyword."""
        if not self._text.isascii():
            return words
        lower = self._lower
        return tuple([word for word in words if word in lower])

    def hold(self, words: Sequence[str], start: int, before: int) -> bool | None:
        """Whether a keyword holds one of ``words``: the one at ``start``, ``before`` more that precede it, the next from there.

        ``words`` are in lower case. None where white space stands at ``start``.
        """
        if self._text[start].isspace():
            return None
        first, last = self._chunk(start)
        if start == first and before >= _MOST_BETWEEN and self._is_just_before(words, first):
            return True
        if self._is_keyword_without(words, first, start, last) and self._are_far(words, first, before):
            return False
        first, last = self._joined(first, last)
        distance = self._distance(words, first, before + 1)
        if start == first:
            if distance is not None and distance <= before:
                return True
            if distance is None and self._is_keyword_without(words, first, start, last):
                return False
        tokens = self._english.tokens(self._text[first:last])
        at = next(index for index, token in enumerate(tokens) if start < first + token.end)
        following = next((token.lemma for token in tokens[at:] if self._is_keyword(token)), None)
        following = following if following is not None else self._keyword_behind(last)
        here = [token.lemma for token in tokens[at::-1] if self._is_keyword(token)]
        if following is not None and _holds(following, words):
            return True
        if any(_holds(keyword, words) for keyword in here[: before + 1]):
            return True
        return distance is not None and distance <= before + 1 - len(here)

    def _is_just_before(self, words: Sequence[str], first: int) -> bool:
        """Whether the chunk before is a plain keyword, maybe with one sign behind it, and surely holds one of ``words``."""
        _, *chunk = self._text[max(0, first - _NEIGHBOUR) : first].rsplit(None, 1) or [
            ""
        ]  # what is cut off is left alone
        labelled = _LABEL.fullmatch(chunk[0]) if chunk else None
        return (
            labelled is not None and _holds(labelled[1].lower(), words) and self._english.is_plain_keyword(labelled[1])
        )

    def _is_keyword_without(self, words: Sequence[str], first: int, start: int, last: int) -> bool:
        """Whether a token of ``[first, last)`` that ends behind ``start`` surely is a keyword, and no word stands there."""
        if not self._text.isascii():
            return False
        here = self._lower[first:last]
        # A token with a digit, and without a colon, is one: no stop word and no punctuation has any.
        return ":" not in here and _DIGIT.search(here, start - first) is not None and not _holds(here, words)

    def _are_far(self, words: Sequence[str], first: int, before: int) -> bool:
        """Whether it is clear without tokens that more than ``before`` keywords part ``first`` from all ``words`` before it."""
        lower = self._lower
        nearest = max([lower.rfind(word, 0, first) for word in words])
        if nearest < 0:
            return True
        for look in _LOOKS_BACK:
            between = self._text[max(nearest, first - look) : first].split()[:0:-1]
            keywords = filter(self._english.is_plain_keyword, between)
            if next(islice(keywords, before, None), None) is not None:
                return True
            if nearest >= first - look:
                break
        return False

    def _distance(self, words: Sequence[str], first: int, most: int) -> int | None:
        """How many keywords before ``first``, where a piece begins, the nearest stands that holds a word; None above ``most``."""
        if first not in self._earlier:
            self._earlier[first] = [], self._keywords_before(first)
        known, more = self._earlier[first]
        for index in range(most):
            if index == len(known):
                keyword = next(more, None)
                if keyword is None:
                    return None
                known.append(keyword)
            if _holds(known[index], words):
                return index + 1
        return None

    def _keywords_before(self, first: int) -> Iterator[str]:
        """The nearest first."""
        text = self._text
        for begin, end in self._pieces_before(first):
            # White space is a token, but for one blank behind another token.
            if blank := text[end + 1 if text[end] == " " else end : first]:
                yield blank
            for token in self._english.tokens(text[begin:end])[::-1]:
                if self._is_keyword(token):
                    yield token.lemma
            first = begin
        if first > 0:
            yield text[:first]

    def _keyword_behind(self, last: int) -> str | None:
        """The nearest behind ``last``, where a piece ends."""
        text = self._text
        while last < len(text):
            chunk = _CHUNK.search(text, last)
            first = chunk.start() if chunk is not None else len(text)
            if blank := text[last + 1 if text[last] == " " else last : first]:
                return blank
            if chunk is None:
                return None
            first, last = self._joined(*chunk.span())
            for token in self._english.tokens(text[first:last]):
                if self._is_keyword(token):
                    return token.lemma
        return None

    def _pieces_before(self, first: int) -> Iterator[tuple[int, int]]:
        begin = end = -1
        for chunk in _CHUNK_BEFORE.finditer(self._text, 0, first):
            if end >= 0 and not self._is_joint(begin - 1):
                yield begin, end
                end = -1
            begin = chunk.start()
            end = chunk.end() if end < 0 else end
        if end >= 0:
            yield begin, end

    def _joined(self, first: int, last: int) -> tuple[int, int]:
        """The piece that a chunk belongs to."""
        while self._is_joint(first - 1):
            first, _ = self._chunk(first - 2)
        while self._is_joint(last):
            _, last = self._chunk(last + 1)
        return first, last

    def _chunk(self, place: int) -> tuple[int, int]:
        """What stands between white space around ``place``, where none stands."""
        first = _CHUNK_BEFORE.match(self._text, 0, place + 1)
        last = _CHUNK.match(self._text, place)
        assert first is not None
        assert last is not None
        return first.start(), last.end()

    def _is_joint(self, blank: int) -> bool:
        """Whether the chunks on both sides of ``blank`` belong to one piece."""
        text = self._text
        if blank < 1 or text[blank : blank + 1] != " " or text[blank - 1 : blank + 2] not in self._english.joints:
            return False
        before, behind = text[max(0, blank - _NEIGHBOUR) : blank], text[blank + 1 : blank + 1 + _NEIGHBOUR]
        return self._english.are_joined(before, behind)

    def _is_keyword(self, token: Token) -> bool:
        if token.role is not Role.STOP_WORD:
            return token.role is Role.KEYWORD
        is_part = self._is_part.get(token.lemma)
        if is_part is None:
            is_part = self._is_part[token.lemma] = self._is_part_at_colon(token.lemma)
        return is_part

    def _is_part_at_colon(self, lemma: str) -> bool:
        """Whether a token that holds colons has ``lemma`` between them, or before or behind them."""
        beside = (f"{lemma}:", f":{lemma}")
        if self._text.isascii() and not _holds(self._with_colon, beside):
            return False
        for first, last, lower in self._chunks_with_colon:
            if not lower.isascii() or _holds(lower, beside):
                first, last = self._joined(first, last)
                if lemma in self._english.parts_at_colons(self._text[first:last]):
                    return True
        return False

    @cached_property
    def _lower(self) -> str:
        return self._text.lower()

    @cached_property
    def _with_colon(self) -> str:
        return " ".join(lower for _, _, lower in self._chunks_with_colon)

    @cached_property
    def _chunks_with_colon(self) -> list[tuple[int, int, str]]:
        chunks = []
        colon = self._text.find(":")
        while colon >= 0:
            first, last = self._chunk(colon)
            chunks.append((first, last, self._text[first:last].lower()))
            colon = self._text.find(":", last)
        return chunks


def _holds(text: str, words: Sequence[str]) -> bool:
    for word in words:  # noqa: SIM110  a generator costs more than the words
        if word in text:
            return True
    return False
