"""The network: one encoder, and on what it says of each token a head for every kind of finding (hard parameter sharing)."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, AutoTokenizer

from model_repo.clinical_bert.decoding import tags
from model_repo.clinical_bert.engine import Scores
from model_repo.clinical_bert.heads import (
    ASSERTIONS,
    NOTE_CLASS,
    LabelSet,
    Property,
    RelationGroup,
    arguments_output,
    entities_output,
)
from model_repo.clinical_bert.relations import SENTENCES, WORD_STEPS, PairNetwork

POOL = 1 << 23
_GPU_BATCH_TOKENS = 8192  # to evaluate
PAIR_WIDTH = 192  # of the hidden layer over pairs of entities


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


class PairHead(nn.Module):  # type: ignore[misc]
    """The pair network of a relation group while it is trained: see ``model_repo.clinical_bert.relations``."""

    def __init__(self, group: RelationGroup, possible: NDArray[np.bool_], width: int = PAIR_WIDTH) -> None:
        super().__init__()
        types, relations = len(possible), 1 + len(group.types)
        self.head_type = nn.Parameter(torch.randn(types, width) * 0.05)
        self.tail_type = nn.Parameter(torch.randn(types, width) * 0.05)
        self.apart = nn.Parameter(torch.randn(2 * group.reach_entities + 1, width) * 0.05)
        self.words = nn.Parameter(torch.randn(2 * len(WORD_STEPS), width) * 0.05)
        self.sentences = nn.Parameter(torch.randn(1 + SENTENCES, width) * 0.05)
        self.output = nn.Parameter(torch.randn(width, relations) * width**-0.5)
        self.prior = nn.Parameter(torch.zeros(types, types, relations))
        self.register_buffer("possible", torch.from_numpy(possible))

    def forward(
        self,
        arguments: Tensor,
        types: Tensor,
        head: Tensor,
        tail: Tensor,
        apart: Tensor,
        words: Tensor,
        sentences: Tensor,
    ) -> Tensor:
        """Logits ``[pairs, 1 + relations]``; ``arguments`` ``[mentions, 2 * width]``, the last three are rows of buckets."""
        width = self.output.shape[0]
        as_head = arguments[:, :width] + self.head_type[types]
        as_tail = arguments[:, width:] + self.tail_type[types]
        hidden = as_head[head] + as_tail[tail] + self.apart[apart] + self.words[words] + self.sentences[sentences]
        logits: Tensor = hidden.relu() @ self.output + self.prior[types[head], types[tail]]
        return logits

    def network(self) -> PairNetwork:
        """The weights as they are served."""
        return PairNetwork(
            **{name: getattr(self, name).detach().cpu().numpy().copy() for name in PairNetwork.__dataclass_fields__}
        )


class MultiTask(nn.Module):  # type: ignore[misc]
    """An encoder with all heads.

    Args:
        possible: for each relation group which types of head and tail can be related, ``[types, types]``.
    """

    def __init__(
        self,
        encoder: nn.Module,
        hidden: int,
        label_sets: Mapping[str, LabelSet],
        possible: Mapping[str, NDArray[np.bool_]],
        dropout: float,
    ) -> None:
        super().__init__()
        pool = torch.empty(POOL, dtype=torch.bfloat16).bernoulli_(1 - dropout) / (1 - dropout)
        for module in list(encoder.modules()):
            for name, child in module.named_children():
                if isinstance(child, nn.Dropout) and child.p:
                    setattr(module, name, PooledDropout(pool))
        self.encoder = encoder
        self.label_sets = tuple(label_sets)
        self.dropout = PooledDropout(pool)
        groups = [group for labels in label_sets.values() for group in labels.relations]
        classes = max(len(labels.classes) for labels in label_sets.values())
        # One linear layer an output, by the output's name: those of tokens, and that of the window.
        self.heads = nn.ModuleDict(
            {
                **{entities_output(name): nn.Linear(hidden, len(tags(of.entities))) for name, of in label_sets.items()},
                ASSERTIONS: nn.Linear(hidden, len(Property)),
                **{arguments_output(group.name): nn.Linear(hidden, 2 * PAIR_WIDTH) for group in groups},
                NOTE_CLASS: nn.Linear(hidden, classes),
            }
        )
        self.pairs = nn.ModuleDict({group.name: PairHead(group, possible[group.name]) for group in groups})

    def hidden(self, ids: Tensor, mask: Tensor) -> Tensor:
        """What the encoder says of each token: ``[windows, tokens, width]`` for ids and mask of ``[windows, tokens]``."""
        encoded: Tensor = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        return self.dropout(encoded)

    def scores(self, output: str, hidden: Tensor, mask: Tensor) -> Tensor:
        """One head: ``[windows, tokens, width]``, or ``[windows, classes]`` of the windows' mean tokens."""
        if output == NOTE_CLASS:
            weight = mask[..., None].to(hidden.dtype)
            hidden = (hidden * weight).sum(1) / weight.sum(1)
        result: Tensor = self.heads[output](hidden)
        return result

    def networks(self) -> dict[str, PairNetwork]:
        return {name: head.network() for name, head in self.pairs.items()}


