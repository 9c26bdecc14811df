"""Finds what Presidio's ``PhoneRecognizer`` finds, without going through the whole text once for each of its regions.

Numbers are looked for in the windows of one scan; in a region only where its digits may be a number there; and in no
further region where all digits of a window are found to be one number. Verdicts are remembered.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import phonenumbers
from phonenumbers.phonemetadata import PhoneMetadata
from phonenumbers.phonenumbermatcher import _PATTERN as _CANDIDATE
from phonenumbers.phonenumbermatcher import _SLASH_SEPARATED_DATES as _DATE
from phonenumbers.phonenumbermatcher import _TIME_STAMPS as _TIME_STAMP
from phonenumbers.phonenumbermatcher import _TIME_STAMPS_SUFFIX as _MINUTES
from phonenumbers.phonenumberutil import _SECOND_NUMBER_START_PATTERN as _SECOND_NUMBER
from phonenumbers.phonenumberutil import _VALID_PUNCTUATION as _PUNCTUATION
from presidio_analyzer import RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

from transforms.deidentify.duplicates import without_duplicates
from transforms.deidentify.pattern_scan import MARGIN, PatternScan
from transforms.deidentify.pattern_shape import shape_of
from transforms.deidentify.pattern_trigger import alphabet

_TIME_OF_DAY = 3  # behind a candidate ``:30`` makes it a time
_MOST_PUNCTUATION = 4  # in a row, within a number
_SHORTEST_NUMBER = 2  # digits of the shortest that ``phonenumbers`` parses
_LONGEST_EXTENSION = 9  # digits: if there are more, a candidate may end within them
_MOST_BLOCKS = 8
_LONGEST_CODE = 3  # digits of a country's code
_BEGINS_NUMBER = re.compile(r"[\d(\[+（［＋]")
# From the first character that may begin a number to the last that may end one; in ASCII, no further than to a word that no
# number is written with.
_ANYTHING = re.compile(r"[\d(\[+（［＋](?=.*\d).*[\d#]", re.DOTALL)
_PART = re.compile(
    r"[0-9(\[+](?:[^a-z0-9]|[0-9]|(?<![a-z])(?:x{1,4}|e?xt(?:ensio)?n?|int|anexo)(?![a-z]))*(?<=[0-9#])",
    re.IGNORECASE | re.ASCII,
)
_ENDS_NUMBER = re.compile(r"[\d#]")
# A part of which nothing but the digits tells whether all of it is a number.
_PLAIN = re.compile(r" (?:\([0-9]+\) ?)?[0-9]+(?:[-. ][0-9]+)* ")
_ENDS_BLOCK = frozenset("#~;")
_BLOCK = re.compile(r"[0-9]+")
_JOINED_BLOCKS = re.compile(r"[0-9]+(?:-[0-9]+)*")
_FIRST_GROUP_ONLY = re.compile(r"\(?\\1\)?")
_BACK_REFERENCE = re.compile(r"\\[0-9]")
_ENDS_WITH_GROUP = re.compile(r"\((?!\?)[^()]*\)[)?$]*\Z")
_KINDS = (
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
)


class PhoneScan:
    """Answers like ``recognizer``, whose numbers ``scan`` looks for."""

    def __init__(self, recognizer: PhoneRecognizer, scan: PatternScan) -> None:
        self._recognizer = recognizer
        self._scan = scan
        self._callers = tuple(_caller(region, recognizer.leniency) for region in recognizer.supported_regions)
        for region in recognizer.supported_regions:  # now, and not at the first note with a number
            if example := phonenumbers.example_number(region):
                list(
                    phonenumbers.PhoneNumberMatcher(f"0{example.national_number}", region, leniency=recognizer.leniency)
                )
        shape = shape_of(_CANDIDATE.pattern, _CANDIDATE.flags)
        self._least = min((_fewest_digits(caller.region, caller.leniency) for caller in self._callers), default=1)
        between = "".join(f"\\x{byte:02x}" for byte in alphabet(shape_of(f"[{_PUNCTUATION}]", _CANDIDATE.flags)))
        digits = f"[0-9](?:[{between}]{{0,{_MOST_PUNCTUATION}}}[0-9]){{{self._least - 1}}}"
        # Where a block of digits ends, not at each of its digits.
        self._number = scan.look_for(shape, [(rf"{digits}\b", 0), (rf"{digits}[a-z_]", 1)])

    def is_absent(self) -> bool:
        """Whether it is certain that there is no number in the text that is scanned."""
        return self._scan.are_absent(frozenset((self._number,)))

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        """``PhoneRecognizer.analyze``, without explanations."""
        windows = self._scan.windows(self._number, text)
        if windows is None:
            results: list[RecognizerResult] = self._recognizer.analyze(text, entities, nlp_artifacts)
            return results
        found = []
        for window in windows:
            begin = max(0, window.start - 1)
            for offset, part in _parts(text[begin : window.stop - MARGIN + _TIME_OF_DAY], self._least):
                for start, end in _numbers(part, self._callers):
                    if begin + offset + start < window.last:  # else it is of the characters behind
                        found.append(self._result(begin + offset + start, begin + offset + end))
        return without_duplicates(found)

    def _result(self, start: int, end: int) -> RecognizerResult:
        recognizer = self._recognizer
        metadata = {
            RecognizerResult.RECOGNIZER_NAME_KEY: recognizer.name,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: recognizer.id,
        }
        return RecognizerResult(
            recognizer.supported_entities[0], start, end, recognizer.SCORE, recognition_metadata=metadata
        )


def _parts(text: str, least: int) -> Iterator[tuple[int, str]]:
    """What in ``text`` can hold numbers of ``least`` digits, with its offset.

    One character stands before and behind each part, and is a plain one if that makes no difference.
    """
    for part in (_PART if text.isascii() else _ANYTHING).finditer(text):
        start, end = part.span()
        if end - start < least:
            continue
        before, behind = text[max(start - 1, 0) : start], text[end : end + 1]
        yield start - 1, f"{_neighbour(before)}{part[0]}{_neighbour(behind)}"


def _neighbour(character: str) -> str:
    """A number does not stand beside a letter, a per cent or a currency sign."""
    if not character or (character.isascii() and not character.isalpha() and character not in "%$"):
        return " "
    return "a" if character.isascii() else character


@lru_cache(maxsize=2**14)
def _numbers(part: str, callers: "tuple[_Caller, ...]") -> tuple[tuple[int, int], ...]:
    """Where numbers that ``callers`` dial stand in ``part``; of those that lie within another maybe only that other."""
    if _PLAIN.fullmatch(part):
        digits = "".join(_BLOCK.findall(part))
        length = len(digits)
        for caller in callers:
            if length in caller.lengths and _is_number(digits, caller.plan):
                return ((1, len(part) - 1),)
    runs = [_runs(candidate) for candidate in _candidates(part)]
    found = set()
    for caller in callers:
        if not _have_number(runs, caller):
            continue
        for match in phonenumbers.PhoneNumberMatcher(part, caller.region, leniency=caller.leniency):
            found.add((match.start, match.end))
            # Whatever another region finds begins and ends where digits (or these signs) do.
            if not _BEGINS_NUMBER.search(part, 0, match.start) and not _ENDS_NUMBER.search(part, match.end):
                return tuple(found)
    return tuple(found)


def _candidates(part: str) -> Iterator[str]:
    """What ``phonenumbers`` tries to read as numbers, from whatever region, until one is found: dates and times are left out."""
    start = 0
    while candidate := _CANDIDATE.search(part, start):
        end = candidate.end()
        if second := _SECOND_NUMBER.search(part, candidate.start(), end):
            end = second.start()
        start, tried = end, part[candidate.start() : end]
        if not _DATE.search(tried) and not (_TIME_STAMP.search(tried) and _MINUTES.match(part, end)):
            yield tried


def _runs(candidate: str) -> list[str] | None:
    """The digits of whatever in a candidate could be taken for a number, the longest first; None where more than digits decides.

    A number is written in whole blocks of digits that stand side by side, its extension in another. It does not begin or end
    at a bare hyphen, but for an extension.
    """
    blocks: list[str] = _BLOCK.findall(candidate)
    signs = "".join(_BLOCK.split(candidate)[1:-1])
    letters = sum(map(str.isalpha, signs))  # three are digits of a keypad
    ends_in_block = max(map(len, blocks), default=0) > _LONGEST_EXTENSION and (
        letters or not _ENDS_BLOCK.isdisjoint(signs)
    )
    if len(blocks) > _MOST_BLOCKS or not candidate.isascii() or "+" in candidate or letters > 2 or ends_in_block:
        return None
    if not letters and _ENDS_BLOCK.isdisjoint(candidate):
        blocks = [joined.replace("-", "") for joined in _JOINED_BLOCKS.findall(candidate)]
    runs = {"".join(blocks[i:j]) for i in range(len(blocks)) for j in range(i + 1, len(blocks) + 1)}
    return sorted(runs, key=len, reverse=True)


def _have_number(candidates: list[list[str] | None], caller: "_Caller") -> bool:
    """Whether one of the runs of some candidate may be a number."""
    for runs in candidates:
        if runs is None:
            return True
        for run in runs:
            if len(run) < caller.fewest:
                break
            if _may_be_number(run, caller):
                return True
    return False


def _is_number(digits: str, plan: "_Plan | None") -> bool:
    """Whether ``digits`` surely are a number that is given out where they are dialled, whatever stands between them."""
    return (
        plan is not None
        and plan.given_out_at_home.fullmatch(digits) is not None
        and not plan.prefix.match(digits)
        and not plan.needs_prefix(digits)
    )


@lru_cache(maxsize=2**14)
def _may_be_number(digits: str, caller: "_Caller") -> bool:
    """Whether ``digits`` could be a number for ``caller``."""
    plan = caller.plan
    if plan is not None:
        if not plan.prefix.match(digits):
            given_out = len(digits) in plan.lengths and plan.given_out.fullmatch(digits) is not None
            return given_out and not plan.needs_prefix(digits)
        if not plan.ends_in_given_out.search(digits):
            abroad = plan.abroad.match(digits)
            if abroad is None or not _may_be_abroad(digits[abroad.end() :]):
                return False
    return phonenumbers.PhoneNumberMatcher(digits, caller.region, leniency=caller.leniency).has_next()


def _may_be_abroad(digits: str) -> bool:
    """Whether a country's code and one of its numbers could be ``digits``."""
    codes = (digits[:length] for length in range(1, _LONGEST_CODE + 1))
    code = next((code for code in codes if int(code or 0) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE), None)
    if code is None:
        return False
    numbers = _ends_in_given_out(int(code))
    return numbers is None or numbers.search(digits, len(code)) is not None


