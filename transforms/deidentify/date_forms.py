"""Dates in numbers, seasons, weekdays and holidays. A month and a day in numbers alone are ``month_days.py``'s."""

import re
from functools import lru_cache

from transforms.deidentify.date_grammar import SEASONS
from transforms.deidentify.forms import form, words
from transforms.deidentify.month_forms import MONTH
from transforms.deidentify.number_parts import DAY_NUMBER, MONTH_NUMBER, NO_UNIT, is_no_version
from transforms.records import PhiType

_M, _D = MONTH_NUMBER, DAY_NUMBER
_Y4 = "(?:18|19|20|21)[0-9]{2}"
_FULL = r"(?:[0-9]{1,2}[/.\-][0-9]{1,2}[/.\-][0-9]{2}|[0-9]{4}[/.\-][0-9]{1,2}[/.\-][0-9])"
# The number ends here, or a range goes on, or a clock follows at once: ``12/19/201815:00``.
_NO_MORE = rf"(?:(?![0-9/]|[.,][0-9]|-(?!{_FULL})[0-9])|(?=[0-2][0-9]:[0-5][0-9](?![0-9])))"
_END = "(?![0-9A-Za-z])"
# The time of a time stamp, with its fraction and its zone: ISO 8601, HL7.
_STAMPED = (
    r"[Tt][0-2][0-9](?::?[0-5][0-9](?::?[0-5][0-9](?:[.,][0-9]{1,9})?)?)?(?:[Zz]|[+\-][0-9]{2}(?::?[0-9]{2})?)?"
    rf"{_END}"
)
_STAMPED_HL7 = rf"[0-2][0-9][0-5][0-9](?:[0-5][0-9](?:\.[0-9]{{1,6}})?)?(?:[+\-][0-9]{{4}})?{_END}"

_FALLING = (
    "(?:" + "|".join(f"0?{month}-0?[1-{month - 1}](?![0-9])" for month in range(2, 10)) + "|1[0-2]-0?[1-9](?![0-9]))"
)
_THEN = r"(?=[.,;:)\n]|\Z|\s(?:at|and|with|for|by|in|w/|she|he|pt|patient)(?![A-Za-z]))"
_DAYS_DOTTED = rf"(?:{_D}\.(?:{_M}\.)?\s?(?:[-–]|bis(?:\szum)?|und)\s?)?{_D}\.{_M}\.(?![0-9A-Za-z])"
_LATE_YEAR = rf"(?:00|3[2-9]|[4-9][0-9])(?![0-9/%]|[.,\-][0-9]|[A-Za-z]){NO_UNIT}"

