"""HL7 v2 that was pasted into a note: what its fields say by their place alone (HL7 2.5.1, chapters 2 and 3)."""

from transforms.deidentify.forms import form
from transforms.records import PhiType

_FIELD = r"[^|\n]{0,80}"


def _location(segment: str, field: int) -> str:
    """The expression of a field, its number counted as the segment's name is followed by the first."""
    return rf"{segment}\|(?:{_FIELD}\|){{{field - 1}}}(?P<phi>[^|\n]{{2,80}})(?=[|\n]|\Z)"


AT_WORDS = (
    # MSH-4 and MSH-6, sending and receiving facility; MSH-1 is the separator itself
    form("hl7_facility", PhiType.LOCATION, 0.8, _location("MSH", 3), words="msh"),
    form("hl7_facility", PhiType.LOCATION, 0.8, _location("MSH", 5), words="msh"),
    # PV1-3 and PV1-6, assigned and prior location
    form("hl7_location", PhiType.LOCATION, 0.8, _location("PV1", 3), words="pv1"),
    form("hl7_location", PhiType.LOCATION, 0.8, _location("PV1", 6), words="pv1"),
)
