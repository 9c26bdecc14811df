"""What every format's parser takes and gives: one record's bytes in, its notes out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from transforms.read.options import ReadOptions
from transforms.records import KnownPhi, NoNote, Note, SourceRecord, Unreadable


@dataclass(frozen=True)
class ParseContext:
    """What a parser may know beside the record itself."""

    options: ReadOptions
    relative_path: str  # of the record's file, under its input root, "/" between its parts
    received_at: datetime  # UTC
    open_beside: Callable[[str], bytes]  # a file by its URL relative to the record's file; FileNotFoundError, Outage
    known_phi: Callable[[str], KnownPhi | None]  # by FHIR reference, such as "Patient/1"; None where it is not known
    # How many rows with the same content stand before an offset in the record's file.
    occurrence: Callable[[bytes, int], int] = lambda content, offset: 0


class Parser(Protocol):
    """Reads one record. Bad input is an ``Unreadable``, never an exception; an Outage may pass through.

    A record gives at least one item: its notes (``place.part`` 0, 1, …), a ``NoNote`` or an ``Unreadable``.
    """

    def __call__(self, record: SourceRecord, context: ParseContext) -> Iterable[Note | NoNote | Unreadable]: ...
