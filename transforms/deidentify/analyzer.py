"""Finds what identifies a patient: known identifiers, then every recognizer, then the values found, again."""

from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

import yaml
from presidio_analyzer import (
    EntityRecognizer,
    PatternRecognizer,
    RecognizerRegistry,
    RecognizerResult,
    RemoteRecognizer,
)
from presidio_analyzer.predefined_recognizers import HuggingFaceNerRecognizer, SpacyRecognizer

from transforms.deidentify.engine import LANGUAGE, ClosedAnalyzerEngine
from transforms.deidentify.errors import RecognizerFailed
from transforms.deidentify.findings import Finding, merge
from transforms.deidentify.known_phi import find_known
from transforms.deidentify.lexicon import lexicon
from transforms.deidentify.name_ends import with_ends
from transforms.deidentify.names import NamesByRule
from transforms.deidentify.place_tails import with_tails
from transforms.deidentify.places import Places
from transforms.deidentify.propagate import propagate
from transforms.deidentify.tagged_identifiers import TaggedIdentifiers
from transforms.deidentify.values import plain
from transforms.deidentify.wrapped_lines import unwrapped
from transforms.deidentify.written_forms import WrittenForms
from transforms.errors import ChartstreamError
from transforms.records import KnownPhi, PhiType

# What Presidio's own recognizers call our types. A recognizer of a hospital names one of these, or a ``PhiType``.
_PRESIDIO_ENTITIES = {
    "PERSON": PhiType.NAME,
    "DATE_TIME": PhiType.DATE,
    "PHONE_NUMBER": PhiType.PHONE,
    "EMAIL_ADDRESS": PhiType.EMAIL,
    "IP_ADDRESS": PhiType.IP,
    "MAC_ADDRESS": PhiType.ID,
    "US_SSN": PhiType.SSN,
    "US_DRIVER_LICENSE": PhiType.ID,
    "US_PASSPORT": PhiType.ID,
    "US_ITIN": PhiType.ID,
    "US_BANK_NUMBER": PhiType.ID,
    "US_NPI": PhiType.ID,
    "US_MBI": PhiType.ID,
    "US_LICENSE_PLATE": PhiType.ID,
    "MEDICAL_LICENSE": PhiType.ID,
    "CREDIT_CARD": PhiType.ID,
    "IBAN_CODE": PhiType.ID,
    "CRYPTO": PhiType.ID,
    "ZIP": PhiType.LOCATION,
    "ORGANIZATION": PhiType.LOCATION,
    "FACILITY": PhiType.LOCATION,
    "TITLE": PhiType.NAME,
}
_PHI_TYPES = _PRESIDIO_ENTITIES | {phi_type.value: phi_type for phi_type in PhiType}


