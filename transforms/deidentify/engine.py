"""Presidio's analyzer engine, fast and closed: the same entities, spans and scores, and an error in place of an omission.

Presidio's own engine logs a pattern's time-out and goes on, takes ``None`` for an empty answer, warns where an entity
is not supported, and drops what its artifacts cannot pair. Here each of these raises. What makes it fast stands beside it:
one scan of a text for all that recognizers look for (``pattern_scan``), and tokens only around results (``context_words``).
"""

import time
from collections.abc import Callable
from itertools import chain
from typing import Any, TypeAlias

import tldextract.tldextract
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, PatternRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts, NoOpNlpEngine
from presidio_analyzer.predefined_recognizers import EmailRecognizer, PhoneRecognizer

from transforms.deidentify.context_words import LazyArtifacts, NearbyContext
from transforms.deidentify.duplicates import without_duplicates
from transforms.deidentify.errors import RecognizerFailed, RecognizerTimedOut
from transforms.deidentify.pattern_scan import PatternScan
from transforms.deidentify.phone_scan import PhoneScan
from transforms.deidentify.scanned_patterns import ScannedPatterns
from transforms.deidentify.text_tokens import BlankEnglish

LANGUAGE = "en"
# What Presidio's e-mail recognizer asks for domains, which would else fetch their list at its first question.
_DOMAINS_OFFLINE = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)

_Results: TypeAlias = list[RecognizerResult]


class ClosedAnalyzerEngine(AnalyzerEngine):
    """An ``AnalyzerEngine`` whose ``analyze`` raises :class:`RecognizerFailed` or :class:`RecognizerTimedOut`.

    Takes the registry's recognizers over: their patterns are replaced. ``timeout_seconds`` is the longest that one
    recognizer may take for one text. Several threads may ask at once.
    """

    def __init__(self, registry: RecognizerRegistry, timeout_seconds: float) -> None:
        super().__init__(
            registry=registry,
            nlp_engine=NoOpNlpEngine([{"lang_code": LANGUAGE, "model_name": ""}]),
            context_aware_enhancer=NearbyContext(),
            supported_languages=[LANGUAGE],
        )
        recognizers: list[EntityRecognizer] = registry.get_recognizers(language=LANGUAGE, all_fields=True)
        if len(recognizers) != len(registry.recognizers):
            raise ValueError("a recognizer of another language would never be asked")
        tldextract.tldextract.TLD_EXTRACTOR = _DOMAINS_OFFLINE
        if any(isinstance(recognizer, EmailRecognizer) for recognizer in recognizers):
            _DOMAINS_OFFLINE("")  # reads its list now, and not at the first note with an address
        self.timeout_seconds = timeout_seconds
        self._tokenizer = BlankEnglish()
        self._scan = PatternScan()
        self._asked = [_Asked(recognizer, self._scan, timeout_seconds) for recognizer in recognizers]
        self._scan.open()

    def analyze(
        self,
        text: str,
        language: str = LANGUAGE,
        entities: list[str] | None = None,
        nlp_artifacts: NlpArtifacts | None = None,
        **unsupported: Any,
    ) -> list[RecognizerResult]:
        """Ask every recognizer for ``entities`` (all, if none are named), and check every answer.

        Raises:
            RecognizerFailed: a recognizer raised, answered with something else than results, or with spans that do not
                stand in ``text``; an entity that nobody supports; artifacts of another text.
            RecognizerTimedOut: a recognizer took longer than the engine's limit.
        """
        if unsupported or language != LANGUAGE:
            raise RecognizerFailed("engine", "asked for what it does not do")
        supported = set(chain.from_iterable(asked.recognizer.supported_entities for asked in self._asked))
        if entities is not None and not supported.issuperset(entities):
            raise RecognizerFailed("engine", "asked for an entity that no recognizer supports")
        wanted = list(entities) if entities else sorted(supported)
        artifacts = nlp_artifacts
        if artifacts is None:
            artifacts = LazyArtifacts(text, self._tokenizer, self.nlp_engine, LANGUAGE)
        _check_artifacts(artifacts, text)
        with self._scan.over(text):
            answers = {
                asked: asked.answer(text, wanted, artifacts)
                for asked in self._asked
                if not asked.has_nothing()
                and not (entities and set(entities).isdisjoint(asked.recognizer.supported_entities))
            }
        results: _Results = []
        for asked in answers:
            results += asked.enhanced(text, answers, artifacts, self.context_aware_enhancer)
        return without_duplicates(results)


