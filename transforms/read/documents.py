"""Encapsulated documents → text: RTF, HTML, PDF and plain text, by what the bytes are and what they are said to be.

Errors of the libraries end here: a ``DocumentError`` carries a reason code and none of their messages, which quote text.
"""

import base64
import re
from enum import StrEnum
from threading import Lock

import lxml.html
import pypdfium2
from inscriptis.css_profiles import STRICT_CSS_PROFILE
from inscriptis.html_engine import Inscriptis
from inscriptis.model.config import ParserConfig

from transforms.read import rtf
from transforms.read.encoding import BadEncoding, decode
from transforms.records import Reason


class DocumentError(Exception):
    """A document that cannot be read. ``str()`` says why and holds nothing of it."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class DocumentKind(StrEnum):
    """Kinds of documents, best readable first: of several renderings of one document the first is taken."""

    PLAIN = "plain"
    HTML = "html"
    RTF = "rtf"
    PDF = "pdf"
    OTHER = "other"


_KINDS = {
    "text/plain": DocumentKind.PLAIN,
    "text/markdown": DocumentKind.PLAIN,
    "text/html": DocumentKind.HTML,
    "application/xhtml+xml": DocumentKind.HTML,
    "text/rtf": DocumentKind.RTF,
    "application/rtf": DocumentKind.RTF,
    "application/x-rtf": DocumentKind.RTF,
    "text/richtext": DocumentKind.RTF,
    "application/pdf": DocumentKind.PDF,
    "application/x-pdf": DocumentKind.PDF,
}
# What says nothing about the kind: the bytes decide.
_UNSPECIFIC = frozenset(("", "application/octet-stream", "binary/octet-stream"))
_HTML_START = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|div|body)\b", re.I | re.S)
_HTML_CHARSET = re.compile(rb"<meta[^>]*charset\s*=\s*[\"']?\s*([\w-]+)", re.I)
_LAYOUT = ParserConfig(css=STRICT_CSS_PROFILE)  # no indents for blocks
_PDFIUM = Lock()  # PDFium is not safe for threads, and a runner may have several in a process
_NUL = re.compile(r"\x00|&#(?:0+(?![0-9])|x0+(?![0-9a-f]));?", re.I)
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")


def document_kind(content_type: str, start: bytes) -> DocumentKind:
    """The kind of a document by its media type and its first bytes; the bytes win where they are unmistakable."""
    head = start.removeprefix(b"\xef\xbb\xbf")[:1024].lstrip()
    if head.startswith(b"{\\rtf"):
        return DocumentKind.RTF
    if head.startswith(b"%PDF-"):
        return DocumentKind.PDF
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type in _UNSPECIFIC:
        return DocumentKind.HTML if _HTML_START.match(head) else DocumentKind.PLAIN
    return _KINDS.get(media_type, DocumentKind.OTHER)


def document_text(payload: bytes, content_type: str) -> str:
    """The text of a document. ``content_type`` is a media type with its parameters, empty where unknown.

    Raises DocumentError: ``unsupported_format``, ``unreadable``, ``bad_encoding`` or ``empty``.
    """
    kind = document_kind(content_type, payload)
    charset = _charset(content_type)
    if kind is DocumentKind.PDF:
        text = _pdf_text(payload)
    elif kind is DocumentKind.RTF:
        text = _rtf_text(payload)
    elif kind is DocumentKind.HTML:
        declared = _HTML_CHARSET.search(payload[:4096])
        text = html_text(_decoded(payload, charset or (declared[1].decode("ascii") if declared else "")))
    elif kind is DocumentKind.PLAIN:
        text = _decoded(payload, charset)
    else:
        raise DocumentError(Reason.UNSUPPORTED_FORMAT, "a document of a type that is not read")
    if not text.strip():
        raise DocumentError(Reason.EMPTY, "a document without text")
    return text


def html_text(html: str) -> str:
    """The text of HTML or of an XHTML narrative, as it would be shown. Raises DocumentError."""
    # The parser makes a replacement character of NUL, which is no text. Without huge_tree it drops deep or long text.
    source = _NUL.sub("", _XML_DECLARATION.sub("", html, count=1))
    if not source.strip():
        return ""
    try:
        parser = lxml.html.HTMLParser(huge_tree=True, encoding="utf-8")
        tree = lxml.html.document_fromstring(source.encode("utf-8"), parser=parser)
        return str(Inscriptis(tree, _LAYOUT).get_text()).strip("\n")
    except MemoryError:
        raise
    except Exception:  # what the parser and the renderer raise quotes the text
        raise DocumentError(Reason.UNREADABLE, "HTML that cannot be read") from None


def rtf_in_text(text: str) -> str:
    """The text of RTF that came as text; other text as it is. Raises DocumentError."""
    return _rtf_text(rtf.escaped(text)) if text.lstrip().startswith("{\\rtf") else text


def decode_base64(written: str) -> bytes:
    """Base64 with any white space in it. Raises DocumentError."""
    try:
        return base64.b64decode("".join(written.split()), validate=True)
    except ValueError:
        raise DocumentError(Reason.BAD_MESSAGE, "a document that is no base64") from None


def _rtf_text(payload: bytes) -> str:
    if not rtf.is_rtf(payload):
        raise DocumentError(Reason.UNREADABLE, "not the RTF that it is said to be")
    try:
        return rtf.rtf_text(payload)
    except (rtf.RtfError, BadEncoding):
        raise DocumentError(Reason.BAD_ENCODING, "RTF with bytes that its code page does not have") from None


def _pdf_text(payload: bytes) -> str:
    try:
        with _PDFIUM:
            document = pypdfium2.PdfDocument(payload)
            try:
                pages = [_page_text(document, number) for number in range(len(document))]
            finally:
                document.close()
    except (pypdfium2.PdfiumError, UnicodeDecodeError):
        raise DocumentError(Reason.UNREADABLE, "a PDF that is broken or encrypted") from None
    # PDFium gives a hyphen at a line's end, and the line end behind it, as 0x02.
    return "\n".join(pages).replace("\r\n", "\n").replace("\x02", "-")


def _page_text(document: pypdfium2.PdfDocument, number: int) -> str:
    page = document[number]
    # What was filled into a form or written on the page is text of the page only when flattened into it.
    pypdfium2.raw.FPDFPage_Flatten(page, pypdfium2.raw.FLAT_NORMALDISPLAY)
    page.close()
    return str(document[number].get_textpage().get_text_bounded())


def _charset(content_type: str) -> str:
    found = re.search(r";\s*charset\s*=\s*\"?([\w.:-]+)", content_type, re.I)
    return found[1] if found else ""


def _decoded(payload: bytes, charset: str) -> str:
    try:
        if not charset or charset.lower() in ("us-ascii", "ascii"):
            return decode(payload)
        text = payload.decode(charset).removeprefix("\ufeff")
    except LookupError:
        raise DocumentError(Reason.BAD_ENCODING, "a character set that is not known") from None
    except (BadEncoding, UnicodeError):
        raise DocumentError(Reason.BAD_ENCODING, "bytes that its character set does not have") from None
    if "\x00" in text:
        raise DocumentError(Reason.BAD_ENCODING, "NUL characters")
    return text