@dataclass(slots=True)
class Analyzer:
    """Finds identifiers in one note at a time. Holds configuration until :meth:`setup`; only that is pickled.

    ``recognizers`` are a hospital's own: YAML files in Presidio's format, or Python classes as ``module:Class``.
    ``entity_types`` says which of our types their entities are, where Presidio's own names do not.
    ``timeout_seconds`` is the longest that one recognizer may take for one note.
    """

    recognizers: tuple[str, ...] = ()
    entity_types: dict[str, PhiType] = field(default_factory=dict)
    timeout_seconds: float = 30.0
    _engine: ClosedAnalyzerEngine | None = field(default=None, init=False, repr=False)

    def __reduce__(self) -> tuple[type["Analyzer"], tuple[tuple[str, ...], dict[str, PhiType], float]]:
        return type(self), (self.recognizers, self.entity_types, self.timeout_seconds)

    def setup(self) -> None:
        """Load lists and recognizers (once a worker).

        Raises:
            ChartstreamError: a hospital's recognizer does not load, or finds what no type of ours stands for.
        """
        if self._engine is not None:
            return
        lexicon()
        registry = RecognizerRegistry(
            [
                WrittenForms(),
                NamesByRule(),
                Places(),
                TaggedIdentifiers(),
                *(r for source in self.recognizers for r in _load(source)),
            ],
            supported_languages=[LANGUAGE],
        )
        for recognizer in registry.recognizers:
            unknown = set(recognizer.supported_entities) - set(_PHI_TYPES) - set(self.entity_types)
            if unknown or not recognizer.supported_entities:
                named = ", ".join(sorted(unknown)) or "nothing"
                raise ChartstreamError(
                    f"recognizer {recognizer.name} finds {named}: say in entity_types which type that is "
                    f"({', '.join(PhiType)})"
                )
        try:
            self._engine = ClosedAnalyzerEngine(registry, self.timeout_seconds)
        except ValueError as error:
            raise ChartstreamError(f"recognizers do not load: {error}") from None

    def find(self, text: str, known_phi: KnownPhi) -> list[Finding]:
        """Return everything in ``text`` that identifies, sorted and without overlap.

        Raises:
            RecognizerFailed: a recognizer raised or answered what cannot be trusted.
            RecognizerTimedOut: a recognizer took too long.
        """
        self.setup()
        assert self._engine is not None
        if not text:
            return []
        text = unwrapped(plain(text))
        answered = map(self._finding, self._engine.analyze(text))
        found = merge([*find_known(text, known_phi), *answered])
        found = merge(with_ends(text, with_tails(text, found)))
        return merge([*found, *propagate(text, found)])

    def _finding(self, result: RecognizerResult) -> Finding:
        phi_type = self.entity_types.get(result.entity_type) or _PHI_TYPES.get(result.entity_type)
        metadata = result.recognition_metadata or {}
        recognizer = str(metadata.get(RecognizerResult.RECOGNIZER_NAME_KEY, "unnamed"))
        if phi_type is None:
            raise RecognizerFailed(recognizer, "answered an entity of no known type")
        return Finding(phi_type, result.start, result.end, recognizer, float(result.score))


def _load(source: str) -> list[EntityRecognizer]:
    try:
        loaded = _load_yaml(Path(source)) if source.endswith((".yaml", ".yml")) else [_load_class(source)]
    except Exception as error:
        raise ChartstreamError(f"recognizers {source} do not load: {type(error).__name__}") from None
    for recognizer in loaded:
        if (reason := _why_not(recognizer)) is not None:
            raise ChartstreamError(f"recognizers {source}: {type(recognizer).__name__} {reason}")
    return loaded


def _why_not(recognizer: EntityRecognizer) -> str | None:
    """Why a recognizer cannot be had where nothing may fail open and raw text stays in the worker; None where it can."""
    if isinstance(recognizer, SpacyRecognizer):
        return "needs a spaCy model, and there is none"
    if isinstance(recognizer, HuggingFaceNerRecognizer):
        return "answers that there is nothing where its model fails: wrap the model in a recognizer that raises"
    if isinstance(recognizer, RemoteRecognizer):
        return "would send raw text out of the worker"
    if isinstance(recognizer, PatternRecognizer) and any(not p.regex or p.score <= 0 for p in recognizer.patterns):
        return "has a pattern that finds nothing: give it an expression and a score above 0"
    return None


def _load_yaml(path: Path) -> list[EntityRecognizer]:
    registry = RecognizerRegistry(supported_languages=[LANGUAGE])
    for recognizer in yaml.safe_load(path.read_text(encoding="utf-8"))["recognizers"]:
        registry.add_pattern_recognizer_from_dict({"supported_language": LANGUAGE, **recognizer})
    recognizers: list[EntityRecognizer] = registry.recognizers
    if not recognizers:
        raise ValueError("no recognizer")
    return recognizers


def _load_class(source: str) -> EntityRecognizer:
    module, _, name = source.partition(":")
    recognizer = getattr(import_module(module), name)()
    if not isinstance(recognizer, EntityRecognizer):
        raise TypeError("not an EntityRecognizer")
    if isinstance(recognizer, PatternRecognizer):  # ``PATTERNS`` belong to the class: its other objects keep theirs
        recognizer.patterns = list(recognizer.patterns)
    return recognizer
