"""What is held back: listing it, reading a payload, and putting it through the pipeline again.

The table is append-only. A payload that was put through again has a second row with the same ``quarantine_id`` and state
``replayed``; what became of it stands in the ledger at its own place, with the next attempt.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from transforms import durable
from transforms.errors import ChartstreamError
from transforms.keyring import Keyring
from transforms.records import Format, Piece, Place, Sealed, Unit
from transforms.write.output import Output
from transforms.write.rows import QuarantineState, quarantine_id
from transforms.write.scan import files, scan
from transforms.write.schemas import SCHEMAS, Table

_PATH = "quarantine:"
_MAX_ATTEMPTS = 1000


@dataclass(frozen=True)
class HeldPayload:
    """An encrypted input and the place, attempt included, at which it was held back."""

    sealed: Sealed
    place: Place


@dataclass(frozen=True)
class Held:
    """What is known of a payload that is held, without opening it."""

    quarantine_id: str
    place: Place
    stage: str
    reason: str
    detail: str
    key_id: str
    quarantined_at: datetime


@dataclass(frozen=True)
class HeldPayloads:
    """The encrypted payloads of an output, by id. Picklable: workers read them where the tables are."""

    output: Output = field(repr=False)

    def get(self, held_id: str) -> HeldPayload:
        """The payload. Raises ChartstreamError where none of that id was ever held; Outage where it cannot be read."""
        with durable.storage():
            for path, _ in files(self.output.table(Table.QUARANTINE)):
                if (row := _with_payload(path, held_id)) is not None:
                    return HeldPayload(Sealed(row["key_id"], row["payload"]), _place(row))
        raise ChartstreamError(f"nothing is held back under the id {held_id}")


def list_held(output: Output) -> Iterator[Held]:
    """What is held back now, in the order in which it was committed."""
    replayed = {row["quarantine_id"] for row in _rows(output, state=QuarantineState.REPLAYED)}
    for row in _rows(output, state=QuarantineState.HELD):
        if row["quarantine_id"] not in replayed:
            yield Held(
                row["quarantine_id"],
                _place(row),
                row["stage"],
                row["reason"],
                row["detail"],
                row["key_id"],
                row["quarantined_at"],
            )


def held_by_reason(output: Output) -> dict[str, int]:
    """How much is held back now, by reason: of each payload that was replayed a second row says so, reason included."""
    held: Counter[str] = Counter()
    for rows in scan(output.table(Table.QUARANTINE), ("reason", "state")):
        for state, sign in ((QuarantineState.HELD, 1), (QuarantineState.REPLAYED, -1)):
            reasons = rows.filter(pc.equal(rows.column("state"), state.value)).column("reason")
            for counted in reasons.value_counts().to_pylist():
                held[counted["values"]] += sign * counted["counts"]
    return {reason: count for reason, count in sorted(held.items()) if count}


def replay_units(output: Output, keyring: Keyring, ids: Collection[str] | None = None) -> Iterator[Unit]:
    """A unit a held payload (all of them, or those of the ids), so that one that fails again holds up no other.

    Raises ChartstreamError where an id is not held.
    """
    held = [one for one in list_held(output) if ids is None or one.quarantine_id in ids]
    missing = set(ids or ()) - {one.quarantine_id for one in held}
    if missing:
        raise ChartstreamError(f"not held back, or replayed already: {', '.join(sorted(missing))}")
    for one in held:
        attempt = one.place.attempt
        yield Unit(
            unit_id=keyring.unit_id("replay", one.quarantine_id, str(attempt)),
            source=one.place.source,
            format=Format.QUARANTINE,
            pieces=(Piece(f"{_PATH}{one.quarantine_id}", attempt, attempt + 1, 0, one.quarantine_id),),
        )


def id_of(piece: Piece) -> str:
    """The id of the held payload that a piece of a replay names."""
    return piece.path.removeprefix(_PATH)


def held_rows(output: Output, ids: Collection[str]) -> list[Mapping[str, Any]]:
    """The held rows of those ids, without their payloads."""
    return list(_rows(output, ids, state=QuarantineState.HELD))


def _rows(output: Output, ids: Collection[str] | None = None, *, state: QuarantineState) -> Iterator[Mapping[str, Any]]:
    """Rows of a state, without their payloads."""
    columns = [name for name in SCHEMAS[Table.QUARANTINE].names if name != "payload"]
    for batch in scan(output.table(Table.QUARANTINE), columns):
        rows = batch.filter(pc.equal(batch.column("state"), state.value))
        if ids is not None:
            rows = rows.filter(pc.is_in(rows.column("quarantine_id"), pa.array(ids, pa.string())))
        yield from rows.to_pylist()


def _with_payload(path: Path, held_id: str) -> Mapping[str, Any] | None:
    """The held row of that id in a file; payloads are read of its row group alone."""
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            if held_id not in file.read_row_group(group, columns=["quarantine_id"]).column(0).to_pylist():
                continue
            rows = file.read_row_group(group)
            rows = rows.filter((pc.field("quarantine_id") == held_id) & pc.field("payload").is_valid())
            if rows.num_rows:
                row: Mapping[str, Any] = rows.to_pylist()[0]
                return row
    return None


def _place(row: Mapping[str, Any]) -> Place:
    # The table has no column for the attempt; the id is a hash over it.
    for attempt in range(1, _MAX_ATTEMPTS):
        place = Place(row["unit_id"], row["source"], row["partition"], row["offset"], row["part"], attempt=attempt)
        if quarantine_id(place) == row["quarantine_id"]:
            return place
    raise ChartstreamError("a row of quarantine does not fit its id: the table was altered")
