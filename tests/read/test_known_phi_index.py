"""The index of people: found by reference, sealed on disk, never half written."""

import io
import os
import pickle
import stat
from datetime import date
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms.errors import Outage
from transforms.intervals import Intervals
from transforms.keyring import Keyring, new_keyring
from transforms.read.gathering import gather_known_phi
from transforms.read.known_phi_index import KnownPatient, KnownPhiIndex, collect_known_phi, write_index
from transforms.read.options import ReadOptions, UnitLimits
from transforms.read.plan import plan_units
from transforms.read.unit import UnitReader
from transforms.records import Identifier, KnownPhi, Note, Sex

ADA = KnownPatient(
    names=("Adaeze Okafor",),
    dates=(date(1961, 7, 4),),
    numbers=("AB-1234",),
    addresses=("12 Elm St",),
    phones=("217-555-0142",),
    emails=("ada@example.org",),
    sex=Sex.FEMALE,
    record_number=Identifier("GENERAL", "AB-1234"),
)


def ndjson(*resources: object) -> io.BytesIO:
    return io.BytesIO(b"\n".join(orjson.dumps(resource) for resource in resources))


def test_patients_are_gathered_by_all_their_references() -> None:
    patient = {"resourceType": "Patient", "id": "1", "name": [{"family": "Okafor"}]}
    other = {"resourceType": "Patient", "name": [{"family": "Kovacs"}]}
    bundle = {
        "resourceType": "Bundle",
        "entry": [
            {"fullUrl": "https://fhir.example/Patient/1", "resource": patient},
            {"fullUrl": "urn:uuid:9", "resource": other},
        ],
    }
    found = list(collect_known_phi([ndjson(bundle), ndjson(patient, {"resourceType": "Observation", "id": "1"})]))
    assert [(reference, known.names) for reference, known in found] == [
        ("https://fhir.example/Patient/1", ("Okafor",)),
        ("Patient/1", ("Okafor",)),
        ("urn:uuid:9", ("Kovacs",)),
        ("Patient/1", ("Okafor",)),
    ]


def test_relatives_are_known_with_their_patient() -> None:
    relative = {
        "resourceType": "RelatedPerson",
        "patient": {"reference": "Patient/1"},
        "name": [{"given": ["Emeka"], "family": "Okafor"}],
        "birthDate": "1990-01-01",
        "identifier": [{"type": {"coding": [{"code": "MR"}]}, "value": "77001"}],
    }
    ((reference, known),) = collect_known_phi([ndjson(relative)])
    assert reference == "Patient/1"
    assert known == KnownPatient(names=("Emeka Okafor",), numbers=("77001",))


def test_what_cannot_be_read_is_passed_over() -> None:
    stream = io.BytesIO(
        b'{"resourceType": "Patient", "id": \n[1]\nPatient\n{"resourceType": "Patient", "id": "2", "birthDate": "1950-01-01"}'
    )
    assert [reference for reference, _ in collect_known_phi([stream])] == ["Patient/2"]


def test_what_was_written_is_found_and_nothing_else(tmp_path: Path, keyring: Keyring) -> None:
    path = tmp_path / "known_phi"
    assert write_index(path, keyring, [("Patient/1", ADA), ("urn:uuid:2", KnownPhi(names=("Kovacs",)))]) == 2
    index = KnownPhiIndex(path, keyring)
    assert index.get("Patient/1") == ADA
    assert index.get("urn:uuid:2") == KnownPatient(names=("Kovacs",))
    assert index.get("Patient/2") is None


def test_a_person_that_came_twice_has_all_that_was_said(tmp_path: Path, keyring: Keyring) -> None:
    path = tmp_path / "known_phi"
    write_index(
        path,
        keyring,
        [("Patient/1", KnownPhi(names=("Eze",), numbers=("AB-1234",))), ("Patient/2", ADA), ("Patient/1", ADA)],
    )
    known = KnownPhiIndex(path, keyring).get("Patient/1")
    assert known is not None
    assert known.names == ("Eze", "Adaeze Okafor")
    assert known.numbers == ("AB-1234",)
    assert known.record_number == ADA.record_number


def test_nothing_of_a_person_stands_in_the_file_in_the_clear(tmp_path: Path, keyring: Keyring) -> None:
    path = tmp_path / "known_phi"
    write_index(path, keyring, [("Patient/distinctive", ADA)])
    stored = path.read_bytes()
    for value in (*ADA.names, *ADA.numbers, *ADA.addresses, *ADA.phones, *ADA.emails, "1961", "distinctive", "Patient"):
        assert value.encode() not in stored
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "Okafor" not in repr(KnownPhiIndex(path, keyring).get("Patient/distinctive"))


