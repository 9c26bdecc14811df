"""RTF, HTML and PDF → text, on small documents made here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from striprtf.striprtf import rtf_to_text

from transforms.read.documents import (
    DocumentError,
    DocumentKind,
    decode_base64,
    document_kind,
    document_text,
    html_text,
    rtf_in_text,
)
from transforms.records import Reason


def rtf(payload: bytes) -> str:
    return document_text(payload, "text/rtf")


def pdf(content: bytes, annotation: bytes = b"") -> bytes:
    """A PDF of one page; ``annotation`` is the content stream of a note written on it."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>/Annots[6 0 R]>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Type/Annot/Subtype/FreeText/Rect[72 600 300 620]/DA(/F1 12 Tf)/AP<</N 7 0 R>>>>",
        b"<</Type/XObject/Subtype/Form/BBox[0 0 228 20]/Resources<</Font<</F1 5 0 R>>>>/Length %d>>stream\n%b\nendstream"
        % (len(annotation), annotation),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%bendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 8\n0000000000 65535 f \n%btrailer<</Size 8/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(out),
    )


def shown(*lines: str) -> bytes:
    """A content stream that shows lines."""
    return (
        b"BT /F1 12 Tf 72 720 Td " + b" 0 -14 Td ".join(b"(%b) Tj" % line.encode("cp1252") for line in lines) + b" ET"
    )


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (rb"{\rtf1\ansi Seen today.\par Stable\line on \b aspirin\b0\tab 81 mg}", "Seen today.\nStable\non aspirin\t81 mg"),
        (rb"{\rtf1\ansi\ansicpg1252 Caf\'e9 \'93quoted\'94 \u8804? 5 \endash  ok}", "Café “quoted” ≤ 5 – ok"),
        (rb"{\rtf1\ansi\ansicpg1252 smile \u-10179?\u-8704? end}", "smile 😀 end"),
        (rb"{\rtf1\ansi\ansicpg932 \'82\'a0\'83A}", "あア"),  # the second byte of a character may be ASCII
        (
            rb"{\rtf1{\fonttbl{\f0\fcharset204 Arial;}{\f1\fcharset0 Arial;}}\f0 \'cf\'f0\f1  \'e9}",
            "Пр é",
        ),
        (rb"{\rtf1\ansi\deff2{\fonttbl{\f2\fcharset204 Arial;}}\'cf\plain\'f0}", "Пр"),
        (b"{\\rtf1 kept{\\*\r\n\\generator not kept}}", "kept"),
        (rb"{\rtf1\mac caf\'8e}", "café"),
        (rb"{\rtf1\ansi\ansicpg65001 caf\'c3\'a9}", "café"),
        ("{\\rtf1\\ansi\\ansicpg1252 café “x”}".encode("cp1252"), "café “x”"),  # bytes beyond ASCII, against the rules
        (rb"{\rtf1\uc0\u233 x\uc2\u233 abz \u233 \'65\'65 q{\uc1 \u233 ?}}", "éxéz é qé"),
        (rb"{\rtf1 a\~b 555\_1234 micro\-scope \{x\} \\ }", "a\xa0b 555-1234 microscope {x} \\"),
        (b"{\\rtf1 hello\r\n wor\nld\\\nnew line}", "hello world\nnew line"),
        (rb"{\rtf1{\info{\author Jane Roe}}{\colortbl;\red0;}{\*\generator Word;}{\pict\bin3 }}}}kept}", "kept"),
        (rb"{\rtf1 {\field{\*\fldinst HYPERLINK x}{\fldrslt the link}} and on}", "the link and on"),
        (rb"{\rtf1{\header Ward 4\par}Body{\footnote a footnote} goes on.{\footer page}}",
         "Body goes on.\nWard 4\n\na footnote\npage"),
        (rb"{\rtf1 A{\*\annotation a comment}B{\shp{\*\shpinst{\sp{\sn x}{\sv y}}{\shptxt a box}}{\shprslt old}}}",
         "AB\na comment\na box"),
        (rb"{\rtf1\trowd Sodium\cell 140\cell\row Potassium\cell 4\cell\row}", "Sodium\t140\t\nPotassium\t4\t\n"),
        (rb"{\rtf1 cut off in the mid", "cut off in the mid"),
        (b"{\\rtf1 whole}\x00\r\n", "whole"),
        (b"{\\rtf1 whole} and what follows", "whole\nand what follows"),
    ],
)  # fmt: skip
def test_rtf_gives_all_its_text(written: bytes, text: str) -> None:
    assert rtf(written).strip(" \n") == text.strip(" \n")


