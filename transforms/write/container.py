"""The file of one published unit: its pieces and all tables' rows, self-contained and checksummed.

    magic · length of the header (4 bytes, big-endian) · header (JSON) · Arrow IPC streams, zstd · BLAKE2b over all before

The header names the unit, counts its rows and says where each table's stream lies.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import orjson
import pyarrow as pa

from transforms.records import Piece
from transforms.write.schemas import Table, staged_schema

_MAGIC = b"CSUNIT1\n"
_CHECKSUM_BYTES = 32
_LENGTH_BYTES = 4


class DamagedUnit(Exception):  # noqa: N818
    """The file is torn or altered. It is discarded, and its unit is planned again."""


@dataclass(frozen=True)
class StagedUnit:
    """A published unit as read from its file."""

    unit_id: str
    pieces: tuple[Piece, ...]
    content: bytes
    streams: Mapping[Table, tuple[int, int]]  # where each table's stream starts and ends

    def rows(self, table: Table) -> pa.Table:
        """The unit's rows of a table (``staged_schema``)."""
        if table not in self.streams:
            return staged_schema(table).empty_table()
        start, end = self.streams[table]
        with pa.ipc.open_stream(pa.py_buffer(self.content)[start:end]) as reader:
            return reader.read_all()


def encode(unit_id: str, pieces: tuple[Piece, ...], tables: Mapping[Table, pa.Table]) -> bytes:
    """The file's content. ``tables`` have the staged schemas; empty ones are left out."""
    streams: list[bytes] = []
    places: dict[str, tuple[int, int]] = {}
    length = 0
    for name, table in tables.items():
        if not table.num_rows:
            continue
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
            writer.write_table(table)
        stream = sink.getvalue().to_pybytes()
        places[name.value] = (length, length + len(stream))
        streams.append(stream)
        length += len(stream)
    header = orjson.dumps({"unit_id": unit_id, "pieces": pieces, "streams": places})
    body = b"".join((_MAGIC, len(header).to_bytes(_LENGTH_BYTES, "big"), header, *streams))
    return body + blake2b(body, digest_size=_CHECKSUM_BYTES).digest()


def decode(content: bytes) -> StagedUnit:
    """What ``encode`` was given. Raises DamagedUnit where a byte is missing or other than written."""
    body, checksum = content[:-_CHECKSUM_BYTES], content[-_CHECKSUM_BYTES:]
    if not body.startswith(_MAGIC) or blake2b(body, digest_size=_CHECKSUM_BYTES).digest() != checksum:
        raise DamagedUnit
    header_at = len(_MAGIC) + _LENGTH_BYTES
    streams_at = header_at + int.from_bytes(body[len(_MAGIC) : header_at], "big")
    header = orjson.loads(body[header_at:streams_at])
    return StagedUnit(
        header["unit_id"],
        tuple(Piece(**piece) for piece in header["pieces"]),
        content,
        {Table(name): (streams_at + start, streams_at + end) for name, (start, end) in header["streams"].items()},
    )


def read(path: Path) -> StagedUnit:
    """The unit in a file. Raises DamagedUnit; FileNotFoundError where it was committed meanwhile."""
    unit = decode(path.read_bytes())
    if unit.unit_id != path.name:
        raise DamagedUnit
    return unit


def staged(folder: Path) -> list[Path]:
    """The published units' files, the oldest first."""
    with os.scandir(folder) as entries:
        files = [entry for entry in entries if not entry.name.startswith(".") and entry.is_file()]
        return [Path(entry.path) for entry in sorted(files, key=_age)]


def _age(entry: os.DirEntry[str]) -> tuple[int, str]:
    try:
        return entry.stat().st_mtime_ns, entry.name
    except FileNotFoundError:
        return 0, entry.name
