"""Presidio's analyzer engine, closed: whatever a recognizer does wrong is an error, never a note without findings.

Presidio's own engine logs a pattern's time-out and goes on, takes ``None`` for an empty answer, warns where an entity
is not supported, and drops what its artifacts cannot pair. Here each of these raises.
"""

import re
import time
from collections.abc import Iterator
from typing import Any

import regex
from presidio_analyzer import (
    AnalyzerEngine,
    EntityRecognizer,
    Pattern,
    PatternRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts, NoOpNlpEngine
from spacy.lang.en import English
from spacy.tokens import Doc

from transforms.deidentify.errors import RecognizerFailed, RecognizerTimedOut

LANGUAGE = "en"
_CONTEXT_CHARS = 60  # how far before and after a result its recognizer's context words are looked for
_CONTEXT_LIFT = 0.35  # Presidio's own
_CONTEXT_FLOOR = 0.4


class ClosedAnalyzerEngine(AnalyzerEngine):
    """An ``AnalyzerEngine`` whose ``analyze`` raises :class:`RecognizerFailed` or :class:`RecognizerTimedOut`.

    ``timeout_seconds`` is the longest that one recognizer may take for one text.
    """

    def __init__(self, registry: RecognizerRegistry, timeout_seconds: float) -> None:
        super().__init__(
            registry=registry,
            nlp_engine=NoOpNlpEngine([{"lang_code": LANGUAGE, "model_name": ""}]),
            context_aware_enhancer=NeighbouringWords(),
            supported_languages=[LANGUAGE],
        )
        self.timeout_seconds = timeout_seconds
        self._tokenizer = English()
        self._tokenizer.max_length = 2**31
        for recognizer in registry.recognizers:
            if isinstance(recognizer, PatternRecognizer):
                recognizer.patterns = [
                    _WatchedPattern(p, _told(recognizer), timeout_seconds) for p in recognizer.patterns
                ]
        self._recognizers: list[EntityRecognizer] = registry.get_recognizers(language=LANGUAGE, all_fields=True)
        self._told = {id(recognizer): _told(recognizer) for recognizer in self._recognizers}
        if len(self._recognizers) != len(registry.recognizers):
            raise ValueError("a recognizer of another language would never be asked")

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
        supported = {entity for recognizer in self._recognizers for entity in recognizer.supported_entities}
        if entities is not None and not supported.issuperset(entities):
            raise RecognizerFailed("engine", "asked for an entity that no recognizer supports")
        asked = list(entities) if entities is not None else sorted(supported)
        artifacts = nlp_artifacts if nlp_artifacts is not None else _Tokens(text, self._tokenizer, self.nlp_engine)
        _check_artifacts(artifacts, text)
        results: list[RecognizerResult] = []
        for recognizer in self._recognizers:
            if entities is None or not asked or set(recognizer.supported_entities) & set(asked):
                results += self._ask(recognizer, text, asked, artifacts)
        return results

    def _ask(
        self, recognizer: EntityRecognizer, text: str, entities: list[str], artifacts: NlpArtifacts
    ) -> list[RecognizerResult]:
        told = self._told[id(recognizer)]
        began = time.monotonic()
        try:
            results = recognizer.analyze(text=text, entities=entities, nlp_artifacts=artifacts)
        except (RecognizerTimedOut, TimeoutError):
            raise RecognizerTimedOut(told) from None
        except RecognizerFailed as failed:
            raise RecognizerFailed(told, failed.cause) from None
        except Exception as error:
            raise RecognizerFailed(told, type(error).__name__) from None
        # A recognizer that swallows its own time-out has still taken the time.
        if time.monotonic() - began >= self.timeout_seconds:
            raise RecognizerTimedOut(told)
        if not isinstance(results, list):
            raise RecognizerFailed(told, f"answered {type(results).__name__}, not a list")
        if not results:
            return results
        for result in results:
            _check_result(result, recognizer, told, len(text))
        if recognizer.context:
            results = self.context_aware_enhancer.enhance_using_context(text, results, artifacts, [recognizer], None)
        return [result for result in results if result.score >= _threshold(recognizer, result)]


class NeighbouringWords(ContextAwareEnhancer):
    """Lifts a result's score where one of its recognizer's context words stands near: Presidio's rule, without lemmas."""

    def __init__(self) -> None:
        super().__init__(
            context_similarity_factor=_CONTEXT_LIFT,
            min_score_with_context_similarity=_CONTEXT_FLOOR,
            context_prefix_count=_CONTEXT_CHARS,
            context_suffix_count=_CONTEXT_CHARS,
        )

    def enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,
        recognizers: list[EntityRecognizer],
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        """Lift the scores of ``raw_results``, which are of ``recognizers[0]``."""
        words = "|".join(re.escape(word) for word in (*(recognizers[0].context or ()), *(context or ())))
        near = re.compile(rf"\b(?:{words})", re.IGNORECASE)
        for result in raw_results:
            before = text[max(0, result.start - self.context_prefix_count) : result.start]
            after = text[result.end : result.end + self.context_suffix_count]
            if near.search(before) or near.search(after):
                lifted = min(1.0, result.score + self.context_similarity_factor)
                result.score = max(lifted, self.min_score_with_context_similarity)
        return raw_results


def _told(recognizer: EntityRecognizer) -> str:
    """What errors and the quarantine call a recognizer: names from code and configuration, fixed before a note is seen.

    Ours by their own names, those of a YAML file by the names that it gives, a hospital's class by the class's name.
    """
    ours = type(recognizer).__module__.startswith("transforms.")
    return str(recognizer.name) if ours or type(recognizer) is PatternRecognizer else type(recognizer).__name__


def _threshold(recognizer: EntityRecognizer, result: RecognizerResult) -> float:
    thresholds = recognizer.score_thresholds
    return float(thresholds.get(result.entity_type, thresholds.get("default", 0.0))) if thresholds else 0.0


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
    if isinstance(artifacts, _Tokens):
        return
    if artifacts.tokens is None or artifacts.tokens.text != text:
        raise RecognizerFailed("nlp_artifacts", "are of another text")
    if len(artifacts.entities) != len(artifacts.scores):
        raise RecognizerFailed("nlp_artifacts", "have another number of scores than of entities")


class _Tokens(NlpArtifacts):
    """Artifacts of a text that are made when a recognizer asks: tokens and words, but no entities, for there is no model."""

    def __init__(self, text: str, tokenizer: English, nlp_engine: NoOpNlpEngine) -> None:
        self._text = text
        self._tokenizer = tokenizer
        self._doc: Doc | None = None
        self.nlp_engine = nlp_engine
        self.language = LANGUAGE

    @property
    def tokens(self) -> Doc:
        if self._doc is None:
            self._doc = self._tokenizer.make_doc(self._text)
        return self._doc

    @property
    def tokens_indices(self) -> list[int]:
        return [token.idx for token in self.tokens]

    @property
    def lemmas(self) -> list[str]:
        return [token.lower_ for token in self.tokens]

    @property
    def keywords(self) -> list[str]:
        return [token.lower_ for token in self.tokens if not token.is_stop and not token.is_punct]

    @property
    def entities(self) -> list[Any]:
        raise RecognizerFailed("nlp_artifacts", "hold no entities: there is no spaCy model")

    @property
    def scores(self) -> list[float]:
        raise RecognizerFailed("nlp_artifacts", "hold no scores: there is no spaCy model")


class _WatchedPattern(Pattern):
    """A pattern whose time-out no one can swallow: what Presidio compiles into it raises our own error."""

    def __init__(self, pattern: Pattern, recognizer: str, timeout_seconds: float) -> None:
        self._recognizer = recognizer
        self._timeout_seconds = timeout_seconds
        super().__init__(pattern.name, pattern.regex, pattern.score)

    @property
    def compiled_regex(self) -> Any:
        return self._compiled

    @compiled_regex.setter
    def compiled_regex(self, compiled: Any) -> None:
        self._compiled = _WatchedRegex(compiled, self._recognizer, self._timeout_seconds) if compiled else None


class _WatchedRegex:
    def __init__(self, compiled: Any, recognizer: str, timeout_seconds: float) -> None:
        self._compiled = compiled
        self._recognizer = recognizer
        self._timeout_seconds = timeout_seconds

    def finditer(self, text: str, timeout: float | None = None) -> Iterator["regex.Match[str]"]:
        try:
            yield from self._compiled.finditer(text, timeout=self._timeout_seconds)
        except TimeoutError:
            raise RecognizerTimedOut(self._recognizer) from None
