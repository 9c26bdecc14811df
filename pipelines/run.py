"""``chartstream run``: the batch job. Incremental: what is committed is not read again."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.job import drive, open_job
from pipelines.options import BatchOptions, InputOptions, parse_pairs
from pipelines.patience import Bounded
from pipelines.progress import Progress
from transforms.errors import ChartstreamError
from transforms.intervals import Intervals
from transforms.keyring import new_keyring
from transforms.read.files import is_remote
from transforms.read.gathering import gather_known_phi
from transforms.read.listing import Listing, within_inputs
from transforms.read.options import ReadOptions, UnitLimits
from transforms.read.plan import plan_units, split_unit
from transforms.read.unit import UnitReader
from transforms.records import Format, Unit
from transforms.write.decided import load_decided
from transforms.write.output import Output
from transforms.write.quarantine import HeldPayloads
from transforms.write.summary import Summary, summarise, write_summary_json


@dataclass(frozen=True)
class DryRun:
    """What a run would read: counts by format."""

    units: dict[Format, int]
    files: dict[Format, int]


def read_options(inputs: tuple[str, ...], options: InputOptions, work: BatchOptions) -> ReadOptions:
    """The options of reading; raises ChartstreamError where they contradict each other."""
    if not inputs:
        raise ChartstreamError("nothing to read: name a directory, file, glob or URL")
    if options.unit_notes < 1:
        raise ChartstreamError("--unit-notes must be at least 1")
    return ReadOptions(
        inputs=tuple(name if is_remote(name) else str(Path(name).expanduser().absolute()) for name in inputs),
        source=options.source,
        format=options.format.chosen,
        columns=options.columns(),
        namespaces=parse_pairs(options.namespaces, "--namespaces"),
        max_note_mb=work.max_note_mb,
    )


def run(
    inputs: tuple[str, ...],
    out: Path,
    options: InputOptions,
    work: BatchOptions,
) -> Summary:
    """Reads what is not committed yet, commits it, and returns what this run did. OUT/summary.json says the same."""
    started = time.monotonic()
    reading = read_options(inputs, options, work)
    Listing(reading.inputs, reading.format).check()
    if within_inputs(str(out.absolute()), reading.inputs):
        raise ChartstreamError("--output lies in an input, and would be read as notes: name a folder elsewhere")
    job = open_job(out, work, {reading.source: reading.inputs})
    limits = UnitLimits(notes=options.unit_notes)

    def plan(decided: Intervals) -> Iterator[Unit]:
        return plan_units(reading, decided, limits, job.keyring, options.limit)

    def split(unit: Unit) -> list[Unit]:
        return split_unit(unit, reading, job.keyring)

    known_phi = gather_known_phi(reading, job.output.private / "known_phi.index", job.keyring)
    with Progress() as progress:
        reader = UnitReader(reading, job.keyring, known_phi, HeldPayloads(job.output))
        drive(job, plan, split, reader, Bounded(work.wait), progress)
    summary = summarise(job.output, job.run_id, time.monotonic() - started)
    write_summary_json(job.output, summary)
    return summary


def dry_run(inputs: tuple[str, ...], out: Path, options: InputOptions, work: BatchOptions) -> DryRun:
    """Plans, and changes nothing: OUT need not exist."""
    reading = read_options(inputs, options, work)
    output = Output(out)
    decided = load_decided(output) if output.has_tables() else Intervals()
    units: dict[Format, int] = {}
    files: dict[Format, set[str]] = {}
    for unit in plan_units(reading, decided, UnitLimits(notes=options.unit_notes), new_keyring(), options.limit):
        units[unit.format] = units.get(unit.format, 0) + 1
        files.setdefault(unit.format, set()).update(piece.path for piece in unit.pieces)
    return DryRun(units, {format: len(paths) for format, paths in files.items()})
