"""Resident memory of a listener and a stream at a steady rate: the last third of the time over the first.

    uv run python -m benchmarks.memory                                  # 30 minutes, 20 messages a second
    uv run python -m benchmarks.memory --minutes 8 --per-second 10

Both are started as a person starts them, without a model. Sampling begins when both are warm, after ``--warm`` seconds. Of each
process ``first_mb`` and ``last_mb`` are the means of these thirds, ``ratio`` the one over the other, ``mb`` one sample a minute.
"""

import argparse
import json
import socket
import tempfile
import time
from itertools import count
from pathlib import Path
from statistics import mean

import psutil

from benchmarks.listen import message
from benchmarks.stream import _ledger, _send, _started

_EVERY_SECONDS = 5.0
_CHARACTERS = 500


def measure(folder: Path, minutes: float, per_second: float, warm: float) -> dict[str, object]:
    """All of it in one run."""
    spool, out = folder / "spool", folder / "out"
    listen = ["listen", "--spool", str(spool), "--mllp", "127.0.0.1:0", "--partition", "bench"]
    with _started(listen) as listener, _started(_stream(spool, out)) as stream:
        assert listener.stdout is not None
        port = int(listener.stdout.readline().split(",")[0].rpartition(":")[2])
        processes = {"listen": psutil.Process(listener.pid), "stream": psutil.Process(stream.pid)}
        samples: dict[str, list[float]] = {name: [] for name in processes}
        begun = time.monotonic()
        due = begun + warm
        with socket.create_connection(("127.0.0.1", port)) as sender:
            for number in count():
                time.sleep(max(0.0, begun + number / per_second - time.monotonic()))
                _send(sender, message(number, _CHARACTERS)[1:-2])
                if time.monotonic() >= due:
                    due += _EVERY_SECONDS
                    for name, process in processes.items():
                        samples[name].append(process.memory_info().rss / 1e6)
                if time.monotonic() >= begun + warm + 60 * minutes:
                    break
        committed = len(_ledger(out))
    return {
        "minutes": minutes,
        "per_second": per_second,
        "messages": {"sent": number + 1, "committed": committed},
        **{name: _thirds(of) for name, of in samples.items()},
    }


def _stream(spool: Path, out: Path) -> list[str]:
    return ["stream", "--spool", str(spool), "--output", str(out), "--labels", "none"]


def _thirds(samples: list[float]) -> dict[str, object]:
    third = max(1, len(samples) // 3)
    first, last = mean(samples[:third]), mean(samples[-third:])
    a_minute = samples[:: round(60 / _EVERY_SECONDS)]
    return {
        "first_mb": round(first, 1),
        "last_mb": round(last, 1),
        "ratio": round(last / first, 3),
        "mb": [round(one) for one in a_minute],
    }


def main() -> None:
    """Prints one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30, help="of sampling (%(default)s)")
    parser.add_argument("--per-second", type=float, default=20, help="messages (%(default)s)")
    parser.add_argument("--warm", type=float, default=120, help="seconds before the first sample (%(default)s)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(Path(folder), given.minutes, given.per_second, given.warm), indent=2))


if __name__ == "__main__":
    main()
