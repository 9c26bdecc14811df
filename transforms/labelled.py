"""Files and folders of notes that people have labelled, whatever it is that they labelled: found, read, refused.

A message names a file by its number in the order of names, because a file's name may be a patient's.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import orjson

from transforms.errors import ChartstreamError

T = TypeVar("T")


class BadGold(ValueError):  # noqa: N818  it is the gold that is bad
    """A labelled note cannot be used as it is. ``str()`` says where and why, and holds no text of it."""


def read_labelled(
    paths: Sequence[Path], extensions: Collection[str], formats: str, read: Callable[[Path, str], Iterable[T]]
) -> list[T]:
    """All labelled notes of the files and, with all below them, folders; in order of name.

    Args:
        extensions: In small letters; a folder's other files are passed over. An ``.ann`` with a ``.txt`` beside it is read
            with that.
        formats: Their names, for whoever gave a path without any.
        read: The notes of a file; its second argument is the file's name under the path, for the notes' ids. Raises BadGold.

    Raises:
        ChartstreamError: a path is not there or holds no labelled note, a file is not what it should be.
    """
    notes: list[T] = []
    for number, path in enumerate(paths, start=1):
        before = len(notes)
        for place, file, name in _files(path, f"--gold {number}", extensions):
            try:
                notes += read(file, name)
            except BadGold as error:
                raise ChartstreamError(f"{place}: {error}") from None
            except OSError as error:
                raise ChartstreamError(f"{place} cannot be read: {error.strerror}") from None
        if len(notes) == before:
            raise ChartstreamError(f"--gold {number} holds no labelled note: {formats}")
    return notes


def text_of(file: Path) -> str:
    """The file as it is, line ends included: offsets count them. Raises BadGold."""
    try:
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise BadGold("not UTF-8") from None


def read_json_lines(content: str, read: Callable[[str, str, dict[str, object]], T]) -> Iterator[T]:
    """A note a line, as an object with ``note_id`` and ``text`` and what ``read`` takes from it.

    ``read`` gets the id, the text and the whole object. Raises BadGold with the line's number.
    """
    for number, line in enumerate(content.removeprefix("\ufeff").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield read(*_identified(line))
        except BadGold as error:
            raise BadGold(f"line {number}: {error}") from None


def list_of(row: dict[str, object], key: str) -> list[object]:
    """The list under that key. Raises BadGold."""
    value = row.get(key)
    if not isinstance(value, list):
        raise BadGold(f"{key} must be a list")
    return value


def check_span(start: object, end: object, text: str) -> tuple[int, int]:
    """The two offsets, where they are a span of the text that is not empty. Raises BadGold."""
    if type(start) is not int or type(end) is not int:
        raise BadGold("start and end must be whole numbers")
    if not 0 <= start < end <= len(text):
        raise BadGold("start and end are no span of the text")
    return start, end


def check_covered(text: str, parts: Sequence[tuple[int, int]], written: str) -> None:
    """Raises BadGold where a scheme repeats the marked text and it is not what stands at the offsets.

    White space is not compared: schemes write a line's end as a blank. Offsets in bytes or of another file are seen here,
    before they give figures of nothing.
    """
    standing = " ".join(text[start:end] for start, end in parts)
    if "".join(standing.split()) != "".join(written.split()):
        raise BadGold("its text is not what stands at its offsets (code points of the text as it is in the file)")


def _files(path: Path, place: str, extensions: Collection[str]) -> Iterator[tuple[str, Path, str]]:
    """Place for errors, file, and the name under ``path`` that is its notes' id, for each file that is to be read."""
    if path.is_dir():
        files = sorted(
            file for file in path.rglob("*") if _is_read(file.relative_to(path), extensions) and file.is_file()
        )
        for number, file in enumerate(files, start=1):
            if not (file.suffix.lower() == ".ann" and file.with_suffix(".txt").exists()):
                yield f"{place}, labelled file {number} by name", file, str(file.relative_to(path).with_suffix(""))
    elif path.exists():
        text = path.with_suffix(".txt")
        yield place, text if path.suffix.lower() == ".ann" and text.exists() else path, path.stem
    else:
        raise ChartstreamError(f"{place} is not there: look at its spelling")


def _is_read(name: Path, extensions: Collection[str]) -> bool:
    return name.suffix.lower() in extensions and not any(part.startswith(".") for part in name.parts)


def _identified(line: str) -> tuple[str, str, dict[str, object]]:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        raise BadGold("not JSON") from None
    if not isinstance(row, dict):
        raise BadGold("not a JSON object")
    note_id, text = row.get("note_id"), row.get("text")
    if type(note_id) not in (str, int) or note_id == "":
        raise BadGold("note_id must be a string or a number")
    if not isinstance(text, str):
        raise BadGold("text must be a string")
    return str(note_id), text, row
