"""Escape sequences of HL7 v2 (sections 2.7.1 to 2.7.7), decoded once and without loss."""

import re
from collections.abc import Callable, Mapping

from transforms.read.encoding import BadEncoding

_LARGEST_SKIP = 99  # more blank lines or spaces than this is no layout: kept as it is written


class Escapes:
    r"""Decodes the escape sequences of one message.

    ``\F\`` and its like become the separator; adjacent ``\X..\`` are decoded together, because a character's bytes may stand in
    several; layout (``\.br\``) becomes line ends and spaces; highlighting (``\H\``, ``\N\``) marks only and goes. All else
    stays: character set switches, ``\Z..\``, unknown and unterminated sequences, bytes that the character set does not know.
    """

    def __init__(self, escape: str, separators: Mapping[str, str], decode: Callable[[bytes], str]) -> None:
        self._separators = separators
        self._decode = decode
        self._escape = escape
        self._pattern = None
        if escape:
            e = re.escape(escape)
            self._pattern = re.compile(
                rf"{e}(?P<plain>[FSTREPHN]){e}"
                rf"|(?P<hex>(?:{e}[Xx](?:[0-9A-Fa-f]{{2}})+{e})+)"
                rf"|{e}\.(?P<layout>[A-Za-z]{{2}})(?P<count>[+-]?\d{{0,4}}){e}"
            )

    def decode(self, text: str) -> str:
        """The text that was meant."""
        if self._pattern is None or self._escape not in text:
            return text
        return self._pattern.sub(self._one, text)

    def _one(self, found: re.Match[str]) -> str:
        if plain := found["plain"]:
            return self._separators.get(plain, "")
        if digits := found["hex"]:
            return self._bytes(digits)
        return _layout(found["layout"].lower(), found["count"], found[0])

    def _bytes(self, written: str) -> str:
        pairs = [part[1:] for part in written.split(self._escape) if part]
        try:
            return self._decode(bytes.fromhex("".join(pairs)))
        except BadEncoding:
            return written


def _layout(command: str, count: str, written: str) -> str:
    """Section 2.7.6. Fill mode and indents say how to show lines, so no text stands for them but the spaces."""
    number = int(count) if count.strip("+-") else None
    if number is not None and abs(number) > _LARGEST_SKIP:
        return written
    match command:
        case "br" | "ce":
            return "\n" if number is None else written
        case "sp":
            return "\n" * max(1, number or 1) if number is None or number >= 0 else written
        case "sk" if number is not None and number >= 0:
            return " " * number
        case "in" | "ti" if number is not None:
            return " " * max(0, number)
        case "fi" | "nf" if number is None:
            return ""
    return written
