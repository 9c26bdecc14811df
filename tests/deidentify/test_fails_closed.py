"""Wherever Presidio lets a note pass with no findings, ours raises: each row of the table is a contract."""

import pickle
import time
from pathlib import Path

import pytest
import regex
from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from transforms.deidentify.analyzer import Analyzer
from transforms.deidentify.engine import ClosedAnalyzerEngine
from transforms.deidentify.errors import RecognizerFailed, RecognizerTimedOut
from transforms.deidentify.places import Places
from transforms.errors import ChartstreamError
from transforms.records import KnownPhi, PhiType

NOTE = "Patient: Maria Kowalski, badge BX-77, seen today."


class Answering(EntityRecognizer):
    """A hospital's recognizer that answers whatever it is told to, or raises it."""

    def __init__(self, answer: object, entities: tuple[str, ...] = ("ID",)) -> None:
        self.answer = answer
        super().__init__(supported_entities=list(entities), name="answering")

    def load(self) -> None:
        pass

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class ReadsEntities(Answering):
    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        return [RecognizerResult("ID", 0, 1, 1.0) for _ in nlp_artifacts.entities]


class SwallowsItsTimeOut(Answering):
    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        time.sleep(0.06)
        return []


def engine(*recognizers: EntityRecognizer, timeout_seconds: float = 30.0) -> ClosedAnalyzerEngine:
    return ClosedAnalyzerEngine(RecognizerRegistry(list(recognizers), supported_languages=["en"]), timeout_seconds)


def span(start: object, end: object, entity: str = "ID", score: object = 0.9) -> RecognizerResult:
    return RecognizerResult(entity, start, end, score)


def test_a_recognizer_that_answers_well_is_heard() -> None:
    results = engine(Answering([span(31, 36)])).analyze(NOTE)

    assert [NOTE[result.start : result.end] for result in results] == ["BX-77"]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(RuntimeError("Maria Kowalski"), id="raises"),
        pytest.param(None, id="None, as RemoteRecognizer may answer"),
        pytest.param((span(0, 3),), id="a tuple"),
        pytest.param(["Maria"], id="something else than results"),
        pytest.param([span(9, 4)], id="reversed"),
        pytest.param([span(4, 4)], id="empty"),
        pytest.param([span(-3, 4)], id="before the text"),
        pytest.param([span(40, len(NOTE) + 1)], id="behind the text"),
        pytest.param([span(0.0, 4.0)], id="not of whole numbers"),
        pytest.param([span(0, 4, "SHOE_SIZE")], id="an entity that it does not support"),
        pytest.param([span(0, 4, score=float("nan"))], id="no score"),
        pytest.param([span(0, 4, score=7)], id="a score above one"),
    ],
)
def test_what_cannot_be_trusted_raises_and_says_nothing_of_the_note(answer: object) -> None:
    with pytest.raises(RecognizerFailed) as failure:
        engine(Answering(answer)).analyze(NOTE)

    assert failure.value.recognizer == "Answering"
    assert "Maria" not in str(failure.value)
    assert failure.value.__cause__ is None
    assert failure.value.__context__ is None or failure.value.__suppress_context__


class NamesItselfAfterTheNote(Answering):
    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        self.name = text
        raise RecognizerFailed(text, text)


def test_a_hospitals_recognizer_is_told_by_its_class_which_no_note_can_change() -> None:
    with pytest.raises(RecognizerFailed) as failure:
        engine(NamesItselfAfterTheNote([])).analyze(NOTE)

    assert failure.value.recognizer == "NamesItselfAfterTheNote"


def test_no_answer_of_a_hospitals_recognizer_brings_text_into_the_tables_as_its_name() -> None:
    answer = span(31, 36)
    answer.recognition_metadata = {RecognizerResult.RECOGNIZER_NAME_KEY: NOTE}

    (result,) = engine(Answering([answer])).analyze(NOTE)

    assert result.recognition_metadata[RecognizerResult.RECOGNIZER_NAME_KEY] == "Answering"


