"""The same messages as files through ``run`` and through a spool: the same tables, whatever order they come in."""

import io
import os
import random
import shutil
import signal
from collections import Counter
from pathlib import Path

import orjson
import pytest

from tests.e2e.inputs import dense_notes, edited, hl7_message
from tests.e2e.streaming import ledger, retired, stopped, streaming, until, waiting
from tests.e2e.support import assert_consistent, chartstream, comparable, enlarge, rows, run, small_disk
from tests.e2e.test_outages import free_ports
from tests.extract.standin import stand_in_repository
from tests.read.mllp.support import framed, message
from tests.spool.support import examined, store
from transforms.extract.server import start_server
from transforms.keyring import Keyring, create_keyring
from transforms.read.hl7v2 import split_messages
from transforms.spool.spool import Spool, create_or_open

__all__ = ["stand_in_repository"]  # the fixture

SEED = 20210305
# Where a message stands differs between files and a spool by its nature.
PLACES = ("partition", "offset", "part")


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return create_keyring(tmp_path / "keyring.json")


@pytest.fixture
def spool(tmp_path: Path, keyring: Keyring) -> Spool:
    return create_or_open(tmp_path / "spool", keyring)


def assert_as_run(tmp_path: Path, spool: Spool, keyring: Keyring, messages: list[bytes]) -> None:
    """Half of the messages are there when the stream starts, the others come while it runs, in two partitions."""
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for number in range(0, len(messages), 20):
        (folder / f"{number}.hl7").write_bytes(framed(*messages[number : number + 20]))
    expected = run(
        folder, "--output", tmp_path / "expected", "--labels", "none", "--keyring", tmp_path / "keyring.json"
    )
    arriving = [examined(one) for one in messages]
    random.Random(SEED).shuffle(arriving)
    half = len(arriving) // 2
    store(spool, keyring, arriving[:half], a_segment=7)
    with streaming(spool.root, out, "--keyring", tmp_path / "keyring.json", "--json") as process:
        store(spool, keyring, arriving[half:], partition="ward-4", a_segment=3)
        until(lambda: len(ledger(out)) >= expected["records"], process)
        summary, _ = stopped(process)
    assert comparable(out, PLACES) == comparable(tmp_path / "expected", PLACES)
    assert_consistent(out)
    took = ("seconds_by_step", "notes_per_second")
    assert {k: v for k, v in orjson.loads(summary).items() if k not in took} == {
        k: v for k, v in expected.items() if k not in took
    }
    assert orjson.loads((out / "summary.json").read_bytes()) == orjson.loads(summary)
    assert not waiting(spool.root)
    assert {path.parent.name for path in retired(spool.root)} == {"ward-3", "ward-4"}


def test_edits_repeats_and_bad_messages_in_any_order_give_the_tables_of_run(
    tmp_path: Path, spool: Spool, keyring: Keyring
) -> None:
    notes = list(dense_notes(40, seed=SEED))
    notes += [edited(note) for note in notes[::5]]
    messages = [hl7_message(note) for note in notes]
    messages += messages[::6]  # sent again
    messages += [b"nonsense", b"MSH|^~\\&|EHR|WARD|||||MDM^T02|B|P|2.5", b"\r".join(messages[:2])]
    assert_as_run(tmp_path, spool, keyring, messages)
    outcomes = Counter(row["outcome"] for row in ledger(tmp_path / "out"))
    assert outcomes == {"released": 48, "duplicate": 8 + 2, "quarantined": 2}


def test_the_corpus_gives_the_tables_of_run(tmp_path: Path, spool: Spool, keyring: Keyring, corpora: Path) -> None:
    messages = [
        one
        for path in sorted((corpora / "hl7v2").glob("*.hl7"))
        for _, one in split_messages(io.BytesIO(path.read_bytes()))
    ]
    assert len(messages) > 100
    assert_as_run(tmp_path, spool, keyring, messages)


def test_a_message_that_is_sent_again_later_is_a_duplicate_and_a_bad_one_costs_its_neighbours_nothing(
    tmp_path: Path, spool: Spool, keyring: Keyring
) -> None:
    out = tmp_path / "out"
    spool.keyring.write_bytes((tmp_path / "keyring.json").read_bytes())  # its own, which need not be named
    with streaming(spool.root, out) as process:
        store(spool, keyring, [examined(message("M-1")), examined(b"Zyxwander has a fever"), examined(message("M-2"))])
        until(lambda: len(ledger(out)) == 3, process)
        store(spool, keyring, [examined(message("M-2")), examined(message("M-3"))])
        until(lambda: len(ledger(out)) == 5, process)
        said = stopped(process)
    state = orjson.loads(chartstream("status", out, "--json").stdout)
    assert state["spools"] == {str(spool.root): {"segments": 0, "messages": 0, "bytes": 0, "oldest": None}}
    day = state["activity"]["windows"][-1]
    assert day["outcomes"] == {"released": 3, "quarantined": 1, "duplicate": 1, "no_note": 0}
    assert day["latency"]["p50"] > 0
    assert state["activity"]["held_back"] == {"bad_message": 1}
    assert "Zyxwander" not in "".join(said)
    assert said[0].splitlines()[-1] == "5 in = 3 released + 1 quarantined + 1 duplicate + 0 no_note"
    standing = sorted((row["note_id"] or "", row["outcome"]) for row in ledger(out))
    assert standing == [
        ("", "quarantined"), ("M-1", "released"), ("M-2", "duplicate"), ("M-2", "released"), ("M-3", "released"),
    ]  # fmt: skip
    assert all(row["received_at"] < row["committed_at"] for row in ledger(out))
    (held,) = orjson.loads(chartstream("quarantine", "list", out, "--json").stdout)
    assert held["reason"] == "bad_message"
    shown = chartstream("quarantine", "show", out, held["quarantine_id"], "--keyring", spool.keyring)
    assert shown.stdout == "Zyxwander has a fever"
    assert_consistent(out)


