"""Long lists of words in a regular expression, written so that ``regex`` need not try one word after the other.

``(?:com|edu|co|…)`` becomes ``(?:co(?:m|)|edu|…)``: of what begins alike, the beginning is tried once. Both find the same, and
in the same order: words that begin otherwise never match at the same place, and those that begin alike keep their order.
"""

import re
from collections.abc import Sequence
from itertools import groupby

_MANY = 16
_WORD = r"(?:[a-z0-9]+|\(\?:[a-z0-9]+\))"
# What is skipped, for it may hold anything: an escaped character, a set of characters. Then a list.
_LIST = re.compile(rf"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<list>\(\?:{_WORD}(?:\|{_WORD}){{{_MANY},}}\))", re.DOTALL)


def with_common_beginnings(expression: str) -> str:
    """``expression`` with its long lists of words (in lower case ASCII) rewritten."""
    return _LIST.sub(lambda found: _rewritten(found["list"]) if found["list"] else found[0], expression)


def _rewritten(listed: str) -> str:
    return _options([word.removeprefix("(?:").rstrip(")") for word in listed[len("(?:") :].split("|")])


def _options(words: Sequence[str]) -> str:
    """An expression for ``words``, the first that matches first."""
    if len(words) == 1:
        return words[0]
    options = []
    for is_empty, some in groupby(words, lambda word: not word):  # an empty word matches everywhere: none moves past it
        if is_empty:
            options.append("")
            continue
        ends: dict[str, list[str]] = {}
        for word in some:
            ends.setdefault(word[0], []).append(word[1:])
        options += [first + _options(rest) for first, rest in ends.items()]
    return f"(?:{'|'.join(options)})"
