"""A static page of tables and bars, for a report that is sent around. It loads nothing, and names in it are escaped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

_BAR = 18  # height, in the plot's units
_STEP = 28
_LETTER = 7.5  # width, and a little more, so that the longest name fits
_SHORTEST_LABEL = 100
_WIDTH = 480  # of a bar for 1.0
_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b }
table { border-collapse: collapse; margin: 1rem 0 2rem }
th, td { padding: .2rem .7rem; border-bottom: 1px solid #ddd; text-align: right; white-space: nowrap }
th:first-child, td:first-child { text-align: left }
svg text { font: 13px system-ui, sans-serif }
"""


@dataclass(frozen=True, slots=True)
class Bar:
    """A share and its interval; None of nothing, which is drawn as a name alone."""

    name: str
    share: float | None
    low: float | None
    high: float | None


def page(title: str, parts: Iterable[str]) -> str:
    """The whole page. ``parts`` are HTML; ``title`` is not."""
    return "\n".join(
        (
            f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>',
            f"<style>{_STYLE}</style></head><body>",
            f"<h1>{escape(title)}</h1>",
            *parts,
            "</body></html>\n",
        )
    )


def table(columns: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; its cells are text."""
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "\n".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"


def plot(title: str, bars: Sequence[Bar]) -> str:
    """Bars from 0 to 1, one under the other, with their intervals, as SVG."""
    left = max(_SHORTEST_LABEL, 8 + _LETTER * max((len(bar.name) for bar in bars), default=0))
    width, height = left + _WIDTH + 80, _STEP * len(bars) + 24
    drawn = [
        f'<svg viewBox="0 0 {width:g} {height}" width="{width:g}" role="img"'
        f' aria-label="{escape(title)}, bars from 0 to 1 with 95 % intervals">'
    ]
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = left + _WIDTH * tick
        drawn.append(f'<line x1="{x:g}" x2="{x:g}" y1="0" y2="{height - 20}" stroke="#ddd"/>')
        drawn.append(f'<text x="{x:g}" y="{height - 5}" text-anchor="middle">{tick:g}</text>')
    drawn += [_drawn(bar, left, _STEP * index) for index, bar in enumerate(bars)]
    return "\n".join((*drawn, "</svg>"))


def _drawn(bar: Bar, left: float, top: int) -> str:
    middle = top + _BAR / 2 + 4
    drawn = f'<text x="{left - 8:g}" y="{middle + 4}" text-anchor="end">{escape(bar.name)}</text>'
    if bar.share is None:
        return drawn
    drawn += f'<rect x="{left:g}" y="{top + 4}" width="{_WIDTH * bar.share:.1f}" height="{_BAR}" fill="#7aa6c2"/>'
    if bar.low is not None and bar.high is not None:
        low, high = left + _WIDTH * bar.low, left + _WIDTH * bar.high
        drawn += f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{middle}" y2="{middle}" stroke="#222"/>' + "".join(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{middle - 4}" y2="{middle + 4}" stroke="#222"/>' for x in (low, high)
        )
    return f'{drawn}<text x="{left + _WIDTH + 10:g}" y="{middle + 4}">{bar.share:.3f}</text>'
