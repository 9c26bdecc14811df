"""A small Flink cluster as ``deploy/flink`` starts it, each part a process that can be killed."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import orjson
import psutil
import pytest

_SCRIPTS = Path(__file__).parents[2] / "deploy/flink"
_PARTS = ("jobmanager", "taskmanager", "jobserver", "workers")
_PATIENCE_SECONDS = 120.0


class FlinkCluster:
    """Its parts, and what ``stream`` is told of it."""

    def __init__(self, folder: Path, logs: Path) -> None:
        self._folder = folder
        self._logs = logs
        self._port = _free_ports(6)
        self._parts: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def arguments(self) -> tuple[str, ...]:
        """Options of ``stream``, those of Beam included."""
        return (
            "--runner", "FlinkRunner", "--",
            f"--flink_master=127.0.0.1:{self._port}", f"--job_endpoint=127.0.0.1:{self._port + 1}",
            "--environment_type=EXTERNAL", f"--environment_config=127.0.0.1:{self._port + 3}",
            "--parallelism=2", "--sdk_worker_parallelism=2",
        )  # fmt: skip

    def start(self, part: str) -> None:
        """Starts one part."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        with (self._logs / f"{part}.log").open("ab") as log:
            self._parts[part] = subprocess.Popen(
                [_SCRIPTS / "cluster", self._folder, part],
                stdout=log,
                stderr=log,
                env={**os.environ, "CHARTSTREAM_FLINK_PORT": str(self._port), "PATH": path},
            )

    def kill(self, part: str) -> None:
        """``kill -9``."""
        self._parts[part].kill()
        self._parts[part].wait()

    def kill_a_worker(self) -> None:
        """``kill -9`` of a Python process that works on units, where there is one."""
        children = psutil.Process(self._parts["workers"].pid).children()
        if children:
            children[0].send_signal(signal.SIGKILL)

    def ready(self) -> bool:
        """Whether its slots can be used."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/overview", timeout=5) as answer:
                ready: bool = orjson.loads(answer.read())["slots-total"] > 0
        except OSError:
            return False
        return ready and _listens(self._port + 1) and _listens(self._port + 3)

    def stop(self) -> None:
        for process in self._parts.values():
            for worker in psutil.Process(process.pid).children(recursive=True) if process.poll() is None else ():
                worker.kill()
            process.kill()
            process.wait()


@contextmanager
def flink_cluster(tmp_path: Path) -> Iterator[FlinkCluster]:
    """A cluster that is ready for jobs. Skips the test where Flink is not installed."""
    installed = Path(os.environ.get("CHARTSTREAM_FLINK", Path.home() / ".cache/chartstream/flink"))
    if not shutil.which("java"):
        pytest.skip("no Java here, which Flink needs")
    if not (installed / "job-server").is_dir():
        pytest.skip(f"no Flink at {installed}: deploy/flink/install {installed} fetches it")
    folder = tmp_path / "flink"
    folder.mkdir()
    for part in ("flink", "job-server"):
        (folder / part).symlink_to(installed.absolute() / part)
    cluster = FlinkCluster(folder, tmp_path)
    with ExitStack() as stack:
        stack.callback(cluster.stop)
        for part in _PARTS:
            cluster.start(part)
        ends = time.monotonic() + _PATIENCE_SECONDS
        while not cluster.ready():
            assert time.monotonic() < ends, [path.read_text()[-2000:] for path in tmp_path.glob("*.log")]
            time.sleep(0.5)
        yield cluster


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_ports(count: int) -> int:
    """The first of so many ports in a row that are free."""
    first = 20000 + os.getpid() % 2000 * 10
    while any(_listens(first + offset) for offset in range(count)):
        first += count
    return first
