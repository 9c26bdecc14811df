"""Masked-LM pre-training (Devlin et al. 2019) with whole words masked, for any BERT, with a masked-LM head or without.

The head is new: a transform and the encoder's own word embeddings as output (tied, as in BERT). Scores are computed
for masked tokens alone, so that the vocabulary costs little.
"""

import hashlib
import multiprocessing
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from model_repo.clinical_bert.tokens import TextTokenizer
from training import checkpoint

_tokenizer: TextTokenizer  # of a process that tokenises

MASKED = 0.2  # Share of the words. More than BERT's .15: Wettig et al. 2023 find more to pay for small models.
_KEPT, _RANDOM = 0.1, 0.1  # of the masked: the token itself, or a random one, stands in place of [MASK]


@dataclass(frozen=True)
class PretrainOptions:
    """How to pre-train.

    Attributes:
        tokens: to train on, in all.
        window: tokens a window, special tokens included.
        batch: windows a step.
        rate: highest learning rate; it rises over the first ``warmup`` of the steps, and falls to nought.
    """

    tokens: int = 3_000_000
    window: int = 256
    batch: int = 16
    rate: float = 3e-4
    warmup: float = 0.06
    weight_decay: float = 0.01
    seed: int = 1


@dataclass(frozen=True)
class Progress:
    """Where a pre-training stands: mean loss (nats a masked token) since the last report."""

    step: int
    steps: int
    loss: float
    tokens_per_second: float


class MaskedWords(nn.Module):  # type: ignore[misc]  # torch is not in the checks' environment
    """An encoder with a masked-LM head."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        words = encoder.get_input_embeddings()
        width = words.weight.shape[1]
        self.encoder = encoder
        self.transform = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.LayerNorm(width))
        self.bias = nn.Parameter(torch.zeros(words.weight.shape[0]))

    def forward(self, ids: Tensor, masked: Tensor) -> Tensor:
        """Scores ``[masked tokens, vocabulary]`` for windows ``ids`` and a mask of the same shape ``[windows, tokens]``."""
        hidden = self.encoder(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state
        words: Tensor = self.encoder.get_input_embeddings().weight
        return nn.functional.linear(self.transform(hidden[masked]), words, self.bias)


def packed(
    texts: Iterable[str], tokenizer: TextTokenizer, options: PretrainOptions
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Texts one behind the other, cut into full windows.

    Returns:
        Token ids and whether a token begins a word, each of shape ``[windows, window]``.
    """
    before, after = tokenizer.first_special, tokenizer.last_special
    room = options.window - len(before) - len(after)
    wanted = options.tokens // options.window
    ids: list[NDArray[np.int32]] = []
    firsts: list[NDArray[np.bool_]] = []
    texts = list(texts)
    known: dict[str, tuple[NDArray[np.int32], NDArray[np.bool_]]] = {}  # a text may come again
    held = 0
    # A process a core; they inherit the tokenizer, which is large.
    with multiprocessing.get_context("fork").Pool(initializer=_tokenise_with, initargs=(tokenizer,)) as processes:
        new = processes.imap(_tokenised, dict.fromkeys(texts), chunksize=64)
        for text in texts:
            if text not in known:
                known[text] = next(new)
            of_text, first_of_text = known[text]
            ids.append(of_text)
            firsts.append(first_of_text)
            held += len(of_text)
            if held >= wanted * room:
                break
    windows = min(wanted, held // room)
    inner = np.concatenate(ids)[: windows * room].reshape(windows, room)
    first = np.concatenate(firsts)[: windows * room].reshape(windows, room)
    edge = np.ones((windows, 1), dtype=np.int32)
    whole = np.hstack((*(edge * special for special in before), inner, *(edge * special for special in after)))
    starts = np.hstack((*(edge > 0 for _ in before), first, *(edge > 0 for _ in after)))
    return whole.astype(np.int32, copy=False), starts


def _tokenise_with(tokenizer: TextTokenizer) -> None:
    global _tokenizer
    _tokenizer = tokenizer


def _tokenised(text: str) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """The text's ids and whether each begins a word, with what stands behind a text."""
    tokens = _tokenizer.tokens(text)
    after = _tokenizer.last_special
    return np.append(tokens.ids, after).astype(np.int32), np.append(tokens.word_first, [True] * len(after))


def masked(
    ids: NDArray[np.int32], word_first: NDArray[np.bool_], special: Sequence[int], mask_id: int, words: int, seed: str
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Hides whole words of some windows.

    Args:
        special: ids that are never masked.
        words: size of the vocabulary.

    Returns:
        What the encoder reads, and which tokens it is asked for; both of the shape of ``ids``.
    """
    rng = np.random.default_rng(int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]))
    word = word_first.ravel().cumsum() - 1
    hidden = (rng.random(int(word[-1]) + 1) < MASKED)[word].reshape(ids.shape) & ~np.isin(ids, special)
    seen = ids.astype(np.int64)
    draw = rng.random(ids.shape)
    seen[hidden & (draw >= _KEPT + _RANDOM)] = mask_id
    replaced = hidden & (draw < _RANDOM)
    seen[replaced] = rng.integers(words, size=int(replaced.sum()))
    return seen, hidden


def pretrain(
    encoder: Any,
    windows: tuple[NDArray[np.int32], NDArray[np.bool_]],
    tokenizer: TextTokenizer,
    options: PretrainOptions,
    path: Path,
    report: Callable[[Progress], None],
    every: int = 100,
) -> None:
    """Pre-trains the encoder in place. Each ``every`` steps all that is needed to go on is in ``path``.

    Raises:
        ValueError: the checkpoint was made with other options or text.
    """
    torch.manual_seed(options.seed)
    ids, starts = windows
    special = [*tokenizer.first_special, *tokenizer.last_special]
    made_from = hashlib.sha256(repr(sorted(asdict(options).items())).encode() + ids.tobytes()).hexdigest()
    device = next(encoder.parameters()).device
    model = MaskedWords(encoder).to(device).train()
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": options.weight_decay},
            {"params": [p for p in model.parameters() if p.ndim < 2], "weight_decay": 0.0},
        ],
        lr=options.rate,
        fused=True,
    )
    order = np.random.default_rng(options.seed).permutation(len(ids))
    steps = len(ids) // options.batch
    rise = max(1, int(options.warmup * steps))
    done = 0
    if state := checkpoint.load(path, made_from, "texts", device):
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        done = state["step"]
    losses: list[Tensor] = []
    started = time.perf_counter()
    for step in range(done, steps):
        for group in optimizer.param_groups:
            group["lr"] = options.rate * min((step + 1) / rise, (steps - step) / max(1, steps - rise))
        rows = order[step * options.batch : (step + 1) * options.batch]
        seen, hidden = masked(
            ids[rows], starts[rows], special, tokenizer.mask_id, len(model.bias), f"{options.seed}/{step}"
        )
        asked = torch.from_numpy(hidden).to(device)
        target = torch.from_numpy(ids[rows].astype(np.int64)).to(device)[asked]
        with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
            scores = model(torch.from_numpy(seen).to(device), asked)
        loss = nn.functional.cross_entropy(scores.float(), target)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.detach())  # a number would have a GPU waited for
        if (step + 1) % every == 0 or step + 1 == steps:
            mean = torch.stack(losses).mean().item()
            rate = len(losses) * options.batch * options.window / (time.perf_counter() - started)
            state = {"step": step + 1, "model": model.state_dict(), "optimizer": optimizer.state_dict()}
            checkpoint.save(path, made_from, state)
            report(Progress(step + 1, steps, mean, rate))
            losses, started = [], time.perf_counter()
    model.eval()
