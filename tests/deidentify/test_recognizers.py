"""Identifiers in the forms that notes use, and the clinical look-alikes that stay."""

import re

import pytest
from hypothesis import given, strategies

from transforms.deidentify.analyzer import Analyzer
from transforms.deidentify.values import plain
from transforms.records import KnownPhi, PhiType

ANALYZER = Analyzer()


def found(text: str) -> list[tuple[PhiType, str]]:
    return [(f.phi_type, text[f.start : f.end]) for f in ANALYZER.find(text, KnownPhi())]


@pytest.mark.parametrize(
    "date",
    [
        "3/5/2021",
        "03-05-21",
        "2021-03-05",
        "20210305",
        "March 5, 2021",
        "5 March 2021",
        "March of 2021",
        "Mar '21",
        "March 5th",
        "5th of March",
        "05MAR2021",
        "5-Mar-2021",
        "03/2021",
        "3.5.2021",
        "March 5-9, 2021",
        "the 3rd of July 2008",
    ],
)
def test_dates(date: str) -> None:
    assert (PhiType.DATE, date) in found(f"She was admitted {date} with fever.")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("seen on 3/5 again", "3/5"),
        ("from 3/5-3/9 here", "3/5-3/9"),
        ("labs 12/28 stable", "12/28"),
        ("in March she fell", "March"),
    ],
)
def test_dates_that_the_words_around_tell(text: str, date: str) -> None:
    assert (PhiType.DATE, date) in found(text)


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("a 92-year-old woman", "92"),
        ("aged 93", "93"),
        ("94 y/o male", "94"),
        ("a 95yo", "95"),
        ("Age: 91", "91"),
        ("at the age of 97", "97"),
        ("ninety-two years old", "ninety-two"),
        ("101 years of age", "101"),
        ("his father died at 96", "96"),
        ("in her 90s", "90s"),
    ],
)
def test_ages_over_89(text: str, age: str) -> None:
    assert found(text) == [(PhiType.AGE, age)]


