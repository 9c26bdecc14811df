"""Fine-tuning on all tasks at once: AdamW with a rate a layer, averaged weights, early stopping on the dev documents.

A step is a batch of one task; the batches of all tasks follow each other in random order.
"""

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

from training import checkpoint
from training.features import Example, batches
from training.losses import loss
from training.network import MultiTask
from training.tasks import Task


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

    epochs: int = 5
    patience: int = 3
    batch_tokens: int = 1024
    encoder_rate: float = 3e-4
    head_rate: float = 1.5e-3
    layer_decay: float = 0.9
    warmup: float = 0.1
    weight_decay: float = 0.01
    average: float = 0.995
    seed: int = 1


@dataclass(frozen=True)
class Epoch:
    """What one pass over the data came to.

    Attributes:
        loss: mean of the steps' losses.
        dev: scores on the dev documents, by what they are of; their mean chooses the epoch.
    """

    number: int
    loss: float
    dev: dict[str, float]
    seconds: float

    @property
    def score(self) -> float:
        return sum(self.dev.values()) / len(self.dev)


def best_epoch(epochs: Sequence[Epoch]) -> Epoch:
    """The one with the highest score; of equally good ones the last, which has learnt more of what the score leaves out."""
    return max(epochs, key=lambda epoch: (epoch.score, epoch.number))


def fine_tune(
    network: MultiTask,
    tasks: Sequence[Task],
    options: TrainOptions,
    precision: Precision,
    dev: Callable[[MultiTask], dict[str, float]],
    path: Path,
    report: Callable[[Epoch], None],
    teachers: Sequence[MultiTask] = (),
) -> list[Epoch]:
    """Fine-tunes the network in place; it ends with the averaged weights of the best epoch.

    After each epoch all that is needed to go on is in ``path``; where that file is there already and was made with
    the same options and documents, training goes on from it and ends as if it had never stopped.

    Raises:
        ValueError: the checkpoint was made with other options or documents.
    """
    torch.manual_seed(options.seed)
    device = next(network.parameters()).device
    optimizer = torch.optim.AdamW(_groups(network, options), fused=True)
    steps = options.epochs * len(_epoch_batches(tasks, options, 0))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, steps, options.warmup))
    made_from = _made_from((network, *teachers), tasks, options)
    average = copy.deepcopy(network).eval()
    best = copy.deepcopy(average.state_dict())
    epochs: list[Epoch] = []
    if state := checkpoint.load(path, made_from, "documents", device):
        epochs, best = _resume(state, network, average, optimizer, schedule)
    for number in range(len(epochs), options.epochs):
        if _stale(epochs, options.patience):
            break
        started = time.perf_counter()
        network.train()
        losses = []
        for task, batch in _epoch_batches(tasks, options, number):
            with torch.autocast(device.type, torch.bfloat16, enabled=precision is Precision.BFLOAT16):
                of_batch = loss(network, task.features, batch, device, teachers)
            of_batch.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            _follow(average, network, min(options.average, (1 + schedule.last_epoch) / (10 + schedule.last_epoch)))
            losses.append(of_batch.detach())  # a number would have a GPU waited for
        mean = torch.stack(losses).mean().item()
        epoch = Epoch(number + 1, mean, dev(average), time.perf_counter() - started)
        epochs.append(epoch)
        if best_epoch(epochs) is epoch:
            best = copy.deepcopy(average.state_dict())
        report(epoch)
        _save(path, made_from, epochs, best, network, average, optimizer, schedule)
    network.load_state_dict(best)
    network.eval()
    return epochs


def faster_precision(network: MultiTask) -> Precision:
    """Measures both: bfloat16 is up to twice as fast with AVX512 or AMX or on a GPU, 20 times slower without."""
    device = next(network.parameters()).device
    ids = torch.ones((2, 128), dtype=torch.long, device=device)
    taken = {}
    for precision in Precision:
        times = []
        for _ in range(4):
            started = time.perf_counter()
            with torch.autocast(device.type, torch.bfloat16, enabled=precision is Precision.BFLOAT16):
                hidden = network.hidden(ids, torch.ones_like(ids))
            hidden.float().sum().backward()
            network.zero_grad()
            times.append(time.perf_counter() - started)
        taken[precision] = min(times)
    return min(taken, key=lambda precision: taken[precision])


