"""Pieces of the expressions for numbers and codes, and what tells that a number is nobody's."""

import re

# What is counted or measured is no number of anybody's.
NO_UNIT = (
    r"(?!(?i:[ \t]?(?:mgs?|mcg|ml|units?|u|iu|cc|kg|g|gm|grams?|mm|cm|cells|kcal|cal|calories|meq|mmol|ng|pg|copies|"
    r"cfu|colonies|years?|yrs?|months?|weeks?|days?|hours?|hrs?|minutes?|min|sec|seconds|feet|ft|lbs?|steps|beats|"
    r"bpm|lux|hz|rads?|gy|cgy|ohms?|volts?|joules?|times|degrees)\b|[ \t]?(?:%|k/|x\s?10|/ul|/ml|/hpf|/lpf|g/)))"
)
END = r"(?![0-9A-Za-z]|[.\-/][0-9])"
# Of a month, and of a day in it.
MONTH_NUMBER = "(?:1[0-2]|0?[1-9])"
DAY_NUMBER = "(?:3[01]|[12][0-9]|0?[1-9])"
TIME_OF_DAY = "(?:[01][0-9]|2[0-3])[0-5][0-9]"  # ``1415``
_MONTH = r"(?i:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)"
# Not what is a date.
NO_DATE = (
    r"(?!(?:0?[1-9]|1[0-2])[/\-.](?:3[01]|[12][0-9]|0?[1-9])(?![0-9\-])|"
    rf"[0-9]{{1,2}}[/\-.][0-9]{{1,2}}[/\-.](?:[0-9]{{4}}|[0-9]{{2}})(?![0-9])|(?:19|"
    rf"20)[0-9]{{2}}-[01]?[0-9]-[0-3]?[0-9](?![0-9])|[0-9]{{1,2}}-?{_MONTH})"
)
# What may stand between a label and its number.
SIGNS = r"[ \t:#=|*_.)>\]\"'–^]"
SEPARATED = rf"(?:{SIGNS}{{1,40}}(?:\n{SIGNS}{{0,30}})?|\n{SIGNS}{{0,30}})"
# Groups of digits, as some print them.
GROUPS = (
    r"(?:[0-9]{3} [0-9]{3} [0-9]{3}(?: [0-9]{1,4})?|[0-9]{3} [0-9]{4} [0-9]{4}|[A-Z]{1,3}[0-9]{8,9} [0-9]{2}|"
    r"[A-Z][0-9]{4} [0-9]{5}|[0-9]{8} [0-9]{3})(?![0-9])"
)
# A code that holds a digit; one that holds three, and could be nothing else.
CODE = (
    rf"(?:{GROUPS}|(?-i:[A-Z]{{1,4}} [0-9]{{4,12}})|(?=[A-Za-z\-/.]{{0,12}}[0-9])[A-Za-z0-9](?:[A-Za-z0-9]|"
    rf"[\-/.:](?=[A-Za-z0-9])){{2,30}})"
)
STRICT_CODE = (
    rf"(?-i:{GROUPS}|(?![0-9]{{1,3}}-[0-9]{{1,3}}(?![0-9A-Z\-]))(?=(?:[A-Z\-]{{0,6}}[0-9]){{3}})"
    rf"(?!T[0-9]{{2,3}}(?![0-9A-Z]))(?!(?:19|20)[0-9]{{2}}(?![0-9A-Z\-]))[A-Z0-9](?:[A-Z0-9]|-(?=[A-Z0-9])){{3,30}}|"
    rf"[a-z]{{1,4}}-?[0-9]{{4,12}}[a-z]?(?:-[0-9]{{2}})?|[a-z][0-9]{{3}}(?:-[0-9]{{2,4}}){{1,3}}|"
    rf"[0-9]{{2,4}}-[a-z]{{1,3}}-[0-9]{{3,6}}|[A-Z]{{2}}\.[0-9]{{4,9}})"
)

# Parts of a document and states of a program are numbered, and dates and addresses look alike.
_NUMBERED = re.compile(
    r"(?:\b(?:v|ver|vers|versions?|software|firmware|release|build|revision|rev|sw|fw|sections?|subsections?|sect|sec|chapters?|"
    r"paragraphs?|para|clauses?|items?|articles?|appendix|tables?|figures?|fig|steps?|part|protocol|criteri(?:on|a)|guidelines?|"
    r"recommendations?)\.?(?:\s(?:no|number)\.?)?|§{1,2})[\s:#]{0,2}(?:[0-9][0-9.]{0,12}(?:,\s|\s(?:and|or|to)\s|\s?[-–]\s?)){0,3}\Z",
    re.IGNORECASE,
)
_LONGEST_NUMBERED = 64
# The number under which a product is sold: all implants of a kind have it.
_CATALOGUE = re.compile(
    r"(?:\b(?i:cat(?:alog(?:ue)?)?|part|product|model)\.?(?:\s(?i:no|number|num|nr)\b\.?|\s?#)[\s:.#]{0,3}|"
    r"\b(?i:model|catalog(?:ue)?)[\s:]{1,3}|"
    r"\b(?i:implant|prosthe[st]\w{1,3}|stem|cup|liner|head|insert|screws?|plate|nail|rod|mesh|lens|iol|stent|valve|graft|anchors?|"
    r"baseplate|tray|femoral|tibial|acetabular|humeral|component|cage|device|system|kit|size|mm|catheter|dressing|border|foam)\b[^.;\n]{0,40}"
    r"(?:\n[^.;\n]{0,20})?\b(?:REF|ref(?:erence)?)\b[\s:#]{1,3})\Z"
)
_LONGEST_CATALOGUE = 80
# As most numbers stand behind something else, the expression is asked only behind these.
_BEHIND_LABEL = " \t\n\r\f\v\xa0:.#"
_ENDS_OF_LABELS = ("no", "ber", "num", "nr", "ref", "nce", "del", "log", "gue")


def is_no_version(text: str, start: int) -> bool:
    """Not ``software version 4.2.1.0``, nor ``section 3.6.19``."""
    return _NUMBERED.search(text, max(0, start - _LONGEST_NUMBERED), start) is None


def is_no_catalogue(text: str, start: int) -> bool:
    """Not the number of a product, such as an implant's ``REF``: its serial number and its lot tell one apart."""
    first = max(0, start - _LONGEST_CATALOGUE)
    label = text[first:start].rstrip(_BEHIND_LABEL)
    is_labelled = "#" in text[first + len(label) : start] or label[-3:].lower().endswith(_ENDS_OF_LABELS)
    return not is_labelled or _CATALOGUE.search(text, first, start) is None
