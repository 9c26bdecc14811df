"""Known PHI that stands in other files than the notes (FHIR Patient), gathered before the work into an encrypted index."""

from collections.abc import Iterator
from contextlib import closing
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from transforms.keyring import Keyring
from transforms.read.files import open_content
from transforms.read.kinds import HEAD_BYTES, content_extension, kind_of
from transforms.read.known_phi_index import KnownPhiIndex, collect_known_phi, write_index
from transforms.read.listing import Listing
from transforms.read.options import ReadOptions
from transforms.records import Format

_MAY_HOLD_FHIR = frozenset({".json", ".ndjson", ".jsonl", ""})


def gather_known_phi(options: ReadOptions, path: Path, keyring: Keyring) -> KnownPhiIndex | None:
    """Writes the patients of all FHIR inputs to an index at ``path``; None where the inputs name none.

    Raises Outage where an input cannot be read, ChartstreamError where one is not there.
    """
    entries = collect_known_phi(_fhir_streams(options))
    first = list(islice(entries, 1))
    if not first:
        return None
    write_index(path, keyring, chain(first, entries))
    return KnownPhiIndex(path, keyring)


def _fhir_streams(options: ReadOptions) -> Iterator[BinaryIO]:
    if options.format not in (None, Format.FHIR):
        return
    for file in Listing(options.inputs, options.format):
        if options.format is Format.FHIR or content_extension(file.path) in _MAY_HOLD_FHIR:
            with closing(open_content(file.path)) as stream:
                is_fhir = options.format is Format.FHIR or kind_of(file.path, stream.read(HEAD_BYTES)) is Format.FHIR
            if is_fhir:
                with closing(open_content(file.path)) as stream:
                    yield stream
