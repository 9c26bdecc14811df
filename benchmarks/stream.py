"""What is left of the batch job's speed in a stream, and how long a message takes at half of that speed.

    uv run python -m benchmarks.stream NOTES                                # a folder of text notes, with the model
    uv run python -m benchmarks.stream NOTES --labels none --seconds 60     # without

``run`` is the batch job over the notes as HL7 messages in one file, ``backlog`` the stream over the same messages in closed
segments: both from the start of the process to the last commit, as the ledger has it, so that starting counts in both.
``ratio`` is the stream's rate over the batch job's. ``live`` is a listener with a stream behind it, both
warm, and one sender that sends at half of the batch job's rate; its percentiles are seconds from a message's arrival to its
commit.
"""

import argparse
import json
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np
from deltalake import DeltaTable

from transforms.keyring import create_keyring, load_keyring
from transforms.spool.partition import open_partition
from transforms.spool.segment import Message
from transforms.spool.spool import create_or_open

_ESCAPES = str.maketrans({"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"})
_WARM = 16  # messages before the measured ones


def message(number: int, text: str) -> bytes:
    """A document message with a control id and a document number of its own."""
    lines = (line.translate(_ESCAPES) for line in text.splitlines())
    observations = "\r".join(f"OBX|{at}|TX|1||{line}" for at, line in enumerate(lines, start=1))
    header = f"MSH|^~\\&|A|B|C|D|20260101||MDM^T02|M-{number}|P|2.5||||||UNICODE UTF-8\rTXA|1|HP||||||||||D-{number}"
    return f"{header}\r{observations}".encode()


def measure(notes: Path, count: int, labels: str, seconds: float) -> dict[str, object]:
    """All of it in one run."""
    texts = [file.read_text(errors="ignore") for file in sorted(notes.glob("*.txt"))]
    messages = [message(number, text) for number, text in enumerate(islice(cycle(texts), count))]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        keyring = place / "keyring.json"
        create_keyring(keyring)
        options = ["--labels", labels, "--keyring", str(keyring)]
        run = count / _batch(place, messages, options)
        backlog = count / _backlog(place, messages, keyring, options)
        live = _live(place, texts, run / 2, seconds, options)
    return {
        "messages": count,
        "labels": labels,
        "run": {"per_second": round(run, 2)},
        "backlog": {"per_second": round(backlog, 2), "ratio": round(backlog / run, 3)},
        "live": live,
    }


def _batch(place: Path, messages: list[bytes], options: list[str]) -> float:
    """Seconds of the batch job, from its start to its last commit."""
    (place / "feed.hl7").write_bytes(b"".join(b"\x0b%b\x1c\r" % one for one in messages))
    started = datetime.now(UTC)
    command = ["run", str(place / "feed.hl7"), "--output", str(place / "run"), "--max-quarantined", "1", *options]
    subprocess.run([sys.executable, "-m", "pipelines", *command], check=True, capture_output=True)
    return (_last_commit(place / "run", len(messages)) - started).total_seconds()


def _backlog(place: Path, messages: list[bytes], keyring: Path, options: list[str]) -> float:
    """Seconds of the stream over messages that are there, from its start to its last commit."""
    keys = load_keyring(keyring)
    spool = create_or_open(place / "spool", keys)
    with open_partition(spool.partition("bench"), keys) as writer:
        waiting = [Message(datetime.now(UTC), one) for one in messages]
        while waiting:
            waiting = waiting[writer.append(waiting) :]
    started = datetime.now(UTC)
    with _started(["stream", "--spool", str(spool.root), "--output", str(place / "out"), *options]):
        _until_committed(place / "out", len(messages))
    return (_last_commit(place / "out", len(messages)) - started).total_seconds()


def _live(place: Path, texts: list[str], per_second: float, seconds: float, options: list[str]) -> dict[str, object]:
    """Latency at that rate, over so many seconds."""
    spool, out = place / "live", place / "live_out"
    listen = ["listen", "--spool", str(spool), "--mllp", "127.0.0.1:0", "--partition", "bench", *options[2:]]
    with _started(listen) as listener, _started(["stream", "--spool", str(spool), "--output", str(out), *options]):
        assert listener.stdout is not None
        port = int(listener.stdout.readline().split(",")[0].rpartition(":")[2])
        count = max(1, int(per_second * seconds))
        messages = [message(number, text) for number, text in enumerate(islice(cycle(texts), _WARM + count))]
        with socket.create_connection(("127.0.0.1", port)) as sender:
            for one in messages[:_WARM]:
                _send(sender, one)
            _until_committed(out, _WARM)
            measured_from = datetime.now(UTC)
            begun = time.perf_counter()
            for number, one in enumerate(messages[_WARM:]):
                time.sleep(max(0.0, begun + number / per_second - time.perf_counter()))
                _send(sender, one)
        _until_committed(out, len(messages))
    rows = [row for row in _ledger(out) if row["received_at"] >= measured_from]
    waits = [(row["committed_at"] - row["received_at"]).total_seconds() for row in rows]
    p50, p95, p99 = (round(float(one), 2) for one in np.percentile(waits, (50, 95, 99)))
    return {"messages": len(waits), "per_second": round(per_second, 2), "p50": p50, "p95": p95, "p99": p99}


def _send(sender: socket.socket, one: bytes) -> None:
    sender.sendall(b"\x0b%b\x1c\r" % one)
    answer = b""
    while not answer.endswith(b"\x1c\r"):
        answer += sender.recv(65536) or b"\x1c\r"
    if b"MSA|AA|" not in answer:
        raise SystemExit("a message was not acknowledged: what was measured is not a feed")


@contextmanager
def _started(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "pipelines", *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate()


def _until_committed(out: Path, count: int) -> None:
    while len(_ledger(out)) < count:
        time.sleep(0.5)


def _last_commit(out: Path, count: int) -> datetime:
    ledger = _ledger(out)
    if len(ledger) != count:
        raise SystemExit(f"{len(ledger)} of {count} messages are in the ledger: what was measured is not all of it")
    last: datetime = max(row["committed_at"] for row in ledger)
    return last


def _ledger(out: Path) -> list[dict[str, Any]]:
    table = out / "private/ledger"
    if not (table / "_delta_log").is_dir():
        return []
    rows: list[dict[str, Any]] = (
        DeltaTable(str(table)).to_pyarrow_table(columns=["received_at", "committed_at"]).to_pylist()
    )
    return rows


def main() -> None:
    """Prints one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notes", type=Path, help="folder of text notes")
    parser.add_argument("--messages", type=int, default=500, help="of the batch job and the backlog (%(default)s)")
    parser.add_argument("--labels", default="clinical", help="clinical, biomedical or none (%(default)s)")
    parser.add_argument("--seconds", type=float, default=60, help="of the live feed (%(default)s)")
    given = parser.parse_args()
    print(json.dumps(measure(given.notes, given.messages, given.labels, given.seconds), indent=2))


if __name__ == "__main__":
    main()
