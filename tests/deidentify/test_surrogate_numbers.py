"""Numbers keep their shape, are nobody's, and one number stays one however it is written."""

import re
from string import ascii_uppercase, digits

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from transforms.deidentify.surrogate_numbers import has_check_digit
from transforms.deidentify.surrogates import Surrogates
from transforms.keyring import Keyring
from transforms.records import PhiType

KEYRING = Keyring(b"k" * 32, (("e1", b"e" * 32),))


def renumbered(phi_type: PhiType, value: str, text: str = "") -> str:
    chosen = Surrogates(KEYRING, "patient-1", text or value).surrogate(phi_type, value)
    assert chosen is not None
    return chosen


# --- shapes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phi_type", "value", "shape"),
    [
        (PhiType.PHONE, "(413) 555-8842", r"\([2-9][0-8]\d\) 555-01\d\d"),
        (PhiType.PHONE, "413.867.5309", r"[2-9][0-8]\d\.555\.01\d\d"),
        (PhiType.PHONE, "867-5309", r"555-01\d\d"),
        (PhiType.PHONE, "1-800-867-5309", r"1-[2-9][0-8]\d-555-01\d\d"),
        (PhiType.PHONE, "+1 413 867 5309", r"\+1 [2-9][0-8]\d 555 01\d\d"),
        (PhiType.PHONE, "413-867-5309 ext. 221", r"[2-9][0-8]\d-555-01\d\d ext. \d\d\d"),
        (PhiType.PHONE, "413-867-5309x22", r"[2-9][0-8]\d-555-01\d\dx\d\d"),
        (PhiType.PHONE, "1-800-FLOWERS", r"1-[2-9][0-8]\d-55501\d\d"),
        (PhiType.PHONE, "+44 20 7946 0958", r"\+89 \d\d \d{4} \d{4}"),
        (PhiType.PHONE, "+49-30-901820", r"\+89-\d\d-\d{6}"),
        (PhiType.PHONE, "01632 960983", r"89\d{3} \d{6}"),
        (PhiType.PHONE, "0541/555-0144", r"89\d\d/\d{3}-\d{4}"),
        (PhiType.PHONE, "1 (505) 261-0186 x86", r"1 \([2-9][0-8]\d\) 555-01\d\d x\d\d"),
        (PhiType.PHONE, "011 44 20 7946 0958", r"011 89 \d\d \d{4} \d{4}"),
        (PhiType.PHONE, "pager 4471", r"pager [1-9]\d{3}"),
        (PhiType.PHONE, "x4471", r"x[1-9]\d{3}"),
        (PhiType.SSN, "078-05-1120", r"9\d\d-[0-4]\d-\d{4}"),
        (PhiType.SSN, "078051120", r"9\d\d[0-4]\d{5}"),
        (PhiType.SSN, "XXX-XX-1120", r"XXX-XX-\d{4}"),
        (PhiType.ID, "123-45-6789A", r"9\d\d-[0-4]\d-\d{4}[A-Z]"),  # a claim number that is an SSN
        (PhiType.ID, "MRN 0048-77213", r"MRN \d{4}-\d{5}"),
        (PhiType.ID, "H1234567b", r"[A-Z]\d{7}[a-z]"),
        (PhiType.ID, "1EG4-TE5-MK73", r"[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d-[AC-Y][A-Y]\d-[A-Y]{2}\d\d"),
        (PhiType.ID, "1HGCM82633A004352", r"[A-HJ-NPR-Z\d]{17}"),
        (PhiType.ID, "00:1B:44:11:3A:B7", r"[\dA-F]{2}(?::[\dA-F]{2}){5}"),
        (PhiType.ID, "550e8400-e29b-41d4-a716-446655440000", r"[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}"),
        (PhiType.IP, "10.22.3.4", r"(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}"),
        (PhiType.IP, "10.22.3.4:8080", r"(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}:8080"),
        (PhiType.IP, "::ffff:10.22.3.4%eth0", r"2001:db8::[0-9a-f]{1,4}"),
        (PhiType.ID, "ku8169x", r"[a-z]{2}\d{4}[a-z]"),
        (PhiType.IP, "fe80::1ff:fe23:4567:890a", r"2001:db8::[0-9a-f]{1,4}"),
        (PhiType.EMAIL, "m.obrien@mailbox.com", r"[a-z]\.[a-z]+@example\.org"),
        (PhiType.EMAIL, "Ruiz_4471@mailbox.com", r"[A-Z][a-z]+_\d{4}@example\.org"),
        (PhiType.URL, "https://www.portal.hospital.org/u/88?x=1", r"https://www\.example\.org/[a-z]+"),
    ],
)
def test_a_number_keeps_its_shape(phi_type: PhiType, value: str, shape: str) -> None:
    chosen = renumbered(phi_type, value)

    assert re.fullmatch(shape, chosen), chosen
    assert chosen != value


