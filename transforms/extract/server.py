"""Starts the real Triton server from its wheel on loopback, and keeps it running.

The server, its guard and its stubs are in the process group of the caller and end with it, however it ends. What they
need at run time (a view of the repository, the backend, the log) stands in a private folder of its own.
"""

import fcntl
import http.client
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from transforms.errors import ChartstreamError
from transforms.extract.cores import usable_cores
from transforms.extract.environment import ServerEnvironment, prepare_environment
from transforms.extract.guard import remove_directory
from transforms.extract.repository import make_view

_LOOPBACK = "127.0.0.1"
_START_SECONDS = 180.0  # loading weights from a cold disk on a busy machine
_STOP_SECONDS = 10.0
_PREFIX = "chartstream-server-"


@dataclass(frozen=True)
class Ports:
    """Ports on loopback. 0 means a free one."""

    http: int = 0
    grpc: int = 0
    metrics: int = 0


class RunningServer:
    """A server that was started and was ready. Leaving the context stops it and removes its folder."""

    def __init__(self, ports: Ports, directory: Path, lock: int, command: list[str], environment: Mapping[str, str]):
        self.ports = ports
        self.directory = directory
        self._lock = lock
        self._command = command
        self._environment = environment
        self._guard: subprocess.Popen[str] | None = None
        self._pid = 0
        self._spawning = threading.Lock()  # a supervisor may start it while another thread stops it for good

    @property
    def endpoint(self) -> str:
        """``HOST:PORT`` of its gRPC service."""
        return f"{_LOOPBACK}:{self.ports.grpc}"

    @property
    def pid(self) -> int:
        """The process id of ``tritonserver`` itself."""
        return self._pid

    @property
    def log_path(self) -> Path:
        """What the server says. Requests are not logged, so it holds no text of a note."""
        return self.directory / "server.log"

    def alive(self) -> bool:
        """Whether its process runs."""
        return self._guard is not None and self._guard.poll() is None

    def start(self) -> None:
        """Starts the process, again where it ended, and waits until it is ready. Raises ChartstreamError."""
        with self._spawning:
            if self._lock < 0:
                raise ChartstreamError("the model server was stopped")
            with self.log_path.open("a") as log:
                self._guard = subprocess.Popen(
                    [
                        sys.executable,
                        "-IS",
                        str(Path(__file__).with_name("guard.py")),
                        str(os.getpid()),
                        str(self.directory),
                        *self._command,
                    ],
                    env=self._environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                    pass_fds=[self._lock],
                )
        assert self._guard.stdout is not None
        self._pid = int(self._guard.stdout.readline() or 0)
        give_up = time.monotonic() + _START_SECONDS
        while not self._ready():
            if not self.alive() or time.monotonic() > give_up:
                self._end_process()
                raise ChartstreamError(f"the model server did not start: {self._last_error()}")
            time.sleep(0.05)

    def wait(self) -> int:
        """Waits until the process ends; its exit status, or 128 + signal."""
        assert self._guard is not None
        return self._guard.wait()

    def stop(self) -> None:
        """Ends the server; what it is working on is given up. Does nothing where it was stopped."""
        with self._spawning:
            self._end_process()
            if self._lock >= 0:
                remove_directory(self.directory)
                os.close(self._lock)
                self._lock = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _ready(self) -> bool:
        connection = http.client.HTTPConnection(_LOOPBACK, self.ports.http, timeout=5)
        try:
            connection.request("GET", "/v2/health/ready")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _end_process(self) -> None:
        if self._guard is None:
            return
        self._guard.terminate()
        try:
            self._guard.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._guard.kill()  # the server dies with its guard
            self._guard.wait()
        if self._guard.stdout is not None:
            self._guard.stdout.close()

    def _last_error(self) -> str:
        lines = self.log_path.read_text(errors="replace").splitlines()
        errors = [line for line in lines if line.startswith("E") or "rror" in line]
        return " ".join((errors or lines or ["it said nothing"])[-1].split())[-300:]


