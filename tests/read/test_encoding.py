"""Bytes become the text that was meant, or a reason; never something else."""

import codecs

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from transforms.read.encoding import BadEncoding, decode

NOTE = "Pt seen 3/4 – T 38.5 °C, “rigors”, Dr. Muñoz’s café-au-lait spot\r\nBP 120/80\f\tEnd "


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_a_note_reads_the_same_in_every_encoding_that_a_hospital_sends(encoding: str) -> None:
    assert decode(NOTE.encode(encoding)) == NOTE


def test_both_byte_orders_of_utf_16_are_told_by_their_mark() -> None:
    assert decode(codecs.BOM_UTF16_BE + NOTE.encode("utf-16-be")) == NOTE
    assert decode(codecs.BOM_UTF16_LE + NOTE.encode("utf-16-le")) == NOTE


@pytest.mark.parametrize(
    "payload",
    [
        b"BP 120/80\x00 HR 70",  # a NUL
        codecs.BOM_UTF16_LE + b"odd",
        codecs.BOM_UTF16_LE + b"\x00\xd8\x41\x00",  # half of a surrogate pair
        b"caf\xe9 \x81 undefined in Windows-1252",
        b"\x89PNG\r\n\x1a\n\x00\x01\xff\xfe",
        "naïve".encode() + b" and then a stray \xe9t\xe9",  # UTF-8 that is broken elsewhere
        "The temperature is 38°".encode()[:-1],  # UTF-8 cut within a character
        b"two bytes \xff\xfe from nowhere",
        b"a lead byte \xc3( by itself",
        "the cafe\u0301 “quote".encode()[:-6],
        "Пациент жалуется на боль".encode("koi8-r"),
        "患者は頭痛を訴える".encode("shift-jis"),
        bytes(range(128, 256)),
    ],
)
def test_what_is_no_text_is_said_to_be_none(payload: bytes) -> None:
    with pytest.raises(BadEncoding) as raised:
        decode(payload)
    assert raised.value.__cause__ is None
    assert not any(part in str(raised.value) for part in ("BP", "caf", "temperature"))


@given(st.binary(max_size=200))
@example(b"caf\xe9")
@example(b"\xef\xbb\xbf")
def test_nothing_is_ever_replaced(payload: bytes) -> None:
    """Whatever is decoded gives its bytes back, in the encoding that was chosen."""
    try:
        text = decode(payload)
    except BadEncoding:
        return
    forms = {text.encode("utf-8", "surrogatepass"), b"\xef\xbb\xbf" + text.encode("utf-8", "surrogatepass")}
    for mark, name in (
        (b"", "cp1252"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ):
        forms.add(mark + text.encode(name, "ignore"))
    assert payload in forms


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufeff")))
def test_utf_8_is_never_taken_for_anything_else(text: str) -> None:
    assert decode(text.encode()) == text
