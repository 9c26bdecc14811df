"""Feed-forward neurons that reach far beyond the others of their layer, computed beside its products instead of within them.

Int8 rounds all that goes into a product on one scale. In trained encoders a neuron or two of a layer are several times as large
as any other (Dettmers et al. 2022, arXiv 2208.07339): on their scale the others keep two bits less. Here they have small products
of their own in fp32, and are nought in the layer's: the sum is the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import helper, numpy_helper

PREFIX = "apart/"  # of the names of their nodes: these are not quantised
_NEURONS = 4  # of a layer
_GELU = "BiasGelu"


@dataclass(frozen=True)
class FeedForward:
    """A layer's feed-forward part as ONNX Runtime's optimiser writes it; ``gelu`` adds the bias of ``up`` first."""

    up: Any
    gelu: Any
    down: Any


def feed_forwards(graph: Any) -> list[FeedForward]:
    """Those of a graph in the order of its layers; none where its activation is another."""
    by_output = {output: node for node in graph.node for output in node.output}
    by_input = {name: node for node in graph.node for name in node.input}
    return [
        FeedForward(by_output[node.input[0]], node, by_input[node.output[0]])
        for node in graph.node
        if node.op_type == _GELU and not node.name.startswith(PREFIX)
    ]


def set_apart(model: Any, layers: Sequence[FeedForward], windows: Sequence[NDArray[np.int64]]) -> None:
    """Sets the neurons of ``layers`` apart that are largest over ``windows``, each token ids of shape ``[tokens]``."""
    largest = _largest(model, layers, windows)
    graph = model.graph
    weights = {weight.name: weight for weight in graph.initializer}
    following: dict[str, list[Any]] = {}
    for number, layer in enumerate(layers):
        neurons = np.argsort(-largest[number])[:_NEURONS]
        own = {}
        for part, name, axis in (
            ("up", layer.up.input[1], 1),
            ("bias", layer.gelu.input[1], 0),
            ("down", layer.down.input[1], 0),
        ):
            values = numpy_helper.to_array(weights[name]).copy()
            own[part] = f"{PREFIX}{number}/{part}"
            graph.initializer.append(numpy_helper.from_array(values.take(neurons, axis), own[part]))
            np.moveaxis(values, axis, 0)[neurons] = 0
            weights[name].CopyFrom(numpy_helper.from_array(values, name))
        output = layer.down.output[0]
        layer.down.output[0] = f"{output}/most"
        following[layer.down.name] = _beside(f"{PREFIX}{number}", layer.up.input[0], own, layer.down.output[0], output)
    nodes = [each for node in graph.node for each in (node, *following.get(node.name, ()))]
    del graph.node[:]
    graph.node.extend(nodes)


def _beside(prefix: str, given: str, own: Mapping[str, str], most: str, output: str) -> list[Any]:
    """The nodes that compute the neurons' share of a feed-forward part from what is ``given`` it, and add it to ``most``."""
    made = [f"{prefix}/product", f"{prefix}/gelu", f"{prefix}/share"]
    return [
        helper.make_node("MatMul", [given, own["up"]], [made[0]], name=made[0]),
        helper.make_node(_GELU, [made[0], own["bias"]], [made[1]], name=made[1], domain="com.microsoft"),
        helper.make_node("MatMul", [made[1], own["down"]], [made[2]], name=made[2]),
        helper.make_node("Add", [most, made[2]], [output], name=f"{prefix}/sum"),
    ]


def _largest(
    model: Any, layers: Sequence[FeedForward], windows: Sequence[NDArray[np.int64]]
) -> list[NDArray[np.float32]]:
    """The largest magnitude of each neuron of each layer, each of shape ``[neurons]``."""
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    names = [layer.gelu.output[0] for layer in layers]
    watched.graph.output.extend(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in names)
    session = onnxruntime.InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    seen = [session.run(names, {"input_ids": ids[np.newaxis]}) for ids in windows]
    return [np.max([np.abs(values[at]).max(axis=(0, 1)) for values in seen], axis=0) for at in range(len(names))]
