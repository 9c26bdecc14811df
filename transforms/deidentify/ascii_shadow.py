"""A text as ASCII bytes of the same length, for scanners that know bytes only: an offset in one is an offset in the other.

A character outside ASCII becomes one of three bytes that stand for its kind; what may match such a character must be
told to match its stand-in (``pattern_shape`` does). Stand-ins also occur as themselves: a scan of the shadow finds more
than the text holds, never less.
"""

import re
from functools import lru_cache

import regex

WORD = ord("_")  # for what regular expressions call a word character: boundaries stand where they stood
BLANK = 0x02  # for white space
OTHER = 0x01  # for everything else

_OUTSIDE_ASCII = re.compile(r"[^\x00-\x7f]+")
# Without regard to case these match i, I, s and k: no stand-in can say that.
_FOLDED_TO_ASCII = "\u0130\u0131\u017f\u212a"
_WITHOUT_STAND_IN = regex.compile(rf"[\d{_FOLDED_TO_ASCII}]")
_WORD_CHARACTER = regex.compile(r"\w")
_WHITE_SPACE = regex.compile(r"\s")


def shadow(text: str) -> bytes | None:
    """``text`` as ASCII, or None where it holds a character that matches like an ASCII one: a digit of another script, ``ſ``."""
    if text.isascii():
        return text.encode("ascii")
    try:
        return _OUTSIDE_ASCII.sub(lambda run: _stand_ins(run[0]), text).encode("ascii")
    except _NoStandIn:
        return None


class _NoStandIn(Exception):  # noqa: N818  an answer, not a fault
    pass


@lru_cache(maxsize=4096)
def _stand_ins(run: str) -> str:
    if _WITHOUT_STAND_IN.search(run):
        raise _NoStandIn
    return "".join(map(chr, map(_stand_in, run)))


def _stand_in(character: str) -> int:
    if _WORD_CHARACTER.match(character):
        return WORD
    return BLANK if _WHITE_SPACE.match(character) else OTHER
