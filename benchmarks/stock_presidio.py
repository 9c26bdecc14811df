"""Presidio's own analyzer, as it comes, to be compared with: over a blank spaCy pipeline, or one of en_core_web_sm's shape.

No spaCy model comes with Presidio. ``sm_shaped`` has en_core_web_sm's components, labels by number and widths with random
weights: it costs what the real one costs, and finds nothing sensible.
"""

from typing import Any

import spacy
import tldextract.tldextract
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine, SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import SpacyRecognizer
from spacy.language import Language
from spacy.tokens import Doc

_LABELS = {"tagger": 50, "parser": 45, "ner": 18}


class BlankEngine(NlpEngine):  # type: ignore[misc]  # Presidio has no types
    """spaCy's English tokens, each its own lemma in lower case."""

    def __init__(self) -> None:
        self._nlp = spacy.blank("en")
        self._nlp.max_length = 2**31

    def load(self) -> None:
        """Nothing to load."""

    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        doc = self._nlp(text)
        return NlpArtifacts([], doc, [t.idx for t in doc], [t.lower_ for t in doc], self, language, [])

    def process_batch(self, texts: Any, language: str, **options: Any) -> Any:
        return ((text, self.process_text(text, language)) for text in texts)

    def is_stopword(self, word: str, language: str) -> bool:
        return bool(self._nlp.vocab[word].is_stop)

    def is_punct(self, word: str, language: str) -> bool:
        return bool(self._nlp.vocab[word].is_punct)

    def get_supported_entities(self) -> list[str]:
        return []

    def get_supported_languages(self) -> list[str]:
        return ["en"]


def predefined() -> list[EntityRecognizer]:
    """Presidio's English recognizers that are on by default, without the one that needs a model."""
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"])
    return [recognizer for recognizer in registry.recognizers if not isinstance(recognizer, SpacyRecognizer)]


def stock(recognizers: list[EntityRecognizer]) -> AnalyzerEngine:
    """Presidio's engine over blank tokens. It fetches nothing."""
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    registry = RecognizerRegistry(recognizers, supported_languages=["en"])
    return AnalyzerEngine(registry=registry, nlp_engine=BlankEngine(), supported_languages=["en"])


def stock_with_model() -> AnalyzerEngine:
    """Presidio's engine as its users run it, over a pipeline of en_core_web_sm's shape."""
    engine = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": "sm_shaped"}])
    engine.nlp = {"en": sm_shaped()}
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=engine)
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])


def sm_shaped() -> Language:
    """A pipeline of tok2vec, tagger, parser, lemmas and ner."""
    nlp = spacy.blank("en")
    nlp.max_length = 2**31
    for name in ("tok2vec", *_LABELS):
        nlp.add_pipe(name)
    for name, count in _LABELS.items():
        for number in range(count):
            nlp.get_pipe(name).add_label(f"L{number}")
    nlp.add_pipe("lower_lemmas")
    nlp.initialize()
    return nlp


@Language.component("lower_lemmas")  # type: ignore[untyped-decorator]
def _lower_lemmas(doc: Doc) -> Doc:
    for token in doc:
        token.lemma_ = token.lower_
    return doc
