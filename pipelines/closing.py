"""The closing lines of a job: what was read, what became of it, and the sum that adds up."""

from dataclasses import asdict

import orjson
from rich.console import Console
from rich.table import Table

from pipelines.run import DryRun
from transforms.write.summary import Summary


def print_summary(summary: Summary, *, as_json: bool) -> None:
    """On standard output: a table, or JSON."""
    if as_json:
        print(orjson.dumps(asdict(summary), option=orjson.OPT_INDENT_2).decode())
        return
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, value in _lines(summary):
        table.add_row(name, value)
    Console().print(table)
    print(
        f"{summary.records} in = {summary.released} released + {summary.quarantined} quarantined"
        f" + {summary.duplicates} duplicate + {summary.no_note} no_note"
    )


def print_dry_run(plan: DryRun, *, as_json: bool) -> None:
    """What a run would read, by format."""
    if as_json:
        print(orjson.dumps(asdict(plan), option=orjson.OPT_INDENT_2).decode())
        return
    for format, units in sorted(plan.units.items()):
        print(f"{format}: {plan.files[format]} files in {units} units")
    if not plan.units:
        print("nothing new to read")


def _lines(summary: Summary) -> list[tuple[str, str]]:
    lines = [
        ("notes released", f"{summary.released}"),
        ("entities", f"{summary.entities}"),
        ("relations", f"{summary.relations}"),
    ]
    lines += [(f"held back: {reason}", f"{count}") for reason, count in sorted(summary.quarantined_by_reason.items())]
    lines += [(f"removed: {phi_type}", f"{count}") for phi_type, count in sorted(summary.phi_by_type.items())]
    lines.append(("notes/s", f"{summary.notes_per_second:.1f}"))
    return lines
