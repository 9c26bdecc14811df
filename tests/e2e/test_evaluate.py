"""``chartstream evaluate deid`` as a hospital starts it, on the project's dense notes: figures outside, text inside."""

import json
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from pipelines.cli import launch
from tests.e2e.support import chartstream

DENSE_NOTES = Path(__file__).parents[1] / "deidentify" / "dense_notes.txt"


def threes(text: str) -> set[tuple[str, ...]]:
    """Every three words that stand one after the other."""
    words = re.findall(r"\w+", text.lower())
    return set(zip(words, words[1:], words[2:], strict=False))


@pytest.fixture(scope="module")
def gold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dense notes as JSON lines, and a note whose label nothing that finds names can agree with."""
    rows = []
    for number, marked in enumerate(DENSE_NOTES.read_text(encoding="utf-8").split("=====\n")):
        text, spans = "", []
        for piece in re.split(r"(\{\{[A-Z]+:[^}]*\}\})", marked):
            value = piece
            if piece.startswith("{{"):
                phi_type, _, value = piece[2:-2].partition(":")
                spans.append({"start": len(text), "end": len(text) + len(value), "type": phi_type})
            text += value
        rows.append({"note_id": f"dense-{number}", "text": text, "spans": spans})
    odd = "was given metoprolol today"
    rows.append({"note_id": "Qwzzle^1", "text": odd, "spans": [{"start": 10, "end": 20, "type": "NAME"}]})
    path = tmp_path_factory.mktemp("gold") / "labelled.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def measured(gold: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """The folder, standard output and standard error of one evaluation."""
    output = tmp_path_factory.mktemp("measured") / "march"
    done = chartstream("evaluate", "deid", "--gold", gold, "--output", output, "--json")
    assert done.returncode == 0, done.stderr
    return output, done.stdout, done.stderr


def test_the_figures_are_those_of_the_notes(gold: Path, measured: tuple[Path, str, str]) -> None:
    output, printed, _ = measured
    report = json.loads(printed)
    rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    ages = [s for row in rows for s in row["spans"] if s["type"] == "AGE"]

    assert json.loads((output / "report.json").read_text()) == report
    assert report["notes"] == len(rows) == report["released"] + sum(report["quarantined"].values())
    assert report["types"]["AGE"]["gold"] == len(ages)
    assert report["types"]["NAME"]["missed"] >= 1
    assert report["all"]["covered"] >= 0.9 * report["all"]["gold"]
    assert 0 < report["leaked_share"] < 0.1


def test_examples_are_in_the_private_zone_and_no_text_is_anywhere_else(
    gold: Path, measured: tuple[Path, str, str]
) -> None:
    output, printed, errors = measured
    rows: list[dict[str, Any]] = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    values = [row["text"][span["start"] : span["end"]] for row in rows for span in row["spans"]]
    shown = "\n".join((printed, errors, *((output / name).read_text() for name in ("report.json", "report.html"))))

    examples = [json.loads(line) for line in (output / "private" / "examples.jsonl").read_text().splitlines()]
    missed = [one for one in examples if one["kind"] == "missed" and one["note_id"] == "Qwzzle^1"]
    assert [(one["type"], one["text"], one["before"]) for one in missed] == [("NAME", "metoprolol", "was given ")]
    assert "Qwzzle" not in shown
    assert not [value for value in values if len(value) > 4 and value.lower() in shown.lower()]
    assert not {three for row in rows for three in threes(row["text"])} & threes(shown)


def test_files_are_the_owners_alone(measured: tuple[Path, str, str]) -> None:
    output = measured[0]

    modes = {str(path.relative_to(output)): stat.S_IMODE(path.stat().st_mode) for path in output.rglob("*")}
    assert modes == {
        "report.json": 0o600,
        "report.html": 0o600,
        "private": 0o700,
        "private/examples.jsonl": 0o600,
    }


def test_people_get_a_table_and_a_folder_is_measured_again_in_place(gold: Path, tmp_path: Path) -> None:
    (tmp_path / "private").mkdir(mode=0o755)
    (tmp_path / "report.json").write_text("{}")
    (tmp_path / "report.json").chmod(0o644)

    done = chartstream("evaluate", "deid", "--gold", gold.parent, "--output", tmp_path, "--policy", "surrogate")

    assert done.returncode == 0, done.stderr
    assert re.search(r"^NAME +\d+ +\d+ +\d+ +\d+ +[01]\.\d{3} ", done.stdout, re.MULTILINE)
    assert "leaked identifying characters" in done.stdout
    assert json.loads((tmp_path / "report.json").read_text())["policy"] == "surrogate"
    assert stat.S_IMODE((tmp_path / "report.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "private").stat().st_mode) == 0o700


def test_a_hospitals_own_recognizer_takes_part(gold: Path, tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text(
        "recognizers:\n  - name: our own\n    supported_entity: PERSON\n"
        "    patterns: [{name: ours, regex: '\\bmetoprolol today\\b', score: 0.9}]\n"
    )

    done = chartstream(
        "evaluate",
        "deid",
        "--gold",
        gold,
        "--output",
        tmp_path / "m",
        "--recognizers",
        tmp_path / "ours.yaml",
        "--json",
    )

    assert done.returncode == 0, done.stderr
    ours = json.loads(done.stdout)["recognizers"]["our own"]
    assert (ours["found"], ours["right"]) == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--output", "{tmp}/m"), 2, "--gold"),
        (("--gold", "{gold}", "--output", "{tmp}/m", "--labelled"), 2, "--labelled"),
        (("--gold", "{tmp}/none", "--output", "{tmp}/m"), 1, "--gold 1 is not there"),
        (("--gold", "{gold}", "{bad}", "--output", "{tmp}/m"), 1, "--gold 2: line 1: span 1: start and end are no span"),
        (("--gold", "{gold}", "--output", "{tmp}/m", "--policy", "none"), 1, "policy none looks for nothing"),
        (("--gold", "{gold}", "--output", "{tmp}/m", "--policy", "strict"), 1, "no policy 'strict'"),
        (("--gold", "{tmp}", "--output", "{tmp}/m"), 1, "--output lies in --gold"),
        (("--gold", "{gold}", "--output", "{out}"), 1, "--output is the output of chartstream run"),
    ],
)  # fmt: skip
def test_what_cannot_be_measured_is_refused_in_one_line(
    gold: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    code: int,
    says: str,
) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"note_id": 1, "text": "Marta Vega", "spans": [{"start": 0, "end": 50, "type": "NAME"}]}')
    out = tmp_path / "out"
    (out / "private").mkdir(parents=True)
    (out / "private" / "settings.json").write_text("{}")
    filled = [argument.format(gold=gold, bad=bad, tmp=tmp_path, out=out) for argument in arguments]

    ended = launch(["evaluate", "deid", *filled])

    printed = capsys.readouterr()
    assert ended == code
    assert says in printed.err
    assert printed.err.count("\n") == 1
    assert "Vega" not in printed.err
    assert printed.out == ""
    assert not (tmp_path / "m").exists()
