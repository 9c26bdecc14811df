"""The real server: it starts on loopback, comes back when it dies, and never outlives who started it."""

import fcntl
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from model_repo.clinical_bert.clinical_bert import VERSION
from transforms.errors import ChartstreamError
from transforms.extract.check import check_server
from transforms.extract.client import ClientOptions
from transforms.extract.contract import MODEL, Labels
from transforms.extract.environment import prepare_environment
from transforms.extract.repository import installed_repository, make_view
from transforms.extract.server import Ports, SupervisedServer, start_server


def eventually(condition: Callable[[], bool]) -> bool:
    give_up = time.monotonic() + 30
    while time.monotonic() < give_up:
        if condition():
            return True
        time.sleep(0.05)
    return False


def family(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def users(directory: Path) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if str(directory) in " ".join(process.info["cmdline"] or [])
    ]


def is_locked(directory: Path) -> bool:
    """Whether a process has it still: one that was killed loses its command line before its files."""
    with (directory / "lock").open("r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_it_listens_on_loopback_alone(server):
    listening = {
        connection.laddr
        for connection in psutil.Process(server.pid).net_connections("tcp")
        if connection.status == "LISTEN"
    }
    assert {address.port for address in listening} == {server.ports.http, server.ports.grpc, server.ports.metrics}
    assert {address.ip.removeprefix("::ffff:") for address in listening} == {"127.0.0.1"}


def test_its_folder_is_private_and_holds_no_copy_of_the_weights(server, repository):
    assert stat.S_IMODE(server.directory.stat().st_mode) == 0o700
    assert (server.directory / "models" / MODEL / str(VERSION)).resolve() == repository / MODEL / str(VERSION)
    assert len(psutil.Process(server.pid).children()) == 2  # a stub an instance


def test_a_stopped_server_leaves_nothing(repository):
    with start_server(repository, instances=1) as server:
        processes = family(server.pid)
        assert list(Path("/dev/shm").glob(f"{server.directory.name}*"))
    assert all(gone(process) for process in processes)
    assert not server.directory.exists()
    assert not list(Path("/dev/shm").glob(f"{server.directory.name}*"))
    server.stop()


@pytest.mark.parametrize("victim", ["server", "instance"])
def test_a_server_that_lost_itself_or_an_instance_comes_back_on_the_same_ports(own_server, victim):
    """Triton never starts a Python instance again that ended, and calls itself ready without it."""
    options = ClientOptions(own_server.endpoint, Labels.CLINICAL)
    with SupervisedServer(own_server) as supervised:
        before = own_server.pid
        processes = family(before)
        os.kill(processes[0 if victim == "server" else 1].pid, signal.SIGKILL)
        assert eventually(lambda: supervised.restarts == 1)
        assert own_server.pid != before
        assert all(gone(process) for process in processes)
        assert supervised.endpoint == options.endpoint
        assert check_server(options) == "clinical_bert:5"


@pytest.fixture
def run_directories(monkeypatch, tmp_path_factory) -> Path:
    """Where servers have their folders, so that a test sees its own alone."""
    folder = tmp_path_factory.mktemp("run")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def test_it_dies_with_who_started_it(repository, run_directories):
    """Started from a thread that ends: the server stays; its process is killed: the server goes, and so do its stubs."""
    script = (
        "import sys, threading, time\n"
        "from pathlib import Path\n"
        "from transforms.extract.server import start_server\n"
        "def start():\n"
        "    server = start_server(Path(sys.argv[1]), instances=1)\n"
        "    print(server.pid, flush=True)\n"
        "    globals().update(server=server)\n"
        "thread = threading.Thread(target=start)\n"
        "thread.start()\n"
        "thread.join()\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, repository], stdout=subprocess.PIPE, text=True, cwd=installed_repository().parent
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        processes = family(pid)
        assert len(processes) == 2
        assert not any(gone(process) for process in processes)
        assert os.getpgid(pid) == os.getpgid(parent.pid)
        parent.kill()
        assert eventually(lambda: all(gone(process) for process in processes))
        assert eventually(lambda: not list(run_directories.iterdir()))


def test_the_next_server_clears_up_after_one_that_was_killed_with_its_guard(repository, run_directories):
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from transforms.extract.server import start_server\n"
        "server = start_server(Path(sys.argv[1]), instances=1)\n"
        "os.killpg(0, 9)\n"
    )
    subprocess.run(
        [sys.executable, "-c", script, repository], cwd=installed_repository().parent, start_new_session=True
    )
    (left,) = run_directories.iterdir()
    regions = list(Path("/dev/shm").glob(f"{left.name}*"))
    assert regions
    assert eventually(lambda: not users(left) and not is_locked(left))
    with start_server(repository, instances=1) as server:
        assert list(run_directories.iterdir()) == [server.directory]
        assert not any(region.exists() for region in regions)


def test_what_another_server_uses_is_not_cleared_up(server, repository):
    with start_server(repository, instances=1):
        assert server.log_path.exists()
        assert len(list(Path("/dev/shm").glob(f"{server.directory.name}*"))) == 2


def test_a_port_in_use_is_named(repository):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ChartstreamError, match=f"port {port} is in use"):
            start_server(repository, ports=Ports(grpc=port))


def test_a_model_that_does_not_load_is_one_line_and_leaves_nothing(repository, tmp_path, run_directories):
    broken = tmp_path / "model_repo"
    shutil.copytree(repository, broken)
    (broken / MODEL / "clinical_bert.py").write_text("class ClinicalBert:\n    pass\n")
    with pytest.raises(ChartstreamError) as error:
        start_server(broken, instances=1)
    assert "did not start" in str(error.value)
    assert "\n" not in str(error.value)
    assert not list(run_directories.iterdir())


def test_the_view_sets_the_instances_and_leaves_a_read_only_original_alone(tmp_path):
    original = installed_repository()
    view = make_view(original, tmp_path / "view", instances=7)
    assert "count: 7" in (view / MODEL / "config.pbtxt").read_text()
    assert "count: 7" not in (original / MODEL / "config.pbtxt").read_text()
    assert (view / MODEL / str(VERSION) / "model.py").samefile(original / MODEL / str(VERSION) / "model.py")


def test_an_environment_that_stands_needs_no_network(monkeypatch):
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("PATH", "")
    assert (prepare_environment().triton / "bin" / "tritonserver").exists()


def test_an_environment_that_cannot_be_built_is_one_line(monkeypatch, tmp_path):
    monkeypatch.setenv("CHARTSTREAM_CACHE", str(tmp_path))
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "empty"))
    with pytest.raises(ChartstreamError, match="cannot be built") as error:
        prepare_environment()
    assert "\n" not in str(error.value)
    monkeypatch.setenv("CHARTSTREAM_CACHE", "/proc/nowhere")
    with pytest.raises(ChartstreamError, match="CHARTSTREAM_CACHE"):
        prepare_environment()