def load(
    name_or_path: str, label_sets: Mapping[str, LabelSet], possible: Mapping[str, NDArray[np.bool_]], dropout: float
) -> MultiTask:
    """The network on any Hugging Face BERT; its heads are new."""
    encoder = load_encoder(name_or_path, dropout)
    return MultiTask(encoder, encoder.config.hidden_size, label_sets, possible, dropout)


def load_encoder(name_or_path: str, dropout: float) -> nn.Module:
    """The encoder of any Hugging Face BERT.

    Attention without dropout of its own: drawing the random numbers for it takes a third of the time on a CPU.
    """
    config = AutoConfig.from_pretrained(name_or_path)
    config.attention_probs_dropout_prob = 0.0
    config.hidden_dropout_prob = dropout
    encoder: nn.Module = AutoModel.from_pretrained(
        name_or_path, config=config, attn_implementation="sdpa", add_pooling_layer=False, dtype=torch.float32
    )
    return encoder


def save_tokenizer(name_or_path: str, path: Path) -> None:
    """Writes the encoder's fast tokenizer as ``tokenizer.json``."""
    AutoTokenizer.from_pretrained(name_or_path, use_fast=True).backend_tokenizer.save(str(path))


class NetworkEngine:
    """The network as the engine that ``ClinicalBert`` runs: training is evaluated with the decoding that serves."""

    def __init__(self, network: MultiTask) -> None:
        self._network = network
        self._device = next(network.parameters()).device
        # On a CPU batches gain nothing, and padding costs.
        self.batch_tokens = _GPU_BATCH_TOKENS if self._device.type == "cuda" else 1

    def run(self, windows: Sequence[NDArray[np.int64]], outputs: Sequence[str]) -> list[Scores]:
        found: list[Scores] = []
        with torch.inference_mode():
            for hidden in self.hidden(windows):
                mask = torch.ones(hidden.shape[:2], dtype=torch.long, device=self._device)
                found.append(
                    {name: self._network.scores(name, hidden, mask)[0].float().cpu().numpy() for name in outputs}
                )
        return found

    def hidden(self, windows: Sequence[NDArray[np.int64]]) -> list[Tensor]:
        """What the encoder says of each window: ``[1, tokens, width]``."""
        lengths = [len(ids) for ids in windows]
        padded = nn.utils.rnn.pad_sequence([torch.from_numpy(ids) for ids in windows], batch_first=True)
        mask = torch.arange(max(lengths))[None] < torch.tensor(lengths)[:, None]
        hidden = self._network.hidden(padded.to(self._device), mask.long().to(self._device))
        return [of_window[None, :length] for of_window, length in zip(hidden, lengths, strict=True)]
