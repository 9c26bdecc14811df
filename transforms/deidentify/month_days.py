"""``3/5``: a day of a month, or a score, a strength, a dose. The words around it tell.

``on 3/5``, ``cultures of 6/17``, ``6/20 or 6/21`` and ``12/28`` are dates; ``3/5 strength``, ``pain 4/10`` and
``1/2 tablet`` are none. What could be a score (the first number is at most the second, and that ends a scale) or a
fraction is a date only where nothing around it is scored or measured; what could not, wherever nothing says otherwise.
Where nothing says anything (``cath 9/10 clean``, ``Kawasaki 3/5``) the score is ``WEAK``: the tagger decides.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from transforms.deidentify import month_day_words as vocabulary
from transforms.deidentify.number_parts import DAY_NUMBER, MONTH_NUMBER

WEAK = 0.5  # the score of what may be a date, for all that the words beside it say
_MONTH, _DAY = MONTH_NUMBER, DAY_NUMBER
_NUMBERS = re.compile(r"[0-9](?<![0-9A-Za-z./].)[0-9]?/[0-9]", re.DOTALL)
_DAY_OF_MONTH = re.compile(
    rf"(?P<month>{_MONTH})/(?P<day>{_DAY})(?:\s?(?:[-–]|to|thru|through)\s?{_MONTH}/(?P<last>{_DAY})|"
    rf"[-–]{_DAY}(?![0-9/\-]))?"
    rf"(?![0-9%°]|/(?!\s)|\.[0-9]|,(?!{_MONTH}/{_DAY})[0-9]|[A-Za-z]|\+)"
)
_ENDS_OF_SCALES = frozenset(range(1, 11))
_FRACTIONS = frozenset({(1, 2), (1, 3), (2, 3), (1, 4), (3, 4), (1, 8), (3, 8), (5, 8), (7, 8)})

# What follows a measure, whatever stands before it.
_MEASURE = re.compile(
    r"[\s\-]{0,2}(?:(?:[a-z]{2,12}\s){0,2}(?:strength|power|weakness)|pain\b|points?|scor|scale|weak|motor|muscle|"
    r"systolic|diastolic|(?:[a-z]{1,12}\s){0,2}murmur|hours?|hrs?\b|inch|in\b(?!\s\w)|in\.\s|mm\b|cm\b|mg|ml\b|cc\b(?!:)|"
    r"%|[\"”]|cores|criteria|times|ratio|normal\ssaline|ns\b|tabs?\b|tablet|pills?\b|cup|teaspoon|tsp|teas\b|mile|"
    r"reflex|pulses?|nodes?\b|lymph|l\b|liters?|lbs?\b|yrs?\b|wks?\b|mos?\b|months?\b|weeks?\b|years?\b|days?\b|"
    r"[hs]?sm\b|sem\b|to\s[0-9]{1,2}\s?(?:inch|cm|mm|mg|ml|tab)|words?\b|recall|tender|systems|visits\b|treatments|"
    r"bottles|fractions|items|correct|below\s|above\s|sessions?\b|tasks?\b|goals?\s?met|attempts|trials|objects?\b|"
    r"units?\b|x\s?[0-9]|met\b|(?:is\s|was\s|of\s)?(?:positive|negative|correct|intact|involved)\b|of\s(?:the|his|"
    r"her|each|meal|all|pts?|pt)\b|way\b|size|thickness|cracker|percent|pint|quart|gallon|bottle|glass|bowl|"
    r"sandwich|bands\b|portion|oz\b|ounce|packs?\b|ppd\b|pound|o[dsu]\b|trocar|visiport|\w+\sport\b|dollar|filled|full\b)",
    re.IGNORECASE,
)
# What may follow a measure, but behind ``on`` says what was found or felt that day: ``on 3/5 was negative``.
_FOUND_THAT_DAY = re.compile(
    r"\s(?:(?:is|was|were|came\sback)\s)?(?:positive|negative|pain\b(?!\s(?:scale|score|level|rating))|weak|tender|murmur|"
    r"motor\b|strength\b)",
    re.IGNORECASE,
)
# What follows a score, unless the words before say that it is a date; and what may follow either.
_SCORE = re.compile(
    r"[\s\-]{0,2}(?:bilat|throughout|upper|lower|grip|hip\b|knee|ankle|elbow|normal|saline|plus|\+|vision|extension|"
    r"flexion|intact|proximal|distal|for\s(?:pain|strength|age)|brisk|edema|to\s[0-9]/|-[0-9]/[0-9]\s|symmetric|"
    r"palpable|wrist|biceps|triceps|deltoid|quad|hamstr|(?:at\s)?(?:the\s)?(?:achilles|patell)|EHL|[BLR][UL]E\b|"
    r"[UL]E\b|trocar|french|(?:at\s)?(?:the\s)?(?:apex|base|[lr]usb|llsb)\b|at\s(?:the\s)?(?:worst|best|rest)|"
    r"[,;]\s?(?:worst|best|current|at\sits)|on\s(?:the\s|a\s|his\s|her\s)?(?:right|left|scale|moca|mmse|pain|visual|"
    r"gds|slums|epworth|beighton))",
    re.IGNORECASE,
)
_PERHAPS_SCORE = re.compile(
    r"[\s\-]{0,2}(?:of\b|(?-i:an?\s)|(?-i:left|right)|in\s|for\s(?:function|all\b|both|each|left|right|hip|knee|"
    r"flex|ext)|daily|bid|tid|q[0-9h]|today|on\s[0-9]{1,2}/)",
    re.IGNORECASE,
)
# A time of day behind it, or what happened that day.
_TIME_AFTER = re.compile(
    r"[,\s@]{1,3}(?:at\s)?(?:[01]?[0-9]|2[0-3]):?[0-5][0-9](?!\d|[/%]|\.\d)(?:\s?[ap]\.?m?\b|\s?(?:hrs?|hours)\b|"
    r"(?=[\s.,;)-]|\Z))|[,\s@]{1,3}(?:at\s)?(?:1[0-2]|[1-9])(?:\s?[ap]\.?m|[ap])\b|\s[ap]\.?m\b",
    re.IGNORECASE,
)
_EVENT_AFTER = re.compile(
    r"\s(?:biopsy|note|visit|labs?\b|ct\b|mri\b|exam\b|appt|appointment|surgery|echo|scan|cultures?|admission|"
    r"films?\b|x-?ray|cxr|ultrasound|letter|study|clinic|office|procedure|discharge|injection|infusion|dose|draw)",
    re.IGNORECASE,
)
# What was seen that day, and what was measured: ``CT (County) 3/5 shows``, ``3/5 148/90``, ``3/5 8.1, 3/6 8.4``
_VERB_AFTER = re.compile(
    r"[:,]?\s(?:shows?|showed|showing|reveal(?:s|ed|ing)|demonstrat(?:es|ed|ing)|confirm(?:s|ed)|noted|grew|growing|resulted|"
    r"read\sas|c/w|w/o?\s|neg\b|pos\b|unremarkable|stable\b|unchanged)",
    re.IGNORECASE,
)
_PRESSURE_AFTER = re.compile(
    r"[:\s-]{1,3}(?:bp\s)?(?:[89][0-9]|1[0-9]{2}|2[0-4][0-9])/(?:[3-9][0-9]|1[0-3][0-9])(?![0-9/])", re.IGNORECASE
)
_VALUE = r"[:\s=-]{1,3}[0-9]{1,4}(?:[./][0-9]{1,3})?(?:\s?(?:lbs?|kg|mg/dl|%|k))?"
_VALUE_BETWEEN = re.compile(rf"{_VALUE}\s?(?:[,;|]|->?|→|>)?\s{{0,2}}(?:and\s)?", re.IGNORECASE)
_SERIES_AFTER = re.compile(
    rf"{_VALUE}\s?(?:[,;|]|->?|→|>)\s?(?P<month>{_MONTH})/(?P<day>{_DAY}){_VALUE}(?![0-9/])", re.IGNORECASE
)
# ``INR drawn 3/5 = 2.4``, ``given 3/5 by Ames``
_RESULT_AFTER = re.compile(r"\s?=\s?[<>]?[0-9]{1,4}(?:\.[0-9]{1,2})?(?![0-9%/])")
_GIVER_AFTER = re.compile(
    r"\s(?:at\s[A-Z][\w'’-]{1,20}\s)?by\s(?:(?:the|her|his)\s)?(?:[A-Z]|r\.?n\b|nurse|lpn|pharm|vna|hh\b|pcp)"
)
_NEW_SENTENCE = re.compile(r"\s[A-Z](?:[a-z]|[A-Z ]{1,24}:)")
# It stands apart from what follows, and from what stands before.
_APART_AFTER = re.compile(
    r"\s{0,3}(?:[\n);:|,.→]|\Z|-\s|–|/\s|w/|@|(?i:by|per|with|vs|versus|compared)\b|for\s[A-Z]|[A-Z][a-z]|[A-Z]{3})"
)
_APART_BEFORE = re.compile(r"(?:\A|[\n(\[|;→]\s{0,4}|[.;]\s|\s{2})\Z")
# Behind whoever was seen, and where: ``seen Dr. Kim 4/3``.
_VISIT_BEFORE = re.compile(
    r"\b(?i:seen|saw|visit(?:ed)?|appt|appointment|f/u|follow-?up|evaluated|consult(?:ed|ation)?)\s"
    r"(?:(?i:by|with|w/|at|in)\s)?(?:(?i:dr|mr|mrs|ms)\.?\s)?(?:[A-Za-z'’\-]{1,16}\s){0,2}[A-Z][\w'’\-]{1,20}\s\Z"
)
# ``last meeting attended``, ``last fill of her inhaler was``
_RECENT_BEFORE = re.compile(
    r"\b(?:last|latest|next|previous|prior|most\srecent)\s(?P<words>(?:[a-z][\w'’/-]{0,15}\s){1,5})\Z", re.IGNORECASE
)
_WHOLE_BEFORE = re.compile(r"(?<![#/.])\b[0-9]{1,2}[ \-]\Z")  # ``2 1/2``, ``31 2/7``
_LAST_WORDS = re.compile(
    r"(?:(?P<previous>[\w/'’-]{1,20})[ \n]{1,2})?(?P<last>[\w/'’-]{1,20})(?P<stop>\.?)[\s,:(=]{1,3}\Z"
)
_SIGN_BEFORE = re.compile(r"[+/\-.,=]\Z")
_AT_SIGN = re.compile(r"@\s?\Z")

_JOINT = r"\s?(?:,\s?(?:and|or|then)|,|and(?:\sagain)?|or|&|to|through|thru|until|then|[-–])\s?"
_JOINED = re.compile(_JOINT)
_DATE_BEFORE = re.compile(rf"[0-9]/[0-9]{{1,2}}/(?:[0-9]{{2}}|[0-9]{{4}}){_JOINT}\Z")
_DATE_AFTER = re.compile(rf"(?:{_JOINT}{_MONTH}/{_DAY}(?![0-9])){{0,6}}{_JOINT}[0-9]{{1,2}}/[0-9]{{1,2}}/[0-9]{{2}}")
_SENTENCE = re.compile(r"[.;!?]\s|\n\s{0,8}\n|[.;]\n")
_NO_PAIN = re.compile(r"pain\s(?:management|clinic|medicine|specialist|center)")
_WORD = re.compile(r"[a-z][a-z/-]*")
_BEFORE = 48  # characters in which the words before stand
_CLAUSE = 64  # characters in which what is examined stands


@dataclass(slots=True)
class _Place:
    """Where a month's number and a day's stand, and the two words before them, lower case."""

    text: str
    start: int
    end: int
    month: int
    day: int
    last_day: str | None  # of a range
    is_padded: bool  # ``03/05``, as scores are not written
    before: str
    previous: str
    last: str
    same_sentence: bool  # as the last word
    is_fraction: bool
    is_scale: bool  # could be so many of so many
    ends_sentence: bool


def days_of_months(text: str) -> Iterator[tuple[int, int, float]]:
    """Yield ``(start, end, score)`` of each day of a month, and of each range of them.

    The score is 0 for what the words beside it score or measure; fractions and ranges of which that holds are left out.
    """
    end, sure = -1, False  # of the day before
    passed = 0
    for numbers in _NUMBERS.finditer(text):
        start = numbers.start()
        if start < passed or (match := _DAY_OF_MONTH.match(text, start)) is None:
            continue
        joined = (0 <= end >= start - 8 and _JOINED.fullmatch(text, end, start) is not None) or (
            sure and end >= start - 16 and _VALUE_BETWEEN.fullmatch(text, end, start) is not None
        )
        place = _place(text, match)
        score = _score(place, joined)
        passed = match.end()
        if score:
            end, sure = passed, score > WEAK
        if score or not (place.is_fraction or place.last_day):
            yield start, passed, score


def _place(text: str, match: "re.Match[str]") -> _Place:
    start, end = match.span()
    month, day = int(match["month"]), int(match["day"])
    before = text[max(0, start - _BEFORE) : start]
    words = _LAST_WORDS.search(before)
    fraction = (month, day) in _FRACTIONS
    return _Place(
        text=text,
        start=start,
        end=end,
        month=month,
        day=day,
        last_day=match["last"],
        is_padded=match["month"].startswith("0"),
        before=before,
        previous=(words["previous"] or "").lower() if words is not None else "",
        last=words["last"].lower() if words is not None else "",
        same_sentence=words is not None and not words["stop"],
        is_fraction=fraction,
        is_scale=fraction or (month <= day and day in _ENDS_OF_SCALES),
        ends_sentence=_NEW_SENTENCE.match(text, end) is not None,
    )


def _score(place: _Place, joined: bool) -> float:
    """How sure it is that a month and its day are meant; 0 for what is scored, measured or divided."""
    if _is_measured(place):
        return 0.0
    if _is_dated(place):
        return 0.8
    if _is_followed_by_score(place):
        return 0.0
    if joined:
        return 0.8
    if place.last_day == str(place.day) and place.day in _ENDS_OF_SCALES:  # ``from 3/5 to 4/5``
        return 0.0
    apart_before = _APART_BEFORE.search(place.before) is not None
    apart_after = _APART_AFTER.match(place.text, place.end) is not None
    named = place.text[place.end : place.end + 1] == ":"  # ``INR 2/2: 3.1``
    if place.last in vocabulary.DATED:
        return 0.8
    timed = _TIME_AFTER.match(place.text, place.end) is not None
    told = _VERB_AFTER.match(place.text, place.end) is not None
    visited = place.last[:1].isalpha() and _VISIT_BEFORE.search(place.before) is not None
    if place.month == place.day == 2 and not (  # ``2/2``: because of
        timed or named or (told and place.before.endswith(") ")) or (apart_after and (apart_before or visited))
    ):
        return 0.0
    if visited:
        return 0.8
    if _follows_score(place):
        return 0.0
    if place.day > 12 or timed:
        return 0.6
    if (place.is_scale and place.same_sentence and place.last in vocabulary.PERHAPS_SCORED) or (
        place.is_fraction and not (apart_before or apart_after or told)
    ):
        return 0.0
    if not place.is_scale and apart_before:
        return WEAK
    words = _words_of_sentence(place)
    if not words.isdisjoint(vocabulary.PAIRS if place.month > place.day else vocabulary.EXAMINED):
        return 0.0
    if not place.is_scale and apart_after and words.isdisjoint(vocabulary.EXAMINED) and not place.before.endswith("#"):
        return 0.6
    return 0.6 if place.is_padded or (told and not place.is_fraction) else WEAK


def _is_measured(place: _Place) -> bool:
    if place.last in vocabulary.LABELS:
        return False
    if place.last in vocabulary.THAT_DAY and _FOUND_THAT_DAY.match(place.text, place.end):
        return False
    if _MEASURE.match(place.text, place.end) and (place.is_scale or not place.ends_sentence):
        return True
    divided = place.month < place.day and (place.is_fraction or place.day == 7)
    return divided and _WHOLE_BEFORE.search(place.before) is not None


def _is_dated(place: _Place) -> bool:
    """Whether what stands around it leaves no doubt that it is a date."""
    if (
        place.last in vocabulary.SURE
        or place.previous in ("next", "last", "previous")
        or (place.last == "of" and (place.previous in vocabulary.EVENTS or place.previous == "as"))
        or (place.last in ("about", "around") and place.previous in ("or", "on", "since", "until", "from"))
    ):
        return True
    return (
        _AT_SIGN.search(place.before) is not None
        or _DATE_BEFORE.search(place.before) is not None
        or _DATE_AFTER.match(place.text, place.end) is not None
        or _is_recent(place)
        or _is_of_series(place)
        or _is_of_draw(place)
        or (place.last in vocabulary.GIVEN and _GIVER_AFTER.match(place.text, place.end) is not None)
        or (not place.is_fraction and _EVENT_AFTER.match(place.text, place.end) is not None)
    )


def _is_recent(place: _Place) -> bool:
    """Whether the last time or the next that something happens is told, and not how it was scored."""
    recent = _RECENT_BEFORE.search(place.before)
    return (
        recent is not None
        and place.last not in vocabulary.PAIRS
        and vocabulary.RATED.isdisjoint(recent["words"].lower().split())
    )


def _is_of_series(place: _Place) -> bool:
    """Whether a blood pressure stands behind it, or a value and then another day and its value."""
    if place.last in vocabulary.RATED and place.last not in vocabulary.PRESSURES:
        return False
    if _PRESSURE_AFTER.match(place.text, place.end):
        return True
    following = _SERIES_AFTER.match(place.text, place.end)
    return following is not None and (place.month, place.day) < (int(following["month"]), int(following["day"]))


def _is_of_draw(place: _Place) -> bool:
    """Whether the result of what is drawn is told behind it, and it is no quotient."""
    result = _RESULT_AFTER.match(place.text, place.end)
    return result is not None and not vocabulary.DRAWN.isdisjoint(_words_of_sentence(place))


def _is_followed_by_score(place: _Place) -> bool:
    if not place.month <= place.day <= 12 or place.ends_sentence:
        return False
    return _SCORE.match(place.text, place.end) is not None or (
        place.is_scale and _PERHAPS_SCORE.match(place.text, place.end) is not None
    )


def _follows_score(place: _Place) -> bool:
    """Whether it stands behind a word for a score, a scale or a pair of numbers."""
    words = {place.previous, place.last}
    if place.same_sentence and (
        words & vocabulary.PAIRS
        or (place.month <= place.day and words & vocabulary.SCALES)
        or place.last in vocabulary.SCORED
    ):
        return True
    if place.last == "of" and (place.previous in vocabulary.SCORED_OF or place.previous.isdigit()):
        return True
    return _SIGN_BEFORE.search(place.before) is not None


def _words_of_sentence(place: _Place) -> set[str]:
    """The words before it in the same sentence, lower case: of what is scored or measured, perhaps."""
    sentence = _SENTENCE.split(place.text[max(0, place.start - _CLAUSE) : place.start])[-1].lower()
    return set(_WORD.findall(_NO_PAIN.sub("", sentence)))
