"""Gold as hospitals and corpora have it: one visit in three formats gives the same findings, and a fault has its place."""

import gzip
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given

from tests.extract.evaluation.documents import documents
from transforms.errors import ChartstreamError
from transforms.extract.evaluation import json_lines
from transforms.extract.evaluation.document import ConceptRelation, Document, Experiencer
from transforms.extract.evaluation.reading import read_gold

GOLD = Path(__file__).parent / "gold"
VISIT = [
    ("Medication", "Nitrofurantoin"),
    ("Disease_disorder", "pulmonary fibrosis"),
    ("Age", "71-year-old"),
    ("Medication", "nitrofurantoin"),
    ("Disease_disorder", "cystitis"),
    ("Detailed_description", "dry"),
    ("Sign_symptom", "cough"),
    ("Sign_symptom", "fever"),
    ("Disease_disorder", "asthma"),
    ("Biological_structure", "Chest"),
    ("Diagnostic_procedure", "CT"),
    ("Disease_disorder", "pulmonary fibrosis"),
    ("Biological_structure", "lungs"),
    ("Sign_symptom", "cough"),
    ("Medication", "nitrofurantoin"),
]


def relations(document: Document) -> list[tuple[str, str, str]]:
    def words(number: int) -> str:
        entity = document.entities[number]
        return document.text[entity.start : entity.end]

    return [(words(one.head), one.type, words(one.tail)) for one in document.relations]


@pytest.mark.parametrize("file", ["visit.jsonl", "visit.txt", "visit.ann", "abstracts.txt"])
def test_every_format_gives_the_same_entities(file: str) -> None:
    (document,) = read_gold([GOLD / file])

    assert [(one.type, document.text[one.start : one.end]) for one in document.entities] == VISIT


@pytest.mark.parametrize("file", ["visit.jsonl", "visit.txt"])
def test_relations_hold_between_the_same_entities(file: str) -> None:
    (document,) = read_gold([GOLD / file])

    assert relations(document) == [
        ("dry", "MODIFY", "cough"),
        ("Chest", "MODIFY", "CT"),
        ("lungs", "MODIFY", "pulmonary fibrosis"),
        ("cough", "IDENTICAL", "cough"),
    ]


def test_json_lines_say_who_judged_what() -> None:
    (document,) = read_gold([GOLD / "visit.jsonl"])
    said = dict(zip([words for _, words in VISIT], document.assertions, strict=True))

    assert [words for words, one in said.items() if one.negated] == ["fever"]
    assert [words for words, one in said.items() if one.experiencer is Experiencer.OTHER] == ["asthma"]
    assert said["CT"].negated is None
    assert {one.historical for one in said.values()} == {None}
    assert document.note_class == "case report"


def test_pubtator_relates_concepts_packed_or_not(tmp_path: Path) -> None:
    (tmp_path / "set.PubTator.txt.gz").write_bytes(gzip.compress((GOLD / "abstracts.txt").read_bytes()))

    assert read_gold([tmp_path]) == read_gold([GOLD / "abstracts.txt"])
    assert read_gold([tmp_path])[0].concept_relations == (
        ConceptRelation("D009582", "D011658", "CID"),
        ConceptRelation("D009582", "D003371", "CID"),
    )


def test_a_folder_is_read_with_all_below_it_and_each_file_once(tmp_path: Path) -> None:
    shutil.copytree(GOLD, tmp_path / "set" / "wards")
    (tmp_path / "set" / "annotation.conf").write_text("[entities]\nAge\n")

    assert [document.name for document in read_gold([tmp_path / "set"])] == ["100", "visit", "wards/visit"]


