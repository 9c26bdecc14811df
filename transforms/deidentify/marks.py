"""Finds, in one pass over a text, the words at which expressions are worth trying.

Trying each of a hundred expressions at every character costs 14 µs a character. Most begin with one of a few words
(a label, a title, a month): those are found together, and an expression is then matched where its word stands.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Generic, TypeVar

from ahocorasick_rs import AhoCorasick, Implementation

from transforms.deidentify.values import fold

_Item = TypeVar("_Item")
_ASCII_BLANKED = {code: " " for code in range(128) if not chr(code).isalnum()}
_NO_WORD = re.compile(r"[\W_]")


class Marks(Generic[_Item]):
    """Items (expressions, or what knows how to use them) by the words, lower case, that mark their places."""

    def __init__(self, items: Iterable[tuple[_Item, Iterable[str]]]) -> None:
        by_word: dict[str, list[_Item]] = {}
        for item, words in items:
            for word in {_NO_WORD.sub(" ", word).rstrip() for word in words}:
                by_word.setdefault(word, []).append(item)
        self._items = [tuple(found) for found in by_word.values()]
        self._automaton = AhoCorasick([f" {word} " for word in by_word], implementation=Implementation.DFA)

    def places(self, text: str) -> Iterator[tuple[_Item, int]]:
        """Yield each item with the place in ``text`` where one of its words begins, as a whole word.

        Punctuation within a word counts as any other: ``pa-c`` also marks ``PA C``.
        """
        items = self._items
        for word, start, _ in self._automaton.find_matches_as_indexes(_blanked(text), overlapping=True):
            for item in items[word]:
                yield item, start


@lru_cache(maxsize=1)  # several recognizers look at the same text
def _blanked(text: str) -> str:
    """``text`` in lower case, a blank for whatever is no letter or digit, and one at either end: offsets move by one."""
    folded = fold(text)
    return f" {folded.translate(_ASCII_BLANKED) if folded.isascii() else _NO_WORD.sub(' ', folded)} "