def _epoch_batches(tasks: Sequence[Task], options: TrainOptions, number: int) -> list[tuple[Task, list[Example]]]:
    """The batches of an epoch depend on seed and epoch alone, so that a resumed training sees the same."""
    rng = random.Random(f"{options.seed}/{number}")
    found = [(task, batch) for task in tasks for batch in batches(list(task.epoch(rng)), options.batch_tokens, rng)]
    rng.shuffle(found)
    return found


def _groups(network: MultiTask, options: TrainOptions) -> list[dict[str, Any]]:
    """The parameters with their rates: the lower a layer, the slower it learns. Biases and norms do not decay."""
    layers = 1 + max(
        (int(name.split(".layer.")[1].split(".")[0]) for name, _ in network.named_parameters() if ".layer." in name),
        default=-1,
    )
    alike: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        if not parameter.requires_grad:
            continue
        if name.startswith(("heads.", "pairs.")):
            rate = options.head_rate
        else:
            layer = int(name.split(".layer.")[1].split(".")[0]) if ".layer." in name else -1
            rate = options.encoder_rate * options.layer_decay ** (layers - 1 - layer)
        decay = options.weight_decay if parameter.ndim > 1 else 0.0
        alike.setdefault((rate, decay), []).append(parameter)
    return [{"params": of, "lr": rate, "weight_decay": decay} for (rate, decay), of in alike.items()]


def _rate(step: int, steps: int, warmup: float) -> float:
    """Share of the highest rate: rises in a line, then falls in a line to 2 %."""
    rise = max(1, int(steps * warmup))
    if step < rise:
        return (step + 1) / rise
    return max(0.02, (steps - step) / max(1, steps - rise))


def _follow(average: MultiTask, network: MultiTask, decay: float) -> None:
    with torch.no_grad():
        torch._foreach_lerp_(list(average.parameters()), list(network.parameters()), 1 - decay)


def _made_from(networks: Sequence[MultiTask], tasks: Sequence[Task], options: TrainOptions) -> str:
    """A digest of all that a training comes from; taken before its first step."""
    digest = hashlib.sha256(repr(sorted(asdict(options).items())).encode())
    for parameter in (parameter for network in networks for parameter in network.parameters()):
        digest.update(parameter.detach().cpu().numpy().tobytes())
    for task in tasks:
        teaching = task.features.teaching
        digest.update(
            f"{task.name} {task.share} {task.extent} {teaching.label_set} {sorted(teaching.judged)} {teaching.group}".encode()
        )
        for prepared in task.documents:
            digest.update(prepared.tokens.ids.tobytes() + prepared.tags.tobytes() + prepared.assertions.tobytes())
    return digest.hexdigest()


def _stale(epochs: Sequence[Epoch], patience: int) -> bool:
    if not epochs:
        return False
    return epochs[-1].number - best_epoch(epochs).number >= patience


def _save(
    path: Path,
    made_from: str,
    epochs: Sequence[Epoch],
    best: dict[str, Tensor],
    network: MultiTask,
    average: MultiTask,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LambdaLR,
) -> None:
    state = {
        "epochs": [asdict(epoch) for epoch in epochs],
        "best": best,
        "network": network.state_dict(),
        "average": average.state_dict(),
        "optimizer": optimizer.state_dict(),
        "schedule": schedule.state_dict(),
    }
    checkpoint.save(path, made_from, state)


def _resume(
    state: dict[str, Any],
    network: MultiTask,
    average: MultiTask,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LambdaLR,
) -> tuple[list[Epoch], dict[str, Tensor]]:
    network.load_state_dict(state["network"])
    average.load_state_dict(state["average"])
    optimizer.load_state_dict(state["optimizer"])
    schedule.load_state_dict(state["schedule"])
    return [Epoch(**epoch) for epoch in state["epochs"]], state["best"]
