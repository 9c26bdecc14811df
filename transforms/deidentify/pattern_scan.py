"""One scan of a text for everything that recognizers look for, and where in the text it is worth looking closer."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from transforms.deidentify.ascii_shadow import shadow
from transforms.deidentify.pattern_shape import Shape
from transforms.deidentify.pattern_trigger import alphabet, reach, triggers
from transforms.deidentify.scan_database import Expression, ExpressionsInTurn, ScanDatabase, open_database

MARGIN = 2  # a window ends so far behind its matches: ``$`` looks at the next character and whether it is the last
_FIRST_LOOK = 256


class Window(NamedTuple):
    """Part of a text. All matches that begin in ``[start, last)``, and no others, stand in ``[start, stop - MARGIN]``.

    What is tried there reads no further than ``stop``, which may be the text's end.
    """

    start: int
    last: int
    stop: int


@dataclass(frozen=True, slots=True)
class Sight:
    """How far around one of its characters a match can extend: over ``letters`` only, and at most ``reach`` characters."""

    letters: bytes
    reach: int | None

    def windows(self, data: bytes, ends: Sequence[int]) -> list[Window]:
        """Disjoint windows, in order, with every match that holds a character which ends at one of ``ends``."""
        found: list[Window] = []
        start = last = stop = 0
        for end in sorted(ends):
            if end <= stop and self.reach is None:  # in the same run of letters
                last = end
                continue
            left, right = self._around(data, end)
            if left >= stop and last:
                found.append(Window(start, last, min(len(data), stop + MARGIN)))
            start = left if left >= stop or not last else start
            last, stop = end, right
        if last:
            found.append(Window(start, last, min(len(data), stop + MARGIN)))
        return found

    def _around(self, data: bytes, end: int) -> tuple[int, int]:
        look = _FIRST_LOOK if self.reach is None else self.reach
        while True:
            before, behind = data[max(0, end - look) : end], data[end : end + look]
            left, right = len(before.rstrip(self.letters)), len(behind.lstrip(self.letters))
            start, stop = end - len(before) + left, end + len(behind) - right
            if self.reach is not None or ((left or start == 0) and (right or stop == len(data))):
                return start, stop
            look *= 8


@dataclass(frozen=True, slots=True)
class _Scanned:
    """``present``: the numbers of which the text may hold a match: at ``ends``, or anywhere."""

    text: str
    data: bytes
    ends: dict[int, list[int]]
    present: frozenset[int]


class PatternScan:
    """First told what to look for, then opened, then asked about one text at a time in each thread."""

    def __init__(self) -> None:
        self._sights: list[Sight | None] = []
        self._expressions: list[Expression] = []
        self._database: ScanDatabase | ExpressionsInTurn = ExpressionsInTurn(())
        self._unknown: frozenset[int] = frozenset()
        self._thread = threading.local()

    def look_for(self, shape: Shape | None, signs: Sequence[tuple[str, int]] | None = None) -> int:
        """Look for matches of ``shape`` (which are anywhere, if it is None), and return the number to ask for them by.

        ``signs``: expressions in any case, one of which no match lacks, each with how many of its last characters stand behind;
        where more is known than the shape says.
        """
        number = len(self._sights)
        if shape is None:
            found = []
        elif signs is not None:
            found = [Expression(number, text, caseless=True, behind=behind, alone=True) for text, behind in signs]
        else:
            found = [Expression(number, text, caseless) for text, caseless in triggers(shape)]
        self._expressions += found
        self._sights.append(Sight(alphabet(shape), reach(shape)[1]) if shape is not None and found else None)
        return number

    def open(self) -> None:
        """Make ready for texts."""
        self._database = open_database(self._expressions)
        for number in self._database.refused:
            self._sights[number] = None
        self._unknown = frozenset(number for number, sight in enumerate(self._sights) if sight is None)

    @contextmanager
    def over(self, text: str) -> Iterator[None]:
        """Scan ``text``: in this thread, and until this ends, it is the text that is asked about."""
        data = shadow(text)
        outer = getattr(self._thread, "scanned", None)
        self._thread.scanned = self._scanned(text, data) if data is not None else None
        try:
            yield
        finally:
            self._thread.scanned = outer

    def _scanned(self, text: str, data: bytes) -> _Scanned:
        ends = self._database.ends(data)
        return _Scanned(text, data, ends, self._unknown.union(ends))

    def are_absent(self, numbers: frozenset[int]) -> bool:
        """Whether it is certain that the text holds no match of any of them."""
        scanned: _Scanned | None = self._thread.scanned
        return scanned is not None and numbers.isdisjoint(scanned.present)

    def is_absent(self, number: int, text: str) -> bool:
        """Whether it is certain that ``text`` holds no match of it."""
        scanned: _Scanned | None = self._thread.scanned
        if scanned is None or scanned.text is not text:
            return False
        return number not in scanned.present

    def windows(self, number: int, text: str) -> Sequence[Window] | None:
        """Where matches may stand in ``text``; None if that is not known, also because another text was scanned."""
        scanned: _Scanned | None = getattr(self._thread, "scanned", None)
        sight = self._sights[number]
        if scanned is None or sight is None or scanned.text is not text:
            return None
        ends = scanned.ends.get(number)
        return sight.windows(scanned.data, ends) if ends is not None else ()
