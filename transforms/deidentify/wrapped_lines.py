"""Line breaks that only the width of a page made: a name or an address goes on behind them as if a blank stood there."""

import re
from itertools import pairwise

_NARROWEST, _WIDEST = 40, 140  # characters of a full line
_FEWEST = 2  # full lines that make a page
_GOES_ON = re.compile(r"[^\W_][,'’\-/&]?\Z|\b[A-Za-z]\.\Z")
# A list's next entry, a table's row, a label.
_BEGINS = re.compile(r"(?:\s|[-*•|#>=]|[0-9]{1,2}[.)]\s|[A-Z][\w/'’]*(?: [\w/'’]+){0,3}:)")
_BLANK = re.compile(r"\s")


def unwrapped(text: str) -> str:
    """``text`` with a blank in place of each line break at which the next word no longer fitted: offsets stay.

    A line is full where the next line's first word would have made it longer than the text's longest line. It goes on where it
    ends within a sentence and the next line begins no entry, no row and no label of its own.
    """
    lines = text.split("\n")
    if len(lines) <= _FEWEST:
        return text
    width = max((len(line) for line in lines if len(line) <= _WIDEST), default=0)
    if width < _NARROWEST:
        return text
    full = [
        at
        for at, (line, following) in enumerate(pairwise(lines))
        if _NARROWEST <= len(line) <= _WIDEST
        and following
        and len(line) + 1 + len(_BLANK.split(following, 1)[0]) > width
    ]
    if len(full) < _FEWEST:
        return text
    joined = {at for at in full if _GOES_ON.search(lines[at][-3:]) and not _BEGINS.match(lines[at + 1])}
    ends = (" " if at in joined else "\n" for at in range(len(lines) - 1))
    return "".join(part for line, end in zip(lines, (*ends, ""), strict=True) for part in (line, end))
