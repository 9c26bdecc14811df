"""The synthetic inputs are what they say: the same twice, exact in every gold span, and with every canary in place."""

import base64
import csv
import json
import re
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.e2e.inputs import WRITERS, SyntheticNote, dense_notes, edited
from transforms.records import PhiType


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_seed_gives_the_same_notes_and_another_seed_others() -> None:
    assert list(dense_notes(40, seed=7)) == list(dense_notes(40, seed=7))
    assert list(dense_notes(40, seed=7)) != list(dense_notes(40, seed=8))


def test_more_notes_continue_the_same_sequence() -> None:
    assert list(dense_notes(60, seed=3))[:20] == list(dense_notes(20, seed=3))


def test_gold_spans_hold_what_they_name_and_every_occurrence_of_a_canary() -> None:
    shapes = {
        PhiType.EMAIL: r"[a-z]+\.[a-z-]+\d+@example\.org",
        PhiType.PHONE: r"\(\d{3}\) 555-01\d\d",
        PhiType.SSN: r"9\d\d-[1-4]\d-\d{4}",
        PhiType.IP: r"198\.18\.\d+\.\d+",
        PhiType.URL: r"https://portal\.example\.org/\S+\d",
        PhiType.ID: r"[\dA-Z-]+",
        PhiType.AGE: r"9\d",
        PhiType.NAME: r"[A-Z][\w-]+( [A-Z][\w-]+)?",
        PhiType.DATE: r"[\d/-]+|[A-Z][a-z]+ \d+, \d{4}",
        PhiType.LOCATION: r"[A-Z0-9][\w ]+",
    }
    seen = set()
    for note in dense_notes(400, seed=1):
        covered = [False] * len(note.text)
        for span in note.gold_spans:
            assert re.fullmatch(shapes[span.phi_type], note.text[span.start : span.end])
            covered[span.start : span.end] = [True] * (span.end - span.start)
            seen.add(span.phi_type)
        for before, after in pairwise(note.gold_spans):
            assert before.end <= after.start
        for canary in note.canaries:
            for match in re.finditer(rf"\b{re.escape(canary)}\b", note.text):
                assert all(covered[match.start() : match.end()])
    assert seen == set(PhiType)


def test_the_notes_are_dense_and_hold_look_alikes_that_must_stay() -> None:
    notes = list(dense_notes(200, seed=2))
    phi = sum(span.end - span.start for note in notes for span in note.gold_spans)
    assert phi / sum(len(note.text) for note in notes) > 0.15
    together = "\n".join(note.text for note in notes)
    for look_alike in ("Foley catheter", "Crohn's disease", "3/5", "may recur", "BP 120/80"):
        assert look_alike in together


def test_people_do_not_share_canaries() -> None:
    notes = list(dense_notes(4_000, seed=5, notes_a_patient=4))
    owners: dict[str, int] = {}
    for note in notes:
        for canary in note.person.canaries:
            if not canary.endswith(" Street"):
                assert owners.setdefault(canary, note.person.number) == note.person.number


def test_an_edit_is_the_next_version_with_the_same_spans() -> None:
    (note,) = dense_notes(1, seed=4)
    again = edited(note)
    assert (again.note_id, again.version) == (note.note_id, 2)
    assert again.text.startswith(note.text)
    assert again.text != note.text
    assert again.gold_spans == note.gold_spans


@pytest.mark.parametrize("name", WRITERS)
def test_a_writer_plants_every_canary_that_it_reports_and_writes_the_same_twice(name: str, tmp_path: Path) -> None:
    notes = list(dense_notes(30, seed=6))
    canaries = WRITERS[name](notes, tmp_path / "one")
    assert WRITERS[name](iter(notes), tmp_path / "two") == canaries
    written = files(tmp_path / "one")
    assert written == files(tmp_path / "two")
    assert len(canaries) == len(set(canaries)) >= len({note.person.number for note in notes}) * 10
    assert notes[0].person.surname in " ".join(written)  # in a file's name


def texts_of(name: str, folder: Path) -> set[str]:
    """The notes' texts, read back without the project's readers."""
    contents = [content for path, content in files(folder).items() if not path.endswith("Patient.ndjson")]
    match name:
        case "text":
            return {content.decode() for content in contents}
        case "jsonl":
            return {json.loads(line)["text"] for content in contents for line in content.splitlines()}
        case "csv":
            lines = (content.decode().splitlines(keepends=True) for content in contents)
            return {cells["text"] for one in lines for cells in csv.DictReader(one)}
        case "parquet":
            return {text for path in folder.rglob("*.parquet") for text in pq.read_table(path)["text"].to_pylist()}
        case "fhir":
            documents = (json.loads(line) for content in contents for line in content.splitlines())
            return {base64.b64decode(one["content"][0]["attachment"]["data"]).decode() for one in documents}
        case _:
            messages = (one for content in contents for one in content.decode().split("MSH|")[1:])
            return {
                "\n".join(segment.split("|")[5] for segment in one.split("\r") if segment.startswith("OBX|"))
                for one in messages
            }


@pytest.mark.parametrize("name", WRITERS)
def test_every_note_stands_in_what_a_writer_wrote(name: str, tmp_path: Path) -> None:
    notes: list[SyntheticNote] = list(dense_notes(30, seed=9))
    WRITERS[name](notes, tmp_path)
    assert texts_of(name, tmp_path) == {note.text for note in notes}


def test_the_feeds_fields_name_the_patient(tmp_path: Path) -> None:
    (note,) = dense_notes(1, seed=10)
    person = note.person
    for name, write in WRITERS.items():
        write([note], tmp_path / name)
    message = next((tmp_path / "hl7v2").glob("*.hl7")).read_bytes().decode()
    fields = {segment.split("|")[0]: segment.split("|") for segment in message.split("\r")}
    assert fields["PID"][3].split("^")[0] == person.mrn
    assert fields["PID"][5] == f"{person.surname}^{person.given}"
    assert fields["PID"][18] == person.account
    assert fields["NK1"][5] == person.kin_phone
    assert fields["PV1"][19].split("^")[0] == note.encounter_id
    assert fields["TXA"][12].split("^")[0] == note.note_id
    patient = json.loads((tmp_path / "fhir" / "Patient.ndjson").read_bytes())
    assert patient["name"][0]["family"] == person.surname
    (line,) = next((tmp_path / "jsonl").iterdir()).read_bytes().splitlines()
    assert json.loads(line)["known_phi"]["numbers"] == [person.mrn, person.ssn, person.account]
