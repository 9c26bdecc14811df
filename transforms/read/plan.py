"""The plan: the input, less what is decided, cut into units.

A file is known by its path, its stored size and a digest of its stored bytes (a store's etag for a URL), so a file that
was touched is the same and a file that changed is another. Small files are gathered into one unit, a large one is sliced
at record boundaries; nothing is held but the names of one directory and one unit of each format.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from transforms.errors import Outage
from transforms.intervals import Intervals
from transforms.keyring import Keyring
from transforms.read.columns import columns_of
from transforms.read.files import is_gzip, is_remote
from transforms.read.listing import Listing, check_one_path
from transforms.read.options import ReadOptions, UnitLimits
from transforms.read.pieces import ContentDigests, PieceReader
from transforms.read.planned_file import PlannedFile, PlannedPiece
from transforms.records import Format, Piece, Unit


@dataclass(frozen=True, slots=True)
class PlannedUnit:
    """A unit and how much it holds: what a dry run counts."""

    unit: Unit
    records: int
    bytes: int


def plan_units(
    options: ReadOptions, decided: Intervals, limits: UnitLimits, keyring: Keyring, limit: int | None = None
) -> Iterator[Unit]:
    """The units that are left to do, in the order of the input; at most ``limit`` records.

    Raises ChartstreamError where the input cannot be read as the options say; Outage, after all other units, where a
    file could not be read or went on changing.
    """
    return (planned.unit for planned in plan(options, decided, limits, keyring, limit))


def plan(
    options: ReadOptions, decided: Intervals, limits: UnitLimits, keyring: Keyring, limit: int | None = None
) -> Iterator[PlannedUnit]:
    """As ``plan_units``, with what each unit holds."""
    gathered: dict[Format, _Gathered] = {}
    outages: list[Outage] = []
    for planned in _pieces(options, decided, limits, limit, outages):
        waiting = gathered.setdefault(planned.format, _Gathered())
        if waiting.pieces and not waiting.takes(planned, limits):
            yield waiting.as_unit(planned.format, options, keyring)
            waiting = gathered[planned.format] = _Gathered()
        waiting.add(planned)
    for file_format, waiting in gathered.items():
        if waiting.pieces:
            yield waiting.as_unit(file_format, options, keyring)
    if outages:
        raise outages[0]


def split_unit(unit: Unit, options: ReadOptions, keyring: Keyring) -> list[Unit]:
    """Two halves of a unit, by pieces, then by records; the unit itself where it is one record.

    So a record that kills its worker is found in as many steps as the unit's size has bits. Raises Outage.
    """
    if len(unit.pieces) > 1:
        middle = len(unit.pieces) // 2
        halves = [unit.pieces[:middle], unit.pieces[middle:]]
    else:
        halves = [(piece,) for piece in _halves(unit.pieces[0], unit.format, options)]
    if len(halves) == 1:
        return [unit]
    return [
        replace(unit, unit_id=unit_id(keyring, unit.source, unit.format, pieces), pieces=pieces) for pieces in halves
    ]


def unit_id(keyring: Keyring, source: str, file_format: Format, pieces: tuple[Piece, ...]) -> str:
    """32 hex digits that name the unit of these pieces, the same whoever plans it."""
    parts = (str(part) for piece in pieces for part in (piece.path, piece.start, piece.end, piece.size, piece.digest))
    return keyring.unit_id(source, file_format, *parts)


@dataclass(slots=True)
class _Gathered:
    """Pieces of one format on their way to be a unit."""

    pieces: list[Piece] = field(default_factory=list)
    records: int = 0
    bytes: int = 0

    def takes(self, planned: PlannedPiece, limits: UnitLimits) -> bool:
        return self.records + planned.records <= limits.notes and self.bytes + planned.bytes <= limits.bytes

    def add(self, planned: PlannedPiece) -> None:
        self.pieces.append(planned.piece)
        self.records += planned.records
        self.bytes += planned.bytes

    def as_unit(self, file_format: Format, options: ReadOptions, keyring: Keyring) -> PlannedUnit:
        pieces = tuple(self.pieces)
        name = unit_id(keyring, options.source, file_format, pieces)
        return PlannedUnit(Unit(name, options.source, file_format, pieces), self.records, self.bytes)


def _pieces(
    options: ReadOptions, decided: Intervals, limits: UnitLimits, limit: int | None, outages: list[Outage]
) -> Iterator[PlannedPiece]:
    """The undecided pieces of all files. What could not be read is noted in ``outages``, and the rest goes on."""
    columns_of(options)  # a wrong --map is told before anything is read
    files = iter(Listing(options.inputs, options.format))
    number = 0
    while limit is None or limit > 0:
        try:
            file = next(files, None)
            if file is None:
                return
            number += 1
            planned_file = PlannedFile(file, f"file {number} of the input, in order of name,", options)
            if planned_file.format is Format.TEXT:
                check_one_path(file, options.inputs)
            for planned in planned_file.pieces(decided, limits, limit):
                yield planned
                limit = None if limit is None else limit - planned.records
            planned_file.check_unchanged()
        except Outage as outage:
            outages.append(outage)


def _halves(piece: Piece, file_format: Format, options: ReadOptions) -> list[Piece]:
    """Two halves of a piece at a record's start, or the piece itself where it holds one record."""
    if file_format in (Format.TEXT, Format.QUARANTINE):
        return [piece]
    reader = PieceReader(options)
    try:
        state, records = reader.read(piece, file_format)
        if len(records) < 2:
            return [piece]
        middle = records[len(records) // 2].offset
        halves = [replace(piece, end=middle), replace(piece, start=middle)]
        if file_format is Format.PARQUET or is_remote(piece.path) or is_gzip(piece.path):
            return halves
        header = reader.header(piece.path, state).line if file_format is Format.CSV else b""
        digests = ContentDigests(piece.path, header)
        try:
            return [replace(half, content_digest=digests.of(half.start, half.end)) for half in halves]
        finally:
            digests.close()
    finally:
        reader.close()