def test_an_index_goes_to_workers_by_pickle(tmp_path: Path, keyring: Keyring) -> None:
    path = tmp_path / "known_phi"
    write_index(path, keyring, [("Patient/1", ADA)])
    index = KnownPhiIndex(path, keyring)
    assert index.get("Patient/1") == ADA
    assert pickle.loads(pickle.dumps(index)).get("Patient/1") == ADA


def test_an_empty_index_knows_nobody(tmp_path: Path, keyring: Keyring) -> None:
    path = tmp_path / "known_phi"
    assert write_index(path, keyring, []) == 0
    assert KnownPhiIndex(path, keyring).get("Patient/1") is None


def test_a_failed_write_leaves_the_old_index(tmp_path: Path, keyring: Keyring) -> None:
    path = tmp_path / "known_phi"
    write_index(path, keyring, [("Patient/1", ADA)])

    def broken():  # type: ignore[no-untyped-def]
        yield "Patient/2", ADA
        raise OSError(28, "no space left")

    with pytest.raises(OSError, match="no space"):
        write_index(path, keyring, broken())
    assert KnownPhiIndex(path, keyring).get("Patient/1") == ADA
    assert os.listdir(tmp_path) == ["known_phi"]  # noqa: PTH208  names alone, hidden ones too


def test_an_index_of_another_keyring_or_damaged_is_refused(tmp_path: Path, keyring: Keyring) -> None:
    path = tmp_path / "known_phi"
    write_index(path, keyring, [("Patient/1", ADA)])
    with pytest.raises(Outage, match="another keyring"):
        KnownPhiIndex(path, new_keyring()).get("Patient/1")
    whole = path.read_bytes()
    for damaged in (b"", b"nonsense", whole[:-1], whole[:20], whole[:40] + b"\x00" + whole[41:]):
        path.write_bytes(damaged)
        with pytest.raises(Outage):
            KnownPhiIndex(path, keyring).get("Patient/1")
    with pytest.raises(Outage):
        KnownPhiIndex(tmp_path / "absent", keyring).get("Patient/1")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    st.dictionaries(st.text(max_size=8), st.lists(st.text(max_size=8), max_size=3), max_size=20), st.text(max_size=8)
)
def test_every_reference_is_found(tmp_path: Path, keyring: Keyring, people: dict[str, list[str]], other: str) -> None:
    path = tmp_path / "known_phi"
    write_index(path, keyring, ((reference, KnownPhi(names=tuple(names))) for reference, names in people.items()))
    index = KnownPhiIndex(path, keyring)
    for reference, names in people.items():
        assert index.get(reference) == KnownPatient(names=tuple(dict.fromkeys(names)))
    assert (index.get(other) is None) == (other not in people)


def test_notes_know_the_patient_that_stands_in_another_file(tmp_path: Path, keyring: Keyring) -> None:
    """From the plan to the worker: gathered, sealed, looked up."""
    source = tmp_path / "in"
    source.mkdir()
    patient = {
        "resourceType": "Patient",
        "id": "p1",
        "name": [{"given": ["Adaeze"], "family": "Okafor"}],
        "identifier": [{"system": "urn:mrn", "value": "ab1234", "type": {"coding": [{"code": "MR"}]}}],
    }
    note = {
        "resourceType": "DocumentReference",
        "id": "d1",
        "subject": {"reference": "Patient/p1"},
        "content": [{"attachment": {"contentType": "text/plain", "data": "Q2hlc3QgcGFpbi4="}}],
    }
    (source / "patients.ndjson").write_bytes(orjson.dumps(patient) + b"\n")
    (source / "notes.ndjson").write_bytes(orjson.dumps(note) + b"\n")
    options = ReadOptions((str(source),))
    index = gather_known_phi(options, tmp_path / "index", keyring)
    reader = UnitReader(options, keyring, index)
    reads = [
        read.item for unit in plan_units(options, Intervals(), UnitLimits(), keyring) for read in reader.read(unit)
    ]
    (read,) = (item for item in reads if isinstance(item, Note))
    assert len(reads) == 2
    assert read.text == "Chest pain."
    assert read.known_phi.names == ("Adaeze Okafor",)
    assert read.patient_id == Identifier("urn:mrn", "AB1234")
