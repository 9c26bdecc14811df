"""A second opinion on the released text: what still looks like an identifier, and which found value still stands.

It shares no code with the recognizers. Its patterns are few and strict, so that what they see is almost surely a leak; what
de-identification itself put or left there (``phi_spans``) is not looked at. Time is linear in the text's length.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from ahocorasick_rs import AhoCorasick, Implementation

from transforms.deidentify.lexicon import lexicon
from transforms.deidentify.locations import STATES
from transforms.deidentify.policy import Policy
from transforms.deidentify.replace import Replaced
from transforms.deidentify.titles import TITLES
from transforms.records import KnownPhi, PhiAction, PhiType

_SPAN = "\0"  # stands for a span: no letter, no digit, no separator that a pattern would step over
_SHORTEST_VALUE = 5
_SHORTEST_NUMBER = 7  # digits that are looked for in any punctuation


@dataclass(frozen=True, slots=True)
class Residual:
    """Something in a released text that may identify someone; ``check`` says which look found it."""

    phi_type: PhiType
    check: str


@dataclass(frozen=True, slots=True)
class _Value:
    phi_type: PhiType
    check: str
    text: str  # lower case
    whole_word: bool


# What follows a word that announces an identifier, on the lower-case text.
_BIRTH = re.compile(r"[ \t:.=-]{1,5}(?:\d{1,2}[/.-]|\d{4}-|[a-z]{3,9}\.? \d)")
_LABELLED = re.compile(r"\.?(?: (?:number|no\.?|num|#))?[ \t:.#=-]{1,5}[a-z]{0,3}-?\d{4}")
_ANNOUNCED = (
    (PhiType.EMAIL, "address", re.compile(r"(?<=[\w+.-]@)[\w-]{1,63}\.[a-z]{2,}"), ("@",)),
    (PhiType.URL, "address", re.compile(r"[^\s\0]"), ("http://", "https://", "ftp://")),
    (PhiType.URL, "address", re.compile(r"[a-z0-9]"), ("www.",)),
    (PhiType.DATE, "birth", _BIRTH, ("dob", "d.o.b", "date of birth", "birth date", "birthdate")),
    (
        PhiType.DATE,
        "month",
        re.compile(r" \d{1,2},? (?:19|20)\d\d(?!\d)"),
        (
            "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
            "december",
        ),
    ),
    (
        PhiType.ID,
        "label",
        _LABELLED,
        (
            "mrn", "m.r.n", "medical record", "account", "acct", "accession", "social security", "ssn", "policy",
            "member id", "license", "chart",
        ),
    ),
)  # fmt: skip
_ANNOUNCERS = [(word, *announced[:3]) for announced in _ANNOUNCED for word in announced[3]]
_ANNOUNCER_SCAN = AhoCorasick([word for word, *_ in _ANNOUNCERS])

# Shapes are looked for in clusters of digits and what separates digits, which are a small part of a text.
_CLUSTER = re.compile(r"\d[\d .,/()-]{5,60}\w?")
_LAST = r"(?![\w-])"
_SHAPES = (
    (PhiType.IP, re.compile(r"(?<![\d.])(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]\d)(?:\.\d{1,3}){3}(?!\.?\d)")),
    (PhiType.SSN, re.compile(r"(?<![\d-])\d{3}([- ])\d\d\1\d{4}" + _LAST)),
    (PhiType.PHONE, re.compile(r"(?<![\d.-])[2-9]\d\d(?:[-. ]|\) ?)\d{3}[-. ]\d{4}" + _LAST)),
    (PhiType.ID, re.compile(r"(?<![\d.,])\d{8}(?![.,]\d)")),
    (
        PhiType.DATE,
        re.compile(r"(?<![\d/.-])(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])/(?:(?:19|20)\d\d|\d\d)(?![\w/])"),
    ),
    (PhiType.DATE, re.compile(r"(?<!\d)(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?![\d-])")),
)
# The expressions that follow begin with what they look for, not with what may not stand before it: so they are fast.
_AGE = re.compile(r"(?:9(?<![\d./-].)\d|1(?<![\d./-].)[01]\d)(?:[ -]years?[ -]old|[ -]?y/?o(?!\w)|[ -]yr?[ -]old)")
_FIVE_DIGITS = re.compile(r"\d(?<=[A-Z, ] .)\d{4}(?:-\d{4})?" + _LAST)
_STREET = re.compile(
    r"\d(?<![\d.,/-]\d)\d{0,4} [A-Z][a-z]{2,20} (?:Street|Avenue|Road|Boulevard|Lane|Drive|St\.|Ave\.|Rd\.|Blvd\.)(?!\w)"
)
_TITLED = re.compile(r"[MDP](?<!\w.)(?:r|rs|s|iss|rof)\b\.? {1,2}(?=[A-Z])(?P<name>[A-Z][a-z]{2,30}|[A-Z]{4,30})(?!\w)")
# Surnames of the census that stand after a title in dictated prose as the words that they are.
_AFTER_TITLES = frozenset({"the", "this", "she", "her", "his", "was", "has", "had", "and", "will", "patient", "doctor"})
_DIGIT_RUN = re.compile(r"\d[\d .()/-]{5,40}\d")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Names that are months stand in a text as months.
_MONTHS = frozenset({"april", "may", "june", "july", "august"})
_ANYWHERE = frozenset({PhiType.EMAIL, PhiType.PHONE, PhiType.SSN, PhiType.URL, PhiType.IP, PhiType.ID})


def find_residuals(original: str, replaced: Replaced, known_phi: KnownPhi, policy: Policy) -> list[Residual]:
    """What may still identify someone in the released text, outside of what was put or left there on purpose."""
    text = _outside_spans(replaced)
    lower = text.lower()
    looked_for = frozenset(t for t in PhiType if policy.actions[t] is not PhiAction.KEEP)
    values = [
        *_found_values(original, replaced),
        *(value for value in _known_values(known_phi) if value.phi_type in looked_for),
    ]
    residuals = [
        *(residual for residual in _by_pattern(text, lower) if residual.phi_type in looked_for),
        *_standing(lower, values),
        *_numbers_standing(lower, values),
    ]
    return list(dict.fromkeys(residuals))


def _outside_spans(replaced: Replaced) -> str:
    pieces: list[str] = []
    position = 0
    for span in replaced.spans:
        pieces += [replaced.text[position : span.released_start], _SPAN]
        position = span.released_end
    return "".join([*pieces, replaced.text[position:]])


def _by_pattern(text: str, lower: str) -> Iterator[Residual]:
    for index, start, end in _ANNOUNCER_SCAN.find_matches_as_indexes(lower, overlapping=True):
        _, phi_type, check, follows = _ANNOUNCERS[index]
        if follows.match(lower, end) and not (lower[start].isalpha() and _is_word(lower[start - 1 : start])):
            yield Residual(phi_type, check)
    clusters = "|".join(_CLUSTER.findall(lower))
    for phi_type, shape in _SHAPES:
        if shape.search(clusters):
            yield Residual(phi_type, "shape")
    if _AGE.search(lower):
        yield Residual(PhiType.AGE, "over 89")
    if any(map(_is_name, _TITLED.finditer(text))):
        yield Residual(PhiType.NAME, "title")
    if _STREET.search(text) or any(_follows_state(match) for match in _FIVE_DIGITS.finditer(text)):
        yield Residual(PhiType.LOCATION, "address")


def _follows_state(match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - 5) : match.start()].rstrip(" ,")
    return before[-2:] in STATES and not _is_word(before[-3:-2])


def _is_name(match: re.Match[str]) -> bool:
    name = match["name"].lower()
    if name in _AFTER_TITLES or name in "abcdefgh" or len(set(name) - set("xyz")) == 0:
        return False
    return name in lexicon().surnames or not lexicon().is_ordinary(name)


# --- values ----------------------------------------------------------------------------------------------------


def _found_values(original: str, replaced: Replaced) -> Iterator[_Value]:
    for span in replaced.spans:
        if span.action is PhiAction.KEEP:
            continue
        value = original[span.start : span.end].strip().lower()
        if span.phi_type is PhiType.NAME:
            yield from _name_values(value, "found")
        elif span.phi_type in _ANYWHERE and len(value) >= _SHORTEST_VALUE:
            yield _Value(span.phi_type, "found", value, whole_word=not any(map(str.isdigit, value)))
        elif len(value) >= _SHORTEST_VALUE and value.isdigit():
            yield _Value(span.phi_type, "found", value, whole_word=False)


def _known_values(known_phi: KnownPhi) -> Iterator[_Value]:
    for name in known_phi.names:
        yield from _name_values(name.strip().lower(), "known")
    for phi_type, values in (
        (PhiType.ID, known_phi.numbers),
        (PhiType.PHONE, known_phi.phones),
        (PhiType.EMAIL, known_phi.emails),
    ):
        for value in values:
            if len(value.strip()) >= _SHORTEST_VALUE:
                yield _Value(phi_type, "known", value.strip().lower(), whole_word=True)
    for address in known_phi.addresses:
        # City and ZIP are judged by the finders: a policy may keep them, and a city's name is often a word.
        if re.match(r"\s*\d+\s+\S*[^\W\d_]", address):
            yield _Value(PhiType.LOCATION, "known", address.strip().lower(), whole_word=True)
    for day in known_phi.dates:
        for written in _written(day):
            yield _Value(PhiType.DATE, "known", written, whole_word=True)


def _name_values(name: str, check: str) -> Iterator[_Value]:
    """The whole name, and each of its parts that is no eponym, English word, title or shorter than three letters."""
    words = _WORD.findall(name)
    if len(words) > 1:
        yield _Value(PhiType.NAME, check, name, whole_word=True)
    for word in words:
        if word not in TITLES and word not in _MONTHS and not all(map(lexicon().is_ordinary, word.split("-"))):
            yield _Value(PhiType.NAME, check, word, whole_word=True)


def _written(day: date) -> Iterable[str]:
    month = f"{day:%B}".lower()
    for name in (month, month[:3]):
        yield f"{name} {day.day}, {day.year}"
        yield f"{day.day} {name} {day.year}"
    yield day.isoformat()
    yield f"{day:%Y%m%d}"
    for separator in "/-":
        for year in (f"{day.year}", f"{day.year % 100:02d}"):
            yield separator.join((f"{day.month:02d}", f"{day.day:02d}", year))
            yield separator.join((f"{day.month}", f"{day.day}", year))


def _standing(lower: str, values: list[_Value]) -> Iterator[Residual]:
    """Values that stand in the text: anywhere, or as whole words."""
    by_text: dict[str, list[_Value]] = {}
    for value in values:
        by_text.setdefault(value.text, []).append(value)
    texts = list(by_text)
    if not texts:
        return
    for index, start, end in _for_once(texts).find_matches_as_indexes(lower, overlapping=True):
        whole = not _is_word(lower[start - 1 : start]) and not _is_word(lower[end : end + 1])
        for value in by_text[texts[index]]:
            if whole or not value.whole_word:
                yield Residual(value.phi_type, value.check)


def _numbers_standing(lower: str, values: list[_Value]) -> Iterator[Residual]:
    """Numbers that stand in the text in another punctuation."""
    numbers: dict[str, _Value] = {}
    for value in values:
        digits = "".join(filter(str.isdigit, value.text))
        if value.phi_type in _ANYWHERE and len(digits) >= _SHORTEST_NUMBER:
            numbers[digits] = value
    if not numbers:
        return
    runs = " ".join("".join(filter(str.isdigit, run)) for run in _DIGIT_RUN.findall(lower))
    keys = list(numbers)
    for index, _, _ in _for_once(keys).find_matches_as_indexes(runs, overlapping=True):
        yield Residual(numbers[keys[index]].phi_type, numbers[keys[index]].check)


def _for_once(words: list[str]) -> AhoCorasick:
    """What finds the words in one text: of all kinds of automata the one that is built fastest."""
    return AhoCorasick(words, implementation=Implementation.NoncontiguousNFA)


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"
