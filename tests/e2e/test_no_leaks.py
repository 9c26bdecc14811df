"""Distinctive identifiers planted in notes, file names and feed fields are looked for in everything that was written or printed.

They may stand in encrypted payloads, and in the clear in private tables alone: the ledger's ``note_id``, and a file's path
where the ledger, quarantine and units say what they speak of.
"""

import os
from pathlib import Path

import pytest
from deltalake import DeltaTable

from tests.e2e.inputs import (
    dense_notes,
    write_csv,
    write_fhir,
    write_hl7,
    write_jsonl,
    write_parquet,
    write_text_dir,
)
from tests.e2e.support import TABLES, assert_consistent, chartstream, command, rows

WRITERS = {
    "text": write_text_dir,
    "jsonl": write_jsonl,
    "csv": write_csv,
    "parquet": write_parquet,
    "fhir": write_fhir,
    "hl7v2": write_hl7,
}
_IN_THE_CLEAR = {
    "private/ledger": {"note_id", "partition"},
    "private/quarantine": {"partition"},
    "private/units": {"path"},
}


def spoil(folder: Path, canaries: list[str]) -> None:
    """Bad input that carries identifiers too: it must reach quarantine, and no error text."""
    name = canaries[0]
    (folder / f"{name}.jsonl").write_text(f'{{"text": "{name} broke this line\n')
    (folder / f"{name}.hl7").write_text(f"PID|1||{name}\rOBX|1|TX|||{name} without a header\r")
    (folder / f"{name}.txt").write_bytes(name.encode() + b"\x00\x81\x8d\xff")
    (folder / f"{name}.json").write_text(f'{{"resourceType": "DocumentReference", "id": "{name}", "content": [{{}}]}}')


def searched(path: Path, canaries: list[str]) -> list[str]:
    content = path.read_bytes().lower()
    return [canary for canary in canaries if canary.lower().encode() in content]


def leaks_in_tables(out: Path, canaries: list[str]) -> list[tuple[str, str]]:
    found = []
    for table in TABLES:
        for row in rows(out, table):
            for column, value in row.items():
                if column in _IN_THE_CLEAR.get(table, ()):
                    continue
                text = (value.decode("latin-1") if isinstance(value, bytes) else repr(value)).lower()
                found += [(f"{table}.{column}", canary) for canary in canaries if canary.lower() in text]
    return found


@pytest.mark.parametrize("policy", ["safe-harbor", "surrogate"])
def test_no_identifier_is_anywhere_but_in_its_places(tmp_path, triton, policy):
    folder, out, scratch = tmp_path / "in", tmp_path / "out", tmp_path / "tmp"
    scratch.mkdir()
    canaries: list[str] = []
    notes = list(dense_notes(36, seed=7))
    for number, (name, write) in enumerate(WRITERS.items()):
        (folder / name).mkdir(parents=True)
        canaries += write(notes[6 * number : 6 * number + 6], folder / name)
    spoil(folder / "text", canaries)
    canaries = sorted(set(canaries))
    assert len(canaries) > 60
    if policy == "surrogate":
        # Surrogates come from the same fictional numbers (555-01xx) as the planted ones, so one patient's may be another's:
        # that a note's own are gone is tests/deidentify's to show.
        canaries = [canary for canary in canaries if "555-01" not in canary]

    environment = {"TMPDIR": str(scratch)}
    done = chartstream(
        "run", folder, "--output", out, "--triton", triton, "--policy", policy, "--max-quarantined", "1", "--json",
        environment=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    listed = chartstream("quarantine", "list", out)
    checked = chartstream("doctor", out, "--triton", triton)
    again = chartstream("run", folder, "--output", out, "--triton", triton, "--policy", "limited")
    exported = chartstream("export", out, tmp_path / "export")
    assert listed.returncode == exported.returncode == 0
    for printed in (done, listed, checked, again, exported):
        for stream in (printed.stdout, printed.stderr):
            assert not [canary for canary in canaries if canary.lower() in stream.lower()]

    assert_consistent(out)
    assert len(rows(out, "private/quarantine")) >= 4
    assert len(rows(out, "released/notes")) >= 0.9 * len(notes)
    assert leaks_in_tables(out, canaries) == []
    # Files: the released zone, summaries, logs, temporary files and the export hold none, in content or in name. Parquet is
    # compressed, so tables were read above; here their logs and everything else is searched as bytes.
    clear = {DeltaTable(str(out / table)).table_uri.rstrip("/") for table in _IN_THE_CLEAR}
    for root in (out, scratch, tmp_path / "export"):
        for path in (path for path in root.rglob("*") if path.is_file()):
            assert not [canary for canary in canaries if canary.lower() in str(path.relative_to(root)).lower()]
            if any(str(path.resolve()).startswith(folder.removeprefix("file://")) for folder in clear):
                continue
            if path.name == "settings.json":  # names the input roots
                continue
            assert searched(path, canaries) == [], path.name


def test_the_private_zone_is_the_owners_alone(tmp_path, examples):
    done = chartstream("run", examples / "notes" / "text", "--output", tmp_path / "out", "--labels", "none")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out/private").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "out/summary.json").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "out/private/keys/keyring.json").stat().st_mode & 0o777 == 0o600


def test_a_crash_of_our_own_code_prints_no_text(tmp_path):
    """An error that nobody foresaw is told by its name and line, never by its text."""
    script = (
        "import pipelines.run as r, sys\n"
        "def broken(*a): raise ValueError('Maria Zyxwander MRN 40718835')\n"
        "r.run = broken\n"
        "from pipelines.__main__ import main\n"
        f"sys.argv = ['chartstream', 'run', 'x', '--output', {str(tmp_path / 'out')!r}]\n"
        "main()\n"
    )
    import subprocess

    done = subprocess.run(
        [command()[0], "-c", script], capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    assert done.returncode == 1
    assert "ValueError" in done.stderr
    assert "Zyxwander" not in done.stdout + done.stderr
