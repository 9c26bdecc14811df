"""The tokens of a text as a blank spaCy pipeline has them, made piece by piece, and only where somebody asks for them.

spaCy splits a text at its white space before it looks closer; only its special cases (``:(``, ``8a.m.``) it also looks for
across a blank. So a text may be taken apart wherever none of these may go on, and each piece be tokenized by itself, and
once: spaCy itself does not remember the words of a text behind the first special case that it met there.
"""

import re
from enum import Enum, auto
from functools import lru_cache
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

from spacy.lang.en import English
from spacy.lang.lex_attrs import is_punct
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc

_MOST_WORDS = 250_000  # spaCy keeps every word that it ever saw, in 400 bytes
_MOST_PIECES = 2**15
# Nothing in English splits letters alone, or figures; and what stands behind them here is split from anything.
_PLAIN = re.compile(r"([A-Za-z]+|[0-9]+(?:[/.][0-9]+)*)([,;:]?)")


class Role(Enum):
    """Whether Presidio counts a token among a text's keywords."""

    KEYWORD = auto()
    PARTS_ARE = auto()  # it holds a colon: what stands between colons counts, not the token
    STOP_WORD = auto()  # or punctuation: does not count, unless it is also such a part


class Token(NamedTuple):
    """Where a token ends in its piece, and what a blank pipeline takes for its lemma: the token in lower case."""

    end: int
    lemma: str
    role: Role


class BlankEnglish:
    """spaCy's English tokenizer, renewed before it has grown large. May be shared between threads.

    ``joints``: what stands around a blank (one character on each side) where ``are_joined`` is worth asking.
    """

    def __init__(self) -> None:
        self._english = _english()
        self._stop_words: frozenset[str] = frozenset(self._english.Defaults.stop_words)
        self._joints, self._cases = _special_cases(self._english.tokenizer)
        self.joints = frozenset(f"{left[-1]} {right[0]}" for left, right in self._joints)
        self.tokens = lru_cache(maxsize=_MOST_PIECES)(self._tokens)
        self.is_plain_keyword = lru_cache(maxsize=_MOST_PIECES)(self._is_plain_keyword)
        self.parts_at_colons = lru_cache(maxsize=_MOST_PIECES)(self._parts)

    def make_doc(self, text: str) -> Doc:
        if len(self._english.vocab) > _MOST_WORDS:
            self._english = _english()
        return self._english.make_doc(text)

    def role(self, lemma: str) -> Role:
        """What a token with this lemma counts for."""
        if lemma in self._stop_words or is_punct(lemma) or lemma == "be":
            return Role.STOP_WORD
        return Role.PARTS_ARE if ":" in lemma else Role.KEYWORD

    def _is_plain_keyword(self, chunk: str) -> bool:
        """Whether ``chunk`` is one token and a keyword, whatever stands beside it."""
        return chunk.isalnum() and len(tokens := self.tokens(chunk)) == 1 and tokens[0].role is Role.KEYWORD

    def are_joined(self, left: str, right: str) -> bool:
        """Whether what stands beside one blank may be tokenized otherwise than by itself.

        A special case that would go on across the blank is none, but keeps another one beside it from being seen.
        """
        return (left.endswith(self._cases) or right.startswith(self._cases)) and any(
            left.endswith(end) and right.startswith(start) for end, start in self._joints
        )

    def _tokens(self, piece: str) -> tuple[Token, ...]:
        """The tokens of chunks that are joined."""
        words = None if " " in piece else self._split(piece)
        if words is None:
            words = [token.text_with_ws for token in self.make_doc(piece)]
        ends = accumulate(map(len, words))
        lemmas = [word.rstrip(" ").lower() for word in words]
        return tuple(Token(end, lemma, self.role(lemma)) for end, lemma in zip(ends, lemmas, strict=True))

    def _split(self, chunk: str) -> list[str] | None:
        """What spaCy makes of ``chunk``, without a place in its vocabulary for each; None where special cases have a say."""
        tokenizer = self._english.tokenizer
        if (plain := _PLAIN.fullmatch(chunk)) and tokenizer.rules.keys().isdisjoint((chunk, plain[1])):
            return [plain[1], plain[2]] if plain[2] else [chunk]
        rest, length = chunk, 0
        before: list[str] = []
        behind: list[str] = []
        while rest and len(rest) != length:
            length = len(rest)
            prefix = tokenizer.find_prefix(rest)
            suffix = tokenizer.find_suffix(rest[prefix:])
            if not tokenizer.rules.keys().isdisjoint((rest, rest[prefix:], rest[: length - suffix])):
                return None
            suffix = 0 if prefix + suffix > length else suffix
            before += [rest[:prefix]] if prefix else []
            behind += [rest[length - suffix :]] if suffix else []
            rest = rest[prefix : length - suffix]
        words = [*before, *self._split_inside(rest), *reversed(behind)]
        special = not tokenizer.rules.keys().isdisjoint(words) or not self._joints.isdisjoint(pairwise(words))
        return None if special else words

    def _split_inside(self, rest: str) -> list[str]:
        tokenizer = self._english.tokenizer
        if not rest or tokenizer.url_match(rest):
            return [rest] if rest else []
        words, start = [], 0
        for infix in tokenizer.find_infix(rest):
            if infix.start() > 0:
                words += [rest[start : infix.start()], infix[0]]
                start = infix.end()
        return [word for word in (*words, rest[start:]) if word]

    def _parts(self, piece: str) -> frozenset[str]:
        """What counts among the keywords because it is part of a token of ``piece`` that holds a colon."""
        holding = (token.lemma for token in self.tokens(piece) if token.role is Role.PARTS_ARE)
        return frozenset(part for lemma in holding for part in lemma.split(":"))


def _english() -> English:
    english = English()
    english.max_length = 2**31
    return english


def _special_cases(tokenizer: Tokenizer) -> tuple[frozenset[tuple[str, str]], tuple[str, ...]]:
    """What stands side by side in special cases as they are split without them; and what two of these, or one, may change."""
    plain = Tokenizer(
        tokenizer.vocab,
        prefix_search=tokenizer.prefix_search,
        suffix_search=tokenizer.suffix_search,
        infix_finditer=tokenizer.infix_finditer,
        token_match=tokenizer.token_match,
        url_match=tokenizer.url_match,
    )
    split = {case: [token.text for token in plain(case)] for case in tokenizer.rules}
    joints = frozenset(pair for tokens in split.values() for pair in pairwise(tokens))
    single = {case for case, tokens in split.items() if len(tokens) == 1 and not case.isspace()}
    return joints, (*(left + right for left, right in joints), *single.intersection(*[chain(*joints)]))
