"""The files of an input: directories, files, globs and ``s3://``/``gs://`` URLs; which of them are read, and opening them.

A directory is read with all below it, in order of name, save what no user means by "the notes in this directory":
hidden files and folders (a leading dot), the housekeeping of other tools (``_SUCCESS``, ``_delta_log``, ``Thumbs.db``,
uploads that are still under way: ``.part``, ``.tmp`` …) and the papers that come with a data set (``LICENSE``, ``README``,
``SHA256SUMS`` …). With ``--format`` given, files whose extension names another kind are passed over too. A file that is
named itself, or by a glob, is always read. ``Listing`` counts what was passed over.
"""

import glob
import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from apache_beam.io.filesystem import BeamIOError, CompressionTypes
from apache_beam.io.filesystems import FileSystems

from transforms.errors import ChartstreamError, Outage
from transforms.read.gzip_stream import GzipStream
from transforms.read.kinds import extension, names_another_kind
from transforms.records import Format

_GLOB = re.compile(r"[*?\[]")
_HOUSEKEEPING = re.compile(
    r"\..*|_SUCCESS|_metadata|_common_metadata|_committed_.*|_started_.*|_delta_log|_temporary|_spark_metadata"
    r"|Thumbs\.db|desktop\.ini|__MACOSX|.*\.(?:part|partial|filepart|crdownload|tmp)"
    r"|(?:LICEN[SC]E|COPYING|NOTICE|README|CHANGELOG|CHANGES|SHA256SUMS|MD5SUMS)(?:[._-].*)?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, repr=False)
class FileState:
    """What tells one version of a file from another without reading it: size in bytes as stored, time, store's etag."""

    size: int
    modified: datetime  # UTC
    etag: str  # "" for a local file: its content is hashed instead
    node: int  # a local file's inode: a file put in its place is another

    def __repr__(self) -> str:
        return f"FileState({self.size} bytes)"


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
        try:
            (exact,) = FileSystems.match([root.name])
            paths = [entry.path for entry in exact.metadata_list]
            if paths and (root.is_glob or paths == [root.name]):
                yield from sorted(path for path in paths if not path.endswith("/"))
                return
            (below,) = FileSystems.match([root.name.rstrip("/") + "/**"])
            paths = sorted(entry.path for entry in below.metadata_list if not entry.path.endswith("/"))
        except (ValueError, BeamIOError, OSError) as error:
            raise _store_error(error, root.name) from None
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


def is_remote(path: str) -> bool:
    """Whether it is a URL of a store rather than a local path."""
    return "://" in path


def is_gzip(path: str) -> bool:
    """Whether the file is read through gzip: by its name alone, so that plan and worker agree."""
    return extension(path) == ".gz"


def relative_path(path: str, inputs: tuple[str, ...]) -> str:
    """A planned path under its input root: the same whichever worker asks. The file's name where no input holds it."""
    for number, name in enumerate(inputs, start=1):
        root = _Root.of(name, number)
        if root.reaches(path):
            return root.relative(path)
    return path.rsplit("/", 1)[-1]


def check_one_path(file: InputFile, inputs: tuple[str, ...]) -> None:
    """Raises ChartstreamError where another file of the inputs has the same path under its root: one id for two notes."""
    for number, name in enumerate(inputs, start=1):
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


def state_of(path: str) -> FileState:
    """The file's state now. Raises Outage where it cannot be had."""
    try:
        if not is_remote(path):
            found = Path(path).stat()
            return FileState(found.st_size, _time(found.st_mtime_ns / 1e9), "", found.st_ino)
        metadata = FileSystems.get_filesystem(path).metadata(path)
        etag = FileSystems.checksum(path)
        return FileState(metadata.size_in_bytes, _time(metadata.last_updated_in_seconds or 0), str(etag), 0)
    except (ValueError, BeamIOError, OSError) as error:
        raise _store_error(error, path) from None


def exists(path: str) -> bool:
    """Whether there is such a file. Raises Outage where the store does not say."""
    if not is_remote(path):
        return Path(path).is_file()
    try:
        return bool(FileSystems.exists(path))
    except (ValueError, BeamIOError, OSError) as error:
        raise _store_error(error, path) from None


def open_stored(path: str) -> BinaryIO:
    """The file's bytes as they are stored. Raises Outage where it cannot be opened, and so does reading from it."""
    try:
        if is_remote(path):
            opened = FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED)
        else:
            opened = Path(path).open("rb")
    except (ValueError, BeamIOError, OSError) as error:
        raise _store_error(error, path) from None
    return cast(BinaryIO, _Stored(opened))


def open_content(path: str) -> BinaryIO:
    """The file's content: uncompressed where its name ends in ``.gz``. Raises Outage where it cannot be opened."""
    stored = open_stored(path)
    return cast(BinaryIO, GzipStream(stored)) if is_gzip(path) else stored


class _Stored(io.RawIOBase):
    """An open file whose errors are outages: Arrow and gzip must not take a disk's or a store's for the file's own."""

    def __init__(self, opened: BinaryIO) -> None:
        self._opened = opened

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        try:
            return self._opened.read(-1 if size is None else size)
        except Exception as error:  # stores raise what their clients do
            raise unavailable(error) from None

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        try:
            return self._opened.seek(offset, whence)
        except Exception as error:
            raise unavailable(error) from None

    def tell(self) -> int:
        return self._opened.tell()

    def close(self) -> None:
        self._opened.close()
        super().close()


def unavailable(error: Exception) -> Outage:
    """The outage that an error of a disk or a store means. A file's name is in neither its message nor its cause."""
    reason = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
    return Outage("input_unavailable", f"a file of the input cannot be read: {reason}")


def _store_error(error: Exception, path: str) -> ChartstreamError | Outage:
    scheme = path.partition("://")[0]
    if isinstance(error, ValueError) and is_remote(path):
        extra = {"s3": "aws", "gs": "gcp"}.get(scheme)
        what = f"install chartstream[{extra}]" if extra else "use s3://, gs:// or a local path"
        return ChartstreamError(f"{scheme}:// cannot be read here: {what}")
    return unavailable(error)


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
        if self.is_glob:
            return self.name[: _GLOB.search(self.name).start()].rpartition("/")[0]  # type: ignore[union-attr]
        return self.name

    def reaches(self, path: str) -> bool:
        if self.is_glob:
            return re.fullmatch(_pattern(self.name) + r"(?:/.*)?", path, re.DOTALL) is not None
        return _below(path, self.name)

    def relative(self, path: str) -> str:
        if path == self.name:
            return PurePosixPath(path).name
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


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
