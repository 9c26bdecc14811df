"""Senders on real sockets: each message is acknowledged once it is in the spool, whatever else the others do."""

import shutil
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.read.mllp.support import Running, framed, listening, message, stored
from transforms.errors import ChartstreamError
from transforms.keyring import Keyring
from transforms.read.mllp.connection import ConnectionLimits
from transforms.read.mllp.listener import Tls
from transforms.records import Reason
from transforms.spool.partition import SegmentLimits
from transforms.spool.spool import Spool


def test_a_message_is_acknowledged_with_its_control_id_and_stands_in_the_spool(spool: Spool, keyring: Keyring) -> None:
    with listening(spool, keyring) as listener:
        sender = listener.sender()
        for number in range(3):
            sender.send(framed(message(f"M-{number}")))
            assert sender.answer() == ["AA", f"M-{number}"]
    assert [one.payload for one in stored(spool, keyring)] == [message(f"M-{number}") for number in range(3)]
    assert [one.fault for one in stored(spool, keyring)] == [None] * 3


def test_frames_may_come_split_anywhere_joined_and_with_garbage_between_them(spool: Spool, keyring: Keyring) -> None:
    first, second = message("M-1"), message("M-2")
    with listening(spool, keyring) as listener:
        sender = listener.sender()
        stream = framed(first, second)
        for cut in (1, 2, 60, len(first) + 1, len(first) + 2, len(first) + 3, len(first) + 4, len(stream) - 1):
            sender.send(stream[:cut])
            time.sleep(0.02)
            sender.send(stream[cut:])
            assert sender.answers(2) == [["AA", "M-1"], ["AA", "M-2"]]
        sender.send(b"\r\nwho is there?" + framed(first) + b"\x1c\r" + framed(second) + b"\n")
        assert sender.answers(2) == [["AA", "M-1"], ["AA", "M-2"]]
    assert [one.payload for one in stored(spool, keyring)] == [first, second] * 9


def test_senders_that_do_not_wait_get_their_answers_in_order(spool: Spool, keyring: Keyring) -> None:
    with listening(spool, keyring, ConnectionLimits(message_bytes=1000)) as listener:
        sender = listener.sender()
        texts = ["x" * 2000 if number % 7 == 3 else "a fever" for number in range(300)]
        sender.send(framed(*(message(f"M-{number}", text) for number, text in enumerate(texts))))
        sender.socket.shutdown(socket.SHUT_WR)  # it has said all, and still gets every answer
        codes = ["AR" if number % 7 == 3 else "AA" for number in range(300)]
        assert [answer[:2] for answer in sender.answers(300)] == [[code, f"M-{at}"] for at, code in enumerate(codes)]
        assert sender.answer() == []
    assert len(stored(spool, keyring)) == codes.count("AA")


