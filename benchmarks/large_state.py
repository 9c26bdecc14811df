"""An output and a spool as a long life leaves them, made in a minute: the project's tables and log entries, no notes.

What a row says is made up; how many rows, files, log entries, decisions and segments there are is what counts.
"""

import os
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.listen import message
from transforms.keyring import Keyring
from transforms.records import Outcome, Reason
from transforms.spool.segment import Message, SegmentEncoder, SegmentId
from transforms.spool.spool import Spool, create_or_open
from transforms.write import intents
from transforms.write.compact import compact
from transforms.write.delta import ReleaseTable
from transforms.write.intents import Intent
from transforms.write.output import Output, OutputSettings
from transforms.write.output import create_or_open as create_output
from transforms.write.schemas import COMMIT_ORDER, SCHEMAS, Table

MESSAGES_A_SEGMENT = 10
_MESSAGES_A_RELEASE = 1_000  # but for the first release, which has almost all
_HELD_SHARE = 100  # one of so many is held back
_COMPACT_EVERY = 100
_CHARACTERS = 200
_LAST_WEEK = datetime.now(UTC) - timedelta(days=7)


def create_tables(out: Path, spool: Path, keyring: Keyring, messages: int) -> Output:
    """An output with so many notes of a spool, committed a release a second up to now."""
    settings = OutputSettings("safe-harbor", "none", keyring.key_id, {"default": (str(spool),)})
    output = create_output(out, settings)
    tables = {table: ReleaseTable(output.table(table)) for table in COMMIT_ORDER}
    releases = max(1, messages // _MESSAGES_A_RELEASE)
    small = MESSAGES_A_SEGMENT
    for number in range(1, releases + 1):
        count = messages - (releases - 1) * small if number == 1 else small
        for table, rows in _rows(count, intents.release_id(number)).items():
            source = output.merged / f"{table}.parquet"
            pq.write_table(rows, source, compression="zstd", row_group_size=65_536)
            tables[table].append(number, source, f"{intents.release_id(number)}.parquet", rows.num_rows)
            source.unlink()
        intents.close(output.intents, Intent(number, (), "", {}))
        if number % _COMPACT_EVERY == 0:
            for table in Table:
                _age_log(output.table(table), number, releases)
                compact(output.table(table), SCHEMAS[table])
    return output


def create_spool(root: Path, keyring: Keyring, retired: int, waiting: int, partitions: int) -> Spool:
    """A spool with so many messages that are done, and so many that wait, in closed segments of ten, the oldest first."""
    spool = create_or_open(root, keyring)
    now = time.time_ns() // 1000
    names = [f"ward-{number}" for number in range(partitions)]
    for name in names:
        spool.partition(name).mkdir()
        (spool.retired / "2026-01-01" / name).mkdir(parents=True)
    for number in range(retired // MESSAGES_A_SEGMENT):  # nobody may look into these
        (spool.retired / "2026-01-01" / names[number % partitions] / f"{number:016d}.segment").touch()
    for number in range(waiting // MESSAGES_A_SEGMENT):
        segment = SegmentId(names[number % partitions], now - waiting + number)
        (spool.partition(segment.partition) / f"{segment.number:016d}.segment").write_bytes(
            _segment(segment, keyring, number * MESSAGES_A_SEGMENT)
        )
    return spool


def _segment(name: SegmentId, keyring: Keyring, first: int) -> bytes:
    encoder = SegmentEncoder(name, keyring)
    payloads = (message(first + at, _CHARACTERS)[1:-2] for at in range(MESSAGES_A_SEGMENT))
    records = encoder.records([Message(datetime.now(UTC), payload) for payload in payloads])
    return b"".join((encoder.header, *records, encoder.footer()))


def _age_log(table: Path, number: int, releases: int) -> None:
    """Gives the log's files the times of a release a second."""
    for path in (table / "_delta_log").iterdir():
        version = path.name.split(".")[0]
        if version.isdigit():
            then = time.time() - (releases - number) - max(0, number - int(version))
            os.utime(path, (then, then))


def _rows(count: int, release: str) -> dict[Table, pa.Table]:
    """The rows of so many released notes, of whom some were held back."""
    keys, hashes, units = (_hexadecimal(count) for _ in range(3))
    segments = max(1, count // MESSAGES_A_SEGMENT)
    held = max(1, count // _HELD_SHARE)
    outcome = pa.array([Outcome.RELEASED.value] * (count - held) + [Outcome.QUARANTINED.value] * held)
    reason = pa.array([None] * (count - held) + [Reason.BAD_MESSAGE.value] * held, pa.string())
    numbers = pa.array(range(count), pa.int64())
    paths = pa.array([f"ward-0/{number:016d}" for number in range(segments)])
    size, notes = (pa.repeat(pa.scalar(value, pa.int64()), segments) for value in (5_000, MESSAGES_A_SEGMENT))
    found = {"note_key": keys, "version": numbers, "content_hash": hashes, "offset": numbers}
    return {
        Table.PHI_SPANS: _table(Table.PHI_SPANS, count, release, found),
        Table.QUARANTINE: _table(
            Table.QUARANTINE,
            held,
            release,
            {"quarantine_id": hashes[:held], "reason": reason[count - held :], "state": pa.repeat("held", held)},
        ),
        Table.NOTES: _table(Table.NOTES, count, release, found),
        Table.LEDGER: _table(Table.LEDGER, count, release, found | {"outcome": outcome, "reason": reason}),
        Table.UNITS: _table(
            Table.UNITS,
            segments,
            release,
            {"unit_id": units[:segments], "path": paths, "digest": units[:segments], "size": size, "end": size}
            | {"notes": notes},
        ),
    }


def _table(table: Table, count: int, release: str, given: dict[str, pa.Array]) -> pa.Table:
    return pa.Table.from_arrays(
        [given.get(field.name, _CONSTANTS.get(field.type, _null)(field, count, release)) for field in SCHEMAS[table]],
        schema=SCHEMAS[table],
    )


def _null(field: pa.Field, count: int, release: str) -> pa.Array:
    return pa.nulls(count, field.type)


def _constant(value: object) -> Callable[[pa.Field, int, str], pa.Array]:
    return lambda field, count, release: pa.repeat(
        pa.scalar(release if field.name == "release_id" else 1 if field.name == "attempt" else value, field.type), count
    )


_CONSTANTS: dict[pa.DataType, Callable[[pa.Field, int, str], pa.Array]] = {
    pa.string(): _constant("made up"),
    pa.int32(): _constant(0),
    pa.int64(): _constant(0),
    pa.float32(): _constant(1.0),
    pa.bool_(): _constant(True),
    SCHEMAS[Table.LEDGER].field("committed_at").type: _constant(_LAST_WEEK),
}


def _hexadecimal(count: int) -> pa.Array:
    digits = secrets.token_hex(16 * count)
    return pa.array([digits[at : at + 32] for at in range(0, len(digits), 32)])
