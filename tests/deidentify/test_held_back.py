"""A whole note is held back, or released without a character of what any recognizer found: there is no third way."""

import logging
import time
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from transforms.deidentify.analyzer import Analyzer
from transforms.deidentify.deidentifier import Deidentifier
from transforms.deidentify.findings import Finding
from transforms.deidentify.policy import load_policy
from transforms.errors import ChartstreamError
from transforms.keyring import Keyring
from transforms.records import (
    Identifier,
    KnownPhi,
    Note,
    OrderKind,
    PhiType,
    Place,
    Quarantined,
    Read,
    Reason,
    ReleasedNote,
    Stage,
    VersionOrder,
)

NOTE = "Patient: Maria Kowalski, badge BX-77, seen today."
KEYRING = Keyring(b"k" * 32, (("e1", b"e" * 32),))


def span(start: int, end: int, entity: str = "ID") -> RecognizerResult:
    return RecognizerResult(entity, start, end, 0.9)


class Plugged(EntityRecognizer):
    """A hospital's recognizer, as ``--recognizers module:Class`` loads it."""

    def __init__(self) -> None:
        super().__init__(supported_entities=["ID"])

    def load(self) -> None:
        pass


class Raises(Plugged):
    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        raise ValueError(f"cannot read {text}")


class RaisesFromWithin(Plugged):
    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        try:
            return [span(0, len(text) // 0)]
        except ZeroDivisionError as error:
            raise LookupError(text) from error


class AnswersNone(EntityRecognizer):
    """What becomes no entities in Presidio."""

    def __init__(self) -> None:
        super().__init__(supported_entities=["ID"], name="silent")

    def load(self) -> None:
        pass

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        return None  # type: ignore[return-value]


class AnswersReversed(Plugged):
    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        return [span(0, 3), span(9, 4)]


class AnswersBeyond(Plugged):
    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        return [span(0, len(text) + 1)]


class AnswersAnotherEntity(Plugged):
    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        return [span(0, 3, "PERSON")]


class Yields(Plugged):
    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts):  # type: ignore[no-untyped-def]
        yield span(0, 3)


class IsSlow(Plugged):
    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        time.sleep(0.3)
        return []


class GivesUp(Plugged):
    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        raise TimeoutError(text)


class NestedPattern(PatternRecognizer):
    def __init__(self) -> None:
        super().__init__("ID", patterns=[Pattern("nested", r"(?:a|aa)+c", 0.9)])


class Overlaps(Plugged):
    """Badges in two halves that overlap, the one in the other, and beside a name that ours finds."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        at = text.index("badge")
        return [span(at, at + 8), span(at + 3, at + 11), span(at + 6, at + 8), span(9, at + 2)]


@cache
def analyzer(plugged: type, timeout_seconds: float) -> Analyzer:
    loaded = Analyzer((f"{plugged.__module__}:{plugged.__name__}",), timeout_seconds=timeout_seconds)
    loaded.setup()
    return loaded


def deidentified(text: str, by: Analyzer, policy: str = "safe-harbor") -> ReleasedNote | Quarantined:
    place = Place("0" * 32, "default", "in/a.jsonl", 0)
    note = Note(place, Identifier("default", "n-1"), text, VersionOrder(OrderKind.NUMBER, 1))
    step = Deidentifier(load_policy(policy), KEYRING, by)
    result = step.deidentify(Read(note, datetime(2026, 1, 1, tzinfo=UTC), 1.0))
    assert isinstance(result, ReleasedNote | Quarantined)
    return result


@pytest.mark.parametrize("policy", ["safe-harbor", "surrogate", "limited"])
@pytest.mark.parametrize(
    "plugged",
    [Raises, RaisesFromWithin, AnswersNone, AnswersReversed, AnswersBeyond, AnswersAnotherEntity, Yields],
)
def test_a_note_that_a_hospitals_recognizer_cannot_search_is_held_back(
    plugged: type, policy: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        held = deidentified(NOTE, analyzer(plugged, 30.0), policy)

    assert isinstance(held, Quarantined)
    assert (held.stage, held.reason) == (Stage.DEIDENTIFY, Reason.DEIDENTIFY_ERROR)
    assert held.detail == f"RecognizerFailed:{plugged.__name__}"
    assert "Kowalski" not in repr(held) + caplog.text


@pytest.mark.parametrize(("plugged", "text"), [(IsSlow, NOTE), (GivesUp, NOTE), (NestedPattern, f"{NOTE} {'a' * 64}b")])
def test_a_note_whose_search_takes_too_long_is_held_back(plugged: type, text: str) -> None:
    held = deidentified(text, analyzer(plugged, 0.25))

    assert isinstance(held, Quarantined)
    assert held.reason is Reason.DEIDENTIFY_TIMEOUT
    assert held.detail == f"RecognizerTimedOut:{plugged.__name__}"


def test_spans_that_overlap_become_one_and_all_of_it_goes() -> None:
    released = deidentified(NOTE, analyzer(Overlaps, 30.0))

    assert isinstance(released, ReleasedNote)
    assert released.text is not None
    for real in ("Maria", "Kowalski", "badge", "BX-77", "BX", "77"):
        assert real not in released.text
    assert released.text.startswith("Patient: [")
    assert released.text.endswith(", seen today.")


class FindsNothing(Analyzer):
    """An analyzer that is blind: what it overlooks, the second opinion sees."""

    def setup(self) -> None:
        pass

    def find(self, text: str, known_phi: KnownPhi) -> list[Finding]:
        return []


@pytest.mark.parametrize(
    ("left", "found"),
    [
        ("SSN 219-09-9999", "SSN"),
        ("MRN: 40718823", "ID"),
        ("call (413) 867-5309", "PHONE"),
        ("write to maria@mailbox.com", "EMAIL"),
        ("DOB: 03/05/1960", "DATE"),
        ("seen by Dr. Kowalski", "NAME"),
        ("a 94-year-old woman", "AGE"),
        ("from 10.22.33.44", "IP"),
        ("see https://portal.mailbox.com/u", "URL"),
        ("lives at 218 Alder Street", "LOCATION"),
    ],
)
def test_what_every_recognizer_overlooks_holds_the_note_back(left: str, found: str) -> None:
    for policy in ("safe-harbor", "surrogate"):
        held = deidentified(left, FindsNothing(), policy)
        assert isinstance(held, Quarantined)
        assert held.reason is Reason.RESIDUAL_PHI
        assert f"{found}=" in held.detail


@pytest.mark.parametrize(
    ("phi_type", "action"),
    [("PASSPORT", "mask"), ("NAME", "blur"), ("NAME", "shift"), ("AGE", "surrogate"), ("DATE", None)],
)
def test_a_policy_with_an_unknown_type_or_action_starts_nothing(
    phi_type: str, action: str | None, tmp_path: Path
) -> None:
    actions = {known.value: "mask" for known in PhiType} | {phi_type: action}
    path = tmp_path / "policy.yaml"
    lines = [f"  {name}: {value}" for name, value in actions.items()]
    path.write_text("name: own\nactions:\n" + "\n".join(lines) + "\n")

    with pytest.raises(ChartstreamError, match=phi_type):
        load_policy(str(path))
