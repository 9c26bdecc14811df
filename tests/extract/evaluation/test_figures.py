"""The figures of an evaluation: worked by hand, and what must hold of any gold and any findings."""

from dataclasses import asdict, replace
from operator import eq
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.extract.evaluation.documents import ALL_LABELS, document, documents, entity
from transforms.extract.evaluation.document import ConceptRelation, Document, Relation
from transforms.extract.evaluation.figures import Compared, summarise
from transforms.extract.evaluation.measure import Unanswered
from transforms.extract.evaluation.relations import concept_relations

TEXT = "Severe cough since Monday after lisinopril."
SEVERE = entity(TEXT, "Severe", "Severity")
COUGH = entity(TEXT, "cough", "Sign_symptom")
SEVERE_COUGH = entity(TEXT, "Severe cough", "Sign_symptom")
MONDAY = entity(TEXT, "Monday", "Date")
DRUG = entity(TEXT, "lisinopril", "Medication")


def counts(compared: Compared | None) -> list[tuple[int, int, int]]:
    assert compared is not None
    return [(one.all.right, one.all.found, one.all.gold) for one in (compared.exact, compared.overlap)]


def test_guidelines_that_differ_in_the_edge_agree_by_overlap() -> None:
    gold = document(TEXT, COUGH, DRUG, relations=(Relation(1, 0, "CID"),))
    found = document(TEXT, SEVERE_COUGH, DRUG, relations=(Relation(1, 0, "CID"),))

    measured = summarise([(gold, found)], [], ALL_LABELS)

    assert counts(measured.entities) == [(1, 2, 2), (2, 2, 2)]
    assert counts(measured.relations) == [(0, 1, 1), (1, 1, 1)]
    assert measured.entities.exact.types["Sign_symptom"].f1 == 0.0
    assert measured.entities.exact.macro_f1 == 0.5


def test_gold_that_the_model_has_no_label_for_is_neither_missed_nor_right() -> None:
    gold = document(
        TEXT,
        COUGH,
        MONDAY,
        relations=(Relation(0, 1, "BEFORE"), Relation(0, 1, "OVERLAP")),
        concept_relations=(ConceptRelation("D1", "D2", "AFTER"),),
        note_class="nursing",
    )
    found = document(TEXT, COUGH)

    measured = summarise([(gold, found)], [], ALL_LABELS)

    assert counts(measured.entities) == [(1, 1, 1), (1, 1, 1)]
    assert measured.unscored.entities == {"Date": 1}
    assert (measured.unscored.relations, measured.unscored.relation_arguments) == ({"BEFORE": 1}, {"OVERLAP": 1})
    assert (measured.unscored.concept_relations, measured.unscored.note_classes) == ({"AFTER": 1}, {"nursing": 1})
    assert counts(measured.relations) == [(0, 0, 0), (0, 0, 0)]
    assert (measured.reached, measured.gold_entities) == (1, 2)
    assert measured.any_type.recall == 0.5


def test_what_a_server_found_it_can_find_whatever_the_model_here_can() -> None:
    measured = summarise([(document(TEXT, MONDAY), document(TEXT, MONDAY))], [], ALL_LABELS)

    assert counts(measured.entities)[0] == (1, 1, 1)
    assert measured.unscored.entities == {}


def test_a_type_that_the_gold_never_uses_counts_as_wrong_and_is_told() -> None:
    measured = summarise([(document(TEXT, COUGH), document(TEXT, SEVERE, COUGH))], [], ALL_LABELS)

    assert measured.entities.exact.all.precision == 0.5
    assert measured.never_gold == {"Severity": 1}


def test_what_the_gold_does_not_annotate_is_not_scored() -> None:
    found = document(TEXT, COUGH, DRUG, relations=(Relation(1, 0, "CID"),), note_class="radiology")
    measured = summarise([(document(TEXT, COUGH, DRUG, assertions=()), found)], [], ALL_LABELS)

    assert (measured.relations, measured.concept_relations, measured.note_classes) == (None, None, None)
    assert measured.assertions == {}


def test_relations_of_concepts_are_counted_by_what_their_arguments_mean() -> None:
    gold = document(
        TEXT,
        COUGH,
        DRUG,
        concepts=("D003371", "D017706"),
        concept_relations=(ConceptRelation("D017706", "D003371", "CID"),),
    )
    found = document(TEXT, SEVERE_COUGH, DRUG, relations=(Relation(1, 0, "CID"),))

    measured = summarise([(gold, found)], [], ALL_LABELS)

    assert measured.relations is None
    assert counts(measured.concept_relations) == [(0, 1, 1), (1, 1, 1)]


