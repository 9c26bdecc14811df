"""Sections of notes in many house styles: which headers are read, which prose is not, and that spans are exact."""

import csv
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.extract.sections import find_sections, section_at, section_kinds

DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "sections.md"
NAMES = {kind.name for kind in section_kinds()}


def read(text: str) -> list[tuple[str, str]]:
    """The name of each section, and the first line of its text."""
    return [(section.name, re.split(r"[\r\n]", text[section.start :])[0].strip()) for section in find_sections(text)]


def names(text: str) -> list[str]:
    return [section.name for section in find_sections(text)]


# --- house styles ----------------------------------------------------------------------------------------------


def test_a_dictated_note_in_capitals_with_colons() -> None:
    text = (
        "CHIEF COMPLAINT: Cough.\n\n"
        "HISTORY OF PRESENT ILLNESS: This 61-year-old woman has coughed for\na week.\n\n"
        "CURRENT MEDICATIONS:  \n1. Lisinopril.\n\n"
        "PLAN: Chest x-ray.\n"
    )
    assert read(text) == [
        ("chief_complaint", "CHIEF COMPLAINT: Cough."),
        ("history_of_present_illness", "HISTORY OF PRESENT ILLNESS: This 61-year-old woman has coughed for"),
        ("medications", "CURRENT MEDICATIONS:"),
        ("plan", "PLAN: Chest x-ray."),
    ]
    sections = find_sections(text)
    assert sections[0].start == 0
    assert sections[-1].end == len(text)
    assert all(one.end == next_one.start for one, next_one in pairwise(sections))


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("alone on a line", "Allergies\nPenicillin.\n\nAssessment and Plan\nRest.\n"),
        ("any case", "allergies: penicillin.\n\nassessment and plan: rest\n"),
        ("markdown", "# Allergies\nPenicillin.\n## Assessment and Plan\nRest."),
        ("bold", "**Allergies:** penicillin\n\n**Assessment & Plan**\nRest."),
        ("bulleted and bold", "- **Allergies**: penicillin\n- **A/P**: rest"),
        ("numbered", "1. ALLERGIES: penicillin\n2) ASSESSMENT AND PLAN: rest"),
        ("roman", "IV. ALLERGIES\nPenicillin.\nV. ASSESSMENT/PLAN\nRest."),
        ("dashes", "Allergies - penicillin\nAssessment and Plan – rest"),
        ("rules", "=== ALLERGIES ===\nPenicillin.\n=== ASSESSMENT AND PLAN ===\nRest."),
        ("a space before the colon", "Allergies : penicillin\nAssessment / Plan : rest"),
        ("remarks", "ALLERGIES (per daughter): penicillin\nA&P (as discussed): rest"),
        ("abbreviations", "ALL: penicillin\nA/P: rest"),
        ("indented", "\tAllergies: penicillin\n      A/P: rest"),
        ("CRLF", "ALLERGIES\r\nPenicillin.\r\n\r\nASSESSMENT AND PLAN\r\nRest.\r\n"),
        ("carriage returns", "ALLERGIES:\rPenicillin.\rASSESSMENT AND PLAN:\rRest.\r"),
        ("form feeds", "ALLERGIES: penicillin\fASSESSMENT AND PLAN: rest"),
        ("run in", "ALLERGIES: Penicillin. ASSESSMENT AND PLAN: Rest."),
        ("flattened", "Seen today. ALLERGIES: penicillin rash ASSESSMENT AND PLAN: rest"),
        ("flattened, in capitals", "SEEN. ALLERGIES: NKDA ASSESSMENT AND PLAN: REST"),
    ],
)
def test_house_styles(style: str, text: str) -> None:
    assert names(text) == ["allergies", "assessment_and_plan"], style


def test_longer_headers_are_read_by_the_form_that_they_hold() -> None:
    assert names("LABORATORY STUDIES ON ADMISSION: Sodium 138.") == ["laboratory"]
    assert names("ADMISSION LABORATORY DATA: Sodium 138.") == ["laboratory"]
    assert names("LABS [DATE]: Sodium 138.") == ["laboratory"]
    assert names("FEMALE REVIEW OF SYSTEMS: Denies fever.") == ["review_of_systems"]
    assert names("FINDINGS AT THE TIME OF SURGERY: None.") == ["findings"]
    assert names("FAMILY MEDICAL HISTORY: None.") == ["family_history"]  # and not the patient's own


def test_headers_that_are_not_known_are_parts_of_their_section() -> None:
    text = "PHYSICAL EXAMINATION:\nHEENT: Normal.\nLUNGS: Clear.\nTOURNIQUET TIME: 40 minutes.\n"
    assert names(text) == ["physical_examination"]