@given(documents())
def test_an_answer_that_was_corrected_is_read_as_it_stands(document: Document) -> None:
    entities = [
        {
            "start": entity.start,
            "end": entity.end,
            "type": entity.type,
            "score": 0.5,
            "negated": said.negated,
            "uncertain": said.uncertain,
            "historical": said.historical,
            "hypothetical": said.hypothetical,
            "experiencer": said.experiencer,
        }
        for entity, said in zip(document.entities, document.assertions, strict=True)
    ]
    row = {
        "note_id": "any",
        "text": document.text,
        "entities": entities,
        "relations": [
            {"head": one.head, "tail": one.tail, "type": one.type, "score": 1.0} for one in document.relations
        ],
        "classes": [{"name": "radiology", "score": 0.9}],
        "note_class": document.note_class,
    }

    (read,) = json_lines.read("\ufeff" + json.dumps(row) + "\n\n")

    assert (read.text, read.entities, read.relations) == (document.text, document.entities, document.relations)
    assert (read.assertions, read.note_class) == (document.assertions, document.note_class)


NOTE = '{"note_id": 1, "text": "Vega coughs", '


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.jsonl", '\n{"note_id": 1', "line 2: not JSON"),
        ("a.jsonl", NOTE + '"spans": []}', "line 1: entities must be a list"),
        ("a.jsonl", NOTE + '"entities": [[0, 4]]}', "line 1: entity 0: not an object with start, end and type"),
        (
            "a.jsonl",
            NOTE + '"entities": [{"start": 0, "end": 12, "type": "Age"}]}',
            "line 1: entity 0: start and end are no span of the text",
        ),
        (
            "a.jsonl",
            NOTE + '"entities": [{"start": 0, "end": 4, "type": "Age", "negated": "no"}]}',
            "line 1: entity 0: negated must be true or false",
        ),
        (
            "a.jsonl",
            NOTE + '"entities": [{"start": 0, "end": 4, "type": "Age", "experiencer": "Vega"}]}',
            "line 1: entity 0: experiencer must be patient or other",
        ),
        (
            "a.jsonl",
            NOTE + '"entities": [{"start": 0, "end": 4, "type": "Age"}], "relations": [{"head": 0, "tail": 1, "type": "X"}]}',
            "line 1: relation 0: head and tail must be places in entities, from 0",
        ),
        ("a.jsonl", NOTE + '"entities": [], "relations": ["Vega"]}', "line 1: relation 0: not an object"),
        ("a.jsonl", NOTE + '"entities": [], "note_class": 7}', "line 1: note_class must be a string"),
        ("a.txt", "Vega coughs", "neither an .ann beside the .txt, nor a PubTator title"),
        ("a.ann", "T1\tAge 0 4\tVega", "no .txt beside the .ann"),
        ("a.txt", "1|t|Vega coughs\n1|a|\n1\t0\t4\tNora\tAge\t-1\n", "line 3 is malformed"),
        ("a.txt.gz", "Vega coughs", "is not a whole gzip file"),
        ("a.csv", "Vega coughs", "no format that is known"),
    ],
)  # fmt: skip
def test_a_fault_has_its_file_and_line_and_no_text(tmp_path: Path, name: str, content: str, says: str) -> None:
    (tmp_path / "Vega").mkdir()
    (tmp_path / "Vega" / name).write_text(content, encoding="utf-8")

    with pytest.raises(ChartstreamError) as caught:
        read_gold([GOLD, tmp_path / "Vega" / name])

    assert str(caught.value).startswith(f"--gold 2: {says}")
    assert "Vega" not in str(caught.value)


@pytest.mark.parametrize(
    ("annotations", "says"),
    [
        ("T1\tAge 0 4\tVega\nT2\tSign_symptom 5", "line 2 is malformed"),
        ("T1\tSign_symptom 4 10\tcoughs", "line 1: its text is not what stands at its offsets"),  # offsets of another text
    ],
)  # fmt: skip
def test_brat_that_does_not_fit_its_text_is_refused(tmp_path: Path, annotations: str, says: str) -> None:
    (tmp_path / "vega.txt").write_text("Vega coughs")
    (tmp_path / "vega.ann").write_text(annotations)

    with pytest.raises(ChartstreamError, match=f"--gold 1, labelled file 2 by name: the .ann: {says}"):
        read_gold([tmp_path])


def test_all_of_maccrobat_fits_its_text(corpora: Path) -> None:
    documents_read = read_gold([corpora / "maccrobat2020"])

    assert len(documents_read) == 159
    assert all(document.entities for document in documents_read)
