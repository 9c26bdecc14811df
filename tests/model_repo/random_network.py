"""A randomly initialised network of any BERT's shape, exported for both engines. Needs torch."""

from pathlib import Path

import numpy as np
import torch
from transformers import BertConfig, BertModel

from model_repo.clinical_bert.clinical_bert import VERSION
from model_repo.clinical_bert.decoding import OUTSIDE
from model_repo.clinical_bert.heads import entities_output
from tests.model_repo.small_model import EFFECTS, LABEL_SETS, TYPES, write_small_model
from training.export import write_full, write_networks, write_torch
from training.network import MultiTask, NetworkEngine

SCALE = (
    0.15  # of the weights: larger than a new network's, so that scores lie apart; much larger would magnify rounding
)


def random_network(*, layers: int, heads: int, hidden: int) -> MultiTask:
    """The same each time."""
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=30522,
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=2 * hidden,
        initializer_range=SCALE,
        attn_implementation="eager",
    )
    encoder = BertModel(config, add_pooling_layer=False)
    with torch.no_grad():  # a new network's are nought, and a bias that goes astray would not be seen
        for name, parameter in encoder.named_parameters():
            if name.endswith("bias"):
                parameter.normal_(std=0.02)
    possible = {EFFECTS.name: np.ones((len(TYPES), len(TYPES)), dtype=np.bool_)}
    network: MultiTask = MultiTask(encoder, hidden, LABEL_SETS, possible, dropout=0.1).eval()
    return network


def write_random_model(folder: Path, *, layers: int, heads: int, hidden: int) -> Path:
    """A model's folder with ``model.onnx`` in fp32, ``model.safetensors`` and ``relations.npz`` of the same network.

    Its weights are rounded to fp16 first, so that no file loses any of them.
    """
    network = random_network(layers=layers, heads=heads, hidden=hidden)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(parameter.half().float())
        # The type-0 row is added to each position's: so that the sum is fp16's too, one of them is nought.
        network.encoder.embeddings.token_type_embeddings.weight.zero_()
    _make_entities_rare(network)
    weights = write_small_model(folder) / str(VERSION)
    write_full(network, weights / "model.onnx")
    write_torch(network, weights / "model.safetensors")
    write_networks(network.networks(), weights / "relations.npz")
    return folder


def _make_entities_rare(network: MultiTask) -> None:
    """One token in seven, as in notes; by random tokens."""
    windows = list(np.random.default_rng(0).integers(1000, 30000, (20, 200)))
    outputs = [entities_output(name) for name in LABEL_SETS]
    found = NetworkEngine(network).run(windows, outputs)
    for output in outputs:
        tags = np.concatenate([scores[output] for scores in found])
        lead = np.delete(tags, OUTSIDE, axis=1).max(axis=1) - tags[:, OUTSIDE]
        with torch.no_grad():
            network.heads[output].bias[OUTSIDE] += float(np.quantile(lead, 6 / 7))
