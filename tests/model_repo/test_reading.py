"""A note's findings come from its windows as they come in, and do not depend on how these are cut into blocks or batches."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from model_repo.clinical_bert import clinical_bert, decoding, relations
from model_repo.clinical_bert.clinical_bert import ClinicalBert
from model_repo.clinical_bert.engine import Scores
from model_repo.clinical_bert.findings import Findings
from model_repo.clinical_bert.heads import (
    ASSERTIONS,
    NOTE_CLASS,
    LabelSet,
    Level,
    Property,
    RelationGroup,
    entities_output,
    label_sets_json,
)
from model_repo.clinical_bert.tokens import TextTokenizer

MODEL = Path(__file__).parents[2] / "model_repo" / "clinical_bert"
WIDTH = 2
LABELS = {
    "clinical": LabelSet(
        ("Sign", "Drug"),
        (
            RelationGroup("near", ("NEXT_TO",), Level.MENTION, 6, 40, frozenset()),
            RelationGroup("induced", ("CID",), Level.CONCEPT, 6, 400, frozenset()),
        ),
        ("short", "long"),
    )
}


class WordEngine:
    """Finds words by their tokens: a sign is "cough", negated behind "no"; a drug is "aspirin". All pairs are related."""

    batch_tokens = 1

    def __init__(self, tokenizer: TextTokenizer) -> None:
        self._cough, self._aspirin, self._no = (
            int(tokenizer.tokens(word).ids[0]) for word in ("cough", "aspirin", "no")
        )
        self.seen = 0

    def run(self, windows: Sequence[NDArray[np.int64]], outputs: Sequence[str]) -> list[Scores]:
        self.seen += len(windows)
        return [{name: self._output(name, ids) for name in outputs} for ids in windows]

    def _output(self, name: str, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        if name == NOTE_CLASS:
            return np.array([0.0, len(ids) / 100], dtype=np.float32)
        if name == ASSERTIONS:
            said = np.full((len(ids), len(Property)), -1.0, dtype=np.float32)
            said[1:, 0] += 2.0 * (ids[:-1] == self._no)
            return said
        if name == entities_output("clinical"):
            tags = np.zeros((len(ids), 5), dtype=np.float32)
            tags[:, 0] = 4.0
            tags[ids == self._cough, decoding.begin(0)] = 9.0
            tags[ids == self._aspirin, decoding.begin(1)] = 9.0
            return tags
        return np.zeros((len(ids), 2 * WIDTH), dtype=np.float32)


def _network(reach: int, possible: list[list[bool]]) -> relations.PairNetwork:
    return relations.PairNetwork(
        possible=np.array(possible),
        head_type=np.zeros((2, WIDTH), dtype=np.float32),
        tail_type=np.zeros((2, WIDTH), dtype=np.float32),
        apart=np.zeros((2 * reach + 1, WIDTH), dtype=np.float32),
        words=np.zeros((2 * len(relations.WORD_STEPS), WIDTH), dtype=np.float32),
        sentences=np.zeros((relations.SENTENCES + 1, WIDTH), dtype=np.float32),
        output=np.zeros((WIDTH, 2), dtype=np.float32),
        prior=np.tile(np.array([0.0, 1.0], dtype=np.float32), (2, 2, 1)),
    )


@pytest.fixture
def engine(tokenizer: TextTokenizer) -> WordEngine:
    return WordEngine(tokenizer)


@pytest.fixture
def model(engine: WordEngine, tmp_path: Path) -> ClinicalBert:
    (tmp_path / "labels.json").write_text(label_sets_json(LABELS))
    (tmp_path / "tokenizer.json").write_bytes((MODEL / "tokenizer.json").read_bytes())
    networks = {
        "near": _network(6, [[False, True], [False, False]]),
        "induced": _network(6, [[False, False], [True, False]]),
    }
    return ClinicalBert(tmp_path, engine=engine, networks=networks)


def _found(model: ClinicalBert, *texts: str) -> list[Findings]:
    answers = model.find(texts, "clinical")
    assert not any(isinstance(answer, Exception) for answer in answers)
    return answers  # type: ignore[return-value]


def _told(findings: Findings, text: str) -> list[tuple[str, str, str]]:
    words = [text[entity["start"] : entity["end"]] for entity in findings["entities"]]
    return [(words[one["head"]], one["type"], words[one["tail"]]) for one in findings["relations"]]


def test_all_that_is_found_of_a_note_is_told(model: ClinicalBert) -> None:
    text = "She has no cough.\nTook aspirin."
    (findings,) = _found(model, text)

    assert [(text[e["start"] : e["end"]], e["type"], e["negated"]) for e in findings["entities"]] == [
        ("cough", "Sign", True),
        ("aspirin", "Drug", False),
    ]
    assert _told(findings, text) == [("cough", "NEXT_TO", "aspirin"), ("aspirin", "CID", "cough")]
    assert [one["name"] for one in findings["classes"]] == ["long", "short"]
    assert sum(one["score"] for one in findings["classes"]) == pytest.approx(1.0, abs=1e-3)
    assert findings["model"] == f"{clinical_bert.NAME}:{clinical_bert.VERSION}"


def test_a_relation_of_concepts_is_told_once(model: ClinicalBert) -> None:
    text = "Aspirin. Cough. Cough again. ASPIRIN and cough."
    (findings,) = _found(model, text)

    assert [told for told in _told(findings, text) if told[1] == "CID"] == [("Aspirin", "CID", "Cough")]
    assert len([told for told in _told(findings, text) if told[1] == "NEXT_TO"]) == 6


def test_relations_reach_over_the_edges_of_blocks_and_windows(
    model: ClinicalBert, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "The patient has a cough and took aspirin for some days, and then there was no cough. " * 120
    (whole,) = _found(model, text)
    monkeypatch.setattr(decoding.blocks, "__defaults__", (37,))
    (in_blocks,) = _found(model, text)

    assert in_blocks == whole
    assert len(whole["entities"]) == 360
    # Each aspirin with three signs before and three behind it, but at the ends of the note.
    near = [one for one in whole["relations"] if one["type"] == "NEXT_TO"]
    assert len(near) > 120 * 5


def test_notes_together_are_answered_as_one_by_one(model: ClinicalBert, engine: WordEngine) -> None:
    texts = ["No cough.", "", "cough " * 700, "Aspirin 🤒 for a cough.", " \n"]
    alone = [_found(model, text)[0] for text in texts]
    engine.batch_tokens = 300

    assert _found(model, *texts) == alone
    assert alone[1]["entities"] == alone[1]["classes"] == []


def test_a_window_that_fails_fails_its_note_alone(model: ClinicalBert, engine: WordEngine, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    engine.batch_tokens = 5000
    run = engine.run

    def failing(windows: Sequence[NDArray[np.int64]], outputs: Sequence[str]) -> list[Scores]:
        if any(len(ids) > 100 for ids in windows):
            raise RuntimeError("out of memory")
        return run(windows, outputs)

    monkeypatch.setattr(engine, "run", failing)
    first, second, third = model.find(["A cough.", "cough " * 300, "Aspirin."], "clinical")

    assert isinstance(second, RuntimeError)
    assert not isinstance(first, Exception)
    assert not isinstance(third, Exception)
    assert (len(first["entities"]), len(third["entities"])) == (1, 1)