@cache
def _ends_in_given_out(country_code: int) -> re.Pattern[str] | None:
    """None where a rule may rewrite a number into something else than its end."""
    if not _keeps_the_end(_countries(country_code)[0]):
        return None
    return re.compile(rf"(?:{_given_out(country_code)})\Z")


def _given_out(country_code: int) -> str:
    """An expression for the numbers that are given out in the countries that share a code."""
    return "|".join({_numbers_of(kind) for country in _countries(country_code) for kind in _kinds(country)})


def _fewest_digits(region: str, leniency: int, *, abroad: bool = True) -> int:
    """A number that is found from ``region`` has so many digits at least. ``abroad``: it may begin with a plus sign."""
    if leniency < phonenumbers.Leniency.VALID:
        return _SHORTEST_NUMBER
    fewest = min(
        len(str(code)) + _shortest(code, regions[0])
        for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()
    )
    if not abroad:
        fewest += 1  # the prefix for calls abroad
    home = phonenumbers.country_code_for_region(region)
    return max(_SHORTEST_NUMBER, min(fewest, _shortest(home, region)) if home else fewest)


def _shortest(country_code: int, region: str) -> int:
    """The digits of a country's shortest valid number, as it may be written in ``region``."""
    lengths: list[int] = [min(country.general_desc.possible_length) for country in _countries(country_code)]
    rules = (home.national_prefix_transform_rule or "" for home in _homes(country_code, region))
    return min(lengths) - max(len(_BACK_REFERENCE.sub("", rule)) for rule in rules)  # a rule may supply the area code