def test_our_own_and_those_of_a_yaml_file_are_told_by_their_names() -> None:
    with pytest.raises(RecognizerTimedOut) as failure:
        engine(slow_pattern(), timeout_seconds=0.05).analyze("a" * 64 + "b")
    assert failure.value.recognizer == "slow"

    places = Places()
    places._marks = None  # type: ignore[assignment]
    with pytest.raises(RecognizerFailed) as failure:
        engine(places).analyze(NOTE)
    assert failure.value.recognizer == "places"


def test_overlapping_spans_of_one_recognizer_are_all_kept() -> None:
    assert len(engine(Answering([span(0, 8), span(4, 12)])).analyze(NOTE)) == 2


def slow_pattern() -> PatternRecognizer:
    return PatternRecognizer("ID", name="slow", patterns=[Pattern("nested", r"(?:a|aa)+c", 0.9)])


def test_a_pattern_that_times_out_raises_although_presidio_swallows_it() -> None:
    with pytest.raises(RecognizerTimedOut):
        engine(slow_pattern(), timeout_seconds=0.05).analyze("a" * 64 + "b")


def test_a_pattern_that_is_compiled_again_with_other_flags_still_raises() -> None:
    class OtherFlags(PatternRecognizer):
        def analyze(self, text, entities, nlp_artifacts=None, regex_flags=None):  # type: ignore[no-untyped-def]
            return super().analyze(text, entities, nlp_artifacts, regex.IGNORECASE)

    recognizer = OtherFlags("ID", patterns=[Pattern("nested", r"(?:a|aa)+c", 0.9)])

    with pytest.raises(RecognizerTimedOut):
        engine(recognizer, timeout_seconds=0.05).analyze("a" * 64 + "b")


def test_a_recognizer_that_swallows_its_own_time_out_has_still_taken_the_time() -> None:
    with pytest.raises(RecognizerTimedOut):
        engine(SwallowsItsTimeOut([]), timeout_seconds=0.05).analyze(NOTE)


def test_a_recognizer_that_raises_a_time_out_is_a_time_out() -> None:
    with pytest.raises(RecognizerTimedOut):
        engine(Answering(TimeoutError("Maria"))).analyze(NOTE)


def test_an_entity_that_nobody_supports_raises() -> None:
    with pytest.raises(RecognizerFailed):
        engine(Answering([])).analyze(NOTE, entities=["SHOE_SIZE"])


def test_a_recognizer_that_needs_entities_of_a_model_fails_for_there_is_none() -> None:
    with pytest.raises(RecognizerFailed):
        engine(ReadsEntities([])).analyze(NOTE)


def test_a_recognizer_that_needs_tokens_gets_them() -> None:
    class SecondToken(Answering):
        def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
            token = nlp_artifacts.tokens[2]
            return [span(token.idx, token.idx + len(token))]

    (result,) = engine(SecondToken([])).analyze(NOTE)

    assert NOTE[result.start : result.end] == "Maria"


def artifacts(of: ClosedAnalyzerEngine, text: str, scores: list[float]) -> NlpArtifacts:
    doc = of._tokenizer.make_doc(text)
    return NlpArtifacts([doc[0:1], doc[1:2]], doc, [], [], None, "en", scores)


def test_artifacts_of_another_text_raise() -> None:
    asked = engine(Answering([]))

    with pytest.raises(RecognizerFailed):
        asked.analyze(NOTE, nlp_artifacts=artifacts(asked, "another text", [0.5, 0.5]))


def test_artifacts_with_fewer_scores_than_entities_raise() -> None:
    asked = engine(Answering([]))

    with pytest.raises(RecognizerFailed):
        asked.analyze(NOTE, nlp_artifacts=artifacts(asked, NOTE, [0.5]))


def test_a_recognizer_of_another_language_refuses_to_start() -> None:
    other = PatternRecognizer("ID", supported_language="de", patterns=[Pattern("n", "x", 0.5)])

    with pytest.raises(ValueError, match="recognizer"):
        engine(other)


YAML = """
recognizers:
  - name: badge
    supported_entity: {entity}
    patterns: [{{name: badge, regex: 'BX-\\d+', score: 0.5}}]
    context: [badge]
"""


