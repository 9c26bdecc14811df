"""What a run, or all runs, came to: counts from the ledger and the tables, and the sum that adds up."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from transforms import durable
from transforms.records import Outcome
from transforms.write.output import Output, read_settings
from transforms.write.scan import Releases, fingerprints, scan
from transforms.write.schemas import Table
from transforms.write.standing import standing

_COUNTED = ("outcome", "reason", "chars", "read_ms", "deidentify_ms", "extract_ms", "note_key", "version")


@dataclass(frozen=True)
class Summary:
    """``records == released + quarantined + duplicates + no_note``, over the standing rows of the ledger."""

    policy: str
    records: int
    released: int
    quarantined: int
    duplicates: int
    no_note: int
    entities: int
    relations: int
    chars: int  # of released text, code points
    quarantined_by_reason: dict[str, int] = field(default_factory=dict)
    phi_by_type: dict[str, int] = field(default_factory=dict)
    seconds_by_step: dict[str, float] = field(default_factory=dict)  # summed over notes; steps overlap
    notes_per_second: float = 0.0


def summarise(output: Output, run_id: str | None = None, seconds: float | None = None) -> Summary:
    """Counts one run, or with None all that the output holds. Memory does not grow with the tables.

    Of a place's rows the highest attempt stands. For one run its released notes are held as 8 bytes each.

    Args:
        output: the output.
        run_id: the run.
        seconds: how long the run took, for ``notes_per_second``.
    """
    tally = _tally(output, run_id)
    settings = read_settings(output)
    released = tally.outcomes[Outcome.RELEASED]
    return Summary(
        policy=settings.policy if settings else "",
        records=tally.outcomes.total(),
        released=released,
        quarantined=tally.outcomes[Outcome.QUARANTINED],
        duplicates=tally.outcomes[Outcome.DUPLICATE],
        no_note=tally.outcomes[Outcome.NO_NOTE],
        entities=sum(rows.num_rows for rows in _of_run(output, Table.ENTITIES, tally)),
        relations=sum(rows.num_rows for rows in _of_run(output, Table.RELATIONS, tally)),
        chars=tally.chars,
        quarantined_by_reason=dict(sorted(tally.reasons.items())),
        phi_by_type=_phi_by_type(output, tally),
        seconds_by_step={step: round(ms / 1000, 3) for step, ms in tally.step_ms.items()},
        notes_per_second=round(released / seconds, 2) if seconds else 0.0,
    )


def write_summary_json(output: Output, summary: Summary) -> None:
    """OUT/summary.json, mode 0600: the old one or the new one, never a part."""
    with durable.storage():
        durable.replace(output.summary, orjson.dumps(asdict(summary), option=orjson.OPT_INDENT_2) + b"\n")


@dataclass
class _Tally:
    """Sums over the ledger, and which releases and released notes they came from (None: all of them)."""

    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    chars: int = 0
    step_ms: dict[str, float] = field(default_factory=lambda: dict.fromkeys(("read", "deidentify", "extract"), 0.0))
    within: Releases | None = None
    notes: npt.NDArray[np.uint64] | None = None


def _tally(output: Output, run_id: str | None) -> _Tally:
    tally = _Tally()
    notes: list[npt.NDArray[np.uint64]] = []
    seen: list[Releases] = []
    for releases, rows in standing(output, _COUNTED, run_id):
        seen.append(releases)
        _count(tally, rows)
        if run_id is not None:
            through = rows.filter(pc.equal(rows.column("outcome"), Outcome.RELEASED.value))
            notes.append(fingerprints(through.column("note_key"), through.column("version")))
    if run_id is not None:
        tally.notes = np.sort(np.concatenate([np.empty(0, np.uint64), *notes]))
        tally.within = Releases(min((one.first for one in seen), default=0), max((one.last for one in seen), default=0))
    return tally


def _count(tally: _Tally, rows: pa.RecordBatch) -> None:
    tally.outcomes.update(rows.column("outcome").to_pylist())
    tally.reasons.update(reason for reason in rows.column("reason").to_pylist() if reason is not None)
    through = rows.filter(pc.equal(rows.column("outcome"), Outcome.RELEASED.value))
    tally.chars += pc.sum(through.column("chars")).as_py() or 0
    for step in tally.step_ms:
        tally.step_ms[step] += pc.sum(rows.column(f"{step}_ms").cast(pa.float64())).as_py() or 0.0


def _of_run(output: Output, table: Table, tally: _Tally, *columns: str) -> Iterator[pa.RecordBatch]:
    """The rows of a table that belong to the tally's notes."""
    for batch in scan(output.table(table), ("note_key", "version", *columns), tally.within):
        if tally.notes is None or not batch.num_rows:
            yield batch
        else:
            found = np.isin(fingerprints(batch.column("note_key"), batch.column("version")), tally.notes)
            yield batch.filter(pa.array(found))


def _phi_by_type(output: Output, tally: _Tally) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for rows in _of_run(output, Table.PHI_SPANS, tally, "phi_type"):
        counts.update(rows.column("phi_type").to_pylist())
    return dict(sorted(counts.items()))
