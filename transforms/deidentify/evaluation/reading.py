"""Files and folders of labelled notes; each file tells its own format."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from transforms.deidentify.evaluation import asq_phi, brat, i2b2, json_lines
from transforms.deidentify.evaluation.gold import BadGold, GoldNote
from transforms.errors import ChartstreamError

_JSON_LINES = {".jsonl", ".ndjson", ".json"}
_READ = {*_JSON_LINES, ".xml", ".txt", ".ann"}


def read_gold(paths: Sequence[Path], known_phi: json_lines.KnownPhiReader) -> list[GoldNote]:
    """All labelled notes of the files and, with all below them, folders; in order of name.

    JSON lines by their extension, ``.xml`` as i2b2-2014, a ``.txt`` with an ``.ann`` beside it as brat, one that begins with
    its header as ASQ-PHI. A folder's other files are passed over.

    Raises:
        ChartstreamError: a path is not there or holds no labelled note, a file is not what it should be. Files are named
            by their number: a file's name may be a patient's.
    """
    notes: list[GoldNote] = []
    for number, path in enumerate(paths, start=1):
        before = len(notes)
        for place, file, name in _files(path, f"--gold {number}"):
            try:
                notes += _notes(file, name, known_phi)
            except BadGold as error:
                raise ChartstreamError(f"{place}: {error}") from None
            except OSError as error:
                raise ChartstreamError(f"{place} cannot be read: {error.strerror}") from None
        if len(notes) == before:
            raise ChartstreamError(
                f"--gold {number} holds no labelled note: JSON lines, i2b2-2014 XML, brat or ASQ-PHI"
            )
    return notes


def _files(path: Path, place: str) -> Iterator[tuple[str, Path, str]]:
    """Place for errors, file, and the name under ``path`` that is its notes' id, for each file that is to be read."""
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if _is_read(file.relative_to(path)) and file.is_file())
        for number, file in enumerate(files, start=1):
            if not (file.suffix.lower() == ".ann" and file.with_suffix(".txt").exists()):
                yield f"{place}, labelled file {number} by name", file, str(file.relative_to(path).with_suffix(""))
    elif path.exists():
        yield place, path.with_suffix(".txt") if path.suffix.lower() == ".ann" else path, path.stem
    else:
        raise ChartstreamError(f"{place} is not there: look at its spelling")


def _is_read(name: Path) -> bool:
    return name.suffix.lower() in _READ and not any(part.startswith(".") for part in name.parts)


def _notes(file: Path, name: str, known_phi: json_lines.KnownPhiReader) -> Iterator[GoldNote]:
    suffix = file.suffix.lower()
    annotations = file.with_suffix(".ann")
    if suffix in _JSON_LINES:
        yield from json_lines.read(_text(file).removeprefix("\ufeff"), known_phi)
    elif suffix == ".xml":
        yield i2b2.read(file.read_bytes(), name)
    elif suffix == ".txt" and annotations.exists():
        yield brat.read(_text(file), _text(annotations), name)
    elif suffix == ".txt" and _text(file).startswith(asq_phi.HEADER):
        yield from asq_phi.read(_text(file), name)
    elif suffix == ".txt":
        raise BadGold(f"neither an .ann beside the .txt, nor {asq_phi.HEADER} at its start")
    elif suffix == ".ann":
        raise BadGold("no .txt beside the .ann")
    else:
        raise BadGold("no format that is known: JSON lines, i2b2-2014 XML, brat or ASQ-PHI")


def _text(file: Path) -> str:
    """The file as it is, line ends included: offsets count them."""
    try:
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise BadGold("not UTF-8") from None
