"""A server, disk or store that is not there quarantines nothing and loses nothing: the units stay open until it is back."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests.e2e.support import assert_consistent, chartstream, command, comparable, enlarge, rows, run, small_disk
from transforms.extract.repository import installed_repository
from transforms.extract.server import Ports, start_server


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number}.txt").write_text(f"Visit {number}: chest pain, treated with aspirin {number} mg.\n")
    return folder


def free_ports() -> Ports:
    sockets = [socket.socket() for _ in range(3)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return Ports(*(one.getsockname()[1] for one in sockets))
    finally:
        for one in sockets:
            one.close()


def test_a_model_server_that_is_not_there_leaves_everything_open(tmp_path, notes, triton):
    port = free_ports().grpc
    out = tmp_path / "out"
    done = chartstream("run", notes, "--output", out, "--triton", f"127.0.0.1:{port}", "--wait", "2")
    assert done.returncode == 1
    assert "model server" in done.stderr
    assert "Traceback" not in done.stderr
    assert run(notes, "--output", out, "--triton", triton)["released"] == 40
    assert_consistent(out)


def test_a_server_that_comes_late_is_waited_for(tmp_path, notes):
    ports = free_ports()
    out = tmp_path / "out"
    arguments = command("run", notes, "--output", out, "--triton", f"127.0.0.1:{ports.grpc}", "--wait", "60", "--json")
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as job:
        time.sleep(3)
        with start_server(installed_repository(), ports=ports):
            assert job.wait(120) == 0
    assert len(rows(out, "released/notes")) == 40


def test_a_server_that_dies_in_the_middle_costs_time_and_no_note(tmp_path, notes, triton):
    ports = free_ports()
    out = tmp_path / "out"
    job = ("run", notes, "--output", out, "--triton", f"127.0.0.1:{ports.grpc}", "--unit-notes", "2", "--wait", "60")
    with start_server(installed_repository(), ports=ports) as server:
        running = subprocess.Popen(command(*job), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        while running.poll() is None and not list((out / "private/staging").glob("*")):
            time.sleep(0.05)
        os.kill(server.pid, signal.SIGKILL)
    time.sleep(1.5)  # the ports of a server that was killed stay busy for a moment
    with start_server(installed_repository(), ports=ports):
        assert running.wait(180) == 0, running.stderr and running.stderr.read()
    keyring = out / "private/keys/keyring.json"
    run(notes, "--output", tmp_path / "undisturbed", "--triton", triton, "--keyring", keyring)
    assert comparable(out) == comparable(tmp_path / "undisturbed")
    assert rows(out, "private/quarantine") == []


def test_an_output_that_cannot_be_written_ends_in_one_line(tmp_path, notes):
    with small_disk(tmp_path / "disk") as disk:
        big = tmp_path / "big"
        big.mkdir()
        for number in range(400):
            text = os.urandom(4000).hex()
            (big / f"{number}.txt").write_text(f"Visit {number}. {text}\n")
        done = chartstream("run", big, "--output", disk / "out", "--policy", "none", "--labels", "none", "--wait", "1")
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
        enlarge(disk)
        summary = run(big, "--output", disk / "out", "--policy", "none", "--labels", "none")
        assert len(rows(disk / "out", "released/notes")) == 400
        assert summary["quarantined"] == 0
        assert_consistent(disk / "out")
