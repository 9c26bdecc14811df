"""The engine of a GPU, here on a CPU in fp32, finds what ONNX Runtime finds with the same weights."""

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("onnx")

from model_repo.clinical_bert.clinical_bert import VERSION, ClinicalBert  # noqa: E402
from model_repo.clinical_bert.engine import Engine, OnnxEngine  # noqa: E402
from model_repo.clinical_bert.findings import Findings  # noqa: E402
from model_repo.clinical_bert.heads import ASSERTIONS, NOTE_CLASS, arguments_output, entities_output  # noqa: E402
from model_repo.clinical_bert.torch_engine import LONGEST_WINDOW, TorchEngine  # noqa: E402
from tests.model_repo.random_network import write_random_model  # noqa: E402
from tests.model_repo.small_model import EFFECTS  # noqa: E402

OUTPUTS = [entities_output("clinical"), ASSERTIONS, arguments_output(EFFECTS.name), NOTE_CLASS]
TOLERANCE = 1e-3
SHAPES = {"narrow": {"layers": 2, "heads": 4, "hidden": 64}, "head of 64": {"layers": 3, "heads": 2, "hidden": 128}}


@pytest.fixture(scope="module", params=SHAPES)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_random_model(tmp_path_factory.mktemp("random") / "clinical_bert", **SHAPES[request.param])


@pytest.fixture(scope="module")
def engines(folder: Path) -> tuple[Engine, Engine]:
    weights = folder / str(VERSION)
    return OnnxEngine(weights / "model.onnx"), TorchEngine(weights / "model.safetensors")


@pytest.fixture(scope="module")
def texts(examples: Path) -> list[str]:
    """The project's example notes, and characters as they come."""
    notes = [path.read_text(encoding="latin-1") for path in sorted((examples / "notes" / "text").glob("*.txt"))]
    return [*notes, "", "👩‍⚕️🤒 fever 39 °C, pre\u0301sente\u0301d with pai\u0303n", "\x00\n\u200b", notes[0] * 3]


def _same(first: Sequence[Findings | Exception], second: Sequence[Findings | Exception]) -> int:
    """Holds findings equal but for their scores, which are close. Returns how many entities and relations there are."""
    compared = 0
    for one, other in zip(first, second, strict=True):
        assert not isinstance(one, Exception)
        assert not isinstance(other, Exception)
        for kind in ("entities", "relations", "classes"):
            assert [{**found, "score": 0} for found in one[kind]] == [{**found, "score": 0} for found in other[kind]]
            scores = ([found["score"] for found in findings[kind]] for findings in (one, other))
            assert np.allclose(*scores, atol=TOLERANCE, rtol=0)
            compared += len(one[kind])
    return compared


@pytest.mark.parametrize("labels", ["clinical", "biomedical"])
def test_both_engines_find_the_same_in_real_notes(
    folder: Path, engines: tuple[Engine, Engine], texts: list[str], labels: str
) -> None:
    by_onnx, by_torch = (ClinicalBert(folder, engine=engine).find(texts, labels) for engine in engines)

    assert _same(by_onnx, by_torch) > 50
    assert any(found["negated"] for note in by_torch for found in note["entities"])  # type: ignore[index]


def test_scores_are_a_windows_own_whatever_lies_beside_it(engines: tuple[Engine, Engine]) -> None:
    rng = np.random.default_rng(1)
    windows = [rng.integers(1000, 30000, length) for length in (256, 2, 3, 100, 255, 1, 31)]
    by_onnx, by_torch = (engine.run(windows, OUTPUTS) for engine in engines)

    for window, one, other in zip(windows, by_onnx, by_torch, strict=True):
        (alone,) = engines[1].run([window], OUTPUTS)
        assert list(other) == OUTPUTS
        for output in OUTPUTS:
            assert other[output].dtype == np.float32
            assert other[output].shape == one[output].shape
            assert np.allclose(one[output], other[output], atol=TOLERANCE)
            assert np.allclose(alone[output], other[output], atol=TOLERANCE)


def test_a_note_alone_and_among_others_has_the_same_findings(
    folder: Path, engines: tuple[Engine, Engine], texts: list[str]
) -> None:
    bert = ClinicalBert(folder, engine=engines[1])
    alone = [answer for text in texts for answer in bert.find([text], "clinical")]
    order = list(range(len(texts)))
    random.Random(1).shuffle(order)

    _same(bert.find([texts[at] for at in order], "clinical"), [alone[at] for at in order])


def test_a_window_that_is_too_long_is_refused(engines: tuple[Engine, Engine]) -> None:
    with pytest.raises(ValueError, match="at most"):
        engines[1].run([np.ones(LONGEST_WINDOW + 1, dtype=np.int64)], OUTPUTS)


def test_the_weights_take_half_of_what_fp32_takes(folder: Path) -> None:
    weights = folder / str(VERSION)

    assert (weights / "model.safetensors").stat().st_size < 0.55 * (weights / "model.onnx").stat().st_size
