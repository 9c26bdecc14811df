"""What a sender is told: HL7 v2 acknowledgements in original and in enhanced mode (HL7 v2.5.1, sections 2.9.2 and 2.9.3).

Header fields are echoed byte for byte in the message's own separators; nothing else of the message is.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache

from transforms.read.encoding import BadEncoding
from transforms.read.hl7v2_syntax import Header, MessageError, parse_header
from transforms.records import Reason

_CONTROL = re.compile("[\x00-\x1f]")
_BLANK = b" \t\r\n"
_UNKNOWN = parse_header(b"MSH|^~\\&|||||||||P|2.5")  # for a message that has no header: the standard's separators


class Outcome(StrEnum):
    """What became of a message; the value is the second letter of the acknowledgement's code."""

    STORED = "A"
    UNREADABLE = "E"  # and stored all the same
    REFUSED = "R"  # not stored


@dataclass(frozen=True, slots=True, repr=False)
class Examined:
    """A message as it was looked at on arrival: its header, and what is wrong with it. ``detail`` holds no text of it."""

    header: Header | None
    fault: Reason | None = None
    detail: str = ""

    def __repr__(self) -> str:
        return f"Examined({self.fault}, {self.detail})"


def examine(payload: bytes) -> Examined:
    """Whether a message can be read: its header is one and says what it is, and all of it is text of its character set."""
    if not payload.strip(_BLANK):
        return Examined(None, Reason.EMPTY, "an empty message")
    header = None
    try:
        header = parse_header(payload.lstrip(_BLANK))
        if not header.raw(9):
            return Examined(header, Reason.BAD_MESSAGE, "MSH-9 does not say what message it is")
        header.characters().decode(payload)
    except MessageError as error:
        return Examined(header, Reason.BAD_MESSAGE, str(error))
    except BadEncoding as error:
        return Examined(header, Reason.BAD_ENCODING, str(error))
    except Exception as error:  # a fault of the parser's: the message is kept, and the connection goes on
        return Examined(header, Reason.BAD_MESSAGE, type(error).__name__)
    return Examined(header)


def acknowledgement(header: Header | None, outcome: Outcome, reason: str, now: datetime) -> bytes | None:
    """The answer to a message, without its frame; None where the sender asked for none.

    In enhanced mode (MSH-15 or MSH-16 is valued) one answer is given: the accept acknowledgement (CA, CE, CR) where MSH-15
    asks for it, else the application acknowledgement (AA, AE, AR) where MSH-16 does. An acknowledgement is not acknowledged.
    """
    header = header or _UNKNOWN
    component = header.encoding[0]
    kind = header.raw(9).partition(component)[0]
    accept, application = header.raw(15).strip().upper(), header.raw(16).strip().upper()
    if kind.strip().upper() == "ACK":
        return None
    if not accept and not application:
        level = "A"
    elif _asked(accept, outcome):
        level = "C"
    elif _asked(application, outcome):
        level = "A"
    else:
        return None
    second = now.astimezone(UTC).replace(microsecond=0)
    before, after = _msh(header.field, component, header.fields[1:6], *map(header.raw, (9, 11, 12, 18)), second)
    separators = {header.field, *header.encoding} if reason else ()
    says = "".join(letter for letter in reason if letter not in separators)
    msa = _line(header.field, "MSA", level + outcome, header.raw(10), says)
    return f"{before}{secrets.token_hex(10)}{after}\r{msa}\r".encode("latin-1")


@lru_cache(maxsize=256)  # a sender's messages differ in little
def _msh(
    field: str,
    component: str,
    echoed: tuple[str, ...],
    kind: str,
    processing: str,
    version: str,
    characters: str,
    now: datetime,
) -> tuple[str, str]:
    """An acknowledgement's MSH up to its control id, and from there on; ``echoed`` is MSH-2 to MSH-6 of the message."""
    encoding, *parties = (*echoed, *[""] * (5 - len(echoed)))
    _, *event = kind.split(component)
    kind = component.join(["ACK", *event[:1], *(["ACK"] if event[1:] else [])])
    before = _line(field, "MSH", encoding, *parties[2:], *parties[:2], now.strftime("%Y%m%d%H%M%S+0000"), "", kind)
    return before + field, _line(field, "", processing, version, *[""] * 5, characters)


def _line(field: str, *fields: str) -> str:
    return _CONTROL.sub("", field.join(fields).rstrip(field))


def _asked(condition: str, outcome: Outcome) -> bool:
    """Whether MSH-15 or MSH-16 (HL7 table 0155) asks for an acknowledgement of that outcome; an unknown value does."""
    match condition:
        case "" | "NE":
            return False
        case "ER":
            return outcome is not Outcome.STORED
        case "SU":
            return outcome is Outcome.STORED
    return True
