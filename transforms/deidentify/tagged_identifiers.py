"""What a model reads from the words around it, where no title, label, list or form gives it away."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from transforms.deidentify.date_forms import WEEKDAYS
from transforms.deidentify.date_grammar import SEASONS
from transforms.deidentify.forms import words
from transforms.deidentify.lexicon import lexicon
from transforms.deidentify.lookalikes import is_anatomy, is_eponym_here, is_method, is_phrase, is_placeholder
from transforms.deidentify.month_days import WEAK, days_of_months
from transforms.deidentify.month_forms import MONTHS
from transforms.deidentify.name_contexts import CREDENTIALS
from transforms.deidentify.name_lists import is_known
from transforms.deidentify.number_parts import DAY_NUMBER, MONTH_NUMBER, TIME_OF_DAY, is_no_catalogue
from transforms.deidentify.place_words import NO_PLACES, STATES, UNITS
from transforms.deidentify.tagger.tagger import TYPES, Reading, TaggedSpan, Tagger
from transforms.deidentify.ward_forms import MEASURES, STAGES
from transforms.deidentify.written_forms import result
from transforms.records import PhiType

_SHORT_WEEKDAYS = words("mon tue tues wed weds thu thur thurs fri sat sun")
_CAPITAL = re.compile(r"[A-Z]")
_FEWEST_CAPITALS, _MOST_CAPITALS = 0.01, 0.3  # of all characters
_ABBREVIATIONS = (4, 5)  # capitals
_INITIALS = 3  # capitals that may be somebody's initials
_ROLE = re.compile(
    r"(?:(?:grand)?(?:son|daughter|mother|father)|mom|dad|wife|husband|sister|brother|aunt|uncle|niece|nephew|cousin|friend|nurse|"
    r"patient|pt|dr|mr|mrs|ms|sig|cosig)\b[.:]?\s+",
    re.IGNORECASE,
)
_CREDENTIALS = re.compile(rf"(?<=[^\W\d_])(?:,\s?|\s){CREDENTIALS.pattern.pattern}\Z")
_JOINTS = words("the a an and or of at in on to for from with by her his my our")
_KIND_BEHIND = re.compile(r"\s(?:shelter|hospital|clinic|pharmacy|mission|ED)\b")
# ``Hope to see``, ``Sehr geehrter``, ``ms contin``, ``wolf-like``, ``Ki-67``
_IN_A_SENTENCE = re.compile(r"Hope\s(?:to|for|that|is\sto)\s|Sehr\s(?:ge|ver)ehrt|[Cc]ontin\b|[a-z]+-like\b|Ki-?67\b")
_UNIT_AT = re.compile(r"(?:l\s?&\s?d|[a-z]?icu|ed|er|or)\sat\s", re.IGNORECASE)  # ``L&D at Baptist``
_BEFORE_NAMES = words("of at in on to from for with by the")  # ``of idaho``
_STATE = re.compile(rf"(?:{STATES})\b")
_COUNTED = (
    r"[\s-]{0,2}(?:days?|weeks?|months?|hours?|hrs?|min|minutes?|degrees?|deg|mm|cm|mg|mcg|ml|cc(?!:)|kg|lbs?|bpm|percent|tabs?|pills?|"
    r"capsules?|supply|units?|feet|steps|meters?)\b|\s?°"
)
# The same, and what an age has too: ``2 years``
_COUNTS = re.compile(rf"{_COUNTED}|[\s-]{{0,2}}(?:years?|yrs?|times|lines|l|liters?)\b", re.IGNORECASE)
_OLD = re.compile(
    rf"(?<![0-9./,])(?:9[0-9]|1[01][0-9])(?![0-9%]|[.,/][0-9]|{_COUNTED})|"
    r"\b(?:ninety|(?:one|a)[ -]hundred)(?:[ -](?:and[ -])?[a-z]+)?\b",
    re.I,
)
_MONTH = re.compile(rf"\b(?:{MONTHS})\b")
_M, _D = MONTH_NUMBER, DAY_NUMBER
# Days that no rule takes for such: ``2-18``, ``25/2``, ``by the 14th``.
_DAY = re.compile(rf"(?<![\w./-])(?:{_M}-{_D}|(?:3[01]|2[0-9]|1[3-9])/{_M}|{_D}(?:st|nd|rd|th))(?![\w/%-]|\.[0-9])")
_SEASON = re.compile(rf"\b(?:{'|'.join(SEASONS)})\b", re.IGNORECASE)
# Before a month, or behind it: ``postponed to August``, but ``April feels well``.
_MONTH_BEFORE = re.compile(
    r"\b(?:in|to|by|until|till|til|since|of|from|for|on|next|last|due|change|come|this|early|late|mid|around|before|after|and|or)"
    r"[\s-]{1,2}\Z",
    re.IGNORECASE,
)
_APART = re.compile(r"\s{0,2}(?:[,.;:)/|\n-]|\Z)")
_LAST_WORD = re.compile(r"\s([a-z]+|(?<=\.\s)(?:She|They|It|The))\Z")
_TAGGED_WORD = re.compile(r"[^\W\d_](?:[^\s,;:/()&]*[^\W_])?")
_TITLE_BEHIND = re.compile(r"\b(?:drs?|mr|mrs|ms|miss|nurse)\.?[: ]\Z", re.IGNORECASE)
_NAME_BEHIND = re.compile(r"\b(?:per|by|w/|with|reviewed|signed|witness)[: ]\Z", re.IGNORECASE)
_ROLES = re.compile(rf"{CREDENTIALS.pattern.pattern}|SN|SW|CM|GP|ST|MS")
_MODEL_BEHIND = re.compile(r"\b(?:model|ref|type|cat|call|dial|cpt|hcpcs|code)\W{1,3}\Z", re.IGNORECASE)
_DEGREE_BEHIND = re.compile(r"\b[A-Z]\.\Z")
_NEXT_NAME = re.compile(r"\.? ([A-Z][^\W\d_]+)")
_BEHIND, _BEFORE = 12, 28  # characters
_MEASURED = re.compile(
    r"\b(?:o2|sats?|saturations?|spo2|hr|heart\srate|pulse(?:\srate)?|rate|rr|respirations?|temp(?:erature)?|plts?|platelets?|count|"
    r"wbc|bg|glucose|sugars?|wt|weight|bp|pressure|systolic|diastolic|map|fio2|set|upright|elevated|hob|flexion|extension|abduction|"
    r"rotation|rom)(?:\s(?:is|was|of|at|to|in\sthe|about|around|approximately|ranged\sfrom)){0,2}\W{0,3}\Z",
    re.IGNORECASE,
)
_RATHER_A_DAY = 0.05  # probability from which ``3/5`` is a day and not a score, where nothing else tells
_RATHER_A_DAY_THAN_A_RANGE = 0.3
_ALL_OF_IT = re.compile(r"([0-9]{1,2})/\1")  # ``5/5``: a score, nearly always
_WORD = re.compile(r"[^\W_]+")
_USER = re.compile(r"[a-z]{1,24}[._][a-z]{2,24}")
_RANGE = re.compile(r"[0-9]{1,4} ?- ?[0-9]{1,4}")  # of values, of times
_CLOCK = re.compile(TIME_OF_DAY)
_RANGE_BEFORE = re.compile(r"[0-9] ?- ?\Z")
_DIGITS = 3  # of a number that tells somebody apart
_ZIP = 5  # digits of a ZIP code
_RATHER_A_NUMBER = 0.25  # probability from which a number without label or form is hidden
_SURE = 0.6  # probability from which a place needs no word for one
# ``Location: T10-T11``, ``Room air 94``: levels of the spine, and what stands behind words for a place.
_LEVEL_OR_SIGN = re.compile(
    r"(?:C[1-8]|T(?:1[0-2]|[1-9])|L[1-5]|S[1-5])(?:[-/](?:[CTLS]?1?[0-9]))?|(?i:air|temp|gcs|[lr][ul]q)(?:\s[0-9]{1,3})?|"
    r"NT\W{1,2}ND|ND\W{1,2}NT"
)
# What has a number and is no place: ``Phase 2``, ``A&O 3``, ``Forearm 2``, ``FM 140``, ``D5-45 NS``
_NUMBERED = re.compile(rf"(?i:{STAGES}|{MEASURES}|forearm|a\s?&\s?o|fm|fht)\s?[0-9]{{1,3}}[A-Z]?|D(?:5|10)\b.*")
_BLOCK = re.compile(r"block\s[A-Z][0-9]{0,2}", re.IGNORECASE)  # of a specimen, or of a prison
_SPECIMEN = re.compile(r"\b(?:sections?|recuts?|levels?|stain(?:s|ed)?|specimen|slides?|part)\b", re.IGNORECASE)
_COURT = re.compile(r"(?:superior|municipal|probate|district|supreme|circuit|family)(?=\scourt\b)", re.IGNORECASE)
_DENOMINATION = re.compile(
    r"Baptist|Methodist|Lutheran|Catholic|Presbyterian|Mormon|Adventist|Pentecostal|Episcopalian"
)
_FRACTION = re.compile(r"/[0-9]{1,2}(?![0-9])")  # ``ICU 2/2 sepsis``
_CERTAIN = 0.9  # probability that outweighs how it is written
_BEYOND_DOUBT = 0.98  # probability from which the tagger knows better than the lists and the words beside
_TRUST = 0.75  # of its probabilities: where a rule overlaps, the rule says what is found


class TaggedIdentifiers(EntityRecognizer):
    """Asks the tagger about the very text that it is given, so that an answer can be about no other.

    Whatever goes wrong in the model is raised; without its weights it does not load.
    """

    def __init__(self) -> None:
        super().__init__(supported_entities=list(TYPES), name="tagger")

    def load(self) -> None:
        self._tagger = Tagger()

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        note = _Note(text)
        reading = self._tagger.read(text)
        return [
            result(span.phi_type, span.start, span.end, _TRUST * span.score, self._tagger.name)
            for span in (
                *(span for tagged in reading.spans() for span in _accepted(reading, note, tagged)),
                *_days_of_months(reading),
            )
        ]


@dataclass(frozen=True)
class _Note:
    text: str

    @cached_property
    def words(self) -> frozenset[str]:
        """Its words as they are written: looking each up in the text would take time with the square of its length."""
        return frozenset(_WORD.findall(self.text))

    @cached_property
    def is_cased(self) -> bool:
        """Whether it is written with capitals where they belong, not without any."""
        return _FEWEST_CAPITALS < len(_CAPITAL.findall(self.text)) / len(self.text) < _MOST_CAPITALS


def _accepted(reading: Reading, note: _Note, span: TaggedSpan) -> Iterator[TaggedSpan]:
    """Of a tagged span what is written like something of its type."""
    text = note.text
    match span.phi_type:
        case PhiType.NAME | PhiType.LOCATION:
            span = _without_role(reading, span) if span.phi_type is PhiType.NAME else _without_unit(text, span)
            trimmed = span if span.score > _BEYOND_DOUBT else _without_no_names(text, _without_what_follows(text, span))
            if trimmed is not None and not _is_no_name(note, trimmed):
                yield _with_kind(text, trimmed) if span.phi_type is PhiType.LOCATION else trimmed
        case PhiType.DATE:
            if span.score > _CERTAIN:  # ``her last fall``
                for match in _SEASON.finditer(text, span.start, span.end):
                    yield replace(span, start=match.start(), end=match.end())
            for match in _DAY.finditer(text, span.start, span.end):
                if span.score > _RATHER_A_DAY_THAN_A_RANGE and _COUNTS.match(text, match.end()) is None:
                    yield replace(span, start=match.start(), end=match.end())
            for match in _MONTH.finditer(text, span.start, span.end):
                if _MONTH_BEFORE.search(text, max(0, match.start() - _BEFORE), match.start()) or _APART.match(
                    text, match.end()
                ):
                    yield replace(span, start=match.start(), end=match.end())
        case PhiType.AGE:
            for match in _OLD.finditer(text, span.start, span.end + _BEHIND):  # what follows has its say
                if match.start() < span.end and not _is_measured(text, match.start()):
                    yield replace(span, start=match.start(), end=match.end())
        case _:
            is_told = is_no_catalogue(text, span.start) and not _is_measured(text, span.start)
            if span.score > _RATHER_A_NUMBER and _is_number(text, span) and is_told:
                yield span


def _is_measured(text: str, at: int) -> bool:
    """``platelets 250000``, ``HR 94``"""
    return _MEASURED.search(text, max(0, at - _BEFORE), at) is not None


def _with_kind(text: str, span: TaggedSpan) -> TaggedSpan:
    """``Safe Passage shelter``, ``Tulane clinic``: the kind belongs to the name, also in lower case."""
    kind = _KIND_BEHIND.match(text, span.end)
    return span if kind is None else replace(span, end=kind.end())


def _without_what_follows(text: str, span: TaggedSpan) -> TaggedSpan:
    """The span without the words of the sentence behind a name: ``Gullhaven who smokes``, ``Dr. X. She``."""
    end = span.end
    while (word := _LAST_WORD.search(text, max(span.start, end - 24), end)) and word[1].lower() in lexicon().english:
        end = word.start()
    return replace(span, end=end)


def _without_no_names(text: str, span: TaggedSpan) -> TaggedSpan | None:
    """The span without words at its ends that name nobody: ``Ehefrau Gisela berichtet``; None where there is no other."""
    found = list(_TAGGED_WORD.finditer(text, span.start, span.end))
    if not found:
        return span
    if all(map(_names_nobody, found)):
        return span if len(found) == 1 and _is_name_anyway(text, span, found[0][0]) else None
    # Of an institution's name every word may be a part.
    ends = [
        word
        for word in found
        if word[0] not in _BEFORE_NAMES
        and (
            not _names_nobody(word)
            or is_known(word[0])
            or len(word[0]) < 4
            or (span.phi_type is PhiType.LOCATION and not word[0].islower())
        )
    ]
    if not ends:
        return None
    return (
        replace(span, start=ends[0].start(), end=ends[-1].end())
        if (ends[0], ends[-1]) != (found[0], found[-1])
        else span
    )


def _names_nobody(word: "re.Match[str]") -> bool:
    return word[0].lower().replace(".", "") in lexicon().no_names


def _is_name_anyway(text: str, span: TaggedSpan, word: str) -> bool:
    """Whether a word that names nobody by itself is somebody's name or initials here, by what stands beside it."""
    if word.lower() in _SHORT_WEEKDAYS:
        return False
    titled = _TITLE_BEHIND.search(text, max(0, span.start - _BEFORE), span.start) is not None
    following = _NEXT_NAME.match(text, span.end)
    before_name = following is not None and following[1].lower() not in lexicon().english
    named = _NAME_BEHIND.search(text, max(0, span.start - _BEFORE), span.start) is not None
    if "." in word:
        return before_name or (named and following is not None)
    if word.isupper() and len(word) <= _ABBREVIATIONS[1]:
        return titled or (before_name and len(word) == len("OA") and (named or _ROLES.fullmatch(word) is None))
    return is_known(word) and (titled or named)


