"""A value that was found is gone from the whole note; words that only look like it stay."""

import pytest

from transforms.deidentify.findings import Finding
from transforms.deidentify.propagate import propagate
from transforms.records import PhiType


def again(text: str, value: str, phi_type: PhiType) -> list[str]:
    start = text.index(value)
    findings = propagate(text, [Finding(phi_type, start, start + len(value), "test", 0.9)])
    return [text[f.start : f.end] for f in findings if f.start != start]


@pytest.mark.parametrize(
    ("text", "value", "phi_type", "left"),
    [
        ("tel 555-123-4567; x555-123-4567y; 5551234567", "555-123-4567", PhiType.PHONE, ["555-123-4567", "5551234567"]),
        ("SSN 123-45-6789 and 123 45 6789", "123-45-6789", PhiType.SSN, ["123 45 6789"]),
        ("a@b.org, <mailto:A@B.ORG>", "a@b.org", PhiType.EMAIL, ["A@B.ORG"]),
        ("MRN AB123; file ab123.pdf", "AB123", PhiType.ID, ["ab123"]),
        ("Kowalski seen. KOWALSKI's wife; kowalski", "Kowalski", PhiType.NAME, ["KOWALSKI", "kowalski"]),
        ("Li was seen; LI, li and lithium; Li left", "Li", PhiType.NAME, ["Li"]),
        ("Foley came. The Foley catheter and foley stay; Foley left", "Foley", PhiType.NAME, ["Foley"]),
        (
            "Will Young; he will; young; WILL YOUNG, Young said",
            "Will Young",
            PhiType.NAME,
            ["WILL YOUNG", "WILL", "YOUNG", "Young"],
        ),
        ("from Minnesota; MINNESOTA; Minnesota Test", "Minnesota", PhiType.LOCATION, ["MINNESOTA"]),
        ("room 12; 12 mg", "12", PhiType.LOCATION, []),
        ("ID 12; 12 mg", "12", PhiType.ID, []),
        ("aged 93; 93 mg", "93", PhiType.AGE, []),
    ],
)
def test_is_looked_for_again(text: str, value: str, phi_type: PhiType, left: list[str]) -> None:
    assert sorted(set(again(text, value, phi_type))) == sorted(set(left))
