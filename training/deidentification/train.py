"""Fits the network to examples, and writes it as the tagger reads it."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_static
from torch import Tensor
from torch.nn import functional

from training.deidentification.examples import UNSURE, Example, batches
from training.deidentification.network import Network, Probabilities, forgetful
from transforms.deidentify.tagger.tagger import TAGS
from transforms.deidentify.tagger.words import COLUMNS, PIECES, VERSION

_CALIBRATED_ON = 500  # examples


@dataclass(frozen=True)
class TrainOptions:
    """How the network is fitted. ``words``: padded words in a batch."""

    epochs: int = 3
    words: int = 12_000
    rate: float = 2e-3
    seed: int = 1


def fit(examples: Sequence[Example], vocabulary: int, options: TrainOptions) -> Network:
    """A network fitted to the examples, with AdamW and one cycle of the learning rate (Smith 2018, arXiv 1803.09820)."""
    torch.manual_seed(options.seed)
    generator = torch.Generator().manual_seed(options.seed)
    network = Network(vocabulary)
    grouped = batches(examples, options.words)
    optimizer = torch.optim.AdamW(network.parameters(), lr=options.rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=options.rate, total_steps=options.epochs * len(grouped), pct_start=0.1
    )
    for epoch in range(options.epochs):
        began, total, count = time.perf_counter(), 0.0, 0
        network.train()
        for number in torch.randperm(len(grouped), generator=generator).tolist():
            features, tags, present = padded([examples[at] for at in grouped[number]])
            scores = network(forgetful(features, tags, generator), present)
            loss = functional.cross_entropy(scores.flatten(0, 1), tags.flatten(), ignore_index=UNSURE)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total, count = total + float(loss.detach()), count + 1
        print(f"epoch {epoch + 1}: loss {total / count:.4f}, {time.perf_counter() - began:.0f} s", flush=True)
    network.eval()
    return network


def padded(examples: Sequence[Example]) -> tuple[Tensor, Tensor, Tensor]:
    """Features, tags and presence of several examples, made equally long."""
    longest = max(len(example.tags) for example in examples)
    features = np.zeros((len(examples), longest, len(COLUMNS) + PIECES), np.int64)
    tags = np.full((len(examples), longest), UNSURE, np.int64)
    present = np.zeros((len(examples), longest, 1), np.float32)
    for row, example in enumerate(examples):
        features[row, : len(example.tags)] = example.features
        tags[row, : len(example.tags)] = example.tags
        present[row, : len(example.tags)] = 1
    return torch.from_numpy(features), torch.from_numpy(tags), torch.from_numpy(present)


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
    (folder / "words.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    with TemporaryDirectory() as exported:
        full = Path(exported) / "fp32.onnx"
        torch.onnx.export(
            Probabilities(network).eval(),
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
            folder / "tagger.onnx",
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
        "sha256": {name: sha256((folder / name).read_bytes()).hexdigest() for name in ("tagger.onnx", "words.txt")},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