@pytest.mark.parametrize(
    "written",
    [rb"{\rtf1\ansi\ansicpg1252 bad \'81 here}", rb"{\rtf1 half \u-10179? end}", rb"{\rtf1\ansicpg99999 \'e9}"],
)
def test_rtf_with_bytes_that_are_no_text_is_held_back(written: bytes) -> None:
    with pytest.raises(DocumentError) as raised:
        rtf(written)
    assert raised.value.reason is Reason.BAD_ENCODING


@given(
    st.lists(
        st.sampled_from(["word ", "\\par ", "{\\b bold}", "\\tab ", "\\'e9", "\\u8804?", "\\{", "{\\*\\x y}", "\n"]),
        max_size=15,
    )
)
def test_rtf_agrees_with_striprtf_on_plain_documents(parts: list[str]) -> None:
    written = "{\\rtf1\\ansi\\ansicpg1252 " + "".join(parts) + "x}"
    assert rtf(written.encode()) == rtf_to_text(written)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40))
def test_rtf_that_came_as_text_keeps_every_character(text: str) -> None:
    escaped = text.replace("\\", "\\\\").replace("{", "\\{").replace("}", "\\}")
    assert rtf_in_text("{\\rtf1 " + escaped + ".}") == text + "."


@given(st.binary(max_size=120))
def test_any_bytes_called_rtf_give_text_or_a_reason(payload: bytes) -> None:
    reason = None
    try:
        text = rtf(b"{\\rtf1 " + payload)
    except DocumentError as error:
        text, reason = "", error.reason
    assert text.strip() or reason in (Reason.BAD_ENCODING, Reason.EMPTY)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Chest pain</p><p>Stable &lt;5 &amp; more</p>", "Chest pain\n\nStable <5 & more"),
        ("<?xml version='1.0' encoding='utf-8'?><div xmlns='http://www.w3.org/1999/xhtml'>é</div>", "é"),
        ("<table><tr><td>Na</td><td>140</td></tr></table>", "Na  140"),
        ("<script>x()</script><style>p{}</style><p>seen</p><!-- not seen -->", "seen"),
        ("BP <120 and pulse <80 today", "BP <120 and pulse <80 today"),
        ("<p>a\x00b &#0;c</p>", "ab c"),
        ("<div>" * 300 + "deep" + "</div>" * 300, "deep"),
        ("", ""),
    ],
)
def test_html_gives_what_is_shown(html: str, text: str) -> None:
    assert html_text(html) == text


def test_a_long_text_in_html_is_not_dropped() -> None:
    long = "word " * 2_200_000
    assert html_text(f"<p>{long}</p>") == long.strip()


def test_html_that_the_parser_cannot_take_is_held_back() -> None:
    for html in ("<div>" * 5000 + "deep", "<p>\ud800</p>"):
        with pytest.raises(DocumentError) as raised:
            html_text(html)
        assert raised.value.reason is Reason.UNREADABLE


def test_html_is_decoded_as_it_says() -> None:
    page = "<html><head><meta charset='{}'></head><body>Größe</body></html>"
    assert document_text(page.format("iso-8859-1").encode("latin-1"), "text/html") == "Größe"
    assert document_text(page.format("utf-8").encode(), "text/html") == "Größe"
    assert document_text("<p>Größe</p>".encode("iso8859-15"), "text/html; charset=ISO-8859-15") == "Größe"