def _is_number(text: str, span: TaggedSpan) -> bool:
    """Whether it surely is one; or long enough to tell somebody apart, and no range; or the name somebody signs in by."""
    written = text[span.start : span.end]
    if _CLOCK.fullmatch(written):
        if span.score < _CERTAIN:
            return False
    elif span.score > _BEYOND_DOUBT:
        return True
    if _RANGE.fullmatch(written) or _RANGE_BEFORE.search(text, max(0, span.start - 4), span.start):
        return False
    return sum(map(str.isdigit, written)) >= _DIGITS or _USER.fullmatch(written) is not None


def _days_of_months(reading: Reading) -> Iterator[TaggedSpan]:
    """Of the days of months that no word gives away, those that may well be some; of what looks scored, those that surely are."""
    for start, end, score in days_of_months(reading.text):
        if score <= WEAK:
            probability = reading.probability(PhiType.DATE, start, end)
            least = _CERTAIN if _ALL_OF_IT.match(reading.text, start) else _RATHER_A_DAY
            if probability > (least if score else _BEYOND_DOUBT):
                yield TaggedSpan(PhiType.DATE, start, end, max(probability, WEAK))


def _without_role(reading: Reading, span: TaggedSpan) -> TaggedSpan:
    """The span without what the person is to others or by profession: ``Son Walter`` (but ``Son Heung Park``), ``Jo Lee, MD``."""
    credentials = _CREDENTIALS.search(reading.text, span.start, span.end)
    if credentials is not None:
        span = replace(span, end=credentials.start())
    role = _ROLE.match(reading.text, span.start, span.end)
    if role is None or role.end() == span.end or reading.probability(PhiType.NAME, *role.span()) > _CERTAIN:
        return span
    return replace(span, start=role.end())


