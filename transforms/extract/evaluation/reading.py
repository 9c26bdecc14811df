"""Files and folders of gold for findings; each file tells its own format."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from transforms.extract.evaluation import brat, json_lines, pubtator
from transforms.extract.evaluation.document import Document
from transforms.labelled import BadGold, read_labelled, text_of

_JSON_LINES = {".jsonl", ".ndjson", ".json"}
_READ = {*_JSON_LINES, ".txt", ".ann", ".gz"}
_FORMATS = "JSON lines, brat or PubTator"
_PUBTATOR = re.compile(r"\s*[^|\s]+\|t\|")  # the title, with which each document begins


def read_gold(paths: Sequence[Path]) -> list[Document]:
    """All notes of the files and, with all below them, folders; in order of name.

    JSON lines by their extension, a ``.txt`` with an ``.ann`` beside it as brat, one that begins with a title as PubTator, and a
    ``.gz`` as that. A folder's other files are passed over.

    Raises:
        ChartstreamError: a path is not there or holds no gold, a file is not what it should be.
    """
    return read_labelled(paths, _READ, _FORMATS, _documents)


def _documents(file: Path, name: str) -> Iterable[Document]:
    suffix = file.suffix.lower()
    annotations = file.with_suffix(".ann")
    if suffix in _JSON_LINES:
        return json_lines.read(text_of(file))
    if suffix == ".txt" and annotations.exists():
        return [_brat(text_of(file), text_of(annotations), name)]
    if suffix == ".gz" or (suffix == ".txt" and _PUBTATOR.match(text_of(file))):
        return _pubtator(file)
    if suffix == ".txt":
        raise BadGold("neither an .ann beside the .txt, nor a PubTator title at its start")
    if suffix == ".ann":
        raise BadGold("no .txt beside the .ann")
    raise BadGold(f"no format that is known: {_FORMATS}")


def _brat(text: str, annotations: str, name: str) -> Document:
    try:
        document = brat.parse(name, text, annotations)
        brat.check_texts(text, annotations)
    except brat.BratError as error:
        raise BadGold(f"the .ann: {error}") from None
    return document


def _pubtator(file: Path) -> list[Document]:
    try:
        return pubtator.read(file)
    except pubtator.PubtatorError as error:
        raise BadGold(str(error).removeprefix(f"{file}: ")) from None  # a file's name may be a patient's
