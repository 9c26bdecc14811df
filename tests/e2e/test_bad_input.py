"""Bad input, each alone and among good notes: it gets its reason code, the good notes are released, nothing is lost."""

import gzip
from pathlib import Path

import orjson
import pytest

from tests.e2e.support import assert_consistent, chartstream, rows, run

GOOD = b"The patient has pneumonia and was treated with amoxicillin.\n"
MSH = b"MSH|^~\\&|APP|HOSP|RCV|RCV|20210305101500||MDM^T02|C1|P|2.5.1\r"
MDM = (
    MSH
    + b"PID|1||123456^^^HOSP^MR||CARTER^JOHN||19600101|M\r"
    + b"TXA|1|CN|TX|20210305||||||||DOC1\r"
    + b"OBX|1|TX|||The patient has asthma.||||||F\r"
)
ATTACHMENT = {
    "resourceType": "DocumentReference",
    "id": "d1",
    "status": "current",
    "content": [{"attachment": {"contentType": "text/plain", "url": "notes/absent.txt"}}],
}
UNKNOWN = {
    "resourceType": "DocumentReference",
    "id": "d2",
    "status": "current",
    "content": [{"attachment": {"contentType": "image/tiff", "data": "AAAA"}}],
}

# name of the file, its bytes, the reason, and how many good notes it holds itself
BAD = {
    "empty": ("empty.txt", b"", "empty", 0),
    "white space": ("blank.txt", b" \n\t\n", "empty", 0),
    "binary": ("image.txt", bytes(range(256)) * 4, "bad_encoding", 0),
    "NUL bytes": ("nul.txt", b"asthma\x00\x00since childhood", "bad_encoding", 0),
    "invalid UTF-8": ("torn.txt", b"na\xefve \x81\x8d caf\xc3", "bad_encoding", 0),
    "an unknown kind": ("scan.tiff", b"II*\x00" + bytes(64), "unsupported_format", 0),
    "a large note": ("large.txt", b"asthma and fever " * 400_000, "too_large", 0),
    "truncated gzip": ("notes.jsonl.gz", gzip.compress(b'{"text": "asthma"}\n' * 9000)[:-40], "unreadable", None),
    "a lone surrogate": ("pair.jsonl", b'{"text": "broken \\ud83d here"}\n', "bad_encoding", 0),
    "a broken line": ("lines.jsonl", b'{"text": "asthma"}\n{"text": "asth\n{"text": "fever"}\n', "bad_message", 2),
    "a row too short": ("rows.csv", b"note_id,text\n1,asthma\n2\n3,fever\n", "bad_message", 2),
    "an absent attachment": ("absent.ndjson", orjson.dumps(ATTACHMENT) + b"\n", "unreadable", 0),
    "an unknown attachment": ("unknown.ndjson", orjson.dumps(UNKNOWN) + b"\n", "unsupported_format", 0),
    "broken FHIR": ("broken.ndjson", b'{"resourceType": "DocumentReference", \n', "bad_message", 0),
    "HL7 without MSH": ("headless.hl7", b"PID|1||123\rOBX|1|TX|||fever\r", "bad_message", 0),
    "HL7 with a wrong separator": ("separator.hl7", MDM.replace(b"MSH|^~\\&|", b"MSH:^~\\&|"), "bad_message", 0),
    "HL7 cut off": ("cut.hl7", MDM + MSH[:12], "bad_message", 1),
}


@pytest.fixture
def good(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(3):
        (folder / f"good{number}.txt").write_bytes(GOOD + b"%d" % number)
    return folder


@pytest.mark.parametrize("name", BAD)
def test_alone_it_is_held_back_with_its_reason(tmp_path, name):
    file, content, reason, notes = BAD[name]
    path = tmp_path / file
    path.write_bytes(content)
    summary = run(path, "--output", tmp_path / "out", "--labels", "none")
    assert summary["quarantined_by_reason"] == {reason: 1}
    if notes is not None:
        assert summary["released"] == notes
    assert_consistent(tmp_path / "out")


def test_among_good_notes_all_of_them_at_once(tmp_path, good, triton):
    for file, content, _, _ in BAD.values():
        (good / file).write_bytes(content)
    out = tmp_path / "out"
    summary = run(good, "--output", out, "--triton", triton)
    expected: dict[str, int] = {}
    for _, _, reason, _ in BAD.values():
        expected[reason] = expected.get(reason, 0) + 1
    assert summary["quarantined_by_reason"] == expected
    texts = [row["text"].encode() for row in rows(out, "released/notes")]
    assert all(GOOD + b"%d" % number in texts for number in range(3))
    assert_consistent(out)

    before = {table: len(rows(out, table)) for table in ("private/ledger", "private/quarantine")}
    assert run(good, "--output", out, "--triton", triton)["records"] == 0
    assert {table: len(rows(out, table)) for table in before} == before


def test_a_mapping_to_a_column_that_is_not_there_refuses_to_start(tmp_path):
    (tmp_path / "notes.csv").write_bytes(b"ROW_ID,BODY\n1,asthma\n")
    done = chartstream(
        "run", tmp_path / "notes.csv", "--output", tmp_path / "out", "--map", "text=TEXT", "--labels", "none"
    )
    assert done.returncode == 1
    assert "TEXT" in done.stderr


def test_nested_escapes_are_decoded_once_and_lose_nothing(tmp_path):
    text = rb"BP 120\80. Caf\XC3A9\ \E\F\E\ R\T\D 5\S\2 \Zfoo\ end\.br\next line"
    (tmp_path / "a.hl7").write_bytes(MDM.replace(b"The patient has asthma.", text))
    run(tmp_path / "a.hl7", "--output", tmp_path / "out", "--labels", "none", "--policy", "none")
    (row,) = rows(tmp_path / "out", "released/notes")
    assert row["text"] == "BP 120\\80. Café \\F\\ R&D 5^2 \\Zfoo\\ end\nnext line"


def test_what_is_held_back_is_listed_shown_and_replayed(tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    (folder / "large.txt").write_bytes(b"The patient has asthma. " * 100_000)
    run(folder, "--output", out, "--labels", "none", "--max-note-mb", "1")
    (held,) = orjson.loads(chartstream("quarantine", "list", out, "--json").stdout)
    assert (held["reason"], held["stage"]) == ("too_large", "read")
    shown = chartstream("quarantine", "show", out, held["quarantine_id"])
    assert shown.stdout.startswith("The patient has asthma. The patient")
    done = chartstream("quarantine", "replay", out, "--labels", "none", "--max-note-mb", "5")
    assert done.returncode == 0, done.stderr
    (note,) = rows(out, "released/notes")
    assert note["text"] == "The patient has asthma. " * 100_000
    assert orjson.loads(chartstream("quarantine", "list", out, "--json").stdout) == []
    attempts = sorted((row["attempt"], row["outcome"]) for row in rows(out, "private/ledger"))
    assert attempts == [(1, "quarantined"), (2, "released")]
    assert run(folder, "--output", out, "--labels", "none")["records"] == 0