def test_a_hospital_plugs_in_recognizers_by_yaml(tmp_path) -> None:
    path = tmp_path / "recognizers.yaml"
    path.write_text(YAML.format(entity="EMPLOYEE_BADGE"))
    analyzer = Analyzer((str(path),), {"EMPLOYEE_BADGE": PhiType.ID})

    found = {NOTE[f.start : f.end]: f for f in pickle.loads(pickle.dumps(analyzer)).find(NOTE, KnownPhi())}

    assert found["BX-77"].phi_type is PhiType.ID
    assert found["BX-77"].recognizer == "badge"
    assert found["BX-77"].score == pytest.approx(0.85)  # lifted by the word "badge"


BROKEN_YAML = {
    "not YAML": "recognizers: [",
    "not text": "\0",
    "empty": "",
    "another key": "recognisers: []",
    "no recognizer": "recognizers: []",
    "a word": "recognizers: badge",
    "nothing to look for": "recognizers: [{name: b, supported_entity: ID}]",
    "no entity": "recognizers: [{name: b, patterns: [{name: p, regex: BX, score: 0.5}]}]",
    "no expression": "recognizers: [{name: b, supported_entity: ID, patterns: [{name: p, score: 0.5}]}]",
    "an expression that does not compile": (
        "recognizers: [{name: b, supported_entity: ID, patterns: [{name: p, regex: '(BX', score: 0.5}]}]"
    ),
    "a score above one": "recognizers: [{name: b, supported_entity: ID, patterns: [{name: p, regex: BX, score: 7}]}]",
    "a score in words": "recognizers: [{name: b, supported_entity: ID, patterns: [{name: p, regex: BX, score: high}]}]",
    "a misspelt key": "recognizers: [{name: b, supported_entity: ID, deny_list: [BX], paterns: []}]",
    "an empty expression": "recognizers: [{name: b, supported_entity: ID, patterns: [{name: p, regex: '', score: 0.5}]}]",
    "a score of nothing": "recognizers: [{name: b, supported_entity: ID, patterns: [{name: p, regex: BX, score: 0}]}]",
    "another language": (
        "recognizers: [{name: b, supported_language: de, supported_entity: ID, patterns: [{name: p, regex: BX, score: 0.5}]}]"
    ),
    "a good one and an empty one": (
        "recognizers: [{name: b, supported_entity: ID, patterns: [{name: p, regex: BX, score: 0.5}]}, {}]"
    ),
}


@pytest.mark.parametrize("content", BROKEN_YAML.values(), ids=BROKEN_YAML.keys())
def test_a_broken_yaml_file_refuses_to_start_in_one_line(content: str, tmp_path: Path) -> None:
    path = tmp_path / "recognizers.yaml"
    path.write_text(content)

    with pytest.raises(ChartstreamError, match="recognizers") as refusal:
        Analyzer((str(path),)).setup()
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "source",
    [
        "missing.yaml",
        "no_such_module:Class",
        "presidio_analyzer.predefined_recognizers:SpacyRecognizer",
        "presidio_analyzer.predefined_recognizers:HuggingFaceNerRecognizer",  # answers nothing where its model fails
        "presidio_analyzer.predefined_recognizers:AzureAILanguageRecognizer",  # sends text elsewhere
        "json:JSONDecoder",
    ],
)
def test_recognizers_that_do_not_load_refuse_to_start(source: str) -> None:
    with pytest.raises(ChartstreamError):
        Analyzer((source,)).setup()


def test_an_entity_of_no_known_type_refuses_to_start(tmp_path) -> None:
    path = tmp_path / "recognizers.yaml"
    path.write_text(YAML.format(entity="SHOE_SIZE"))

    with pytest.raises(ChartstreamError, match="SHOE_SIZE"):
        Analyzer((str(path),)).setup()


def test_errors_survive_the_way_between_processes() -> None:
    error = pickle.loads(pickle.dumps(RecognizerTimedOut("slow")))

    assert isinstance(error, RecognizerTimedOut)
    assert error.recognizer == "slow"
