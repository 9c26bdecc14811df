"""``chartstream listen --kafka`` as a person starts it, killed, stopped and rebalanced in the middle of traffic: each record is
in the spool once, and in the tables once.

``CHARTSTREAM_KILLS=30 uv run pytest tests/chaos/test_killed_kafka.py`` is the full size.
"""

import os
import random
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.chaos.test_killed_listener import free_port
from tests.e2e.streaming import ledger, streaming, until, waiting
from tests.e2e.streaming import stopped as stream_stopped
from tests.e2e.support import assert_consistent, command
from tests.kafka_broker import Broker, every_place, places, positions
from tests.read.kafka.support import until as eventually
from tests.read.mllp.support import Sender, framed, message
from transforms.keyring import load_keyring
from transforms.spool.spool import Spool, next_offsets

KILLS = int(os.environ.get("CHARTSTREAM_KILLS", "4"))
SEED = 20210305


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """A group that soon notices who is gone."""
    path = tmp_path / "kafka.yaml"
    path.write_text("session.timeout.ms: 1500\nheartbeat.interval.ms: 300\ngroup.id: ward\n")
    return path


@contextmanager
def listener(
    broker: Broker, topic: str, spool: Path, settings: Path, *arguments: str, partition: str = "ward-3"
) -> Iterator[subprocess.Popen[str]]:
    """A listener that takes part in the group, killed at the end where it still runs."""
    process = subprocess.Popen(
        command(
            *("listen", "--spool", spool, "--kafka", broker.address, "--topic", topic, "--kafka-config", settings),
            *("--partition", partition, *arguments),
        ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def stopped(process: subprocess.Popen[str]) -> str:
    """Stops it as a service manager does; what it said."""
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    return said


class Feed:
    """Sends records round about, until it is stopped."""

    def __init__(self, broker: Broker, topic: str) -> None:
        self.sent = 0
        self._broker, self._topic = broker, topic
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._enough.wait(0.02):
            batch = [message(f"M-{number}", "Zyxwander has a fever") for number in range(self.sent, self.sent + 30)]
            self._broker.send(self._topic, batch)
            self.sent += 30

    def stop(self) -> None:
        self._enough.set()
        self._thread.join()


def stored(spool: Path) -> int:
    """How many records are durable."""
    if not Spool(spool).in_use():
        return 0
    return sum(next_offsets(Spool(spool), load_keyring(Spool(spool).keyring)).values())


def stored_places(spool: Path) -> list[tuple[int, int]]:
    return places(Spool(spool), load_keyring(Spool(spool).keyring))


def test_each_record_is_in_the_spool_once_after_kills_at_any_moment(
    tmp_path: Path, broker: Broker, topic: str, settings: Path
) -> None:
    spool, moments, feed = tmp_path / "spool", random.Random(SEED), Feed(broker, topic)
    try:
        for _ in range(KILLS):
            enough = stored(spool) + moments.randint(1, 200)
            with listener(broker, topic, spool, settings):
                eventually(lambda enough=enough: stored(spool) >= enough)
        feed.stop()
        with listener(broker, topic, spool, settings) as process:
            eventually(lambda: stored(spool) == feed.sent)
            said = stopped(process)
    finally:
        feed.stop()
    assert said.splitlines()[-1].startswith("stored ")
    assert "Zyxwander" not in said
    assert stored_places(spool) == every_place(feed.sent)
    assert not list(spool.rglob("*.open"))


def test_partitions_that_go_from_listener_to_listener_are_stored_once_though_one_of_them_was_only_stopped(
    tmp_path: Path, broker: Broker, topic: str, settings: Path
) -> None:
    spool, moments, feed = tmp_path / "spool", random.Random(SEED), Feed(broker, topic)

    def of_other() -> int:
        return len(list((spool / "partitions").glob("ward-4/*.segment")))

    def more(records: int) -> None:
        enough = stored(spool) + records
        eventually(lambda: stored(spool) >= enough)

    try:
        with listener(broker, topic, spool, settings) as one:
            more(100)
            for number in range(KILLS):
                before = of_other()
                with listener(broker, topic, spool, settings, partition="ward-4") as other:
                    eventually(lambda before=before: of_other() > before + 1)
                    more(moments.randint(1, 200))
                    if number % 2:  # killed: its partitions come back
                        continue
                    one.send_signal(signal.SIGSTOP)  # the group gives its partitions to the other
                    more(moments.randint(1, 60))
                    threading.Event().wait(3)
                    one.send_signal(signal.SIGCONT)
                    more(moments.randint(1, 200))
                    stopped(other)
            feed.stop()
            eventually(lambda: stored(spool) == feed.sent)
            said = stopped(one)
        with listener(broker, topic, spool, settings, partition="ward-4"):  # closes what was left open
            eventually(lambda: not list((spool / "partitions").glob("ward-4/*.open")))
    finally:
        feed.stop()
    assert "Zyxwander" not in said
    assert stored_places(spool) == every_place(feed.sent)
    assert {path.parent.name for path in waiting(spool)} == {"ward-3", "ward-4"}


def test_records_and_messages_that_one_listener_takes_are_in_the_tables_once_whatever_is_killed(
    tmp_path: Path, broker: Broker, topic: str, settings: Path
) -> None:
    spool, out, port = tmp_path / "spool", tmp_path / "out", free_port()
    records = [message(f"M-{number}") for number in range(90)]
    records += [b"Zyxwander has a fever", b"", b"\r".join(message(f"B-{number}") for number in range(3))]
    broker.send(topic, records)
    both = ("--mllp", f"127.0.0.1:{port}")
    with streaming(spool, out) as process:
        with listener(broker, topic, spool, settings, *both):
            eventually(lambda: stored(spool) == len(records))
        with listener(broker, topic, spool, settings, *both) as listening:
            assert listening.stdout is not None
            while not listening.stdout.readline().startswith("listening for MLLP"):
                pass
            sender = Sender(port)
            sender.send(framed(message("W-1")))
            assert sender.answer() == ["AA", "W-1"]
            broker.send(topic, records[:30])
            eventually(lambda: stored(spool) == len(records) + 30)
            stopped(listening)
        until(lambda: not waiting(spool), process)
        stream_stopped(process)
    assert_consistent(out)
    rows = ledger(out)
    assert Counter((row["outcome"], row["reason"]) for row in rows) == {
        ("released", None): 90 + 3 + 1,
        ("duplicate", None): 30,
        ("quarantined", "bad_message"): 1,
        ("quarantined", "empty"): 1,
    }
    # A record with several messages has a place in its segment for each; so has what came by MLLP.
    of_kafka = [(row["partition"], row["offset"]) for row in rows if row["partition"].startswith(topic)]
    several = len(records) - 1
    expected = {(f"{topic}/{number}", at) for number, at in every_place(len(records))} | {
        (f"{topic}/{number}", 31 + at) for number, at in every_place(30)
    }
    expected.remove((f"{topic}/{several % 3}", several // 3))
    assert sorted(of_kafka) == sorted(expected)
    assert len(rows) == len(of_kafka) + 3 + 1
    assert all(row["received_at"] < row["committed_at"] for row in rows)
    assert len(set(positions(Spool(spool), load_keyring(Spool(spool).keyring)))) == len(records) + 30
