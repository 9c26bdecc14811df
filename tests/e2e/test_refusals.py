"""What does not fit together refuses to start, in one line that says what, where and what to do."""

import re
from pathlib import Path

import pytest

from tests.e2e.support import chartstream, rows, run


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("The patient has asthma.\n")
    return folder


@pytest.fixture
def out(tmp_path: Path, notes: Path) -> Path:
    run(notes, "--output", tmp_path / "out", "--labels", "none")
    return tmp_path / "out"


def refused(*arguments: str | Path, code: int = 1) -> str:
    done = chartstream(*arguments)
    assert done.returncode == code, (done.returncode, done.stderr)
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("chartstream: ")
    assert "Traceback" not in done.stderr
    return lines[0]


def test_another_policy_labels_or_keyring_into_the_same_output(tmp_path, notes, out):
    assert "policy" in refused("run", notes, "--output", out, "--labels", "none", "--policy", "surrogate")
    assert "labels" in refused("run", notes, "--output", out, "--labels", "clinical")
    other = tmp_path / "other"
    run(notes, "--output", other, "--labels", "none")
    key = other / "private/keys/keyring.json"
    assert "key" in refused("run", notes, "--output", out, "--labels", "none", "--keyring", key)
    assert len(rows(out, "released/notes")) == 1


def test_the_same_input_under_another_source_name(notes, out):
    assert "source" in refused("run", notes, "--output", out, "--labels", "none", "--source", "cardiology")


def test_a_keyring_that_is_missing_beside_tables(notes, out):
    (out / "private/keys/keyring.json").unlink()
    assert "keyring" in refused("run", notes, "--output", out, "--labels", "none")
    assert not (out / "private/keys/keyring.json").exists()


def test_an_input_that_is_not_there_a_policy_that_is_none_and_usage(tmp_path, notes):
    out = tmp_path / "new"
    assert "input 1" in refused("run", tmp_path / "no-such-folder", "--output", out, "--labels", "none")
    assert "policy" in refused("run", notes, "--output", out, "--policy", "open-doors", "--labels", "none")
    assert "--map" in refused("run", notes, "--output", out, "--map", "text", "--labels", "none")
    assert "lies in an input" in refused("run", notes, "--output", notes / "out", "--labels", "none")
    refused("run", notes, code=2)
    refused("run", notes, "--output", out, "--wait", "soon", code=2)
    refused("run", notes, "--output", out, "--no-such-flag", code=2)
    assert not (out / "released").exists()


def test_inputs_that_would_give_a_note_two_names(tmp_path, notes):
    (notes / "ward").mkdir()
    (notes / "ward/b.txt").write_text("The patient has gout.\n")
    out = tmp_path / "new"
    assert "overlap" in refused("run", notes, notes / "ward", "--output", out, "--labels", "none")
    assert rows(out, "released/notes") == []


def test_a_configuration_file_stands_for_flags_and_flags_win(tmp_path, notes):
    config = tmp_path / "nightly.yaml"
    config.write_text(f"output: {tmp_path / 'configured'}\nlabels: none\npolicy: surrogate\n")
    run(notes, "--config", config)
    assert [row["policy"] for row in rows(tmp_path / "configured", "released/notes")] == ["surrogate"]
    run(notes, "--config", config, "--output", tmp_path / "flags", "--policy", "limited")
    assert [row["policy"] for row in rows(tmp_path / "flags", "released/notes")] == ["limited"]
    config.write_text("output: x\npolcy: none\n")
    assert re.search("polcy|unknown", refused("run", notes, "--config", config, code=2), re.IGNORECASE)


def test_a_dry_run_says_what_would_be_read_and_changes_nothing(tmp_path, notes):
    done = chartstream("run", notes, "--output", tmp_path / "out", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert re.search(r"text\D+1", done.stdout)
    assert not (tmp_path / "out").exists()


def test_too_many_held_back_ends_with_three(tmp_path, notes):
    (notes / "b.txt").write_bytes(b"")
    done = chartstream("run", notes, "--output", tmp_path / "out", "--labels", "none")
    assert done.returncode == 3
    assert "quarantine list" in done.stderr
