"""brat stand-off: a note is a ``.txt``, its labels the T lines of the ``.ann`` beside it. Offsets are code points.

A discontinuous label is read as its covering span: what stands between its parts is not worth a judgement of its own.
Relations, events, attributes and remarks are not looked at.
"""

from transforms.deidentify.evaluation.gold import GoldNote, GoldSpan, phi_type_of, whole
from transforms.labelled import BadGold, check_covered, check_span


def read(text: str, annotations: str, note_id: str) -> GoldNote:
    """The note. ``text`` has its line ends as they are in the file. Raises BadGold with the annotation's line."""
    spans = []
    for number, line in enumerate(annotations.split("\n"), start=1):
        if not line.startswith("T"):
            continue
        try:
            spans.append(_span(line.rstrip("\r"), text))
        except BadGold as error:
            raise BadGold(f"line {number} of the .ann: {error}") from None
    return GoldNote(note_id, text, tuple(spans), whole(text))


def _span(line: str, text: str) -> GoldSpan:
    """``T1<tab>NAME 0 5<tab>Marta``, or ``NAME 0 5;9 12`` with the parts of its text a blank apart."""
    _, _, rest = line.partition("\t")
    mark, _, written = rest.partition("\t")
    label, _, places = mark.partition(" ")
    try:
        parts = [(int(start), int(end)) for start, end in (part.split() for part in places.split(";"))]
    except ValueError:
        raise BadGold("not an entity with its offsets") from None
    for start, end in parts:
        check_span(start, end, text)
    if written:
        check_covered(text, parts, written)
    return GoldSpan(phi_type_of(label), min(start for start, _ in parts), max(end for _, end in parts))
