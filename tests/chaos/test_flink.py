"""``chartstream stream`` on a real Flink cluster whose workers are killed: the tables of ``run`` over the same messages."""

import random
from pathlib import Path

from tests.e2e.flink import flink_cluster
from tests.e2e.inputs import dense_notes, edited, hl7_message
from tests.e2e.streaming import ledger, stopped, streaming, until, waiting
from tests.e2e.support import assert_consistent, comparable, run
from tests.read.mllp.support import framed
from tests.spool.support import examined, store
from transforms.keyring import create_keyring
from transforms.spool.spool import create_or_open

SEED = 20210305
PLACES = ("partition", "offset", "part")


def test_killed_workers_and_task_managers_cost_time_and_no_note(tmp_path: Path) -> None:
    keyring, out = create_keyring(tmp_path / "keyring.json"), tmp_path / "out"
    spool = create_or_open(tmp_path / "spool", keyring)
    notes = list(dense_notes(60, seed=SEED))
    notes += [edited(note) for note in notes[::5]]
    messages = [hl7_message(note) for note in notes]
    messages += [*messages[::6], b"nonsense"]
    (tmp_path / "in").mkdir()
    for number in range(0, len(messages), 20):
        (tmp_path / f"in/{number}.hl7").write_bytes(framed(*messages[number : number + 20]))
    same = ("--labels", "none", "--keyring", tmp_path / "keyring.json")
    expected = run(tmp_path / "in", "--output", tmp_path / "expected", *same)

    arriving = [examined(one) for one in messages]
    random.Random(SEED).shuffle(arriving)
    third = len(arriving) // 3
    with flink_cluster(tmp_path) as cluster:
        arguments = ("--keyring", tmp_path / "keyring.json", "--lease", "10", *cluster.arguments)
        with streaming(spool.root, out, *arguments) as process:
            store(spool, keyring, arriving[:third], a_segment=1)
            until(lambda: len(ledger(out)) > 0, process)
            cluster.kill_a_worker()
            store(spool, keyring, arriving[third : 2 * third], partition="ward-4", a_segment=2)
            until(lambda: len(ledger(out)) > third, process)
            cluster.kill("taskmanager")
            cluster.start("taskmanager")
            store(spool, keyring, arriving[2 * third :], partition="ward-5", a_segment=3)
            until(lambda: not waiting(spool.root), process)
            stopped(process)
    assert len(ledger(out)) == expected["records"]
    assert comparable(out, PLACES) == comparable(tmp_path / "expected", PLACES)
    assert_consistent(out)
    assert not [path for path in (out / "private/staging").rglob("[!.]*") if path.is_file()]
