"""``chartstream listen`` as a person starts it, killed with ``kill -9`` in the middle of traffic: what it acknowledged is there.

``CHARTSTREAM_KILLS=30 uv run pytest tests/chaos/test_killed_listener.py`` is the full size.
"""

import os
import random
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.support import chartstream, command
from tests.read.mllp.support import Sender, framed, message, stored
from transforms.keyring import load_keyring
from transforms.spool.spool import Spool

KILLS = int(os.environ.get("CHARTSTREAM_KILLS", "4"))
SENDERS = 16
SEED = 20210305


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def port() -> int:
    return free_port()


@contextmanager
def listener(spool: Path, port: int, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A listener that accepts connections."""
    process = subprocess.Popen(
        command("listen", "--spool", spool, "--mllp", f"127.0.0.1:{port}", "--partition", "ward-3", *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said = [process.stdout.readline()]
    while not said[-1].startswith("listening"):  # before that it tells what it found and mended
        assert said[-1], said
        said.append(process.stdout.readline())
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def stopped(process: subprocess.Popen[str]) -> str:
    """Stops it as a service manager does; what it said."""
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return said


class Ward:
    """Sends its messages one after the other, and each again until it is acknowledged, whatever happens to the listener."""

    def __init__(self, number: int, port: int, enough: threading.Event, pause: float = 0.0) -> None:
        self.acknowledged: list[str] = []
        self.sent: set[str] = set()
        self._number, self._port, self._enough, self._pause = number, port, enough, pause
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        sender: Sender | None = None
        count = 0
        while not self._enough.is_set():
            control_id = f"{self._number}-{count}"
            try:
                sender = sender or Sender(self._port)
                self.sent.add(control_id)
                sender.send(framed(message(control_id, "Zyxwander has a fever")))
                answer = sender.answer()
            except OSError:
                answer = []
            if answer:
                assert answer == ["AA", control_id]
                self.acknowledged.append(control_id)
                count += 1
                time.sleep(self._pause)
            else:
                if sender is not None:
                    sender.close()
                sender = None
                time.sleep(0.05)


def test_everything_that_was_acknowledged_is_read_back_after_kills_in_the_middle_of_traffic(
    tmp_path: Path, port: int
) -> None:
    spool = tmp_path / "spool"
    moments = random.Random(SEED)
    enough = threading.Event()
    wards = [Ward(number, port, enough) for number in range(SENDERS)]
    try:
        for _ in range(KILLS):
            with listener(spool, port) as process:
                before = sum(len(ward.acknowledged) for ward in wards)
                while sum(len(ward.acknowledged) for ward in wards) < before + moments.randint(50, 600):
                    time.sleep(0.01)
                process.kill()
        with listener(spool, port) as process:
            time.sleep(0.5)
            enough.set()
            for ward in wards:
                ward.thread.join()
            said = stopped(process)
    finally:
        enough.set()
    assert "Zyxwander" not in said
    assert said.splitlines()[-1].startswith("acknowledged ")
    keyring = load_keyring(Spool(spool).keyring)
    control_ids = [one.payload.split(b"|")[9].decode() for one in stored(Spool(spool), keyring)]
    acknowledged = [control_id for ward in wards for control_id in ward.acknowledged]
    assert len(acknowledged) == len(set(acknowledged)) >= KILLS * 50
    assert set(acknowledged) <= set(control_ids)
    assert set(control_ids) <= set().union(*(ward.sent for ward in wards))
    for ward in wards:  # in the order in which it sent them; those that were sent again stand twice
        mine = [one for one in control_ids if one in ward.sent]
        assert mine == sorted(mine, key=lambda one: int(one.split("-")[1]))
    assert not list(spool.rglob("*.open"))


def test_with_less_free_than_must_stay_free_messages_are_refused(tmp_path: Path, port: int) -> None:
    free = shutil.disk_usage(tmp_path).free / 1e6
    with listener(tmp_path / "spool", port, "--min-free", str(2 * free)) as process:
        sender = Sender(port)
        for control_id in ("M-1", "M-2"):
            sender.send(framed(message(control_id, "Zyxwander has a fever")))
            assert sender.answer() == ["AR", control_id, "it cannot be stored now"]
        said = stopped(process)
    assert said.count("messages are refused: less than") == 1
    assert "Zyxwander" not in said
    assert not list((tmp_path / "spool").rglob("*.segment"))


def test_what_cannot_start_says_why_in_one_line(tmp_path: Path, port: int) -> None:
    spool = tmp_path / "spool"
    with listener(spool, port):
        here = f"127.0.0.1:{port}"
        for arguments, code, says in (
            (["--mllp", "2575"], 1, "--mllp takes HOST:PORT"),
            (["--mllp", here, "--tls-certificate", "none.pem"], 1, "TLS takes --tls-certificate and --tls-key"),
            (["--mllp", here, "--partition", "../ward"], 1, "--partition takes letters"),
            (["--mllp", here, "--partition", "ward-3"], 1, "another listener writes to"),
            (["--mllp", here, "--partition", "ward-4"], 1, f"cannot listen on {here}"),
            (["--mllp", here, "--keyring", str(tmp_path / "none.json")], 1, "no keyring at"),
            ([], 1, "nothing to listen to"),
            (["--kafka", here], 1, "Kafka takes --kafka and --topic"),
            (["--mllp", here, "--topic", "hl7"], 1, "Kafka takes --kafka and --topic"),
            (["--kafka", "2575", "--topic", "hl7"], 1, "--kafka takes HOST:PORT"),
            (["--kafka", here, "--topic", "hl7", "--kafka-config", "none.yaml"], 1, "none.yaml cannot be read"),
            (["--kafka", here, "--topic", "hl7", "--partition", "ward-3"], 1, "another listener writes to"),
        ):
            done = chartstream("listen", "--spool", spool, *arguments)
            assert done.returncode == code, done.stderr
            assert says in done.stderr
            assert done.stderr.count("\n") == 1