def test_an_examination_goes_on_after_vital_signs() -> None:
    text = "PHYSICAL EXAMINATION: VITAL SIGNS: BP 120/80. GENERAL: Alert.\nHeart: Regular.\n\nREVIEW OF SYSTEMS:\nHEENT: Neg."
    sections = find_sections(text)
    assert [section.name for section in sections] == [
        "physical_examination", "vital_signs", "physical_examination", "review_of_systems",
    ]  # fmt: skip
    assert section_at(sections, text.index("120/80")) == "vital_signs"
    assert section_at(sections, text.index("Regular")) == "physical_examination"
    assert section_at(sections, text.index("Neg")) == "review_of_systems"


def test_the_first_header_of_a_report_names_its_study() -> None:
    text = (
        "EXAM: CT head.\n\nREASON FOR EXAM: Seizure.\n\nTECHNIQUE: Axial.\n\nCOMPARISON: None.\n\nIMPRESSION: Normal."
    )
    assert names(text) == ["procedure", "indication", "technique", "comparison", "impression"]
    assert names("HPI: Cough.\nEXAM: Lungs clear.") == ["history_of_present_illness", "physical_examination"]


def test_letters_of_soap_stand_in_their_order() -> None:
    assert names("S: Feels well.\nO: Afebrile.\nA: Pneumonia.\nP: Antibiotics.") == [
        "subjective", "objective", "assessment", "plan",
    ]  # fmt: skip
    assert names("T: 98.6\nP: 80\nA: 2\n") == []


@pytest.mark.parametrize(
    "prose",
    [
        "Plan to discharge tomorrow.",
        "Allergies to penicillin are noted.",
        "The patient's medications include:\naspirin and lisinopril.",
        "She was admitted and continued on her home\nmedications: aspirin and lisinopril.",
        "He understands the treatment\nplan\nand agrees.",
        "The history was taken from: the daughter.",
        "See HISTORY above. Impression is that of a stroke.",
        "A plan-do-study-act cycle.\nHistory-taking was difficult.",
        "1. Allergies\n2. Asthma\n3. Diet - low salt",
        "cc: the referring physician\nPe: none",
        "NO KNOWN ALLERGIES\nNONE",
        "NO ALLERGIES: NONE REPORTED",
        "OUTPATIENT PSYCHIATRY FOLLOW-UP\n\nSeen alone.",
        "HISTORY AND PHYSICAL\n\nPatient: [NAME]",
        "",
        " \n\n",
    ],
)
def test_prose_holds_no_header(prose: str) -> None:
    assert names(prose) == []


def test_what_stands_before_the_first_header_is_in_no_section() -> None:
    text = "PROGRESS NOTE\nSeen at noon.\n\nPLAN: Rest."
    sections = find_sections(text)
    assert section_at(sections, text.index("noon")) is None
    assert section_at(sections, text.index("PLAN") - 1) is None
    assert section_at(sections, text.index("PLAN")) == "plan"
    assert section_at(sections, len(text) - 1) == "plan"
    assert section_at((), 0) is None


# --- any text --------------------------------------------------------------------------------------------------

_forms = st.sampled_from([form for kind in section_kinds() for form in kind.forms])
_pieces = st.one_of(
    st.text(max_size=12),
    _forms,
    _forms.map(str.upper),
    _forms.map(str.title),
    st.sampled_from([": ", "\n", "\r\n", "\r", " - ", "\n\n", "🤒", "İ", "1. ", "S:", "\u2028", " / "]),
)


@given(st.lists(_pieces, max_size=30).map("".join))
def test_sections_of_any_text_are_in_order_within_it_and_start_with_a_letter(text: str) -> None:
    sections = find_sections(text)
    assert all(one.end == next_one.start for one, next_one in pairwise(sections))
    assert all(0 <= section.start < section.end for section in sections)
    assert all(text[section.start].isascii() and text[section.start].isalpha() for section in sections)
    assert {section.name for section in sections} <= NAMES
    if sections:
        assert sections[-1].end == len(text)


@given(st.lists(_pieces, max_size=10).map("".join), st.sampled_from(["\r\n", "\r", "\f", "\u2028"]))
def test_line_breaks_of_every_kind_are_alike(text: str, line_break: str) -> None:
    text = re.sub(r"[\r\n\f\v\x85\u2028\u2029]", "\n", text)
    assert names(text.replace("\n", line_break)) == names(text)


@given(st.text(alphabet="🤒İ中 .\n", max_size=20), _forms)
def test_offsets_are_code_points(before: str, form: str) -> None:
    text = f"{before}.\n\n{form.upper()}: x"
    for section in find_sections(text):
        assert section.start == len(before) + 3


# --- the list --------------------------------------------------------------------------------------------------


