"""The character set of an HL7 v2 message (MSH-18, HL7 table 0211) and text in it."""

from dataclasses import dataclass
from functools import lru_cache

from transforms.read.encoding import BadEncoding, decode

_CODECS = {
    "8859/1": "iso8859-1",
    "8859/2": "iso8859-2",
    "8859/3": "iso8859-3",
    "8859/4": "iso8859-4",
    "8859/5": "iso8859-5",
    "8859/6": "iso8859-6",
    "8859/7": "iso8859-7",
    "8859/8": "iso8859-8",
    "8859/9": "iso8859-9",
    "8859/15": "iso8859-15",
    "UNICODE": "utf-8",
    "UNICODE UTF-8": "utf-8",
    "UTF-8": "utf-8",
    "UTF8": "utf-8",
    "GB 18030-2000": "gb18030",
    "BIG-5": "big5",
    "KS X 1001": "euc-kr",
    "ISO IR6": "ascii",
    "ISO IR14": "shift-jis",
    "ISO IR87": "iso2022-jp",
    "WINDOWS-1252": "cp1252",  # not in the table, but sent
    "CP1252": "cp1252",
}
# Senders that declare nothing, or ASCII (the default), send beyond it all the same.
_UNDECLARED = frozenset(("", "ASCII", "US-ASCII"))


@dataclass(frozen=True)
class CharacterSet:
    """How a message's bytes become text. ``codecs`` are tried in order."""

    codecs: tuple[str, ...]
    declared: bool

    def decode(self, payload: bytes) -> str:
        """A whole message's text. Raises BadEncoding."""
        if not self.declared:
            return decode(payload)
        return self.decode_some(payload.removeprefix(b"\xef\xbb\xbf"))

    def decode_some(self, payload: bytes) -> str:
        """Text of a few bytes, too few to tell an encoding by: those of an ``\\X..\\``. Raises BadEncoding."""
        for codec in self.codecs:
            try:
                text = payload.decode(codec)
            except UnicodeDecodeError:
                continue
            if "\x00" in text:
                raise BadEncoding("NUL characters")
            return text
        raise BadEncoding("bytes that the declared character set does not have")


@lru_cache(maxsize=256)  # senders are few
def character_set(name: str) -> CharacterSet:
    """The character set of MSH-18's first repetition, empty where absent. Raises BadEncoding for an unknown one."""
    normal = " ".join(name.upper().split()).removeprefix("ISO-").removeprefix("ISO ").replace("8859-", "8859/")
    name = " ".join(name.upper().split())
    if name in _UNDECLARED:
        return CharacterSet(("utf-8", "cp1252"), declared=False)
    codec = _CODECS.get(name) or _CODECS.get(normal)
    if codec is None:
        raise BadEncoding("a character set in MSH-18 that is not known")
    if codec == "iso8859-1":
        # What Windows sends as Latin-1 has its quotes and dashes where Latin-1 has control characters that nobody sends.
        return CharacterSet(("cp1252", "iso8859-1"), declared=True)
    return CharacterSet((codec,), declared=True)
