"""Dates move in the format in which they are written; what is not understood is not kept."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.deidentify.dates import parse, with_weekday
from transforms.deidentify.findings import Finding
from transforms.deidentify.holidays import holiday
from transforms.deidentify.policy import load_policy
from transforms.deidentify.rewriting import Rewriter
from transforms.deidentify.surrogates import Surrogates
from transforms.keyring import Keyring
from transforms.records import PhiType


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
        ("3–5–21", 20, "3–25–21"),
        ("03 05 1965", -64, "12 31 1964"),
        ("030565", -64, "123164"),
        # times of day stay
        ("2021-03-05T10:00", 1, "2021-03-06T10:00"),
        ("2021-03-05T10:00:31.5+01:00", 1, "2021-03-06T10:00:31.5+01:00"),
        ("20210305101500", 1, "20210306101500"),
        ("2021-03-05T10:00:31Z", 1, "2021-03-06T10:00:31Z"),
        ("20210305T1015", 1, "20210306T1015"),
        ("20210305101500.123-0500", 1, "20210306101500.123-0500"),
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
        ("03/00", 30, "04/00"),
        ("28.2.", 1, "1.3."),
        ("1.2. bis 5.2.", 27, "28.2. bis 4.3."),
        ("27.03.2013-14.04.2013", 1, "28.03.2013-15.04.2013"),
        ("4.30.18", 1, "5.1.18"),
        ("3/5/00", 30, "4/4/00"),
        ("12/31/99", 1, "01/01/00"),
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
        ("March 5, of 2021", -64, "December 31, of 2020"),
        ("3/5-9", 20, "3/25-29"),
        ("3/28-31", 3, "3/31-4/3"),
        ("03/05-07", 1, "03/06-08"),
        ("3/5–3/9", 20, "3/25–3/29"),
        ("March 30 to April 2, 2021", 1, "March 31 to April 3, 2021"),
        ("from 12/30/20 through 1/2/21", 1, "from 12/31/20 through 1/3/21"),
        # weekdays are computed again
        ("Friday, March 5, 2021", 1, "Saturday, March 6, 2021"),
        ("Fri 3/5", 2, "Sun 3/7"),
        ("3/5/2021 (FRI)", 3, "3/8/2021 (MON)"),
        ("last Tuesday", 9, "last Thursday"),
        ("coming Sunday", 1, "coming Monday"),
        ("Fri, 12/25", 20, "Thu, 01/14"),  # of the year before the note's: it moves as far as the date does
        # leap days
        ("02/29/2020", 366, "03/01/2021"),
        ("February 28, 2020", 1, "February 29, 2020"),
        ("Feb 29", 1, "Mar 1"),
        # holidays become the day to which they move
        ("Christmas", 20, "January 14"),
        ("CHRISTMAS EVE", 1, "DECEMBER 25"),
        ("Thanksgiving 2020", 5, "December 1 2020"),
        ("last Labor Day", 1, "last September 7"),
        ("Memorial Day", 1, "June 1"),
        ("Easter Sunday", 1, "April 5"),
        ("fourth of July", -3, "July 1"),
    ],
)
def test_a_date_moves_in_its_own_format(written: str, days: int, released: str) -> None:
    assert shifted(written, days) == released


SHAPES = """
    3/5/2021|03-05-21|3.5.2021|03.05.21|2021-03-05|2021.03.05|20210305|202103051422|3/2021|2021-03|1965 03 05|03 05 65|030565
    5 March 2021|5th of March, 2021|the 5th day of March 2021|05-MAR-21|05MAR2021|5/Mar/2021|5 Mar '21|5-7 March 2021|5-Mar
    5th and 6th of March 2021|the 5th of March|March 5, 2021|March 5th 2021|Mar. 5th, '21|Sept. 5, 2021|March-5-2021|March 5-7
    March 5 & 6, 2021|March 5 through March 9|March 28 - April 3|March 05|March the 5th|March, 2021|March of 2021|Mar/2021
    March '21|Mar-21|March|mid-March|3/5|3/5-3/9|3/5-9|3/5 to 3/9/21|3/5/21-3/9/21|Friday 3/5|Fri. 3/5/21|3/5/2021 (Friday)
    2/29|29 February 2020|summer of 2019|Thanksgiving|Christmas Day|New Year's Eve|Mother's Day|St. Patrick's Day|MLK Day
    1/2, 1/3 and 1/5/21|March/April 2021|March\n5, 2021|on or about March 5|week of March 5|Memorial Day weekend
    Weds. 2/7/24|7-'23