@pytest.mark.parametrize(
    ("text", "phi_type", "value"),
    [
        ("Tel (555) 123-4567 ext. 12", PhiType.PHONE, "(555) 123-4567 ext. 12"),
        ("pager #4421", PhiType.PHONE, "4421"),
        ("+44 20 7946 0958", PhiType.PHONE, "+44 20 7946 0958"),
        ("fax: 555.123.4567", PhiType.PHONE, "555.123.4567"),
        ("SSN: 123456789", PhiType.SSN, "123456789"),
        ("123-45-6789", PhiType.SSN, "123-45-6789"),
        ("MRN: 1234567", PhiType.ID, "1234567"),
        ("MRN#MP98765", PhiType.ID, "MP98765"),
        ("Account number 55-1234", PhiType.ID, "55-1234"),
        ("Accession S21-12345", PhiType.ID, "S21-12345"),
        ("Medicare ID 1EG4-TE5-MK73", PhiType.ID, "1EG4-TE5-MK73"),
        ("VIN 1HGCM82633A004352", PhiType.ID, "1HGCM82633A004352"),
        ("license plate ABC 1234", PhiType.ID, "ABC 1234"),
        ("lot #A12B7", PhiType.ID, "A12B7"),
        ("serial number PJN961008V", PhiType.ID, "PJN961008V"),
        ("username: mkowalski2", PhiType.ID, "mkowalski2"),
        ("device 00:1A:2B:3C:4D:5E", PhiType.ID, "00:1A:2B:3C:4D:5E"),
        ("m.kowalski@mail.example.org", PhiType.EMAIL, "m.kowalski@mail.example.org"),
        ("see https://a.org/x?p=1.", PhiType.URL, "https://a.org/x?p=1"),
        ("see portal.example.com today", PhiType.URL, "portal.example.com"),
        ("from 192.168.10.21", PhiType.IP, "192.168.10.21"),
        ("from 2001:db8::ff00:42:8329", PhiType.IP, "2001:db8::ff00:42:8329"),
        ("12 N. Maple Street, Apt 4", PhiType.LOCATION, "12 N. Maple Street, Apt 4"),
        ("P.O. Box 1234", PhiType.LOCATION, "P.O. Box 1234"),
        ("zip code 62704", PhiType.LOCATION, "62704"),
        ("moved to Room 412B", PhiType.LOCATION, "Room 412B"),
        ("lives in Springfield, IL 62704", PhiType.LOCATION, "Springfield, IL"),
        ("lives in Springfield, IL 62704", PhiType.LOCATION, "62704"),
        ("seen at St. Mary's Hospital", PhiType.LOCATION, "St. Mary's Hospital"),
        ("from Sunny Acres Nursing Home", PhiType.LOCATION, "Sunny Acres Nursing Home"),
        ("treated at Cedars-Sinai on call", PhiType.LOCATION, "Cedars-Sinai"),
        ("works as a welder at Lockheed Martin", PhiType.LOCATION, "Lockheed Martin"),
        ("Dr. Foley saw him", PhiType.NAME, "Foley"),
        ("dr kowalski saw him", PhiType.NAME, "kowalski"),
        ("Mr. Will Young", PhiType.NAME, "Will Young"),
        ("Patient: SMITH, JOHN A", PhiType.NAME, "SMITH, JOHN A"),
        ("Attending: Xiomara Przybylska", PhiType.NAME, "Xiomara Przybylska"),
        ("Electronically signed by Jane R. Kowalski, MD", PhiType.NAME, "Jane R. Kowalski"),
        ("reviewed with Omar Haddad, PA-C", PhiType.NAME, "Omar Haddad"),
        ("his wife Maria drove", PhiType.NAME, "Maria"),
        ("daughter, Ann, helps", PhiType.NAME, "Ann"),
        ("MS like Anna S., treated", PhiType.NAME, "Anna S."),
        ("Dear Mrs. O'Brien-Lopez,", PhiType.NAME, "O'Brien-Lopez"),
    ],
)
def test_identifiers(text: str, phi_type: PhiType, value: str) -> None:
    assert (phi_type, value) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Crohn's disease and Graves disease, Parkinson disease.",
        "A Foley catheter was placed. The Foley drains well.",
        "Strength 3/5 in the legs, 4/5 strength in the arms, pain 7/10.",
        "BP 120/80, HR 72, RR 16, T 98.6 F, SpO2 97%.",
        "A Grade 2/6 systolic murmur. Apgars 8/9.",
        "Sodium 138, potassium 4.1, WBC 12.7, platelets 250,000.",
        "Metoprolol 25 mg b.i.d., aspirin 81 mg, heparin 5000 units.",
        "Disc bulge at L4-5 and C5-C6; T2-weighted images.",
        "It may recur. She will return. We hope to discharge. In May she may walk.".replace(
            " In May she may walk.", ""
        ),
        "Dr. X and Mr. ABC agree. XYZ Hospital.",
        "BRCA1 and HER2 negative, CD34 positive, COVID-19.",
        "An 89-year-old man, 45 y/o woman, 9-month-old child.",
        "Sutures: 3-0 Vicryl and 4-0 Monocryl; 20/40 vision; 1/2 normal saline.",
        "CHIEF COMPLAINT: Low back pain. HOSPITAL COURSE: Uneventful. PLAN: Follow up in 2 weeks.",
        "Murphy sign negative, Babinski sign absent, Glasgow Coma Scale 15.",
    ],
)
def test_clinical_look_alikes_stay(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("MRSA swab negative. Blood cultures of 6/17: no growth.", ["6/17"]),
        ("Disposition: home 6/20 or 6/21.", ["6/20", "6/21"]),
        ("The results of 3/7 were normal; seen on 3/5 in clinic.", ["3/7", "3/5"]),
        ("She ran out of furosemide on or about 4/22.", ["4/22"]),
        ("The patient was discharged1/22/93 on aspirin.", ["1/22/93"]),
        (
            "MRI at 11/4/94, 11/9/94, 11/16/94 and the CT of 7/27/95,\n8/6/95.",
            ["11/4/94", "11/9/94", "11/16/94", "7/27/95", "8/6/95"],
        ),
        ("Ventilated from 1/29 to 2/6/06 and again 3/14-19.", ["1/29", "2/6/06", "3/14-19"]),
        ("A1c 7.9% in February.\n4. Graves disease.", ["February"]),
        ("It was obtained on July\n24. It was noted.", ["July\n24"]),
        ("December 13, 2000: He returned to us.", ["December 13, 2000"]),
        ("Seen 2025\u201103\u201105 and Feb. 3.", ["2025\u201103\u201105", "Feb. 3"]),
    ],
)
def test_dates_in_sentences(text: str, dates: list[str]) -> None:
    assert found(text) == [(PhiType.DATE, date) for date in dates]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Discussed with the patient and his wife Ngozi.", "Ngozi"),
        ("Her mother, Birgitta, was treated for it.", "Birgitta"),
        ("I explained this to his partner Émilie Roux in person.", "Émilie Roux"),
        ("Her significant other Chidi drove.", "Chidi"),
        ("Son Walter visited until 21:00.", "Walter"),
        ("Reviewed with Smith J. today.", "Smith J."),
        ("Client: May Lindqvist      MRN:", "May Lindqvist"),
        ("Preferred name: May      Sex: F", "May"),
        ("Patient: April Jones\nAge: 40", "April Jones"),
        ("ASSISTANT: Karen L. Dubois, PA-C", "Karen L. Dubois"),
        ("Seen by John Dubois, PA, in clinic.", "John Dubois"),
        ("My name is Ngozi and I feel well.", "Ngozi"),
        ("[doctor] hey dylan how are you", "dylan"),
        ("so , mr . walker , sit down", "walker"),
        ("Natalie was placed under general anesthesia.", "Natalie"),
    ],
)
def test_names_in_sentences(text: str, name: str) -> None:
    assert found(text) == [(PhiType.NAME, name)]


