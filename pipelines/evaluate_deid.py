"""``chartstream evaluate deid``: measures de-identification on labelled notes. Text goes to DIR/private alone."""

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import orjson

from pipelines.evaluating import check_place, lines_of, standard_output, table_of, with_progress
from transforms.deidentify.analyzer import Analyzer
from transforms.deidentify.deidentifier import Deidentifier
from transforms.deidentify.evaluation.examples import Example, examples
from transforms.deidentify.evaluation.figures import Held, summarise
from transforms.deidentify.evaluation.measure import measure
from transforms.deidentify.evaluation.reading import read_gold
from transforms.deidentify.evaluation.report import TYPE_COLUMNS, Report, as_html, as_json, type_rows, whole_figures
from transforms.deidentify.evaluation.score import NoteScore
from transforms.deidentify.policy import load_policy
from transforms.durable import replace, storage
from transforms.errors import ChartstreamError
from transforms.keyring import new_keyring
from transforms.read.values import as_known_phi


def evaluate_deid(gold: Sequence[Path], output: Path, policy_name: str, recognizers: tuple[str, ...]) -> Report:
    """Takes every note through the whole step, writes the report and the examples, and returns the report."""
    policy = load_policy(policy_name)
    if policy.keeps_everything:
        raise ChartstreamError(f"policy {policy.name} looks for nothing, so there is nothing to measure")
    check_place(gold, output)
    notes = read_gold(gold, as_known_phi)
    deidentifier = Deidentifier(policy, new_keyring(), Analyzer(recognizers=recognizers))
    deidentifier.setup()
    private = _private_folder(output)  # here first: minutes of work want a place to go
    scores: list[NoteScore] = []
    held: list[Held] = []
    shown: list[Example | Held] = []
    for note, result in with_progress(measure(notes, deidentifier), len(notes)):
        if isinstance(result, Held):
            held.append(result)
            shown.append(result)
        else:
            scores.append(result)
            shown += examples(note, result)
    report = Report(version("chartstream"), policy.name, summarise(scores, held))
    with storage():
        replace(private / "examples.jsonl", b"".join(map(_line, shown)))
        replace(output / "report.json", as_json(report))
        replace(output / "report.html", as_html(report).encode())
    return report


def print_report(report: Report, *, json: bool) -> None:
    """On standard output: a table a type and a line a whole figure, or JSON."""
    if json:
        print(as_json(report).decode(), end="")
        return
    console = standard_output()
    console.print(table_of(TYPE_COLUMNS, type_rows(report.figures)))
    console.print()
    console.print(lines_of(whole_figures(report.figures)))


def _private_folder(output: Path) -> Path:
    private = output / "private"
    with storage():
        private.mkdir(mode=0o700, parents=True, exist_ok=True)
        private.chmod(0o700)
    return private


def _line(one: Example | Held) -> bytes:
    if isinstance(one, Held):
        row = {"kind": "quarantined", "note_id": one.note_id, "reason": one.reason, "detail": one.detail}
        return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
    return orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE)
