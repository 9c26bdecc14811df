"""A model of any shape with random weights, in all the files that are served: for measuring speed, which values do not change."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from transformers import BertConfig, BertModel

from benchmarks.encoder import LABELS, MODEL, Windows
from benchmarks.shapes import EncoderShape
from model_repo.clinical_bert.clinical_bert import VERSION
from model_repo.clinical_bert.decoding import OUTSIDE
from model_repo.clinical_bert.heads import (
    LabelSet,
    Level,
    RelationGroup,
    entities_output,
    label_sets_json,
    read_label_sets,
)
from training.export import Kept, write_full, write_int8, write_networks, write_torch
from training.network import MultiTask, NetworkEngine

_ENTITY_TOKENS = 0.15  # share of tokens in entities: decoding costs by these
_POSSIBLE = 0.25  # share of the pairs of types that can be related
_NO_RELATION = 2.0  # logit: few of the pairs are related


def write_repository(repository: Path, shape: EncoderShape, sample: Sequence[Windows]) -> Path:
    """The installed model's code and tokenizer around a random network with heads of every kind; returns the model's folder.

    Args:
        sample: windows of notes, on which entities are made as rare as they are in notes.
    """
    model = repository / MODEL.name
    weights = model / str(VERSION)
    weights.mkdir(parents=True)
    for path in [*MODEL.glob("*.py"), MODEL / "config.pbtxt", MODEL / "tokenizer.json"]:
        shutil.copy(path, model)
    shutil.copy(MODEL / str(VERSION) / "model.py", weights)
    label_sets = {LABELS: _labels()}
    (model / "labels.json").write_text(label_sets_json(label_sets), encoding="utf-8")
    windows = [window for note in sample for window in note]
    network = _network(shape, label_sets, windows)
    full = repository / "full.onnx"
    write_full(network, full)
    write_int8(full, weights / "model.onnx", Kept.HEADS, windows)
    full.unlink()
    write_torch(network, weights / "model.safetensors")
    write_networks(network.networks(), weights / "relations.npz")
    return model


def _labels() -> LabelSet:
    """The entities that the installed model finds, and as many relations and classes as clinical corpora have."""
    return LabelSet(
        read_label_sets(MODEL / "labels.json")[LABELS].entities,
        (
            RelationGroup("mentions", tuple(f"M{n}" for n in range(7)), Level.MENTION, 12, 100, frozenset()),
            RelationGroup("events", tuple(f"E{n}" for n in range(4)), Level.MENTION, 12, 100, frozenset()),
        ),
        tuple(f"class {number}" for number in range(40)),
    )


def _network(shape: EncoderShape, label_sets: dict[str, LabelSet], sample: Windows) -> MultiTask:
    torch.manual_seed(0)
    labels = label_sets[LABELS]
    types = len(labels.entities)
    random = np.random.default_rng(0)
    possible = {group.name: random.random((types, types)) < _POSSIBLE for group in labels.relations}
    encoder = BertModel(BertConfig(**shape.arguments(), attn_implementation="eager"), add_pooling_layer=False)
    network: MultiTask = MultiTask(encoder, shape.hidden, label_sets, possible, dropout=0.1).eval()
    output = entities_output(LABELS)
    tags = np.concatenate([scores[output] for scores in NetworkEngine(network).run(sample, [output])])
    lead = np.delete(tags, OUTSIDE, axis=1).max(axis=1) - tags[:, OUTSIDE]
    with torch.no_grad():
        network.heads[output].bias[OUTSIDE] += float(np.quantile(lead, 1 - _ENTITY_TOKENS))
        for pairs in network.pairs.values():
            pairs.prior[..., 0] += _NO_RELATION
    return network
