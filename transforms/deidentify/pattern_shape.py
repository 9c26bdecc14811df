"""What a regular expression can match, as a tree of character sets: how far it reads, and what no match of it lacks.

A shape is read from the expression's source and matches at least all that the expression matches (greed, atomic groups and
most assertions are left out of it). Where the source may mean another thing to the ``regex`` module than to Python's parser,
there is no shape. Sets are over the bytes of ``ascii_shadow``: bit ``b`` is set where byte ``b`` may stand for a match.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from importlib import import_module
from typing import Any, TypeAlias
from warnings import catch_warnings, simplefilter

import regex

from transforms.deidentify import ascii_shadow

_parser: Any = import_module("re._parser")

# The values of these are Python's, too.
_SCOPED_FLAGS = int(regex.IGNORECASE | regex.MULTILINE | regex.DOTALL | regex.VERBOSE)
_KNOWN_FLAGS = _SCOPED_FLAGS | int(regex.UNICODE | regex.VERSION0)
_STAND_INS = 1 << ascii_shadow.WORD | 1 << ascii_shadow.BLANK | 1 << ascii_shadow.OTHER
_READ_OTHERWISE = regex.compile(r"\[:.*:\]|\{,\}", regex.DOTALL)  # classes by name; a repeat without a number
_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
}
_WORDS_OUTSIDE_ASCII = 1 << ascii_shadow.WORD
_BLANKS_OUTSIDE_ASCII = 1 << ascii_shadow.BLANK
_STAND_INS_OF = {
    r"\d": 0,  # no shadow holds a digit outside ASCII
    r"\D": _STAND_INS,
    r"\s": _BLANKS_OUTSIDE_ASCII,
    r"\S": _STAND_INS & ~_BLANKS_OUTSIDE_ASCII,
    r"\w": _WORDS_OUTSIDE_ASCII,
    r"\W": _STAND_INS & ~_WORDS_OUTSIDE_ASCII,
}
WORD_BYTES = sum(1 << byte for byte in range(128) if regex.match(r"\w", chr(byte)))


class NoShape(Exception):  # noqa: N818  an answer, not a fault
    """The expression's source cannot be read with certainty."""


class Edge(Enum):
    """What an assertion says of the place where it stands."""

    WORD_BOUNDARY = auto()
    NO_WORD_BEFORE = auto()  # the text begins here, or no word character stands before
    NO_WORD_BEHIND = auto()  # the text ends here, or no word character follows
    ANYTHING = auto()


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of a set. ``all_words``: every word character is in it, in any script."""

    mask: int
    all_words: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    parts: tuple["Shape", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    options: tuple["Shape", ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """``low`` to ``high`` times, or more often than any number where ``high`` is None."""

    shape: "Shape"
    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class Assertion:
    """Matches no character; ``reads`` is what a look-ahead or look-behind goes through."""

    edge: Edge
    reads: "Shape" = Sequence(())


Shape: TypeAlias = Chars | Sequence | Choice | Repeat | Assertion


def shape_of(expression: str, flags: int) -> Shape:
    """The shape of ``expression`` as the ``regex`` module compiles it with ``flags``.

    Raises:
        NoShape: it holds something that only ``regex`` knows, or that the two may read differently.
    """
    if regex.compile(expression, flags).flags & ~_KNOWN_FLAGS or _READ_OTHERWISE.search(expression):
        raise NoShape
    try:
        with catch_warnings():
            simplefilter("error")  # Python warns where sets may come to mean something else
            parsed = _parser.parse(expression, flags & ~regex.VERSION0)
    except (_parser.error, Warning, OverflowError, RecursionError):
        raise NoShape from None
    return _Reader().sequence(parsed, parsed.state.flags)


class _Reader:
    """Turns Python's parse of one expression into a shape."""

    def __init__(self) -> None:
        self._groups: dict[int, Shape] = {}

    def sequence(self, items: Iterable[tuple[Any, Any]], flags: int) -> Shape:
        parts: list[Shape] = []
        for operation, argument in items:
            part = self._part(str(operation), argument, flags)
            parts += part.parts if isinstance(part, Sequence) else (part,)
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _part(self, operation: str, argument: Any, flags: int) -> Shape:
        match operation, argument:
            case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN", _:
                return _chars(operation, argument, flags)
            case "BRANCH", (_, options):
                return Choice(tuple(self.sequence(option, flags) for option in options))
            case "SUBPATTERN", (number, added, removed, items) if not added & ~_SCOPED_FLAGS:
                inside = self.sequence(items, (flags | added) & ~removed)
                if number is not None:
                    self._groups[number] = inside
                return inside
            case "ATOMIC_GROUP", items:
                return self.sequence(items, flags)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT", (low, high, items):
                return Repeat(self.sequence(items, flags), int(low), None if high is _parser.MAXREPEAT else int(high))
            case "GROUPREF", number:
                group = self._groups[number]
                return _in_any_case(group) if flags & regex.IGNORECASE else group
            case "GROUPREF_EXISTS", (_, then, otherwise):
                return Choice((self.sequence(then, flags), self.sequence(otherwise or (), flags)))
            case "AT", place:
                return Assertion(_edge_at(str(place)))
            case "ASSERT" | "ASSERT_NOT", (direction, items):
                return _look(direction, self.sequence(items, flags), holds=operation == "ASSERT")
        raise NoShape


