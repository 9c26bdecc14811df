"""What labellers mark although the rule does not ask for it: young ages and bare years."""

import pytest

from transforms.deidentify.evaluation.safe_harbor import is_identifier
from transforms.records import PhiType


@pytest.mark.parametrize(
    "value", ["90", "94 y/o", "ninety-four", "101-year-old", "90s", "a hundred", "nonagenarian", "95yr"]
)
def test_an_age_over_89_identifies(value: str) -> None:
    assert is_identifier(PhiType.AGE, value)


@pytest.mark.parametrize("value", ["89", "47 yo", "eighty-nine", "6 months", "100 days", "92 wk", "elderly"])
def test_a_younger_one_does_not(value: str) -> None:
    assert not is_identifier(PhiType.AGE, value)


@pytest.mark.parametrize("value", ["1998", "2081.", "'68", "1990s", "1998-2001", "2004 and 2006", "’07"])
def test_a_bare_year_does_not_identify(value: str) -> None:
    assert not is_identifier(PhiType.DATE, value)


@pytest.mark.parametrize("value", ["3/2021", "March 1998", "20210305", "3/5", "last Tuesday", "12/98", "fall 2020"])
def test_any_other_date_does(value: str) -> None:
    assert is_identifier(PhiType.DATE, value)


def test_what_has_no_letter_and_no_digit_identifies_nobody() -> None:
    assert not is_identifier(PhiType.NAME, "---")
    assert not is_identifier(PhiType.DATE, "/")
    assert is_identifier(PhiType.NAME, "Ng")