WEEKDAY = "date_weekday"
HOLIDAY = "date_holiday"
RELATIVE = frozenset({WEEKDAY, HOLIDAY})  # names of the forms of dates without a number
_WEEKDAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_WEEKDAY_WORDS = "monday tuesday wednesday thursday friday saturday sunday"
WEEKDAYS = words(_WEEKDAY_WORDS)
_SEASON_WORDS = " ".join(SEASONS)
_SHORT_WEEKDAYS = "mon tue tues wed weds thu thur thurs fri sat sun"
_SHORT_WEEKDAY = "(?:mon|tues?|weds?|thu(?:rs?)?|fri|sat|sun)"
# ``sat/sun``, ``mon, wed``, ``sat + nephew sun``
_NEXT_DAY = r"(?:\s?[/&+-]\s?|,\s?(?:and\s)?|\s(?:and|or|to|thru|through)\s|\s?[&+]\s(?:[a-z]{3,12}\s){1,2})"
_PART_OF_DAY = r"(?:night|nite|morning|afternoon|evening)\b"
# Not ``months``, ``married``, a saturation, somebody who sat, light, or a longer word.
_NO_WEEKDAY = (
    r"(?:(?<=\bmon)(?:\s(?:health|general|repos|valley|ami)|\s?[%#:]|\s[0-9]{1,2}(?![0-9:/]|\s?[ap]\.?m))|"
    r"(?<=\bwed)\s(?:in|to|for)\b|(?<=\bsat)(?:\s?[%:=<>]|"
    r"\s(?:was|is|were|on|in|of|up|down|at\s(?:[0-9]{2}(?!:)|bedside|the)|monitor(?:ing)?|trial|"
    r"passed|failed|beside|next|back|out|upright|there|still|quietly|her|his|low|"
    r"high|stable|improved|(?!(?:1[0-2]|0?[1-9])/(?:3[01]|[12][0-9]|0?[1-9])(?![0-9/]))[0-9])(?![a-z]))|"
    r"(?<=\bsun)\s?-?(?:exposed|exposure|burn\w*|light|damaged?|protect\w*|screen|block|sensitiv\w+|glasses|"
    r"avoidance|allergy|rash|room|hat|city)|['’\w]|-(?!(?:mon|tue|wed|thu|fri|sat|sun)))"
)
# What happens on a day.
_HAPPENING = (
    r"(?:seen|missed|misses|skipped|skips|rtc|admitted|adm|discharged|d/c(?:['’]?d)?|returns?|returned|returning|back|due|appts?|"
    r"appointment|visits?|f/u|clinic|labs?|cultures?|cx|bcx|ucx|dialysis|hd|surgery|procedure|trial|echo|mri|ct|scan|eval|"
    r"rounds?|mtg|meeting|conference|class|recheck|(?:re)?sched(?:uled)?|avail(?:able)?|opens?|arriv(?:es|ed|ing)|fell|"
    r"came|comes|coming|went|left|leaves|leaving|call(?:s|ed)?|home|moved|visited|flew|flying|died|"
    r"started|starts?|starting|began|begins|stopped|done|drawn|removed|placed|again|tomorrow|tmrw|"
    r"yesterday|today|tonight|effective|papers|dose|run|session|shift)"
)

_BLANKS = rf"{_M}(?P<sep>\s-\s|\s){_D}(?P=sep)(?:{_Y4}|[0-9]{{2}})"
_HEADER = 300  # characters at a note's beginning

_DOTTED_DAY_FIRST = re.compile(
    r"[0-9]\.[0-9]{1,2}\.(?:19|20)[0-9]{2}(?![0-9])|\b(?:Frau|Herr|und|nicht|wurde|ist|sei|gewesen)\b"
)
_DOTTED_DAY = re.compile(
    r"(?:\A|\n|[:(]\s?|\b(?i:on|dates?|dated|since|from|until|till|seen|started|stopped|placed|admitted|discharged|adm|do[bsa]|signed|last)\s)"
    rf"(?:{_M}\.{_D}|{_D}\.{_M})\.(?:19|20)?[0-9]{{2}}(?![0-9]|\.[0-9])"
)
_DAY_FIRST = re.compile(r"(?:3[01]|2[0-9]|1[3-9])(?<![0-9/]..)/(?:1[0-2]|0?[1-9])/(?:19|20)?[0-9]{2}(?![0-9/])")


@lru_cache(maxsize=4)  # many places of one note are asked about
def _writes(pattern: re.Pattern[str], text: str) -> bool:
    return pattern.search(text) is not None


def _has_dotted_days_first(text: str, start: int) -> bool:
    """Whether the note writes days before months, and dots behind both."""
    return _writes(_DOTTED_DAY_FIRST, text)


def _has_dotted_days(text: str, start: int) -> bool:
    """Whether the note writes days with dots: ``11.30.23``."""
    return _writes(_DOTTED_DAY, text)


def _has_days_first(text: str, start: int) -> bool:
    """Whether the note writes days before months: ``24/03/2021``."""
    return _writes(_DAY_FIRST, text)


def _stands_in_header(text: str, start: int) -> bool:
    return start < _HEADER


