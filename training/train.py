"""Fine-tuning: AdamW with layer-wise learning rates, averaged weights, and early stopping on the dev documents."""

import copy
import hashlib
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from model_repo.clinical_bert.tokens import TextTokenizer
from training.features import IGNORED, Example, Tagged, batches, examples
from training.model import Tagger


class Precision(StrEnum):
    """What the encoder computes in while it is trained; weights are always fp32."""

    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"


@dataclass(frozen=True)
class TrainOptions:
    """How to fine-tune.

    Attributes:
        epochs: passes over the training documents, at most.
        patience: epochs without a better dev F1 after which training ends.
        batch_tokens: tokens a step, padding included.
        encoder_rate, head_rate: highest learning rates of the encoder's last layer and of the heads.
        layer_decay: each layer learns at this share of the rate of the one above it.
        warmup: share of the steps in which the rates rise.
        average: decay of the moving average of the weights, which is what is evaluated and kept.
        seed: of everything random.
    """

    epochs: int = 14
    patience: int = 2
    batch_tokens: int = 1024
    encoder_rate: float = 4e-4
    head_rate: float = 2e-3
    layer_decay: float = 0.9
    warmup: float = 0.1
    weight_decay: float = 0.01
    average: float = 0.99
    seed: int = 1


@dataclass(frozen=True)
class Epoch:
    """What one pass over the data came to."""

    number: int
    loss: float
    dev_f1: float
    seconds: float


