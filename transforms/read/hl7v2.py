"""HL7 v2 messages → notes: documents (MDM) and text reports (ORU). Other messages hold no note.

A document is a note, its id TXA-12. Of a result message each order (OBR) with text is a note, its id the filler order
number; orders of one message under one number are one report. An order of measurements alone, a plain laboratory
panel, is no note. A cancellation is a version without text.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from transforms.read.encoding import BadEncoding
from transforms.read.hl7v2_people import encounter_of, known_phi, patient_of
from transforms.read.hl7v2_report import DELETED, ReportText, report_text
from transforms.read.hl7v2_split import split_messages
from transforms.read.hl7v2_syntax import MessageError, Segment, parse_message
from transforms.read.identify import note_identifier
from transforms.read.parsing import ParseContext
from transforms.read.source_times import hl7_date, hl7_time, time_order
from transforms.records import (
    Identifier,
    NoNote,
    Note,
    NoteStatus,
    Parent,
    ParentRelation,
    Reason,
    SourceRecord,
    Unreadable,
)

__all__ = ["parse", "split_messages"]

_HEADERS = (b"FHS", b"BHS", b"BTS", b"FTS")  # of files and batches
_NOTIFICATIONS = frozenset(("T01", "T03", "T05", "T07", "T09"))  # MDM without content
_CANCELLATION = "T11"
_PARENT_RELATIONS = {
    "T05": ParentRelation.APPENDS,
    "T06": ParentRelation.APPENDS,
    "T09": ParentRelation.REPLACES,
    "T10": ParentRelation.REPLACES,
}
# HL7 table 0271, completion status of a document.
_COMPLETION = {
    "AU": NoteStatus.FINAL,
    "LA": NoteStatus.FINAL,
    "DI": NoteStatus.PRELIMINARY,
    "DO": NoteStatus.PRELIMINARY,
    "IN": NoteStatus.PRELIMINARY,
    "IP": NoteStatus.PRELIMINARY,
    "PA": NoteStatus.PRELIMINARY,
}
# HL7 tables 0123 (OBR-25) and 0085 (OBX-11), status of a result.
_RESULT = {
    "F": NoteStatus.FINAL,
    "U": NoteStatus.FINAL,
    "C": NoteStatus.AMENDED,
    "P": NoteStatus.PRELIMINARY,
    "A": NoteStatus.PRELIMINARY,
    "R": NoteStatus.PRELIMINARY,
    "S": NoteStatus.PRELIMINARY,
    "I": NoteStatus.PRELIMINARY,
    "X": NoteStatus.CANCELLED,
}


@dataclass
class _Group:
    """Segments that belong together: those of one document, or of one order, and whose they are."""

    pid: Segment | None = None
    pv1: Segment | None = None
    obr: Segment | None = None
    txa: Segment | None = None
    content: list[Segment] = field(default_factory=list)  # OBX and the NTE of the report, in order

    @property
    def results(self) -> list[Segment]:
        return [segment for segment in self.content if segment.name == "OBX"]


def parse(record: SourceRecord, context: ParseContext) -> Iterable[Note | NoNote | Unreadable]:
    """Notes of one message; ``place.part`` counts what the record gives. See ``parsing.Parser``."""
    if record.payload[:3] in _HEADERS:
        return [NoNote(record.place, context.received_at)]
    try:
        segments = parse_message(record.payload)
        items = list(_items(segments, record, context))
    except MessageError as error:
        return [Unreadable(record, Reason.BAD_MESSAGE, str(error))]
    except BadEncoding as error:
        return [Unreadable(record, Reason.BAD_ENCODING, str(error))]
    if not items:
        return [NoNote(record.place, context.received_at)]
    return [_numbered(item, part) for part, item in enumerate(items)]


def _items(segments: list[Segment], record: SourceRecord, context: ParseContext) -> Iterator[Note | Unreadable]:
    header = segments[0]
    code, trigger = header.one(9)(1).upper(), header.one(9)(2).upper()
    if not code:
        raise MessageError("MSH-9 does not say what message it is")
    if code == "MDM":
        yield from _document(segments, trigger or _event(segments), record, context)
    elif code == "ORU":
        yield from _reports(segments, record, context)


def _event(segments: list[Segment]) -> str:
    return next((segment.one(1)().upper() for segment in segments if segment.name == "EVN"), "")


def _document(
    segments: list[Segment], trigger: str, record: SourceRecord, context: ParseContext
) -> Iterator[Note | Unreadable]:
    txa = next((segment for segment in segments if segment.name == "TXA"), None)
    if txa is None:
        raise MessageError("a document message without TXA")
    if not txa.one(12)():
        raise MessageError("a document without its number, TXA-12")
    group = _Group(txa=txa)
    for segment in segments:
        if segment.name == "PID":
            group.pid = segment
        elif segment.name == "PV1":
            group.pv1 = segment
        elif segment.name == "OBX" or (segment.name == "NTE" and group.content):
            group.content.append(segment)  # notes before the document are of the order, not of it
    status = _COMPLETION.get(txa.one(17)().upper(), NoteStatus.UNKNOWN)
    if trigger == _CANCELLATION or txa.one(19)().upper() == "CA":
        status = NoteStatus.CANCELLED
    elif trigger in ("T05", "T06") and status is not NoteStatus.PRELIMINARY:
        status = NoteStatus.ADDENDUM
    elif trigger in ("T07", "T08") and status is not NoteStatus.PRELIMINARY:
        status = NoteStatus.AMENDED
    relation = _PARENT_RELATIONS.get(trigger)
    parent_id = _entity(txa, 13, context)
    note_id = _entity(txa, 12, context)
    assert note_id is not None
    note = Note(
        place=record.place,
        note_id=note_id,
        text=None,
        order=time_order(hl7_time(segments[0].one(7)()), record.file_time),
        status=status,
        patient_id=patient_of(group.pid, context.options),
        encounter_id=encounter_of(group.pv1, context.options),
        note_type=txa.one(2)(2) or txa.one(2)() or None,
        service_date=hl7_date(txa.one(4)()),
        parent=Parent(parent_id, relation) if parent_id and relation else None,
        known_phi=known_phi(segments),
    )
    text = report_text(group.content)
    if status is not NoteStatus.CANCELLED and not text.text and not text.unreadable:
        if trigger in _NOTIFICATIONS:
            return
        yield Unreadable(record, Reason.EMPTY, "a document without text")
        return
    yield from _with_text(note, text, record)


def _reports(segments: list[Segment], record: SourceRecord, context: ParseContext) -> Iterator[Note | Unreadable]:
    header, known = segments[0], known_phi(segments)
    for group in _orders(segments, context):
        obr = group.obr
        assert obr is not None
        text = report_text(group.content)
        status = _result_status(obr, group.results)
        if status is NoteStatus.CANCELLED:
            if group.results and not text.may_hold_text:
                continue  # a panel of measurements, none of which was done
        elif not text.may_hold_text:
            continue
        elif not text.text and not text.unreadable:
            yield Unreadable(record, Reason.EMPTY, "a report without text")
            continue
        note = Note(
            place=record.place,
            note_id=_order_id(obr, header, context),
            text=None,
            order=time_order(hl7_time(header.one(7)()), record.file_time),
            status=status,
            patient_id=patient_of(group.pid, context.options),
            encounter_id=encounter_of(group.pv1, context.options),
            note_type=obr.one(4)(2) or obr.one(4)() or None,
            service_date=hl7_date(obr.one(7)()),
            known_phi=known,
        )
        yield from _with_text(note, text, record)


def _with_text(note: Note, text: ReportText, record: SourceRecord) -> Iterator[Note | Unreadable]:
    if note.status is NoteStatus.CANCELLED:
        yield note
        return
    if text.text:
        yield replace(note, text=text.text)
    for error in text.unreadable:
        yield Unreadable(record, error.reason, str(error))


def _orders(segments: list[Segment], context: ParseContext) -> list[_Group]:
    """The orders of a message, those under one number together."""
    groups: dict[Identifier, _Group] = {}
    pid = pv1 = None
    group: _Group | None = None
    for segment in segments:
        match segment.name:
            case "PID":
                pid, pv1, group = segment, None, None
            case "PV1":
                pv1 = segment
            case "OBR":
                group = groups.setdefault(_order_id(segment, segments[0], context), _Group(pid, pv1, segment))
            case "OBX" | "NTE" if group is not None:
                group.content.append(segment)
    return list(groups.values())


def _order_id(obr: Segment, header: Segment, context: ParseContext) -> Identifier:
    """OBR-3, else OBR-2, else the message's control id and the order's number in it."""
    return (
        _entity(obr, 3, context)
        or _entity(obr, 2, context)
        or note_identifier(context.options, f"{header.one(10)()}/{obr.one(1)()}")
    )


def _entity(segment: Segment, position: int, context: ParseContext) -> Identifier | None:
    """An EI: identifier, namespace id, universal id."""
    value = segment.one(position)
    if not value():
        return None
    named = [part for part in (value(2), value(3)) if part]
    mapped = next((part for part in named if part in context.options.namespaces), named[0] if named else "")
    return note_identifier(context.options, value(), mapped)


def _result_status(obr: Segment, results: list[Segment]) -> NoteStatus:
    """OBR-25; where it is silent, or says final and a result was corrected, the results decide."""
    written = {segment.one(11)().upper() for segment in results} - {""}
    if written and written <= DELETED | {"X"}:
        return NoteStatus.CANCELLED
    of_results = {_RESULT.get(status, NoteStatus.UNKNOWN) for status in written}
    status = _RESULT.get(obr.one(25)().upper(), NoteStatus.UNKNOWN)
    if status in (NoteStatus.UNKNOWN, NoteStatus.FINAL) and NoteStatus.AMENDED in of_results:
        return NoteStatus.AMENDED
    if status is NoteStatus.UNKNOWN:
        for candidate in (NoteStatus.PRELIMINARY, NoteStatus.FINAL):
            if candidate in of_results:
                return candidate
    return status


def _numbered(item: Note | Unreadable, part: int) -> Note | Unreadable:
    if isinstance(item, Note):
        return replace(item, place=replace(item.place, part=part))
    return replace(item, record=replace(item.record, place=replace(item.record.place, part=part)))