def test_a_flood_of_messages_stands_before_nobody_elses(
    spool: Spool, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the disk stuck a sender that does not wait gets no more than a few hundred messages in before the next sender's."""
    disk = threading.Event()
    flood = [message(f"F-{number}") for number in range(20_000)]
    with listening(spool, keyring) as listener, ThreadPoolExecutor(1) as thread:
        append = listener.partition.append
        monkeypatch.setattr(listener.partition, "append", lambda messages: disk.wait() and append(messages))
        flooding, good = listener.sender(), listener.sender()
        sending = thread.submit(flooding.send, framed(*flood))
        before = -1
        while before != (before := listener.counts.received_bytes) or not before:
            time.sleep(0.2)
        good.send(framed(message("M-1")))
        while listener.counts.received_bytes < before + len(framed(message("M-1"))):
            time.sleep(0.01)
        disk.set()
        assert good.answer() == ["AA", "M-1"]
        assert flooding.answers(len(flood)) == [["AA", f"F-{number}"] for number in range(len(flood))]
        sending.result()
    payloads = [one.payload for one in stored(spool, keyring)]
    assert payloads.index(message("M-1")) <= 256
    payloads.remove(message("M-1"))
    assert payloads == flood


def test_stopping_in_a_flood_stores_what_it_acknowledges(spool: Spool, keyring: Keyring) -> None:
    flood = [message(f"M-{number}") for number in range(2000)]
    acknowledged = 0
    with listening(spool, keyring) as listener:
        sender = listener.sender()
        sender.send(framed(*flood))
        assert sender.answer() == ["AA", "M-0"]  # something of it has been received
        listener.stop.set()
        with suppress(ConnectionError):  # it ends with bytes that it has not read
            while answer := sender.answer():
                acknowledged += 1
                assert answer == ["AA", f"M-{acknowledged}"]
    payloads = [one.payload for one in stored(spool, keyring)]
    assert payloads == flood[: len(payloads)]
    assert acknowledged < len(payloads)


def test_a_bad_message_is_kept_told_so_and_the_next_one_is_good(spool: Spool, keyring: Keyring) -> None:
    bad = [b"hello Zyxwander", message("M-2") + b"\x81\x00", b"", message("M-4").replace(b"MDM^T02", b"")]
    cut = message("M-5")[:70]
    with listening(spool, keyring) as listener:
        sender = listener.sender()
        sender.send(framed(*bad) + b"\x0b" + cut + framed(message("M-6")))
        assert sender.answers(6) == [
            ["AE", "", "it does not begin with MSH"],
            ["AE", "M-2", "neither UTF-8 nor Windows-1252"],
            ["AE", "", "an empty message"],
            ["AE", "M-4", "MSH-9 does not say what message it is"],
            ["AE", "M-5", "another message began before its end"],
            ["AA", "M-6"],
        ]
    messages = stored(spool, keyring)
    assert [one.payload for one in messages] == [*bad, cut, message("M-6")]
    assert [one.fault for one in messages] == [
        Reason.BAD_MESSAGE, Reason.BAD_ENCODING, Reason.EMPTY, Reason.BAD_MESSAGE, Reason.BAD_MESSAGE, None,
    ]  # fmt: skip


def test_enhanced_mode_is_answered_as_it_is_asked_for(spool: Spool, keyring: Keyring) -> None:
    with listening(spool, keyring) as listener:
        sender = listener.sender()
        sender.send(framed(message("M-1", mode="AL|NE"), message("M-2", mode="NE|NE"), message("M-3", mode="NE|AL")))
        assert sender.answers(2) == [["CA", "M-1"], ["AA", "M-3"]]
    assert len(stored(spool, keyring)) == 3


def test_a_large_message_goes_through_while_others_go_on(spool: Spool, keyring: Keyring) -> None:
    large = message("L-1", "x" * 20_000_000)
    with listening(spool, keyring) as listener:
        sender, other = listener.sender(), listener.sender()
        stream = framed(large)
        sender.send(stream[:10_000_000])
        other.send(framed(message("M-1")))
        assert other.answer() == ["AA", "M-1"]
        sender.send(stream[10_000_000:])
        assert sender.answer() == ["AA", "L-1"]
    assert [one.payload for one in stored(spool, keyring)] == [message("M-1"), large]


def test_senders_with_more_than_fits_in_memory_wait_and_all_are_served(spool: Spool, keyring: Keyring) -> None:
    limits = ConnectionLimits(held_bytes=1_000_000)
    large = [message(f"L-{number}", "x" * 700_000) for number in range(6)]

    def send(listener: Running, payload: bytes) -> list[str]:
        sender = listener.sender()
        sender.send(framed(payload))
        return sender.answer()

    with listening(spool, keyring, limits) as listener, ThreadPoolExecutor(len(large)) as threads:
        answers = threads.map(partial(send, listener), large)
        assert list(answers) == [["AA", f"L-{number}"] for number in range(6)]
    assert sorted(one.payload for one in stored(spool, keyring)) == large


def test_a_full_disk_is_told_and_the_connection_lives_on(spool: Spool, keyring: Keyring) -> None:
    with listening(spool, keyring) as listener:
        sender = listener.sender()
        sender.send(framed(message("M-1")))
        assert sender.answer() == ["AA", "M-1"]
        listener.partition._min_free = 2 * shutil.disk_usage(spool.root).free
        sender.send(framed(message("M-2"), message("M-3", mode="AL|NE"), b"no message"))
        assert sender.answers(3) == [
            ["AR", "M-2", "it cannot be stored now"],
            ["CR", "M-3", "it cannot be stored now"],
            ["AR", "", "it cannot be stored now"],
        ]
        listener.partition._min_free = 0
        sender.send(framed(message("M-2")))
        assert sender.answer() == ["AA", "M-2"]
    assert [one.payload for one in stored(spool, keyring)] == [message("M-1"), message("M-2")]


def test_senders_that_are_silent_or_slow_are_cut_off_and_the_others_go_on(spool: Spool, keyring: Keyring) -> None:
    limits = ConnectionLimits(message_seconds=1.0, idle_seconds=4.0)
    with listening(spool, keyring, limits) as listener:
        loris, idle, good = listener.sender(), listener.sender(), listener.sender()
        loris.send(b"\x0bMSH|")
        ended = set()
        while len(ended) < 2:
            good.send(framed(message("M-1")))
            assert good.answer() == ["AA", "M-1"]
            for sender, trickle in ((loris, b"x"), (idle, b"")):
                try:
                    sender.socket.settimeout(0.1)
                    sender.send(trickle)
                    if sender.socket.recv(1) == b"":
                        ended.add(sender)
                except TimeoutError:
                    pass
                except ConnectionError:
                    ended.add(sender)


def test_idle_and_broken_connections_are_no_burden_for_the_others(spool: Spool, keyring: Keyring) -> None:
    with listening(spool, keyring) as listener:
        idle = [listener.sender() for _ in range(300)]
        for sender in idle[::3]:
            sender.send(b"\x0bMSH|^~")
        for sender in idle[::2]:
            sender.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # goes without a word
            sender.close()
        good = listener.sender()
        good.send(framed(message("M-1")))
        assert good.answer() == ["AA", "M-1"]
        idle[1].send(framed(message("M-2")))
        assert idle[1].answer() == ["AA", "M-2"]
        for sender in idle:
            sender.close()
    assert len(stored(spool, keyring)) == 2


def test_stopping_answers_what_was_received_and_closes_the_segment(spool: Spool, keyring: Keyring) -> None:
    with listening(spool, keyring, segments=SegmentLimits(seconds=3600)) as listener:
        sender = listener.sender()
        sender.send(framed(*(message(f"M-{number}") for number in range(100))) + b"\x0bMSH|^~\\&|half")
        answers = [sender.answer()]  # something of it has been received
        listener.stop.set()
        while answers[-1]:
            answers.append(sender.answer())
        with pytest.raises(ConnectionError):
            listener.sender()
    control_ids = [answer[1] for answer in answers[:-1]]
    assert control_ids == [f"M-{number}" for number in range(len(control_ids))]
    assert [one.payload for one in stored(spool, keyring)] == [message(control_id) for control_id in control_ids]


def test_tls_lets_in_whom_the_authority_knows(spool: Spool, keyring: Keyring, authority: Authority) -> None:
    server, client = authority.certify("server"), authority.certify("client")
    tls = Tls(server.certificate, server.key, authority.own.certificate).context()
    known, unknown = (ssl.create_default_context(cafile=authority.own.certificate) for _ in range(2))
    known.load_cert_chain(client.certificate, client.key)
    with listening(spool, keyring, tls=tls) as listener:
        sender = listener.sender(known)
        sender.send(framed(message("M-1"), message("M-2", "x" * 1_000_000)))
        assert sender.answers(2) == [["AA", "M-1"], ["AA", "M-2"]]
        for stranger in (listener.sender(unknown), listener.sender()):
            stranger.send(framed(message("M-3")))
            assert not stranger.is_answered()
        sender.send(framed(message("M-4")))
        assert sender.answer() == ["AA", "M-4"]
    assert [one.payload[:60] for one in stored(spool, keyring)] == [message(f"M-{n}")[:60] for n in (1, 2, 4)]


def test_tls_without_an_authority_asks_for_no_certificate(spool: Spool, keyring: Keyring, authority: Authority) -> None:
    server = authority.certify("server")
    with listening(spool, keyring, tls=Tls(server.certificate, server.key).context()) as listener:
        sender = listener.sender(ssl.create_default_context(cafile=authority.own.certificate))
        sender.send(framed(message("M-1")))
        assert sender.answer() == ["AA", "M-1"]


def test_what_is_wrong_with_tls_files_is_said_in_one_line(authority: Authority, tmp_path: Path) -> None:
    server, other = authority.certify("server"), authority.certify("other")
    for tls in (
        Tls(server.certificate, tmp_path / "none.key"),
        Tls(server.certificate, other.key),
        Tls(server.key, server.key),
        Tls(server.certificate, server.key, server.key),
    ):
        with pytest.raises(ChartstreamError, match="TLS"):
            tls.context()
