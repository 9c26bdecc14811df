"""The grammar of one HL7 v2 message: its separators, segments and fields (chapter 2 of the standard).

Own code because the libraries lose text; see ``hl7v2_escapes``. Positions count from 1, as the standard's do.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from transforms.read.hl7v2_charset import CharacterSet, character_set
from transforms.read.hl7v2_escapes import Escapes

_NULL = '""'  # "delete what you have": the field holds nothing
_LINE_END = re.compile(r"\r\n|\r|\n")
_BOM = b"\xef\xbb\xbf"
_SEPARATORS_END = 10  # characters of a header: its name, MSH-1, and one more than MSH-2 can have
_LONGEST_HEADER = 1 << 16  # characters of MSH that are looked at for its character set


class MessageError(Exception):
    """The bytes are no HL7 v2 message. The text says why and holds none of them."""


@dataclass(frozen=True)
class Grammar:
    """The separators that MSH-1 and MSH-2 define, empty where there is none, and the escape sequences of the message."""

    field: str
    component: str
    repetition: str
    subcomponent: str
    escapes: Escapes


class Value(NamedTuple):
    """One repetition of a field: its components and subcomponents, decoded when they are asked for."""

    raw: str
    grammar: Grammar

    def __call__(self, component: int = 1, subcomponent: int = 1) -> str:
        """The text of a subcomponent, trimmed; empty where absent or null."""
        part = _part(_part(self.raw, self.grammar.component, component), self.grammar.subcomponent, subcomponent)
        return "" if part == _NULL else self.grammar.escapes.decode(part).strip()

    def whole(self, component: int) -> str:
        """The text of a component that has no subcomponents by its type, untrimmed; a stray separator is text."""
        part = _part(self.raw, self.grammar.component, component)
        return "" if part == _NULL else self.grammar.escapes.decode(part)

    def text(self) -> str:
        """The text of a value that has no components by its type (TX, FT, ST), untrimmed; a stray separator is text."""
        return "" if self.raw == _NULL else self.grammar.escapes.decode(self.raw)


class Segment(NamedTuple):
    """A segment: its name and its raw fields; ``fields[0]`` is field 1."""

    name: str
    fields: tuple[str, ...]
    grammar: Grammar

    def raw(self, position: int) -> str:
        """A field as it is written; empty where absent or null."""
        value = self.fields[position - 1] if position <= len(self.fields) else ""
        return "" if value == _NULL else value

    def all(self, position: int) -> list[Value]:
        """A field's repetitions; none where it is empty."""
        raw = self.raw(position)
        if not raw:
            return []
        separator = self.grammar.repetition
        return [Value(one, self.grammar) for one in (raw.split(separator) if separator else (raw,))]

    def one(self, position: int) -> Value:
        """A field's first repetition."""
        return Value(_part(self.raw(position), self.grammar.repetition, 1), self.grammar)


class Header(NamedTuple):
    """A message's MSH as it stands before its character set is known: each character is a byte (Latin-1)."""

    field: str  # MSH-1
    encoding: tuple[str, ...]  # component, repetition, escape, subcomponent, truncation; "" where there is none
    fields: tuple[str, ...]  # MSH-1 on

    def raw(self, position: int) -> str:
        """A field as it is written; empty where absent or null."""
        value = self.fields[position - 1] if position <= len(self.fields) else ""
        return "" if value == _NULL else value

    def characters(self) -> CharacterSet:
        """The message's character set, MSH-18. Raises BadEncoding for one that is not known."""
        return character_set(_part(self.raw(18), self.encoding[1], 1))


def parse_header(payload: bytes) -> Header:
    """The header of a message. Raises MessageError.

    It is read before the character set is known: separators and the set's name are ASCII in all sets that are sent.
    """
    start = payload[: _LONGEST_HEADER + len(_BOM)].removeprefix(_BOM)
    header = _LINE_END.split(start.decode("latin-1"), maxsplit=1)[0]
    field_separator, encoding = _separators(header[:_SEPARATORS_END])
    return Header(field_separator, encoding, (field_separator, *header.split(field_separator)[1:]))


def parse_message(payload: bytes) -> list[Segment]:
    """The segments of a message, MSH first. Raises MessageError, or BadEncoding.

    A line that starts no segment belongs to the one before it: senders break text over lines without escaping them.
    """
    header = parse_header(payload)
    characters, encoding = header.characters(), header.encoding
    grammar = Grammar(
        field=header.field,
        component=encoding[0],
        repetition=encoding[1],
        subcomponent=encoding[3],
        escapes=Escapes(
            encoding[2],
            {
                "F": header.field,
                "S": encoding[0],
                "R": encoding[1],
                "E": encoding[2],
                "T": encoding[3],
                "P": encoding[4],
            },
            characters.decode_some,
        ),
    )
    lines = _segment_lines(characters.decode(payload.removeprefix(_BOM)), header.field)
    return [_segment(line, grammar) for line in lines]


@lru_cache(maxsize=256)  # senders are few
def _separators(header: str) -> tuple[str, tuple[str, ...]]:
    """MSH-1, and the component, repetition, escape, subcomponent and truncation characters of MSH-2, with the standard's
    own for those at its end that it leaves out."""
    if not header.startswith("MSH") or len(header) < 4:
        raise MessageError("it does not begin with MSH")
    field_separator = header[3]
    encoding = header[4:].split(field_separator, 1)[0]
    used = field_separator + encoding
    if not 1 <= len(encoding) <= 5 or len(set(used)) < len(used):
        raise MessageError("MSH-2 does not define the separators")
    if any(character.isalnum() or not "!" <= character <= "~" for character in used):
        raise MessageError("a separator in MSH-1 or MSH-2 is no punctuation")
    rest = [default if default not in used else "" for default in "^~\\&#"]
    return field_separator, (*encoding, *rest[len(encoding) :])


def _segment_lines(text: str, separator: str) -> list[str]:
    starts = re.compile(rf"[ \t]*[A-Z][A-Z0-9]{{2}}{re.escape(separator)}")
    groups: list[list[str]] = []
    for line in _LINE_END.split(text):
        if not groups or starts.match(line):
            groups.append([line.lstrip()])
        else:
            groups[-1].append(line)
    return ["\n".join(group).rstrip("\n") for group in groups]


def _segment(line: str, grammar: Grammar) -> Segment:
    name, *fields = line.split(grammar.field)
    return Segment(name, (grammar.field, *fields) if name == "MSH" else tuple(fields), grammar)


def _part(raw: str, separator: str, position: int) -> str:
    if not separator or separator not in raw:
        return raw if position == 1 else ""
    parts = raw.split(separator, position)
    return parts[position - 1] if position <= len(parts) else ""