def test_pdf_gives_its_pages_text() -> None:
    assert document_text(pdf(shown("The patient has a well-", "known murmur, 38.5°", "Plan")), "application/pdf") == (
        "The patient has a well-known murmur, 38.5°\nPlan"
    )


def test_what_was_written_on_a_pdf_is_read_too() -> None:
    annotation = b"BT /F1 12 Tf 2 5 Td (signed J. Roe) Tj ET"
    assert document_text(pdf(shown("Consent"), annotation), "application/pdf") == "Consent\nsigned J. Roe"


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (pdf(b""), Reason.EMPTY),
        (pdf(shown("text"))[:150], Reason.UNREADABLE),
        (b"%PDF-1.4 nothing", Reason.UNREADABLE),
        (
            pdf(shown("text")).replace(
                b"/Root 1 0 R",
                b"/Root 1 0 R/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/O(%b)/U(%b)/P -4>>"
                % (b"x" * 32, b"y" * 32),
            ),
            Reason.UNREADABLE,
        ),
    ],
)  # fmt: skip
def test_a_pdf_without_text_or_that_is_broken_or_encrypted(payload: bytes, reason: Reason) -> None:
    with pytest.raises(DocumentError) as raised:
        document_text(payload, "application/pdf")
    assert raised.value.reason is reason


@pytest.mark.parametrize(
    ("content_type", "start", "kind"),
    [
        ("text/plain; charset=utf-8", b"hello", DocumentKind.PLAIN),
        ("text/plain", b"{\\rtf1 x}", DocumentKind.RTF),
        ("application/octet-stream", b"%PDF-1.7", DocumentKind.PDF),
        ("", b"<!DOCTYPE html><html>", DocumentKind.HTML),
        ("", b"just words", DocumentKind.PLAIN),
        ("application/xhtml+xml", b"<div>", DocumentKind.HTML),
        ("image/jpeg", b"\xff\xd8", DocumentKind.OTHER),
        ("application/xml", b"<ClinicalDocument>", DocumentKind.OTHER),
    ],
)
def test_the_kind_is_told_by_magic_bytes_then_by_media_type(
    content_type: str, start: bytes, kind: DocumentKind
) -> None:
    assert document_kind(content_type, start) is kind


@pytest.mark.parametrize(
    ("payload", "content_type", "reason"),
    [
        (b"\xff\xd8\xff", "image/jpeg", Reason.UNSUPPORTED_FORMAT),
        (b"not rtf", "text/rtf", Reason.UNREADABLE),
        (b"  \n", "text/plain", Reason.EMPTY),
        (b"ab\x81\x8d", "text/plain", Reason.BAD_ENCODING),
        (b"caf\xe9", "text/plain; charset=utf-8", Reason.BAD_ENCODING),
        (b"x", "text/plain; charset=klingon", Reason.BAD_ENCODING),
        (b"x", "text/plain; charset=hex", Reason.BAD_ENCODING),
        (b"x\x00", "text/plain; charset=utf-8", Reason.BAD_ENCODING),
    ],
)
def test_what_cannot_be_read_says_why_and_quotes_nothing(payload: bytes, content_type: str, reason: Reason) -> None:
    with pytest.raises(DocumentError) as raised:
        document_text(payload, content_type)
    assert raised.value.reason is reason
    assert raised.value.__cause__ is None
    assert "caf" not in str(raised.value)


def test_base64_may_have_line_breaks_and_nothing_else() -> None:
    assert decode_base64("aGVs\r\n bG8=\n") == b"hello"
    for broken in ("aGVsbG8", "aGVs*bG8=", "é"):
        with pytest.raises(DocumentError) as raised:
            decode_base64(broken)
        assert raised.value.reason is Reason.BAD_MESSAGE
