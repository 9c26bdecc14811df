"""RTF (specification 1.9.1) → text, without loss.

Own code because the libraries drop text: headers, footers, footnotes, comments and text boxes, and what stands behind the
closing brace. Here the body comes first, those follow it, each on lines of its own. Formatting, pictures, fonts, field
instructions and document properties are no text.
"""

import codecs
import re
from dataclasses import dataclass, field, replace

from transforms.read.encoding import decode

# Groups that hold no text of the document; so do all that begin with \* but those of _APART and _READ.
_SKIPPED = frozenset(
    (
        "fonttbl", "colortbl", "stylesheet", "info", "pict", "filetbl", "revtbl", "fldinst", "shprslt", "nonshppict",
        "nonesttables", "xe", "rxe", "tc", "ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "sp",
        "pgdsctbl", "listtable", "listoverridetable",
    )
)  # fmt: skip
_APART = frozenset(
    (
        "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf", "footnote",
        "annotation", "shptxt", "dptxbxtext",
    )
)  # fmt: skip
_READ = frozenset(("shpinst", "do"))  # shapes: what they hold may be text
_TEXT = {
    **dict.fromkeys(("par", "sect", "page", "column", "line", "softline", "row", "nestrow"), "\n"),
    **dict.fromkeys(("tab", "cell", "nestcell"), "\t"),
    "emdash": "\u2014",
    "endash": "\u2013",
    "emspace": "\u2003",
    "enspace": "\u2002",
    "qmspace": "\u2005",
    "bullet": "\u2022",
    "lquote": "\u2018",
    "rquote": "\u2019",
    "ldblquote": "\u201c",
    "rdblquote": "\u201d",
}
# An optional hyphen ("\-") shows where a word may be broken: no text. A no-break hyphen is a hyphen.
_SYMBOLS = {"~": "\xa0", "_": "-", "\n": "\n", "\r": "\n", "\t": "\t", "{": "{", "}": "}", "\\": "\\"}
_CHARSETS = {
    0: "cp1252",
    2: "cp1252",  # Symbol: its bullets and marks at least
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "cp936",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    254: "cp437",
    255: "cp850",
}
_DOCUMENT_CODECS = {"ansi": "cp1252", "mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_CODE_PAGES = {0: "cp1252", 10000: "mac_roman", 65001: "utf-8"}
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n\x00]+|([^\\{}\r\n\x00]+|\\)",
    re.S,
)


class RtfError(ValueError):
    """Bytes that the document's own code page does not have, or half a character."""


def is_rtf(payload: bytes) -> bool:
    """Whether the bytes say that they are RTF."""
    return payload.lstrip().startswith(b"{\\rtf")


def rtf_text(payload: bytes) -> str:
    """The text of an RTF document. Raises RtfError, or BadEncoding for what stands behind its end."""
    return _Reader().read(payload)


def escaped(text: str) -> bytes:
    """RTF that came as text, as bytes: what is beyond ASCII in the escapes of RTF."""
    units = text.encode("utf-16-le", "surrogatepass")
    numbers = (int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2))
    return b"".join(bytes((unit,)) if unit < 0x80 else b"{\\uc0\\u%d }" % unit for unit in numbers)


@dataclass(frozen=True)
class _Group:
    """What holds until the group's closing brace."""

    read: bool
    sink: list[str]
    codec: str | None = None  # of the current font; None for the document's
    fallback: int = 1  # characters behind \u that stand for it in old readers
    fonts: bool = False  # within the font table


