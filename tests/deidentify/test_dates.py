"""Dates move in the format in which they are written; what is not understood is not kept."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.deidentify.dates import parse, with_weekday


def shifted(text: str, days: int, service_year: int | None = 2021) -> str | None:
    written = parse(text, service_year)
    return written.shifted(days) if written else None


@pytest.mark.parametrize(
    ("written", "days", "released"),
    [
        # numbers: separators, leading zeros and the year's digits stay as they are
        ("3/5/21", 20, "3/25/21"),
        ("3/5/21", -100, "11/25/20"),
        ("03/05/2021", 27, "04/01/2021"),
        ("12-15-2021", 20, "01-04-2022"),
        ("3.5.2021", 1, "3.6.2021"),
        ("2021-03-05", 300, "2021-12-30"),
        ("2021/3/5", 1, "2021/3/6"),
        ("20210305", -64, "20201231"),
        ("15/03/2021", 1, "16/03/2021"),
        # times of day stay
        ("2021-03-05T10:00", 1, "2021-03-06T10:00"),
        ("2021-03-05T10:00:31.5+01:00", 1, "2021-03-06T10:00:31.5+01:00"),
        ("20210305101500", 1, "20210306101500"),
        ("03/05/2021 10:30 AM", 1, "03/06/2021 10:30 AM"),
        ("March 5, 2021 at 2 pm", 1, "March 6, 2021 at 2 pm"),
        # months by name: case, length, ordinals
        ("March 5, 2021", -5, "February 28, 2021"),
        ("MARCH 3RD, 2021", -2, "MARCH 1ST, 2021"),
        ("Dec. 31, 2020", 1, "Jan. 1, 2021"),
        ("the 5th of March", 8, "the 13th of March"),
        ("March 21st", 1, "March 22nd"),
        ("march 10th", 1, "march 11th"),
        ("05-MAR-2021", 30, "04-APR-2021"),
        ("5 Mar 21", 30, "4 Apr 21"),
        # without a year: the year of service
        ("3/5", 365, "3/5"),
        ("2/28", 1, "3/1"),
        ("2/29", 1, "3/1"),
        # partial dates move as if mid-period and keep their precision
        ("March 2021", 20, "April 2021"),
        ("March of 2021", -100, "December of 2020"),
        ("3/2021", 10, "3/2021"),
        ("03/2021", 30, "04/2021"),
        ("early March", 30, "early April"),
        ("3/99", 30, "4/99"),
        ("spring 2021", 180, "fall 2021"),
        # a lone year stays
        ("2021", 300, "2021"),
        ("2019-2021", 300, "2019-2021"),
        ("the 1990s", -300, "the 1990s"),
        # ranges and lists
        ("3/5-3/7/21", 20, "3/25-3/27/21"),
        ("March 5-7, 2021", 20, "March 25-27, 2021"),
        ("March 5-7, 2021", 26, "March 31-April 2, 2021"),
        ("5-7 March 2021", 26, "31 March-2 April 2021"),
        ("March 5 and 6", 1, "March 6 and 7"),
        ("March 30 to April 2, 2021", 1, "March 31 to April 3, 2021"),
        ("from 12/30/20 through 1/2/21", 1, "from 12/31/20 through 1/3/21"),
        # weekdays are computed again
        ("Friday, March 5, 2021", 1, "Saturday, March 6, 2021"),
        ("Fri 3/5", 2, "Sun 3/7"),
        ("3/5/2021 (FRI)", 3, "3/8/2021 (MON)"),
        ("last Tuesday", 9, "last Thursday"),
    ],
)
def test_a_date_moves_in_its_own_format(written: str, days: int, released: str) -> None:
    assert shifted(written, days) == released


@pytest.mark.parametrize(
    "written",
    ["Christmas", "Thanksgiving 2020", "02/30/2021", "13/45", "the 5th", "POD 3", "", "  ", "3/5 Smith", "99999999"],
)
def test_what_is_not_understood_has_no_shift(written: str) -> None:
    assert parse(written, 2021) is None


def test_a_shift_beyond_the_calendar_is_none() -> None:
    assert shifted("12/31/2199", 1) == "01/01/2200"
    assert parse("12/31/9999", 2021) is None
    assert parse("0001-01-01", 2021) is None
    assert shifted("3/5", 3_000_000) is None


def test_two_digit_years_follow_the_year_of_service() -> None:
    def years(text: str, service_year: int | None) -> tuple[int, ...]:
        parsed = parse(text, service_year)
        assert parsed
        return parsed.years

    assert years("3/5/34", 2021) == (1934,)
    assert years("3/5/22", 2021) == (2022,)
    assert years("3/5/98", 1999) == (1998,)
    assert years("3/5/01", 1999) == (2001,)
    assert years("3/5/36", None) == (1936,)


def test_only_years_are_told_from_finer_dates() -> None:
    for text, only in [("2019-2021", True), ("late 1990s", True), ("March 2021", False), ("Monday", False)]:
        parsed = parse(text, 2021)
        assert parsed
        assert parsed.only_years is only


def test_a_date_takes_the_weekday_beside_it() -> None:
    text = "seen Monday, 3/8/21; again 3/9/21 (Tues) and Wed 3/10"

    def widened(value: str) -> str:
        start = text.index(value)
        wide_start, wide_end = with_weekday(text, start, start + len(value))
        return text[wide_start:wide_end]

    assert widened("3/8/21") == "Monday, 3/8/21"
    assert widened("3/9/21") == "3/9/21 (Tues)"
    assert widened("3/10") == "Wed 3/10"


def plain(written: str | None) -> str:
    """``12`` tells not whether ``5`` would be written ``05``, nor ``May`` whether ``June`` would be ``Jun``."""
    return re.sub(r"\b0(?=\d)|(?<=[A-Z][a-z]{2})[a-z]+", "", written or "")


FORMATS = [
    "%m/%d/%Y", "%Y-%m-%d", "%Y%m%d", "%m-%d-%Y", "%B %d, %Y", "%d %b %Y", "%d-%b-%Y", "%A, %B %d, %Y", "%Y/%m/%d", "%b %d, %Y",
]  # fmt: skip


@given(
    day=st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    days=st.integers(-365, 365).filter(bool),
    style=st.sampled_from(FORMATS),
)
def test_every_full_date_moves_by_exactly_its_days(day: date, days: int, style: str) -> None:
    # The oracle is the standard library.
    assert plain(shifted(day.strftime(style), days)) == plain((day + timedelta(days=days)).strftime(style))


@given(day=st.dates(date(1990, 1, 1), date(2050, 12, 31)), days=st.integers(-365, 365), style=st.sampled_from(FORMATS))
def test_a_shift_back_restores_the_date(day: date, days: int, style: str) -> None:
    written = day.strftime(style)
    there = shifted(written, days)
    assert there is not None
    assert plain(shifted(there, -days)) == plain(written)


@given(st.text(max_size=60))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    written = parse(text, 2021)
    if written is not None:
        moved = written.shifted(30)
        assert moved is None or isinstance(moved, str)
