"""``chartstream listen`` and ``chartstream stream`` killed with ``kill -9`` in the middle of traffic: what was acknowledged is in
the tables once.

``CHARTSTREAM_KILLS=30 uv run pytest tests/chaos/test_killed_stream.py`` is the full size.
"""

import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from itertools import cycle
from pathlib import Path

from tests.chaos.test_killed_listener import Ward, free_port, listener
from tests.e2e.streaming import ledger, retired, stopped, streaming, until, waiting
from tests.e2e.support import assert_consistent, rows
from tests.read.mllp.support import message
from tests.spool.support import examined, store
from transforms.intervals import Intervals
from transforms.keyring import Keyring, create_keyring
from transforms.read.options import ReadOptions
from transforms.read.segments import SegmentPlan, SegmentReader
from transforms.spool.spool import Spool, closed_segments, create_or_open
from transforms.write import attempts
from transforms.write.faults import POINTS
from transforms.write.output import Output

KILLS = int(os.environ.get("CHARTSTREAM_KILLS", "4"))
SENDERS = 4
SEED = 20210305
# Without a model and without bad messages some tables get no rows, and nothing is compacted so soon.
_ROWLESS = tuple(f"commit:{table}" for table in ("entities", "relations", "quarantine", "phi_spans"))
REACHED = [point for point in POINTS if not point.startswith(("compact", *_ROWLESS))]


def killed(process: subprocess.Popen[str]) -> bool:
    """Whether it was killed at the point that it was to be killed at."""
    return process.poll() == -signal.SIGKILL


def new_spool(root: Path) -> tuple[Spool, Keyring]:
    """A spool with a keyring of its own."""
    spool = Spool(root)
    spool.create_folders()
    keyring = create_keyring(spool.keyring)
    return create_or_open(root, keyring), keyring


def test_what_was_acknowledged_is_in_the_tables_once_whatever_is_killed(tmp_path: Path) -> None:
    spool, out, port = tmp_path / "spool", tmp_path / "out", free_port()
    moments = random.Random(SEED)
    points = cycle(moments.sample(REACHED, len(REACHED)))
    enough = threading.Event()
    wards = [Ward(number, port, enough, pause=0.05) for number in range(SENDERS)]
    try:
        for number in range(KILLS):
            with listener(spool, port) as listening:
                if number % 2:  # at a step of publishing or committing
                    with streaming(spool, out, fault=next(points)) as process:
                        while not killed(process):
                            time.sleep(0.05)
                else:  # at any moment
                    with streaming(spool, out):
                        time.sleep(moments.uniform(0, 3))
                        listening.kill()
        with listener(spool, port) as listening, streaming(spool, out) as process:
            time.sleep(1)
            enough.set()
            for ward in wards:
                ward.thread.join()
            listening.send_signal(signal.SIGTERM)
            assert listening.wait(60) == 0
            until(lambda: not waiting(spool), process)
            stopped(process)
    finally:
        enough.set()
    acknowledged = [control_id for ward in wards for control_id in ward.acknowledged]
    assert len(acknowledged) == len(set(acknowledged)) >= KILLS * 10
    outcomes = Counter((row["note_id"], row["outcome"]) for row in ledger(out))
    released = {note_id for note_id, outcome in outcomes if outcome == "released"}
    assert set(acknowledged) <= released <= set().union(*(ward.sent for ward in wards))
    assert all(count == 1 for (_, outcome), count in outcomes.items() if outcome == "released")
    assert {outcome for _, outcome in outcomes} <= {"released", "duplicate"}
    assert len(rows(out, "released/notes")) == len(released)
    assert_consistent(out)
    assert not [path for path in (out / "private/staging").rglob("*") if path.is_file()]
    places = [(row["partition"], row["offset"]) for row in ledger(out)]
    assert len(places) == len(set(places))
    assert {f"{path.parent.name}/{path.stem}" for path in retired(spool)} == {place for place, _ in places}


def test_a_stop_in_the_middle_of_a_backlog_commits_the_round_at_work_and_the_next_start_does_the_rest(
    tmp_path: Path,
) -> None:
    spool, keyring, out = *new_spool(tmp_path / "spool"), tmp_path / "out"
    control_ids = [f"M-{number}" for number in range(300)]
    store(spool, keyring, [examined(message(one)) for one in control_ids], a_segment=1)
    with streaming(spool.root, out) as process:
        said, _ = stopped(process)  # it has looked at nothing yet, or is in its first round
    left = len(waiting(spool.root))
    assert left > 0
    assert len(ledger(out)) == len(retired(spool.root)) == 300 - left
    assert said.splitlines()[-1].startswith(f"{300 - left} in = {300 - left} released")
    assert not [path for path in (out / "private/staging").rglob("*") if path.is_file()]
    with streaming(spool.root, out) as process:
        until(lambda: not waiting(spool.root), process)
        stopped(process)
    assert sorted(row["note_id"] for row in ledger(out)) == sorted(control_ids)
    assert_consistent(out)


def test_two_streams_at_once_are_still_exactly_once(tmp_path: Path) -> None:
    spool, keyring, out = *new_spool(tmp_path / "spool"), tmp_path / "out"
    with streaming(spool.root, out) as one, streaming(spool.root, out) as other:
        for number in range(0, 80, 8):
            store(spool, keyring, [examined(message(f"M-{at}")) for at in range(number, number + 8)], a_segment=2)
        until(lambda: not waiting(spool.root), one)
        for process in (one, other):
            stopped(process)
    assert sorted(row["note_id"] for row in ledger(out)) == sorted(f"M-{number}" for number in range(80))
    assert {row["outcome"] for row in ledger(out)} == {"released"}
    assert_consistent(out)


def test_a_message_that_kills_the_stream_is_found_and_held_back_and_its_neighbours_are_released(tmp_path: Path) -> None:
    spool, keyring, out = *new_spool(tmp_path / "spool"), tmp_path / "out"
    texts = ("a fever", "a cough", "KILL", "a rash")
    store(spool, keyring, [examined(message(f"M-{at}", text)) for at, text in enumerate(texts)])
    recognizer = ("--recognizers", "tests.e2e.killer:Killer")
    with streaming(spool.root, out, *recognizer) as process:
        while not killed(process):
            time.sleep(0.05)
    # What more kills would come to: two more of the whole, three of the half, one of the message alone.
    reader = SegmentReader(spool, ReadOptions(()), keyring)
    (whole,) = SegmentPlan(list(closed_segments(spool)), "default", keyring).units(Intervals())
    _, half = reader.split(whole)
    alone, _ = reader.split(half)
    assert attempts.count(Output(out), whole.unit_id) == 1
    for unit, times in ((whole, 2), (half, 3), (alone, 2)):
        for _ in range(times):
            attempts.begin(Output(out), unit.unit_id)
    with streaming(spool.root, out, *recognizer) as process:
        while not killed(process):
            time.sleep(0.05)
    with streaming(spool.root, out, *recognizer) as process:
        until(lambda: not waiting(spool.root), process)
        stopped(process)
    found = {(row["note_id"], row["outcome"], row["reason"]) for row in ledger(out)}
    assert found == {
        *((f"M-{at}", "released", None) for at in (0, 1, 3)),
        (None, "quarantined", "worker_lost"),
    }
    assert_consistent(out)
