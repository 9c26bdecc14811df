"""``chartstream evaluate extract`` as a hospital starts it: gold in three formats, the real model server, counts alone."""

import json
import re
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from pipelines.cli import launch
from tests.e2e.support import chartstream

GOLD = Path(__file__).parents[1] / "extract" / "evaluation" / "gold"
FORMATS = (GOLD / "visit.jsonl", GOLD / "visit.txt", GOLD / "abstracts.txt")  # one visit in each


def threes(text: str) -> set[tuple[str, ...]]:
    """Every three words that stand one after the other."""
    words = re.findall(r"\w+", text.lower())
    return set(zip(words, words[1:], words[2:], strict=False))


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """The folder, standard output and standard error of one evaluation, with a server of its own."""
    output = tmp_path_factory.mktemp("measured") / "march"
    done = chartstream("evaluate", "extract", "--gold", *FORMATS, "--output", output, "--json")
    assert done.returncode == 0, done.stderr
    return output, done.stdout, done.stderr


def test_the_figures_are_those_of_the_notes(measured: tuple[Path, str, str]) -> None:
    output, printed, _ = measured
    report: dict[str, Any] = json.loads(printed)

    assert json.loads((output / "extract.json").read_text()) == report
    assert (report["model"], report["labels"]) == ("clinical_bert:5", "clinical")
    assert report["notes"] == report["answered"] == 3
    assert report["entities"]["exact"]["all"]["gold"] == 3 * 15
    assert report["entities"]["exact"]["types"]["Medication"]["gold"] == 3 * 3
    assert report["entities"]["exact"]["all"]["recall"] > 0.5
    assert report["assertions"]["negated"]["judged"] == 15 + 7  # all by brat's POLARITY, those in the JSON lines
    assert report["reached"] > 0.7 * report["gold_entities"] == 0.7 * 45


def test_the_same_text_has_the_same_findings_in_every_format(measured: tuple[Path, str, str]) -> None:
    report = json.loads(measured[1])

    for kind in ("gold", "found", "right"):
        assert all(one[kind] % 3 == 0 for one in report["entities"]["exact"]["types"].values())


def test_relations_are_scored_or_told_to_be_none_of_the_model(measured: tuple[Path, str, str]) -> None:
    report = json.loads(measured[1])

    unscored = sum(sum(report["unscored"][kind].values()) for kind in ("relations", "relation_arguments"))
    assert report["relations"]["exact"]["all"]["gold"] + unscored == 2 * 4
    assert report["unscored"]["concept_relations"] == {"CID": 2}  # the biomedical labels have it


def test_no_text_is_anywhere_and_files_are_the_owners_alone(measured: tuple[Path, str, str]) -> None:
    output, printed, errors = measured
    shown = "\n".join((printed, errors, *(path.read_text() for path in output.iterdir())))

    assert not threes((GOLD / "visit.txt").read_text()) & threes(shown)
    assert "nitrofurantoin" not in shown.lower()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in output.iterdir()}
    assert modes == {"extract.json": 0o600, "extract.html": 0o600}


def test_people_get_tables_from_a_server_that_runs_elsewhere(
    triton: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = launch(["evaluate", "extract", "--gold", str(GOLD), "--output", str(tmp_path / "m"), "--triton", triton])

    printed = capsys.readouterr().out
    assert ended == 0
    assert re.search(r"^entity +gold +found +right +precision +recall +F1 +95 % +overlap", printed, re.MULTILINE)
    assert re.search(r"^Medication +9 +\d+ +\d+ +[01]\.\d{3} ", printed, re.MULTILINE)
    assert re.search(r"^negated +22 ", printed, re.MULTILINE)
    assert "3 = 3 answered + 0 unanswered" in printed


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--output", "{tmp}/m"), 2, "--gold"),
        (("--gold", "{gold}", "--output", "{tmp}/m", "--labels", "legal"), 2, "--labels"),
        (("--gold", "{gold}", "--output", "{tmp}/m", "--labels", "none"), 1, "labels none look for nothing"),
        (("--gold", "{tmp}/none", "--output", "{tmp}/m"), 1, "--gold 1 is not there"),
        (("--gold", "{gold}", "{bad}", "--output", "{tmp}/m"), 1, "--gold 2: line 1: entity 0: start and end are no span"),
        (("--gold", "{tmp}", "--output", "{tmp}/m"), 1, "--output lies in --gold"),
        (("--gold", "{gold}", "--output", "{out}"), 1, "--output is the output of chartstream run"),
    ],
)  # fmt: skip
def test_what_cannot_be_measured_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, says: str
) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"note_id": 1, "text": "Marta Vega", "entities": [{"start": 0, "end": 50, "type": "Age"}]}')
    out = tmp_path / "out"
    (out / "private").mkdir(parents=True)
    (out / "private" / "settings.json").write_text("{}")
    filled = [argument.format(gold=GOLD, bad=bad, tmp=tmp_path, out=out) for argument in arguments]

    ended = launch(["evaluate", "extract", *filled])

    printed = capsys.readouterr()
    assert ended == code
    assert says in printed.err
    assert printed.err.count("\n") == 1
    assert "Vega" not in printed.err
    assert printed.out == ""
    assert not (tmp_path / "m").exists()


def test_a_server_that_is_not_there_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(GOLD / "visit.jsonl", tmp_path)

    ended = launch(
        ["evaluate", "extract", "--gold", str(tmp_path / "visit.jsonl"), "--output", str(tmp_path / "m"),
         "--triton", "127.0.0.1:9"]
    )  # fmt: skip

    assert ended == 1
    assert "no model server answers at 127.0.0.1:9" in capsys.readouterr().err
    assert not list((tmp_path / "m").iterdir())
