"""``chartstream quarantine``: what is held back, why, and again through the pipeline."""

import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import orjson
from rich.console import Console
from rich.table import Table

from pipelines.job import drive, open_job
from pipelines.options import BatchOptions, MappingOptions, parse_pairs
from pipelines.patience import Bounded
from pipelines.progress import Progress
from transforms.errors import ChartstreamError
from transforms.intervals import Intervals
from transforms.keyring import load_keyring
from transforms.read.options import ReadOptions
from transforms.read.unit import UnitReader
from transforms.records import Reason, SourceRecord, Unit
from transforms.sealing import unseal
from transforms.write.output import open_output
from transforms.write.quarantine import Held, HeldPayloads, list_held, replay_units
from transforms.write.summary import Summary, summarise, write_summary_json

_COLUMNS = ("quarantine_id", "reason", "stage", "detail", "unit_id", "offset", "part", "attempt")


def print_held(out: Path, *, as_json: bool) -> None:
    """One line a held payload: no text, no file name."""
    held = [_coordinates(one) for one in list_held(open_output(out))]
    if as_json:
        print(orjson.dumps(held, option=orjson.OPT_INDENT_2).decode())
        return
    table = Table(*_COLUMNS, box=None, pad_edge=False)
    for one in held:
        table.add_row(*(str(one[column]) for column in _COLUMNS))
    Console(width=None if Console().is_terminal else 200).print(table)
    print(f"{len(held)} held back")


def payload(out: Path, quarantine_id: str, keyring: Path | None) -> bytes:
    """One held input, decrypted: the note's text, or the record as it came."""
    output = open_output(out)
    held = HeldPayloads(output).get(quarantine_id)
    item = unseal(load_keyring(keyring or output.keyring), held.sealed, held.place)
    if isinstance(item, SourceRecord):
        return item.payload
    return (item.text or "").encode()


def replay(
    out: Path,
    quarantine_ids: tuple[str, ...],
    reason: Reason | None,
    mapping: MappingOptions,
    options: BatchOptions,
) -> Summary:
    """Puts held payloads through the pipeline again, as the installed version reads them now."""
    started = time.monotonic()
    output = open_output(out)
    if quarantine_ids and reason is not None:
        raise ChartstreamError("give quarantine ids or --reason, not both")
    wanted = quarantine_ids or tuple(
        one.quarantine_id for one in list_held(output) if reason is None or one.reason == reason
    )
    job = open_job(out, options, {})
    reading = ReadOptions(
        inputs=(),
        columns=mapping.columns(),
        namespaces=parse_pairs(mapping.namespaces, "--namespaces"),
        max_note_mb=options.max_note_mb,
    )
    units = list(replay_units(output, job.keyring, wanted))

    def plan(decided: Intervals) -> Iterator[Unit]:
        return (unit for unit in units if not any(decided.overlaps(piece) for piece in unit.pieces))

    with Progress() as progress:
        reader = UnitReader(reading, job.keyring, None, HeldPayloads(output))
        # A unit is one payload: there is nothing to split.
        drive(job, plan, lambda unit: [unit], reader, Bounded(options.wait), progress)
    summary = summarise(output, job.run_id, time.monotonic() - started)
    write_summary_json(output, summary)
    return summary


def _coordinates(held: Held) -> dict[str, str | int]:
    row = asdict(held)
    place = row.pop("place")
    return row | {name: place[name] for name in ("unit_id", "offset", "part", "attempt")}
