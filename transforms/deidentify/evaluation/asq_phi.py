"""ASQ-PHI (github.com/JamesWeatherhead/asq-phi): questions, and under each the values in it that identify.

It lists values without offsets: every occurrence of a value in its question is gold. Where one stands as words of its own,
those within other words are not (``MI`` in ``MIAMI``).
"""

import re
from collections.abc import Iterator

import orjson

from transforms.deidentify.evaluation.gold import GoldNote, GoldSpan, phi_type_of, whole
from transforms.labelled import BadGold

HEADER = "===QUERY==="
_TAGS = "===PHI_TAGS==="
_APOSTROPHES = str.maketrans("‘’", "''")  # a value is listed with another apostrophe than its question has


def read(content: str, name: str) -> Iterator[GoldNote]:
    """The questions, in order, each with ``name`` and the line it starts at as its id. Raises BadGold with the line."""
    starts = [(match.start(), match.end()) for match in re.finditer(rf"^{HEADER}\r?\n", content, re.MULTILINE)]
    ends = [start for start, _ in starts[1:]] + [len(content)]
    for (_, start), end in zip(starts, ends, strict=True):
        first = content.count("\n", 0, start) + 1
        yield _note(content[start:end], f"{name}:{first}", first)


def _note(block: str, note_id: str, first: int) -> GoldNote:
    query, separator, tags = block.partition(_TAGS)
    if not separator:
        raise BadGold(f"line {first}: no {_TAGS} after the question")
    text = query.rstrip("\r\n")
    found: list[GoldSpan] = []
    unplaced = 0
    for number, line in enumerate(tags.split("\n"), start=first + query.count("\n")):
        if not line.strip():
            continue
        try:
            spans = _occurrences(line, text)
        except BadGold as error:
            raise BadGold(f"line {number}: {error}") from None
        unplaced += not spans
        found += spans
    return GoldNote(note_id, text, tuple(_outermost(found)), whole(text), unplaced=unplaced)


def _occurrences(line: str, text: str) -> list[GoldSpan]:
    try:
        tag = orjson.loads(line)
        label, value = tag["identifier_type"], tag["value"].strip()
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        raise BadGold("not an object with identifier_type and value") from None
    if not isinstance(label, str) or not value:
        raise BadGold("not an object with identifier_type and value")
    phi_type = phi_type_of(label)
    literal = re.escape(value.translate(_APOSTROPHES))
    text = text.translate(_APOSTROPHES)
    matches = [*re.finditer(rf"(?<!\w){literal}(?!\w)", text)] or [*re.finditer(literal, text)]
    return [GoldSpan(phi_type, *match.span()) for match in matches]


def _outermost(spans: list[GoldSpan]) -> list[GoldSpan]:
    """Without those that lie within another: a town's name inside its hospital's is no second identifier."""
    kept: list[GoldSpan] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not kept or span.end > kept[-1].end:
            kept.append(span)
    return kept
