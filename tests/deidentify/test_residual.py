"""The second opinion: it sees what the finders missed, and nothing in what they did or in plain clinical prose."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.deidentify.findings import Finding
from transforms.deidentify.policy import load_policy
from transforms.deidentify.replace import Replaced, Replacement, replace
from transforms.deidentify.residual import find_residuals
from transforms.records import KnownPhi, PhiAction, PhiType

NOTHING = KnownPhi()
SAFE_HARBOR = load_policy("safe-harbor")
LIMITED = load_policy("limited")


def types(text: str, known_phi: KnownPhi = NOTHING, policy: str = "safe-harbor") -> set[PhiType]:
    """What is seen in a text in which nothing was found."""
    return {residual.phi_type for residual in find_residuals(text, Replaced(text, ()), known_phi, load_policy(policy))}


def after_replacing(text: str, phi_type: PhiType, value: str, shown: str) -> set[PhiType]:
    """What is seen when the first occurrence of a value was replaced."""
    start = text.index(value)
    found = Finding(phi_type, start, start + len(value), "test", 1.0)
    replaced = replace(text, [Replacement(found, shown, PhiAction.MASK)])
    return {residual.phi_type for residual in find_residuals(text, replaced, KnownPhi(), SAFE_HARBOR)}


@pytest.mark.parametrize(
    ("missed", "phi_type"),
    [
        ("write to m.obrien@mailbox.com today", PhiType.EMAIL),
        ("see http://portal.example.com/u/1", PhiType.URL),
        ("see www.portal.net", PhiType.URL),
        ("from 10.22.31.4 at night", PhiType.IP),
        ("SSN 078-05-1120", PhiType.SSN),
        ("call (413) 867-5309", PhiType.PHONE),
        ("call 413.867.5309.", PhiType.PHONE),
        ("MRN: 44719", PhiType.ID),
        ("Account number A-44719", PhiType.ID),
        ("number 44719203 on file", PhiType.ID),
        ("DOB: 3/14/31", PhiType.DATE),
        ("Date of birth March 14", PhiType.DATE),
        ("on 3/14/1931 he", PhiType.DATE),
        ("since 2021-03-05", PhiType.DATE),
        ("on March 5, 2021", PhiType.DATE),
        ("seen by Dr. Whitfield", PhiType.NAME),
        ("MRS. O. and Mrs Vargas", PhiType.NAME),
        ("a 93-year-old man", PhiType.AGE),
        ("a 101 y/o woman", PhiType.AGE),
        ("Springfield, MA 01101", PhiType.LOCATION),
        ("at 412 Oak Street", PhiType.LOCATION),
    ],
)
def test_what_the_finders_missed_is_seen(missed: str, phi_type: PhiType) -> None:
    assert types(missed) == {phi_type}


@pytest.mark.parametrize(
    "prose",
    [
        "BP 120/80, HR 72, SpO2 98%, strength 5/5, Grade 2/6 murmur, creatinine 1.25, platelets 250,000.",
        "Crohn's disease, Foley catheter placed, Graves disease, Parkinson disease.",
        "Dr. X and Dr. ABCD saw the patient; Mr. XYZ, Dr. Xyz. Mrs. The patient was brought in.",
        "The 45-year-old woman takes 1000 mg; troponin 0.04; WBC 12345; section 1.2.3.4 of the protocol.",
        "Account of the illness: he may 10 times a day. Chart reviewed. Policy discussed. License to drive.",
        "[NAME] was seen on [DATE], MRN: [ID], DOB: [DATE], Dr. [NAME], 90+-year-old, [LOCATION] 021.",
        "Range 100-200, ratio 1:20000, 5,000,000 units, dose 12345678.5 IU, 90 years ago.",
        "",
    ],
)
def test_clinical_prose_raises_no_alarm(prose: str) -> None:
    assert types(prose) == set()


def test_a_policy_that_keeps_dates_does_not_look_for_them() -> None:
    text = "On 3/14/1931, March 5, 2021, a 93-year-old man in 2021-03-05."
    assert types(text, policy="limited") == set()
    assert types(text, KnownPhi(dates=(date(1931, 3, 14),)), policy="limited") == set()


@pytest.mark.parametrize(
    ("text", "phi_type", "value"),
    [
        ("m.obrien@mailbox.com and M.OBrien@Mailbox.COM.au", PhiType.EMAIL, "m.obrien@mailbox.com"),
        ("MR 4471920, barcode X4471920Y", PhiType.ID, "4471920"),
        ("MR 447-1920 is 447 1920", PhiType.ID, "447-1920"),
        ("(413) 867-5309 or 4138675309", PhiType.PHONE, "(413) 867-5309"),
        ("user jwhitfield; JWhitfield", PhiType.ID, "jwhitfield"),
        ("Margaret Vargas; then vargas", PhiType.NAME, "Margaret Vargas"),
        ("zip 01101, again 01101", PhiType.LOCATION, "01101"),
    ],
)
def test_a_found_value_that_still_stands_is_seen(text: str, phi_type: PhiType, value: str) -> None:
    assert phi_type in after_replacing(text, phi_type, value, "[X]")


@pytest.mark.parametrize(
    ("text", "phi_type", "value", "shown"),
    [
        ("Mr. Foley came; Foley catheter stays", PhiType.NAME, "Foley", "[NAME]"),
        ("Dr. Young; a young man, Will Young will", PhiType.NAME, "Young", "[NAME]"),
        ("Lee; the leeway of Leeds", PhiType.NAME, "Lee", "[NAME]"),
        ("room 12; 12 mg", PhiType.LOCATION, "12", "[LOCATION]"),
        ("Mrs. Vargas", PhiType.NAME, "Mrs. Vargas", "Mrs. Whitfield"),
        ("(413) 867-5309", PhiType.PHONE, "(413) 867-5309", "(774) 555-0142"),
        ("MR 4471920", PhiType.ID, "4471920", "83920174"),
    ],
)
def test_look_alikes_and_what_was_put_there_raise_no_alarm(
    text: str, phi_type: PhiType, value: str, shown: str
) -> None:
    assert after_replacing(text, phi_type, value, shown) == set()


def test_what_the_feed_says_of_the_patient_is_looked_for() -> None:
    known = KnownPhi(
        names=("Vargas, Margaret", "May"),
        dates=(date(1931, 3, 4),),
        numbers=("AB-4471", "12"),
        addresses=("412 Oak Street", "Springfield", "01101"),
        phones=("413-867-5309",),
        emails=("m@vargas.org",),
    )
    assert types("nothing may stand here, springfield 12", known) == set()
    assert types("margaret came", known) == {PhiType.NAME}
    assert types("born 4 March 1931", known) == {PhiType.DATE}
    assert types("on 3/4/31", known) == {PhiType.DATE}
    assert types("ab-4471 noted", known) == {PhiType.ID}
    assert types("lives at 412 oak street", known) == {PhiType.LOCATION}
    assert types("reach 4138675309", known) == {PhiType.PHONE, PhiType.ID}


@given(st.text(max_size=200), st.text(min_size=1, max_size=12))
def test_any_text_can_be_looked_at(text: str, value: str) -> None:
    known = KnownPhi(names=(value,), numbers=(value,), addresses=(value,), phones=(value,), emails=(value,))
    stands = types(f"{text} {value} {text}", known)
    assert stands <= set(PhiType)
    if value.strip().isdigit() and len(value.strip()) >= 5:
        assert PhiType.ID in stands
