"""What the feed says of the patient is found however the note writes it."""

from datetime import date

import pytest

from transforms.deidentify.known_phi import find_known
from transforms.records import KnownPhi, PhiType

KNOWN = KnownPhi(
    names=("Maria de la Cruz-Ng", "Will Foley", "İlknur Şahin"),
    dates=(date(1960, 3, 5),),
    numbers=("00-123-4567", "A98765"),
    addresses=("12 Elm Street", "Normal"),
    phones=("(555) 123-4567",),
    emails=("M.Cruz@example.org",),
)


def found(text: str, known: KnownPhi = KNOWN) -> list[str]:
    return sorted({text[f.start : f.end] for f in find_known(text, known)})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Seen with maria today.", "maria"),
        ("Ms. CRUZ is well", "CRUZ"),
        ("Ng, Maria", "Ng, Maria"),
        ("asked will foley about it", "will foley"),
        ("Mr. Foley agreed", "Foley"),
        ("İLKNUR hanım", "İLKNUR"),
        ("born 3/5/60", "3/5/60"),
        ("born 05-Mar-1960", "05-Mar-1960"),
        ("born March 5th, 1960", "March 5th, 1960"),
        ("born 03051960", "03051960"),
        ("born 19600305", "19600305"),
        ("MRN 001234567", "001234567"),
        ("MRN 00 123 4567", "00 123 4567"),
        ("id XA98765Y", "A98765"),
        ("at 12 ELM STREET now", "12 ELM STREET"),
        ("call 555.123.4567", "555.123.4567"),
        ("call 123-4567", "123-4567"),
        ("mail m.cruz@EXAMPLE.org", "m.cruz@EXAMPLE.org"),
    ],
)
def test_is_found_in_every_written_form(text: str, value: str) -> None:
    assert value in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Foley catheter in place.",
        "She will return. Will follow up.",
        "normal heart sounds",
        "marian",
        "engine of change",
        "5/3/60",
    ],
)
def test_look_alikes_stay(text: str) -> None:
    assert found(text, KnownPhi(names=KNOWN.names, addresses=KNOWN.addresses)) == []


def test_offsets_are_those_of_the_text_whatever_lower_case_does_to_it() -> None:
    text = "İİİ seen with Maria"

    (finding,) = find_known(text, KnownPhi(names=("Maria",)))

    assert text[finding.start : finding.end] == "Maria"
    assert (finding.phi_type, finding.recognizer, finding.score) == (PhiType.NAME, "known_phi", 1.0)