def test_segments_that_were_kept_elsewhere_give_the_same_tables_again(
    tmp_path: Path, spool: Spool, keyring: Keyring
) -> None:
    messages = [examined(hl7_message(note)) for note in dense_notes(12, seed=SEED)]
    store(spool, keyring, messages, a_segment=5)
    options = ("--keyring", tmp_path / "keyring.json")
    with streaming(spool.root, tmp_path / "out", *options) as process:
        until(lambda: len(retired(spool.root)) == 3, process)
    kept = Path(shutil.copytree(spool.retired, tmp_path / "store"))

    again = create_or_open(tmp_path / "again", keyring)
    for day in kept.iterdir():
        shutil.copytree(day, again.partitions, dirs_exist_ok=True)
    with streaming(again.root, tmp_path / "out again", *options) as process:
        until(lambda: len(retired(again.root)) == 3, process)

    assert comparable(tmp_path / "out again") == comparable(tmp_path / "out")


def test_it_starts_before_the_listener_waits_for_a_model_server_and_stops_when_it_is_told_to(tmp_path: Path) -> None:
    root, out = tmp_path / "spool", tmp_path / "out"
    with streaming(root, out, "--triton", "127.0.0.1:1", labels="clinical") as process:
        keyring = create_keyring(Spool(root).keyring)  # as the listener finds it
        store(create_or_open(root, keyring), keyring, [examined(message("M-1"))])
        assert process.stderr is not None
        assert "no model server answers at 127.0.0.1:1" in process.stderr.readline()
        _, said = stopped(process)
    assert said.splitlines() == ["info: pipelines.stream: stopping"]
    assert len(waiting(root)) == 1
    assert ledger(out) == []
    state = chartstream("status", out)
    assert "1 messages wait in 1 segments" in state.stdout
    assert (
        state.stdout.splitlines()[-1]
        == "0 committed in the last day = 0 released + 0 quarantined + 0 duplicate + 0 no_note"
    )
    assert rows(out, "private/quarantine") == []


def test_a_model_server_that_dies_costs_time_and_no_message(
    tmp_path: Path, spool: Spool, keyring: Keyring, repository: Path
) -> None:
    out, ports = tmp_path / "out", free_ports()
    arguments = ("--triton", f"127.0.0.1:{ports.grpc}", "--keyring", tmp_path / "keyring.json")
    with streaming(spool.root, out, *arguments, labels="clinical") as process:
        assert process.stderr is not None
        with start_server(repository, ports=ports) as server:
            store(spool, keyring, [examined(message("M-1", "a cough"))])
            until(lambda: len(ledger(out)) == 1, process)
            os.kill(server.pid, signal.SIGKILL)
        store(spool, keyring, [examined(message(f"M-{number}", "a cough")) for number in range(2, 9)], a_segment=3)
        assert "units stay open: the model server does not answer" in process.stderr.readline()
        assert len(waiting(spool.root)) == 3
        with start_server(repository, ports=ports):
            until(lambda: len(ledger(out)) == 8, process)
            assert "it goes on" in process.stderr.readline()
            stopped(process)
    assert {row["outcome"] for row in ledger(out)} == {"released"}
    assert [row["text"] for row in rows(out, "released/entities")] == ["cough"] * 8
    assert_consistent(out)


def test_an_output_on_a_full_disk_is_waited_for(tmp_path: Path, spool: Spool, keyring: Keyring) -> None:
    with small_disk(tmp_path / "disk") as disk:
        out = disk / "out"
        messages = [examined(message(f"M-{number}", os.urandom(4000).hex())) for number in range(200)]
        store(spool, keyring, messages, a_segment=20)
        arguments = ("--keyring", tmp_path / "keyring.json", "--policy", "none")
        with streaming(spool.root, out, *arguments) as process:
            assert process.stderr is not None
            assert "cannot be written" in process.stderr.readline()
            assert waiting(spool.root)
            enlarge(disk)
            until(lambda: not waiting(spool.root), process)
            assert "it goes on" in process.stderr.readline()
            stopped(process)
        assert [row["outcome"] for row in ledger(out)] == ["released"] * 200
        assert_consistent(out)
        assert not list((out / "private/staging/attempts").iterdir())


def test_what_cannot_start_says_why_in_one_line(tmp_path: Path, spool: Spool, keyring: Keyring) -> None:
    mine, other, out = tmp_path / "keyring.json", tmp_path / "other.json", tmp_path / "out"
    create_keyring(other)
    with streaming(spool.root, out, "--keyring", mine) as process:
        stopped(process)
    for arguments, says in (
        (["--keyring", other], "was made with pseudonym key"),
        (["--keyring", mine, "--source", "cardiology"], "as source default, not cardiology"),
        (["--keyring", mine, "--policy", "surrogate"], "was made with policy safe-harbor"),
        (["--keyring", mine, "--output", tmp_path / "elsewhere"], f"goes to {out}"),
        ([], "no keyring at"),
    ):
        to = [] if "--output" in arguments else ["--output", out]
        done = chartstream("stream", "--spool", spool.root, *to, "--labels", "none", *arguments)
        assert done.returncode == 1
        assert says in done.stderr
        assert done.stderr.count("\n") == 1
