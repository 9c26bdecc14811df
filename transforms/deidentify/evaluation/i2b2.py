"""i2b2/UTHealth 2014 XML: a note a file, its text in ``TEXT``, its labels as empty elements in ``TAGS``.

``start`` and ``end`` count code points of the text as an XML parser gives it. ``TYPE`` is the label; where we do not know it,
the element's own name is.
"""

from lxml import etree

from transforms.deidentify.evaluation.gold import GoldNote, GoldSpan, phi_type_of, whole
from transforms.labelled import BadGold, check_covered, check_span
from transforms.records import PhiType

ROOT = "deIdi2b2"


def read(content: bytes, note_id: str) -> GoldNote:
    """The note. Raises BadGold with the line or the label's number."""
    try:
        # What a document says of itself is not followed: no entities of its own, no network.
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise BadGold(f"line {error.lineno}: not XML") from None
    text_element, tags = root.find("TEXT"), root.find("TAGS")
    if root.tag != ROOT or text_element is None or tags is None:
        raise BadGold(f"not <{ROOT}> with <TEXT> and <TAGS>")
    if len(text_element):
        raise BadGold("<TEXT> holds more than text")
    text = text_element.text or ""
    spans = []
    for number, tag in enumerate(tags.iterchildren(tag=etree.Element), start=1):
        try:
            spans.append(_span(tag, text))
        except BadGold as error:
            raise BadGold(f"label {number}: {error}") from None
    return GoldNote(note_id, text, tuple(spans), whole(text))


def _span(tag: etree._Element, text: str) -> GoldSpan:
    try:
        offsets = int(tag.get("start", "")), int(tag.get("end", ""))
    except ValueError:
        raise BadGold("start and end must be whole numbers") from None
    start, end = check_span(*offsets, text)
    written = tag.get("text")
    if written is not None:
        check_covered(text, [(start, end)], written)
    return GoldSpan(_phi_type(tag), start, end)


def _phi_type(tag: etree._Element) -> PhiType | None:
    try:
        return phi_type_of(tag.get("TYPE", ""))
    except BadGold:
        return phi_type_of(tag.tag)
