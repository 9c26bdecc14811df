"""What must stand in a text for a pattern to match there, as an expression that Hyperscan can look for.

A trigger is a part of a pattern's shape that no match lacks: for every match at ``[start, end)`` one of its triggers ends
in ``(start, end]``. Optional ends are left out, so that it is found once and not at every character of a long match.
"""

from collections.abc import Iterator
from functools import reduce
from itertools import islice
from math import prod
from operator import or_

from transforms.deidentify.pattern_shape import (
    WORD_BYTES,
    Assertion,
    Chars,
    Choice,
    Edge,
    Repeat,
    Sequence,
    Shape,
    is_zero_width,
)

_ANY = (1 << 128) - 1
_MOST_PATHS = 10**12
_WIDE_REPEAT = 16  # Hyperscan counts to this in its stride; whatever repeats more often may repeat without end
_OPTIONS_AT_ONCE = 64
# Of a text's places: what stands in every paragraph is as well tried everywhere, unless it has many parts to be tried.
_TOO_OFTEN = 0.001
_MANY_PARTS = 50
# Shares of the characters of clinical notes, letters in any case. Signs and digits stand together, not one by one: how
# often a part with one of them is found cannot be told from these, and is seldom.
_LETTERS = (
    "e.100 t.075 a.075 i.065 n.065 o.060 s.060 r.055 h.035 l.035 d.035 c.035 u.022 m.022 p.020 f.015 g.013 y.013 "
)
_LETTERS += "b.010 w.010 v.010 k.004 x.003 q.001 j.001 z.001"
_SHARES = {share[0]: float(share[1:]) for share in _LETTERS.split()} | {" ": 0.16, "\n": 0.01}
_SHARE_OF_OTHERS = 0.001
_SHARE_OF_BOUNDARIES = 0.3
_CASES = [(1 << ord(letter), 1 << ord(letter.upper())) for letter in "abcdefghijklmnopqrstuvwxyz"]
_UPPER = reduce(or_, (upper for _, upper in _CASES))


def reach(shape: Shape) -> tuple[int, int | None]:
    """How many characters a match has at least, and how many it can read, look-aheads included; None without bound."""
    match shape:
        case Chars():
            return 1, 1
        case Assertion(_, reads):
            return 0, reach(reads)[1]
        case Sequence(parts):
            reaches = [reach(part) for part in parts]
            return sum(low for low, _ in reaches), _total(high for _, high in reaches)
        case Choice(options):
            reaches = [reach(option) for option in options]
            highs = [high for _, high in reaches]
            return min(low for low, _ in reaches), None if None in highs else max(filter(None, highs), default=0)
        case Repeat(repeated, least, most):
            low, high = reach(repeated)
            return low * least, 0 if high == 0 else None if high is None or most is None else high * most


def _total(lengths: Iterator[int | None]) -> int | None:
    total = 0
    for length in lengths:
        if length is None:
            return None
        total += length
    return total


def alphabet(shape: Shape) -> bytes:
    """The bytes of a shadow that stand for characters which a match may hold or read."""
    mask = _mask(shape)
    return bytes(byte for byte in range(128) if mask >> byte & 1)


def _mask(shape: Shape) -> int:
    match shape:
        case Chars(mask):
            return mask
        case Sequence(several) | Choice(several):
            return reduce(or_, map(_mask, several), 0)
        case Repeat(inside) | Assertion(_, inside):
            return _mask(inside)


def paths(shape: Shape, length: int) -> int:
    """At most so many ways lead through ``shape`` from one place in ``length`` characters; the most that is told is 10¹²."""
    match shape:
        case Chars():
            return 1
        case Assertion(_, reads):
            return paths(reads, length)
        case Sequence(parts):
            return min(_MOST_PATHS, prod(paths(part, length) for part in parts))
        case Choice(options):
            led = [(_beginnings(option), paths(option, length)) for option in options]
            # Whatever stands there begins with one character: only options that may begin with it lead on.
            by_character = (sum(ways for mask, ways in led if mask >> byte & 1) for byte in range(128))
            return min(_MOST_PATHS, max(by_character))
        case Repeat(repeated, low, high):
            most = length if high is None else min(high, length)
            once = paths(repeated, length)
            if once == 1:
                return max(1, most - low + 1)
            ways: int = sum(once ** min(times, 40) for times in range(low, most + 1))
            return min(_MOST_PATHS, ways)


