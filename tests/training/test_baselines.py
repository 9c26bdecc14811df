"""Baselines do what their names say: they are not there to be beaten easily."""

import pytest

pytest.importorskip("sklearn")
pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("onnx")

from training.baselines import NearestPair, note_class_accuracy
from transforms.extract.evaluation.document import Document, Entity, Relation


def _document(text: str, *relations: tuple[str, str, str]) -> Document:
    """Words in capitals are drugs, those with an accent are doses."""
    entities, start = [], 0
    for word in text.split(" "):
        if word.isupper():
            entities.append(Entity(start, start + len(word), "Medication"))
        elif not word.isascii():
            entities.append(Entity(start, start + len(word), "Dosage"))
        start += len(word) + 1
    words = [text[entity.start : entity.end] for entity in entities]
    return Document(
        text,
        text,
        tuple(entities),
        tuple(Relation(words.index(head), words.index(tail), name) for head, name, tail in relations),
    )


def test_the_nearest_of_a_type_is_related_where_that_was_mostly_right() -> None:
    nearest = NearestPair(
        [
            _document("ASPIRIN óne then HEPARIN twó", ("óne", "MODIFY", "ASPIRIN"), ("twó", "MODIFY", "HEPARIN")),
            _document("thrée of INSULIN", ("thrée", "MODIFY", "INSULIN")),
            _document("fóur or WARFARIN"),
        ]
    )

    found = nearest.relations(_document("MORPHINE fíve with much else and síx of CODEINE"))

    words = [found.text[entity.start : entity.end] for entity in found.entities]
    told = [(words[one.head], one.type, words[one.tail]) for one in found.relations]
    assert told == [("fíve", "MODIFY", "MORPHINE"), ("síx", "MODIFY", "CODEINE")]


def test_note_classes_are_told_by_their_words() -> None:
    def notes(number: int) -> list[Document]:
        letters = [Document(f"l{at}", f"Dear doctor, case {at}.", note_class="letter") for at in range(number)]
        return letters + [
            Document(f"r{at}", f"Findings: normal, case {at}.", note_class="report") for at in range(number)
        ]

    assert note_class_accuracy(notes(10), notes(3)) == 1.0
    assert note_class_accuracy(notes(10), [Document("x", "Dear doctor", note_class="report")]) == 0.0
