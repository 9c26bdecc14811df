"""The report as people and machines get it."""

import re
from xml.etree import ElementTree

import orjson

from tests.extract.evaluation.documents import ALL_LABELS, document, entity
from transforms.extract.evaluation.document import ConceptRelation, Relation
from transforms.extract.evaluation.figures import Measured, summarise
from transforms.extract.evaluation.measure import Unanswered
from transforms.extract.evaluation.report import Report, as_html, as_json, tables, whole_figures

TEXT = "Severe cough since Monday after lisinopril."
SEVERE = entity(TEXT, "Severe", "Severity")
COUGH = entity(TEXT, "cough", "Sign_symptom")
MONDAY = entity(TEXT, "Monday", "<b>Date</b>")
DRUG = entity(TEXT, "lisinopril", "Medication")
GOLD = document(
    TEXT,
    SEVERE,
    COUGH,
    MONDAY,
    DRUG,
    relations=(Relation(0, 1, "MODIFY"),),
    concepts=("", "D003371", "", "D017706"),
    concept_relations=(ConceptRelation("D017706", "D003371", "CID"),),
    note_class="radiology",
)
FOUND = document(TEXT, SEVERE, COUGH, relations=(Relation(0, 1, "MODIFY"),), note_class="radiology")


def measured() -> Measured:
    return summarise([(GOLD, FOUND), (GOLD, document(TEXT, COUGH))], [Unanswered("not_utf8", 4)], ALL_LABELS)


def report() -> Report:
    return Report("1.2.3", "clinical_bert:1", "clinical", measured())


def test_the_json_holds_the_figures() -> None:
    content = orjson.loads(as_json(report()))

    assert (content["version"], content["model"], content["labels"]) == ("1.2.3", "clinical_bert:1", "clinical")
    assert (content["notes"], content["answered"], content["unanswered"]) == (3, 2, {"not_utf8": 1})
    assert content["entities"]["exact"]["types"]["Severity"]["recall"] == 0.5
    assert content["relations"]["overlap"]["all"]["right"] == 1
    assert content["unscored"]["entities"] == {"<b>Date</b>": 2}
    assert content["note_classes"]["all"]["recall"] == 0.5


def test_people_get_a_table_a_kind_of_finding_with_its_sum() -> None:
    by_name = {one.columns[0]: one for one in tables(measured())}

    assert list(by_name) == ["entity", "relation", "relation of concepts", "assertion", "note class"]
    for one in by_name.values():
        assert all(len(row) == len(one.columns) for row in one.rows)
    assert by_name["entity"].rows[-1][:4] == ("all", "6", "3", "3")
    assert by_name["relation of concepts"].rows[-1][:7] == ("all", "2", "0", "0", "–", "0.000", "0.000")
    lines = dict(whole_figures(measured()))
    assert lines["notes"] == "3 = 2 answered + 1 unanswered"
    assert lines["the model has no label for: entities"] == "2  (<b>Date</b> 2)"


def test_a_kind_that_nobody_annotated_has_no_table() -> None:
    alone = summarise([(document(TEXT, COUGH, assertions=()), FOUND)], [], ALL_LABELS)

    assert [one.columns[0] for one in tables(alone)] == ["entity"]


def test_the_page_loads_nothing_and_draws_every_type() -> None:
    page = as_html(report())

    drawn = [ElementTree.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", page, re.DOTALL)]
    names = [{text.text for text in svg.iter("text")} for svg in drawn]
    assert len(drawn) == 3
    assert {"Severity", "Sign_symptom", "Medication", "all"} <= names[0]
    assert {"MODIFY", "all"} <= names[1]
    assert {"CID", "all"} <= names[2]
    for loading in ("<script", "http", "src=", "@import", "url(", "<b>"):
        assert loading not in page
    for words in ("lisinopril", "Monday", "cough"):
        assert words not in page
