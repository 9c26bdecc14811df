"""Dates and ages over 89, as they are written in notes."""

from transforms.deidentify.forms import form
from transforms.records import PhiType

# A full stop belongs to an abbreviation alone: behind ``February.`` a sentence, and perhaps a list, begins.
_MONTH_NAMES = (
    r"jan(?:uary|\.)?",
    r"feb(?:ruary|\.)?",
    r"mar(?:ch|\.)?",
    r"apr(?:il|\.)?",
    r"may",
    r"jun(?:e|\.)?",
    r"jul(?:y|\.)?",
    r"aug(?:ust|\.)?",
    r"sep(?:tember|t\b\.?|\.)?",
    r"oct(?:ober|\.)?",
    r"nov(?:ember|\.)?",
    r"dec(?:ember|\.)?",
)
_MONTH = "(?i:" + "|".join(_MONTH_NAMES) + r")(?![A-Za-z])"
_CAPITAL_MONTH = "(?:" + "|".join(f"[{name[0].upper()}](?i:{name[1:]})" for name in _MONTH_NAMES) + r")(?!\w)"
_FULL_MONTHS = "january february march april may june july august september october november december"
_MONTH_WORDS = f"{_FULL_MONTHS} jan feb mar apr jun jul aug sep sept oct nov dec"
_M = "(?:1[0-2]|0?[1-9])"
_D = "(?:3[01]|[12][0-9]|0?[1-9])"
_DAY = rf"{_D}(?:\ ?(?:st|nd|rd|th|ST|ND|RD|TH)\b)?"
_Y4 = "(?:18|19|20|21)[0-9]{2}"
_Y = rf"(?:{_Y4}|['’]?[0-9]{{2}})"
_NO_MORE = r"(?![0-9/]|[.,\-][0-9])"  # the number ends here
_SPACE = r"(?:[ \t]|\n(?:(?<!\.\n)|(?![0-9]{1,2}[.)]\s)))"  # behind a full stop, no number of a list's next line
_AND_DAY = rf"(?:[ \t]?[-–&][ \t]?{_DAY}|\s(?:to|and|through|thru)\s{_DAY})?"
_AND_DATE = (
    rf"(?:[ \t]?[-–&][ \t]?(?:{_CAPITAL_MONTH}\s)?{_DAY}|\s(?:to|and|through|thru)\s(?:{_CAPITAL_MONTH}\s)?{_DAY})?"
)

AT_NUMBERS = (
    form(
        "date_numeric",
        PhiType.DATE,
        0.9,
        rf"(?P<phi>[0-9]{{1,2}}(?P<sep>[/\-–])[0-9]{{1,2}}(?P=sep)(?:{_Y4}|['’]?[0-9]{{2}})){_NO_MORE}",
    ),
    form("date_dots", PhiType.DATE, 0.85, rf"[0-9]{{1,2}}\.[0-9]{{1,2}}\.{_Y4}{_NO_MORE}"),
    form(
        "date_dots_short",
        PhiType.DATE,
        0.8,
        r"(?:0[1-9]|[12][0-9]|3[01])\.(?:0[1-9]|[12][0-9]|3[01])\.[0-9]{2}(?![0-9./\-])",
    ),
    form("date_iso", PhiType.DATE, 0.95, rf"(?P<phi>{_Y4}(?P<sep>[\-/.]){_M}(?P=sep){_D})(?:T|{_NO_MORE}(?![A-Za-z]))"),
    form(
        "date_compact",
        PhiType.DATE,
        0.8,
        r"(?P<phi>(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))(?=(?:[0-9]{4}|[0-9]{6})?(?:\b|[T_]))",
    ),
    form("date_month_year", PhiType.DATE, 0.85, rf"{_M}[/\-](?:19|20)[0-9]{{2}}{_NO_MORE}"),
    form("date_year_month", PhiType.DATE, 0.7, r"(?:19|20)[0-9]{2}[/\-](?:0[1-9]|1[0-2])(?![0-9/\-])"),
    form(
        "date_day_month",
        PhiType.DATE,
        0.9,
        rf"{_DAY}{_AND_DAY}(?:\s|[-/]|\sday\sof\s|\sof\s)?(?:of\s)?{_MONTH}(?:,?\s?|[-/]|\sof\s){_Y}(?![0-9:])",
    ),
    form(
        "date_day_month_only",
        PhiType.DATE,
        0.8,
        rf"(?:{_D}\s?(?:st|nd|rd|th)\s(?:day\s)?(?:of\s)?|{_D}[\s-]){_CAPITAL_MONTH}(?<!\.)(?!['’]?[a-z])",
    ),
    form(
        "age_years",
        PhiType.AGE,
        0.95,
        r"(?P<phi>9[0-9]|1[0-4][0-9])(?:\s?(?:and\s(?:a\s)?half|½))?[\s-]{0,2}(?i:years?[\s-]{0,2}(?:old|of\sage|"
        r"young)|"
        r"yrs?\.?[\s-]{0,2}(?:old|of\sage)|y[./]?\s?o\b|y\.\s?o\.|y/o|yo(?:f|m)?\b|yr\.?s?\s?o\b|"
        r"yrs?\.?\s(?:fe)?male|"
        r"year[\s-](?:fe)?male|years?\s(?:man|woman|lady|gentleman))",
    ),
    form("age_sex", PhiType.AGE, 0.7, r"(?:(?<=\ba\s)|(?<=\ban\s)|(?<=This\s))(?P<phi>9[0-9]|1[0-4][0-9])\s?[MF]\b"),
)