def test_each_type_of_relation_is_scored_where_the_gold_has_it() -> None:
    gold = document(
        TEXT,
        SEVERE,
        COUGH,
        DRUG,
        relations=(Relation(0, 1, "MODIFY"),),
        concepts=("", "D003371", "D017706"),
        concept_relations=(ConceptRelation("D017706", "D003371", "CID"),),
    )
    found = document(TEXT, SEVERE, COUGH, DRUG, relations=(Relation(0, 1, "MODIFY"), Relation(2, 1, "CID")))

    measured = summarise([(gold, found)], [], ALL_LABELS)

    assert counts(measured.relations) == [(1, 1, 1), (1, 1, 1)]
    assert counts(measured.concept_relations) == [(1, 1, 1), (1, 1, 1)]


def test_the_class_of_a_note_is_right_or_wrong() -> None:
    gold = [document(TEXT, note_class=name) for name in ("radiology", "radiology", "discharge", "nursing")]
    found = [document(TEXT, note_class=name) for name in ("radiology", "discharge", None, "discharge")]

    classes = summarise(list(zip(gold, found, strict=True)), [], ALL_LABELS).note_classes

    assert classes is not None
    assert classes.all.recall == pytest.approx(1 / 3)  # the fourth has a class that the model does not
    assert classes.types["radiology"].f1 == pytest.approx(2 / 3)
    assert classes.macro_f1 == pytest.approx((2 / 3 + 0) / 2)


def test_notes_without_an_answer_are_told_and_count_in_nothing() -> None:
    pair = (document(TEXT, COUGH), document(TEXT, COUGH))

    measured = summarise([pair], [Unanswered("not_utf8", 3), Unanswered("not_utf8", 1)], ALL_LABELS)

    assert (measured.notes, measured.answered, measured.unanswered) == (3, 1, {"not_utf8": 2})
    assert measured.unanswered_entities == 4
    assert measured.entities.exact.all.recall == 1.0


def all_figures(found: object) -> list[dict[str, object]]:
    """Every set of counts, wherever it stands."""
    if not isinstance(found, dict):
        return []
    inner = [figure for value in found.values() for figure in all_figures(value)]
    return [found, *inner] if "f1" in found else inner


@given(st.lists(documents(), max_size=4))
def test_what_is_found_just_as_it_is_gold_is_perfect_everywhere(gold: list[Document]) -> None:
    with_concepts = [
        replace(
            one,
            relations=tuple(relation for relation in one.relations if relation.type != "CID"),
            concept_relations=tuple({said for said in concept_relations(one, one, eq) if said.type == "CID"}),
        )
        for one in gold
    ]

    measured = summarise(list(zip(with_concepts, gold, strict=True)), [], ALL_LABELS)

    for figure in all_figures(asdict(measured)):
        assert figure["f1"] in (1.0, None)
        assert figure["right"] == figure["gold"] == figure["found"]
        assert figure["low"] == figure["high"]
    assert measured.reached == measured.gold_entities
    assert measured.never_gold == {}


@given(st.lists(documents(), max_size=4))
def test_nothing_found_or_nothing_gold_is_nothing_right(some: list[Document]) -> None:
    empty = [document(one.text) for one in some]

    for pairs in (zip(some, empty, strict=True), zip(empty, some, strict=True)):
        for figure in all_figures(asdict(summarise(list(pairs), [], ALL_LABELS))):
            assert figure["right"] == 0
            assert figure["f1"] in (0.0, None)


@given(st.lists(st.tuples(documents(), documents()), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_notes_does_not_matter(pairs: list[tuple[Document, Document]], random: Random) -> None:
    shuffled = pairs.copy()
    random.shuffle(shuffled)

    assert summarise(shuffled, [], ALL_LABELS) == summarise(pairs, [], ALL_LABELS)


@given(st.lists(st.tuples(documents(), documents()), max_size=4))
def test_counts_fit_each_other(pairs: list[tuple[Document, Document]]) -> None:
    measured = summarise(pairs, [], ALL_LABELS)

    for figure in all_figures(asdict(measured)):
        assert figure["right"] <= min(figure["gold"], figure["found"])
    for compared in filter(None, (measured.entities, measured.relations)):
        for name, exact in compared.exact.types.items():
            overlapping = compared.overlap.types[name]
            assert (exact.gold, exact.found) == (overlapping.gold, overlapping.found)
            assert exact.right <= overlapping.right
