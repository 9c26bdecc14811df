"""``chartstream listen`` with a crowd of connections that only take up room: idle ones, slow-loris ones that send a byte now and
then, half-open ones whose other end is gone without a word, and one that floods it. Those who work go on.

``CHARTSTREAM_CONNECTIONS=10000 uv run pytest tests/chaos/test_crowded_listener.py`` is the full size.
"""

import os
import resource
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from tests.chaos.test_killed_listener import Ward, free_port, listener, stopped
from tests.read.mllp.support import Sender, framed, message

CONNECTIONS = int(os.environ.get("CHARTSTREAM_CONNECTIONS", "600"))
WARDS = 16
_BESIDE = 200  # file descriptors for all else
_BYTES_A_CONNECTION = 16_000  # of the listener's memory, of an idle connection
_TCP_REPAIR = 19  # linux/tcp.h


@pytest.fixture
def many() -> Iterator[int]:
    """How many connections: as many as are asked for, or as this process may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    count = min(CONNECTIONS, hard - _BESIDE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count + _BESIDE), hard))
    yield count
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def leave_half_open(sender: Sender) -> None:
    """Ends this side of a connection, and says nothing of it to the other, as when a cable is cut. It stays where one may not."""
    with suppress(PermissionError):
        sender.socket.setsockopt(socket.IPPROTO_TCP, _TCP_REPAIR, 1)
        sender.close()


@contextmanager
def again_and_again(act: Callable[[], None]) -> Iterator[None]:
    """Does it in a thread, until the block ends or it fails."""
    enough = threading.Event()

    def run() -> None:
        with suppress(OSError):
            while not enough.is_set():
                act()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        enough.set()
        thread.join()


def test_those_who_work_go_on_in_a_crowd_of_those_who_do_not(tmp_path: Path, many: int) -> None:
    port, enough = free_port(), threading.Event()
    with listener(tmp_path / "spool", port) as process:
        before = psutil.Process(process.pid).memory_info().rss
        crowd = [Sender(port) for _ in range(many)]
        idle, slow, gone = crowd[::3], crowd[1::3], crowd[2::3]
        slow_message = framed(message("L-1", "Zyxwander has a fever"))
        held = psutil.Process(process.pid).memory_info().rss - before
        for sender in slow:
            sender.send(slow_message[:20])
        for sender in gone:
            sender.send(slow_message[:20])
            leave_half_open(sender)
        flooding = Sender(port)
        sent = [20]

        def one_byte_more() -> None:
            if sent[0] < len(slow_message) - 1:
                for sender in slow:
                    sender.send(slow_message[sent[0] : sent[0] + 1])
                sent[0] += 1
            threading.Event().wait(0.1)

        def flood() -> None:
            flooding.send(b"\x0bMSH|\x1c\r" * 1000)

        def never_mind() -> None:
            flooding.socket.recv(1 << 20)

        with again_and_again(one_byte_more), again_and_again(never_mind), again_and_again(flood):
            wards = [Ward(number, port, enough) for number in range(WARDS)]
            while min(len(ward.acknowledged) for ward in wards) < 20:
                assert process.poll() is None
                threading.Event().wait(0.1)
            enough.set()
            for ward in wards:
                ward.thread.join()
            flooding.socket.shutdown(socket.SHUT_RDWR)
        # Nobody was cut off for it, and whoever comes to a message after all is served.
        for sender in slow:
            sender.send(slow_message[sent[0] :])
            assert sender.answer() == ["AA", "L-1"]
        for number, sender in enumerate(idle):
            sender.send(framed(message(f"I-{number}")))
            assert sender.answer() == ["AA", f"I-{number}"]
        said = stopped(process)
    for sender in crowd:
        sender.close()
    assert held < many * _BYTES_A_CONNECTION
    assert all(ward.sent == set(ward.acknowledged) for ward in wards)  # none had to be sent again
    counted = sum(len(ward.acknowledged) for ward in wards) + len(slow) + len(idle)
    assert said.splitlines()[-1].startswith(f"acknowledged {counted} messages")