def test_every_form_is_read_in_capitals_and_stands_for_one_section() -> None:
    seen: dict[str, str] = {}
    for kind in section_kinds():
        assert re.fullmatch("[a-z]+(_[a-z]+)*", kind.name)
        for form in kind.forms:
            assert seen.setdefault(form.lower(), kind.name) == kind.name
            assert names(f"PLAN: Rest.\n\n{form.upper()}: x")[1] == kind.name, form


def test_every_loinc_code_has_its_check_digit() -> None:
    codes = [kind.loinc for kind in section_kinds() if kind.loinc]
    assert len(codes) > 50
    for code in codes:
        number, check = code.split("-")
        doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(number))]
        assert (sum(sum(divmod(value, 10)) for value in doubled) + int(check)) % 10 == 0, code


def test_the_reference_names_every_section_and_its_code() -> None:
    documented = re.findall(r"^\| `(\w+)` \| ([\d-]*) *\|", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    assert documented == [(kind.name, kind.loinc or "") for kind in section_kinds()]


# --- real notes ------------------------------------------------------------------------------------------------

# The 20 headers of MTS-Dialog (its README), and what they are here.
MTS_DIALOG = {
    "FAM/SOCHX": ("family history/social history", "family_and_social_history"),
    "GENHX": ("history of present illness", "history_of_present_illness"),
    "PASTMEDICALHX": ("past medical history", "past_medical_history"),
    "CC": ("chief complaint", "chief_complaint"),
    "PASTSURGICAL": ("past surgical history", "past_surgical_history"),
    "ALLERGY": ("allergy", "allergies"),
    "ROS": ("review of systems", "review_of_systems"),
    "MEDICATIONS": ("medications", "medications"),
    "ASSESSMENT": ("assessment", "assessment"),
    "EXAM": ("exam", "physical_examination"),
    "DIAGNOSIS": ("diagnosis", "diagnosis"),
    "DISPOSITION": ("disposition", "disposition"),
    "PLAN": ("plan", "plan"),
    "EDCOURSE": ("emergency department course", "emergency_department_course"),
    "IMMUNIZATIONS": ("immunizations", "immunizations"),
    "IMAGING": ("imaging", "imaging"),
    "GYNHX": ("gynecologic history", "gynecologic_history"),
    "PROCEDURES": ("procedures", "procedure"),
    "OTHER_HISTORY": ("other history", "other_history"),
    "LABS": ("labs", "laboratory"),
}


@pytest.mark.parametrize(("header", "name"), MTS_DIALOG.values(), ids=MTS_DIALOG)
def test_the_headers_of_mts_dialog_are_known(header: str, name: str) -> None:
    assert names(f"PLAN: Rest.\n\n{header.title()}: x")[-1] == name


def test_every_header_in_mts_dialog_is_one_of_them(corpora: Path) -> None:
    paths = sorted((corpora / "mts_dialog" / "Main-Dataset").glob("*.csv"))
    assert paths
    for path in paths:
        with path.open(encoding="utf-8", newline="") as rows:
            assert {row["section_header"] for row in csv.DictReader(rows)} <= MTS_DIALOG.keys()


def transcribed(corpora: Path) -> list[str]:
    return [path.read_text("utf-8", errors="replace") for path in sorted((corpora / "notes_mtsamples").glob("*.txt"))]


def test_nearly_every_transcribed_note_has_sections_and_the_frequent_headers_are_read(corpora: Path) -> None:
    texts = transcribed(corpora)
    assert sum(bool(find_sections(text)) for text in texts) > 0.95 * len(texts)
    frequent = {
        "PROCEDURE": "procedure", "ANESTHESIA": "anesthesia", "PREOPERATIVE DIAGNOSIS": "preoperative_diagnosis",
        "HISTORY OF PRESENT ILLNESS": "history_of_present_illness", "IMPRESSION": "impression",
        "PHYSICAL EXAMINATION": "physical_examination", "ALLERGIES": "allergies", "PLAN": "plan",
        "DESCRIPTION OF PROCEDURE": "procedure_description", "HX": "history", "FHX": "family_history",
        "LABORATORY DATA": "laboratory", "VITAL SIGNS": "vital_signs", "MEDS": "medications",
    }  # fmt: skip
    header = re.compile(rf"^({'|'.join(frequent)}):", re.MULTILINE)
    for text in texts:
        found = {section.start: section.name for section in find_sections(text)}
        for match in header.finditer(text):
            assert found[match.start()] == frequent[match[1]]


def test_case_reports_in_prose_have_none(corpora: Path) -> None:
    texts = [path.read_text("utf-8") for path in sorted((corpora / "maccrobat2020").glob("*.txt"))]
    assert len(texts) > 100
    assert sum(len(find_sections(text)) for text in texts) <= 1
