"""The weights that are served, on texts as they come: exact offsets, and answers that depend on nothing but the text."""

import random
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest

from model_repo.clinical_bert.clinical_bert import ClinicalBert, Findings

MODEL = Path(__file__).parents[2] / "model_repo" / "clinical_bert"
CASE = (
    "A 58-year-old woman presented with severe chest pain and a fever of 39.2 °C.\n"
    "Blood pressure was 150/90 mmHg. A CT scan of the abdomen showed a 3 cm mass in the left kidney.\n"
    "She was treated with aspirin 100 mg daily and was discharged on June 3.\n"
)
AWKWARD = {
    "emoji": "👩‍⚕️🤒 " + CASE.replace("fever", "fever 🤒🏽"),
    "combining": CASE.replace("presented", "pre\u0301sente\u0301d").replace("pain", "pai\u0303n"),
    "crlf": CASE.replace("\n", "\r\n"),
    "dotted i": "İİİ İstanbul. " + CASE,
    "controls": "\x00\x07\x1b " + CASE.replace(" ", "\u00a0"),
    "zero width": CASE.replace(" ", " \u200b\ufeff"),
    "no line ends": CASE.replace("\n", " ") * 6,
    "a short line each": CASE.replace(" ", "\n"),
}


def _findings(bert: ClinicalBert, text: str) -> Findings:
    (found,) = bert.find([text], "clinical")
    assert not isinstance(found, Exception)
    return found


def _words(bert: ClinicalBert, text: str) -> list[tuple[str, str]]:
    return [(text[entity["start"] : entity["end"]], entity["type"]) for entity in _findings(bert, text)["entities"]]


def test_a_case_report_is_understood(bert: ClinicalBert) -> None:
    found = _words(bert, CASE)

    for expected in (
        ("58-year-old", "Age"),
        ("woman", "Sex"),
        ("severe", "Severity"),
        ("fever", "Sign_symptom"),
        ("Blood pressure", "Diagnostic_procedure"),
        ("left kidney", "Biological_structure"),
        ("aspirin", "Medication"),
    ):
        assert expected in found


@pytest.mark.parametrize("name", AWKWARD)
def test_every_entity_lies_exactly_in_the_text(bert: ClinicalBert, name: str) -> None:
    text = AWKWARD[name]
    entities = _findings(bert, text)["entities"]

    assert len(entities) >= 5
    types = set(bert.label_sets["clinical"].entities)
    for entity in entities:
        words = text[entity["start"] : entity["end"]]
        assert words
        assert words == words.strip()
        assert not unicodedata.combining((text + " ")[entity["end"]])
        assert entity["type"] in types
        assert 0.0 < entity["score"] <= 1.0
    places = [(entity["start"], entity["end"]) for entity in entities]
    assert all(before[1] <= after[0] for before, after in pairwise(places))


def test_characters_outside_the_basic_plane_count_one(bert: ClinicalBert) -> None:
    plain, shifted = _findings(bert, CASE)["entities"], _findings(bert, "🤒" + CASE)["entities"]
    women = [[e["start"] for e in found if e["type"] == "Sex"] for found in (plain, shifted)]

    assert women[1] == [start + 1 for start in women[0]]


def test_a_note_alone_and_among_others_has_the_same_findings(bert: ClinicalBert) -> None:
    texts = [CASE, *AWKWARD.values(), "", CASE * 5]
    alone = [_findings(bert, text) for text in texts]
    order = list(range(len(texts)))
    random.Random(1).shuffle(order)

    among = bert.find([texts[at] for at in order], "clinical")

    assert among == [alone[at] for at in order]


@pytest.mark.parametrize("text", ["", " ", "\n\n\t\r\n", "\u200b", "\x00"], ids=ascii)
def test_a_text_without_words_has_no_entities(bert: ClinicalBert, text: str) -> None:
    assert _findings(bert, text) == {"entities": [], "relations": [], "classes": [], "model": "clinical_bert:5"}


