"""In place of the encoder: finds words that it was told, at once, and fails where it is told to."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

OUTSIDE, BEGIN = 5.0, 9.0  # logits


class MarkingEngine:
    """An engine whose scores follow from the token ids alone.

    Args:
        widths: the columns of each output.
        marked: the column of the tags (``decoding.begin``) of each token id that is an entity.
        failing: token ids that make the whole batch fail.
    """

    def __init__(
        self,
        widths: Mapping[str, int],
        marked: Mapping[int, int],
        failing: frozenset[int] = frozenset(),
        batch_tokens: int = 1,
    ) -> None:
        self.batch_tokens = batch_tokens
        self.lengths: list[list[int]] = []  # of the windows of each batch
        self._widths = widths
        self._marked = marked
        self._failing = failing

    def run(self, windows: Sequence[NDArray[np.int64]], outputs: Sequence[str]) -> list[dict[str, NDArray[np.float32]]]:
        self.lengths.append([len(ids) for ids in windows])
        if any(self._failing.intersection(ids.tolist()) for ids in windows):
            raise RuntimeError("the window holds what must not be read")
        return [{output: self._scores(output, ids) for output in outputs} for ids in windows]

    def _scores(self, output: str, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        width = self._widths[output]
        if output == "note_class":
            return np.arange(width, dtype=np.float32)
        scores = np.zeros((len(ids), width), dtype=np.float32)
        if output.startswith("entities_"):
            scores[:, 0] = OUTSIDE
            for token, column in self._marked.items():
                if column < width:
                    scores[ids == token, column] = BEGIN
        return scores
