"""What a message costs with much behind it, over what it costs with little: about 1 where the cost does not grow.

    uv run python -m benchmarks.scale                          # 1,000 and 1,000,000 notes in the tables and the spool
    uv run python -m benchmarks.scale --large 100000

Both states are made up (``benchmarks.large_state``) and measured in the same run, in turns; the better of ``--turns`` counts.
The large one has as many messages in retired segments as notes in its tables, a tenth of that waiting, and 100 partitions.

``stream`` is ``chartstream stream`` as a person starts it, on what waits: ``start_seconds`` to the last commit of its first
round (2,560 messages), ``ms_a_message`` over two more, as the ledger has it, and resident memory there. ``listen`` is
``chartstream listen`` with 16 senders, beside that spool. ``plan`` is what ``run`` does before it works: ``start_seconds`` reads
what is decided, ``ms_a_file`` plans an input of 1,000 files that are not. ``status`` is one look. Ratios are large over small.
"""

import argparse
import asyncio
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pyarrow.compute as pc
from deltalake import DeltaTable

from benchmarks.large_state import MESSAGES_A_SEGMENT, create_spool, create_tables
from benchmarks.listen import _send
from pipelines.status import status
from transforms.keyring import create_keyring, load_keyring
from transforms.read.options import ReadOptions, UnitLimits
from transforms.read.plan import plan_units
from transforms.spool.spool import send_to
from transforms.write.commit import Committer
from transforms.write.output import Output

_A_ROUND = 256 * MESSAGES_A_SEGMENT  # of the stream
_STREAMED = 3 * _A_ROUND
_SENT = 5_000  # to the listener
_FILES = 1_000
_CONNECTIONS = 16
_CHARACTERS = 200


@dataclass(frozen=True)
class State:
    """A made-up output and spool, in a folder of their own."""

    place: Path

    @property
    def out(self) -> Path:
        return self.place / "out"

    @property
    def spool(self) -> Path:
        return self.place / "spool"

    @property
    def keyring(self) -> Path:
        return self.place / "keyring.json"


Figures = dict[str, dict[str, float]]


def measure(folder: Path, small: int, large: int, turns: int) -> dict[str, object]:
    """All of it in one run."""
    states = {}
    for name, notes, waiting, partitions in (("small", small, 0, 1), ("large", large, large // 10, 100)):
        place = folder / name
        place.mkdir()
        states[name] = create_state(place, notes, waiting + 2 * turns * _STREAMED, partitions)
    found: dict[str, list[Figures]] = {"small": [], "large": []}
    for _ in range(turns):
        for name, state in states.items():
            found[name].append(look(state))
    best = {name: _best(figures) for name, figures in found.items()}
    ratios = {
        what: {key: round(value / best["small"][what][key], 2) for key, value in figures.items()}
        for what, figures in best["large"].items()
    }
    return {"notes": {"small": small, "large": large}, **best, "ratio": ratios}


def create_state(place: Path, notes: int, waiting: int, partitions: int) -> State:
    """A state with so many notes committed, and so many messages waiting."""
    state = State(place)
    create_keyring(state.keyring)
    keyring = load_keyring(state.keyring)
    create_tables(state.out, state.spool, keyring, notes)
    send_to(create_spool(state.spool, keyring, notes, waiting, partitions), state.out)
    return state


def look(state: State) -> Figures:
    """All figures of a state, once. Some of what waits is committed afterwards."""
    return {
        "stream": _stream(state),
        "listen": _listen(state),
        "plan": _plan(state),
        "status": _status(state),
    }


def _stream(state: State) -> dict[str, float]:
    started = datetime.now(UTC)
    with _running("stream", "--spool", state.spool, "--output", state.out, "--labels", "none", state=state) as process:
        while (count := len(times := _committed_since(state.out, started))) < _STREAMED:
            time.sleep(0.5)
            if process.poll() is not None:
                raise SystemExit(f"the stream ended with {count} of {_STREAMED} messages")
        memory = psutil.Process(process.pid).memory_info().rss
    times.sort()
    first, last = times[_A_ROUND - 1], times[_STREAMED - 1]
    return {
        "start_seconds": round((first - started).total_seconds(), 2),
        "ms_a_message": round(1000 * (last - first).total_seconds() / (_STREAMED - _A_ROUND), 3),
        "rss_mb": round(memory / 1e6),
    }


def _listen(state: State) -> dict[str, float]:
    started = time.perf_counter()
    arguments = ("--spool", state.spool, "--mllp", "127.0.0.1:0", "--partition", "ward-0")
    with _running("listen", *arguments, state=state) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().split(",")[0].rpartition(":")[2])
        start = time.perf_counter() - started
        asyncio.run(_send(port, 2 * _CONNECTIONS, _CONNECTIONS, _CHARACTERS))  # warm
        rate = asyncio.run(_send(port, _SENT, _CONNECTIONS, _CHARACTERS))
        memory = psutil.Process(process.pid).memory_info().rss
    return {
        "start_seconds": round(start, 2),
        "ms_a_message": round(1000 / rate.per_second, 3),
        "rss_mb": round(memory / 1e6),
    }


def _plan(state: State) -> dict[str, float]:
    notes = state.place / "notes"
    notes.mkdir(exist_ok=True)
    for number in range(_FILES):
        (notes / f"{number}.txt").write_text(f"No fever. Visit {number}.")
    committer = Committer(Output(state.out))
    started = time.perf_counter()
    decided = committer.decided
    read = time.perf_counter()
    units = list(
        plan_units(ReadOptions(inputs=(str(notes),)), decided, UnitLimits(notes=16), load_keyring(state.keyring))
    )
    planned = time.perf_counter()
    if sum(len(unit.pieces) for unit in units) != _FILES:
        raise SystemExit("not all files were planned: what was measured is no plan")
    return {
        "start_seconds": round(read - started, 3),
        "ms_a_file": round(1000 * (planned - read) / _FILES, 3),
    }


def _status(state: State) -> dict[str, float]:
    started = time.perf_counter()
    status(state.out)
    return {"seconds": round(time.perf_counter() - started, 3)}


@contextmanager
def _running(verb: str, *arguments: str | Path, state: State) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "pipelines", verb, *map(str, arguments), "--keyring", str(state.keyring)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate()


def _committed_since(out: Path, started: datetime) -> list[datetime]:
    """When each row of the ledger since then was committed."""
    ledger = DeltaTable(str(out / "private/ledger")).to_pyarrow_dataset()
    rows = ledger.to_table(columns=["committed_at"], filter=pc.field("committed_at") > started)
    times: list[datetime] = rows.column("committed_at").to_pylist()
    return times


def _best(figures: list[Figures]) -> Figures:
    return {what: {key: min(one[what][key] for one in figures) for key in figures[0][what]} for what in figures[0]}


def main() -> None:
    """Prints one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="where the states are made (the system's temporary folder)")
    parser.add_argument("--small", type=int, default=1_000, help="notes behind it (%(default)s)")
    parser.add_argument("--large", type=int, default=1_000_000, help="notes behind it (%(default)s)")
    parser.add_argument("--turns", type=int, default=2, help="of which the better counts (%(default)s)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        found = measure(Path(folder), given.small, given.large, given.turns)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
