"""Patterns that are tried only where they can match, and whose time-out no one can swallow.

Each gives the same matches in the same order as what Presidio compiles, and raises :class:`RecognizerTimedOut` where Presidio
would go on without the pattern. A recognizer's validators, and an ``analyze`` of its own, stay as they are.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import regex
from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.predefined_recognizers import IbanRecognizer

from transforms.deidentify.duplicates import without_duplicates
from transforms.deidentify.errors import RecognizerTimedOut
from transforms.deidentify.literal_options import with_common_beginnings
from transforms.deidentify.pattern_scan import PatternScan, Window
from transforms.deidentify.pattern_shape import NoShape, Shape, shape_of
from transforms.deidentify.pattern_trigger import paths

# These ask their patterns and nothing else: where no pattern matches they answer nothing.
_ASK_PATTERNS_ONLY = (PatternRecognizer.analyze, IbanRecognizer.analyze)
_PATHS_A_SECOND = 100_000  # a tenth of what ``regex`` tries
_LENGTHS = (1024, 512, 256, 128, 64, 32, 16)


class ScannedPatterns:
    """The patterns of ``recognizer``, replaced by ones that ask ``scan`` first.

    ``told`` is what errors call the recognizer, ``timeout_seconds`` the longest that one pattern may take for a text.
    """

    def __init__(self, recognizer: PatternRecognizer, scan: PatternScan, told: str, timeout_seconds: float) -> None:
        self._recognizer = recognizer
        self._scan = scan
        self._flags = int(recognizer.global_regex_flags)
        recognizer.patterns = [
            _ScannedPattern(p, scan, self._flags, told, timeout_seconds) for p in recognizer.patterns
        ]
        self._patterns: tuple[_ScannedPattern, ...] = tuple(recognizer.patterns)
        self._numbers = frozenset(pattern.number for pattern in self._patterns)
        self._method = getattr(recognizer.analyze, "__func__", None)
        validators = [
            getattr(method, "__func__", None) for method in (recognizer.validate_result, recognizer.invalidate_result)
        ]
        self._validates = validators != [PatternRecognizer.validate_result, PatternRecognizer.invalidate_result]
        self._explains = type(recognizer).enhance_using_context is not EntityRecognizer.enhance_using_context

    def is_absent(self) -> bool:
        """Whether it is certain that the recognizer finds nothing in the text that is scanned."""
        return self._method in _ASK_PATTERNS_ONLY and self._scan.are_absent(self._numbers) and self._is_unchanged()

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        """What the recognizer's ``analyze`` finds in the text that is scanned, without explanations where no one reads them."""
        recognizer = self._recognizer
        if self._method is not PatternRecognizer.analyze or self._explains or not self._is_unchanged():
            found: list[RecognizerResult] = recognizer.analyze(
                text=text, entities=entities, nlp_artifacts=nlp_artifacts
            )
            return found
        answers = [
            found
            for pattern in self._patterns
            if not self._scan.is_absent(pattern.number, text) and (found := self._results(pattern, text))
        ]
        # Matches of one pattern do not overlap: none of them is another's duplicate.
        return answers[0] if len(answers) == 1 else without_duplicates(chain(*answers))

    def _results(self, pattern: "_ScannedPattern", text: str) -> list[RecognizerResult]:
        recognizer = self._recognizer
        entity, name, identifier = recognizer.supported_entities[0], recognizer.name, recognizer.id
        results = []
        for match in pattern.find(text):
            start, end = match.span()
            if start == end:
                continue
            score = self._score(pattern, text[start:end]) if self._validates else pattern.score
            if score > EntityRecognizer.MIN_SCORE:
                metadata = {
                    RecognizerResult.RECOGNIZER_NAME_KEY: name,
                    RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: identifier,
                }
                results.append(RecognizerResult(entity, start, end, score, recognition_metadata=metadata))
        return results

    def _score(self, pattern: Pattern, found: str) -> float:
        score: float = pattern.score
        is_valid = self._recognizer.validate_result(found)
        if is_valid is not None:
            score = EntityRecognizer.MAX_SCORE if is_valid else EntityRecognizer.MIN_SCORE
        return EntityRecognizer.MIN_SCORE if self._recognizer.invalidate_result(found) else score

    def _is_unchanged(self) -> bool:
        """Whether the recognizer has the patterns and flags that it had when they were looked at."""
        recognizer = self._recognizer
        return tuple(recognizer.patterns) == self._patterns and recognizer.global_regex_flags == self._flags


