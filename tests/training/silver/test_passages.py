"""Passages show why they are labelled so, and none of the properties is rare among them."""

from collections import Counter
from itertools import islice
from pathlib import Path

from training.pretraining_text import texts
from training.silver.context_rules import Property
from training.silver.mentions import Mentions, disease_ontology
from training.silver.passages import SOURCES, kinds_of, passages, silver
from transforms.extract.evaluation.document import Experiencer

NAMES = Mentions(["gout", "asthma", "fever", "rash", "stroke"])
NOTES = [
    "She has gout.",
    "Denies fever.",
    "Possible stroke.",
    "History of asthma.",
    "Return for rash.",
    "Mother had gout.",
    *(f"He has had gout and fever for {days} days." for days in range(40)),
]


def test_each_property_is_chosen_before_more_of_what_is_common() -> None:
    chosen = silver(NOTES, NAMES, 8, seed=3)
    held = Counter(kind for passage in chosen for its in passage.assertions for kind in kinds_of(its))
    assert len(chosen) == 8
    assert all(held[of] for of in Property)
    assert silver(NOTES, NAMES, 8, seed=3) == chosen
    assert silver(NOTES[:3], NAMES, 8, seed=3)


def test_a_passage_is_not_labelled_by_a_heading_that_it_does_not_show() -> None:
    note = "FAMILY HISTORY: Stroke. " + "The house is by the sea and is known for its long stairs. " * 12 + "Also gout."
    first, *_, last = passages("note", note, NAMES)
    assert first.assertions[0].experiencer is Experiencer.OTHER
    assert last.text.endswith("Also gout.")
    assert last.assertions[-1].experiencer is None


def test_the_name_of_a_vaccine_is_no_finding() -> None:
    assert [passage.entities for passage in passages("note", "Got gout vaccine.", NAMES)] == []


def test_passages_of_notes_stand_in_them(corpora: Path) -> None:
    mentions = Mentions(disease_ontology(corpora / "terminology" / "doid_xref.tsv"))
    notes = list(islice(texts(corpora, 20_000, 1, SOURCES[:1]), 40))
    found = [(note, passage) for note in notes for passage in passages("note", note, mentions)]
    assert len(found) > 20
    for note, passage in found:
        assert passage.text in note
        assert len(passage.assertions) == len(passage.entities)
        names = [" ".join(passage.text[entity.start : entity.end].lower().split()) for entity in passage.entities]
        assert set(names) <= set(mentions.names)
