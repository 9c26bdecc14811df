"""What kind of file it is (``--format auto``): by its name and its first bytes, never by a guess about the rest."""

import re

from transforms.records import Format

HEAD_BYTES = 1 << 16

_BY_EXTENSION = {
    ".txt": Format.TEXT,
    ".text": Format.TEXT,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".json": Format.JSONL,
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".parquet": Format.PARQUET,
    ".pq": Format.PARQUET,
    ".hl7": Format.HL7V2,
}
# Extensions under which a format given by --format is looked for in a directory, beside those that say nothing.
_USUAL = {
    Format.TEXT: {".txt", ".text"},
    Format.JSONL: {".jsonl", ".ndjson", ".json", ".txt"},
    Format.CSV: {".csv", ".tsv", ".txt"},
    Format.PARQUET: {".parquet", ".pq"},
    Format.FHIR: {".json", ".ndjson", ".jsonl"},
    Format.HL7V2: {".hl7", ".txt"},
}
# Kinds that are told by their name and are not read as files of their own, even where they are made of characters.
_UNSUPPORTED_EXTENSIONS = frozenset(
    (  # noqa: SIM905  as a list it takes sixty lines
        ".htm .html .xhtml .xml .xsl .rtf .pdf .doc .docx .odt .xls .xlsx .ppt .pptx .png .jpg .jpeg .gif "
        ".tif .tiff .bmp .svg .dcm .zip .tar .tgz .7z .rar .bz2 .xz .zst .lz4 .avro .orc .feather .arrow "
        ".sqlite .db .py .sh .js .css .sql .yaml .yml .toml .ini .log .mp3 .wav .mp4 "
    ).split()
)
_MAGIC = (
    b"%PDF-",
    b"\x89PNG\r\n",
    b"\xff\xd8\xff",
    b"GIF8",
    b"II*\x00",
    b"MM\x00*",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"(\xb5/\xfd",
    b"\xd0\xcf\x11\xe0",
    b"{\\rtf",
    b"<?xml",
    b"<!DOCTYPE",
    b"<html",
    b"Obj\x01",
    b"ORC",
    b"SQLite format 3",
    b"\x7fELF",
    b"MZ\x90",
)
_HL7 = re.compile(rb"[\x0b\r\n \xef\xbb\xbf]*(?:MSH|FHS|BHS)\|")
_RESOURCE = re.compile(rb'"resourceType"\s*:')
_OBJECT_LINE = re.compile(rb"\s*\{.*\}\s*")


def extension(path: str) -> str:
    """The last extension, lower case, with its dot."""
    name = path.rpartition("/")[2]
    dot = name.rfind(".")
    return name[dot:].lower() if dot > 0 else ""


def content_extension(path: str) -> str:
    """The extension of what is in the file: ``.jsonl`` of ``notes.jsonl.gz``."""
    return extension(path[:-3]) if extension(path) == ".gz" else extension(path)


def names_another_kind(name: str, given: Format | None) -> bool:
    """Whether a file's name says that it is not of the format that was given: a scan beside FHIR resources, say."""
    if given is None:
        return False
    suffix = content_extension(name)
    return (suffix in _BY_EXTENSION or suffix in _UNSUPPORTED_EXTENSIONS) and suffix not in _USUAL[given]


def kind_of(path: str, head: bytes) -> Format | None:
    """The format of a file from its name and the first bytes of its content; None where it is none that is read.

    A name without an extension, or with an unknown one, leaves it to the bytes: HL7 and FHIR say what they are, and what
    has the bytes of text is a text note.
    """
    suffix = content_extension(path)
    if head.startswith(b"PAR1"):  # inside gzip it cannot be read from its end
        return None if extension(path) == ".gz" else Format.PARQUET
    if suffix in _UNSUPPORTED_EXTENSIONS or is_unsupported(head):
        return None
    named = _BY_EXTENSION.get(suffix)
    if named in (None, Format.TEXT) and _HL7.match(head):
        return Format.HL7V2
    if named is Format.JSONL or (named is None and head.lstrip()[:1] == b"{"):
        return _json_kind(head, suffix)
    return named or (Format.TEXT if _is_text(head) else None)


def is_unsupported(head: bytes) -> bool:
    """Whether the bytes start as a kind of file does that is not read: PDF, RTF, HTML, images, archives …"""
    return head.lstrip(b"\xef\xbb\xbf \r\n\t")[:16].startswith(_MAGIC) or head.startswith(_MAGIC)


def _json_kind(head: bytes, suffix: str) -> Format | None:
    if _RESOURCE.search(head):
        return Format.FHIR
    if suffix in (".jsonl", ".ndjson"):
        return Format.JSONL
    # One object a line is JSON lines whatever it is called; a document over several lines is not.
    first, newline, _ = head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")
    whole = bool(newline) or len(head) < HEAD_BYTES
    return Format.JSONL if not head.strip() or not whole or _OBJECT_LINE.fullmatch(first) else None


def _is_text(head: bytes) -> bool:
    return not re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head) or head.startswith((b"\xff\xfe", b"\xfe\xff"))
