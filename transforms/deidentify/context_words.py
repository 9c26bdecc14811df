"""Presidio's context rule: a result counts for more where one of its recognizer's words stands shortly before it.

The rule and its numbers are those of :class:`LemmaContextAwareEnhancer`. What differs is what it costs: only the tokens
around a result are made, where Presidio tokenizes the whole text, copies all results and compares with all its words.
"""

from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import takewhile
from typing import Any

from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer, LemmaContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts, NoOpNlpEngine
from spacy.tokens import Doc

from transforms.deidentify.errors import RecognizerFailed
from transforms.deidentify.nearby_keywords import NearbyKeywords
from transforms.deidentify.text_tokens import BlankEnglish, Role


class LazyArtifacts(NlpArtifacts):
    """Artifacts of a text that are made when a recognizer asks: tokens and words, but no entities, for there is no model."""

    def __init__(self, text: str, english: BlankEnglish, nlp_engine: NoOpNlpEngine, language: str) -> None:
        self.text = text
        self.nlp_engine = nlp_engine
        self.language = language
        self.nearby = NearbyKeywords(text, english)
        self._english = english

    @cached_property
    def tokens(self) -> Doc:
        return self._english.make_doc(self.text)

    @cached_property
    def tokens_indices(self) -> list[int]:
        return [token.idx for token in self.tokens]

    @cached_property
    def lemmas(self) -> list[str]:
        return [token.lower_ for token in self.tokens]

    @cached_property
    def keywords(self) -> list[str]:
        counted = (lemma for lemma in self.lemmas if self._english.role(lemma) is not Role.STOP_WORD)
        return [part for lemma in counted for part in lemma.split(":")]

    @property
    def entities(self) -> list[Any]:
        raise RecognizerFailed("nlp_artifacts", "hold no entities: there is no spaCy model")

    @property
    def scores(self) -> list[float]:
        raise RecognizerFailed("nlp_artifacts", "hold no scores: there is no spaCy model")


class NearbyContext(ContextAwareEnhancer):
    """Gives the scores that :class:`LemmaContextAwareEnhancer` gives."""

    def __init__(self) -> None:
        self._presidio = LemmaContextAwareEnhancer()
        super().__init__(
            context_similarity_factor=self._presidio.context_similarity_factor,
            min_score_with_context_similarity=self._presidio.min_score_with_context_similarity,
            context_prefix_count=self._presidio.context_prefix_count,
            context_suffix_count=self._presidio.context_suffix_count,
        )

    def enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,
        recognizers: list[EntityRecognizer],
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        """``raw_results`` in their order, those near a word of their recognizer's context with a higher score.

        Raises:
            ValueError: a result begins behind the text's last token.
        """
        given = [word.lower() for word in context or ()]
        words = {of.id: _context(tuple(of.context or ())) for of in recognizers}
        if isinstance(nlp_artifacts, LazyArtifacts) and not given:
            words = {of: nlp_artifacts.nearby.those_held(listed) for of, listed in words.items()}
        results = []
        for result in raw_results:
            metadata = result.recognition_metadata or {}
            wanted = words.get(metadata.get(RecognizerResult.RECOGNIZER_IDENTIFIER_KEY)) or ()
            may_rise = (
                wanted
                and result.score < self.MAX_SCORE
                and not metadata.get(RecognizerResult.IS_SCORE_ENHANCED_BY_CONTEXT_KEY)
            )
            if may_rise and (_hold(given, wanted) or self._are_near(wanted, text, result, nlp_artifacts)):
                result = self._lifted(result)
            results.append(result)
        return results

    def _are_near(self, wanted: Sequence[str], text: str, result: RecognizerResult, artifacts: NlpArtifacts) -> bool:
        if isinstance(artifacts, LazyArtifacts) and self.context_suffix_count == 0:
            held = artifacts.nearby.hold(wanted, result.start, self.context_prefix_count)
            if held is not None:
                return held
        word = text[result.start : result.end]
        keywords = self._presidio._extract_surrounding_words(artifacts, word, result.start)
        return _hold([keyword.lower() for keyword in keywords], wanted)

    def _lifted(self, result: RecognizerResult) -> RecognizerResult:
        score = max(result.score + self.context_similarity_factor, self.min_score_with_context_similarity)
        return RecognizerResult(
            result.entity_type,
            result.start,
            result.end,
            min(score, self.MAX_SCORE),
            result.analysis_explanation,
            result.recognition_metadata,
        )


@lru_cache
def _context(words: tuple[str, ...]) -> tuple[str, ...]:
    """What lifts a result. To Presidio an empty word is the one that was found: it and those behind it lift nothing."""
    return tuple(word.lower() for word in takewhile(bool, words))


def _hold(keywords: Sequence[str], words: Sequence[str]) -> bool:
    return any(word in keyword for word in words for keyword in keywords)
