"""The network's files, as the tagger reads them, and back."""

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_static

from training.deidentification.examples import Example
from training.deidentification.network import SERVED, Network, Probabilities
from transforms.deidentify.tagger.tagger import TAGS
from transforms.deidentify.tagger.words import COLUMNS, PIECES, VERSION

_CALIBRATED_ON = 500  # examples
_NETWORK, _WORDS = "tagger.onnx", "words.txt"


def read_words(folder: Path) -> list[str]:
    """The words with a number of their own."""
    return (folder / _WORDS).read_text(encoding="utf-8").split()


def read(folder: Path) -> Network:
    """The network that was written there, with the values to which its weights were rounded."""
    network = Network(len(read_words(folder)), SERVED)
    graph = onnx.load(folder / _NETWORK).graph
    stored = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    # The matrices, in the order in which the network multiplies with them: their names are lost in the export.
    matrices = [name for node in graph.node for name in node.input if name.endswith("_quantized")]
    linear = ["enter", *(f"convolutions.{number}" for number in range(len(SERVED.dilations))), "leave"]
    state = {name.removeprefix("network."): values for name, values in stored.items() if name.startswith("network.")}
    for layer, name in zip(linear, matrices, strict=True):
        scale = stored[name.replace("_quantized", "_scale")]
        state[f"{layer}.weight"] = (stored[name] * scale).T
    network.load_state_dict({name: torch.from_numpy(values.astype(np.float32)) for name, values in state.items()})
    return network


class _Calibration(CalibrationDataReader):  # type: ignore[misc]
    """Examples from which the quantiser takes the range of what each matrix is multiplied with."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self._examples = iter(examples)

    def get_next(self) -> dict[str, NDArray[np.int32]] | None:
        """The next example as the network reads it."""
        following = next(self._examples, None)
        return None if following is None else {"features": following.features[np.newaxis]}


def write(
    network: Network,
    vocabulary: Sequence[str],
    examples: Sequence[Example],
    folder: Path,
    weights: int,
    threshold: float,
) -> None:
    """Writes ``tagger.onnx``, ``words.txt`` and their ``manifest.json``.

    Matrices are multiplied in int8. Ranges are those that the first ``examples`` show: were they each note's own, what stands at
    its end would change what is read at its beginning. Of a weight 7 bits are used: two products of 8 bits overflow the 16 in
    which a processor without VNNI adds them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _WORDS).write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    with TemporaryDirectory() as exported:
        full = Path(exported) / "fp32.onnx"
        torch.onnx.export(
            Probabilities(network).eval().cpu(),
            (torch.zeros(1, 7, len(COLUMNS) + PIECES, dtype=torch.int32),),
            str(full),
            input_names=["features"],
            output_names=["probabilities"],
            dynamic_axes={"features": {1: "words"}, "probabilities": {1: "words"}},
            opset_version=17,
            dynamo=False,
        )
        quantize_static(
            full,
            folder / _NETWORK,
            _Calibration(examples[:_CALIBRATED_ON]),
            op_types_to_quantize=["MatMul"],
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            extra_options={"OpTypesToExcludeOutputQuantization": ["MatMul"]},
        )
    manifest = {
        "version": VERSION,
        "weights": weights,
        "tags": TAGS,
        "threshold": threshold,
        "sha256": {name: sha256((folder / name).read_bytes()).hexdigest() for name in (_NETWORK, _WORDS)},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
