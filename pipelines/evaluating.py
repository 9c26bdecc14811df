"""What the evaluations share: where their report may go, how they show progress, and how a person reads them."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import track
from rich.table import Table

from transforms.errors import ChartstreamError
from transforms.write.output import Output

T = TypeVar("T")

_WIDTH = 200  # where the output is no terminal: a row stays a line


def check_place(gold: Sequence[Path], output: Path) -> None:
    """Raises ChartstreamError where a report must not stand."""
    if Output(output).settings.exists():
        raise ChartstreamError("--output is the output of chartstream run: name a folder of its own")
    if any(output.resolve().is_relative_to(path.resolve()) for path in gold):
        raise ChartstreamError("--output lies in --gold, and would be read as labelled notes: name a folder elsewhere")


def with_progress(results: Iterable[T], notes: int) -> Iterator[T]:
    """The results, a note each, with a bar on a terminal's standard error."""
    console = Console(stderr=True)
    yield from track(results, "notes", notes, console=console, disable=not console.is_terminal)


def standard_output() -> Console:
    """Where tables are printed."""
    return Console(width=None if Console().is_terminal else _WIDTH)


def table_of(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """Names on the left, numbers on the right."""
    table = Table(box=None, pad_edge=False)
    for index, column in enumerate(columns):
        table.add_column(column.strip(), justify="right" if index else "left", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    return table


def lines_of(rows: Iterable[Sequence[str]]) -> Table:
    """A name and its value a line."""
    table = Table(show_header=False, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    return table
