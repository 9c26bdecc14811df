"""FHIR R4 → notes: DocumentReference and DiagnosticReport, alone or in a Bundle. Other resources hold no note.

What a note refers to is looked up among the resource's own contained ones, then in its Bundle, and its patient at
last among the people that the plan gathered.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from transforms.read.documents import DocumentError
from transforms.read.encoding import BadEncoding
from transforms.read.fhir_documents import resource_text
from transforms.read.fhir_json import Resource, ResourceError, load_resource, objects, split_resources, string
from transforms.read.fhir_people import KnownPatient, gather_display, gather_person, known_patient
from transforms.read.fhir_references import References, current, split_reference
from transforms.read.identify import encounter_identifier, note_identifier, patient_identifier
from transforms.read.known_phi import Gathered
from transforms.read.parsing import ParseContext
from transforms.read.source_times import fhir_date, fhir_time, time_order
from transforms.records import (
    Identifier,
    KnownPhi,
    KnownSubject,
    NoNote,
    Note,
    NoteStatus,
    OrderKind,
    Parent,
    ParentRelation,
    Reason,
    SourceRecord,
    Unreadable,
    VersionOrder,
)

__all__ = ["parse", "split_resources"]

_NOTES = ("DocumentReference", "DiagnosticReport")
_STATUS = {
    "final": NoteStatus.FINAL,
    "amended": NoteStatus.AMENDED,
    "corrected": NoteStatus.AMENDED,
    "appended": NoteStatus.ADDENDUM,
    "preliminary": NoteStatus.PRELIMINARY,
    "partial": NoteStatus.PRELIMINARY,
    "registered": NoteStatus.PRELIMINARY,
    "cancelled": NoteStatus.CANCELLED,
    "entered-in-error": NoteStatus.CANCELLED,
}
_LARGEST_VERSION = 1 << 47
_WHO = (
    "subject",
    "author",
    "authenticator",
    "custodian",
    "performer",
    "resultsInterpreter",
)  # references that show names


def parse(record: SourceRecord, context: ParseContext) -> Iterable[Note | NoNote | Unreadable]:
    """Notes of one resource or Bundle; ``place.part`` counts what the record gives. See ``parsing.Parser``."""
    try:
        loaded = load_resource(record.payload)
    except ResourceError as error:
        return [Unreadable(record, Reason.BAD_MESSAGE, str(error))]
    except BadEncoding as error:
        return [Unreadable(record, Reason.BAD_ENCODING, str(error))]
    references = References(loaded)
    items: list[Note | Unreadable] = []
    for full_url, resource in references.resources():
        if resource.get("resourceType") not in _NOTES:
            continue
        part = replace(record, place=replace(record.place, part=len(items)))
        item = _Reader(resource, full_url, references, context).read(part)
        if item is not None:
            items.append(item)
    return items or [NoNote(record.place, context.received_at)]


@dataclass(frozen=True)
class _Reader:
    """One resource that may be a note, and what it is read with."""

    resource: Resource
    full_url: str
    references: References
    context: ParseContext

    def read(self, record: SourceRecord) -> Note | Unreadable | None:
        """None where the resource has nothing to read, as a report of measurements alone."""
        status, text = self._status(), None
        if status is not NoteStatus.CANCELLED:
            try:
                text = resource_text(self.resource, self.references, self.context.open_beside)
            except DocumentError as error:
                return Unreadable(record, error.reason, str(error))
            if text is None:
                return None
        patient = self._patient()
        return Note(
            place=record.place,
            note_id=self._note_id(record),
            text=text,
            order=self._order(record),
            status=status,
            patient_id=self._patient_id(patient),
            encounter_id=self._encounter_id(),
            note_type=_concept(self.resource.get("type")) or _concept(self.resource.get("code")),
            service_date=self._service_date(),
            parent=self._parent(),
            known_phi=self._known_phi(patient),
        )

    def _status(self) -> NoteStatus:
        """``docStatus`` tells of the document, ``status`` of a report, or that a reference was made in error."""
        stated = string(self.resource, "docStatus"), string(self.resource, "status")
        known = [_STATUS[status] for status in stated if status in _STATUS]
        if NoteStatus.CANCELLED in known:
            return NoteStatus.CANCELLED
        if known:
            return known[0]
        appends = any(string(related, "code") == "appends" for related in objects(self.resource.get("relatesTo")))
        return NoteStatus.ADDENDUM if appends else NoteStatus.UNKNOWN

    def _order(self, record: SourceRecord) -> VersionOrder:
        meta = next(objects(self.resource.get("meta")), {})
        version = string(meta, "versionId")
        if version.isascii() and version.isdigit() and int(version) < _LARGEST_VERSION:
            return VersionOrder(OrderKind.NUMBER, int(version))
        return time_order(fhir_time(meta.get("lastUpdated")), record.file_time)

    def _service_date(self) -> Any:
        context = next(objects(self.resource.get("context")), {})
        candidates = (
            string(next(objects(context.get("period")), {}), "start"),
            string(self.resource, "effectiveDateTime"),
            string(next(objects(self.resource.get("effectivePeriod")), {}), "start"),
            string(self.resource, "date"),
            string(self.resource, "issued"),
        )
        return next((day for day in map(fhir_date, candidates) if day is not None), None)

    # --- identity ----------------------------------------------------------------------------------------------

    def _base(self) -> str:
        """The server that the resource comes from: its full URL's, else the system that it names; empty for the feed."""
        base = split_reference(self.full_url)[0]
        meta = next(objects(self.resource.get("meta")), {})
        return base or string(meta, "source").partition("#")[0]  # behind "#" servers put the request's id

    def _note_id(self, record: SourceRecord) -> Identifier:
        kind, own_id = self.resource["resourceType"], string(self.resource, "id")
        if own_id:
            return note_identifier(self.context.options, f"{kind}/{own_id}", self._base())
        for identifier in (*objects(self.resource.get("masterIdentifier")), *objects(self.resource.get("identifier"))):
            if value := string(identifier, "value"):
                return note_identifier(self.context.options, f"{kind}?identifier={value}", string(identifier, "system"))
        if self.full_url:
            return note_identifier(self.context.options, self.full_url)
        content = hashlib.sha256(record.payload).hexdigest()[:32]
        return note_identifier(self.context.options, f"{self.context.relative_path}#{content}/{record.place.part}")

    def _target(self, target: Resource) -> Identifier | None:
        reference = string(target, "reference")
        found = self.references.find(reference, self.resource)
        if found is not None and string(found, "id"):
            reference = f"{string(found, 'resourceType')}/{string(found, 'id')}"
        if reference:
            base, relative = split_reference(reference)
            return note_identifier(self.context.options, relative, base or self._base())
        identifier = next(objects(target.get("identifier")), {})
        kind, value = self.resource["resourceType"], string(identifier, "value")
        if not value:
            return None
        return note_identifier(self.context.options, f"{kind}?identifier={value}", string(identifier, "system"))

    def _parent(self) -> Parent | None:
        for related in objects(self.resource.get("relatesTo")):
            code = string(related, "code")
            if code in tuple(ParentRelation):  # not "signs"
                for target in objects(related.get("target")):
                    if parent := self._target(target):
                        return Parent(parent, ParentRelation(code))
        return None

    def _encounter_id(self) -> Identifier | None:
        context = next(objects(self.resource.get("context")), {})
        for encounter in (*objects(context.get("encounter")), *objects(self.resource.get("encounter"))):
            base, relative = split_reference(string(encounter, "reference"))
            if relative:
                return encounter_identifier(self.context.options, relative, base or self._base())
        return None

    # --- the patient -------------------------------------------------------------------------------------------

    def _subject(self) -> Resource:
        return next(objects(self.resource.get("subject")), {})

    def _patient(self) -> KnownPhi | None:
        """What is known of the subject, where that is a patient."""
        reference = string(self._subject(), "reference")
        found = self.references.find(reference, self.resource)
        if found is not None:
            return known_patient(found) if found.get("resourceType") == "Patient" else None
        # An export names its patients by type and id alone, also where a note gives the server.
        candidates = dict.fromkeys((current(reference), split_reference(reference)[1])) if reference else ()
        return next((known for known in map(self.context.known_phi, candidates) if known is not None), None)

    def _patient_id(self, patient: KnownPhi | None) -> Identifier | None:
        """The medical record number, else the reference; a logical reference is its identifier."""
        options, subject = self.context.options, self._subject()
        if isinstance(patient, KnownPatient) and patient.record_number is not None:
            return patient_identifier(options, patient.record_number.value, patient.record_number.namespace)
        base, relative = split_reference(string(subject, "reference"))
        if relative.startswith("#"):
            found = self.references.find(relative, self.resource) or {}
            subject = {"identifier": next(objects(found.get("identifier")), {})}
        elif relative:
            is_patient = "/" not in relative or relative.startswith(("Patient/", "urn:"))
            return patient_identifier(options, relative, base or self._base()) if is_patient else None
        identifier = next(objects(subject.get("identifier")), {})
        return patient_identifier(options, string(identifier, "value"), string(identifier, "system"))

    def _known_phi(self, patient: KnownPhi | None) -> KnownPhi:
        """The patient, and whoever else the resource names: authors, performers, its own identifiers."""
        gathered = Gathered(subject=KnownSubject.PATIENT if patient else KnownSubject.OTHERS)
        if patient is not None:
            gathered.add(patient)
        for element in _WHO:
            for reference in objects(self.resource.get(element)):
                self._gather(reference, gathered)
        context = next(objects(self.resource.get("context")), {})
        for reference in objects(context.get("sourcePatientInfo")):
            self._gather(reference, gathered)
        for identifier in (*objects(self.resource.get("masterIdentifier")), *objects(self.resource.get("identifier"))):
            gathered.number(string(identifier, "value"))
        return gathered.known_phi()

    def _gather(self, reference: Resource, gathered: Gathered) -> None:
        gather_display(reference, gathered)
        for identifier in objects(reference.get("identifier")):
            gathered.number(string(identifier, "value"))
        found = self.references.find(string(reference, "reference"), self.resource)
        if found is not None and found.get("resourceType") not in ("Organization", "Location", "Group", "Device"):
            gather_person(found, gathered)


def _concept(value: Any) -> str | None:
    """The words of a CodeableConcept: its text, else a coding's display, else a code."""
    for concept in objects(value):
        codings = list(objects(concept.get("coding")))
        words = [string(concept, "text")]
        words += [string(coding, "display") for coding in codings] + [string(coding, "code") for coding in codings]
        for one in words:
            if one.strip():
                return one.strip()
    return None
