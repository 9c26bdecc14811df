"""The figures as files: JSON for machines, one static HTML page for people. Counts only."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from html import escape

import orjson

from transforms.deidentify.evaluation.figures import Figures, Rate, TypeFigures

ALL = "all"
_BAR = 18  # height, in the plot's units
_STEP = 28
_LABEL = 100
_WIDTH = 480  # of a bar for 1.0
_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b }
table { border-collapse: collapse; margin: 1rem 0 2rem }
th, td { padding: .2rem .7rem; border-bottom: 1px solid #ddd; text-align: right; white-space: nowrap }
th:first-child, td:first-child { text-align: left }
svg text { font: 13px system-ui, sans-serif }
"""


@dataclass(frozen=True, slots=True)
class Report:
    """Figures, and of what: ``policy`` and the application's ``version``."""

    version: str
    policy: str
    figures: Figures


def as_json(report: Report) -> bytes:
    """The report as one object, indented."""
    content = {"version": report.version, "policy": report.policy, **asdict(report.figures)}
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def whole_figures(figures: Figures) -> list[tuple[str, str]]:
    """Name and value of each figure that is of all notes, as people read them."""
    lines = [
        ("notes", f"{figures.notes} = {figures.released} released + {sum(figures.quarantined.values())} quarantined"),
        *((f"quarantined: {reason}", f"{count} notes") for reason, count in figures.quarantined.items()),
    ]
    if figures.quarantined:
        lines.append(("labelled identifiers in quarantined notes", f"{figures.quarantined_identifiers}"))
    lines.append(
        (
            "leaked identifying characters",
            f"{percent(figures.leaked_share)}  ({figures.all.leaked} of {figures.all.characters} letters and digits)",
        )
    )
    for where, outside in (
        ("where all is labelled", figures.outside_labelled),
        ("elsewhere", figures.outside_unlabelled),
    ):
        if outside.characters:
            lines.append(
                (
                    f"hidden outside of gold, {where}",
                    f"{percent(outside.share)}  ({outside.hidden} of {outside.characters} letters and digits)",
                )
            )
    lines += [(f"labels not scored: {reason}", f"{count}") for reason, count in figures.not_scored.items()]
    return lines


TYPE_COLUMNS = (
    "type", "gold", "covered", "partial", "missed", "recall", "95 %", "leaked chars", "found", "right", "precision", "95 % ",
)  # fmt: skip


def type_rows(figures: Figures) -> list[tuple[str, ...]]:
    """A row a type, then one of all, for ``TYPE_COLUMNS``."""
    return [_type_row(name, of_type) for name, of_type in (*figures.types.items(), (ALL, figures.all))]


def percent(share: float | None) -> str:
    """A share for people; a dash of nothing."""
    return "–" if share is None else f"{100 * share:.2f} %"


def as_html(report: Report) -> str:
    """A page that loads nothing: tables, and recall by type as bars with their intervals."""
    figures = report.figures
    recognizers = [
        (name, f"{one.found}", f"{one.right}", _share(one.precision), _interval(one.precision))
        for name, one in figures.recognizers.items()
    ]
    found_types = sorted({name for row in figures.confusion.values() for name in row})
    confusion = [
        (gold_type, *(f"{row.get(name, '')}" for name in found_types)) for gold_type, row in figures.confusion.items()
    ]
    return "\n".join(
        (
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>De-identification, measured</title>',
            f"<style>{_STYLE}</style></head><body>",
            "<h1>De-identification, measured</h1>",
            f"<p>Policy {escape(report.policy)}, chartstream {escape(report.version)}.",
            "Recall: labelled identifiers of which every letter and digit is hidden. Precision: what was hidden where all",
            "is labelled, and shares a letter or digit with a label. Intervals: 95 %, Wilson. Notes in quarantine count",
            "in neither.</p>",
            _table(("", ""), whole_figures(figures)),
            "<h2>By type</h2>",
            _table(TYPE_COLUMNS, type_rows(figures)),
            "<h2>Recall by type</h2>",
            _plot([(name, one.recall) for name, one in (*figures.types.items(), (ALL, figures.all))]),
            "<h2>By recognizer</h2>",
            _table(("recognizer", "found", "right", "precision", "95 %"), recognizers),
            "<h2>What was labelled (rows), and what it was taken for</h2>",
            _table(("", *found_types), confusion),
            "</body></html>\n",
        )
    )


def _type_row(name: str, of_type: TypeFigures) -> tuple[str, ...]:
    return (
        name,
        *(f"{count}" for count in (of_type.gold, of_type.covered, of_type.partial, of_type.missed)),
        _share(of_type.recall),
        _interval(of_type.recall),
        f"{of_type.leaked}/{of_type.characters}",
        f"{of_type.found}",
        f"{of_type.right}",
        _share(of_type.precision),
        _interval(of_type.precision),
    )


def _share(rate: Rate) -> str:
    return "–" if rate.share is None else f"{rate.share:.3f}"


def _interval(rate: Rate) -> str:
    return "" if rate.low is None or rate.high is None else f"{rate.low:.3f}–{rate.high:.3f}"


def _table(columns: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "\n".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"


def _plot(rates: Sequence[tuple[str, Rate]]) -> str:
    height = _STEP * len(rates) + 24
    drawn = [
        f'<svg viewBox="0 0 {_LABEL + _WIDTH + 80} {height}" width="{_LABEL + _WIDTH + 80}" role="img"'
        ' aria-label="Recall by type, bars from 0 to 1 with 95 % intervals">'
    ]
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = _LABEL + _WIDTH * tick
        drawn.append(f'<line x1="{x}" x2="{x}" y1="0" y2="{height - 20}" stroke="#ddd"/>')
        drawn.append(f'<text x="{x}" y="{height - 5}" text-anchor="middle">{tick:g}</text>')
    drawn += [_bar(name, rate, _STEP * index) for index, (name, rate) in enumerate(rates)]
    return "\n".join((*drawn, "</svg>"))


def _bar(name: str, rate: Rate, top: int) -> str:
    middle = top + _BAR / 2 + 4
    label = f'<text x="{_LABEL - 8}" y="{middle + 4}" text-anchor="end">{escape(name)}</text>'
    if rate.share is None or rate.low is None or rate.high is None:
        return label
    low, high = _LABEL + _WIDTH * rate.low, _LABEL + _WIDTH * rate.high
    ends = "".join(
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{middle - 4}" y2="{middle + 4}" stroke="#222"/>' for x in (low, high)
    )
    return (
        f'{label}<rect x="{_LABEL}" y="{top + 4}" width="{_WIDTH * rate.share:.1f}" height="{_BAR}" fill="#7aa6c2"/>'
        f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{middle}" y2="{middle}" stroke="#222"/>{ends}'
        f'<text x="{_LABEL + _WIDTH + 10}" y="{middle + 4}">{rate.share:.3f}</text>'
    )
