"""The figures as files: JSON for machines, one static HTML page for people. Counts only."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from html import escape

import orjson

from transforms.extract.evaluation.figures import Compared, Figure, Figures, Measured
from transforms.page import Bar, page, plot, table

ALL = "all"
_COUNTS = ("gold", "found", "right", "precision", "recall", "F1", "95 %")


@dataclass(frozen=True, slots=True)
class Report:
    """Figures, and of what: the ``model`` with its ``labels``, and the application's ``version``."""

    version: str
    model: str
    labels: str
    figures: Measured


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows for people; the first column is a name, the others are numbers."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def as_json(report: Report) -> bytes:
    """The report as one object, indented."""
    content = {
        "version": report.version,
        "model": report.model,
        "labels": report.labels,
        **asdict(report.figures),
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def tables(measured: Measured) -> Iterator[Table]:
    """A table a kind of finding that the gold has: a row a type, then one of all."""
    for name, compared in _all_compared(measured):
        yield _compared(name, compared)
    if measured.assertions:
        yield Table(
            ("assertion", "judged", "reached", *_COUNTS),
            tuple(
                (kind, f"{one.judged}", f"{one.reached}", *_cells(one.figure))
                for kind, one in measured.assertions.items()
            ),
        )
    if measured.note_classes:
        yield Table(("note class", *_COUNTS), tuple((name, *_cells(one)) for name, one in _rows(measured.note_classes)))


def whole_figures(measured: Measured) -> list[tuple[str, str]]:
    """Name and value of each figure that is of all notes, as people read them."""
    lines = [
        ("notes", f"{measured.notes} = {measured.answered} answered + {sum(measured.unanswered.values())} unanswered"),
        *((f"unanswered: {detail}", f"{count} notes") for detail, count in measured.unanswered.items()),
    ]
    if measured.unanswered:
        lines.append(("gold entities in unanswered notes", f"{measured.unanswered_entities}"))
    lines += [
        *((f"{name}, mean F1 of the types", _both(compared)) for name, compared in _all_compared(measured)),
        (
            "entities of any type that overlap",
            f"F1 {_share(measured.any_type.f1)}  (precision {_share(measured.any_type.precision)},"
            f" recall {_share(measured.any_type.recall)})",
        ),
        ("gold entities reached", f"{_share(_part(measured))}  ({measured.reached} of {measured.gold_entities})"),
    ]
    if measured.note_classes:
        lines.append(
            (
                "note class",
                f"accuracy {_share(measured.note_classes.all.recall)}, mean F1 {_share(measured.note_classes.macro_f1)}",
            )
        )
    for what, counts in asdict(measured.unscored).items():
        if counts:
            lines.append((f"the model has no label for: {_UNSCORED[what]}", _listed(counts)))
    if measured.never_gold:
        lines.append(("wrong, of types that the gold never uses", _listed(measured.never_gold)))
    return lines


_UNSCORED = {
    "entities": "entities",
    "relations": "relations",
    "relation_arguments": "an argument of relations",
    "concept_relations": "relations of concepts",
    "note_classes": "note classes",
}


def as_html(report: Report) -> str:
    """A page that loads nothing: tables, and F1 by type as bars with their intervals."""
    measured = report.figures
    return page(
        "Findings, measured",
        (
            f"<p>Model {escape(report.model)}, labels {escape(report.labels)}, chartstream {escape(report.version)}.",
            "Right: start, end and type are the gold's; of relations, those of both arguments. Overlap: the types, and a",
            "character of each span, one to one. Intervals of the F1: 95 %, bootstrap over notes. What the model has no",
            "label for counts on no side; what it finds of a type that the gold never uses counts as wrong.</p>",
            table(("", ""), whole_figures(measured)),
            *(table(one.columns, one.rows) for one in tables(measured)),
            *(_plot(f"F1 by {name}, exact", compared.exact) for name, compared in _all_compared(measured)),
        ),
    )


def _all_compared(measured: Measured) -> list[tuple[str, Compared]]:
    """What is counted both ways, where the model can find it or found it."""
    both = (
        ("entity", measured.entities),
        ("relation", measured.relations),
        ("relation of concepts", measured.concept_relations),
    )
    return [(name, compared) for name, compared in both if compared and compared.exact.types]


def _plot(title: str, figures: Figures) -> str:
    bars = [Bar(name, one.f1, one.low, one.high) for name, one in _rows(figures)]
    return f"<h2>{escape(title)}</h2>\n{plot(title, bars)}"


def _compared(name: str, compared: Compared) -> Table:
    rows = []
    for (type_name, exact), (_, overlap) in zip(_rows(compared.exact), _rows(compared.overlap), strict=True):
        rows.append(
            (
                type_name,
                *_cells(exact),
                f"{overlap.right}",
                _share(overlap.precision),
                _share(overlap.recall),
                _share(overlap.f1),
            )
        )
    return Table((name, *_COUNTS, "overlap", "precision ", "recall ", "F1 "), tuple(rows))


def _rows(figures: Figures) -> list[tuple[str, Figure]]:
    return [*figures.types.items(), (ALL, figures.all)]


def _cells(figure: Figure) -> tuple[str, ...]:
    return (
        f"{figure.gold}",
        f"{figure.found}",
        f"{figure.right}",
        _share(figure.precision),
        _share(figure.recall),
        _share(figure.f1),
        "" if figure.low is None or figure.high is None else f"{figure.low:.3f}–{figure.high:.3f}",
    )


def _both(compared: Compared) -> str:
    return f"{_share(compared.exact.macro_f1)} exact, {_share(compared.overlap.macro_f1)} overlap"


def _part(measured: Measured) -> float | None:
    return measured.reached / measured.gold_entities if measured.gold_entities else None


def _share(share: float | None) -> str:
    return "–" if share is None else f"{share:.3f}"


def _listed(counts: dict[str, int]) -> str:
    return f"{sum(counts.values())}  ({', '.join(f'{name} {count}' for name, count in counts.items())})"
