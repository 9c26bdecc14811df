"""A clean copy for a recipient: plain Parquet of the current versions, with keys that lead back here only.

What leaves carries no log, no release, no order of commit, no time of a file, and no key that another export has: keys are
random, and a private crosswalk says which is which. Cancelled notes are left out, and so are versions that a newer
one replaced.
"""

import hmac
import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from transforms import durable
from transforms.errors import ChartstreamError
from transforms.records import NoteStatus
from transforms.write.commit import Committer
from transforms.write.merge import discard, merge_folder
from transforms.write.output import Output
from transforms.write.scan import files, fingerprints, scan
from transforms.write.schemas import SCHEMAS, Table

_TABLES = (Table.NOTES, Table.ENTITIES, Table.RELATIONS)
_KEYS = {"note_key": "note", "parent_note_key": "note", "patient_key": "patient", "encounter_key": "encounter"}

# A version's number holds the source's time, the key's id tells outputs apart, a release tells when notes came.
_LEFT_OUT = frozenset({"version", "key_id", "release_id"})

_BUCKET_BYTES = 64_000_000  # a bucket of rows is shuffled in memory
_FILE_TIME = 946_684_800  # 2000-01-01: the same for every file of every export
_CROSSWALK = pa.schema([pa.field(name, pa.string(), nullable=False) for name in ("kind", "key", "exported_key")])


def export_parquet(output: Output, destination: Path) -> dict[str, int]:
    """Writes ``notes.parquet``, ``entities.parquet`` and ``relations.parquet``; gives the rows of each.

    Memory: a bucket of rows, and some 50 bytes a note.

    Raises:
        ChartstreamError: the destination is not empty, or cannot be written.
        Outage: the output cannot be read.
    """
    Committer(output).roll_forward()
    secret = secrets.token_bytes(32)
    _claim(destination)
    with durable.storage(), merge_folder(output.merged) as scratch:
        try:
            current = _current_versions(output)
            _write_crosswalk(output, current, secret, destination.name)
            counts = {}
            for table in _TABLES:
                rows = _exported_rows(output, table, current, secret)
                path = destination / f"{table}.parquet"
                counts[table.value] = _write_shuffled(rows, _schema(table), _buckets(output, table), scratch, path)
                os.utime(path, (_FILE_TIME, _FILE_TIME))
        finally:
            discard(scratch)
    os.utime(destination, (_FILE_TIME, _FILE_TIME))
    return counts


def _claim(destination: Path) -> None:
    try:
        destination.mkdir(parents=True, exist_ok=True)
        if any(destination.iterdir()):
            raise ChartstreamError(f"{destination} is not empty: name a new folder")
    except OSError as error:
        raise ChartstreamError(f"{destination} cannot be written: {error.strerror}") from None


def _schema(table: Table) -> pa.Schema:
    return pa.schema([field for field in SCHEMAS[table] if field.name not in _LEFT_OUT])


def _current_versions(output: Output) -> npt.NDArray[np.uint64]:
    """Sorted fingerprints of each note's highest version, less those that are cancelled."""
    batches = list(_versions(output))
    if not batches:
        return np.empty(0, np.uint64)
    high, low, version, mark, cancelled = (np.concatenate(columns) for columns in zip(*batches, strict=True))
    order = np.lexsort((version, low, high))
    high, low = high[order], low[order]
    last = np.append((high[1:] != high[:-1]) | (low[1:] != low[:-1]), True)
    kept = order[last]
    return np.sort(mark[kept][~cancelled[kept]])


def _versions(output: Output) -> Iterator[tuple[npt.NDArray[Any], ...]]:
    for batch in scan(output.table(Table.NOTES), ("note_key", "version", "status")):
        if batch.num_rows:
            keys = _key_halves(batch.column("note_key"))
            yield (
                keys["high"],
                keys["low"],
                batch.column("version").to_numpy(),
                fingerprints(batch.column("note_key"), batch.column("version")),
                pc.equal(batch.column("status"), NoteStatus.CANCELLED.value).to_numpy(zero_copy_only=False),
            )


