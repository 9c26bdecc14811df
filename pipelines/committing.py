"""The committer beside the work: published units reach the tables while others are still read."""

import threading
from collections.abc import Callable
from types import TracebackType

from transforms.write.commit import CommitReport, Committer

_GROUP_UNITS = 16  # a commit costs about the same for one unit as for many; memory bounds the other side


class CommitLoop:
    """Commits every so many ``seconds`` in a thread from ``__enter__`` to ``__exit__``, which commits all that is left.

    An error in the thread is raised on leaving.
    """

    def __init__(self, committer: Committer, seconds: float, on_commit: Callable[[CommitReport], None]) -> None:
        self._committer = committer
        self._seconds = seconds
        self._on_commit = on_commit
        self._stop = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="committer", daemon=True)

    def __enter__(self) -> "CommitLoop":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        if error is None:
            if self._error is not None:
                raise self._error
            self._commit_all()

    def _run(self) -> None:
        while not self._stop.wait(self._seconds):
            try:
                self._commit_all()
            except Exception as error:
                self._error = error
                return

    def _commit_all(self) -> None:
        while report := self._committer.commit(_GROUP_UNITS):
            self._on_commit(report)
