"""Files that are whole and durable, or not there: temporary file, fsync, exclusive link or rename, fsync of the folder."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from transforms.errors import Outage


@contextmanager
def storage(place: str = "output", cause: str = "storage") -> Iterator[None]:
    """Turns the errors of the file system into an Outage: the disk is full, read-only or not there now."""
    try:
        yield
    except OSError as error:
        raise Outage(cause, f"the {place} cannot be written or read: {error.strerror or 'I/O error'}") from None


def fsync(path: Path) -> None:
    """Makes a file's content, or a folder's entries, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def temporary(folder: Path, content: bytes) -> Iterator[Path]:
    """A durable file with that content and a name of its own, removed at the end.

    It is held meanwhile, so that ``sweep`` tells what a killed process left from what is in use.
    """
    path, descriptor = _held_file(folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            yield path
    finally:
        path.unlink(missing_ok=True)


def _held_file(folder: Path) -> tuple[Path, int]:
    """An empty file of a new name, and its descriptor, which holds it. One that a sweep took before it was held is made anew."""
    while True:
        path = folder / f".{secrets.token_hex(16)}"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if os.fstat(descriptor).st_nlink:
                return path, descriptor
        except OSError:
            os.close(descriptor)
            path.unlink(missing_ok=True)
            raise
        os.close(descriptor)


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """Holds a file or folder against ``sweep``, as long as the process lives. Raises FileNotFoundError where it is gone."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        path.stat()  # a sweep may have been between the file's creation and the lock
        yield
    finally:
        os.close(descriptor)


@contextmanager
def seize(path: Path) -> Iterator[bool]:
    """Whether nobody holds the file or folder: then it is this process's until the end."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        yield False
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        yield False
        return
    try:
        yield True
    finally:
        os.close(descriptor)


def create(path: Path, source: Path) -> bool:
    """Gives ``source`` the name ``path`` too, durably. False, and nothing changes, where that name is taken."""
    try:
        os.link(source, path)
    except FileExistsError:
        return False
    fsync(path.parent)
    return True


def replace(path: Path, content: bytes) -> None:
    """Writes a file, mode 0600, so that a reader sees the old content or the new, never a part."""
    with temporary(path.parent, content) as written:
        written.replace(path)
        fsync(path.parent)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds the lock of that name; waits for it. It ends with the process that holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
