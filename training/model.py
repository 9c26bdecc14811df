"""The network: one encoder for all heads, and a linear head a label set."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, AutoTokenizer

from model_repo.clinical_bert.decoding import tags

POOL = 1 << 23


class PooledDropout(nn.Module):  # type: ignore[misc]  # torch is not in the checks' environment
    """Dropout whose random numbers are drawn once, and then read from a random place on.

    Drawing them anew takes 40 % of the encoder's forward time on a CPU.
    """

    def __init__(self, pool: Tensor) -> None:
        super().__init__()
        self.register_buffer("pool", pool, persistent=False)

    def forward(self, hidden: Tensor) -> Tensor:
        if not self.training:
            return hidden
        pool: Tensor = self.pool
        at = int(torch.randint(len(pool) - hidden.numel(), ()))
        return hidden * pool[at : at + hidden.numel()].view_as(hidden)


class Tagger(nn.Module):  # type: ignore[misc]
    """An encoder with a token classification head for each label set (hard parameter sharing)."""

    def __init__(self, encoder: nn.Module, hidden: int, types: Mapping[str, tuple[str, ...]], dropout: float) -> None:
        super().__init__()
        pool = torch.empty(POOL, dtype=torch.bfloat16).bernoulli_(1 - dropout) / (1 - dropout)
        for module in list(encoder.modules()):
            for name, child in module.named_children():
                if isinstance(child, nn.Dropout) and child.p:
                    setattr(module, name, PooledDropout(pool))
        self.encoder = encoder
        self.dropout = PooledDropout(pool)
        self.heads = nn.ModuleDict({name: nn.Linear(hidden, len(tags(of_set))) for name, of_set in types.items()})

    def forward(self, input_ids: Tensor, attention_mask: Tensor, head: str) -> Tensor:
        """Scores of shape ``[windows, tokens, tags]`` for ``input_ids`` of shape ``[windows, tokens]``."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        scores: Tensor = self.heads[head](self.dropout(hidden))
        return scores


def load(name_or_path: str, types: Mapping[str, tuple[str, ...]], dropout: float) -> Tagger:
    """A tagger on any Hugging Face BERT; its heads are new.

    Attention without dropout of its own: drawing the random numbers for it takes a third of the time on a CPU.
    """
    config = AutoConfig.from_pretrained(name_or_path)
    config.attention_probs_dropout_prob = 0.0
    config.hidden_dropout_prob = dropout
    encoder = AutoModel.from_pretrained(
        name_or_path, config=config, attn_implementation="eager", add_pooling_layer=False, dtype=torch.float32
    )
    return Tagger(encoder, config.hidden_size, types, dropout)


def save_tokenizer(name_or_path: str, path: Path) -> None:
    """Writes the encoder's fast tokenizer as ``tokenizer.json``."""
    AutoTokenizer.from_pretrained(name_or_path, use_fast=True).backend_tokenizer.save(str(path))


class TorchEngine:
    """A tagger as the engine that ``ClinicalBert`` runs: training is evaluated with the decoding that serves."""

    def __init__(self, tagger: Tagger) -> None:
        self._tagger = tagger

    def logits(self, ids: NDArray[np.int64], head: str) -> NDArray[np.float32]:
        device = next(self._tagger.parameters()).device
        window = torch.from_numpy(ids)[None].to(device)
        with torch.inference_mode():
            scores = self._tagger(window, torch.ones_like(window), head)
        result: NDArray[np.float32] = scores[0].float().cpu().numpy()
        return result
