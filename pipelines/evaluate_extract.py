"""``chartstream evaluate extract``: measures what the model finds against gold. The report holds counts alone."""

from collections.abc import Sequence
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path

from pipelines.evaluating import check_place, lines_of, standard_output, table_of, with_progress
from transforms.durable import replace, storage
from transforms.errors import ChartstreamError
from transforms.extract.check import check_server
from transforms.extract.client import ClientOptions, shared_client
from transforms.extract.contract import Labels
from transforms.extract.evaluation.figures import Pair, summarise
from transforms.extract.evaluation.measure import Unanswered, measure
from transforms.extract.evaluation.reading import read_gold
from transforms.extract.evaluation.report import Report, as_html, as_json, tables, whole_figures
from transforms.extract.repository import installed_repository, label_set
from transforms.extract.server import SupervisedServer, start_server


def evaluate_extract(gold: Sequence[Path], output: Path, labels: Labels, triton: str) -> Report:
    """Asks the model about every note as it stands, writes the report, and returns it."""
    if labels is Labels.NONE:
        raise ChartstreamError("labels none look for nothing, so there is nothing to measure")
    repository = installed_repository()
    can_find = label_set(repository, labels)
    check_place(gold, output)
    notes = read_gold(gold)
    with storage():
        output.mkdir(parents=True, exist_ok=True)  # here first: minutes of work want a place to go
    pairs: list[Pair] = []
    unanswered: list[Unanswered] = []
    with ExitStack() as stack:
        if triton == "auto":
            triton = stack.enter_context(SupervisedServer(start_server(repository))).endpoint
        options = ClientOptions(triton, labels)
        model = check_server(options)
        for note, found in with_progress(measure(notes, shared_client(options)), len(notes)):
            if isinstance(found, Unanswered):
                unanswered.append(found)
            else:
                pairs.append((note, found))
    report = Report(version("chartstream"), model, labels.value, summarise(pairs, unanswered, can_find))
    with storage():
        replace(output / "extract.json", as_json(report))
        replace(output / "extract.html", as_html(report).encode())
    return report


def print_report(report: Report, *, json: bool) -> None:
    """On standard output: a table a kind of finding and a line a whole figure, or JSON."""
    if json:
        print(as_json(report).decode(), end="")
        return
    console = standard_output()
    for table in tables(report.figures):
        console.print(table_of(table.columns, table.rows))
        console.print()
    console.print(lines_of(whole_figures(report.figures)))
