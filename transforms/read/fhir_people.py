"""Who a FHIR resource speaks of: Patient and other people → ``KnownPhi``, and the patient's identifier."""

import re
from dataclasses import dataclass

from transforms.read.fhir_json import Resource, objects, string
from transforms.read.known_phi import Gathered
from transforms.read.source_times import fhir_date
from transforms.records import Identifier, KnownPhi, Sex

_SEX = {"female": Sex.FEMALE, "male": Sex.MALE}
_TITLE = re.compile(
    r"^(?:(?:dr|prof|mr|mrs|ms|miss|mx)\b\.?\s+)+|,?\s+(?:m\.?d|d\.?o|r\.?n|ph\.?d|n\.?p|p\.?a)\.?$", re.I
)
_PLACES = ("Organization", "Location", "HealthcareService")


@dataclass(frozen=True, slots=True, repr=False)
class KnownPatient(KnownPhi):
    """What is known of a patient, and the medical record number that other feeds know them by.

    The number's namespace is its system as written there; empty where it has none.
    """

    record_number: Identifier | None = None

    def __repr__(self) -> str:
        return "KnownPatient()"


def known_patient(resource: Resource) -> KnownPatient:
    """All that a Patient or a RelatedPerson says of itself."""
    gathered = Gathered()
    gather_person(resource, gathered)
    for contact in objects(resource.get("contact")):
        gather_person(contact, gathered)
    for provider in objects(resource.get("generalPractitioner")):
        gather_display(provider, gathered)
    known = gathered.known_phi()
    return KnownPatient(
        known.names,
        known.dates,
        known.numbers,
        known.addresses,
        known.phones,
        known.emails,
        known.sex,
        record_number=record_number(resource) if resource.get("resourceType") == "Patient" else None,
    )


def record_number(patient: Resource) -> Identifier | None:
    """The identifier of type MR (HL7 table 0203); the one in official use first."""
    typed = [one for one in objects(patient.get("identifier")) if _is_medical_record(one) and string(one, "value")]
    typed.sort(key=lambda one: one.get("use") in ("old", "temp"))
    return Identifier(string(typed[0], "system"), string(typed[0], "value")) if typed else None


def gather_person(person: Resource, gathered: Gathered) -> None:
    """Names, dates, identifiers, addresses, telecom of a Patient, Practitioner, RelatedPerson, or a patient's contact."""
    for name in objects(person.get("name")):
        given = name.get("given")
        gathered.name(
            *(part for part in (given if isinstance(given, list) else []) if isinstance(part, str)),
            string(name, "family"),
        )
        gather_name_text(string(name, "text"), gathered)
    for extension in objects(person.get("extension")):
        if string(extension, "url").endswith("mothersMaidenName"):
            gathered.name(string(extension, "valueString"))
    if person.get("resourceType") == "Patient":  # the dates are the patient's own: their age is told from them
        gathered.day(fhir_date(person.get("birthDate")))
        gathered.day(fhir_date(person.get("deceasedDateTime")))
        gathered.sex = _SEX.get(string(person, "gender"), Sex.UNKNOWN)
    for identifier in objects(person.get("identifier")):
        gathered.number(string(identifier, "value"))
    for address in objects(person.get("address")):
        lines = address.get("line")
        gathered.address(
            *(line for line in (lines if isinstance(lines, list) else []) if isinstance(line, str)),
            string(address, "city"),
            string(address, "district"),
            string(address, "postalCode"),
        )
    for telecom in objects(person.get("telecom")):
        gathered.phone(string(telecom, "value"))


def gather_display(reference: Resource, gathered: Gathered) -> None:
    """The name that a reference shows of whom it refers to: a person's, or a place's."""
    display = string(reference, "display")
    if (string(reference, "reference") or string(reference, "type")).startswith(_PLACES):
        gathered.address(display)
    else:
        gather_name_text(display, gathered)


def gather_name_text(text: str, gathered: Gathered) -> None:
    """A name as one string, without its title and degree."""
    gathered.name(_TITLE.sub("", text.strip()))


def _is_medical_record(identifier: Resource) -> bool:
    kind = identifier.get("type")
    if not isinstance(kind, dict):
        return False
    return any(string(coding, "code") == "MR" for coding in objects(kind.get("coding"))) or bool(
        re.fullmatch(r"MRN?|medical record number", string(kind, "text").strip(), re.I)
    )
