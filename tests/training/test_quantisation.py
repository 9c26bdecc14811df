"""What is read in training is what ONNX Runtime's dynamic quantisation makes of it; in evaluation nothing is rounded."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

import onnxruntime  # noqa: E402

from training.quantisation import round_products, rounded  # noqa: E402


@pytest.fixture(scope="module")
def standard(tmp_path_factory: pytest.TempPathFactory) -> onnxruntime.InferenceSession:
    """DynamicQuantizeLinear and back, as ONNX defines them."""
    values = onnx.helper.make_tensor_value_info("values", onnx.TensorProto.FLOAT, [None, None])
    read = onnx.helper.make_tensor_value_info("read", onnx.TensorProto.FLOAT, [None, None])
    nodes = [
        onnx.helper.make_node("DynamicQuantizeLinear", ["values"], ["small", "scale", "nought"]),
        onnx.helper.make_node("DequantizeLinear", ["small", "scale", "nought"], ["read"]),
    ]
    graph = onnx.helper.make_graph(nodes, "rounded", [values], [read])
    path: Path = tmp_path_factory.mktemp("standard") / "rounded.onnx"
    onnx.save(onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=9), path)
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


@pytest.mark.parametrize("shift", [0.0, 5.0, -5.0])
def test_each_window_is_rounded_as_the_standard_says(standard: onnxruntime.InferenceSession, shift: float) -> None:
    torch.manual_seed(1)
    windows = torch.randn(3, 7, 16) * torch.tensor([0.01, 1.0, 40.0])[:, None, None] + shift

    found = rounded(windows)

    for window, read in zip(windows.numpy(), found.numpy(), strict=True):
        (expected,) = standard.run(None, {"values": window})
        np.testing.assert_allclose(read, expected, atol=1e-5 * np.abs(window).max())
    assert (found != windows).any()


def test_products_read_rounded_values_only_while_they_learn_and_gradients_pass() -> None:
    torch.manual_seed(1)
    encoder = torch.nn.Sequential(torch.nn.Linear(8, 4))
    round_products(encoder)
    values = torch.randn(2, 5, 8, requires_grad=True)
    linear = encoder[0]

    learning = encoder.train()(values)
    serving = encoder.eval()(values)

    weights = (linear.weight, linear.bias)
    torch.testing.assert_close(learning, torch.nn.functional.linear(rounded(values), *weights))
    torch.testing.assert_close(serving, torch.nn.functional.linear(values, *weights))
    assert not torch.equal(learning, serving)
    learning.sum().backward()
    torch.testing.assert_close(values.grad, linear.weight.sum(0).expand(2, 5, 8))
