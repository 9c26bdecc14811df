"""The text of a DocumentReference or DiagnosticReport: its attachments, or its narrative.

``content`` and ``presentedForm`` hold renderings of one document (the standard says so of both), so the best readable
kind is taken: plain text, HTML, RTF, PDF. Several attachments of that kind are its parts, in order.
"""

from collections.abc import Callable
from dataclasses import dataclass

from transforms.read.documents import (
    DocumentError,
    DocumentKind,
    decode_base64,
    document_kind,
    document_text,
    html_text,
)
from transforms.read.fhir_json import Resource, objects, string
from transforms.read.fhir_references import References, split_reference
from transforms.records import Reason

Open = Callable[[str], bytes]


@dataclass(frozen=True)
class _Document:
    payload: bytes
    content_type: str


def resource_text(resource: Resource, references: References, open_beside: Open) -> str | None:
    """The text of a note. None where a report has neither a document nor words of its own. Raises DocumentError."""
    contents = (one for content in objects(resource.get("content")) for one in objects(content.get("attachment")))
    attachments = [*contents, *objects(resource.get("presentedForm"))]
    if attachments or resource["resourceType"] == "DocumentReference":
        return _best_rendering(attachments, resource, references, open_beside)
    return _own_words(resource)


def _best_rendering(attachments: list[Resource], resource: Resource, references: References, open_beside: Open) -> str:
    renderings: dict[DocumentKind, list[_Document | DocumentError]] = {kind: [] for kind in DocumentKind}
    for attachment in attachments:
        stated = string(attachment, "contentType")
        try:
            document = _document(attachment, resource, references, open_beside)
        except DocumentError as error:
            renderings[document_kind(stated, b"")].append(error)
        else:
            renderings[document_kind(document.content_type, document.payload)].append(document)
    first: DocumentError | None = None
    for parts in renderings.values():
        if not parts:
            continue
        try:
            return "\n\n".join(_text(part) for part in parts)
        except DocumentError as error:
            first = first or error
    raise first or DocumentError(Reason.EMPTY, "a document reference without a document")


def _text(part: _Document | DocumentError) -> str:
    if isinstance(part, DocumentError):
        raise part
    return document_text(part.payload, part.content_type)


def _document(attachment: Resource, resource: Resource, references: References, open_beside: Open) -> _Document:
    """The bytes of an attachment: inline, or a Binary that came with it, or a file beside."""
    content_type, data, url = (string(attachment, name) for name in ("contentType", "data", "url"))
    if data:
        return _Document(decode_base64(data), content_type)
    if not url:
        raise DocumentError(Reason.EMPTY, "an attachment without data and without a URL")
    binary = references.find(url, resource)
    if binary is not None and binary.get("resourceType") == "Binary":
        return _Document(decode_base64(string(binary, "data")), content_type or string(binary, "contentType"))
    if split_reference(url)[0] or "://" in url:
        raise DocumentError(Reason.UNREADABLE, "an attachment on another server, which is not fetched")
    try:
        return _Document(open_beside(url), content_type)
    except FileNotFoundError:
        raise DocumentError(Reason.UNREADABLE, "an attachment that is not there") from None


def _own_words(report: Resource) -> str | None:
    """A report's narrative, and its conclusion where the narrative does not hold it."""
    narrative = next((string(text, "div") for text in objects(report.get("text"))), "")
    shown = html_text(narrative) if narrative.strip() else ""
    conclusion = string(report, "conclusion")
    if conclusion.strip() and "".join(conclusion.split()) not in "".join(shown.split()):
        shown = f"{shown}\n\n{conclusion}" if shown.strip() else conclusion
    return shown if shown.strip() else None
