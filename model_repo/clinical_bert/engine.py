"""What runs the encoder. An engine knows token ids and scores, and nothing of texts, windows or labels."""

from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray


class Engine(Protocol):
    """Runs the encoder and a head over windows."""

    def logits(self, ids: NDArray[np.int64], head: str) -> NDArray[np.float32]:
        """The scores of one window.

        Args:
            ids: shape ``[tokens]``, with the special tokens at both ends.
            head: name of the label set.

        Returns:
            Shape ``[tokens, tags]``.
        """


class OnnxEngine:
    """ONNX Runtime on a CPU.

    One unpadded window at a time on one thread: on a CPU batching does not pay, padding costs, and the same window gives
    the same scores bit for bit, whatever runs beside it.
    """

    def __init__(self, path: Path, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def logits(self, ids: NDArray[np.int64], head: str) -> NDArray[np.float32]:
        (scores,) = self._session.run([head], {"input_ids": ids[np.newaxis]})
        result: NDArray[np.float32] = scores[0]
        return result
