"""Surrogates look like what they stand for, stay with their person, and are nobody's."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.deidentify.surrogate_numbers import has_check_digit
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


def test_the_parts_of_a_name_stay_linked() -> None:
    chosen = surrogates("John Smith, Mr. Smith, J. Smith, SMITH and JS", names=["John Smith"])
    whole = chosen.surrogate(PhiType.NAME, "John Smith")
    assert whole is not None
    given, surname = whole.split()
    assert chosen.surrogate(PhiType.NAME, "Mr. Smith") == f"Mr. {surname}"
    assert chosen.surrogate(PhiType.NAME, "Smith") == surname
    assert chosen.surrogate(PhiType.NAME, "SMITH, JOHN") == f"{surname.upper()}, {given.upper()}"
    assert chosen.surrogate(PhiType.NAME, "smith's") == f"{surname.lower()}'s"
    assert chosen.surrogate(PhiType.NAME, "J. Smith") == f"{given[0]}. {surname}"
    assert chosen.surrogate(PhiType.NAME, "JS") == f"{given[0]}{surname[0]}"


def test_the_same_person_in_another_note_is_the_same_and_with_another_key_or_patient_is_not() -> None:
    names = ["John Smith", "Mary Ann O'Brien-Vargas", "José Núñez"]

    def chosen(subject: str, keyring: Keyring) -> list[str | None]:
        return [surrogates("note", subject, keyring).surrogate(PhiType.NAME, name) for name in names]

    assert chosen("patient-1", KEYRING) == chosen("patient-1", KEYRING)
    here = chosen("patient-1", KEYRING)
    for there in (chosen("patient-2", KEYRING), chosen("patient-1", OTHER)):
        assert all(a != b for a, b in zip(here, there, strict=True))


def test_given_names_keep_their_gender() -> None:
    women, men = {"Mary", "Jennifer", "Susan", "Barbara"}, {"James", "Robert", "Thomas", "Kevin"}
    female = {one(PhiType.NAME, name).lower() for name in women}
    male = {one(PhiType.NAME, name).lower() for name in men}
    assert female <= listed("given_female")
    assert male <= listed("given_male")


def listed(name: str) -> set[str]:
    from transforms.deidentify.surrogates import _members

    return set(_members(name))


def test_no_surrogate_stands_in_the_note_already() -> None:
    usual = one(PhiType.NAME, "Smith")
    assert one(PhiType.NAME, "Smith", f"Smith was seen with Dr. {usual}.") not in ("Smith", usual)
    usual_number = one(PhiType.ID, "4471920")
    assert one(PhiType.ID, "4471920", f"MRN 4471920, before {usual_number}") != usual_number


def test_a_surrogate_number_never_holds_a_found_one() -> None:
    usual = one(PhiType.ID, "88-4471920")
    within = usual[-6:-1]
    other = surrogates("", values=[within]).surrogate(PhiType.ID, "88-4471920")
    assert other is not None
    assert within not in other


@pytest.mark.parametrize(
    ("phi_type", "value", "shape"),
    [
        (PhiType.PHONE, "(413) 555-8842", r"\([2-9][0-8]\d\) 555-01\d\d"),
        (PhiType.PHONE, "413.867.5309", r"[2-9][0-8]\d\.555\.01\d\d"),
        (PhiType.PHONE, "867-5309", r"555-01\d\d"),
        (PhiType.PHONE, "1-800-867-5309", r"1-[2-9][0-8]\d-555-01\d\d"),
        (PhiType.PHONE, "413-867-5309 ext 221", r"[2-9][0-8]\d-555-01\d\d ext \d\d\d"),
        (PhiType.PHONE, "pager 4471", r"pager [1-9]\d{3}"),
        (PhiType.SSN, "078-05-1120", r"9\d\d-[0-4]\d-\d{4}"),
        (PhiType.SSN, "078051120", r"9\d\d[0-4]\d{5}"),
        (PhiType.ID, "MRN 0048-77213", r"MRN \d{4}-\d{5}"),
        (PhiType.ID, "H1234567b", r"[A-Z]\d{7}[a-z]"),
        (PhiType.EMAIL, "m.obrien@mailbox.com", r"[a-z]+\.[a-z]+@example\.org"),
        (PhiType.URL, "https://www.portal.hospital.org/u/88?x=1", r"https://www\.example\.org/[a-z]+"),
        (PhiType.IP, "10.22.3.4", r"(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}"),
        (PhiType.IP, "fe80::1ff:fe23:4567:890a", r"2001:db8::[0-9a-f]{1,4}"),
        (PhiType.LOCATION, "02115", r"\d{5}"),
        (PhiType.LOCATION, "412 Oak Street", r"[1-9]\d\d [A-Z][a-z]+ Street"),
        (PhiType.LOCATION, "Springfield, MA 01101", r"[A-Z][a-z]+, [A-Z]{2} \d{5}"),
        (PhiType.LOCATION, "SPRINGFIELD", r"[A-Z]+"),
        (PhiType.LOCATION, "St. Mary's General Hospital", r"St\. [A-Z][a-z]+ General Hospital"),
        (PhiType.LOCATION, "NY Presbyterian Hospital", r"[A-Z][a-z]+ Hospital"),
        (PhiType.LOCATION, "Cedars-Sinai Medical Center", r"[A-Z][a-z]+ Medical Center"),
        (PhiType.LOCATION, "General Hospital", r"[A-Z][a-z]+ Hospital"),
        (PhiType.LOCATION, "UCSF", r"[A-Z]{4}"),
        (PhiType.LOCATION, "Room 412B", r"Room \d\d\d[A-Z]"),
        (PhiType.NAME, "Anna S.", r"[A-Z][a-z]+ [A-Z]\."),
        (PhiType.NAME, "Dr. ANNA de la Cruz-Ortiz, MD", r"Dr\. [A-Z]+ de la [A-Z][a-z]+-[A-Z][a-z]+, MD"),
    ],
)
def test_numbers_and_places_keep_their_shape(phi_type: PhiType, value: str, shape: str) -> None:
    chosen = one(phi_type, value)
    assert re.fullmatch(shape, chosen), chosen
    assert chosen != value


def test_a_number_in_another_punctuation_has_the_same_digits() -> None:
    assert one(PhiType.PHONE, "(413) 867-5309").replace("(", "").replace(") ", "-") == one(
        PhiType.PHONE, "413-867-5309"
    )
    assert one(PhiType.ID, "0048-77213").replace("-", "") == one(PhiType.ID, "004877213")


@given(st.from_regex(r"\A[0-9]{10,16}\Z"))
def test_no_long_number_passes_a_real_ones_check(value: str) -> None:
    assert has_check_digit("4539148803436467")  # a card's
    assert has_check_digit("1234567893")  # a provider's (NPI), under its prefix
    assert not has_check_digit(one(PhiType.ID, value))


@given(
    st.sampled_from(sorted(PhiType)), st.text(min_size=1, max_size=40) | st.text("0129²٣-() x", min_size=7, max_size=20)
)
def test_any_value_gets_a_surrogate_other_than_itself_or_none(phi_type: PhiType, value: str) -> None:
    chosen = surrogates(value).surrogate(phi_type, value)
    assert chosen is None or (chosen and chosen.lower() != value.lower())


@pytest.mark.parametrize("letter", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
def test_a_middle_initial_stays_a_capital(letter: str) -> None:
    name = f"Karen {letter}. Dubois"
    given_name, initial, surname = one(PhiType.NAME, name, f"Seen by {name}, PA-C").split()

    assert (initial[0].isupper(), initial[1:]) == (True, ".")
    assert given_name.istitle()
    assert surname[0].isupper()


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("Ellery Family Medicine", " Family Medicine"),
        ("ELLERY CANCER CENTER", " CANCER CENTER"),
        ("Sandoval & Pryce LLP", " LLP"),
        ("Tidewater Freight", " Freight"),
    ],
)
def test_an_institution_keeps_its_kind(place: str, kind: str) -> None:
    chosen = one(PhiType.LOCATION, place)

    assert chosen.endswith(kind)
    assert "&" not in chosen
    assert not set(chosen.lower().split()) & {"ellery", "sandoval", "pryce", "tidewater"}
