"""``chartstream status``: what waits, is at work, committed and held back, how fast, and how long it takes. Counts only."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson
from rich.console import Console
from rich.table import Table

from transforms.spool.spool import Spool
from transforms.spool.waiting import Waiting, waiting
from transforms.write.activity import Activity, Percentiles, Window, activity
from transforms.write.output import open_output, read_settings

_NAMES = {60: "last minute", 3_600: "last hour", 86_400: "last day"}


@dataclass(frozen=True)
class Status:
    """An output's state at a time (UTC), and that of the spools that go to it, by their folder."""

    at: datetime
    spools: dict[str, Waiting]
    activity: Activity


def status(out: Path) -> Status:
    """Looks, and changes nothing. Raises ChartstreamError where there is no output, Outage where it cannot be read now."""
    output = open_output(out)
    settings = read_settings(output)
    roots = [root for paths in settings.sources.values() for root in paths] if settings else []
    spools = {root: waiting(Spool(Path(root))) for root in roots if Spool(Path(root)).in_use()}
    now = datetime.now(UTC)
    return Status(now, spools, activity(output, now))


def print_status(status: Status, *, as_json: bool) -> None:
    """On standard output: lines, or JSON."""
    if as_json:
        print(orjson.dumps(asdict(status), option=orjson.OPT_INDENT_2).decode())
        return
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, value in _lines(status):
        table.add_row(name, value)
    Console(width=None if Console().is_terminal else 200).print(table)
    day = status.activity.windows[-1]
    sums = " + ".join(f"{count} {name}" for name, count in day.outcomes.items())
    print(f"{day.records} committed in the {_NAMES[day.seconds]} = {sums}")


def _lines(status: Status) -> list[tuple[str, str]]:
    found = status.activity
    lines = [(f"spool {root}", _waiting(spool, status.at)) for root, spool in status.spools.items()]
    lines.append(("in work", f"{found.at_work.begun} units begun, {found.at_work.published} published"))
    lines += [(f"held back now: {reason}", f"{count}") for reason, count in found.held_back.items()]
    lines.append(("ledger", f"{found.ledger_rows} rows of all times"))
    lines.append(("last commit", f"{_ago(found.last_commit, status.at)} ago" if found.last_commit else "none"))
    lines += [(_NAMES[window.seconds], _window(window)) for window in found.windows]
    day = found.windows[-1]
    lines += [(f"{step} a note, {_NAMES[day.seconds]}", _times(took)) for step, took in day.steps.items()]
    return lines


def _waiting(spool: Waiting, now: datetime) -> str:
    since = f", the oldest for {_ago(spool.oldest, now)}" if spool.oldest else ""
    return f"{spool.messages} messages wait in {spool.segments} segments ({spool.bytes / 1e6:.1f} MB){since}"


def _window(window: Window) -> str:
    said = f"{window.records} records, {window.per_second:g}/s"
    return said if window.latency is None else f"{said}; arrival to commit {_times(window.latency)}"


def _times(took: Percentiles) -> str:
    return f"p50 {_seconds(took.p50)}, p95 {_seconds(took.p95)}, p99 {_seconds(took.p99)}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 0.1 else f"{seconds * 1000:.1f} ms"


def _ago(then: datetime, now: datetime) -> str:
    seconds = max(0.0, (now - then).total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
