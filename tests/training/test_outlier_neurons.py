"""A neuron twenty times as large as the others: computed apart it changes no score, and int8 keeps what it had drowned."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
onnx = pytest.importorskip("onnx")

from onnx import numpy_helper  # noqa: E402
from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: E402

from tests.model_repo.random_network import random_network  # noqa: E402
from training.export import Kept, write_full, write_int8  # noqa: E402
from training.outlier_neurons import PREFIX, feed_forwards, set_apart  # noqa: E402

LAYERS = 3
NEURON = 17
Windows = list[NDArray[np.int64]]


@pytest.fixture(scope="module")
def windows() -> Windows:
    random = np.random.default_rng(0)
    return [random.integers(1000, 30000, length) for length in (12, 40, 90)]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    network = random_network(layers=LAYERS, heads=4, hidden=48)
    with torch.no_grad():
        for layer in network.encoder.encoder.layer:
            layer.intermediate.dense.weight[NEURON] *= 20
            layer.output.dense.weight[:, NEURON] /= 20
    path = tmp_path_factory.mktemp("full") / "full.onnx"
    write_full(network, path)
    return path


def scores(model: Path | bytes, windows: Windows) -> NDArray[np.float32]:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    found = [session.run(None, {"input_ids": ids[np.newaxis]}) for ids in windows]
    return np.concatenate([values.ravel() for each in found for values in each])


def test_what_is_set_apart_is_the_largest_and_no_score_changes(full: Path, windows: Windows) -> None:
    model = onnx.load(full)
    layers = feed_forwards(model.graph)
    assert len(layers) == LAYERS
    set_apart(model, layers, windows)
    np.testing.assert_allclose(scores(model.SerializeToString(), windows), scores(full, windows), atol=2e-4)
    weights = {weight.name: numpy_helper.to_array(weight) for weight in model.graph.initializer}
    for layer in feed_forwards(model.graph):
        assert not weights[layer.up.input[1]][:, NEURON].any()
        assert not weights[layer.down.input[1]][NEURON].any()
        assert np.count_nonzero(~weights[layer.down.input[1]].any(axis=1)) == 4


def test_int8_is_nearer_to_full_precision_than_without(full: Path, windows: Windows, tmp_path: Path) -> None:
    write_int8(full, tmp_path / "apart.onnx", Kept.HEADS, windows)
    heads = [
        node.name for node in onnx.load(full).graph.node if node.op_type == "MatMul" and "encoder" not in node.name
    ]
    quantize_dynamic(
        full,
        tmp_path / "plain.onnx",
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=heads,
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )
    exact = scores(full, windows)
    lost = {name: np.abs(scores(tmp_path / f"{name}.onnx", windows) - exact).mean() for name in ("apart", "plain")}
    assert lost["apart"] < 0.8 * lost["plain"]


@pytest.mark.parametrize(
    ("kept", "in_full"), [(Kept.HEADS, 0), (Kept.FIRST_FEED_FORWARD_OUTPUTS, 1), (Kept.FEED_FORWARD_OUTPUTS, 3)]
)
def test_layers_that_are_kept_are_not_quantised(
    full: Path, windows: Windows, tmp_path: Path, kept: Kept, in_full: int
) -> None:
    write_int8(full, tmp_path / "int8.onnx", kept, windows)
    graph = onnx.load(tmp_path / "int8.onnx").graph
    weights = {weight.name: weight for weight in graph.initializer}
    products = [node for node in graph.node if node.op_type == "MatMul" and node.input[1] in weights]
    of_layers = [node for node in products if list(weights[node.input[1]].dims) == [96, 48]]
    assert len(of_layers) == in_full
    assert len([node for node in products if node.name.startswith(PREFIX)]) == 2 * (LAYERS - in_full)


def test_sums_and_norms_stand_in_nodes_of_their_own(full: Path) -> None:
    kinds = [node.op_type for node in onnx.load(full).graph.node]
    assert "SkipLayerNormalization" not in kinds
    assert kinds.count("LayerNormalization") == 2 * LAYERS + 1
