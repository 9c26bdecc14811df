"""Ten notes of one patient, in four formats: one key, one set of surrogates, one shift; with another key, all others.

Under ``--policy surrogate``, in processes of their own, so that nothing but the keyring is shared between them.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import orjson
import pytest

from tests.e2e.inputs import SyntheticNote, dense_notes, row, write_csv, write_fhir, write_hl7
from tests.e2e.support import Rows, assert_consistent, comparable, rows, run
from transforms.keyring import Keyring, load_keyring
from transforms.records import Sex

SECRET, OTHER_SECRET = bytes(range(32)), bytes(range(100, 132))
MRN, NAMESAKES_MRN = "40718823", "51900417"
# The authorities that HL7 and FHIR name are the feed's own: that makes it one patient.
OPTIONS = (
    "--policy", "surrogate", "--labels", "none", "--namespaces", "WEX=default,https://wexmoor.example.org/mrn=default",
)  # fmt: skip

# What each note calls her; the header names her in full.
SENTENCES = (
    "Mrs. Whitcombe feels better.",
    "WHITCOMBE, ELEANOR was seen in the clinic.",
    "Eleanor's husband Walter Whitcombe came with her.",
    "Whitcombe tolerated the procedure well.",
    "A letter was sent to Mrs. E. Whitcombe.",
    "Foley catheter removed; Mrs. Whitcombe agrees.",
    "eleanor whitcombe was called at home.",
    "Discussed with Dr. Adeyemi and with Walter Whitcombe.",
    "Ms. Whitcombe's wound is dry.",
    "Eleanor is 70 years old.",
)
TEXT = """Patient: Eleanor Whitcombe
MRN: {mrn}
Date of Birth: 03/14/1951
Date of service: {day:%m/%d/%Y}

{sentence}
Phone: (360) 555-8842. E-mail: eleanor.whitcombe@mailbox.com. Address: 17 Cormorant Lane, Duluth, MN 55802.
Electronically signed by Marcus Adeyemi, MD on {day:%A}, {day:%B} {day.day}, {day.year}
"""
HEADER = re.compile(
    r"Patient: (?P<given>\w+) (?P<surname>\w+)\nMRN: (?P<mrn>\d{8})\nDate of Birth: (?P<birth>\S+)\n"
    r"Date of service: (?P<day>\S+)\n+(?P<sentence>.*)\n"
    r"Phone: (?P<phone>.*)\. E-mail: (?P<email>\S+)\. Address: (?P<street>.*), (?P<city>\w+), (?P<rest>.*)\.\n"
    r"Electronically signed by (?P<doctor>.*), MD on (?P<signed>.*)\n?"
)  # HL7 knows no empty lines
FOR_ALL_NOTES = ("given", "surname", "mrn", "birth", "phone", "email", "street", "city", "rest", "doctor")


def ten_notes(mrn: str = MRN, prefix: str = "N") -> list[SyntheticNote]:
    (pattern,) = dense_notes(1, seed=11)
    person = replace(
        pattern.person, sex=Sex.FEMALE, given="Eleanor", surname="Whitcombe", birth=date(1951, 3, 14), mrn=mrn,
        kin_given="Walter", kin_surname="Whitcombe", doctor_given="Marcus", doctor_surname="Adeyemi",
    )  # fmt: skip
    notes = []
    for number, sentence in enumerate(SENTENCES):
        day = date(2021, 3, 5) + timedelta(days=11 * number)
        notes.append(
            replace(
                pattern, note_id=f"{prefix}{number:06d}", person=person, encounter_id=f"V{prefix}{number}",
                note_type="Progress note", service_date=day, gold_spans=(),
                text=TEXT.format(mrn=mrn, day=day, sentence=sentence),
            )
        )  # fmt: skip
    return notes


def write_rows_alone(notes: list[SyntheticNote], folder: Path) -> None:
    """JSON lines that say nothing of the patient but the number: no name, no sex."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [{key: value for key, value in row(note).items() if key != "known_phi"} for note in notes]
    (folder / "notes.jsonl").write_bytes(b"\n".join(map(orjson.dumps, lines)) + b"\n")


FORMATS: dict[str, Callable[[list[SyntheticNote], Path], object]] = {
    "jsonl": write_rows_alone,
    "csv": write_csv,
    "fhir": write_fhir,
    "hl7v2": write_hl7,
}