AT_NUMBERS = (
    form(
        "date_numeric",
        PhiType.DATE,
        0.9,
        rf"(?P<phi>(?:{_M}(?P<sep>\s?/\s?|\s?\\\s?|[-–]){_D}(?P=sep)|{_D}(?P<sep2>\s?/\s?|\s?\\\s?|"
        rf"[-–]){_M}(?P=sep2)|{_M}\s?/\s?{_D}\s?/\s?)(?:{_Y4}|['’]?[0-9]{{2}})|[0-9]{{1,2}}(?P<sep3>[/\-])[0-9]{{1,2}}(?P=sep3)(?:19|"
        rf"20)[0-9]{{2}}){_NO_MORE}",
        digits=(1, 2),
        then="/-–\\ ",
    ),
    # ``3/5-9/2021``, ``1/12-15/93``
    form(
        "date_days",
        PhiType.DATE,
        0.85,
        rf"{_M}/{_D}\s?[-–&]\s?{_D}/(?:{_Y4}|[0-9]{{2}}){_NO_MORE}",
        digits=(1, 2),
        then="/",
    ),
    # ``D/T: 3/28/2014/3/31/2014``
    form(
        "date_days",
        PhiType.DATE,
        0.9,
        rf"{_M}/{_D}/(?:{_Y4}|[0-9]{{2}})/{_M}/{_D}/(?:{_Y4}|[0-9]{{2}}){_NO_MORE}|{_M}-{_D}-{_Y4}/{_M}-{_D}-{_Y4}{_NO_MORE}",
        digits=(1, 2),
        then="/-",
    ),
    # ``3 19 29`` where it stands apart in a header
    form(
        "date_blanks",
        PhiType.DATE,
        0.7,
        rf"{_BLANKS}(?=[ \t]*(?:\n|\Z)|\s{{3}})",
        digits=(1, 2),
        then=" ",
        before=r"(?:\A|\n|\s{3})",
        accepts=_stands_in_header,
    ),
    # ``Transcribed: abc 05 30 03``
    form(
        "date_blanks",
        PhiType.DATE,
        0.7,
        rf"{_BLANKS}(?=[ \t]*(?:\n|\Z))",
        digits=(1, 2),
        then=" ",
        before=r"(?:transcribed|typed|dictated|transcriptionist|[dtr])\s?[:/]\s{0,3}[a-z]{2,4}\s{1,3}",
    ),
    form("date_dots", PhiType.DATE, 0.85, rf"[0-9]{{1,2}}\.[0-9]{{1,2}}\.{_Y4}{_NO_MORE}", digits=(1, 2), then="."),
    form(
        "date_dots_short",
        PhiType.DATE,
        0.8,
        rf"(?:{_M}\.{_D}|{_D}\.{_M})\.[0-9]{{2}}{_NO_MORE}(?!-[0-9]|[A-Za-z]){NO_UNIT}",
        digits=(1, 2),
        then=".",
        accepts=is_no_version,
    ),
    # ``seit dem 3.7.``, ``vom 1.2. bis 5.2.``; where days come first, also ``on 3.7.``
    form(
        "date_day_month_dots",
        PhiType.DATE,
        0.7,
        _DAYS_DOTTED,
        digits=(1, 2),
        then=".",
        before=r"\b(?:vom|seit(?:\sdem)?|bis(?:\szum)?|zum|den|dem)\s",
    ),
    form(
        "date_day_month_dots",
        PhiType.DATE,
        0.7,
        _DAYS_DOTTED,
        digits=(1, 2),
        then=".",
        before=r"\b(?:am|ab|on|since|until|till)\s",
        accepts=_has_dotted_days_first,
    ),
    # ``drawn 12.24`` where the note writes ``11.30.23``, too
    form(
        "date_month_day_dots",
        PhiType.DATE,
        0.7,
        rf"{_M}\.{_D}(?![0-9/%]|[.,][0-9]|[A-Za-z]){NO_UNIT}",
        digits=(1, 2),
        then=".",
        before=r"\b(?:on|since|until|till|from|by|dated?|seen|drawn|collected|admitted|adm|discharged|d/c(?:['’]?d)?|started|stopped|placed|removed|"
        r"visit|appt|f/u|rtc|due|lmp|called|given|last)\s",
        accepts=_has_dotted_days,
    ),
    form(
        "date_iso",
        PhiType.DATE,
        0.95,
        rf"(?P<phi>{_Y4}(?P<sep>[\-/.]){_M}(?P=sep){_D}(?:{_STAMPED})?)(?:T|{_NO_MORE}(?![A-Za-z]))",
        digits=(4, 4),
        then="-/.",
    ),
    form(
        "date_compact",
        PhiType.DATE,
        0.8,
        rf"(?:19|20)[0-9]{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:{_STAMPED}|{_STAMPED_HL7}|"
        rf"(?:[0-9]{{4}}|[0-9]{{6}})?(?={_END}|T))",
        digits=(8, 14),
    ),
    form(
        "date_month_year",
        PhiType.DATE,
        0.85,
        rf"{_M}[/\-](?:(?:19|20)[0-9]{{2}}(?![0-9/]|[.,][0-9]|-[0-9]{{1,2}}(?![0-9/]))|['’][0-9]{{2}}(?![0-9]))",
        digits=(1, 2),
        then="/-",
    ),
    form(
        "date_month_year",
        PhiType.DATE,
        0.75,
        rf"(?:0[1-9]|1[0-2])\.(?:19|20)[0-9]{{2}}(?![0-9/%]|[.,\-][0-9]){NO_UNIT}",
        digits=(2, 2),
        then=".",
    ),
    # ``CABG 03/98``: no score begins with a nought, and no day is so late; without it, behind what happened then
    form(
        "date_month_late_year",
        PhiType.DATE,
        0.75,
        rf"0[1-9]/{_LATE_YEAR}",
        digits=(2, 2),
        then="/",
        before=r"(?<!va\s)(?<!o[dsu]\s)(?<!acuity\s)(?<!vision\s)",
    ),
    form(
        "date_month_late_year",
        PhiType.DATE,
        0.7,
        rf"(?:1[0-2]|[1-9])/{_LATE_YEAR}",
        digits=(1, 2),
        then="/",
        before=r"\b(?:in|by|since|until|till|circa|dated?|dx(?:['’]?d)?|diagnosed|hospitali[sz]ed|admitted|placed|implanted|performed|"
        r"quit|last|retired|died|onset|(?:dictated|signed|written|seen|read|typed|operated|evaluated|treated)\sby\s(?:dr\.?\s)?[a-z'’-]{2,16}|appy|chole|hyst|tah|tkr|tka|tha|thr|turp|avr|mvr|aicd|ppm|pacer|pacemaker|ablation|fusion|"
        r"bx|biopsy|xrt|[ab]ka|amp|amputation|(?:s/p|h/o|hx(?:\sof)?)\s[a-z0-9\-]{2,20}|cabg|pci|cva|mi|tia|stent(?:s|ed)?|surgery|x[1-6]|"
        r"[a-z]{2,16}(?:ectomy|ostomy|plasty|otomy|scopy|opsy))\s(?:in\s|of\s|\()?",
    ),
    # ``A 6/88 CT``; ``film, 3/88`` at a line's end
    form(
        "date_month_late_year",
        PhiType.DATE,
        0.7,
        r"(?:1[0-2]|[1-9])/(?:[6-9][1-9]|[7-9]0)(?:(?=\s(?:h?ct|mri|mra|eeg|emg|x-?rays?|cxr|films?|biopsy|surgery|admission|scan|"
        r"study|visit|echo|cath|note|letter|report|myelogram|angiogram|operation|accident|injury|labs)\b)|(?<=[0-9])(?=\.?\s{0,3}(?:\n|\Z)))",
        digits=(1, 2),
        then="/",
        ignore_case=True,
        before=r"(?:\b(?:an?|the|his|her|their|from|of|films?|dated|chart|record|report|note|study)|[0-9a-z]{2},|\A|\n)\s{1,3}",
    ),
    # ``seen 3-14``: where nothing is counted from three to fourteen
    form(
        "date_month_day_dashed",
        PhiType.DATE,
        0.7,
        rf"{_M}-(?:3[01]|2[0-9]|1[3-9])(?![0-9/\-]|[.,][0-9]){_THEN}{NO_UNIT}",
        digits=(1, 2),
        then="-",
        before=r"\b(?:on|seen|since|dated?|appt|f/u|follow-?up|visit(?:ed)?|do[sad]|lmp|ed[dc]|until|till|admitted|discharged|"
        r"d/c'?d?)[\s:]{1,2}",
    ),
    form(
        "date_month_day_dashed",
        PhiType.DATE,
        0.7,
        rf"{_M}-{_D}(?![0-9/\-]|[.,][0-9]){_THEN}{NO_UNIT}",
        digits=(1, 2),
        then="-",
        before=r"\b(?:seen|dated?|appt|visit|do[sad]|lmp|ed[dc])[\s:]{1,2}(?:on\s)?",
    ),
    # ``UCx 5-1 E. coli``, ``fell at home 8-3``: behind what happened then, and of what is falling nothing is counted
    form(
        "date_month_day_dashed",
        PhiType.DATE,
        0.6,
        rf"(?:{_FALLING}|{_M}-(?:3[01]|2[0-9]|1[3-9]))(?![0-9/\-:%]|[.,][0-9]|[A-Za-z]|\s?(?:[ap]\.?m\b|taper|split|ratio|vicryl|"
        rf"nylon|silk|prolene)){NO_UNIT}",
        digits=(1, 2),
        then="-",
        before=r"\b(?:(?:[bu]?cx|cultures?|cxr|ct|mri|labs?|echo|egd|ekg|ecg|eeg|surgery|biopsy|bx|x-?ray|visit|exam|consult|"
        r"(?:re)?scheduled|returns?|rtc|f/u|started|stopped|placed|removed|exp|expires|onset|path|pap|mammo|colonoscopy)|"
        r"(?:fell|fall|injured|hurt|hit|struck|mv[ac]|accident|assaulted|cut|burned|bitten)(?:\s[(a-z]{1,12}\)?){0,3}"
        r"(?<!bed)(?<!room)(?<!rm)(?<!unit)(?<!ward)(?<!from)(?<!floor)(?<!shift)(?<!works)(?<!hours))\s",
    ),
    # ``seen on 14/3``, where the note writes days first
    form(
        "date_day_month_slash",
        PhiType.DATE,
        0.7,
        rf"(?:3[01]|2[0-9]|1[3-9])/{_M}(?![0-9/%]|[.,\-][0-9]|[A-Za-z]){NO_UNIT}",
        digits=(2, 2),
        then="/",
        before=r"\b(?:on|seen|since|dated?|from|until|till|by|due|appt|admitted|discharged|reviewed|lmp|ed[dc]|next|last)[\s:]{1,2}",
        accepts=_has_days_first,
    ),
    # ``clearance by Dr. Ames 28/11``, ``CXR 31/5``
    form(
        "date_day_month_slash",
        PhiType.DATE,
        0.6,
        rf"(?:3[01]|2[0-9]|1[3-9])/{_M}(?![0-9/%]|[.,\-][0-9]|[A-Za-z]){NO_UNIT}",
        digits=(2, 2),
        then="/",
        before=r"\b(?:cxr|ct|mri|echo|x-?ray|ekg|ecg|reviewed|signed|rn|md|drs?\.?\s[a-z'’\-]{2,20})\s",
    ),
    form(
        "date_year_month",
        PhiType.DATE,
        0.7,
        r"(?<![0-9]-)(?:19|20)[0-9]{2}[/\-](?:0[1-9]|1[0-2])(?![0-9/\-])",
        digits=(4, 4),
        then="/-",
    ),
    # ``the 5th of this month``; ``on the 5th`` where the words behind it do not say the fifth of what
    form(
        "date_day_only",
        PhiType.DATE,
        0.6,
        rf"{_D}(?:st|nd|rd|th)(?:\sof\s(?:this|last|next|the)\smonth|(?=[.;)]|,\s(?:and|she|he|the|at|with)\b|"
        r"\s(?:at\b|she\b|he\b|they\b|we\b|and\s[a-z])))",
        digits=(1, 2),
        then="snrt",
        before=r"\b(?:(?:on|since|until|by|till|after|before|seen|admitted|discharged|d/c'?d)\sthe|by|until|till|due)\s",
    ),
)