@pytest.mark.parametrize(
    "text",
    [
        "Patient: {May} Lindqvist. {May} is a 29-year-old student. She may have slept. May repeat the dose. In [May] she rested.",
        "{Will} Armitage, LCSW. {Will} was seen. Will follow up. {Will}'s plan stands.",
        "{April} Jones called. {April} feels well.",
    ],
)
def test_a_name_that_is_a_word_is_found_again_where_a_person_is_meant(text: str) -> None:
    plain, expected = "", []
    for piece in re.split(r"([{\[]\w+[}\]])", text):
        if piece.startswith("{"):
            expected.append(len(plain))
        plain += piece.strip("{}[]")
    names = [f for f in ANALYZER.find(plain, KnownPhi()) if f.phi_type is PhiType.NAME]

    assert [f.start for f in names] == expected


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Home: 17 Cormorant Lane, Port Ellery, WA 98999.", ["17 Cormorant Lane", "Port Ellery, WA 98999"]),
        ("Mail: 9 Sorrel Quay, Apt 3C, Cape Sorrel, OR 97999.", ["9 Sorrel Quay, Apt 3C", "Cape Sorrel, OR", "97999"]),
        ("We moved to 5 Façade Court.", ["5 Façade Court"]),
        ("Room: 4 West, 412-B", ["4 West, 412-B"]),
        ("Taken by the nurse of Ellery Family Medicine.", ["Ellery Family Medicine"]),
        ("ELLERY CANCER CENTER\nDISCHARGE SUMMARY", ["ELLERY CANCER CENTER"]),
        ("ST. BRENDAN REGIONAL MEDICAL CENTER\nDISCHARGE SUMMARY", ["ST. BRENDAN REGIONAL MEDICAL CENTER"]),
        ("an attorney at Sandoval & Pryce LLP, whom I saw", ["Sandoval & Pryce LLP"]),
        ("a forklift mechanic at Tidewater Freight with pain", ["Tidewater Freight"]),
        ("a welder at Gullhaven who smokes", ["Gullhaven"]),
        ("read at Harborview Lane Pathology Associates.", ["Harborview Lane Pathology Associates"]),
        ("brought by Port Ellery Fire Medic 7, awake", ["Port Ellery Fire Medic 7"]),
        ("Health plan: Cascadia Mutual", ["Cascadia Mutual"]),
        ("seen at the 5th avenue clinic last week", ["5th avenue clinic"]),
        ("seen in our Chicago office for follow-up", ["Chicago office"]),
        ("transferred from University of Utah yesterday", ["University of Utah"]),
        ("He lives in Minnesota. Minnesota Multiphasic Personality Inventory was given.", ["Minnesota"]),
    ],
)
def test_places_in_sentences(text: str, places: list[str]) -> None:
    assert found(text) == [(PhiType.LOCATION, place) for place in places]


@pytest.mark.parametrize(
    ("text", "phi_type", "value"),
    [
        ("(device in room, user stanaka2)", PhiType.ID, "stanaka2"),
        ("IBAN: GB93PITW55383148579181", PhiType.ID, "GB93PITW55383148579181"),
        ("Gastroenterology, ext. 5-0188", PhiType.PHONE, "5-0188"),
        ("Gastroenterology, ext. 5\u20110188", PhiType.PHONE, "5\u20110188"),
        ("call 360\u2011555\u20110144", PhiType.PHONE, "360\u2011555\u20110144"),
        ("a 92\u2011year\u2011old man", PhiType.AGE, "92"),
        ("seen by Dr.\u00a0Kowalski", PhiType.NAME, "Kowalski"),
    ],
)
def test_hyphens_and_blanks_of_word_processors_hide_nothing(text: str, phi_type: PhiType, value: str) -> None:
    assert found(text) == [(phi_type, value)]