def _edge_at(place: str) -> Edge:
    match place:
        case "AT_BOUNDARY":
            return Edge.WORD_BOUNDARY
        case "AT_BEGINNING" | "AT_BEGINNING_STRING":
            return Edge.NO_WORD_BEFORE
        case "AT_END" | "AT_END_STRING":
            return Edge.NO_WORD_BEHIND
    return Edge.ANYTHING


def _look(direction: int, inside: Shape, *, holds: bool) -> Shape:
    """``(?=…)`` and its like: a set of no word characters that must stand there, or of all of them that must not."""
    edge = Edge.ANYTHING
    if isinstance(inside, Chars) and (not inside.mask & WORD_BYTES if holds else inside.all_words):
        edge = Edge.NO_WORD_BEFORE if direction < 0 else Edge.NO_WORD_BEHIND
    return Assertion(edge, inside)


def _chars(operation: str, argument: Any, flags: int) -> Chars:
    if operation == "ANY":
        source, stand_ins = ".", _STAND_INS
    elif operation == "LITERAL":
        if argument == ord("{"):
            raise NoShape  # ``regex`` reads ``{e<2}`` as a tolerance
        source, stand_ins = _escaped(argument), _STAND_INS if argument > 127 else 0
    elif operation == "NOT_LITERAL":
        source, stand_ins = f"[^{_escaped(argument)}]", _STAND_INS
    else:
        source, stand_ins = _set(argument)
    all_words = operation == "IN" and r"\w" in source and not source.startswith("[^")
    return Chars(_ascii(source, flags & (regex.IGNORECASE | regex.DOTALL)) | stand_ins, all_words)


def _set(items: list[tuple[Any, Any]]) -> tuple[str, int]:
    """A set's source for the ``regex`` module, and which stand-ins it may match."""
    sources, stand_ins, negated, wholly = [], 0, False, 0
    for operation, argument in items:
        match str(operation), argument:
            case "NEGATE", _:
                negated = True
            case "LITERAL", code:
                sources.append(_escaped(code))
                stand_ins |= _STAND_INS if code > 127 else 0
            case "RANGE", (first, last):
                sources.append(f"{_escaped(first)}-{_escaped(last)}")
                stand_ins |= _STAND_INS if last > 127 else 0
            case "CATEGORY", category:
                sources.append(_CATEGORIES[str(category)])
                stand_ins |= _STAND_INS_OF[sources[-1]]
                wholly |= _STAND_INS_OF[sources[-1]]
            case _:
                raise NoShape
    return f"[{'^' * negated}{''.join(sources)}]", _STAND_INS & ~wholly if negated else stand_ins


def _escaped(code: int) -> str:
    return f"\\U{code:08x}"


@lru_cache(maxsize=4096)
def _ascii(source: str, flags: int) -> int:
    """The ASCII characters that ``source`` matches, asked of the ``regex`` module itself."""
    one = regex.compile(source, flags)
    return sum(1 << byte for byte in range(128) if one.fullmatch(chr(byte)))


def _in_any_case(shape: Shape) -> Shape:
    """What a group's text matches again where case does not count, also if it did in the group."""
    match shape:
        case Chars(mask, all_words):
            either = sum(1 << ord(chr(byte).swapcase()) for byte in range(128) if mask >> byte & 1)
            return Chars(mask | either, all_words)
        case Sequence(parts):
            return Sequence(tuple(map(_in_any_case, parts)))
        case Choice(options):
            return Choice(tuple(map(_in_any_case, options)))
        case Repeat(repeated, low, high):
            return Repeat(_in_any_case(repeated), low, high)
    return shape


def is_zero_width(shape: Shape) -> bool:
    """Whether it matches nothing but places: an assertion, or assertions one of which holds."""
    match shape:
        case Assertion():
            return True
        case Sequence(parts):
            return all(map(is_zero_width, parts))
        case Choice(options):
            return all(map(is_zero_width, options))
    return False