def _beginnings(shape: Shape) -> int:
    """The characters, one of which a match begins with; all, where it may match nothing."""
    if reach(shape)[0]:
        match shape:
            case Chars(mask):
                return mask
            case Choice(options):
                return reduce(or_, map(_beginnings, options))
            case Repeat(repeated):
                return _beginnings(repeated)
            case Sequence(parts):
                return _beginnings(next(part for part in parts if not is_zero_width(part)))
    return _ANY


def triggers(shape: Shape) -> list[tuple[str, bool]]:
    """Expressions one of which ends in every match, each with whether it is meant in any case.

    None if a match may be empty, or where they would be found so often that looking for them is of no use.
    """
    if reach(shape)[0] == 0:
        return []
    core = _bounded(_without_optional_ends(_relaxed(shape)))
    if _share(core) > _TOO_OFTEN * max(1, _size(core) / _MANY_PARTS):
        return []
    any_case = _is_closed_under_case(core)
    return [(_expression(part, any_case), any_case) for part in _split(core)]


def _share(shape: Shape) -> float:
    """At what share of a note's places a match may be expected to begin, roughly."""
    match shape:
        case Chars(mask):
            characters = {chr(byte).lower() for byte in range(128) if mask >> byte & 1}
            return min(1.0, sum(_SHARES.get(character, _SHARE_OF_OTHERS) for character in characters))
        case Assertion(edge):
            return _SHARE_OF_BOUNDARIES if edge is Edge.WORD_BOUNDARY else 1.0
        case Sequence(parts):
            return prod(map(_share, parts))
        case Choice(options):
            return min(1.0, sum(map(_share, options)))
        case Repeat(repeated, low, _):
            return _share(repeated) ** low


def _size(shape: Shape) -> int:
    """Of how many sets of characters ``shape`` is made."""
    match shape:
        case Chars():
            return 1
        case Sequence(several) | Choice(several):
            return sum(map(_size, several))
        case Repeat(inside):
            return _size(inside)
    return 0


def _relaxed(shape: Shape) -> Shape:
    match shape:
        case Sequence(parts):
            return Sequence(tuple(map(_relaxed, parts)))
        case Choice(options):
            return Choice(tuple(map(_relaxed, options)))
        case Repeat(repeated, low, high):
            wide = high is None or high - low > _WIDE_REPEAT
            return Repeat(_relaxed(repeated), min(low, _WIDE_REPEAT), None if wide or low > _WIDE_REPEAT else high)
    return shape


def _without_optional_ends(shape: Shape) -> Shape:
    """What stands before the first part that must match, and behind the last, is left out; a bare repeat there is cut down."""
    if isinstance(shape, Repeat):
        return Repeat(shape.shape, shape.low, shape.low)
    if not isinstance(shape, Sequence):
        return shape
    parts = _flat(shape)
    needed = [index for index, part in enumerate(parts) if reach(part)[0]]
    first, last = needed[0], needed[-1]
    # Assertions stay where nothing optional parts them from what must match.
    before, behind = parts[:first], parts[last + 1 :]
    before = before if all(map(is_zero_width, before)) else ()
    behind = behind if all(map(is_zero_width, behind)) else ()
    middle = list(parts[first : last + 1])
    for end, beside in ((0, before), (-1, behind)):
        if not beside:
            middle[end] = _without_optional_ends(middle[end]) if isinstance(middle[end], Repeat) else middle[end]
    return Sequence((*before, *middle, *behind))


