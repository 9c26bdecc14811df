"""What a recognizer found, and how the spans of all sources become one list."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from transforms.records import PhiType

_ADDRESSES = (PhiType.EMAIL, PhiType.URL)


@dataclass(frozen=True, slots=True)
class Finding:
    """A span of the original text that identifies someone: code points, half-open, ``score`` from 0 to 1."""

    phi_type: PhiType
    start: int
    end: int
    recognizer: str
    score: float


def merge(findings: Iterable[Finding]) -> list[Finding]:
    """Return sorted, non-overlapping findings that cover every character that any of ``findings`` covers.

    Overlapping spans become their union; spans that only touch stay apart. The union takes type, recognizer and score
    of its strongest member: an address of mail or of a page, whatever stands in it; else the one with the highest score, then
    the longest, then the first. So a known identifier (score 1) wins over a pattern, and a date within a longer account
    number becomes part of the number.
    """
    merged: list[Finding] = []
    strongest: tuple[bool, float, int] = (False, 0.0, 0)
    for finding in sorted(findings, key=lambda f: (f.start, -f.end, -f.score)):
        strength = (finding.phi_type in _ADDRESSES, finding.score, finding.end - finding.start)
        if not merged or finding.start >= merged[-1].end:
            merged.append(finding)
            strongest = strength
            continue
        last = merged[-1]
        end = max(last.end, finding.end)
        if strength > strongest:
            merged[-1] = replace(finding, start=last.start, end=end)
            strongest = strength
        elif end > last.end:
            merged[-1] = replace(last, end=end)
    return merged