@pytest.mark.parametrize(
    "text",
    [
        "VS: BP 138/76 HR 82 RR 16 T 98.1 SpO2 95% RA. Pain 0/10.",
        "Abdomen: NT, ND, no masses. Abdomen soft, NT, ND.",
        "Strength improved from 3/5 to 4/5. MMSE of 26/30. In 3 of 6/17 nodes. Take 1/2 tablet. Pain of 8/10.",
        "ABG 7.39/42/79 on room air; sugars between 120-140.",
        "CPT 99213. ICD-10 code I50.23. The lens was a model SN60WF, the lead a Medtronic model 5076-52.",
        "Minnesota Multiphasic Personality Inventory, California Verbal Learning Test, Wisconsin Card Sorting Test.",
        "New York Heart Association class II. A Boston brace. A Colorado needle tip. A Massachusetts clamp.",
        "A bidirectional Glenn shunt. Vanderbilt scales were sent. Allegra 180 mg daily; she takes Allegra.",
        "A Jackson-Pratt drain; the Jackson-Pratt was removed. A curved Ochsner was then placed. Blake Drain.",
        "Foley draining clear urine. Foley was removed. 16 Fr Foley to gravity. Leave Foley in place.",
        "CC: Left-sided weakness. Mother: Non-Hodgkin lymphoma.",
        "The circle of Willis was open. Twin B. The diameter was 4.7 cm. The other Bactiseal tubing was cut.",
        "CPT code 22851-59; he lived there from 1995-1996; albumin 4520 (normal 3150-4500); on 3/4 L of oxygen.",
        "I switched her to Wellbutrin. She was transferred to Postanesthesia Care Unit.",
        "The Whipple was discussed. Tylenol and Norco were continued.",
    ],
)
def test_clinical_sentences_stay(text: str) -> None:
    assert found(text) == []


def test_a_device_keeps_its_name_although_the_patient_shares_it() -> None:
    text = "Mr. Foley rested. Foley draining well. The Foley was changed. Foley was seen. After this Foley was calm."

    assert [f.start for f in ANALYZER.find(text, KnownPhi())] == [4, text.index("Foley was seen"), text.rindex("Foley")]


@given(strategies.text())
def test_plain_text_keeps_every_offset(text: str) -> None:
    assert len(plain(text)) == len(text)
    assert plain(text) == text or not text.isascii()


def test_a_note_of_a_patient_who_is_called_like_a_drain_is_searched_for_the_patient_alone() -> None:
    assert found("Patient: Tess Jackson-Pratt\nA Jackson-Pratt drain was left.") == [
        (PhiType.NAME, "Tess Jackson-Pratt")
    ]


def test_everything_of_an_empty_note_is_nothing() -> None:
    assert found("") == []


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1 ",
        " ",
        "A",
        "Smith ",
        "a@",
        "12-",
        "a:",
        "mrn: ",
        "Dr. ",
        "http://",
        "www.",
        "(",
        "\n",
        "é",
        "İ ",
        "12 Elm ",
        ", TX",
        "xx-",
        "1/2 ",
        "x4471 ",
        "smithe12 ",
        "Smithe 4471 ",
        "lots: A11, ",
        "March ",
        "#: ",
    ],
)
def test_time_is_linear_for_what_makes_expressions_backtrack(unit: str) -> None:
    """A quadratic expression needs hours for these, and its recognizer is then timed out."""
    Analyzer(timeout_seconds=20.0).find(unit * (200_000 // len(unit)), KnownPhi())


@pytest.mark.parametrize("unit", ["Port Ellery, ", "at Sandoval & ", "AB12", "of the ", "hi dylan ", "Foley-"])
def test_a_note_of_a_million_characters_is_read_in_seconds(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))

    assert all(f.end <= len(text) for f in Analyzer(timeout_seconds=30.0).find(text, KnownPhi()))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Records of Dunmore County DCF were sent.", "Dunmore County DCF"),
        ("Her payer is Cascadia Mutual PPO again.", "Cascadia Mutual PPO"),
        ("He lives at St. Brendan Manor, LLC now.", "St. Brendan Manor, LLC"),
        ("Sent from Ellery Memorial Hospital & Clinic today.", "Ellery Memorial Hospital & Clinic"),
        ("She called her guardian Lindqvist Transport, which is a company.", "Lindqvist Transport"),
        ("Truck with Nevada plates left the scene of the crash.", "Nevada"),
    ],
)
def test_a_place_is_hidden_to_the_end_of_its_name(text: str, place: str) -> None:
    at = text.index(place)
    assert any(f.start <= at and f.end >= at + len(place) for f in ANALYZER.find(text, KnownPhi()))


def test_what_stands_behind_a_place_without_belonging_to_it_stays() -> None:
    assert [value for _, value in found("Seen at Ellery Memorial Hospital. Surgery was planned.")] == [
        "Ellery Memorial Hospital"
    ]
