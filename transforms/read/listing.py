"""The files of an input: directories, files, globs and ``s3://``/``gs://`` URLs; which of them are read, and opening them.

A directory is read with all below it, in order of name, save what no user means by "the notes in this directory":
hidden files and folders (a leading dot), the housekeeping of other tools (``_SUCCESS``, ``_delta_log``, ``Thumbs.db``,
uploads that are still under way: ``.part``, ``.tmp`` …) and the papers that come with a data set (``LICENSE``, ``README``,
``SHA256SUMS`` …). With ``--format`` given, files whose extension names another kind are passed over too. A file that is
named itself, or by a glob, is always read. ``Listing`` counts what was passed over.
"""

import glob
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from pathlib import Path

from apache_beam.io.filesystem import BeamIOError
from apache_beam.io.filesystems import FileSystems

from transforms.errors import ChartstreamError, Outage
from transforms.read.files import check_client, exists, is_remote, store_error
from transforms.read.kinds import names_another_kind
from transforms.records import Format

_GLOB = re.compile(r"[*?\[]")
_HOUSEKEEPING = re.compile(
    r"\..*|_SUCCESS|_metadata|_common_metadata|_committed_.*|_started_.*|_delta_log|_temporary|_spark_metadata"
    r"|Thumbs\.db|desktop\.ini|__MACOSX|.*\.(?:part|partial|filepart|crdownload|tmp)"
    r"|(?:LICEN[SC]E|COPYING|NOTICE|README|CHANGELOG|CHANGES|SHA256SUMS|MD5SUMS)(?:[._-].*)?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, repr=False)
class InputFile:
    """A file to be read. ``relative_path`` is under its input root, "/" between its parts."""

    path: str
    relative_path: str

    def __repr__(self) -> str:
        return "InputFile()"


@dataclass(slots=True)
class Listing:
    """The files of all inputs, in order, and how many files were passed over so far."""

    inputs: tuple[str, ...]
    format: Format | None = None
    passed_over: int = field(default=0, init=False)

    def __iter__(self) -> Iterator[InputFile]:
        """Each file once. Raises ChartstreamError where an input is not there, or two overlap under different roots."""
        self.passed_over = 0
        roots = [_Root.of(name, number) for number, name in enumerate(self.inputs, start=1)]
        for number, root in enumerate(roots):
            for path in self._paths(root):
                same = [earlier for earlier in roots[:number] if earlier.reaches(path)]
                if any(earlier.relative(path) != root.relative(path) for earlier in same):
                    raise ChartstreamError(
                        f"inputs {same[0].number} and {root.number} overlap: name each directory once, so that a "
                        "note has one path"
                    )
                if not same:
                    _check_name(path, root.number)
                    yield InputFile(path, root.relative(path))

    def check(self) -> None:
        """Raises ChartstreamError, as iterating would, for an input that is not there; before anything else is done."""
        for number, name in enumerate(self.inputs, start=1):
            next(self._paths(_Root.of(name, number)), None)

    def _paths(self, root: "_Root") -> Iterator[str]:
        if is_remote(root.name):
            yield from self._remote_paths(root)
            return
        # Unlike Path.glob, it leaves hidden files out.
        named = sorted(glob.glob(root.name, recursive=True)) if root.is_glob else [root.name]  # noqa: PTH207
        if not named or not all(os.path.lexists(path) for path in named):
            raise ChartstreamError(f"input {root.number} is not there, or matches no file: look at its spelling")
        for path in named:
            if Path(path).is_dir():
                yield from self._walk(path, frozenset())
            else:
                yield path

    def _walk(self, directory: str, above: frozenset[tuple[int, int]]) -> Iterator[str]:
        try:
            state = Path(directory).stat()
            identity = (state.st_dev, state.st_ino)
            if identity in above:  # a link back up
                return
            with os.scandir(directory) as entries:
                found = sorted((entry.name, _kind(entry)) for entry in entries)
        except OSError as error:
            raise Outage("input_unavailable", f"a directory of the input cannot be listed: {error.strerror}") from None
        for name, kind in found:
            path = f"{directory.rstrip('/')}/{name}"
            if kind is _Kind.FOLDER and self._is_read(name):
                yield from self._walk(path, above | {identity})
            elif kind is _Kind.FILE and self._is_read(name) and not names_another_kind(name, self.format):
                yield path
            else:
                self.passed_over += kind is _Kind.FILE

    def _remote_paths(self, root: "_Root") -> Iterator[str]:
        check_client(root.name)
        try:
            (exact,) = FileSystems.match([root.name])
            paths = [entry.path for entry in exact.metadata_list]
            if paths and (root.is_glob or paths == [root.name]):
                yield from sorted(path for path in paths if not path.endswith("/"))
                return
            (below,) = FileSystems.match([root.name.rstrip("/") + "/**"])
            paths = sorted(entry.path for entry in below.metadata_list if not entry.path.endswith("/"))
        except (ValueError, BeamIOError, OSError) as error:
            raise store_error(error, root.name) from None
        if not paths:
            raise ChartstreamError(f"input {root.number} is not there, or matches no file: look at its spelling")
        for path in paths:
            parts = path[len(root.name.rstrip("/")) + 1 :].split("/")
            if all(map(self._is_read, parts)) and not names_another_kind(parts[-1], self.format):
                yield path
            else:
                self.passed_over += 1

    @staticmethod
    def _is_read(name: str) -> bool:
        return _HOUSEKEEPING.fullmatch(name) is None


def relative_path(path: str, inputs: tuple[str, ...]) -> str:
    """A planned path under its input root: the same whichever worker asks. The file's name where no input holds it."""
    for number, name in enumerate(inputs, start=1):
        root = _Root.of(name, number)
        if root.reaches(path):
            return root.relative(path)
    return path.rsplit("/", 1)[-1]


def check_one_path(file: InputFile, inputs: tuple[str, ...]) -> None:
    """Raises ChartstreamError where another file of the inputs has the same path under its root: one id for two notes."""
    for number, name in enumerate(inputs if len(inputs) > 1 else (), start=1):
        root = _Root.of(name, number)
        for other in (f"{root.directory}/{file.relative_path}", root.name):
            same = other != file.path and root.reaches(other) and root.relative(other) == file.relative_path
            if same and exists(other):
                raise ChartstreamError(
                    f"input {number} holds a text file of the same path as another input: name the directory above "
                    "both, so that each note has a path of its own"
                )


def within_inputs(path: str, inputs: tuple[str, ...]) -> bool:
    """Whether a path lies under an input, so that what a record links to leads nowhere else."""
    return any(_below(path, _Root.of(name, number).directory) for number, name in enumerate(inputs, start=1))


class _Kind(IntEnum):
    FILE = 0
    FOLDER = 1
    OTHER = 2  # a pipe or a socket, which a read could wait on for ever


def _kind(entry: "os.DirEntry[str]") -> _Kind:
    try:
        if entry.is_dir():
            return _Kind.FOLDER
        return _Kind.FILE if entry.is_file() or entry.is_symlink() else _Kind.OTHER
    except OSError:
        return _Kind.FILE  # it stays open as a file that cannot be read


@dataclass(frozen=True, slots=True)
class _Root:
    """One input as given: what it reaches, and the directory under which its notes have their paths."""

    name: str
    number: int
    is_glob: bool

    @classmethod
    @cache
    def of(cls, name: str, number: int) -> "_Root":
        name = name.removeprefix("file://")
        is_glob = _GLOB.search(name) is not None and (is_remote(name) or not os.path.lexists(name))
        if is_remote(name):
            return cls(name.rstrip("/") if not is_glob else name, number, is_glob)
        # Links keep their names: resolved, a note would be named after what a link leads to.
        return cls(os.path.abspath(Path(name).expanduser()), number, is_glob)  # noqa: PTH100

    @property
    def directory(self) -> str:
        """For a directory itself; for a glob the part before its first wild card; for a file its directory."""
        return re.split(_GLOB, self.name, maxsplit=1)[0].rpartition("/")[0] if self.is_glob else self.name

    def reaches(self, path: str) -> bool:
        if self.is_glob:
            return re.fullmatch(_pattern(self.name) + r"(?:/.*)?", path, re.DOTALL) is not None
        return _below(path, self.name)

    def relative(self, path: str) -> str:
        if path == self.name:
            return path.rpartition("/")[2]
        return path[len(self.directory) :].lstrip("/")


def _check_name(path: str, number: int) -> None:
    """Tables hold paths as UTF-8: a name of other bytes has no place in the ledger."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        raise ChartstreamError(f"input {number} holds a file whose name is not UTF-8: rename it") from None


def _below(path: str, directory: str) -> bool:
    return path == directory or path.startswith(directory.rstrip("/") + "/")


def _pattern(name: str) -> str:
    """A regular expression for a glob: ``*`` and ``?`` stay within a folder, ``**`` does not."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]]+\])", name)
    fixed = {"**/": r"(?:[^/]+/)*", "**": r".*", "*": r"[^/]*", "?": r"[^/]"}
    return "".join(
        fixed.get(part) or (f"[{part[1:-1].replace('!', '^', 1) if part[1] == '!' else part[1:-1]}]" if odd else "")
        if odd
        else re.escape(part)
        for odd, part in ((index % 2 == 1, part) for index, part in enumerate(parts))
    )
