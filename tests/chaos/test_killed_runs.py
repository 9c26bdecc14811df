"""``kill -9`` of the whole process group at random moments, then the same command until it ends: nobody can tell.

``CHARTSTREAM_KILLS=20 uv run pytest tests/chaos/test_killed_runs.py`` is the full size.
"""

import os
import random
import signal
import subprocess
from pathlib import Path

from tests.e2e.inputs import dense_notes, write_jsonl, write_text_dir
from tests.e2e.support import assert_consistent, command, comparable, rows, run

KILLS = int(os.environ.get("CHARTSTREAM_KILLS", "4"))
SEED = 20210305


def killed(arguments: list[str], after: float) -> bool:
    """Starts the command in a group of its own and kills the group after so many seconds; False where it was done."""
    process = subprocess.Popen(arguments, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(after)
        return False
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True


def test_tables_of_a_run_that_was_killed_again_and_again_equal_those_of_an_undisturbed_one(tmp_path: Path, triton):
    notes = list(dense_notes(80 * KILLS, seed=SEED))
    write_text_dir(notes[: 45 * KILLS], tmp_path / "in" / "text")
    write_jsonl(notes[40 * KILLS :], tmp_path / "in" / "lines")
    inputs = [tmp_path / "in" / "text", tmp_path / "in" / "lines"]

    expected = tmp_path / "undisturbed"
    run(*inputs, "--output", expected, "--unit-notes", "10")

    out = tmp_path / "killed"
    again = command(
        "run", *inputs, "--output", out, "--unit-notes", "10",
        "--keyring", expected / "private/keys/keyring.json", "--max-quarantined", "1",
    )  # fmt: skip
    moments = random.Random(SEED)
    kills = 0
    # From before the server is up to well into the work; where all is done sooner there is nothing left to kill.
    while kills < KILLS and killed(again, moments.uniform(1.5, 10.0)):
        kills += 1
    assert kills > 0
    # Until it ends: Triton of the killed group must be gone too, or its ports and memory would pile up.
    for _ in range(3):
        last = subprocess.run(again, capture_output=True, text=True, check=False)
        if last.returncode == 0:
            break
    assert last.returncode == 0, last.stderr
    assert comparable(out) == comparable(expected)
    assert_consistent(out)


def test_two_runs_at_once_into_one_output_are_still_exactly_once(tmp_path: Path, triton):
    notes = list(dense_notes(120, seed=SEED + 1))
    write_text_dir(notes, tmp_path / "in")
    out = tmp_path / "out"
    both = [
        subprocess.Popen(
            command("run", tmp_path / "in", "--output", out, "--unit-notes", "6", "--triton", triton),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    codes = [process.wait(300) for process in both]
    assert 0 in codes, [process.stderr and process.stderr.read() for process in both]
    run(tmp_path / "in", "--output", out, "--unit-notes", "6", "--triton", triton)
    assert len(rows(out, "released/notes")) == 120
    assert_consistent(out)
    run(
        tmp_path / "in", "--output", tmp_path / "alone", "--triton", triton,
        "--keyring", out / "private/keys/keyring.json",
    )  # fmt: skip
    assert comparable(out) == comparable(tmp_path / "alone")
