"""The figures as files: JSON for machines, one static HTML page for people. Counts only."""

from dataclasses import asdict, dataclass
from html import escape

import orjson

from transforms.deidentify.evaluation.figures import Figures, Rate, TypeFigures
from transforms.page import Bar, page, plot, table

ALL = "all"


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
    return page(
        "De-identification, measured",
        (
            f"<p>Policy {escape(report.policy)}, chartstream {escape(report.version)}.",
            "Recall: labelled identifiers of which every letter and digit is hidden. Precision: what was hidden where all",
            "is labelled, and shares a letter or digit with a label. Intervals: 95 %, Wilson. Notes in quarantine count",
            "in neither.</p>",
            table(("", ""), whole_figures(figures)),
            "<h2>By type</h2>",
            table(TYPE_COLUMNS, type_rows(figures)),
            "<h2>Recall by type</h2>",
            plot(
                "Recall by type", [_bar(name, one.recall) for name, one in (*figures.types.items(), (ALL, figures.all))]
            ),
            "<h2>By recognizer</h2>",
            table(("recognizer", "found", "right", "precision", "95 %"), recognizers),
            "<h2>What was labelled (rows), and what it was taken for</h2>",
            table(("", *found_types), confusion),
        ),
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


def _bar(name: str, rate: Rate) -> Bar:
    return Bar(name, rate.share, rate.low, rate.high)