def _is_no_name(note: _Note, span: TaggedSpan) -> bool:
    """Whether the tagger took what is no name for one, by the lists and the words beside it."""
    written = note.text[span.start : span.end]
    if is_placeholder(written.rstrip(".")) or _IN_A_SENTENCE.match(note.text, span.start):
        return True
    if _LEVEL_OR_SIGN.fullmatch(written) is not None:
        return True
    if span.phi_type is PhiType.LOCATION and _is_numbered_otherwise(note.text, span):
        return True
    if span.score > _BEYOND_DOUBT and len(written) > 1:
        return False
    if is_method(written.lower()) or is_phrase(note.text, span.start):
        return True
    behind = max(0, span.start - _BEFORE)
    if any(map(str.isdigit, written)) and _MODEL_BEHIND.search(note.text, behind, span.start) is not None:
        return True
    if _is_court(note.text, span):
        return True
    if span.phi_type is PhiType.NAME and _DENOMINATION.fullmatch(written) is not None:
        return True
    if len(written) == 1 and (written.islower() or span.score < _SURE):  # ``Twin B``
        return True
    if len(written) == 1 and _DEGREE_BEHIND.search(note.text, behind, span.start) is not None:  # ``F.A.C.S.``
        return True
    if span.score < _SURE and len(written) < _ZIP and not any(map(str.isalpha, written)):  # of a room
        return True
    if span.score < _SURE and _is_no_place(written):
        return True
    first, _, rest = written.partition(" ")
    if rest:  # ``Blake drain``
        return first.lower() in lexicon().eponyms and is_eponym_here(note.text, span.start + len(first))
    return not any(map(str.isspace, written)) and _is_common(note, span)


