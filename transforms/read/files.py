"""The files of an input, local or in a store (``s3://``, ``gs://``, through Beam's file systems): their state and bytes."""

import io
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO, cast

from apache_beam.io.filesystem import BeamIOError, CompressionTypes
from apache_beam.io.filesystems import FileSystems

from transforms.errors import ChartstreamError, Outage
from transforms.read.gzip_stream import GzipStream
from transforms.read.kinds import extension

_CLIENTS = {"s3": ("boto3", "aws"), "gs": ("google.cloud.storage", "gcp")}


@dataclass(frozen=True, slots=True, repr=False)
class FileState:
    """What tells one version of a file from another without reading it: size in bytes as stored, time, store's etag."""

    size: int
    modified: datetime  # UTC
    etag: str  # "" for a local file: its content is hashed instead
    node: int  # a local file's inode: a file put in its place is another

    def __repr__(self) -> str:
        return f"FileState({self.size} bytes)"


def is_remote(path: str) -> bool:
    """Whether it is a URL of a store rather than a local path."""
    return "://" in path


def is_gzip(path: str) -> bool:
    """Whether the file is read through gzip: by its name alone, so that plan and worker agree."""
    return extension(path) == ".gz"


def state_of(path: str) -> FileState:
    """The file's state now. Raises Outage where it cannot be had."""
    try:
        if not is_remote(path):
            found = os.stat(path)  # noqa: PTH116  two hundred thousand paths need no objects
            return FileState(found.st_size, _time(found.st_mtime_ns / 1e9), "", found.st_ino)
        metadata = FileSystems.get_filesystem(path).metadata(path)
        etag = FileSystems.checksum(path)
        return FileState(metadata.size_in_bytes, _time(metadata.last_updated_in_seconds or 0), str(etag), 0)
    except (ValueError, BeamIOError, OSError) as error:
        raise store_error(error, path) from None


def exists(path: str) -> bool:
    """Whether there is such a file. Raises Outage where the store does not say."""
    if not is_remote(path):
        return Path(path).is_file()
    try:
        return bool(FileSystems.exists(path))
    except (ValueError, BeamIOError, OSError) as error:
        raise store_error(error, path) from None


def open_stored(path: str) -> BinaryIO:
    """The file's bytes as they are stored. Raises Outage where it cannot be opened, and so does reading from it."""
    try:
        if not is_remote(path):
            return cast(BinaryIO, _Stored(open(path, "rb")))  # noqa: PTH123
        return cast(BinaryIO, _Stored(FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED)))
    except (ValueError, BeamIOError, OSError) as error:
        raise store_error(error, path) from None


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


def store_error(error: Exception, path: str) -> ChartstreamError | Outage:
    """What an error of a store means: a scheme that Beam does not know is the user's to mend, all else may pass."""
    if isinstance(error, ValueError) and is_remote(path):
        return ChartstreamError(f"{path.partition('://')[0]}:// cannot be read here: use s3://, gs:// or a local path")
    return unavailable(error)


def check_client(url: str) -> None:
    """Raises ChartstreamError where the client of a URL's store is not installed."""
    scheme = url.partition("://")[0]
    module, extra = _CLIENTS.get(scheme, ("", ""))
    try:
        there = not module or find_spec(module) is not None
    except ModuleNotFoundError:  # of the package above it
        there = False
    if not there:
        raise ChartstreamError(f"{scheme}:// cannot be read here: install chartstream[{extra}]")


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