def fine_tune(
    tagger: Tagger,
    head: str,
    documents: Sequence[Tagged],
    tokenizer: TextTokenizer,
    options: TrainOptions,
    precision: Precision,
    dev_f1: Callable[[Tagger], float],
    checkpoint: Path,
    report: Callable[[Epoch], None],
) -> list[Epoch]:
    """Fine-tunes the tagger in place; it ends with the averaged weights of the best epoch.

    After each epoch all that is needed to go on is in ``checkpoint``; where that file is there already and was made with
    the same options and documents, training goes on from it and ends as if it had never stopped.

    Raises:
        ValueError: the checkpoint was made with other options or documents.
    """
    torch.manual_seed(options.seed)
    device = next(tagger.parameters()).device
    optimizer = torch.optim.AdamW(_groups(tagger, options), fused=True)
    loss_of = nn.CrossEntropyLoss(ignore_index=IGNORED)
    steps = options.epochs * len(_epoch_batches(documents, tokenizer, options, 0))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, steps, options.warmup))
    made_from = _made_from(tagger, documents, options)
    average = copy.deepcopy(tagger).eval()
    best = copy.deepcopy(average.state_dict())
    epochs: list[Epoch] = []
    if checkpoint.exists():
        epochs, best = _resume(checkpoint, made_from, tagger, average, optimizer, schedule)
    for number in range(len(epochs), options.epochs):
        if _stale(epochs, options.patience):
            break
        started = time.perf_counter()
        tagger.train()
        losses = []
        for batch in _epoch_batches(documents, tokenizer, options, number):
            ids, mask, tags = (part.to(device) for part in padded(batch))
            with torch.autocast(device.type, torch.bfloat16, enabled=precision is Precision.BFLOAT16):
                scores = tagger(ids, mask, head)
            loss = loss_of(scores.float().flatten(0, 1), tags.flatten())
            loss.backward()
            nn.utils.clip_grad_norm_(tagger.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            _follow(average, tagger, min(options.average, (1 + schedule.last_epoch) / (10 + schedule.last_epoch)))
            losses.append(loss.item())
        epoch = Epoch(number + 1, sum(losses) / len(losses), dev_f1(average), time.perf_counter() - started)
        if epoch.dev_f1 > max((earlier.dev_f1 for earlier in epochs), default=-1.0):
            best = copy.deepcopy(average.state_dict())
        epochs.append(epoch)
        report(epoch)
        _save(checkpoint, made_from, epochs, best, tagger, average, optimizer, schedule)
    tagger.load_state_dict(best)
    tagger.eval()
    return epochs


def faster_precision(tagger: Tagger, head: str) -> Precision:
    """Measures both: bfloat16 is up to twice as fast with AVX512 or AMX or on a GPU, 20 times slower without."""
    device = next(tagger.parameters()).device
    ids = torch.ones((2, 128), dtype=torch.long, device=device)
    taken = {}
    for precision in Precision:
        times = []
        for _ in range(4):
            started = time.perf_counter()
            with torch.autocast(device.type, torch.bfloat16, enabled=precision is Precision.BFLOAT16):
                scores = tagger(ids, torch.ones_like(ids), head)
            scores.float().sum().backward()
            tagger.zero_grad()
            times.append(time.perf_counter() - started)
        taken[precision] = min(times)
    return min(taken, key=lambda precision: taken[precision])


def padded(batch: Sequence[Example]) -> tuple[Tensor, Tensor, Tensor]:
    """Ids, attention mask and tags of a batch, each of shape ``[windows, longest]``."""
    shape = (len(batch), max(len(example.ids) for example in batch))
    ids = torch.zeros(shape, dtype=torch.long)
    mask = torch.zeros(shape, dtype=torch.long)
    tags = torch.full(shape, IGNORED, dtype=torch.long)
    for row, example in enumerate(batch):
        width = len(example.ids)
        ids[row, :width] = torch.from_numpy(example.ids)
        mask[row, :width] = 1
        tags[row, :width] = torch.from_numpy(example.tags)
    return ids, mask, tags


def _epoch_batches(
    documents: Sequence[Tagged], tokenizer: TextTokenizer, options: TrainOptions, number: int
) -> list[list[Example]]:
    """The batches of an epoch depend on seed and epoch alone, so that a resumed training sees the same."""
    rng = random.Random(f"{options.seed}/{number}")
    windows = [example for document in documents for example in examples(document, tokenizer, rng)]
    return batches(windows, options.batch_tokens, rng)


def _groups(tagger: Tagger, options: TrainOptions) -> list[dict[str, Any]]:
    """The parameters with their rates: the lower a layer, the slower it learns. Biases and norms do not decay."""
    layers = 1 + max(
        (int(name.split(".layer.")[1].split(".")[0]) for name, _ in tagger.named_parameters() if ".layer." in name),
        default=-1,
    )
    groups = []
    for name, parameter in tagger.named_parameters():
        if name.startswith("heads."):
            rate = options.head_rate
        else:
            layer = int(name.split(".layer.")[1].split(".")[0]) if ".layer." in name else -1
            rate = options.encoder_rate * options.layer_decay ** (layers - 1 - layer)
        decay = options.weight_decay if parameter.ndim > 1 else 0.0
        groups.append({"params": [parameter], "lr": rate, "weight_decay": decay})
    return groups


def _rate(step: int, steps: int, warmup: float) -> float:
    """Share of the highest rate: rises in a line, then falls in a line to 2 %."""
    rise = max(1, int(steps * warmup))
    if step < rise:
        return (step + 1) / rise
    return max(0.02, (steps - step) / max(1, steps - rise))


def _follow(average: Tagger, tagger: Tagger, decay: float) -> None:
    with torch.no_grad():
        for slow, fast in zip(average.parameters(), tagger.parameters(), strict=True):
            slow.lerp_(fast, 1 - decay)


def _made_from(tagger: Tagger, documents: Sequence[Tagged], options: TrainOptions) -> str:
    """A digest of all that a training comes from; taken before its first step."""
    digest = hashlib.sha256(repr(sorted(asdict(options).items())).encode())
    for parameter in tagger.parameters():
        digest.update(parameter.detach().cpu().numpy().tobytes())
    for document in documents:
        digest.update(document.tokens.ids.tobytes())
        digest.update(document.tags.tobytes())
    return digest.hexdigest()


def _stale(epochs: Sequence[Epoch], patience: int) -> bool:
    if not epochs:
        return False
    best = max(epochs, key=lambda epoch: epoch.dev_f1)
    return epochs[-1].number - best.number >= patience


def _save(
    path: Path,
    made_from: str,
    epochs: Sequence[Epoch],
    best: dict[str, Tensor],
    tagger: Tagger,
    average: Tagger,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LambdaLR,
) -> None:
    state = {
        "made_from": made_from,
        "epochs": [asdict(epoch) for epoch in epochs],
        "best": best,
        "tagger": tagger.state_dict(),
        "average": average.state_dict(),
        "optimizer": optimizer.state_dict(),
        "schedule": schedule.state_dict(),
        "random": torch.get_rng_state(),
    }
    unfinished = path.with_suffix(".unfinished")
    torch.save(state, unfinished)
    unfinished.replace(path)


def _resume(
    path: Path,
    made_from: str,
    tagger: Tagger,
    average: Tagger,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LambdaLR,
) -> tuple[list[Epoch], dict[str, Tensor]]:
    state = torch.load(path, map_location=next(tagger.parameters()).device, weights_only=True)
    if state.get("made_from") != made_from:
        raise ValueError(f"{path} was made with other options or documents: remove it, or train with the same")
    tagger.load_state_dict(state["tagger"])
    average.load_state_dict(state["average"])
    optimizer.load_state_dict(state["optimizer"])
    schedule.load_state_dict(state["schedule"])
    torch.set_rng_state(state["random"].cpu())
    return [Epoch(**epoch) for epoch in state["epochs"]], state["best"]
