"""``chartstream stream`` as a person starts it, and what it has brought into the tables so far."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.support import Rows, command, rows

_PATIENCE_SECONDS = 300.0  # of a test, on a machine that is busy


@contextmanager
def streaming(
    spool: Path, out: Path, *arguments: str | Path, labels: str = "none", fault: str = ""
) -> Iterator[subprocess.Popen[str]]:
    """A stream, by default without a model, that has begun to look for segments; killed at the end where it still runs.

    ``fault``: the step of publishing or committing at which it kills itself.
    """
    process = subprocess.Popen(
        command("stream", "--spool", spool, "--output", out, "--labels", labels, *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "CHARTSTREAM_FAULT": fault},
    )
    assert process.stderr is not None
    said = [process.stderr.readline()]
    while "waiting for segments" not in said[-1]:
        assert said[-1], said
        said.append(process.stderr.readline())
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def stopped(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Stops it as a service manager does; what it said on standard output and on standard error."""
    process.send_signal(signal.SIGTERM)
    said = process.communicate(timeout=_PATIENCE_SECONDS)
    assert process.returncode == 0, said
    return said


def until(happened: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Waits for what the process is to do."""
    ends = time.monotonic() + _PATIENCE_SECONDS
    while not happened():
        assert process.poll() is None, process.stderr and process.stderr.read()
        assert time.monotonic() < ends
        time.sleep(0.25)


def ledger(out: Path) -> Rows:
    """The ledger's rows; none where there is no table yet."""
    return rows(out, "private/ledger") if (out / "private/ledger/_delta_log").is_dir() else []


def waiting(spool: Path) -> list[Path]:
    """Segments that are closed and not retired."""
    return sorted((spool / "partitions").rglob("*.segment"))


def retired(spool: Path) -> list[Path]:
    return sorted((spool / "retired").rglob("*.segment"))
