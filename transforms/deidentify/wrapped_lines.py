"""Line breaks that only the width of a page made: a name or an address goes on behind them as if a blank stood there."""

import re
from itertools import accumulate, pairwise

_NARROWEST, _WIDEST = 40, 140  # characters of a full line
_FEWEST = 2  # full lines that make a page
_GOES_ON = re.compile(r"[^\W_][,'’\-/&]?\Z|\b[A-Za-z]\.\Z")
# A list's next entry, a table's row, a label.
_BEGINS = re.compile(r"(?:\s|[-*•|#>=]|[0-9]{1,2}[.)]\s|[A-Z][\w/'’]*(?: [\w/'’]+){0,3}:)")


def unwrapped(text: str) -> str:
    """``text`` with a blank in place of each line break at which the next word no longer fitted: offsets stay.

    A line is full where the next line's first word would have made it longer than the text's longest line. It goes on where it
    ends within a sentence and the next line begins no entry, no row and no label of its own.
    """
    lines = text.split("\n")
    width = max((length for length in map(len, lines) if length <= _WIDEST), default=0)
    if width < _NARROWEST:
        return text
    full = [
        at
        for at, (line, following) in enumerate(pairwise(lines))
        if _NARROWEST <= len(line) <= _WIDEST and following and len(line) + 1 + _first_word(following) > width
    ]
    if len(full) < _FEWEST:
        return text
    pieces, position = [], 0
    ends = [-1, *accumulate(len(line) + 1 for line in lines)]
    for at in full:
        if _GOES_ON.search(lines[at][-3:]) and not _BEGINS.match(lines[at + 1]):
            end = ends[at + 1] - 1
            pieces += [text[position:end], " "]
            position = end + 1
    return "".join([*pieces, text[position:]])


def _first_word(line: str) -> int:
    """The length of a line's first word."""
    end = line.find(" ")
    return len(line) if end < 0 else end
