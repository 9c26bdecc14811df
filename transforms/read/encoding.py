"""Bytes → text, without loss and without a guess that the bytes do not support.

UTF-8 first, with or without its mark; UTF-16 and UTF-32 by their marks; Windows-1252 where UTF-8 fails and the bytes
say so. Nothing else is guessed: what fits none of these is a ``BadEncoding``, never a replacement character. Line
endings and all else stay as they are.
"""

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Control characters that no writer of text uses, and the five bytes that Windows-1252 leaves undefined.
_NOT_WINDOWS_1252 = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\x81\x8d\x8f\x90\x9d]")
# Bytes that clinical text in Windows-1252 holds: accented letters, typographic quotes, dashes, dots, bullets, the euro,
# trade marks, degrees, plus-minus, micro, fractions, powers, section and paragraph, guillemets, no-break spaces. Not
# 0xFE and 0xFF: they are far more often the mark of something that is no text than an Icelandic thorn.
_USUAL = re.compile(rb"[\x80\x82-\x87\x89-\x8c\x8e\x91-\x97\x99-\x9c\x9e-\xa3\xa5\xa7-\xfd]")
# An accented capital within a word of small letters, or by itself (À, É and Ó are words): a lead byte of something else.
_MISPLACED_CAPITAL = re.compile(
    rb"[a-z][\xc0-\xd6\xd8-\xde]|(?<![A-Za-z\xc0-\xff])[\xc1-\xc8\xca-\xd2\xd4-\xd6\xd8-\xde](?![A-Za-z\xc0-\xff])"
)
# A lead byte and its continuation: UTF-8 that is broken elsewhere, which Windows-1252 would turn into "Ã©".
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_CUT_UTF8_SEQUENCE = re.compile(rb"(?:[\xe0-\xef][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{1,2})\Z")
_HIGH = re.compile(rb"[\x80-\xff]")
_MOST_HIGH_BYTES = 0.3  # of all; text in a script of its own (Cyrillic, Greek, Shift-JIS) has more


class BadEncoding(ValueError):  # noqa: N818  named as the reason code is
    """The bytes are no text that can be read without loss. ``str()`` says why and holds none of them."""


def decode(payload: bytes) -> str:
    """The text of the bytes, without its byte order mark. Raises BadEncoding.

    Windows-1252 is believed only where the bytes are no UTF-8, none is undefined there or a control character, all are
    usual in text, at most three in ten are beyond ASCII, no accented capital stands where none is written, and no UTF-8
    sequence is among them.
    """
    for mark, name in _MARKS:
        if payload.startswith(mark):
            text = _strict(payload[len(mark) :], name)
            break
    else:
        try:
            text = payload.decode("utf-8")
        except UnicodeDecodeError:
            text = _windows_1252(payload)
    if "\x00" in text:
        raise BadEncoding("NUL characters")
    return text


def _strict(payload: bytes, name: str) -> str:
    try:
        return payload.decode(name)
    except UnicodeDecodeError:
        raise BadEncoding(f"byte order mark of {name}, but the bytes are not") from None


def _windows_1252(payload: bytes) -> str:
    if _NOT_WINDOWS_1252.search(payload):
        raise BadEncoding("neither UTF-8 nor Windows-1252")
    high = _HIGH.findall(payload)
    if len(high) > _MOST_HIGH_BYTES * len(payload) or not all(_USUAL.match(byte) for byte in set(high)):
        raise BadEncoding("not UTF-8, and not plausible as Windows-1252")
    if _MISPLACED_CAPITAL.search(payload):
        raise BadEncoding("not UTF-8, and not plausible as Windows-1252")
    if _UTF8_SEQUENCE.search(payload) or _CUT_UTF8_SEQUENCE.search(payload):
        raise BadEncoding("damaged UTF-8")
    return payload.decode("cp1252")
