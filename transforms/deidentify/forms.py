"""A written form of an identifier, as data: a regular expression, and where in a text it is worth trying.

Every expression is linear: its repeats are bounded, or over classes that what follows does not share. What identifies is
the group ``phi`` (the whole match where there is no such group); what stands around it is context, and stays.
"""

import re
from dataclasses import dataclass

from transforms.records import PhiType


@dataclass(frozen=True, slots=True)
class Form:
    """One written form. ``words``: those at which it begins, lower case; ``before``: what must end where it begins."""

    name: str
    phi_type: PhiType
    score: float
    pattern: re.Pattern[str]
    words: tuple[str, ...] = ()
    before: re.Pattern[str] | None = None

    def match(self, text: str, at: int) -> tuple[int, int] | None:
        """The span that identifies, if the form stands at ``at``."""
        match = self.pattern.match(text, at)
        if match is None or (self.before is not None and self.before.search(text, max(0, at - 32), at) is None):
            return None
        return match.span("phi" if "phi" in self.pattern.groupindex else 0)


def form(
    name: str,
    phi_type: PhiType,
    score: float,
    expression: str,
    *,
    words: str = "",
    ignore_case: bool = False,
    before: str | None = None,
) -> Form:
    """Compile a form; ``words`` are separated by spaces, ``_`` stands for a space in one."""
    return Form(
        name,
        phi_type,
        score,
        re.compile(expression, re.IGNORECASE if ignore_case else 0),
        tuple(word.replace("_", " ") for word in words.split()),
        None if before is None else re.compile(rf"(?:{before})\Z", re.IGNORECASE),
    )


def words(text: str) -> frozenset[str]:
    """The words of ``text``, which are separated by blanks."""
    return frozenset(text.split())
