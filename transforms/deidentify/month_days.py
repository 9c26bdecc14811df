"""``3/5``: a day of a month, or a score, a strength, a dose. The words around it tell.

``on 3/5``, ``cultures of 6/17``, ``6/20 or 6/21`` and ``12/28`` are dates; ``3/5 strength``, ``pain 4/10`` and ``1/2 tablet``
are none.
"""

import re
from collections.abc import Iterator

_MONTH = "(?:1[0-2]|0?[1-9])"
_DAY = "(?:3[01]|[12][0-9]|0?[1-9])"
_NUMBERS = re.compile(r"[0-9](?<![0-9A-Za-z./].)[0-9]?/[0-9]", re.DOTALL)
_DAY_OF_MONTH = re.compile(
    rf"{_MONTH}/(?P<day>{_DAY})(?:\s?(?:[-–]|to|thru|through)\s?{_MONTH}/(?P<last>{_DAY})|[-–]{_DAY}(?![0-9/\-]))?"
    r"(?![0-9/%°]|[.,][0-9]|[A-Za-z])"
)
# What follows a measure, whatever stands before it, and what follows a score unless the words before say that it is a date.
_MEASURE = re.compile(
    r"[\s\-]{0,2}(?:strength|power|pain|points?|scor|scale|weak|motor|muscle|systolic|diastolic|murmur|hours?|inch|mm\b|cm\b|"
    r"mg\b|ml\b|cc\b|%|cores|criteria|times|dose|ratio|normal\ssaline|ns\b|tab\b|tablet|cup|teaspoon|mile|reflex|pulses?|"
    r"nodes?\b|lymph|l\b|liters?|to\s[0-9]{1,2}\s?(?:inch|cm|mm|mg|ml|tab))",
    re.IGNORECASE,
)
_SCORE = re.compile(
    r"[\s\-]{0,2}(?:bilat|positive|negative|in\s|throughout|upper|lower|grip|hip\b|knee|ankle|elbow|of\b|normal|saline|plus|\+|"
    r"left|right|vision|extension|flexion|intact|proximal|distal|for\s(?:pain|strength)|brisk|edema|to\s[0-9]/|-[0-9]/[0-9]\s)",
    re.IGNORECASE,
)
_EVENTS = (
    r"(?:cultures?|results?|labs?|films?|ct|mri|cxr|x-?rays?|scans?|echo(?:cardiogram)?|ekg|ecg|stud(?:y|ies)|notes?|letter|"
    r"visits?|reports?|consult(?:ation)?|biopsy|surgery|admission|discharge|procedure|exam(?:ination)?|appointment|dose|"
    r"injection|week|night|morning|afternoon|evening|day|swabs?|panel|specimens?|imaging|ultrasound|colonoscopy|endoscopy)"
)
_SURE_BEFORE = re.compile(
    rf"\b(?:on|since|until|till|dated?|admitted|discharged|seen|(?:on|since|until|from)\s(?:or\s)?(?:about|around)|as\sof|"
    rf"{_EVENTS}\sof|(?:mon|tues?|wed|wednes|thu|thurs?|fri|sat|satur|sun)(?:day)?|d/c|dos|doa|dod)[\s.,:(]{{1,3}}\Z",
    re.IGNORECASE,
)
_DATED_BEFORE = re.compile(
    r"\b(?:start(?:ed|ing)?|end(?:ed|ing)|effective|from|thru|through|by|before|after|around|this|next|last|visit|labs?|"
    r"cultures?|ct|mri|cxr|echo|xray|ekg|ecg|surgery|biopsy|appointment|appt|follow-?up|f/u|birth|due|between|admit)"
    r"[\s.,:(]{1,3}\Z",
    re.IGNORECASE,
)
_SCORE_BEFORE = re.compile(
    r"(?:\b(?:grade|gr|strength|power|scor\w{0,3}|rated|rating|rates|pain|scale|motor|muscle|stage|titer|titre|vision|ratio|"
    r"murmur|reflex\w{0,2}|pulses?|was|is|are|a|bp|over|every|q|apgars?|gcs|dtrs?|ms|by|about|at|and|or|with|nodes?|"
    r"approximately|were|x|factor|fraction|measure\w{0,2}|roughly|another|another\s|the|than|"
    r"(?:scor\w{0,3}|scale|total|strength|power|readings?|ratio|fraction|grade|average|titer|apgars?|pressure|gcs|mmse|moca|phq|"
    r"pain|levels?|maximum|out|acuity|vision|[0-9])\sof)[\s:=(]{1,3}|[+/\-.,])\Z",
    re.IGNORECASE,
)
_JOINT = r"\s?(?:,\s?(?:and|or)|,|and|or|&|to|through|thru|until|then|[-–])\s?"
_JOINED = re.compile(_JOINT)
_DATE_BEFORE = re.compile(rf"[0-9]/[0-9]{{1,2}}/(?:[0-9]{{2}}|[0-9]{{4}}){_JOINT}\Z")
_DATE_AFTER = re.compile(rf"{_JOINT}[0-9]{{1,2}}/[0-9]{{1,2}}/[0-9]{{2}}")
_BEFORE = 32  # characters in which the longest of these stands
_LAST_OF_SCALES = frozenset({"5", "6", "10"})  # ``from 3/5 to 4/5``


def days_of_months(text: str) -> Iterator[tuple[int, int, float]]:
    """Yield ``(start, end, score)`` of each day of a month, and of each range of them."""
    end = -1
    for numbers in _NUMBERS.finditer(text):
        start = numbers.start()
        if start < end or (match := _DAY_OF_MONTH.match(text, start)) is None or _MEASURE.match(text, match.end()):
            continue
        window = max(0, start - _BEFORE)
        sure = (
            (end >= window and _JOINED.fullmatch(text, end, start) is not None)
            or _SURE_BEFORE.search(text, window, start) is not None
            or _DATE_BEFORE.search(text, window, start) is not None
            or _DATE_AFTER.match(text, match.end()) is not None
        )
        if sure:
            yield start, (end := match.end()), 0.8
            continue
        scales = match["last"] == match["day"] and match["last"] in _LAST_OF_SCALES
        if scales or _SCORE.match(text, match.end()):
            continue
        dated = _DATED_BEFORE.search(text, window, start) is not None
        if dated or (int(match["day"]) > 12 and _SCORE_BEFORE.search(text, window, start) is None):
            yield start, (end := match.end()), 0.8 if dated else 0.6