def _flat(shape: Shape) -> tuple[Shape, ...]:
    return tuple(p for part in shape.parts for p in _flat(part)) if isinstance(shape, Sequence) else (shape,)


def _bounded(shape: Shape) -> Shape:
    """``shape`` with a boundary where an assertion and the word character next to it amount to one."""
    parts = list(_flat(shape))
    for index, part in enumerate(parts):
        edge = _edge(part)
        if edge is Edge.NO_WORD_BEFORE and index + 1 < len(parts):
            parts[index + 1] = _with_boundary(parts[index + 1], before=True)
        elif edge is Edge.NO_WORD_BEHIND and index > 0:
            parts[index - 1] = _with_boundary(parts[index - 1], before=False)
    return Sequence(tuple(parts))


def _edge(shape: Shape) -> Edge | None:
    """What ``shape`` says of its place, if it is an assertion; of several options, what all of them say."""
    if isinstance(shape, Assertion):
        return shape.edge
    if isinstance(shape, Choice):
        edges = set(map(_edge, shape.options))
        return edges.pop() if len(edges) == 1 else None
    return None


def _with_boundary(shape: Shape, *, before: bool) -> Shape:
    boundary = Assertion(Edge.WORD_BOUNDARY)
    match shape:
        case Chars(mask) | Repeat(Chars(mask), _, _) if not mask & ~WORD_BYTES and reach(shape)[0]:
            return Sequence((boundary, shape) if before else (shape, boundary))
        case Choice(options):
            return Choice(tuple(_with_boundary(option, before=before) for option in options))
        case Sequence((first, *rest)) if before:
            return Sequence((_with_boundary(first, before=True), *rest))
        case Sequence((*rest, last)):
            return Sequence((*rest, _with_boundary(last, before=False)))
    return shape


def _is_closed_under_case(shape: Shape) -> bool:
    match shape:
        case Chars(mask):
            return all(bool(mask & lower) == bool(mask & upper) for lower, upper in _CASES)
        case Sequence(several) | Choice(several):
            return all(map(_is_closed_under_case, several))
        case Repeat(inside):
            return _is_closed_under_case(inside)
    return True


def _split(shape: Shape) -> Iterator[Shape]:
    """A long list of options becomes several expressions: Hyperscan refuses one that is too long."""
    parts = _flat(shape)
    for index, part in enumerate(parts):
        if isinstance(part, Choice) and len(part.options) > _OPTIONS_AT_ONCE:
            options = iter(part.options)
            while some := tuple(islice(options, _OPTIONS_AT_ONCE)):
                yield Sequence((*parts[:index], Choice(some), *parts[index + 1 :]))
            return
    yield shape


def _expression(shape: Shape, any_case: bool) -> str:
    match shape:
        case Chars(mask):
            return _class(mask & ~_UPPER if any_case else mask)
        case Assertion(edge):
            return r"\b" if edge is Edge.WORD_BOUNDARY else ""
        case Sequence(parts):
            return "".join(_expression(part, any_case) for part in parts)
        case Choice(options):
            return f"(?:{'|'.join(_expression(option, any_case) for option in options)})"
        case Repeat(repeated, low, high):
            inside = _expression(repeated, any_case)
            return f"(?:{inside}){{{low},{'' if high is None else high}}}" if inside else ""


def _class(mask: int) -> str:
    ranges: list[tuple[int, int]] = []
    for byte in range(128):
        if mask >> byte & 1:
            joined = ranges and ranges[-1][1] == byte - 1
            ranges.append((ranges.pop()[0] if joined else byte, byte))
    if not ranges:
        return r"[^\x00-\xff]"
    written = [_byte(first) if first == last else f"{_byte(first)}-{_byte(last)}" for first, last in ranges]
    return written[0] if len(written) == 1 and "-" not in written[0] else f"[{''.join(written)}]"


def _byte(byte: int) -> str:
    return chr(byte) if chr(byte).isalnum() else f"\\x{byte:02x}"
