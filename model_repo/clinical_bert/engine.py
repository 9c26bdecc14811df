"""What runs the encoder. An engine knows token ids and scores, and nothing of texts, windows or labels."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .meter import Meter

# What one pass over one window gives, by the output's name (see heads.py).
Scores = Mapping[str, NDArray[np.float32]]


class Engine(Protocol):
    """Runs the encoder once over each window, with all heads.

    Attributes:
        batch_tokens: how many tokens to give it at once, for it to be at its fastest.
    """

    batch_tokens: int

    def run(self, windows: Sequence[NDArray[np.int64]], outputs: Sequence[str]) -> list[Scores]:
        """The scores of each window, in their order.

        Args:
            windows: token ids, each of shape ``[tokens]``, with the special tokens at both ends.
            outputs: names of the wanted outputs. Those of tokens have shape ``[tokens, width]``, those of a window ``[width]``.
        """


class OnnxEngine:
    """ONNX Runtime on a CPU.

    One unpadded window at a time on one thread: on a CPU batching does not pay, padding costs, and the same window gives
    the same scores bit for bit, whatever runs beside it.
    """

    batch_tokens = 1

    def __init__(self, path: Path, threads: int = 1) -> None:
        import onnxruntime  # a server that has a GPU goes without it

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(path),
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=["SkipLayerNormFusion"],  # its node takes six times as long as the two that it replaces
        )

    def run(self, windows: Sequence[NDArray[np.int64]], outputs: Sequence[str]) -> list[Scores]:
        return [
            {
                name: scores[0]
                for name, scores in zip(
                    outputs, self._session.run(list(outputs), {"input_ids": ids[np.newaxis]}), strict=True
                )
            }
            for ids in windows
        ]


def open_engine(weights: Path, device: str, threads: int, meter: Meter) -> Engine:
    """The engine for a device, ``cpu`` or torch's name of a GPU (``cuda:0``), on the weights in a version's folder."""
    if device == "cpu":
        return OnnxEngine(weights / "model.onnx", threads)
    from .torch_engine import TorchEngine  # the CPU's environment has no torch

    return TorchEngine(weights / "model.safetensors", device, meter)