def write_all(folder: Path, mrn: str = MRN, prefix: str = "N") -> None:
    notes = ten_notes(mrn, prefix)
    for (name, write), share in zip(FORMATS.items(), (notes[:3], notes[3:5], notes[5:8], notes[8:]), strict=True):
        write(share, folder / f"{prefix}-{name}")


def keyring_file(path: Path, secret: bytes) -> Path:
    encryption = {"id": "e1", "key": base64.b64encode(b"e" * 32).decode()}
    path.write_text(json.dumps({"pseudonym_key": base64.b64encode(secret).decode(), "encryption_keys": [encryption]}))
    return path


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The input, two keyrings, and what a run with each made of it."""
    folder = tmp_path_factory.mktemp("same_patient")
    write_all(folder / "in")
    write_all(folder / "in", NAMESAKES_MRN, "S")
    for name, secret in (("one", SECRET), ("other", OTHER_SECRET)):
        keyring = keyring_file(folder / f"{name}.json", secret)
        summary = run(folder / "in", "--output", folder / name, "--keyring", keyring, *OPTIONS)
        assert summary["released"] == 20
        assert_consistent(folder / name)
    return folder


def patients(out: Path) -> dict[str, Rows]:
    grouped: dict[str, Rows] = {}
    for released in rows(out, "released/notes"):
        grouped.setdefault(released["patient_key"], []).append(released)
    return grouped


def told(note: dict[str, object]) -> dict[str, str]:
    """What a released note says of its patient."""
    match = HEADER.fullmatch(str(note["text"]))
    assert match, note["text"]
    return match.groupdict()


def in_words_of(facts: dict[str, str], sentence: str, walter: str) -> str:
    given, surname = facts["given"], facts["surname"]
    for real, shown in (
        ("Whitcombe", surname),
        ("Eleanor", given),
        ("Walter", walter),
        ("Adeyemi", facts["doctor"].split()[1]),
    ):
        for case in (str, str.upper, str.lower):
            sentence = re.sub(rf"\b{case(real)}\b", case(shown), sentence)
    return sentence.replace("E. ", f"{given[0]}. ")


# --- one patient -----------------------------------------------------------------------------------------------


def test_ten_notes_in_four_formats_are_one_patient_with_one_face(work: Path) -> None:
    found = patients(work / "one")
    assert sorted(map(len, found.values())) == [10, 10]

    for notes in found.values():
        facts = [told(note) for note in notes]
        for fact in FOR_ALL_NOTES:
            assert len({each[fact] for each in facts}) == 1, fact
        assert facts[0]["email"] == f"{facts[0]['given']}.{facts[0]['surname']}@example.org".lower()
        walters = {m[1] for each in facts for m in re.finditer(rf"(\w+) {facts[0]['surname']} came", each["sentence"])}
        assert len(walters) == 1
        expected = sorted(in_words_of(facts[0], sentence, *walters) for sentence in SENTENCES)
        assert sorted(each["sentence"] for each in facts) == expected


def test_all_dates_of_a_patient_move_by_the_same_days_and_weekdays_with_them(work: Path) -> None:
    real = sorted(note.service_date for note in ten_notes())
    for notes in patients(work / "one").values():
        moved = sorted(note["service_date"] for note in notes)
        (shift,) = {there - here for here, there in zip(real, moved, strict=True)}
        assert 1 <= abs(shift.days) <= 365
        birth = date(1951, 3, 14) + shift
        for note in notes:
            day: date = note["service_date"]
            facts = told(note)
            assert facts["day"] == f"{day:%m/%d/%Y}"
            assert facts["birth"] == f"{birth:%m/%d/%Y}"
            assert facts["signed"] == f"{day:%A}, {day:%B} {day.day}, {day.year}"


def test_a_namesake_with_another_number_is_somebody_else(work: Path) -> None:
    one, other = patients(work / "one").values()
    here, there = told(one[0]), told(other[0])

    for fact in FOR_ALL_NOTES:
        assert here[fact] != there[fact], fact


def test_no_real_value_is_released(work: Path) -> None:
    for note in rows(work / "one", "released/notes"):
        for real in (
            "eleanor",
            "whitcombe",
            "walter",
            "adeyemi",
            MRN,
            NAMESAKES_MRN,
            "8842",
            "cormorant",
            "duluth",
            "55802",
        ):
            assert real not in note["text"].lower()


# --- again, and after a stop -----------------------------------------------------------------------------------


def test_another_run_that_stops_on_the_way_and_reads_in_another_order_releases_the_same(work: Path) -> None:
    out, keyring = work / "again", ("--keyring", work / "one.json")
    folders = sorted((work / "in").iterdir(), reverse=True)
    stopped = run(*folders, "--output", out, *keyring, *OPTIONS, "--limit", "7", "--unit-notes", "2")
    assert 0 < stopped["released"] < 20
    gone_on = run(*folders, "--output", out, *keyring, *OPTIONS, "--unit-notes", "1")
    assert stopped["released"] + gone_on["released"] == 20

    assert comparable(out)["released/notes"] == comparable(work / "one")["released/notes"]


def test_another_key_changes_every_key_surrogate_and_shift(work: Path) -> None:
    here, there = rows(work / "one", "released/notes"), rows(work / "other", "released/notes")
    for name in ("note_key", "patient_key", "encounter_key", "key_id", "text"):
        assert not {note[name] for note in here} & {note[name] for note in there}, name
    facts = [
        {fact: {told(note)[fact] for note in notes} for fact in (*FOR_ALL_NOTES, "day")} for notes in (here, there)
    ]
    for fact in FOR_ALL_NOTES:
        assert not facts[0][fact] & facts[1][fact], fact
    days = [sorted({note["service_date"] for note in notes}) for notes in (here, there)]
    assert days[0] != days[1]


# --- without the secret ----------------------------------------------------------------------------------------


def guesses(key_id: str) -> tuple[bytes, ...]:
    """Keys that whoever reads the released zone and the code could try."""
    return (
        b"", b"\0", bytes(16), bytes(32), b"chartstream", b"secret", b"key", b"salt", b"default", MRN.encode(),
        key_id.encode(), bytes.fromhex(key_id), key_id.encode() * 4, bytes.fromhex(key_id) * 8,
    )  # fmt: skip


def written(identifier: str) -> Iterator[bytes]:
    """The identifier in the forms that a hash could be over."""
    for prefix in ("", "default", "default:", "patient", "patient:", "patientdefault", "patient|default|", "MR:"):
        yield f"{prefix}{identifier}".encode()
    parts = ("patient", "default", identifier)
    yield b"".join(len(part).to_bytes(8, "big") + part.encode() for part in parts)
    yield "\0".join(parts).encode()


def test_no_key_can_be_computed_again_without_the_secret(work: Path) -> None:
    notes = rows(work / "one", "released/notes")
    (key_id,) = {note["key_id"] for note in notes}
    keys = {note[name] for note in notes for name in ("patient_key", "note_key", "encounter_key")}

    # The secret gives them ...
    keyring = load_keyring(work / "one.json")
    assert keyring.pseudonym("patient", "default", MRN) in keys
    # ... and nothing that is to be had does: other keys in the program's own way, or hashes in the usual ways.
    for guess in guesses(key_id):
        tried = Keyring(guess, keyring.encryption_keys)
        assert tried.pseudonym("patient", "default", MRN) not in keys
        assert tried.key_id != key_id
        for form in written(MRN):
            for digest in (hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.sha512, hashlib.blake2b):
                for computed in (hmac.new(guess, form, digest), digest(guess + form), digest(form + guess)):
                    assert computed.hexdigest()[:32] not in keys


def test_the_released_zone_holds_no_key_and_no_hash_of_one(work: Path) -> None:
    told_of_key = {
        "raw": SECRET,
        "hex": SECRET.hex().encode(),
        "base64": base64.b64encode(SECRET),
        **{name: hashlib.new(name, SECRET).hexdigest()[:8].encode() for name in ("md5", "sha1", "sha256", "blake2b")},
    }
    content = [path.read_bytes() for path in (work / "one" / "released").rglob("*") if path.is_file()]
    content += [
        repr(note).encode() for table in ("notes", "entities") for note in rows(work / "one", f"released/{table}")
    ]
    for name, value in told_of_key.items():
        assert not any(value in each for each in content), name
