"""Closed segments of a spool as units: one segment is one piece, and its messages are read as those of a file are."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from time import perf_counter

from transforms.errors import Outage
from transforms.intervals import Intervals
from transforms.keyring import Keyring
from transforms.read.formats import SPLITTERS
from transforms.read.items import items_of
from transforms.read.lines import HELD_BYTES
from transforms.read.options import ReadOptions
from transforms.read.parsing import ParseContext
from transforms.read.pieces import DIGEST_DIGITS, RawRecord
from transforms.read.plan import unit_id
from transforms.records import Format, Piece, Place, Read, Reason, SourceRecord, Unit
from transforms.spool.position import Position
from transforms.spool.segment import DamagedSegment, Message, Segment, SegmentId, whole_prefix
from transforms.spool.spool import Spool, begun_at, read_content, read_segment


class SegmentPlan:
    """Some closed segments as units, and afterwards which of them are wholly decided.

    Args:
        segments: their files.
        source: the feed's name.
        keyring: names the units.
        pieces: of segments that were read by an earlier plan, and are not read again; those of others are added.
    """

    def __init__(
        self, segments: Sequence[Path], source: str, keyring: Keyring, pieces: dict[Path, Piece] | None = None
    ) -> None:
        self._segments = segments
        self._source = source
        self._keyring = keyring
        self._pieces = {} if pieces is None else pieces

    def units(self, decided: Intervals) -> Iterator[Unit]:
        """What is not decided, a unit a segment. Raises Outage, after all other units, where a segment cannot be read."""
        outages: list[Outage] = []
        for path in self._segments:
            try:
                if path not in self._pieces:
                    self._pieces[path], _, _ = _load(path)
            except Outage as outage:
                outages.append(outage)
                continue
            piece = self._pieces[path]
            for start, end in decided.missing(piece):
                yield _unit(replace(piece, start=start, end=end), self._source, self._keyring)
        if outages:
            raise outages[0]

    def done(self, decided: Intervals) -> list[Path]:
        """Segments of which nothing is left to do."""
        return [path for path, piece in self._pieces.items() if not decided.missing(piece)]


@dataclass(frozen=True)
class SegmentReader:
    """Reads units of a spool. Picklable."""

    spool: Spool
    options: ReadOptions
    keyring: Keyring

    def read(self, unit: Unit) -> Iterator[Read]:
        """Everything in the unit, in order; at least one ``Read`` a message.

        Raises Outage: ``input_changed`` where a segment is not what was planned, before anything of it is given;
        ``input_unavailable`` where it cannot be read now.
        """
        for piece in unit.pieces:
            start = perf_counter()
            records = self._records(piece)
            fetch_ms = (perf_counter() - start) * 1000 / max(1, len(records))
            for one in records:
                start = perf_counter()
                place = Place(unit.unit_id, unit.source, piece.path, one.raw.offset)
                if one.position is not None:
                    place = replace(place, partition=one.position.partition.path, offset=one.position.offset)
                # A message without a time of its own is as old as its arrival.
                record = SourceRecord(place, unit.format, one.raw.payload, one.received_at)
                items = items_of(one.raw, record, unit.handling, self._context(piece.path, one.received_at))
                read_ms = ((perf_counter() - start) * 1000 + fetch_ms) / len(items)
                yield from (Read(item, one.received_at, read_ms) for item in items)

    def split(self, unit: Unit) -> list[Unit]:
        """Two halves of a unit at a record's start; the unit itself where it is one record. Raises Outage."""
        (piece,) = unit.pieces
        offsets = [one.raw.offset for one in self._records(piece)]
        if len(offsets) < 2:
            return [unit]
        middle = offsets[len(offsets) // 2]
        halves = (replace(piece, end=middle), replace(piece, start=middle))
        return [_unit(half, unit.source, self.keyring) for half in halves]

    def _records(self, piece: Piece) -> list["_Stored"]:
        """The records of a piece, each with the time at which it came."""
        path = self.spool.closed_segment(piece.path)
        whole, sound, damaged_from = _load(path)
        if replace(whole, start=piece.start, end=piece.end) != piece:
            raise Outage("input_changed", "a segment of the spool was changed after it was planned")
        try:
            messages = list(sound.messages(self.keyring)) if sound else []
        except DamagedSegment:  # its checksums fit, and what is encrypted does not
            messages, damaged_from = [], 0
        records = [one for offset, message in messages for one in _records_of(offset, message)]
        if damaged_from < whole.size:  # what is left is kept, as encrypted as it was
            content = read_content(path)[damaged_from:][:HELD_BYTES]
            damaged = RawRecord(damaged_from, content, Reason.UNREADABLE, "a damaged segment of the spool")
            records.append(_Stored(damaged, begun_at(path)))
        return [one for one in records if piece.start <= one.raw.offset < piece.end]

    def _context(self, path: str, received_at: datetime) -> ParseContext:
        return ParseContext(
            options=self.options,
            relative_path=path,
            received_at=received_at,
            open_beside=_nothing_beside,
            known_phi=lambda reference: None,
        )


@dataclass(frozen=True)
class _Stored:
    """A record of a segment. ``position``: of one that came out of Kafka by itself."""

    raw: RawRecord
    received_at: datetime
    position: Position | None = None


def _load(path: Path) -> tuple[Piece, Segment | None, int]:
    """The whole of a closed segment, what of it is sound, and where that ends. Raises Outage where it cannot be read now."""
    try:
        segment = read_segment(path)
        return segment.piece, segment, len(segment.content)
    except DamagedSegment:
        content = read_content(path)
        name = SegmentId(path.parent.name, int(path.stem))
        digest = sha256(content).hexdigest()[:DIGEST_DIGITS]
        piece = Piece(name.path, 0, len(content), len(content), digest)
        prefix = whole_prefix(content)
        if prefix.name != name or prefix.sealed_key is None:
            return piece, None, 0
        return piece, Segment(name, digest, content, prefix.sealed_key, prefix.spans), prefix.length


def _records_of(offset: int, message: Message) -> list[_Stored]:
    records = list(_split(offset, message))
    # Of several that came as one each has a place in the segment alone, so that each is told from the others.
    position = message.position if len(records) == 1 else None
    return [_Stored(raw, message.received_at, position) for raw in records]


def _split(offset: int, message: Message) -> Iterator[RawRecord]:
    """The HL7 messages in what came as one, as in a file: a sender may put a batch into one frame."""
    if message.fault is not None:
        yield RawRecord(offset, message.payload, message.fault, message.detail)
        return
    records = list(SPLITTERS[Format.HL7V2](io.BytesIO(message.payload)))
    for start, payload in records or [(0, message.payload)]:
        yield RawRecord(offset + start, payload)


def _unit(piece: Piece, source: str, keyring: Keyring) -> Unit:
    return Unit(unit_id(keyring, source, Format.HL7V2, (piece,)), source, Format.HL7V2, (piece,))


def _nothing_beside(url: str) -> bytes:
    raise FileNotFoundError(2, "a message has nothing beside it")
