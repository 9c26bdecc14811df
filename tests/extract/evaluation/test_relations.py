"""Relations end to end, worked by hand: a wrong argument is a wrong relation, and some have no direction."""

from dataclasses import replace
from operator import eq

from tests.extract.evaluation.documents import document, entity
from transforms.extract.evaluation.document import ConceptRelation, Document, Entity, Relation
from transforms.extract.evaluation.matching import overlap
from transforms.extract.evaluation.relations import concept_relations, links, overlapping

TEXT = "Severe cough with fever after lisinopril, and Lisinopril was stopped."
SEVERE = entity(TEXT, "Severe", "Severity")
COUGH = entity(TEXT, "cough", "Sign_symptom")
SEVERE_COUGH = entity(TEXT, "Severe cough", "Sign_symptom")
FEVER = entity(TEXT, "fever", "Sign_symptom")
DRUG = entity(TEXT, "lisinopril", "Medication")
SAME_DRUG = entity(TEXT, "Lisinopril", "Medication")


def related(head: Entity, tail: Entity, relation_type: str) -> Document:
    first, second = sorted((head, tail))
    return document(TEXT, first, second, relations=(Relation(int(head > tail), int(tail > head), relation_type),))


def test_a_relation_is_its_type_and_both_arguments_in_their_direction() -> None:
    gold = links(related(SEVERE, COUGH, "MODIFY"))

    assert gold == links(related(SEVERE, COUGH, "MODIFY"))
    assert gold != links(related(COUGH, SEVERE, "MODIFY"))
    assert gold != links(related(SEVERE, COUGH, "CAUSE"))
    assert gold != links(related(SEVERE, SEVERE_COUGH, "MODIFY"))


def test_sharing_time_and_meaning_the_same_have_no_direction() -> None:
    for relation_type in ("OVERLAP", "IDENTICAL"):
        assert links(related(COUGH, FEVER, relation_type)) == links(related(FEVER, COUGH, relation_type))


def test_overlapping_arguments_are_enough_where_both_are_of_their_types() -> None:
    (gold,) = links(related(COUGH, FEVER, "CAUSE"))

    assert overlapping(gold, *links(related(SEVERE_COUGH, FEVER, "CAUSE")))
    assert not overlapping(gold, *links(related(FEVER, SEVERE_COUGH, "CAUSE")))
    assert not overlapping(gold, *links(related(SEVERE_COUGH, DRUG, "CAUSE")))
    assert not overlapping(gold, *links(related(SEVERE_COUGH, FEVER, "BEFORE")))


def test_without_direction_overlapping_arguments_may_stand_the_other_way_round() -> None:
    whole = Entity(0, FEVER.end, "Sign_symptom")
    (gold,) = links(related(COUGH, FEVER, "OVERLAP"))

    assert overlapping(gold, *links(related(whole, COUGH, "OVERLAP")))


def test_a_found_relation_says_what_its_arguments_mean_in_the_gold() -> None:
    gold = document(TEXT, COUGH, DRUG, SAME_DRUG, concepts=("D003371", "D017706", "D017706"))
    found = document(
        TEXT,
        SEVERE_COUGH,
        DRUG,
        SAME_DRUG,
        relations=(Relation(1, 0, "CID"), Relation(2, 0, "CID")),
    )

    assert set(concept_relations(gold, found, overlap)) == {ConceptRelation("D017706", "D003371", "CID")}
    assert set(concept_relations(gold, found, eq)) == {ConceptRelation("D017706", "no concept: severe cough", "CID")}


def test_what_is_no_concept_is_wrong_once_however_often_it_is_written() -> None:
    gold = document(TEXT, COUGH, concepts=("D003371",))
    found = document(TEXT, COUGH, DRUG, SAME_DRUG, relations=(Relation(1, 0, "CID"), Relation(2, 0, "CID")))

    assert set(concept_relations(gold, found, eq)) == {ConceptRelation("no concept: lisinopril", "D003371", "CID")}


def test_a_mention_of_two_concepts_means_what_the_gold_relates_or_is_wrong_once() -> None:
    gold = document(
        TEXT, SEVERE_COUGH, DRUG, concepts=("D1|D2", "D3"), concept_relations=(ConceptRelation("D3", "D2", "CID"),)
    )
    found = document(TEXT, SEVERE_COUGH, DRUG, relations=(Relation(1, 0, "CID"),))

    assert set(concept_relations(gold, found, eq)) == {ConceptRelation("D3", "D2", "CID")}
    assert set(concept_relations(replace(gold, concept_relations=()), found, eq)) == {
        ConceptRelation("D3", "D1|D2", "CID")
    }