def test_a_text_that_fails_does_not_fail_its_neighbours(bert: ClinicalBert) -> None:
    good, bad, again = bert.find([CASE, "Mr Canary \ud800", CASE], "clinical")

    assert isinstance(bad, ValueError)
    assert "Canary" not in str(bad)
    assert good == again == _findings(bert, CASE)


def _said(bert: ClinicalBert, text: str, word: str) -> dict[str, object]:
    """What is said of the finding that holds a word."""
    (found,) = (e for e in _findings(bert, text)["entities"] if word in text[e["start"] : e["end"]])
    return {name: found[name] for name in ("negated", "uncertain", "historical", "experiencer")}  # type: ignore[literal-required]


def test_what_is_said_of_a_finding_is_told_with_it(bert: ClinicalBert) -> None:
    affirmed = {"negated": False, "uncertain": False, "historical": False, "experiencer": "patient"}

    assert _said(bert, "The patient presented with severe chest pain.", "pain") == affirmed
    assert _said(bert, "He denies any chest pain.", "pain") == affirmed | {"negated": True}
    assert _said(bert, "There was no fever on admission.", "fever") == affirmed | {"negated": True}
    assert _said(bert, "The scan shows possible pneumonia.", "pneumonia") == affirmed | {"uncertain": True}
    assert _said(bert, "Her mother had breast cancer.", "cancer")["experiencer"] == "other"


def test_relations_join_what_belongs_together(bert: ClinicalBert) -> None:
    text = "She had severe headache and was given aspirin 100 mg daily."
    findings = _findings(bert, text)

    words = [text[entity["start"] : entity["end"]] for entity in findings["entities"]]
    told = [(words[one["head"]], one["type"], words[one["tail"]]) for one in findings["relations"]]
    assert ("severe", "MODIFY", "headache") in told
    assert any(head.startswith("100") and tail == "aspirin" for head, _, tail in told)


def test_a_chemical_induces_a_disease(bert: ClinicalBert) -> None:
    text = "Lidocaine-induced cardiac asystole. Lidocaine was given, and asystole followed."
    (findings,) = bert.find([text], "biomedical")
    assert not isinstance(findings, Exception)

    assert {entity["type"] for entity in findings["entities"]} == {"Chemical", "Disease"}
    assert {relation["type"] for relation in findings["relations"]} == {"CID"}
    assert findings["classes"] == []


def test_a_note_has_a_class(bert: ClinicalBert) -> None:
    text = (
        "PREOPERATIVE DIAGNOSIS: Cataract.\nPOSTOPERATIVE DIAGNOSIS: Cataract.\nPROCEDURE: Phacoemulsification.\n"
        "The patient was prepped and draped in the usual sterile fashion. An incision was made.\n"
    )
    classes = _findings(bert, text)["classes"]

    assert classes[0]["name"] == "operative_report"
    assert sum(one["score"] for one in classes) == pytest.approx(1.0, abs=0.01)


def test_a_long_note_is_read_alike_from_its_beginning_to_its_end(bert: ClinicalBert) -> None:
    copies = 60
    entities = _findings(bert, CASE * copies)["entities"]

    for word, entity_type in (("58-year-old", "Age"), ("fever", "Sign_symptom"), ("aspirin", "Medication")):
        found = {entity["start"] for entity in entities if entity["type"] == entity_type}
        written = {at * len(CASE) + CASE.index(word) for at in range(copies)}
        assert len(written & found) >= 0.95 * copies


def test_an_unknown_label_set_is_refused(bert: ClinicalBert) -> None:
    with pytest.raises(KeyError):
        bert.find([CASE], "veterinary")


def test_the_label_sets_are_those_of_the_file(bert: ClinicalBert) -> None:
    assert list(bert.label_sets) == ["clinical", "biomedical"]
    assert {"Sign_symptom", "Disease_disorder", "Medication", "Dosage", "Lab_value"} <= set(
        bert.label_sets["clinical"].entities
    )