@dataclass(frozen=True)
class _Plan:
    """What numbers there are in a region.

    ``abroad``: the prefix for calls abroad; ``prefix``: that, the country's own code, or one for calls within the country;
    ``given_out``: by one of those who share the country's code, in ``lengths``; ``given_out_at_home``: by the first of these, in
    ``lengths_at_home``; ``formats``: how numbers are written, a group each, those in ``with_prefix`` not without the prefix for
    calls within the country.
    """

    abroad: re.Pattern[str]
    prefix: re.Pattern[str]
    given_out: re.Pattern[str]
    lengths: frozenset[int]
    given_out_at_home: re.Pattern[str]
    lengths_at_home: frozenset[int]
    ends_in_given_out: re.Pattern[str]
    formats: re.Pattern[str]
    with_prefix: frozenset[str]

    def needs_prefix(self, number: str) -> bool:
        """Whether a number that is given out must not be written as it stands."""
        form = self.formats.match(number)
        return form is not None and form.lastgroup in self.with_prefix


def _plan(region: str) -> _Plan | None:
    """None where no country is, or where one of its rules may rewrite a number into something else than its end."""
    code = phonenumbers.country_code_for_region(region)
    if not code or not all(map(_keeps_the_end, _homes(code, region))):
        return None
    own, main = _homes(code, region)
    given_out = _given_out(code)
    # Where the first of a code is told by leading digits, others may be asked before it.
    at_home = "|".join(map(_numbers_of, _kinds(main))) if main.leading_digits is None else r"(?!)"
    formats = {f"form{number}": form for number, form in enumerate(main.number_format)}
    prefixes = (own.international_prefix, *(home.national_prefix_for_parsing for home in (own, main)), str(code), "0")
    return _Plan(
        abroad=re.compile(own.international_prefix),
        prefix=re.compile("|".join(f"(?:{prefix})" for prefix in prefixes if prefix)),
        given_out=re.compile(given_out),
        lengths=frozenset(length for country in _countries(code) for length in country.general_desc.possible_length),
        given_out_at_home=re.compile(rf"(?={_numbers_of(main.general_desc)}\Z)(?:{at_home})"),
        lengths_at_home=frozenset(main.general_desc.possible_length),
        ends_in_given_out=re.compile(rf"(?:{given_out})\Z"),
        formats=re.compile("|".join(f"(?P<{name}>{_written(form)})" for name, form in formats.items()) or r"(?!)"),
        with_prefix=frozenset(name for name, form in formats.items() if _needs_prefix(form)),
    )


