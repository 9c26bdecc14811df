"""The observations of a report (OBX, and the comments in NTE) → its text, as its reader would have it.

Narrative (TX, FT, ST) is a line an observation and a repetition. Where a report has observations of several names, a line
says its name where it changes. Measurements among the narrative are lines of name, value, unit, reference range and
flag. Documents (ED) are decoded; one whose words already stand there, a rendering of them, adds nothing.
"""

import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from transforms.read.documents import DocumentError, decode_base64, document_text, rtf_in_text
from transforms.read.hl7v2_syntax import Segment, Value
from transforms.records import Reason

DELETED = frozenset("DW")
"""Results (OBX-11, HL7 table 0085) that are none: deleted, and those of another patient or order."""

_NARRATIVE = frozenset(("TX", "FT", "ST"))
_DOCUMENT, _POINTER = "ED", "RP"
_CODED = frozenset(("CE", "CWE", "CNE", "CF"))
_HOLD_TEXT = _NARRATIVE | {_DOCUMENT, _POINTER}
_RTF = "{\\rtf"
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)  # an escaped one is none
_IDENTIFIERS = frozenset(("HD", "EI"))  # such as a study's UID: nothing to read
# Subtypes of an ED's data (HL7 table 0291) → media types.
_MEDIA_TYPES = {
    "PDF": "application/pdf",
    "RTF": "application/rtf",
    "HTML": "text/html",
    "XHTML": "application/xhtml+xml",
    "XHTML+XML": "application/xhtml+xml",
    "PLAIN": "text/plain",
    "TEXT": "text/plain",
    "TXT": "text/plain",
    "OCTET-STREAM": "application/octet-stream",
}
_TEXT_TYPES = frozenset(("TEXT", "TX", "FT"))  # of data (HL7 table 0191), where the subtype says nothing
_UNSPECIFIC_TYPES = frozenset(("", "APPLICATION", "AP", "NS"))


@dataclass(frozen=True)
class ReportText:
    """What the observations hold."""

    text: str  # empty where they hold none
    unreadable: tuple[DocumentError, ...]  # of the documents that gave no text
    may_hold_text: bool  # whether any observation is of a type that does; not so in a plain laboratory panel


def report_text(content: Sequence[Segment]) -> ReportText:
    """The text of OBX and NTE segments, in their order."""
    kinds = [segment.one(2)().upper() if segment.name == "OBX" else "" for segment in content]
    names = [_name(segment) if kind else "" for segment, kind in zip(content, kinds, strict=True)]
    several = len({name for name, kind in zip(names, kinds, strict=True) if kind in _NARRATIVE}) > 1
    lines: list[str] = []
    unreadable: list[DocumentError] = []
    last_name = ""
    for segment, kind, name in zip(content, kinds, names, strict=True):
        try:
            if segment.name == "OBX" and segment.one(11)().upper() in DELETED:
                continue
            if segment.name == "NTE":
                lines += _narrative(segment.all(3))
            elif kind in _NARRATIVE:
                changed = several and name != last_name
                last_name = name
                lines += _narrative(segment.all(5), name if changed else "")
            elif kind == _DOCUMENT:
                text = "\n\n".join(filter(None, map(_document, segment.all(5))))
                if _squeezed(text) not in _squeezed("".join(lines)):
                    lines.append(text)
            elif kind == _POINTER:
                raise DocumentError(Reason.UNSUPPORTED_FORMAT, "a document that is only pointed at")
            elif kind not in _IDENTIFIERS:
                lines += _measurement(segment, kind)
        except DocumentError as error:
            unreadable.append(error)
    lines = _without_rtf(lines, unreadable)
    may_hold_text = not _HOLD_TEXT.isdisjoint(kinds)
    text = "\n".join(lines) if may_hold_text else ""
    return ReportText(text if text.strip() else "", tuple(unreadable), may_hold_text)


def _name(segment: Segment) -> str:
    return segment.one(3)(2)


def _narrative(values: Sequence[Value], name: str = "") -> list[str]:
    lines = [value.text().replace("\r\n", "\n").replace("\r", "\n") for value in values]
    if lines and name and not lines[0].casefold().startswith((name.casefold(), _RTF)):
        lines[0] = f"{name}: {lines[0]}"
    return lines


def _without_rtf(lines: list[str], unreadable: list[DocumentError]) -> list[str]:
    """RTF among the narrative becomes text: from the line where it begins to the one that closes its last brace."""
    text: list[str] = []
    rtf: list[str] = []
    depth = 0
    for line in lines:
        if not rtf and not line.lstrip().startswith(_RTF):
            text.append(line)
            continue
        rtf.append(line)
        depth += sum(1 if brace == "{" else -1 for brace in _BRACE.findall(line) if brace in "{}")
        if depth <= 0:
            text += _read_rtf(rtf, unreadable)
            rtf, depth = [], 0
    return text + _read_rtf(rtf, unreadable) if rtf else text


def _read_rtf(lines: list[str], unreadable: list[DocumentError]) -> list[str]:
    try:
        return [rtf_in_text("\n".join(lines))]
    except DocumentError as error:
        unreadable.append(error)
        return []


def _measurement(segment: Segment, kind: str) -> Iterator[str]:
    """Such as ``Hemoglobin: 13.4 g/dL (12-16) L``; nothing where there is no value."""
    values = " ".join(filter(None, (_value(value, kind) for value in segment.all(5))))
    if not values:
        return
    unit = segment.one(6)(1)
    reference = segment.one(7).text().strip()
    flags = " ".join(filter(None, (flag() for flag in segment.all(8))))
    parts = (values, unit, f"({reference})" if reference else "", flags)
    line = " ".join(part for part in parts if part)
    name = _name(segment) or segment.one(3)()
    yield f"{name}: {line}" if name else line


def _value(value: Value, kind: str) -> str:
    if kind in _CODED:
        return value(2) or value(1) or value(9)
    parts = [value(position) for position in range(1, 9)]
    return "".join(parts) if kind == "SN" else " ".join(part for part in parts if part)


def _document(value: Value) -> str:
    """The text of an ED: source application, type of data, subtype, encoding, data. Empty where it has no data."""
    data = value.whole(5)
    if not data.strip():
        return ""
    media_type = _media_type(value(2).upper(), value(3).upper())
    match value(4).upper():
        case "BASE64":
            return document_text(decode_base64(data), media_type)
        case "HEX":
            try:
                return document_text(binascii.unhexlify(re.sub(r"\s", "", data)), media_type)
            except binascii.Error:
                raise DocumentError(Reason.BAD_MESSAGE, "a document that is no hexadecimal") from None
        case _:
            if data.lstrip().startswith("{\\rtf"):
                return rtf_in_text(data)
            return document_text(data.encode(), f"{media_type}; charset=utf-8")


def _media_type(kind: str, subtype: str) -> str:
    if subtype in _MEDIA_TYPES:
        return _MEDIA_TYPES[subtype]
    if kind in _TEXT_TYPES:
        return "text/plain"
    if kind in _UNSPECIFIC_TYPES and not subtype:
        return ""
    return f"{kind}/{subtype}".lower()


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)
