"""Messages from several threads: each is confirmed once, after it is durable, and they share fsyncs."""

import os
import shutil
import threading
from functools import partial
from pathlib import Path

import pytest

from tests.spool.support import left_open, message, payloads
from transforms.errors import Outage
from transforms.keyring import Keyring
from transforms.spool.group_commit import GroupCommit
from transforms.spool.partition import SegmentLimits, open_partition
from transforms.spool.segment import Message
from transforms.spool.spool import Spool, closed_segments


def test_many_senders_are_confirmed_in_order_by_fewer_fsyncs(
    spool: Spool, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    fsync = os.fsync
    monkeypatch.setattr("os.fsync", lambda descriptor: (synced.append(descriptor), fsync(descriptor))[1])
    confirmed: list[list[bytes]] = [[] for _ in range(4)]
    with (
        open_partition(spool.partition("ward-3"), keyring) as partition,
        GroupCommit(partition, lambda call: call()) as commit,
    ):

        def confirm(sender: int, payload: bytes, error: Outage | None) -> None:
            assert error is None
            confirmed[sender].append(payload)

        def send(sender: int) -> None:
            for number in range(100):
                payload = b"%d/%d" % (sender, number)
                commit.submit(message(payload), partial(confirm, sender, payload))

        threads = [threading.Thread(target=send, args=(sender,)) for sender in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert confirmed == [[b"%d/%d" % (sender, number) for number in range(100)] for sender in range(4)]
    stored = payloads(spool, keyring)
    assert sorted(stored) == sorted(payload for sender in confirmed for payload in sender)
    assert [payload for payload in stored if payload.startswith(b"2/")] == confirmed[2]
    assert len(synced) < 200


def test_of_messages_that_belong_together_none_is_stored_after_one_that_is_not(spool: Spool, keyring: Keyring) -> None:
    answers: list[bool] = []
    with open_partition(spool.partition("ward-3"), keyring, SegmentLimits(records=2)) as partition:
        appended = partition.append

        def append(messages: list[Message]) -> int:
            if len(answers) == 2:  # the disk is full for a moment
                raise Outage("spool_full", "")
            return appended(messages)

        partition.append = append
        with GroupCommit(partition, lambda call: call()) as commit:
            commit.submit_together(
                [message(b"%d" % number) for number in range(6)], lambda error: answers.append(error is None)
            )
    assert answers == [True, True, False, False, False, False]
    assert payloads(spool, keyring) == [b"0", b"1"]


def test_a_segment_is_closed_when_its_time_is_over_though_nothing_more_comes(spool: Spool, keyring: Keyring) -> None:
    folder = spool.partition("ward-3")
    stored = threading.Event()
    with (
        open_partition(folder, keyring, SegmentLimits(seconds=0.05)) as partition,
        GroupCommit(partition, lambda call: call()) as commit,
    ):
        commit.submit(message(b"a fever"), lambda error: stored.set())
        assert stored.wait(60)
        closed: list[Path] = []
        while not closed:
            closed = list(closed_segments(spool))
        assert payloads(spool, keyring) == [b"a fever"]


def test_senders_are_told_where_it_cannot_store_and_it_goes_on(
    spool: Spool, keyring: Keyring, caplog: pytest.LogCaptureFixture
) -> None:
    answers: list[str] = []
    answered = threading.Semaphore(0)

    def confirm(error: Outage | None) -> None:
        answers.append("stored" if error is None else error.cause)
        answered.release()

    with (
        caplog.at_level("INFO"),
        open_partition(
            spool.partition("ward-3"), keyring, min_free=2 * shutil.disk_usage(spool.root).free
        ) as partition,
        GroupCommit(partition, lambda call: call()) as commit,
    ):
        for payload in (b"Zyxwander has a fever", b"Zyxwander has a cough"):
            commit.submit(message(payload), confirm)
            answered.acquire()
        partition._min_free = 0
        commit.submit(message(b"Zyxwander has a rash"), confirm)
        answered.acquire()
    assert answers == ["spool_full", "spool_full", "stored"]
    assert payloads(spool, keyring) == [b"Zyxwander has a rash"]
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]
    assert "Zyxwander" not in caplog.text
    assert not left_open(spool.partition("ward-3"))
