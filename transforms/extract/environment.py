"""The model server's own Python environment: built once from a lock file, then used without a network.

It is another one than the application's because Triton's Python backend needs numpy below 2 (under numpy 2 the tensors
of its requests arrive without their bytes, silently).
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uv

from transforms.errors import ChartstreamError

_PROJECT = Path(__file__).parent / "server_environment"
_MARKER = ".chartstream-complete"


@dataclass(frozen=True)
class ServerEnvironment:
    """A complete environment. ``directory`` is a virtual environment whose Python has a minor version with a stub."""

    directory: Path

    @property
    def python(self) -> Path:
        return self.directory / "bin" / "python"

    @property
    def python_version(self) -> str:
        """Such as ``3.11``."""
        return self._libraries().parent.name.removeprefix("python")

    @property
    def triton(self) -> Path:
        """The wheel's folder with ``bin/tritonserver``, ``backends`` and ``python_backend_stubs``."""
        return self._libraries() / "pytriton" / "tritonserver"

    @property
    def library_path(self) -> tuple[Path, ...]:
        """What the server's dynamic loader must search: the wheel's own libraries, and libpython."""
        return self._libraries() / "nvidia_pytriton.libs", Path((self.directory / _MARKER).read_text())

    def _libraries(self) -> Path:
        return next((self.directory / "lib").glob("python3.*")) / "site-packages"


def cache_directory() -> Path:
    """``$CHARTSTREAM_CACHE``, or ``~/.cache/chartstream``."""
    return Path(os.environ.get("CHARTSTREAM_CACHE") or Path.home() / ".cache" / "chartstream")


def prepare_environment() -> ServerEnvironment:
    """The server's environment, built where this installation has none yet; two processes may ask at once.

    Raises ChartstreamError where it cannot be built. Touches no network where it stands already.
    """
    cache = cache_directory()
    directory = cache / f"server-{_fingerprint()}"
    if not (directory / _MARKER).exists():
        try:
            cache.mkdir(parents=True, exist_ok=True)
            with _lock(directory.with_suffix(".lock")):
                # Another process may have built it while this one waited. One that was killed left no marker, and
                # building again completes what it began.
                if not (directory / _MARKER).exists():
                    _build(directory)
        except OSError as error:
            raise ChartstreamError(
                f"the model server's environment cannot be written to {cache}: {error.strerror}; "
                "set CHARTSTREAM_CACHE to a folder that can"
            ) from None
    return ServerEnvironment(directory)


def _fingerprint() -> str:
    lock = (_PROJECT / "uv.lock").read_bytes() + (_PROJECT / "pyproject.toml").read_bytes()
    return hashlib.sha256(lock + f"{sys.base_prefix}\n{sys.version}".encode()).hexdigest()[:12]


def _build(directory: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    command = [_uv(), "sync", "--frozen", "--no-progress", "--project", str(_PROJECT), "--python", *_interpreter()]
    built = subprocess.run(
        command,
        env=environment | {"UV_PROJECT_ENVIRONMENT": str(directory)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if built.returncode != 0:
        reason = " ".join(built.stderr.split())[-300:]
        raise ChartstreamError(
            "the model server's environment cannot be built (it needs a package index once; "
            f"`chartstream serve --prepare` builds it ahead): {reason}"
        )
    libdir = subprocess.run(
        [directory / "bin" / "python", "-c", "import sysconfig; print(sysconfig.get_config_var('LIBDIR'), end='')"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    temporary = directory / f"{_MARKER}.new"
    temporary.write_text(libdir)
    temporary.rename(directory / _MARKER)


def _interpreter() -> list[str]:
    # The backend's stubs load libpython as a shared library. Where the running interpreter was built without one, uv
    # brings an interpreter that has it.
    libdir, library = sysconfig.get_config_vars("LIBDIR", "INSTSONAME")
    if library and ".so" in library and (Path(libdir) / library).exists():
        return [sys.executable]
    return [f"{sys.version_info.major}.{sys.version_info.minor}", "--managed-python"]


def _uv() -> str:
    try:
        return uv.find_uv_bin()
    except FileNotFoundError:
        found = shutil.which("uv")
    if found is None:
        raise ChartstreamError("`uv` is not installed: install it, so that the model server's environment can be built")
    return found


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    # The kernel drops the lock with its process, however that ends.
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
