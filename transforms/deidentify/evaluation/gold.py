"""A note in which people marked the identifiers, and what the labels of the usual schemes mean."""

from dataclasses import dataclass, field

from transforms.labelled import BadGold
from transforms.records import KnownPhi, PhiType

# What labelling schemes call our types: i2b2/UTHealth 2014 (Stubbs and Uzuner 2015, doi:10.1016/j.jbi.2015.07.020) and
# the eighteen identifiers of 45 CFR 164.514(b)(2) as ASQ-PHI spells them. None: no identifier under Safe Harbor.
_LABELS: tuple[tuple[PhiType | None, str], ...] = (
    *((phi_type, phi_type.value) for phi_type in PhiType),
    (PhiType.NAME, "PATIENT DOCTOR"),
    (
        PhiType.LOCATION,
        "ROOM DEPARTMENT HOSPITAL ORGANIZATION STREET CITY STATE ZIP LOCATION-OTHER GEOGRAPHIC_LOCATION",
    ),
    (PhiType.PHONE, "FAX PHONE_NUMBER FAX_NUMBER"),
    (PhiType.EMAIL, "EMAIL_ADDRESS"),
    (PhiType.SSN, "SOCIAL_SECURITY_NUMBER"),
    (PhiType.URL, "WEB_URL"),
    (PhiType.IP, "IPADDR IPADDRESS IP_ADDRESS"),
    (PhiType.ID, "USERNAME MEDICALRECORD HEALTHPLAN ACCOUNT LICENSE VEHICLE DEVICE BIOID IDNUM"),
    (PhiType.ID, "MEDICAL_RECORD_NUMBER HEALTH_PLAN_BENEFICIARY_NUMBER ACCOUNT_NUMBER CERTIFICATE_LICENSE_NUMBER"),
    (PhiType.ID, "VEHICLE_IDENTIFIER DEVICE_IDENTIFIER BIOMETRIC_IDENTIFIER UNIQUE_IDENTIFIER"),
    (None, "PROFESSION COUNTRY"),
)
_TYPES = {label: phi_type for phi_type, labels in _LABELS for label in labels.split()}


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """Code points ``start:end`` of the text, half-open. ``phi_type`` None: labelled, but no identifier of ours."""

    phi_type: PhiType | None
    start: int
    end: int


@dataclass(frozen=True, slots=True, repr=False)
class GoldNote:
    """A labelled note. In the regions ``labelled`` every identifier is in ``spans``; elsewhere there may be others.

    ``unplaced`` counts labels whose value stands nowhere in the text, in schemes that list values without offsets.
    """

    note_id: str
    text: str
    spans: tuple[GoldSpan, ...]
    labelled: tuple[tuple[int, int], ...]
    known_phi: KnownPhi = field(default=KnownPhi())
    unplaced: int = 0

    def __repr__(self) -> str:
        return f"GoldNote({len(self.text)} code points, {len(self.spans)} spans)"


def phi_type_of(label: str) -> PhiType | None:
    """The type that a label stands for, in any case; None where it is no identifier under Safe Harbor.

    Raises:
        BadGold: no scheme that we know has that label.
    """
    try:
        return _TYPES[label.strip().upper()]
    except KeyError:
        raise BadGold(f"a type that is not known: use {', '.join(PhiType)}, or a name of i2b2-2014") from None


def whole(text: str) -> tuple[tuple[int, int], ...]:
    """The region of a note that is labelled from end to end."""
    return ((0, len(text)),)
