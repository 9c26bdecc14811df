"""Known PHI that stands in other files than the notes (FHIR Patient), by reference, in one encrypted file.

The plan writes it; workers look up in it without loading it: keys are keyed hashes of the references, sorted, all of
one size, and payloads are sealed with the keyring. A reference that came several times has all that was said of it.

    magic     8 bytes, then 16 that tell the keyring
    payloads  one after the other, each the encryption key's id (its length in one byte, then ASCII) and the ciphertext
    entries   sorted by key: 16 bytes of key, the payload's offset and length (both uint64, little-endian)
    end       the number of entries (uint64, little-endian), and the magic again: the file is whole
"""

import mmap
import os
import secrets
import struct
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import orjson

from transforms.errors import ChartstreamError, Outage
from transforms.keyring import Keyring
from transforms.read.encoding import BadEncoding
from transforms.read.fhir_json import ResourceError, load_resource, objects, split_resources, string
from transforms.read.fhir_people import KnownPatient, known_patient
from transforms.read.fhir_references import References, current, references_to
from transforms.read.known_phi import merged
from transforms.records import Identifier, KnownPhi, Sealed, Sex

_MAGIC = b"CSKPHI01"
_KEY_BYTES = 16
_ENTRY = struct.Struct(f"<{_KEY_BYTES}sQQ")
_END = struct.Struct("<Q8s")
_PEOPLE = ("Patient", "RelatedPerson")


def collect_known_phi(streams: Iterable[BinaryIO]) -> Iterator[tuple[str, KnownPhi]]:
    """Yields (reference, what is known) for every Patient, and for their patient every RelatedPerson, in the streams.

    References are ``Patient/ID`` and, in Bundles, full URLs (``urn:uuid:`` too). What cannot be read is passed over here:
    the run itself quarantines it.
    """
    for stream in streams:
        for _, payload in split_resources(stream):
            if any(kind.encode() in payload for kind in _PEOPLE):
                yield from _people(payload)


def write_index(path: Path, keyring: Keyring, entries: Iterable[tuple[str, KnownPhi]]) -> int:
    """Writes the index, mode 0600, in place of the one that stands there, and returns the number of its entries.

    Readers see the old file or the new one, whole. Holds 32 bytes an entry in memory.
    """
    keys, places = bytearray(), array("Q")
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            at = file.write(_MAGIC + _key(keyring, ""))
            for reference, known in entries:
                key = _key(keyring, reference)
                sealed = keyring.seal(_to_bytes(known), key.hex())
                key_id = sealed.key_id.encode("ascii")
                length = file.write(bytes([len(key_id)]) + key_id + sealed.ciphertext)
                keys += key
                places.extend((at, length))
                at += length
            halves = np.frombuffer(bytes(keys), dtype=">u8").reshape(-1, 2)
            for index in np.lexsort((halves[:, 1], halves[:, 0])).tolist():
                key = bytes(keys[index * _KEY_BYTES : (index + 1) * _KEY_BYTES])
                file.write(_ENTRY.pack(key, places[2 * index], places[2 * index + 1]))
            count = len(keys) // _KEY_BYTES
            file.write(_END.pack(count, _MAGIC))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return count


class KnownPhiIndex:
    """Looks up in an index. Picklable: a worker opens the file at its first look-up."""

    def __init__(self, path: Path, keyring: Keyring) -> None:
        self._path = path
        self._keyring = keyring
        self._file: tuple[mmap.mmap, int, int] | None = None

    def get(self, reference: str) -> KnownPatient | None:
        """What is known of whom a FHIR reference names, such as ``Patient/1``; None where nothing is.

        Raises Outage where the file is absent, damaged or of another keyring: no note is to pass as a stranger's for it.
        """
        file, entries, count = self._opened()
        key = _key(self._keyring, reference)

        def key_at(index: int) -> bytes:
            at = entries + index * _ENTRY.size
            return file[at : at + _KEY_BYTES]

        found: list[KnownPatient] = []
        index = bisect_left(range(count), key, key=key_at)
        while index < count and key_at(index) == key:
            _, offset, length = _ENTRY.unpack_from(file, entries + index * _ENTRY.size)
            found.append(self._payload(file[offset : offset + length], key))
            index += 1
        return _union(found) if found else None

    def _payload(self, stored: bytes, key: bytes) -> KnownPatient:
        end = 1 + stored[0]
        sealed = Sealed(stored[1:end].decode("ascii", "replace"), stored[end:])
        try:
            return _from_bytes(self._keyring.open(sealed, key.hex()))
        except ChartstreamError:
            raise _unavailable("is damaged") from None

    def _opened(self) -> tuple[mmap.mmap, int, int]:
        """The file, where its entries begin, and how many they are."""
        if self._file is None:
            try:
                with self._path.open("rb") as file:
                    opened = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except (OSError, ValueError):
                raise _unavailable("cannot be read") from None
            least = len(_MAGIC) + _KEY_BYTES
            if len(opened) < least + _END.size or opened[: len(_MAGIC)] != _MAGIC:
                raise _unavailable("is damaged")
            count, magic = _END.unpack_from(opened, len(opened) - _END.size)
            entries = len(opened) - _END.size - count * _ENTRY.size
            if magic != _MAGIC or entries < least:
                raise _unavailable("is damaged")
            # With another keyring nobody would be found, and every note would pass as that of an unknown patient.
            if opened[len(_MAGIC) : least] != _key(self._keyring, ""):
                raise _unavailable("is of another keyring")
            self._file = opened, entries, count
        return self._file

    def __getstate__(self) -> dict[str, object]:
        return {"path": self._path, "keyring": self._keyring}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["path"], state["keyring"])  # type: ignore[misc]


def _unavailable(why: str) -> Outage:
    return Outage("known_phi_unavailable", f"the index of known PHI {why}: run again")


def _people(payload: bytes) -> Iterator[tuple[str, KnownPhi]]:
    try:
        loaded = load_resource(payload)
    except (ResourceError, BadEncoding):
        return
    for full_url, resource in References(loaded).resources():
        if resource.get("resourceType") == "Patient":
            known = known_patient(resource)
            for reference in references_to(resource, full_url):
                yield reference, known
        elif resource.get("resourceType") == "RelatedPerson":
            for patient in objects(resource.get("patient")):
                if reference := current(string(patient, "reference")):
                    yield reference, known_patient(resource)


def _union(found: list[KnownPatient]) -> KnownPatient:
    known = merged(found)
    return KnownPatient(
        known.names,
        known.dates,
        known.numbers,
        known.addresses,
        known.phones,
        known.emails,
        known.sex,
        record_number=next((one.record_number for one in found if one.record_number), None),
    )


def _key(keyring: Keyring, reference: str) -> bytes:
    return bytes.fromhex(keyring.pseudonym("known-phi", "", reference))


def _to_bytes(known: KnownPhi) -> bytes:
    return orjson.dumps(known)


def _from_bytes(payload: bytes) -> KnownPatient:
    stored = orjson.loads(payload)
    number = stored.get("record_number")
    return KnownPatient(
        names=tuple(stored["names"]),
        dates=tuple(date.fromisoformat(day) for day in stored["dates"]),
        numbers=tuple(stored["numbers"]),
        addresses=tuple(stored["addresses"]),
        phones=tuple(stored["phones"]),
        emails=tuple(stored["emails"]),
        sex=Sex(stored["sex"]),
        record_number=None if number is None else Identifier(number["namespace"], number["value"]),
    )
