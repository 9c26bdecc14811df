"""brat files are read as their offsets say, and malformed ones are refused with the line's number."""

from pathlib import Path

import pytest

from transforms.extract.evaluation.brat import BratError, parse, read_document, read_folder
from transforms.extract.evaluation.document import Entity

TEXT = "Ms. Ä has no fever 🤒.\r\nLeft and right lungs were clear.\r\n"
ANNOTATIONS = """T1\tSign_symptom 13 18\tfever
E1\tSign_symptom:T1
A1\tPOLARITY E1 NEGATED
T2\tBiological_structure 23 27;38 43\tLeft lungs
T3\tBiological_structure 32 43\tright lungs
T4\tLab_value 49 54\tclear
R1\tMODIFY Arg1:T4 Arg2:T3
R2\tOVERLAP Arg1:E1 Arg2:T4
*\tOVERLAP T2 T3
#1\tAnnotatorNotes T1\ta note: with\ttabs
"""


def test_a_document_is_read_with_offsets_of_its_own_line_ends(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(TEXT.encode())
    (tmp_path / "a.ann").write_bytes(ANNOTATIONS.encode())

    document = read_document(tmp_path / "a.txt", tmp_path / "a.ann")

    assert [document.text[entity.start : entity.end] for entity in document.entities] == [
        "fever",
        "Left and right lungs",  # discontinuous: the covering span
        "right lungs",
        "clear",
    ]
    assert document.entities[0] == Entity(13, 18, "Sign_symptom")


def test_events_stand_for_their_triggers_and_only_r_lines_are_relations() -> None:
    document = parse("a", TEXT, ANNOTATIONS)

    assert [(relation.head, relation.tail, relation.type) for relation in document.relations] == [
        (3, 2, "MODIFY"),
        (0, 3, "OVERLAP"),
    ]
    assert [assertion.negated for assertion in document.assertions] == [True, False, False, False]


@pytest.mark.parametrize(
    "line", ["T1\tSign_symptom 13", "T1\tSign_symptom 13 999\tx", "T1\tSign_symptom a b\tx", "R1\tMODIFY", "T1"]
)
def test_a_malformed_line_is_named_and_not_quoted(line: str) -> None:
    with pytest.raises(BratError) as caught:
        parse("a", TEXT, f"T9\tSign_symptom 13 18\tfever\n{line}\n")

    assert str(caught.value) == "line 2 is malformed"


def test_a_folder_without_annotation_is_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_folder(tmp_path)