def _without_unit(text: str, span: TaggedSpan) -> TaggedSpan:
    unit = _UNIT_AT.match(text, span.start, span.end)
    return span if unit is None else replace(span, start=unit.end())


def _is_court(text: str, span: TaggedSpan) -> bool:
    """``Superior court filing``"""
    kind = _COURT.match(text, span.start)
    return kind is not None and kind.end() == span.end


def _is_numbered_otherwise(text: str, span: TaggedSpan) -> bool:
    """Whether what has a number or a letter is a stage, a sign, a specimen or so many of something: ``In Trauma 2 years``."""
    written = text[span.start : span.end]
    if _NUMBERED.fullmatch(written) is not None:
        return True
    if _BLOCK.fullmatch(written) is not None:
        return _SPECIMEN.search(text, max(0, span.start - _BEFORE), span.start) is not None
    if not written[-1].isdigit() or text.startswith("\n", span.end):
        return False
    return _COUNTS.match(text, span.end) is not None or _FRACTION.match(text, span.end) is not None


def _is_common(note: _Note, span: TaggedSpan) -> bool:
    """Whether a single word is a term, a label, a heading's word or an eponym here."""
    text, word, end = note.text, note.text[span.start : span.end], span.end
    lower = word.lower()
    if note.is_cased and _is_cased_otherwise(word, span):
        return True
    if lower in _JOINTS or _ROLE.match(f"{word} ") is not None:  # ``Son`` before ``Walter``
        return True
    if lower in WEEKDAYS or (CREDENTIALS.pattern.fullmatch(word) and text.endswith(", ", 0, span.start)):
        return True
    if lower in lexicon().terms and not (word.isupper() and len(word) <= _INITIALS):
        return True
    if _STATE.fullmatch(word):  # ``Nevada plates``
        return False
    if is_eponym_here(text, end) or is_anatomy(text, span.start):
        return True
    if span.phi_type is not PhiType.NAME or is_known(word):
        return False
    if lower in lexicon().english:
        return True
    # ``Hemiarthroplasty`` above, ``hemiarthroplasty`` below
    return text[end : end + 1] == ":" or (lower != word and lower in note.words)


def _is_cased_otherwise(word: str, span: TaggedSpan) -> bool:
    """Whether a name would have another case: ``plums``, ``redo``, ``OPAT``."""
    if word.islower():
        return word in lexicon().english or (span.score < _SURE and not is_known(word))
    abbreviated = word.isupper() and len(word) in _ABBREVIATIONS
    return abbreviated and span.phi_type is PhiType.NAME and not is_known(word)


def _is_no_place(written: str) -> bool:
    """``Postanesthesia Care Unit``, ``Outpatient Surgery Center``."""
    words = [word.lower() for word in written.split()]
    if words[-1] in UNITS:
        return not any(is_known(word) and word not in lexicon().english for word in words)
    return words[-1] in NO_PLACES and all(word in NO_PLACES or word in lexicon().english for word in words)
