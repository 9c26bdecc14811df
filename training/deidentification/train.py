"""Fits the network to examples, and writes it as the tagger reads it."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from training.deidentification.network import SERVED, TEACHER, Network, NetworkShape, Probabilities, forgetful
from transforms.deidentify.tagger.tagger import TAGS
from transforms.deidentify.tagger.words import COLUMNS, PIECES, VERSION

_CALIBRATED_ON = 500  # examples
_TEACHER_EPOCHS = 5
_TEACHER_RATE = 1.5e-3
_OF_GOLD = 0.3  # of the loss, where there are teachers


@dataclass(frozen=True)
class TrainOptions:
    """How a network is fitted. ``words``: padded words in a batch."""

    epochs: int
    rate: float
    seed: int
    words: int = 24_000


def teach(
    examples: Sequence[Example], vocabulary: int, options: TrainOptions, teachers: int, device: torch.device
) -> Network:
    """The network that is served, which learns from the examples and from so many large ones that learnt from them first."""
    large = [
        fit(examples, vocabulary, TEACHER, _of_teacher(options, number), device) for number in range(1, teachers + 1)
    ]
    return fit(examples, vocabulary, SERVED, options, device, large)


def _of_teacher(options: TrainOptions, number: int) -> TrainOptions:
    return replace(options, epochs=_TEACHER_EPOCHS, rate=_TEACHER_RATE, seed=options.seed + number)


def fit(
    examples: Sequence[Example],
    vocabulary: int,
    shape: NetworkShape,
    options: TrainOptions,
    device: torch.device,
    teachers: Sequence[Network] = (),
) -> Network:
    """A network fitted to the examples, with AdamW and one cycle of the learning rate (Smith 2018, arXiv 1803.09820).

    Where it has teachers it learns their mean probabilities too (Hinton et al. 2015, arXiv 1503.02531): they see every word as it
    is, and the network what ``forgetful`` leaves of it.
    """
    torch.manual_seed(options.seed)
    order = torch.Generator().manual_seed(options.seed)
    generator = torch.Generator(device).manual_seed(options.seed)
    network: Network = Network(vocabulary, shape).to(device)
    grouped = batches(examples, options.words)
    optimizer = torch.optim.AdamW(network.parameters(), lr=options.rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=options.rate, total_steps=options.epochs * len(grouped), pct_start=0.1
    )
    for epoch in range(options.epochs):
        began, total = time.perf_counter(), torch.zeros((), device=device)
        network.train()
        for number in torch.randperm(len(grouped), generator=order).tolist():
            features, tags, present = (part.to(device) for part in padded([examples[at] for at in grouped[number]]))
            scores = _scores(network, forgetful(features, tags, generator), present)
            loss = functional.cross_entropy(scores.flatten(0, 1), tags.flatten(), ignore_index=UNSURE)
            if teachers:
                loss = _OF_GOLD * loss + (1 - _OF_GOLD) * _of_teachers(scores, teachers, features, present)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.detach()
        mean, seconds = float(total) / len(grouped), time.perf_counter() - began
        print(f"width {shape.width}, epoch {epoch + 1}: loss {mean:.4f}, {seconds:.0f} s", flush=True)
    network.eval()
    return network


def _scores(network: Network, features: Tensor, present: Tensor) -> Tensor:
    """A large network's matrices are multiplied in bfloat16 where there is a GPU for it."""
    halved = features.is_cuda and network.shape == TEACHER
    with torch.autocast(features.device.type, torch.bfloat16, enabled=halved):
        scores: Tensor = network(features, present)
    return scores.float()


def _of_teachers(scores: Tensor, teachers: Sequence[Network], features: Tensor, present: Tensor) -> Tensor:
    """Cross-entropy of the words' scores with what the teachers make of them on average."""
    with torch.no_grad():
        each = [torch.softmax(_scores(teacher, features, present), dim=2) for teacher in teachers]
    words = present.squeeze(2)
    mean = torch.stack(each).mean(dim=0)
    return -((mean * torch.log_softmax(scores, dim=2)).sum(dim=2) * words).sum() / words.sum()


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
