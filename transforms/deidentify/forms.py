"""A written form of an identifier, as data: a regular expression, and where in a text it is worth trying.

Every expression is linear: its repeats are bounded, or over classes that what follows does not share. What identifies
is the group ``phi`` (the whole match where there is no such group); what stands around it is context, and stays.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from transforms.records import PhiType

_LONGEST_RUN = 20  # digits from which on numbers are tried alike
_BEFORE = 32  # characters in which what must stand before a form is looked for


@dataclass(frozen=True, slots=True)
class Form:
    """One written form.

    ``words``: those at which it begins, lower case; ``before``: what must end where it begins. ``behind``: what ends
    there too and holds what identifies, which then stands before the words (its group ``phi``, or from its beginning to
    the form's end). Of a form that begins with a number: ``digits`` are the fewest and the most in its first run,
    ``then`` is what may follow them (None: anything). Of a form that is told by its shape: ``gates`` are the names of
    the gates at which it is tried. ``accepts`` says of a text and the place where the identifier begins whether it may.
    """

    name: str
    phi_type: PhiType
    score: float
    pattern: re.Pattern[str]
    words: tuple[str, ...] = ()
    before: re.Pattern[str] | None = None
    behind: re.Pattern[str] | None = None
    digits: tuple[int, int] = (1, _LONGEST_RUN)
    then: str | None = None
    gates: tuple[str, ...] = ()
    accepts: Callable[[str, int], bool] | None = None

    def match(self, text: str, at: int) -> tuple[int, int] | None:
        """The span that identifies, if the form stands at ``at``."""
        match = self.pattern.match(text, at)
        if match is None or (self.before is not None and self.before.search(text, max(0, at - _BEFORE), at) is None):
            return None
        span = match.span("phi" if "phi" in self.pattern.groupindex else 0)
        if self.behind is not None:
            behind = self.behind.search(text, max(0, at - 2 * _BEFORE), at)
            if behind is None:
                return None
            span = behind.span("phi") if "phi" in self.behind.groupindex else (behind.start(), span[1])
        return span if self.accepts is None or self.accepts(text, span[0]) else None


def form(
    name: str,
    phi_type: PhiType,
    score: float,
    expression: str,
    *,
    words: str = "",
    ignore_case: bool = False,
    before: str | None = None,
    behind: str | None = None,
    digits: tuple[int, int] = (1, _LONGEST_RUN),
    then: str | None = None,
    gates: str = "",
    accepts: Callable[[str, int], bool] | None = None,
) -> Form:
    """Compile a form; ``words`` are separated by spaces, ``_`` stands for a space in one."""
    return Form(
        name,
        phi_type,
        score,
        re.compile(expression, re.IGNORECASE if ignore_case else 0),
        tuple(word.replace("_", " ") for word in words.split()),
        None if before is None else re.compile(rf"(?:{before})\Z", re.IGNORECASE),
        None if behind is None else re.compile(rf"(?:{behind})\Z"),
        digits,
        then,
        tuple(gates.split()),
        accepts,
    )


def at_numbers(forms: tuple[Form, ...]) -> Callable[[int, str], tuple[Form, ...]]:
    """Which of ``forms`` can begin with so many digits and then such a character (``""`` at the text's end)."""

    @lru_cache(maxsize=4096)
    def candidates(run: int, following: str) -> tuple[Form, ...]:
        return tuple(
            form
            for form in forms
            if form.digits[0] <= min(run, _LONGEST_RUN) <= form.digits[1]
            and (form.then is None or (following != "" and following in form.then))
        )

    return candidates


def words(text: str) -> frozenset[str]:
    """The words of ``text``, which are separated by blanks."""
    return frozenset(text.split())
