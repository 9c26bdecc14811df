"""Files and folders of labelled notes; each file tells its own format."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from transforms.deidentify.evaluation import asq_phi, brat, i2b2, json_lines
from transforms.deidentify.evaluation.gold import GoldNote
from transforms.labelled import BadGold, read_labelled, text_of

_JSON_LINES = {".jsonl", ".ndjson", ".json"}
_READ = {*_JSON_LINES, ".xml", ".txt", ".ann"}
_FORMATS = "JSON lines, i2b2-2014 XML, brat or ASQ-PHI"


def read_gold(paths: Sequence[Path], known_phi: json_lines.KnownPhiReader) -> list[GoldNote]:
    """All labelled notes of the files and, with all below them, folders; in order of name.

    JSON lines by their extension, ``.xml`` as i2b2-2014, a ``.txt`` with an ``.ann`` beside it as brat, one that begins with
    its header as ASQ-PHI. A folder's other files are passed over.

    Raises:
        ChartstreamError: a path is not there or holds no labelled note, a file is not what it should be.
    """
    return read_labelled(paths, _READ, _FORMATS, lambda file, name: _notes(file, name, known_phi))


def _notes(file: Path, name: str, known_phi: json_lines.KnownPhiReader) -> Iterator[GoldNote]:
    suffix = file.suffix.lower()
    annotations = file.with_suffix(".ann")
    if suffix in _JSON_LINES:
        yield from json_lines.read(text_of(file), known_phi)
    elif suffix == ".xml":
        yield i2b2.read(file.read_bytes(), name)
    elif suffix == ".txt" and annotations.exists():
        yield brat.read(text_of(file), text_of(annotations), name)
    elif suffix == ".txt" and text_of(file).startswith(asq_phi.HEADER):
        yield from asq_phi.read(text_of(file), name)
    elif suffix == ".txt":
        raise BadGold(f"neither an .ann beside the .txt, nor {asq_phi.HEADER} at its start")
    elif suffix == ".ann":
        raise BadGold("no .txt beside the .ann")
    else:
        raise BadGold(f"no format that is known: {_FORMATS}")