def start_server(
    model_repository: Path,
    *,
    ports: Ports | None = None,
    instances: int | None = None,
    environment: ServerEnvironment | None = None,
) -> RunningServer:
    """Starts Triton on a model repository and waits until it is ready.

    Args:
        model_repository: A folder a model; it is read only.
        ports: Which to listen on, on loopback alone; free ones by default.
        instances: Of each model; one a core that this process may use by default.
        environment: The server's Python environment; the installation's own by default, built where there is none.

    Raises ChartstreamError, in one line, where it cannot be started.
    """
    _sweep()
    environment = environment or prepare_environment()
    ports = _chosen(ports or Ports())
    directory = Path(tempfile.mkdtemp(prefix=_PREFIX))
    lock = os.open(directory / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    view = make_view(model_repository, directory / "models", instances or usable_cores())
    backends = _make_backends(environment, directory / "backends")
    server = RunningServer(
        ports, directory, lock, _command(environment, ports, view, backends), _process_environment(environment)
    )
    try:
        server.start()
    except BaseException:
        server.stop()
        raise
    return server


class SupervisedServer:
    """Starts a server again, on the same ports, whenever it ended without being asked to.

    Requests of the meantime fail as they do when a server is away, and their client tries them again.
    """

    def __init__(self, server: RunningServer) -> None:
        self.server = server
        self.restarts = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._supervise, name="model-server-supervisor", daemon=True)
        self._thread.start()

    @property
    def endpoint(self) -> str:
        """``HOST:PORT`` of its gRPC service, the same for its whole life."""
        return self.server.endpoint

    def stop(self) -> None:
        """Ends the server for good."""
        self._stopping.set()
        self.server.stop()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _supervise(self) -> None:
        pause = 0.2
        while True:
            if self.server.alive():
                self.server.wait()
            if self._stopping.wait(pause * random.uniform(0.5, 1.0)):
                return
            try:
                self.server.start()
                self.restarts += 1
                pause = 0.2
            except (ChartstreamError, OSError):
                # Its ports may be busy for a second; whatever else it is, requests wait in the client meanwhile.
                pause = min(2 * pause, 10.0)


def _chosen(ports: Ports) -> Ports:
    # All are held open until all are chosen, so that they differ.
    sockets = [socket.socket() for _ in range(3)]
    try:
        numbers = []
        for listener, port in zip(sockets, (ports.http, ports.grpc, ports.metrics), strict=True):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((_LOOPBACK, port))
            except OSError:
                raise ChartstreamError(f"port {port} is in use: give the model server another") from None
            numbers.append(listener.getsockname()[1])
    finally:
        for listener in sockets:
            listener.close()
    return Ports(*numbers)


def _make_backends(environment: ServerEnvironment, backends: Path) -> Path:
    python = backends / "python"
    python.mkdir(parents=True)
    for source in (
        environment.triton / "backends" / "python" / "libtriton_python.so",
        environment.triton / "backends" / "python" / "triton_python_backend_utils.py",
        environment.triton / "python_backend_stubs" / environment.python_version / "triton_python_backend_stub",
    ):
        if not source.is_file():
            raise ChartstreamError(
                f"the model server's environment at {environment.directory} is damaged: delete it, and start again"
            )
        (python / source.name).symlink_to(source)
    return backends


def _command(environment: ServerEnvironment, ports: Ports, models: Path, backends: Path) -> list[str]:
    return [
        str(environment.triton / "bin" / "tritonserver"),
        f"--model-repository={models}",
        f"--backend-directory={backends}",
        "--disable-auto-complete-config",  # without it every model starts twice
        f"--backend-config=python,shm-region-prefix-name={models.parent.name}",
        f"--http-address={_LOOPBACK}",
        f"--http-port={ports.http}",
        f"--grpc-address={_LOOPBACK}",
        f"--grpc-port={ports.grpc}",
        f"--metrics-address={_LOOPBACK}",
        f"--metrics-port={ports.metrics}",
        "--grpc-http2-min-recv-ping-interval-without-data=5000",  # clients keep connections with long requests alive
        "--log-verbose=0",  # verbose logs hold text
    ]


def _process_environment(environment: ServerEnvironment) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}
    return inherited | {
        "LD_LIBRARY_PATH": os.pathsep.join(map(str, environment.library_path)),
        "PATH": os.pathsep.join([str(environment.python.parent), inherited.get("PATH", os.defpath)]),
        "VIRTUAL_ENV": str(environment.directory),
        "PYTHONDONTWRITEBYTECODE": "1",  # the repository may be read-only
        "OMP_NUM_THREADS": "1",  # an instance a core, not a thread a core in every instance
    }


def _sweep() -> None:
    """Removes what servers left that were killed together with their guards: folders, and shared memory of notes."""
    for directory in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            lock = os.open(directory / "lock", os.O_RDWR)
        except OSError:  # another user's, or one that is just being made
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            remove_directory(directory)
        except BlockingIOError:  # its server runs
            pass
        finally:
            os.close(lock)
