"""What a person sees while a job runs: a bar on a terminal, one line a minute elsewhere. Counts only."""

import time
from collections.abc import Callable, Sized
from logging import getLogger
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from transforms.write.commit import CommitReport

_LINE_SECONDS = 60.0

_log = getLogger(__name__)


class Progress:
    """Units planned and committed, notes committed; on standard error. ``committed_too`` hears of each commit, too."""

    def __init__(self, committed_too: Callable[[CommitReport], None] = lambda report: None) -> None:
        self._committed_too = committed_too
        self._console = Console(stderr=True)
        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("units, {task.fields[rows]} notes"),
            TimeElapsedColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("committed", total=0, rows=0)
        self._started = self._said = time.monotonic()
        self._planned = self.units = self._rows = 0

    def __enter__(self) -> "Progress":
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._bar.stop()

    def planned(self, units: Sized) -> None:
        """These units are about to be worked on."""
        self._planned = self.units + len(units)
        self._bar.update(self._task, total=self._planned)

    def committed(self, report: CommitReport) -> None:
        """A group of units is in the tables."""
        self._committed_too(report)
        self.units += report.units
        self._rows += sum(report.outcomes.values())
        self._bar.update(self._task, completed=self.units, rows=self._rows)
        now = time.monotonic()
        if not self._console.is_terminal and now - self._said >= _LINE_SECONDS:
            self._said = now
            _log.info(
                "committed %(units)d of %(planned)d units, %(notes)d notes, %(notes_per_second).1f notes/s",
                {
                    "units": self.units,
                    "planned": self._planned,
                    "notes": self._rows,
                    "notes_per_second": self._rows / (now - self._started),
                },
            )