"""


@pytest.mark.parametrize(
    "written", [shape.strip(" ") for line in SHAPES.strip("\n ").split("\n    ") for shape in line.split("|")]
)
def test_every_shape_that_notes_have_moves_and_says_nothing_of_the_real_day(written: str) -> None:
    moved = shifted(written, -100)

    assert moved is not None
    assert moved != written
    # A shift further by a month and back leaves the shape as it is.
    there = shifted(moved, 31)
    assert there is not None
    assert re.sub(r"\w+", "", there) == re.sub(r"\w+", "", moved)


@pytest.mark.parametrize(
    "written",
    ["Diwali", "02/29/2021", "02/30/2021", "13/45", "the 5th", "POD 3", "", "  ", "3/5 Smith", "99999999", "3/0/21"],
)
def test_what_is_not_understood_has_no_shift(written: str) -> None:
    assert parse(written, 2021) is None


def test_a_holiday_is_the_day_on_which_it_falls() -> None:
    for written, day in [
        ("Thanksgiving", date(2021, 11, 25)),
        ("Labor Day", date(2021, 9, 6)),
        ("Memorial Day", date(2021, 5, 31)),
        ("presidents' day", date(2021, 2, 15)),
        ("Mother’s Day", date(2021, 5, 9)),
        ("EASTER SUNDAY", date(2021, 4, 4)),
        ("Ash Wednesday", date(2021, 2, 17)),
        ("New Year's Eve", date(2021, 12, 31)),
    ]:
        assert holiday(written, 2021) == day
    assert [holiday("easter", year).isoformat()[5:] for year in (2008, 2011, 2019, 2024)] == [
        "03-23", "04-24", "04-21", "03-31",
    ]  # fmt: skip


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

    text = "on Friday (3/5/21), 3/8/21 Mon 10:30, 3/9/21, Friday 3/12 and 3/15/21 Monday he came"
    assert widened("3/5/21") == "Friday (3/5/21"
    assert widened("3/8/21") == "3/8/21 Mon"
    assert widened("3/9/21") == "3/9/21"
    assert widened("3/15/21") == "3/15/21"

    text = "Discharged on Friday. 3/8/21 was a Monday"  # a sentence ends between the two
    assert widened("3/8/21") == "3/8/21"


def test_a_weekday_that_was_found_by_itself_goes_with_its_date() -> None:
    text = "Seen Friday, 3/5/2021; last Monday and 3/8/21 (Mon) he slept. On Friday. Dr. Hope came."
    found = ["Friday", "3/5/2021", "last Monday", "3/8/21", "Mon", "Friday", "Hope"]
    findings, at = [], 0
    for value in found:
        at = text.index(value, at)
        phi_type = PhiType.NAME if value == "Hope" else PhiType.DATE
        findings.append(Finding(phi_type, at, at + len(value), "test", 0.9))
        at += len(value)
    rewriter = Rewriter(
        load_policy("surrogate"), 1, 2021, Surrogates(Keyring(b"k" * 32, (("e", b"e" * 32),)), "p", text)
    )
    written = [(text[r.finding.start : r.finding.end], r.text) for r in rewriter.rewrite(text, findings)]

    assert written[:-1] == [
        ("Friday, 3/5/2021", "Saturday, 3/6/2021"),
        ("last Monday", "last Tuesday"),
        ("3/8/21 (Mon)", "3/9/21 (Tue)"),
        ("Friday", "Saturday"),
    ]


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


WEEKDAYS = ["%A, %m/%d/%Y", "%m/%d/%Y (%a)", "%a %b %d, %Y", "%A the %dth of %B %Y", "%d %B %Y, %A"]


@given(day=st.dates(date(1990, 1, 1), date(2050, 12, 31)), days=st.integers(-365, 365), style=st.sampled_from(WEEKDAYS))
def test_a_written_weekday_is_that_of_the_day_to_which_the_date_moves(day: date, days: int, style: str) -> None:
    moved = shifted(day.strftime(style), days)
    assert moved is not None
    there = day + timedelta(days=days)
    assert re.findall(r"[A-Z][a-z]+day|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b", moved) == [
        f"{there:%A}" if "%A" in style else f"{there:%a}"
    ]


@given(
    birth=st.dates(date(1930, 1, 1), date(2020, 12, 31)),
    age_in_days=st.integers(0, 32_000),
    days=st.integers(-365, 365).filter(bool),
    styles=st.tuples(st.sampled_from(FORMATS), st.sampled_from(FORMATS)),
)
def test_who_was_of_an_age_on_a_day_is_so_after_the_shift(
    birth: date, age_in_days: int, days: int, styles: tuple[str, str]
) -> None:
    seen = birth + timedelta(days=age_in_days)
    moved = [shifted(day.strftime(style), days, seen.year) for day, style in zip((birth, seen), styles, strict=True)]
    there = [parse(day, seen.year) for day in moved if day]
    born, visited = (date(w.dates[0].year or 0, w.dates[0].month or 0, w.dates[0].day or 0) for w in there if w)

    assert (visited - born).days == age_in_days


@given(st.text(max_size=60))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    written = parse(text, 2021)
    if written is not None:
        moved = written.shifted(30)
        assert moved is None or isinstance(moved, str)