# --- one number ------------------------------------------------------------------------------------------------


def test_a_phone_number_is_one_with_or_without_country_area_and_extension() -> None:
    _, area, line = re.split(r"\((\d{3})\) ", renumbered(PhiType.PHONE, "(413) 867-5309"))

    assert renumbered(PhiType.PHONE, "413-867-5309") == f"{area}-{line}"
    assert renumbered(PhiType.PHONE, "+1 (413) 867-5309") == f"+1 ({area}) {line}"
    assert renumbered(PhiType.PHONE, "4138675309") == f"{area}{line}".replace("-", "")
    assert renumbered(PhiType.PHONE, "413-867-5309 x22").startswith(f"{area}-{line} x")
    assert renumbered(PhiType.PHONE, "867-5309") == line


def test_a_number_in_another_punctuation_has_the_same_digits() -> None:
    assert renumbered(PhiType.ID, "0048-77213").replace("-", "") == renumbered(PhiType.ID, "004877213")
    assert renumbered(PhiType.ID, "MRN: 004877213") == f"MRN: {renumbered(PhiType.ID, '004877213')}"
    assert renumbered(PhiType.SSN, "219-09-9999").replace("-", " ") == renumbered(PhiType.SSN, "219 09 9999")


@given(st.text(digits + ascii_uppercase + "- ", min_size=6, max_size=24))
def test_any_code_keeps_its_digits_letters_and_separators_in_their_places(value: str) -> None:
    assume(any(char.isdigit() for char in value))
    chosen = Surrogates(KEYRING, "patient-1", value).surrogate(PhiType.ID, value)

    def shape(code: str) -> str:
        return re.sub("[A-Z]", "A", re.sub("[0-9]", "0", code))

    assert chosen is None or shape(chosen) == shape(value)


# --- nobody's --------------------------------------------------------------------------------------------------

REAL = {
    "a card": "4539148803436467",
    "a card in groups": "4539 1488 0343 6467",
    "a provider (NPI)": "1234567893",
    "a prescriber (DEA)": "AB1234563",
    "a bank": "021000021",
    "an account (IBAN)": "GB82 WEST 1234 5698 7654 32",
    "a vehicle (VIN)": "1HGCM82633A004352",
    "a vehicle whose check digit is X": "1M8GDM9AXKP042788",
    "an article (GTIN)": "00614141999996",
    "behind a label": "DEA AB1234563",
}


@pytest.mark.parametrize("number", REAL.values(), ids=REAL.keys())
def test_a_real_ones_check_digit_is_seen_and_never_made(number: str) -> None:
    assert has_check_digit(number)
    for patient in range(50):
        chosen = Surrogates(KEYRING, f"patient-{patient}", number).surrogate(PhiType.ID, number)
        assert chosen is not None
        assert not has_check_digit(chosen)


@given(
    st.from_regex(r"\A[0-9]{9,19}\Z")
    | st.from_regex(r"\A[A-Z]{2}[0-9]{7}\Z")
    | st.from_regex(r"\A[A-HJ-NPR-Z0-9]{17}\Z")
)
def test_no_number_passes_a_real_ones_check(value: str) -> None:
    assert not has_check_digit(renumbered(PhiType.ID, value))
