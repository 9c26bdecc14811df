"""Strict scores: span and type, by type and over all."""

import pytest

from transforms.extract.evaluation.score import evaluate

GOLD = [[(0, 5, "Sign_symptom"), (6, 9, "Severity")], [(3, 7, "Sign_symptom")]]


def test_only_an_exact_span_of_the_right_type_counts() -> None:
    found = [
        [(0, 5, "Sign_symptom"), (6, 10, "Severity")],  # the second is one character too long
        [(3, 7, "Severity")],  # the right span, the wrong type
    ]
    result = evaluate(GOLD, found)

    assert (result.micro.right, result.micro.found, result.micro.gold) == (1, 3, 3)
    assert result.micro.f1 == pytest.approx(1 / 3)
    assert result.types["Sign_symptom"].precision == 1.0
    assert result.types["Sign_symptom"].recall == 0.5
    assert result.types["Severity"].f1 == 0.0
    assert result.macro_f1 == pytest.approx((2 / 3 + 0) / 2)


def test_the_same_span_in_another_text_does_not_count() -> None:
    assert evaluate([[(0, 1, "A")], []], [[], [(0, 1, "A")]]).micro.f1 == 0.0


def test_an_entity_found_twice_counts_once() -> None:
    assert evaluate([[(0, 1, "A")]], [[(0, 1, "A"), (0, 1, "A")]]).micro.precision == 1.0


def test_a_type_that_is_found_but_never_gold_lowers_precision_and_not_the_macro_mean() -> None:
    result = evaluate([[(0, 1, "A")]], [[(0, 1, "A"), (2, 3, "B")]])

    assert result.micro.precision == 0.5
    assert result.macro_f1 == 1.0


def test_nothing_found_in_nothing_is_no_division_by_zero() -> None:
    assert evaluate([[]], [[]]).micro.f1 == 0.0


def test_answers_must_match_the_texts() -> None:
    with pytest.raises(ValueError):
        evaluate(GOLD, GOLD[:1])


def test_the_table_has_a_row_a_type_and_the_sum() -> None:
    table = evaluate(GOLD, GOLD).table()

    assert "| Sign_symptom | 2 | 1.000 | 1.000 | 1.000 |" in table
    assert table.splitlines()[-1] == "| **all (micro)** | 3 | 1.000 | 1.000 | 1.000 |"


def test_the_interval_is_of_documents_and_holds_the_figure() -> None:
    alike = evaluate([[(0, 1, "A"), (2, 3, "A")]] * 20, [[(0, 1, "A"), (5, 6, "A")]] * 20)
    apart = evaluate([[(0, 1, "A")]] * 20, [[(0, 1, "A")], [(5, 6, "A")]] * 10)

    assert alike.interval() == (0.5, 0.5)  # every document says the same
    low, high = apart.interval("A") or (1.0, 0.0)
    assert low < apart.micro.f1 == 0.5 < high
    assert 0.2 < low < 0.4
    assert apart.interval() == apart.interval("A")


def test_what_stands_in_one_document_alone_has_no_interval() -> None:
    result = evaluate([[(0, 1, "A")], [(0, 1, "B")], []], [[], [(0, 1, "B")], []])

    assert result.interval("A") is None
    assert result.interval() is not None
    assert evaluate([], []).interval() is None
