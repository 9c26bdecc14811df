"""JSON lines: a labelled note a line.

``{"note_id": "7", "text": "…", "spans": [{"start": 8, "end": 14, "type": "NAME"}]}``, with two more keys that may be left
out: ``labelled``, the regions in which all identifiers are labelled, as ``[[start, end], …]`` (the whole note), and
``known_phi``, what the feed says of the patient. Offsets are code points, half-open. Other keys are not looked at.
"""

from collections.abc import Callable, Iterator

from transforms.deidentify.evaluation.gold import GoldNote, GoldSpan, phi_type_of, whole
from transforms.labelled import BadGold, check_span, list_of, read_json_lines
from transforms.records import KnownPhi

KnownPhiReader = Callable[[object], KnownPhi]  # raises ValueError for what is no such object


def read(content: str, known_phi: KnownPhiReader) -> Iterator[GoldNote]:
    """The notes, in order. Raises BadGold with the line's number."""
    return read_json_lines(content, lambda note_id, text, row: _note(note_id, text, row, known_phi))


def _note(note_id: str, text: str, row: dict[str, object], known_phi: KnownPhiReader) -> GoldNote:
    try:
        known = known_phi(row.get("known_phi"))
    except ValueError:
        raise BadGold("known_phi is not an object as chartstream run reads it") from None
    return GoldNote(
        note_id=note_id,
        text=text,
        spans=tuple(_span(span, text, number) for number, span in enumerate(list_of(row, "spans"), start=1)),
        labelled=tuple(_region(region, text) for region in list_of(row, "labelled"))
        if "labelled" in row
        else whole(text),
        known_phi=known,
    )


def _span(span: object, text: str, number: int) -> GoldSpan:
    if not isinstance(span, dict) or not isinstance(span.get("type"), str):
        raise BadGold(f"span {number}: not an object with start, end and type")
    try:
        return GoldSpan(phi_type_of(span["type"]), *check_span(span.get("start"), span.get("end"), text))
    except BadGold as error:
        raise BadGold(f"span {number}: {error}") from None


def _region(region: object, text: str) -> tuple[int, int]:
    if not isinstance(region, list) or len(region) != 2:
        raise BadGold("labelled must be a list of [start, end]")
    return check_span(region[0], region[1], text)