@dataclass
class _Reader:
    sinks: list[list[str]] = field(default_factory=lambda: [[]])
    stack: list[_Group] = field(default_factory=list)
    codec: str = "cp1252"
    fonts: dict[str, str] = field(default_factory=dict)
    default_font: str = ""
    font: str = ""  # of the font table's entry at work
    pending: bytearray = field(default_factory=bytearray)  # text not decoded yet: a character may be several bytes
    skip: int = 0  # characters of a fallback still to come
    starred: bool = False

    def __post_init__(self) -> None:
        self.group = _Group(True, self.sinks[0])

    def read(self, payload: bytes) -> str:
        at = payload.index(b"{")
        while found := _TOKEN.match(payload, at):
            at = found.end()
            word, number, byte, symbol, brace, text = found.groups()
            if brace == b"{":
                self._flush()
                self.stack.append(self.group)
                self.skip = 0
            elif brace == b"}":
                self._flush()
                self.skip = 0
                if self.stack:
                    self.group = self.stack.pop()
                if not self.stack:
                    break
            elif word == b"bin":
                at += max(0, int(number or 0))
            elif word:
                self._word(word.decode("ascii"), None if number is None else int(number))
            elif byte:
                self._bytes(bytes.fromhex(byte.decode("ascii")))
            elif symbol:
                self._symbol(symbol.decode("latin-1"))
            elif text:
                self._bytes(text)
            if found[0].strip(b"\r\n\x00"):
                self.starred = symbol == b"*"
        self._flush()
        parts = ["".join(sink) for sink in self.sinks]
        behind = payload[at:].strip(b" \t\r\n\x00")
        if behind:
            parts.append(decode(behind))
        text = "\n".join(part for part in parts if part.strip() or part is parts[0])
        try:
            return text.encode("utf-16", "surrogatepass").decode("utf-16")  # a pair of \u makes one character
        except UnicodeDecodeError:
            raise RtfError("half a character") from None

    def _word(self, word: str, number: int | None) -> None:
        self._flush()
        if self.skip:
            self.skip -= 1
            return
        group = self.group
        if word in _APART:
            self.sinks.append([])
            self.group = replace(group, sink=self.sinks[-1])
        elif word in _SKIPPED or (self.starred and word not in _READ):
            self.group = replace(group, read=False, fonts=word == "fonttbl" or group.fonts)
        elif word == "u" and number is not None:
            self._write(chr(number % 0x10000))
            self.skip = group.fallback
        elif word == "uc":
            self.group = replace(group, fallback=max(0, number or 0))
        elif word in _DOCUMENT_CODECS:
            self.codec = _DOCUMENT_CODECS[word]
        elif word == "ansicpg" and number is not None:
            self.codec = _CODE_PAGES.get(number, f"cp{number}")
        elif word == "f" and group.fonts:
            self.font = str(number)
        elif word == "fcharset" and group.fonts and number in _CHARSETS:
            self.fonts[self.font] = _CHARSETS[number]
        elif word == "cpg" and group.fonts and number is not None:
            self.fonts[self.font] = _CODE_PAGES.get(number, f"cp{number}")
        elif word == "f":
            self.group = replace(group, codec=self.fonts.get(str(number)))
        elif word == "deff":
            self.default_font = str(number)
        elif word == "plain":
            self.group = replace(group, codec=None)
        elif word in _TEXT:
            self._write(_TEXT[word])

    def _symbol(self, symbol: str) -> None:
        self._flush()
        if symbol == "*":
            self.starred = True
        elif self.skip:
            self.skip -= 1
        else:
            self._write(_SYMBOLS.get(symbol, ""))

    def _bytes(self, text: bytes) -> None:
        skipped = min(self.skip, len(text))
        self.skip -= skipped
        if self.group.read:
            self.pending += text[skipped:]

    def _write(self, text: str) -> None:
        if self.group.read:
            self.group.sink.append(text)

    def _flush(self) -> None:
        if not self.pending:
            return
        codec = self.group.codec or self.fonts.get(self.default_font) or self.codec
        try:
            codecs.lookup(codec)
            self.group.sink.append(self.pending.decode(codec))
        except (LookupError, UnicodeDecodeError):
            if not self.pending.isascii():
                raise RtfError("bytes that the document's code page does not have") from None
            self.group.sink.append(self.pending.decode("ascii"))
        self.pending.clear()