AT_WORDS = (
    # ``on 7 - 9 - 03``, ``DATE 7 14 81``
    form(
        "date_blanks",
        PhiType.DATE,
        0.8,
        r"(?:on|since|until|till|dated?|do[sbaid]|d\.o\.b\.?|dd|dt|lmp|seen|admitted|adm|discharged|disch|born|dictated|typed|"
        rf"transcribed|trans|signed|received|printed|collected)\s?[:=]?\s{{1,4}}(?P<phi>{_BLANKS})(?![0-9A-Za-z/%]|"
        rf"[ ]?[.,:-][0-9]|\s[0-9]{{1,2}}\b(?![:/])){NO_UNIT}",
        words="on since until till date dated dos dob doa doi dod d.o.b dd dt lmp seen admitted adm discharged disch born "
        "dictated typed transcribed trans signed received printed collected",
        ignore_case=True,
    ),
    form(
        "date_quarter", PhiType.DATE, 0.6, r"Q[1-4]\s(?:of\s)?(?:(?:19|20)[0-9]{2}|['’][0-9]{2})\b", words="q1 q2 q3 q4"
    ),
    form(
        "date_season",
        PhiType.DATE,
        0.6,
        r"(?:spring|summer|fall|autumn|winter)(?:,?\s(?:of\s)?(?:19|20)[0-9]{2}|\s(?:of\s)?['’][0-9]{2})(?![0-9])",
        words=_SEASON_WORDS,
        ignore_case=True,
        behind=r"(?:\b(?i:early|mid|late)[\s-])?",
    ),
    # ``last winter``, ``in the spring``; ``last fall`` where it is not the last time that somebody fell
    form(
        "date_season",
        PhiType.DATE,
        0.5,
        r"(?:spring|summer|autumn|winter)(?=[,.;:)\n]|\Z|\s[a-z])(?!\s(?:camps?|school|back|loaded|rolls?|fever|clothes|job)\b)",
        words=_SEASON_WORDS,
        ignore_case=True,
        before=r"\b(?:this|last|next|past|coming|previous|early|late|mid|since|in\sthe|over\sthe|during\sthe|until|by)[\s-]",
        behind=r"(?:\b(?i:this|last|next|past|coming|early|late|mid)[\s-])?",
    ),
    form(
        "date_season",
        PhiType.DATE,
        0.5,
        r"fall(?!\s?[:#0-9]|\s(?:was|were|is|occurred|happened|in\b|from|risk|with|without|that|which|a\b|about|x\s?[0-9]|on\b|[0-9]))\b",
        words=_SEASON_WORDS,
        ignore_case=True,
        before=r"(?<!her\s)(?<!his\s)(?<!the\s)(?<!their\s)(?<!['’]s\s)(?<!of\s)(?<!my\s)(?:\b(?:last|next|this\spast|late|early)[\s-])",
        behind=r"\b(?i:last|next|past|late|early)[\s-]",
    ),
    # ``advised her last fall that``: nobody's fall
    form(
        "date_season",
        PhiType.DATE,
        0.5,
        r"last\sfall\b(?!\s?[:#0-9]|\s(?:was|occurred|happened|from|risk))",
        words="last_fall",
        ignore_case=True,
        before=r"\b(?:told|gave|met|advised|informed|warned|referred|called|married)\sher\s",
    ),
    # Dates that only whoever knows the day of the note can place: a policy may let them stand.
    form(
        WEEKDAY,
        PhiType.DATE,
        0.6,
        rf"(?:(?:last|next|past|coming)\s)?{_WEEKDAY}(?![\w'’])(?:\s{_PART_OF_DAY})?",
        words=f"last next past coming {_WEEKDAY_WORDS}",
        ignore_case=True,
    ),
    # ``Weds. 2/7``, ``the first Tues of Feb.``
    form(
        "date_weekday_of",
        PhiType.DATE,
        0.85,
        rf"{_SHORT_WEEKDAY}(?:day)?\.?,?\s(?:{_M}/{_D}(?:/(?:{_Y4}|[0-9]{{2}}))?(?![0-9/%]|[.,][0-9])|"
        rf"(?:of|(?<=day\s)in)\s{MONTH}(?<!\.)\b|the\s{_D}(?:st|nd|rd|th)\b)",
        words=f"{_SHORT_WEEKDAYS} {_WEEKDAY_WORDS}",
        ignore_case=True,
        behind=r"(?:\b(?i:1st|2nd|3rd|4th|5th|first|second|third|fourth|last)\s)?",
    ),
    # ``returns Thurs for``: these are no other words, nor names; ``Mon`` and ``Sat`` need more
    form(
        WEEKDAY,
        PhiType.DATE,
        0.5,
        rf"(?i:tues|weds|thurs?|tue|fri)(?<!FRI)(?!(?i:{_NO_WEEKDAY}))(?:\s{_PART_OF_DAY}|\.)?",
        words="tue tues weds thur thurs fri",
    ),
    form(
        WEEKDAY,
        PhiType.DATE,
        0.5,
        rf"(?i:(?<!was\s)(?<!were\s)(?<!be\s)(?<!been\s)(?<!newly\s)(?<!got\s)(?<!get\s)(?<![0-9x]\ ))(?:Mon|(?i:wed)|thu|Thu)"
        rf"(?!(?i:{_NO_WEEKDAY}))(?!\s[A-Z][a-z])(?:\s(?i:{_PART_OF_DAY})|\.)?",
        words="mon wed thu",
    ),
    # By what stands before it, in any case: ``labs mon``, ``HOME SAT``
    form(
        WEEKDAY,
        PhiType.DATE,
        0.5,
        rf"{_SHORT_WEEKDAY}(?!{_NO_WEEKDAY})(?:\s{_PART_OF_DAY}|\.)?",
        words=_SHORT_WEEKDAYS,
        ignore_case=True,
        before=rf"\b(?:last|next|past|until|till?|since|this|every|{_HAPPENING}|[0-9]\s?[ap]m?)\s(?:on\s)?",
    ),
    form(
        WEEKDAY,
        PhiType.DATE,
        0.5,
        rf"(?i:mon|tue|wed|thu|fri)(?!(?i:{_NO_WEEKDAY}))(?:\s(?i:{_PART_OF_DAY})|\.)?|(?:Sat|Sun)(?!(?i:{_NO_WEEKDAY}))",
        words="mon tue wed thu fri sat sun",
        before=r"\b(?:on|by|for|from|through|thru|per|tx|treatment)\s",
    ),
    # Spanish, which knows them without a capital
    form(
        WEEKDAY,
        PhiType.DATE,
        0.6,
        r"(?:lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo)(?![\w'’])",
        words="lunes martes miércoles miercoles jueves viernes sábado sabado domingo",
        before=r"(?<!santo)[\s(/,]|\A",
    ),
    # ``used cocaine sun``, ``WENT TO CHURCH SUN``, and the next of several: ``sat + nephew sun``
    form(
        WEEKDAY,
        PhiType.DATE,
        0.5,
        rf"{_SHORT_WEEKDAY}(?!{_NO_WEEKDAY})",
        words=_SHORT_WEEKDAYS,
        ignore_case=True,
        before=r"\b(?:us(?:ed|ing)|drank|drinking|smok(?:ed|ing)|came|went|fell|left|flew|flying|vomited|visited|seen|"
        r"traveled|bring|brought|started|began|returned)\s(?:[a-z]{2,12}\s){1,2}(?<!the\s)(?<!\sin\s)(?<!of\s)(?<!more\s)"
        r"(?<!less\s)(?<!full\s)(?<!and\s)(?<!then\s)(?<!dr\s)(?<!ms\s)(?<!o2\s)(?<!low\s)(?<!avoid\s)(?<!by\s)(?<!\sas\s)|"
        rf"\b{_SHORT_WEEKDAY}{_NEXT_DAY}",
    ),
    # By what stands behind it: ``sun night``, ``SAT @ 9``, ``MON, WED``, ``sat/sun``
    form(
        WEEKDAY,
        PhiType.DATE,
        0.5,
        rf"{_SHORT_WEEKDAY}(?:\.?\s{_PART_OF_DAY}|(?=\.?\s(?:[ap]\.?m\b|noon\b|eve\b|@\s?[0-9]|[012][0-9][0-5][0-9](?![0-9])|(?:at\s)?"
        rf"(?:1[0-2]|[1-9])(?::[0-5][0-9]|\s?[ap]\.?m\b))|{_NEXT_DAY}{_SHORT_WEEKDAY}\b))",
        words=_SHORT_WEEKDAYS,
        ignore_case=True,
    ),
    # ``cut himself Sat after an argument``
    form(
        WEEKDAY,
        PhiType.DATE,
        0.5,
        rf"(?:Mon|Sat|Sun)(?!(?i:{_NO_WEEKDAY}))(?=\s(?:after|before|but|because|when|while|due\sto|d/t|to|w/)(?![a-z]))",
        words="mon sat sun",
        before=r"(?-i:[a-z]{2})\s(?<!o2\s)(?<!low\s)(?<!her\s)(?<!his\s)(?<!the\s)(?<!with\s)",
    ),
    form(
        WEEKDAY,
        PhiType.DATE,
        0.5,
        r"(?<![0-9x]\ )mon(?=[,;)]|\.?(?:\n|\Z)|\.\s)",
        words="mon",
    ),
    form(
        HOLIDAY,
        PhiType.DATE,
        0.7,
        r"(?:thanksgiving(?:\s(?:eve|day))?|christmas(?:\s(?:eve|day))?|xmas(?:\s(?:eve|day))?|new\syear['’]?s(?:\s(?:eve|day))?|"
        r"(?:fourth|4th)\sof\sjuly|(?:labor|memorial|independence|veterans['’]?|presidents?['’]?|columbus|mlk|valentine['’]?s|"
        r"mother['’]?s|father['’]?s|st\.?\spatrick['’]?s|election|martin\sluther\sking(?:\sjr\.?)?)\sday|easter(?:\s(?:sunday|monday))?|good\sfriday|ash\swednesday|"
        r"juneteenth|mardi\sgras|halloween(?:\snight)?|hanukkah|passover|rosh\shashanah?|yom\skippur|ramadan|diwali|eid|super\sbowl(?:\ssunday)?)\b"
        r"(?!['’]s|[\s-](?:disease|factor|tree))(?:\sweek(?:end)?\b)?(?:,?\s(?:of\s)?(?:19|20)[0-9]{2}(?![0-9]))?",
        words="thanksgiving christmas xmas new fourth 4th labor memorial independence veterans veterans' veterans’ "
        "president presidents presidents' presidents’ columbus mlk valentine's valentine’s valentines mother's "
        "mother’s mothers father's father’s fathers st election martin juneteenth "
        "mardi easter good ash halloween hanukkah passover rosh yom ramadan "
        "diwali eid super",
        ignore_case=True,
        behind=r"(?:\b(?i:this|last|next|past)\s)?",
    ),
    # A year alone is no date, but that of a birth may show an age over 89.
    form(
        "date_birth_year",
        PhiType.DATE,
        0.85,
        r"(?:born(?:\s(?:in|circa))?|yob|year\sof\sbirth|birth\s?year|dob|d\.o\.b\.?)[\s:=]{1,4}(?P<phi>(?:18|19|20)[0-9]{2})(?![0-9]|[./\-][0-9])",
        words="born yob year birth dob d.o.b",
        ignore_case=True,
    ),
    form(
        "date_labelled",
        PhiType.DATE,
        0.9,
        r"(?:dob|d\.o\.b\.?|dos|doi|doa|dod|bd|b-?day|born(?:\son)?|date\sof\s(?:birth|service|admission|discharge|"
        r"visit|death|procedure|surgery|injury|loss)|birth\s?(?:date|day)|(?:admit|admission|discharge|disch|adm|"
        r"service|exam|visit)\s(?:date|dt))[\s:#=|_*]{1,12}(?P<phi>[0-9]{1,4}[ ./\-][0-9]{1,2}[ ./\-][0-9]{2,4}|"
        r"[0-9]{6}|[0-9]{8})(?![0-9])",
        words="dob d.o.b dos doi doa dod bd bday b-day date birth birthdate birthday born admit admission discharge "
        "disch adm service exam visit",
        ignore_case=True,
    ),
)