@dataclass(frozen=True, eq=False)
class _Caller:
    """Somebody who dials numbers from a region, which are found with some leniency.

    ``plan``: None where nothing is known but what ``phonenumbers`` answers; ``lengths``: of numbers that surely are some;
    ``fewest``: digits of a number, without a plus sign.
    """

    region: str
    leniency: int
    plan: _Plan | None
    lengths: frozenset[int]
    fewest: int


@cache
def _caller(region: str, leniency: int) -> _Caller:
    plan = _plan(region) if leniency >= phonenumbers.Leniency.VALID else None
    surely = plan.lengths_at_home if plan is not None and leniency == phonenumbers.Leniency.VALID else frozenset()
    return _Caller(region, leniency, plan, surely, _fewest_digits(region, leniency, abroad=False))


def _written(form: Any) -> str:
    """An expression for the numbers that a country writes in a format."""
    return rf"(?={(form.leading_digits_pattern or [''])[-1]})(?:{form.pattern})\Z"


def _needs_prefix(form: Any) -> bool:
    rule = form.national_prefix_formatting_rule
    return bool(rule) and not form.national_prefix_optional_when_formatting and not _FIRST_GROUP_ONLY.fullmatch(rule)


def _kinds(country: Any) -> list[Any]:
    kinds = [getattr(country, kind) for kind in _KINDS]
    return [kind for kind in kinds if kind and kind.national_number_pattern]


def _numbers_of(kind: Any) -> str:
    """An expression for the numbers of a kind, of the lengths that they have."""
    lengths = "|".join(f"[0-9]{{{length}}}" for length in kind.possible_length)
    return (
        rf"(?=(?:{lengths})\Z)(?:{kind.national_number_pattern})" if lengths else f"(?:{kind.national_number_pattern})"
    )


def _keeps_the_end(country: Any) -> bool:
    """Whether a country's rule for what precedes a number, if there is one, leaves what is behind it as it is."""
    rule = country.national_prefix_transform_rule
    if not rule:
        return True
    replaced = re.compile(country.national_prefix_for_parsing)
    return rule == f"\\{replaced.groups}" and _ENDS_WITH_GROUP.search(replaced.pattern) is not None


def _homes(country_code: int, region: str) -> list[Any]:
    """The countries by whose rules ``phonenumbers`` reads a number of ``region``: its own, and the first of its code."""
    return [_metadata(country_code, region), _countries(country_code)[0]]


def _countries(country_code: int) -> list[Any]:
    return [_metadata(country_code, region) for region in phonenumbers.region_codes_for_country_code(country_code)]


def _metadata(country_code: int, region: str) -> Any:
    return PhoneMetadata.metadata_for_region_or_calling_code(country_code, region)
