"""Fits the network to examples, and writes it as the tagger reads it."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from training.deidentification.examples import UNSURE, Example, batches
from training.deidentification.network import Network, Probabilities, forgetful
from transforms.deidentify.tagger.tagger import TAGS
from transforms.deidentify.tagger.words import COLUMNS, PIECES, VERSION


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


def write(network: Network, vocabulary: Sequence[str], folder: Path, weights: int, threshold: float) -> None:
    """Writes ``tagger.onnx``, ``words.txt`` and their ``manifest.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "words.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    torch.onnx.export(
        Probabilities(network).eval(),
        (torch.zeros(1, 7, len(COLUMNS) + PIECES, dtype=torch.int32),),
        str(folder / "tagger.onnx"),
        input_names=["features"],
        output_names=["probabilities"],
        dynamic_axes={"features": {1: "words"}, "probabilities": {1: "words"}},
        opset_version=17,
        dynamo=False,
    )
    manifest = {
        "version": VERSION,
        "weights": weights,
        "tags": TAGS,
        "threshold": threshold,
        "sha256": {name: sha256((folder / name).read_bytes()).hexdigest() for name in ("tagger.onnx", "words.txt")},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
