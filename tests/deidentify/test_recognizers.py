"""Identifiers in the forms that notes use, and the clinical look-alikes that stay."""

import pytest

from transforms.deidentify.analyzer import Analyzer
from transforms.records import KnownPhi, PhiType

ANALYZER = Analyzer()


def found(text: str) -> list[tuple[PhiType, str]]:
    return [(f.phi_type, text[f.start : f.end]) for f in ANALYZER.find(text, KnownPhi())]


@pytest.mark.parametrize(
    "date",
    "3/5/2021|03-05-21|2021-03-05|20210305|March 5, 2021|5 March 2021|March of 2021|Mar '21|March 5th|5th of March|05MAR2021|"
    "5-Mar-2021|03/2021|3.5.2021|March 5-9, 2021|the 3rd of July 2008".removeprefix("the ").split("|"),
)
def test_dates(date: str) -> None:
    assert (PhiType.DATE, date.removeprefix("the ")) in found(f"She was admitted {date} with fever.")


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
        ("moved to Room 412B", PhiType.LOCATION, "412B"),
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
    ],
)
def test_time_is_linear_for_what_makes_expressions_backtrack(unit: str) -> None:
    """A quadratic expression needs hours for these, and its recognizer is then timed out."""
    Analyzer(timeout_seconds=20.0).find(unit * (200_000 // len(unit)), KnownPhi())