class _Asked:
    """A recognizer, what errors call it, and how it is asked."""

    def __init__(self, recognizer: EntityRecognizer, scan: PatternScan, timeout_seconds: float) -> None:
        self.recognizer = recognizer
        self._is_ours = _is_ours(recognizer)
        self._told = _told(recognizer)
        self._timeout_seconds = timeout_seconds
        self._enhances = type(recognizer).enhance_using_context is not EntityRecognizer.enhance_using_context
        self._scanned: ScannedPatterns | PhoneScan | None = None
        self._analyze: Callable[..., Any] = recognizer.analyze
        if isinstance(recognizer, PatternRecognizer):
            self._scanned = ScannedPatterns(recognizer, scan, self._told, timeout_seconds)
        elif type(recognizer) is PhoneRecognizer:
            self._scanned = PhoneScan(recognizer, scan)
        if self._scanned is not None:
            self._analyze = self._scanned.analyze

    def has_nothing(self) -> bool:
        """Whether it is certain that it finds nothing in the text that is scanned."""
        return self._scanned is not None and self._scanned.is_absent()

    def answer(self, text: str, entities: list[str], artifacts: NlpArtifacts) -> _Results:
        """What the recognizer finds, checked, each result with its name."""
        results = self._guarded(lambda: self._analyze(text=text, entities=entities, nlp_artifacts=artifacts))
        checked = self._checked(results, len(text))
        for result in checked:
            if not result.recognition_metadata:
                result.recognition_metadata = {}
            result.recognition_metadata.setdefault(RecognizerResult.RECOGNIZER_IDENTIFIER_KEY, self.recognizer.id)
            if not self._is_ours:  # whatever it calls itself in its answer may be text of the note
                result.recognition_metadata[RecognizerResult.RECOGNIZER_NAME_KEY] = self._told
        return checked

    def enhanced(
        self, text: str, answers: dict["_Asked", _Results], artifacts: NlpArtifacts, enhancer: NearbyContext
    ) -> _Results:
        """This recognizer's answer with the scores that its context gives, but for what stays below its threshold."""
        answer = answers[self]
        if self._enhances:
            enhanced = self._guarded(
                lambda: self.recognizer.enhance_using_context(
                    text=text,
                    raw_recognizer_results=answer,
                    other_raw_recognizer_results=[
                        r for of, others in answers.items() if of is not self for r in others
                    ],
                    nlp_artifacts=artifacts,
                    context=None,
                )
            )
            answer = self._checked(enhanced, len(text))
        if answer and self.recognizer.context:
            answer = self._guarded(lambda: enhancer.enhance_using_context(text, answer, artifacts, [self.recognizer]))
        thresholds = self.recognizer.score_thresholds
        return [r for r in answer if r.score >= _threshold(thresholds, r)] if thresholds else answer

    def _guarded(self, ask: Callable[[], Any]) -> Any:
        began = time.monotonic()
        try:
            answer = ask()
        except (RecognizerTimedOut, TimeoutError):
            raise RecognizerTimedOut(self._told) from None
        except RecognizerFailed as failed:
            raise RecognizerFailed(self._told, failed.cause) from None
        except Exception as error:
            raise RecognizerFailed(self._told, type(error).__name__) from None
        # A recognizer that swallows its own time-out has still taken the time.
        if time.monotonic() - began >= self._timeout_seconds:
            raise RecognizerTimedOut(self._told)
        return answer

    def _checked(self, results: object, length: int) -> _Results:
        if not isinstance(results, list):
            raise RecognizerFailed(self._told, f"answered {type(results).__name__}, not a list")
        for result in results:
            _check_result(result, self.recognizer, self._told, length)
        return results


def _told(recognizer: EntityRecognizer) -> str:
    """What errors and the quarantine call a recognizer: names from code and configuration, fixed before a note is seen.

    Ours by their own names, those of a YAML file by the names that it gives, a hospital's class by the class's name.
    """
    by_name = _is_ours(recognizer) or type(recognizer) is PatternRecognizer
    return str(recognizer.name) if by_name else type(recognizer).__name__


def _is_ours(recognizer: EntityRecognizer) -> bool:
    return type(recognizer).__module__.startswith("transforms.")


def _threshold(thresholds: dict[str, float], result: RecognizerResult) -> float:
    return thresholds.get(result.entity_type, thresholds.get("default", 0.0))


def _check_result(result: object, recognizer: EntityRecognizer, told: str, length: int) -> None:
    if not isinstance(result, RecognizerResult):
        raise RecognizerFailed(told, f"answered a {type(result).__name__} among its results")
    if result.entity_type not in recognizer.supported_entities:
        raise RecognizerFailed(told, "answered an entity that it does not support")
    if type(result.start) is not int or type(result.end) is not int:
        raise RecognizerFailed(told, "answered a span that is not of whole numbers")
    if not 0 <= result.start < result.end <= length:
        raise RecognizerFailed(told, "answered a span that is empty, reversed or outside the text")
    if not isinstance(result.score, int | float) or not 0.0 <= result.score <= 1.0:
        raise RecognizerFailed(told, "answered a score outside 0 to 1")


def _check_artifacts(artifacts: NlpArtifacts, text: str) -> None:
    if isinstance(artifacts, LazyArtifacts):
        return
    if artifacts.tokens is None or artifacts.tokens.text != text:
        raise RecognizerFailed("nlp_artifacts", "are of another text")
    if len(artifacts.entities) != len(artifacts.scores):
        raise RecognizerFailed("nlp_artifacts", "have another number of scores than of entities")