_AGE = r"(?P<phi>9[0-9]|1[0-4][0-9])(?![0-9%/]|\.[0-9]|\s?(?:degree|mg|month|day|week))"
_AGE_IN_WORDS = (
    r"(?P<phi>ninety(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine))?|(?:one|a)"
    r"[\s-]hundred(?:[\s-](?:and[\s-])?"
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten))?)"
)
AT_WORDS = (
    form(
        "date_month_day_year",
        PhiType.DATE,
        0.95,
        rf"{_MONTH}{_SPACE}?[-/]?{_SPACE}?{_DAY}{_AND_DAY}(?:,\s?|[-/]|\s|\sof\s|,\sof\s){_Y}(?![0-9]|:[0-9]|\s?(?:mg|ml|mcg|am|pm|%|"
        rf"a\.m|p\.m)\b)",
        words=_MONTH_WORDS,
    ),
    form(
        "date_month_day",
        PhiType.DATE,
        0.85,
        rf"{_CAPITAL_MONTH}{_SPACE}?-?{_DAY}{_AND_DATE}(?![0-9:/]|\s?(?:mg|ml|mcg|%)|\.[0-9])\b",
        words=_MONTH_WORDS,
    ),
    form(
        "date_month_the_day", PhiType.DATE, 0.85, rf"{_CAPITAL_MONTH}\sthe\s{_D}(?:st|nd|rd|th)\b", words=_FULL_MONTHS
    ),
    form(
        "date_month_name_year",
        PhiType.DATE,
        0.9,
        rf"{_MONTH}(?:,?\s|\sof\s|,\sof\s|[-/])(?:{_Y4}|['’][0-9]{{2}})(?![0-9])",
        words=_MONTH_WORDS,
    ),
    form(
        "date_month_short_year",
        PhiType.DATE,
        0.8,
        rf"{_CAPITAL_MONTH}[ /-]?(?:['’][0-9]{{2}}|[-/][0-9]{{2}})(?![0-9:/])",
        words=_MONTH_WORDS,
    ),
    form(
        "date_in_month",
        PhiType.DATE,
        0.7,
        r"(?:January|February|March|April|May|June|July|August|September|October|November|December|JANUARY|FEBRUARY|"
        r"MARCH|APRIL|JUNE|JULY|AUGUST|SEPTEMBER|OCTOBER|NOVEMBER|DECEMBER)(?![\w'’]|[\s-][A-Z0-9])",
        words=_FULL_MONTHS,
        before=r"\b(?:in|since|last|until|till|by|during|this|early|late|mid|next|of|from|past|through|before|after|"
        r"around)[\s-]"
        r"|\b(?:beginning|end|middle)\sof\s",
    ),
    form(
        "date_labelled",
        PhiType.DATE,
        0.9,
        r"(?:dob|d\.o\.b\.?|date\sof\s(?:birth|service|admission|discharge|visit|death|procedure|surgery)|"
        r"birth\s?date|"
        r"born(?:\son)?|(?:admit|admission|discharge)\sdate)[\s:#=]{1,4}"
        r"(?P<phi>[0-9]{1,4}[ ./\-][0-9]{1,2}[ ./\-][0-9]{2,4}|[0-9]{6,8})(?![0-9])",
        words="dob d.o.b date birth birthdate born admit admission discharge",
        ignore_case=True,
    ),
    form(
        "age_labelled",
        PhiType.AGE,
        0.95,
        rf"(?:aged?|ages)(?:\s(?:of|at|is|was|at\sdeath|about|approximately))?[\s:=]{{1,3}}{_AGE}",
        words="age aged ages",
        ignore_case=True,
    ),
    form(
        "age_died",
        PhiType.AGE,
        0.85,
        rf"(?:died|deceased|lived|passed|passed\saway|alive|living|turned|turning|turns)\s(?:at|to|"
        rf"until)?\s?(?:age\s|be\s|about\s)?{_AGE}",
        words="died deceased lived passed alive living turned turning turns",
        ignore_case=True,
    ),
    form(
        "age_decade",
        PhiType.AGE,
        0.85,
        r"(?:90['’]?s|nineties|100['’]?s)\b",
        words="90s 90's 90’s nineties 100s 100's",
        ignore_case=True,
        before=r"\b(?:is|was|man|woman|male|female|patient|died|lived)\s(?:in|into|to)\s(?:his|her|their|the|early|mid|"
        r"late)"
        r"(?:[\s-](?:early|mid|late))?[\s-]|\b(?:his|her|their|my)[\s-](?:(?:early|mid|late)[\s-])?",
    ),
    form(
        "age_in_words",
        PhiType.AGE,
        0.9,
        rf"{_AGE_IN_WORDS}[\s-]{{1,2}}(?:years?[\s-](?:old|of\sage)|yrs?\sold|y/?o\b)",
        words="ninety one_hundred a_hundred one-hundred",
        ignore_case=True,
    ),
    form(
        "age_labelled_in_words",
        PhiType.AGE,
        0.9,
        rf"age(?:d|\sof)?\s{_AGE_IN_WORDS}\b",
        words="age aged",
        ignore_case=True,
    ),
    form("age_century", PhiType.AGE, 0.8, r"\w+", words="nonagenarian centenarian"),
)
