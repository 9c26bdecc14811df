"""Surrogates look like what they stand for, stay with their patient, and stand nowhere in the note already."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.deidentify.locations import STATES
from transforms.deidentify.surrogates import Surrogates
from transforms.keyring import Keyring
from transforms.records import PhiType

KEYRING = Keyring(b"k" * 32, (("e1", b"e" * 32),))
OTHER = Keyring(b"o" * 32, (("e1", b"e" * 32),))


def surrogates(
    text: str = "", subject: str = "patient-1", keyring: Keyring = KEYRING, **found: list[str]
) -> Surrogates:
    return Surrogates(keyring, subject, text, **found)


def one(phi_type: PhiType, value: str, text: str = "") -> str:
    chosen = surrogates(text or value).surrogate(phi_type, value)
    assert chosen is not None
    return chosen


def test_the_same_person_in_another_note_is_the_same_and_with_another_key_or_patient_is_not() -> None:
    names = ["John Smith", "Mary Ann O'Brien-Vargas", "José Núñez"]

    def chosen(subject: str, keyring: Keyring) -> list[str | None]:
        return [surrogates("note", subject, keyring).surrogate(PhiType.NAME, name) for name in names]

    assert chosen("patient-1", KEYRING) == chosen("patient-1", KEYRING)
    here = chosen("patient-1", KEYRING)
    for there in (chosen("patient-2", KEYRING), chosen("patient-1", OTHER)):
        assert all(a != b for a, b in zip(here, there, strict=True))


def test_no_surrogate_stands_in_the_note_already() -> None:
    usual = one(PhiType.NAME, "Smith")
    assert one(PhiType.NAME, "Smith", f"Smith was seen with Dr. {usual}.") not in ("Smith", usual)
    usual_number = one(PhiType.ID, "4471920")
    assert one(PhiType.ID, "4471920", f"MRN 4471920, before {usual_number}") != usual_number


def test_what_holds_a_name_is_taken_for_what_it_is() -> None:
    # Where a known name stands in an address, the finding of both is a name's.
    for value in ("john.smith@mail.com", "https://portal.hospital.org/smith"):
        phi_type = PhiType.EMAIL if "@" in value else PhiType.URL
        assert one(PhiType.NAME, value) == one(phi_type, value)
    chosen = one(PhiType.NAME, "17 Whitcombe Lane")
    assert re.fullmatch(r"(?!17)\d\d [A-Z][a-z]+ [A-Z][a-z]+", chosen)
    assert re.fullmatch(r"(?!smith42)[a-z]+\d\d", one(PhiType.NAME, "smith42"))


def test_a_surrogate_number_never_holds_a_found_one() -> None:
    usual = one(PhiType.ID, "88-4471920")
    within = usual[-6:-1]
    other = surrogates("", values=[within]).surrogate(PhiType.ID, "88-4471920")
    assert other is not None
    assert within not in other


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("02115", r"\d{5}"),
        ("02115-3344", r"\d{5}-\d{4}"),
        ("412 Oak Street", r"[1-9]\d\d [A-Z][a-z]+ Street"),
        ("218 W. Alder Street, Apt 6", r"[1-9]\d\d W\. [A-Z][a-z]+ Street, Apt \d"),
        ("12 Park Avenue", r"\d\d (?!Park)[A-Z][a-z]+ Avenue"),
        ("100 N Medical Center Drive", r"\d\d\d N (?!Medical)[A-Z][a-z]+ Drive"),
        ("Smith/Lindqvist Clinic", r"[A-Z][a-z]+/[A-Z][a-z]+ Clinic"),
        ("17 5th Avenue", r"[1-9]\d \d(?:st|nd|rd|th) Avenue"),
        ("P.O. Box 1234", r"P\.O\. Box [1-9]\d{3}"),
        ("12 Main Street\nSpringfield, MA 01101", r"\d\d [A-Z][a-z]+ Street\n[A-Z][a-z]+, [A-Z]{2} \d{5}"),
        ("Springfield, MA 01101", r"[A-Z][a-z]+, [A-Z]{2} \d{5}"),
        ("SPRINGFIELD", r"[A-Z]+"),
        ("St. Mary's General Hospital", r"St\. [A-Z][a-z]+ General Hospital"),
        ("St. Bernard's\nHospital", r"St\. [A-Z][a-z]+\nHospital"),
        ("NY Presbyterian Hospital", r"[A-Z][a-z]+ Hospital"),
        ("Cedars-Sinai Medical Center", r"[A-Z][a-z]+ Medical Center"),
        ("General Hospital", r"[A-Z][a-z]+ Hospital"),
        ("O'Hare Airport", r"[A-Z][a-z]+ Airport"),
        ("UCSF", r"[A-Z]{4}"),
        ("Room 412B", r"Room \d\d\d[A-Z]"),
        ("4 West, 412-B", r"\d West, \d\d\d-[A-Z]"),
        ("Ellery Family Medicine", r"[A-Z][a-z]+ Family Medicine"),
        ("ELLERY CANCER CENTER", r"[A-Z]+ CANCER CENTER"),
        ("Sandoval & Pryce LLP", r"[A-Z][a-z]+ LLP"),
        ("Tidewater Freight", r"[A-Z][a-z]+ Freight"),
    ],
)
def test_a_place_keeps_its_kind_and_shape_and_no_word_that_names(value: str, shape: str) -> None:
    chosen = one(PhiType.LOCATION, value)

    assert re.fullmatch(shape, chosen), chosen
    kept = set(re.findall(r"[a-z]+", re.sub(r"\[.*?\]|\\.", " ", shape).lower()))
    assert not (set(re.findall(r"[a-z]{3,}", value.lower())) & set(re.findall(r"[a-z]{3,}", chosen.lower()))) - kept


def test_what_is_called_after_one_place_stays_so() -> None:
    town = one(PhiType.LOCATION, "Springfield")

    assert one(PhiType.LOCATION, "SPRINGFIELD") == town.upper()
    assert one(PhiType.LOCATION, "Springfield General Hospital") == f"{town} General Hospital"
    assert one(PhiType.LOCATION, "Springfield, MA 01101").startswith(f"{town}, ")
    wexmoor = one(PhiType.LOCATION, "Wexmoor")
    assert one(PhiType.LOCATION, "Wexmoor Memorial Hospital") == f"{wexmoor} Memorial Hospital"
    assert one(PhiType.LOCATION, "Wexmoor's clinic") == f"{wexmoor} clinic"
    assert one(PhiType.LOCATION, "12 Oak Street")[3:] == one(PhiType.LOCATION, "98 Oak Street")[3:]


def test_a_state_is_one_by_name_and_code() -> None:
    code, name = one(PhiType.LOCATION, "MA"), one(PhiType.LOCATION, "Massachusetts")

    assert STATES[code] == name != "Massachusetts"


@given(
    st.sampled_from(sorted(PhiType)), st.text(min_size=1, max_size=40) | st.text("0129²٣-() x", min_size=7, max_size=20)
)
def test_any_value_gets_a_surrogate_other_than_itself_or_none(phi_type: PhiType, value: str) -> None:
    chosen = surrogates(value).surrogate(phi_type, value)
    assert chosen is None or (chosen and chosen.lower() != value.lower())
