"""The notes of ``examples/``: what must go, what must stay, and what realistic replacements look like."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from transforms.deidentify.analyzer import Analyzer
from transforms.deidentify.deidentifier import Deidentifier
from transforms.deidentify.policy import load_policy
from transforms.keyring import Keyring
from transforms.records import Identifier, KnownPhi, Note, OrderKind, Place, Read, ReleasedNote, VersionOrder

NOTES = Path(__file__).parents[2] / "examples/notes/text"
KEYRING = Keyring(b"k" * 32, (("e1", b"e" * 32),))
ANALYZER = Analyzer()


def release(name: str, policy: str, known_phi: KnownPhi = KnownPhi()) -> str:  # noqa: B008  immutable
    raw = (NOTES / f"{name}.txt").read_bytes()
    text = raw.decode("cp1252" if name == "radiology_report" else "utf-8-sig")
    note = Note(
        Place("u", "s", name, 0), Identifier("s", name), text, VersionOrder(OrderKind.FILE_TIME, 1), known_phi=known_phi
    )
    released = Deidentifier(load_policy(policy), KEYRING, ANALYZER).deidentify(Read(note, datetime.now(UTC), 0))
    assert isinstance(released, ReleasedNote)
    assert released.text is not None
    return released.text


GOES = {
    "discharge_summary": "BRENDAN|Whitcombe|40718823|14 March|May 2,|Wednesday|Adeyemi|5/4|05/05|Solheim|05/10|05/13|555-0160|"
    "portal.example|e.whitcombe|17 Cormorant|Port Ellery|98999|Joanna|Farrow|Ellery Family Medicine|555-0161|5581209",
    "emergency_note": "Walter|Mr. Foley|40731170|01/09|1933|943-07|08/03|Port Ellery|Fire Medic|Tanaka|92 y.o.|Gullhaven|"
    "555.0119|Marchetti|this Foley|Adeyemi|1EG4|192.0.2.44|stanaka2",
    "gastroenterology_consult": "Peñaloza|40744061|13 September|Brennan|Grünwald|Ellery High School|March|September 12|Thibault|"
    "Castellanos|Émilie|Roux|jose.pen|0188",
    "history_and_physical": "2200 Harbor|Port Ellery|98999|Whitcombe|03/14|7003318452|05/02|4 West|412-B|Adeyemi|Farrow|11/18|"
    "April 28|4/22|Joanna|555-0142|February|555-0117",
    "nursing_note": "08/04|4 West|408|W. Foley|40731170|Walter|Adeyemi|555-0119|Brook Foley|Wed 8/6|Marchetti",
    "oncology_letter": "ELLERY|555-0181|breastclinic|July 16|Farrow|Ellery Family|310 Mill|Raghunathan|September 27|40735502|"
    "Sandoval|Pryce|July 15|Vikram|in June|July 8|Castellanos|July 22|Feldstein",
    "operative_note": "Okafor|40722915|June 17|Castellanos|Dubois|Holloway|Tidewater|Freight|LX-4471920|MD60998877|06/17",
    "pathology_report": "S25-011873|RAGHUNATHAN|PRIYA|09/27|07/08|07/11|Feldstein|Bianchi|July 11|Harborview|"
    "Pathology Associates|88 Quarry|Ellery|555-0175",
    "progress_note": "Okafor|40722915|2025-06-19|6/17|6/20|6/21|Ngozi|555-0133|Dubois|Castellanos",
    "psychiatry_note": "Lindqvist|name: May|May is|40750238|5/21|Vance|Cascadia|CMX449|Cape Sorrel|in March|In May|Birgitta|"
    "Armitage|June 18|visit.example|Sorrel Quay|3C|97999",
    "radiology_report": "Peñaloza|40744061|11/30|09/12|Brennan|8842-CT|02/20|9/12|Thibault|Port Ellery|Façade",
    "telephone_encounter": "06/25|Ellison|Ellery|Okafor|07/22|555-0133|BKV-2291|Spokane|July 4|Farrow|06/26|d.okafor68",
}
STAYS = {
    "discharge_summary": "BP 118/70, HR 78|1. Furosemide 40 mg|at 10:30",
    "emergency_note": "90+ y.o.|Parkinson's\ndisease|16 Fr Foley catheter|Leave Foley in place|3/6 systolic|Strength 3/5|25/100|"
    "in 1987|GCS 14",
    "gastroenterology_consult": "Crohn’s disease|38‑year‑old teacher|QuantiFERON|in 2016|4–5 loose stools",
    "history_and_physical": "Age: 74|A1c 7.9%|\n4. Graves disease|Foley catheter is not needed|Strength 5/5|There may be",
    "nursing_note": "HR 82 RR 16 T 98.1|Foley draining clear|Braden 14|strength 3/5|Pain 0/10|Morse score|trial may begin",
    "oncology_letter": "45-year-old attorney at|ER and PR positive|HER2 equivocal|10 o'clock|Oncotype DX",
    "operative_note": "PA-C|McBurney's point|Trendelenburg|Foley catheter|Veress needle|Jackson-Pratt drain|forklift mechanic",
    "pathology_report": "Nottingham grade 2|score 6/9|BI-RADS 5|Ki-67: 18%",
    "progress_note": "Pain 3/10|BP 120/80, HR 76|1850/1400|Dubois, PA-C".removesuffix("|Dubois, PA-C")
    + "|PA-C for Dr.",
    "psychiatry_note": "is a 29-year-old graduate student|She may have missed|PHQ-9 11|since 2022",
    "radiology_report": "Crohn’s ileitis|2.6 × 1.9 cm|iohexol 350",
    "telephone_encounter": "C. difficile|8 days after appendectomy|loperamide",
}


@pytest.mark.parametrize("name", GOES)
def test_what_identifies_goes_without_any_known_phi(name: str) -> None:
    released = release(name, "safe-harbor")

    assert [value for value in GOES[name].split("|") if value in released] == []


@pytest.mark.parametrize("name", STAYS)
def test_what_is_said_of_the_patients_health_stays(name: str) -> None:
    released = release(name, "safe-harbor")

    assert [value for value in STAYS[name].split("|") if value not in released] == []


def test_a_name_that_is_a_month_is_told_by_what_the_feed_says() -> None:
    released = release("psychiatry_note", "safe-harbor", KnownPhi(names=("May Lindqvist",)))

    assert "[NAME] is a 29-year-old" in released
    assert "She may have missed" in released


def test_surrogates_keep_the_kinds_of_places_and_the_shape_of_names() -> None:
    assert "REGIONAL MEDICAL CENTER\n" in release("discharge_summary", "surrogate")
    assert " Family Medicine, fax" in release("discharge_summary", "surrogate")
    assert " LLP, whom I saw" in release("oncology_letter", "surrogate")
    assert "\n4. Graves disease" in release("history_and_physical", "surrogate")
    operative = release("operative_note", "surrogate")
    assistant = operative.split("ASSISTANT: ")[1].split("\n")[0]
    given, initial, surname, credential = assistant.split()
    assert (initial[0].isupper(), initial[1:], credential) == (True, ".", "PA-C")
    assert (given.istitle(), surname.istitle()) == (True, True)


def test_a_limited_data_set_keeps_dates_and_loses_streets_hospitals_and_employers() -> None:
    released = release("history_and_physical", "limited") + release("operative_note", "limited")

    assert "Date of admission: 05/02/2025" in released
    assert "WA 98999" in released
    for gone in ("BRENDAN", "2200 Harbor Road", "412-B", "Tidewater", "Whitcombe"):
        assert gone not in released
