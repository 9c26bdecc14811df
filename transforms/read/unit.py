"""A unit → its records, read: notes, records that hold none, and what cannot be read. Nothing of a unit is left out."""

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from time import perf_counter
from typing import Protocol
from urllib.parse import unquote

from transforms.errors import Outage
from transforms.keyring import Keyring
from transforms.read.files import FileState, exists, open_stored
from transforms.read.items import Item, items_of
from transforms.read.known_phi_index import KnownPhiIndex
from transforms.read.lines import HELD_BYTES
from transforms.read.listing import relative_path, within_inputs
from transforms.read.occurrences import Occurrences
from transforms.read.options import ReadOptions
from transforms.read.parsing import ParseContext
from transforms.read.pieces import PieceReader, RawRecord
from transforms.records import (
    Format,
    KnownPhi,
    Note,
    Piece,
    Place,
    Read,
    Sealed,
    SourceRecord,
    Unit,
    Unreadable,
)
from transforms.sealing import unseal


class HeldPayload(Protocol):
    """What quarantine holds: a note or a record, encrypted, and the place for which it was sealed."""

    @property
    def sealed(self) -> Sealed: ...

    @property
    def place(self) -> Place: ...


class HeldPayloads(Protocol):
    """The quarantine of an output, read by id. Picklable."""

    def get(self, quarantine_id: str, /) -> HeldPayload:
        """The payload that is held under that id. Raises Outage where quarantine cannot be read."""
        ...


class UnitReader:
    """Reads units. Picklable; what it keeps open stays behind."""

    def __init__(
        self,
        options: ReadOptions,
        keyring: Keyring,
        known_phi: KnownPhiIndex | None = None,
        held: HeldPayloads | None = None,
    ) -> None:
        self._options = options
        self._keyring = keyring
        self._known_phi = known_phi
        self._held = held
        self._pieces: PieceReader | None = None
        self._occurrences: Occurrences | None = None

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_pieces": None, "_occurrences": None}

    def read(self, unit: Unit) -> Iterator[Read]:
        """Everything in the unit, in order; at least one ``Read`` a record.

        Raises Outage: ``input_changed`` where a piece is not what was planned, before anything of that piece is given;
        ``input_unavailable`` where it cannot be read now.
        """
        for piece in unit.pieces:
            yield from self._replay(piece, unit) if unit.format is Format.QUARANTINE else self._piece(piece, unit)

    def _piece(self, piece: Piece, unit: Unit) -> Iterator[Read]:
        if self._pieces is None:
            self._pieces = PieceReader(self._options)
        start = perf_counter()
        state, records = self._pieces.read(piece, unit.format)
        fetch_ms = (perf_counter() - start) * 1000 / max(1, len(records))
        context = self._context(piece.path, unit.format, state.modified, state)
        for raw in records:
            start = perf_counter()
            place = Place(unit.unit_id, unit.source, piece.path, raw.offset)
            record = SourceRecord(place, unit.format, raw.payload, state.modified)
            items = items_of(raw, record, unit.handling, context)
            read_ms = ((perf_counter() - start) * 1000 + fetch_ms) / len(items)
            yield from (Read(item, state.modified, read_ms) for item in items)

    def _replay(self, piece: Piece, unit: Unit) -> Iterator[Read]:
        if self._held is None:
            raise Outage("input_unavailable", "quarantine cannot be read here")
        start = perf_counter()
        held = self._held.get(piece.digest)
        stored = unseal(self._keyring, held.sealed, held.place)
        place = replace(held.place, attempt=held.place.attempt + 1)
        items: list[Item]
        if isinstance(stored, Note):
            items = [replace(stored, place=place)]
        else:
            record = replace(stored, place=place)
            raw = RawRecord(place.offset, record.payload)
            context = self._context(place.partition, record.format, record.file_time, None)
            items = items_of(raw, record, unit.handling, context)
            # Of a record whose later note was held back, the other notes have rows of their own.
            items = [item for item in items if not place.part or _place(item).part == place.part] or items
        read_ms = (perf_counter() - start) * 1000 / len(items)
        yield from (Read(item, datetime.now(UTC), read_ms) for item in items)

    def _context(self, path: str, file_format: Format, received_at: datetime, state: FileState | None) -> ParseContext:
        def occurrence(content: bytes, offset: int) -> int:
            if state is None:  # a replay: its file may be gone
                return 0
            if self._occurrences is None:
                self._occurrences = Occurrences(self._options)
            return self._occurrences.before(content, offset, path, file_format, state)

        return ParseContext(
            options=self._options,
            relative_path=relative_path(path, self._options.inputs),
            received_at=received_at,
            open_beside=lambda url: _open_beside(path, url, self._options.inputs),
            known_phi=self._look_up,
            occurrence=occurrence,
        )

    def _look_up(self, reference: str) -> KnownPhi | None:
        return None if self._known_phi is None else self._known_phi.get(reference)


def _place(item: Item) -> Place:
    return item.record.place if isinstance(item, Unreadable) else item.place


def _open_beside(path: str, url: str, inputs: tuple[str, ...]) -> bytes:
    """A file by its URL relative to a record's. Raises FileNotFoundError for one elsewhere: records lead nowhere else."""
    folder, name = path.rpartition("/")[0], unquote(url.partition("#")[0].partition("?")[0])
    scheme, separator, local = folder.rpartition("://")
    target = scheme + separator + posixpath.normpath(posixpath.join(local, name))
    relative = not name.startswith("/") and ":" not in name.partition("/")[0]
    if not (relative and (target.startswith(folder + "/") or within_inputs(target, inputs)) and exists(target)):
        raise FileNotFoundError(2, "not beside the record")
    with open_stored(target) as stored:
        return stored.read(HELD_BYTES)
