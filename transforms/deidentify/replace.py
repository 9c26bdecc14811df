"""One pass that replaces what was found, and the map between the two texts that it makes."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from transforms.deidentify.findings import Finding
from transforms.records import PhiAction, PhiSpan


class InvalidFindings(Exception):  # noqa: N818  named as what they are
    """Findings that overlap, are out of order, reversed, empty or beyond the text: the note must be held back."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """What shall stand in place of a finding. ``action`` KEEP leaves it as it is."""

    finding: Finding
    text: str = field(repr=False)
    action: PhiAction


@dataclass(frozen=True, slots=True)
class Replaced:
    """The released text and the spans that were found, in both texts' code points."""

    text: str = field(repr=False)
    spans: tuple[PhiSpan, ...]


def replace(text: str, replacements: Sequence[Replacement]) -> Replaced:
    """Replaces in one pass. ``replacements`` are sorted and do not overlap, else InvalidFindings is raised.

    All else of the text is unchanged, and ``released[span.released_start:span.released_end]`` is the replacement.
    """
    pieces: list[str] = []
    spans: list[PhiSpan] = []
    position = 0
    released = 0
    for replacement in replacements:
        finding = replacement.finding
        if not position <= finding.start < finding.end <= len(text) or not replacement.text:
            raise InvalidFindings
        if replacement.action is PhiAction.KEEP and replacement.text != text[finding.start : finding.end]:
            raise InvalidFindings
        pieces.append(text[position : finding.start])
        pieces.append(replacement.text)
        released += finding.start - position
        spans.append(
            PhiSpan(
                phi_type=finding.phi_type,
                start=finding.start,
                end=finding.end,
                released_start=released,
                released_end=released + len(replacement.text),
                action=replacement.action,
                recognizer=finding.recognizer,
                score=finding.score,
            )
        )
        released += len(replacement.text)
        position = finding.end
    pieces.append(text[position:])
    return Replaced("".join(pieces), tuple(spans))


class OffsetMap:
    """Maps offsets between an original and its released text, from the note's ``phi_spans`` alone.

    Both ways are monotone, and inverse to each other outside of replaced spans. A span's start maps to its start and
    its end to its end; an offset strictly inside a replaced span has no counterpart and maps to the span's start.
    """

    def __init__(self, spans: Iterable[PhiSpan]) -> None:
        replaced = [span for span in spans if span.action is not PhiAction.KEEP]
        self._original = [(span.start, span.end) for span in replaced]
        self._released = [(span.released_start, span.released_end) for span in replaced]

    def to_released(self, offset: int) -> int:
        """The offset in the released text of an offset in the original."""
        return _map(offset, self._original, self._released)

    def to_original(self, offset: int) -> int:
        """The offset in the original of an offset in the released text."""
        return _map(offset, self._released, self._original)


def _map(offset: int, from_spans: list[tuple[int, int]], to_spans: list[tuple[int, int]]) -> int:
    at = bisect_right(from_spans, offset, key=lambda span: span[0]) - 1
    if at < 0:
        return offset
    start, end = from_spans[at]
    if offset == start:
        return to_spans[at][0]
    return to_spans[at][0] if offset < end else to_spans[at][1] + offset - end
