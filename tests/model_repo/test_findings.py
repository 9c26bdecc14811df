"""The weights that are served, on texts as they come: exact offsets, and answers that depend on nothing but the text."""

import random
import unicodedata
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from model_repo.clinical_bert.clinical_bert import ClinicalBert, Findings, read_label_sets
from model_repo.clinical_bert.decoding import OUTSIDE, begin, tags
from model_repo.clinical_bert.tokens import TextTokenizer

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
    assert _findings(bert, text) == {"entities": [], "relations": [], "classes": [], "model": "clinical_bert:1"}


def test_a_text_that_fails_does_not_fail_its_neighbours(bert: ClinicalBert) -> None:
    good, bad, again = bert.find([CASE, "Mr Canary \ud800", CASE], "clinical")

    assert isinstance(bad, ValueError)
    assert "Canary" not in str(bad)
    assert good == again == _findings(bert, CASE)


def test_every_entity_says_what_is_not_known_yet(bert: ClinicalBert) -> None:
    for entity in _findings(bert, CASE)["entities"]:
        said = [entity["negated"], entity["uncertain"], entity["historical"], entity["hypothetical"]]
        assert said == [False] * 4
        assert entity["experiencer"] == "patient"


def test_a_long_note_is_read_alike_from_its_beginning_to_its_end(bert: ClinicalBert) -> None:
    copies = 60
    entities = _findings(bert, CASE * copies)["entities"]

    sexes = {entity["start"] for entity in entities if entity["type"] == "Sex"}
    women = {at * len(CASE) + CASE.index("woman") for at in range(copies)}
    assert len(women & sexes) >= 0.95 * copies


class MarkingEngine:
    """In place of the encoder: finds an entity of the first type in one token (``woman``), and counts what it reads."""

    def __init__(self, marked: int, columns: int) -> None:
        self.marked, self.columns = marked, columns
        self.lengths: list[int] = []

    def logits(self, ids: NDArray[np.int64], head: str) -> NDArray[np.float32]:
        assert head == "clinical"
        self.lengths.append(len(ids))
        scores = np.zeros((len(ids), self.columns), dtype=np.float32)
        scores[:, OUTSIDE] = 5.0
        scores[ids == self.marked, begin(0)] = 9.0
        return scores


def test_fifty_thousand_tokens_are_read_once_and_little_more(tokenizer: TextTokenizer) -> None:
    (woman,) = tokenizer.tokens("woman").ids.tolist()
    copies = 800
    text = CASE * copies
    types = read_label_sets(MODEL / "labels.json")["clinical"].entities
    engine = MarkingEngine(woman, len(tags(types)))

    entities = _findings(ClinicalBert(MODEL, engine=engine), text)["entities"]

    total = len(tokenizer.tokens(text))
    assert total > 50_000
    assert max(engine.lengths) <= 256
    assert sum(engine.lengths) <= 1.35 * total
    assert [entity["start"] for entity in entities] == [at * len(CASE) + CASE.index("woman") for at in range(copies)]


def test_an_unknown_label_set_is_refused(bert: ClinicalBert) -> None:
    with pytest.raises(KeyError):
        bert.find([CASE], "veterinary")


def test_the_label_sets_are_those_of_the_file(bert: ClinicalBert) -> None:
    assert list(bert.label_sets) == ["clinical"]
    assert {"Sign_symptom", "Disease_disorder", "Medication", "Dosage", "Lab_value"} <= set(
        bert.label_sets["clinical"].entities
    )
