"""What is said of a finding, worked by hand: only what people judged counts, on what the model reached."""

from dataclasses import replace

from tests.extract.evaluation.documents import PLAIN, document, entity
from transforms.extract.evaluation.assertions import judge
from transforms.extract.evaluation.document import Assertion, Experiencer
from transforms.extract.evaluation.score import Score

TEXT = "No fever, perhaps a dry cough. Mother: asthma."
FEVER, COUGH, ASTHMA = (entity(TEXT, words, "Sign_symptom") for words in ("fever", "cough", "asthma"))
DRY_COUGH = entity(TEXT, "dry cough", "Sign_symptom")
GOLD = document(
    TEXT,
    FEVER,
    COUGH,
    ASTHMA,
    assertions=(
        Assertion(negated=True, experiencer=Experiencer.PATIENT),
        Assertion(negated=False, uncertain=True),
        Assertion(negated=False, experiencer=Experiencer.OTHER),
    ),
)


def test_only_what_was_judged_and_reached_is_scored() -> None:
    found = document(
        TEXT, FEVER, DRY_COUGH, assertions=(replace(PLAIN, negated=True), replace(PLAIN, negated=True, uncertain=True))
    )

    result = judge(GOLD, found)

    assert (result.judged["negated"], result.reached["negated"]) == (3, 2)
    assert result.scores["negated"] == Score(right=1, found=2, gold=1)
    assert (result.judged["uncertain"], result.scores["uncertain"]) == (1, Score(1, 1, 1))
    assert (result.judged["historical"], result.scores["historical"]) == (0, Score())


def test_that_another_has_it_is_what_is_looked_for() -> None:
    found = document(TEXT, FEVER, ASTHMA, assertions=(PLAIN, replace(PLAIN, experiencer=Experiencer.OTHER)))

    result = judge(GOLD, found)

    assert (result.judged["experiencer"], result.reached["experiencer"]) == (2, 2)
    assert result.scores["experiencer"] == Score(1, 1, 1)
    assert judge(GOLD, document(TEXT, ASTHMA)).scores["experiencer"] == Score(right=0, found=0, gold=1)


def test_the_nearest_of_several_that_overlap_is_asked() -> None:
    whole = replace(entity(TEXT, "perhaps a dry cough", "Sign_symptom"))
    found = document(TEXT, whole, COUGH, assertions=(PLAIN, replace(PLAIN, uncertain=True)))

    assert judge(GOLD, found).scores["uncertain"] == Score(1, 1, 1)


def test_gold_without_judgements_judges_nothing() -> None:
    result = judge(replace(GOLD, assertions=()), GOLD)

    assert set(result.judged.values()) == {0}
