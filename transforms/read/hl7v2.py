"""HL7 v2 messages → notes: documents (MDM) and text reports (ORU). Other messages hold no note.

A document is a note, its id TXA-12. Of a result message each order (OBR) with text is a note, its id the filler order
number; orders of one message under one number are one report. An order of measurements alone, a plain laboratory
panel, is no note. A cancellation is a version without text.
"""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import dropwhile, pairwise

from transforms.read.encoding import BadEncoding
from transforms.read.hl7v2_people import authority, encounter_of, known_phi, patient_of
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
_CHANGES = {
    "T05": NoteStatus.ADDENDUM,
    "T06": NoteStatus.ADDENDUM,
    "T07": NoteStatus.AMENDED,
    "T08": NoteStatus.AMENDED,
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
class _Order:
    """An order of a result message, or several under one number, with what was reported for it."""

    obr: Segment
    content: list[Segment] = field(default_factory=list)  # OBX and NTE, in order


def parse(record: SourceRecord, context: ParseContext) -> Iterable[Note | NoNote | Unreadable]:
    """Notes of one message; ``place.part`` counts what the record gives. See ``parsing.Parser``."""
    if record.payload[:3] in _HEADERS:
        # A listener keeps a batch that came as one message as it came; it is not to end as a header without notes.
        if sum(1 for _ in split_messages(io.BytesIO(record.payload))) > 1:
            return [Unreadable(record, Reason.BAD_MESSAGE, "a batch where one message belongs")]
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
    txa = _first(segments, "TXA")
    if txa is None:
        raise MessageError("a document message without TXA")
    note_id = _entity(txa, 12, context)
    if note_id is None:
        raise MessageError("a document without its number, TXA-12")
    status = _COMPLETION.get(txa.one(17)().upper(), NoteStatus.UNKNOWN)
    if trigger == _CANCELLATION or txa.one(19)().upper() == "CA":
        status = NoteStatus.CANCELLED
    elif status is not NoteStatus.PRELIMINARY:
        status = _CHANGES.get(trigger, status)
    relation, parent_id = _PARENT_RELATIONS.get(trigger), _entity(txa, 13, context)
    note = Note(
        place=record.place,
        note_id=note_id,
        text=None,
        order=time_order(hl7_time(segments[0].one(7)()), record.file_time),
        status=status,
        patient_id=patient_of(_first(segments, "PID"), context.options),
        encounter_id=encounter_of(_first(segments, "PV1"), context.options),
        note_type=txa.one(2)(2) or txa.one(2)() or None,
        service_date=hl7_date(txa.one(4)()),
        parent=Parent(parent_id, relation) if parent_id and relation else None,
        known_phi=known_phi(segments),
    )
    # Comments before the first observation are of the order, not of the document.
    text = report_text(
        [*dropwhile(lambda segment: segment.name != "OBX", (one for one in segments if one.name in ("OBX", "NTE")))]
    )
    if status is NoteStatus.CANCELLED or text.text or text.unreadable:
        yield from _with_text(note, text, record)
    elif trigger not in _NOTIFICATIONS:
        yield Unreadable(record, Reason.EMPTY, "a document without text")


def _reports(segments: list[Segment], record: SourceRecord, context: ParseContext) -> Iterator[Note | Unreadable]:
    header = segments[0]
    for patient in _by_patient(segments):
        known = known_phi(patient)
        for order_id, order in _orders(patient, header, context).items():
            text = report_text(order.content)
            results = [segment for segment in order.content if segment.name == "OBX"]
            status = _result_status(order.obr, results)
            if results and not text.may_hold_text:
                continue  # measurements alone
            if status is not NoteStatus.CANCELLED and not text.text and not text.unreadable:
                if results:
                    yield Unreadable(record, Reason.EMPTY, "a report without text")
                continue
            note = Note(
                place=record.place,
                note_id=order_id,
                text=None,
                order=time_order(hl7_time(header.one(7)()), record.file_time),
                status=status,
                patient_id=patient_of(_first(patient, "PID"), context.options),
                encounter_id=encounter_of(_first(patient, "PV1"), context.options),
                note_type=order.obr.one(4)(2) or order.obr.one(4)() or None,
                service_date=hl7_date(order.obr.one(7)()),
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


def _first(segments: list[Segment], name: str) -> Segment | None:
    return next((segment for segment in segments if segment.name == name), None)


def _by_patient(segments: list[Segment]) -> list[list[Segment]]:
    """The segments of each patient of a result message, and with each what stands before the first."""
    starts = [at for at, segment in enumerate(segments) if segment.name == "PID"] or [len(segments)]
    before = segments[: starts[0]]
    return [before + segments[start:end] for start, end in pairwise((*starts, len(segments)))] or [before]


def _orders(segments: list[Segment], header: Segment, context: ParseContext) -> dict[Identifier, _Order]:
    """The orders of a patient, those under one number together."""
    orders: dict[Identifier, _Order] = {}
    order: _Order | None = None
    for segment in segments:
        if segment.name == "OBR":
            # OBR-3, else OBR-2, else the message's control id and the order's number in it.
            order_id = _entity(segment, 3, context) or _entity(segment, 2, context)
            order_id = order_id or note_identifier(context.options, f"{header.one(10)()}/{segment.one(1)()}")
            order = orders.setdefault(order_id, _Order(segment))
        elif order is not None and segment.name in ("OBX", "NTE"):
            order.content.append(segment)
        elif segment.name == "OBX" and report_text([segment]).may_hold_text:
            raise MessageError("a result without its order, OBR")
    return orders


def _entity(segment: Segment, position: int, context: ParseContext) -> Identifier | None:
    """An EI: identifier, namespace id, universal id."""
    value = segment.one(position)
    if not value():
        return None
    return note_identifier(context.options, value(), authority((value(2), value(3)), context.options))


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