def _key_halves(keys: pa.Array) -> npt.NDArray[Any]:
    return np.frombuffer(bytes.fromhex("".join(keys.to_pylist())), np.dtype([("high", ">u8"), ("low", ">u8")]))


def _exported_rows(
    output: Output, table: Table, current: npt.NDArray[np.uint64], secret: bytes
) -> Iterator[pa.RecordBatch]:
    """The table's rows of current versions, under the keys of this export."""
    schema = _schema(table)
    for batch in scan(output.table(table), [*schema.names, "version"]):
        if not batch.num_rows:
            continue
        kept = np.isin(fingerprints(batch.column("note_key"), batch.column("version")), current)
        rows = batch.filter(pa.array(kept))
        yield pa.RecordBatch.from_arrays(
            [
                _exported_keys(rows.column(name), _KEYS[name], secret) if name in _KEYS else rows.column(name)
                for name in schema.names
            ],
            schema=schema,
        )


def _exported_keys(keys: pa.Array, kind: str, secret: bytes) -> pa.Array:
    encoded = keys.dictionary_encode()
    exported = pa.array([_exported_key(kind, key, secret) for key in encoded.dictionary.to_pylist()], pa.string())
    return exported.take(encoded.indices)


def _exported_key(kind: str, key: str, secret: bytes) -> str:
    # Random to everybody else: the secret is forgotten when the export ends, the crosswalk remembers the pairs.
    return hmac.digest(secret, f"{kind}/{key}".encode(), "sha256")[:16].hex()


def _write_crosswalk(output: Output, current: npt.NDArray[np.uint64], secret: bytes, name: str) -> None:
    """Which key of the tables each exported key stands for, in the private zone."""
    output.crosswalks.mkdir(mode=0o700, exist_ok=True)
    path = output.crosswalks / f"{name}-{secrets.token_hex(4)}.parquet"
    seen: dict[str, set[str]] = {kind: set() for kind in _KEYS.values()}
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file, pq.ParquetWriter(file, _CROSSWALK, compression="zstd") as writer:
        for batch in scan(output.table(Table.NOTES), ["version", *_KEYS]):
            if not batch.num_rows:
                continue
            rows = batch.filter(
                pa.array(np.isin(fingerprints(batch.column("note_key"), batch.column("version")), current))
            )
            pairs = []
            for column, kind in _KEYS.items():
                fresh = set(rows.column(column).drop_null().to_pylist()) - seen[kind]
                seen[kind] |= fresh
                pairs += [(kind, key) for key in sorted(fresh)]
            columns = [[kind for kind, _ in pairs], [key for _, key in pairs]]
            exported = [_exported_key(kind, key, secret) for kind, key in pairs]
            writer.write_table(
                pa.Table.from_arrays(
                    [pa.array(column, pa.string()) for column in (*columns, exported)], schema=_CROSSWALK
                )
            )
    durable.fsync(path)
    durable.fsync(path.parent)


def _buckets(output: Output, table: Table) -> int:
    # Text and findings take some four times as much in memory as in Parquet.
    return 1 + sum(4 * path.stat().st_size for path, _ in files(output.table(table))) // _BUCKET_BYTES


def _write_shuffled(
    batches: Iterator[pa.RecordBatch], schema: pa.Schema, buckets: int, scratch: Path, path: Path
) -> int:
    """Writes the rows to ``path`` in an order that is drawn at random; gives their number."""
    random = np.random.default_rng(secrets.randbits(128))
    parts = [scratch / f"{path.stem}-{number}.arrow" for number in range(buckets)]
    with ExitStack() as stack:
        streams = [stack.enter_context(pa.ipc.new_stream(str(part), schema)) for part in parts]
        for batch in batches:
            drawn = random.integers(buckets, size=batch.num_rows)
            for number in np.unique(drawn):
                streams[number].write_batch(batch.filter(pa.array(drawn == number)))
    count = 0
    with pq.ParquetWriter(path, schema, compression="zstd", store_schema=False) as writer:
        for part in parts:
            with pa.ipc.open_stream(str(part)) as stream:
                rows = stream.read_all()
            part.unlink()
            writer.write_table(rows.take(pa.array(random.permutation(rows.num_rows))))
            count += rows.num_rows
    return count
