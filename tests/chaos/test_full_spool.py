"""A real disk that fills up while eight senders send, and is given room: what was acknowledged is there, and nothing else."""

import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.chaos.test_killed_listener import listener, port, stopped
from tests.e2e.streaming import ledger, streaming, until, waiting
from tests.e2e.support import assert_consistent, enlarge, small_disk
from tests.read.mllp.support import Sender, framed, message, stored
from transforms.keyring import load_keyring
from transforms.spool.spool import Spool

__all__ = ["port"]  # the fixture

SENDERS = 8
TEXT = "Denies chest pain. " * 150


class Insistent:
    """Sends its messages one after the other on one connection, and each again until it is acknowledged."""

    def __init__(self, number: int, port: int, enough: threading.Event) -> None:
        self.acknowledged: list[str] = []
        self.refused: set[str] = set()
        self.in_a_row = 0  # refusals
        self._number, self._port, self._enough = number, port, enough
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        sender = Sender(self._port)
        control_id = f"{self._number}-0"
        while not self._enough.is_set():
            sender.send(framed(message(control_id, TEXT)))
            match sender.answer():
                case ["AA", answered] if answered == control_id:
                    self.acknowledged.append(control_id)
                    self.in_a_row = 0
                    control_id = f"{self._number}-{len(self.acknowledged)}"
                case ["AR", answered, "it cannot be stored now"] if answered == control_id:
                    self.refused.add(control_id)
                    self.in_a_row += 1
                    time.sleep(0.05)
                case answer:
                    raise AssertionError(answer)


@pytest.mark.parametrize("min_free_mb", ["0", "0.2"], ids=["to the last byte", "down to what must stay free"])
def test_a_spool_whose_disk_fills_up_refuses_and_goes_on_when_there_is_room(
    tmp_path: Path, port: int, min_free_mb: str
) -> None:
    with small_disk(tmp_path / "disk") as disk:
        root, out, enough = disk / "spool", tmp_path / "out", threading.Event()
        senders: list[Insistent] = []
        with listener(root, port, "--min-free", min_free_mb) as process:
            try:
                senders += [Insistent(number, port, enough) for number in range(SENDERS)]
                until(lambda: all(one.in_a_row >= 3 for one in senders), process)
                before = [len(one.acknowledged) for one in senders]
                enlarge(disk)
                until(lambda: all(len(o.acknowledged) >= b + 20 for o, b in zip(senders, before, strict=True)), process)
            finally:
                enough.set()
                for one in senders:
                    one.thread.join()
            said = stopped(process)
        assert said.count("messages are refused") == said.count("messages are stored again") >= 1
        acknowledged = [control_id for one in senders for control_id in one.acknowledged]
        assert sum(before) > 50
        assert all(one.refused for one in senders)
        kept = stored(Spool(root), load_keyring(Spool(root).keyring))
        assert Counter(one.payload.split(b"|")[9].decode() for one in kept) == Counter(acknowledged)
        assert not list(root.rglob("*.open"))
        with streaming(root, out) as process:
            until(lambda: not waiting(root), process)
        assert Counter(row["note_id"] for row in ledger(out)) == Counter(acknowledged)
        assert {row["outcome"] for row in ledger(out)} == {"released"}
        assert_consistent(out)