class _ScannedPattern(Pattern):
    def __init__(self, pattern: Pattern, scan: PatternScan, flags: int, told: str, timeout_seconds: float) -> None:
        shape = _shape(pattern.regex, flags)
        self.number = scan.look_for(shape)
        self._scan = scan
        self._flags = flags
        self._told = told
        self._timeout_seconds = timeout_seconds
        quick = with_common_beginnings(pattern.regex)
        self._quick_length = _quick_length(_shape(quick, flags), timeout_seconds)
        super().__init__(pattern.name, pattern.regex, pattern.score)
        self.compiled_with_flags = flags
        self._compiled = regex.compile(quick, flags)
        self.compiled_regex = self._compiled

    @property
    def compiled_regex(self) -> Any:
        return self._watched

    @compiled_regex.setter
    def compiled_regex(self, compiled: Any) -> None:
        self._watched = None
        if compiled:
            # A recognizer that asks with other flags has its pattern compiled again: the scan says nothing of that one.
            find = self._find_in_windows if self.compiled_with_flags == self._flags else self._find
            self._watched = _WatchedRegex(compiled, find)

    def find(self, text: str) -> Iterable["regex.Match[str]"]:
        """All matches in ``text``."""
        return self._find_in_windows(self._compiled, text)

    def _find_in_windows(self, compiled: Any, text: str) -> Iterable["regex.Match[str]"]:
        windows = self._scan.windows(self.number, text)
        return self._find(compiled, text) if windows is None else self._in_windows(compiled, text, windows)

    def _in_windows(self, compiled: Any, text: str, windows: Sequence[Window]) -> list["regex.Match[str]"]:
        began = None
        found = []
        for start, last, stop in windows:
            if stop - start <= self._quick_length:
                matches = compiled.finditer(text, start, stop)
            else:
                began = began or time.monotonic()
                left = self._timeout_seconds - (time.monotonic() - began)
                if left <= 0:
                    raise RecognizerTimedOut(self._told)
                matches = self._watch(compiled.finditer(text, start, stop, timeout=left))
            for match in matches:
                if match.start() >= last:  # what begins behind all signs of a match may have been cut off
                    break
                found.append(match)
        return found

    def _find(self, compiled: Any, text: str) -> Iterator["regex.Match[str]"]:
        return self._watch(compiled.finditer(text, timeout=self._timeout_seconds))

    def _watch(self, matches: Iterator["regex.Match[str]"]) -> Iterator["regex.Match[str]"]:
        try:
            yield from matches
        except TimeoutError:
            raise RecognizerTimedOut(self._told) from None


class _WatchedRegex:
    """Stands for a compiled expression, with another way to find all matches."""

    def __init__(self, compiled: Any, find: Any) -> None:
        self._compiled = compiled
        self._find = find

    def finditer(self, text: str, timeout: float | None = None) -> Iterator["regex.Match[str]"]:
        found: Iterable[regex.Match[str]] = self._find(self._compiled, text)
        return iter(found)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._compiled, name)


def _shape(expression: str, flags: int) -> Shape | None:
    try:
        return shape_of(expression, flags)
    except NoShape:
        return None


def _quick_length(shape: Shape | None, timeout_seconds: float) -> int:
    """How long a window may be so that the pattern is through with it in a small part of the time it has.

    Measuring time costs more than most windows do.
    """
    if shape is not None:
        for length in _LENGTHS:
            if length * paths(shape, length) <= _PATHS_A_SECOND * timeout_seconds:
                return length
    return 0
