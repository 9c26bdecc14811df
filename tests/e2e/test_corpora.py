"""All public notes at hand, run through: each record has one ledger row, nothing crashes, clean text is unchanged."""

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.e2e.support import assert_consistent, rows, run

# Transcribed notes are many; a fifth of them is enough for every change. CHARTSTREAM_EVERY=1 takes all.
_EVERY = int(os.environ.get("CHARTSTREAM_EVERY", "5"))


def files(folder: Path, target: Path, every: int = 1) -> Path:
    """A folder of links to every n-th note."""
    target.mkdir()
    for path in sorted(folder.glob("*.txt"))[::every]:
        (target / path.name).symlink_to(path)
    return target


@pytest.mark.parametrize("name", ["notes_mtsamples", "notes_synthetic"])
def test_text_notes(tmp_path, corpora, triton, name):
    folder = files(corpora / name, tmp_path / "in", _EVERY if name == "notes_mtsamples" else 1)
    out = tmp_path / "out"
    summary = run(folder, "--output", out, "--triton", triton)
    assert summary["records"] == len(list(folder.iterdir()))
    assert summary["quarantined"] <= 0.01 * summary["records"]
    assert summary["entities"] > 10 * summary["released"]
    assert_consistent(out)
    changed = {row["note_key"] for row in rows(out, "private/phi_spans")}
    ids = {row["note_key"]: row["note_id"] for row in rows(out, "private/ledger")}
    unchanged = [row for row in rows(out, "released/notes") if row["note_key"] not in changed]
    for row in unchanged:
        assert row["text"].encode() == (folder / ids[row["note_key"]]).read_bytes()


def test_feeds(tmp_path, corpora, triton):
    for name in ("fhir", "hl7v2"):
        out = tmp_path / name
        summary = run(corpora / name, "--output", out, "--triton", triton)
        assert summary["released"] >= 7
        assert_consistent(out)
        ledger = rows(out, "private/ledger")
        listed = {path.name for path in (corpora / name).iterdir()}
        read = {Path(row["partition"]).name for row in ledger}
        assert {file for file in listed - read if not file.startswith("LICENSE")} == set()
        assert Counter(row["outcome"] for row in ledger)["no_note"] + summary["released"] > 0


def test_visit_notes_from_columns(tmp_path, corpora, triton):
    summary = run(
        corpora / "aci_bench" / "train.csv", "--output", tmp_path / "out", "--triton", triton,
        "--map", "text=note,note_id=encounter_id",
    )  # fmt: skip
    assert summary["records"] == summary["released"] + summary["quarantined"] == 67
    assert_consistent(tmp_path / "out")
