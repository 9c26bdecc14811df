"""What runs the encoder on a GPU: BERT with torch, over one flat sequence of windows of which none is padded."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from .engine import Scores
from .heads import NOTE_CLASS
from .meter import Meter, Usage, unmetered
from .windows import WINDOW_TOKENS

# A GPU runs recorded passes of these sizes. Two neighbours are at most a third apart, and so is what is computed in vain.
BUCKETS = (1024, 1536, 2048, 3072, 4096, 6144, 8192, 12288, 16384)
BUCKET_TOKENS_A_WINDOW = 64  # A pass has room for a window each so many tokens: empty places cost attention a little.
LONGEST_WINDOW = WINDOW_TOKENS + 2
PASSES_A_BATCH = 4  # While the GPU computes one, the next is packed and the last one's scores are read.
CPU_BATCH_TOKENS = 2048  # More gains nothing: matrices of this size keep a core busy.


@dataclass(frozen=True)
class Shape:
    """What the weights do not say of themselves (``model.json``)."""

    layers: int
    heads: int
    layer_norm_eps: float

    @classmethod
    def read(cls, path: Path) -> "Shape":
        """Raises TypeError where something is missing or unknown."""
        return cls(**json.loads(path.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Packed:
    """Windows one behind the other.

    Attributes:
        ids, positions: int32 ``[tokens]``; a window's positions count from nought.
        bounds: int32 ``[windows + 1]``, where each window begins, and where the last one ends. A place without a window
            begins and ends where the last one ends; tokens behind that are in no window, and mean nothing.
    """

    ids: Tensor
    positions: Tensor
    bounds: Tensor


class Bert:
    """The encoder. Any BERT with exact GELU; the names of its weights are ``training/export.py``'s.

    What an attention or a feed-forward part gives is added to what it was given. Its bias is added sooner, to the shift of
    the norm before it, and taken from what reads that norm: the sum is the same, and the product adds it up by itself.
    """

    def __init__(self, weights: Mapping[str, Tensor], shape: Shape, precision: torch.dtype) -> None:
        self._weights = {name: weight.to(precision) for name, weight in _biases_sooner(weights, shape.layers).items()}
        self._shape = shape

    def hidden(self, packed: Packed) -> Tensor:
        """What the encoder says of each token: ``[tokens, hidden]``."""
        weights = self._weights
        hidden = functional.embedding(packed.ids, weights["embeddings.word"])
        hidden = hidden + functional.embedding(packed.positions, weights["embeddings.position"])
        hidden = self._normed("embeddings.norm", hidden)
        for number in range(self._shape.layers):
            layer = f"layers.{number}"
            parts = functional.linear(hidden, *self._of(f"{layer}.query_key_value"))
            parts = parts.view(len(hidden), 3, self._shape.heads, -1)
            attended = _attended(parts, packed.bounds).flatten(1)
            hidden = self._normed(f"{layer}.attention.norm", self._added(f"{layer}.attention", hidden, attended))
            wide = _gelu(hidden, *self._of(f"{layer}.up"))
            hidden = self._normed(f"{layer}.norm", self._added(f"{layer}.down", hidden, wide))
        return hidden

    def _of(self, name: str) -> tuple[Tensor, Tensor]:
        return self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]

    def _added(self, name: str, hidden: Tensor, given: Tensor) -> Tensor:
        """``hidden`` with the product of what is ``given`` on it, in its place."""
        return hidden.addmm_(given, self._weights[f"{name}.weight"].t())

    def _normed(self, name: str, hidden: Tensor) -> Tensor:
        weight, bias = self._of(name)
        return functional.layer_norm(hidden, weight.shape, weight, bias, self._shape.layer_norm_eps)


def _biases_sooner(weights: Mapping[str, Tensor], layers: int) -> dict[str, Tensor]:
    """The weights in fp32, where the biases of ``attention`` and ``down`` stand with the norm before (see ``Bert``)."""
    moved = {name: weight.float() for name, weight in weights.items()}
    norm = "embeddings.norm"
    for number in range(layers):
        layer = f"layers.{number}"
        for part, reader, following in (
            ("attention", "query_key_value", "attention.norm"),
            ("down", "up", "norm"),
        ):
            bias = moved.pop(f"{layer}.{part}.bias")
            moved[f"{norm}.bias"] = moved[f"{norm}.bias"] + bias
            moved[f"{layer}.{reader}.bias"] = moved[f"{layer}.{reader}.bias"] - moved[f"{layer}.{reader}.weight"] @ bias
            norm = f"{layer}.{following}"
    return moved


class TorchEngine:
    """Torch on a GPU in bfloat16, or on a CPU in fp32.

    The heads stay in fp32 on both: they cost little, and bfloat16 would take ties for what is none. On a GPU the encoder's
    passes are recorded when it is opened, one for each of ``BUCKETS``, and a pass is one launch.

    Args:
        path: ``model.safetensors``; ``model.json`` stands beside it (``training/export.py`` writes both).
        device: torch's name of it.
        meter: is told of the tokens that fill buckets up.
    """

    def __init__(self, path: Path, device: str = "cpu", meter: Meter = unmetered) -> None:
        self._device = torch.device(device)
        self._on_gpu = self._device.type == "cuda"
        self._meter = meter
        weights = load_file(path, device=device)
        precision = torch.bfloat16 if self._on_gpu else torch.float32
        encoder = {name: weight for name, weight in weights.items() if not name.startswith("heads.")}
        self._heads = {name: weight.float() for name, weight in weights.items() if name.startswith("heads.")}
        self._bert = Bert(encoder, Shape.read(path.with_suffix(".json")), precision)
        self.batch_tokens = PASSES_A_BATCH * BUCKETS[-1] if self._on_gpu else CPU_BATCH_TOKENS
        self._passes: dict[int, _RecordedPass] = {}
        if self._on_gpu:
            torch.cuda.set_device(self._device)
            self._copies = torch.cuda.Stream()
            torch.set_float32_matmul_precision("high")  # TF32 holds bfloat16's hidden states exactly
            pool = torch.cuda.graph_pool_handle()
            # The largest first: the others then find their memory in its pool.
            with torch.inference_mode():
                self._passes = {tokens: _RecordedPass(self._bert, tokens, pool) for tokens in reversed(BUCKETS)}

    def run(self, windows: Sequence[NDArray[np.int64]], outputs: Sequence[str]) -> list[Scores]:
        with torch.inference_mode():
            passes = (self._pass(pack, outputs) for pack in self._packs(windows))
            return [scores for each in _one_ahead(passes) for scores in each.scores()]

    def _packs(self, windows: Sequence[NDArray[np.int64]]) -> Iterator[list[NDArray[np.int64]]]:
        """Windows that one pass takes. On a CPU all: what is given at once is bounded by who gives it."""
        pack: list[NDArray[np.int64]] = []
        tokens = 0
        for ids in windows:
            if pack and self._on_gpu and not _fits(tokens + len(ids), len(pack) + 1, BUCKETS[-1]):
                yield pack
                pack, tokens = [], 0
            pack.append(ids)
            tokens += len(ids)
        if pack:
            yield pack

    def _pass(self, windows: list[NDArray[np.int64]], outputs: Sequence[str]) -> "_Pass":
        """Begins a pass over the windows, and does not wait for it."""
        lengths = [len(ids) for ids in windows]
        if max(lengths) > LONGEST_WINDOW:
            raise ValueError(f"a window of {max(lengths)} tokens: at most {LONGEST_WINDOW} can be read")
        bounds = list(accumulate(lengths, initial=0))
        of_tokens = [output for output in outputs if output != NOTE_CLASS]
        hidden, places = self._hidden(windows, lengths, bounds)
        columns = self._to_host(self._linear(of_tokens, hidden))
        classes = None
        if NOTE_CLASS in outputs:
            # Unsafe only skips a check of the lengths, for which the GPU would be waited for.
            means = torch.segment_reduce(hidden, "mean", lengths=places.diff(), unsafe=True)
            classes = self._to_host(self._linear([NOTE_CLASS], means))
        done = None
        if self._on_gpu:
            # A blocking event: a wait that spins takes the core from the instances that tokenise and decode.
            done = torch.cuda.Event(blocking=True)
            done.record(self._copies)
        widths = [len(self._heads[f"heads.{output}.bias"]) for output in of_tokens]
        columns_of = dict(zip(of_tokens, pairwise(accumulate(widths, initial=0)), strict=True))
        return _Pass(bounds, columns, columns_of, classes, done)

    def _hidden(self, windows: list[NDArray[np.int64]], lengths: list[int], bounds: list[int]) -> tuple[Tensor, Tensor]:
        """What the encoder says, fp32 ``[tokens, hidden]``, and the bounds ``[windows + 1]``, on the device."""
        ids = np.concatenate(windows)
        positions = np.concatenate([np.arange(length) for length in lengths])
        if not self._on_gpu:
            parts = (ids, positions, np.array(bounds))
            packed = Packed(*(torch.from_numpy(part.astype(np.int32)) for part in parts))
            return self._bert.hidden(packed), packed.bounds
        bucket = next(bucket for bucket in BUCKETS if _fits(len(ids), len(windows), bucket))
        self._meter(Usage(padding_tokens=bucket - len(ids)))
        hidden, places = self._passes[bucket].run(ids, positions, np.array(bounds))
        return hidden.float(), places

    def _linear(self, outputs: Sequence[str], hidden: Tensor) -> Tensor:
        """The heads of these outputs side by side, as one product."""
        weight = torch.cat([self._heads[f"heads.{output}.weight"] for output in outputs])
        bias = torch.cat([self._heads[f"heads.{output}.bias"] for output in outputs])
        return functional.linear(hidden, weight, bias)

    def _to_host(self, scores: Tensor) -> Tensor:
        """A copy that is there once the pass is done. Its pinned memory is used again when nobody holds it."""
        if not self._on_gpu:
            return scores
        host = torch.empty(scores.shape, dtype=scores.dtype, pin_memory=True)
        # Beside the next pass, not before it: a pass of 16,384 tokens has up to 60 MB of scores.
        self._copies.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(self._copies):
            host.copy_(scores, non_blocking=True)
        scores.record_stream(self._copies)
        return host


@dataclass(frozen=True)
class _Pass:
    """A pass that was begun.

    Attributes:
        bounds: where each window begins, and where the last one ends.
        columns: scores ``[tokens, columns]``, there when the pass is ``done``.
        columns_of: first column and end of each output.
        classes: scores ``[windows, classes]`` likewise, where they are wanted.
    """

    bounds: list[int]
    columns: Tensor
    columns_of: Mapping[str, tuple[int, int]]
    classes: Tensor | None
    done: "torch.cuda.Event | None"

    def scores(self) -> Iterator[Scores]:
        """Those of each window. Waits for the pass."""
        if self.done is not None:
            self.done.synchronize()
        rows = self.columns.numpy()
        for number, (start, stop) in enumerate(pairwise(self.bounds)):
            scores = {output: rows[start:stop, left:right] for output, (left, right) in self.columns_of.items()}
            if self.classes is not None:
                scores[NOTE_CLASS] = self.classes[number].numpy()
            yield scores


class _RecordedPass:
    """The encoder's pass over up to ``tokens`` tokens, recorded as a CUDA graph: it reads and writes the same memory always."""

    def __init__(self, bert: Bert, tokens: int, pool: object) -> None:
        self._tokens = tokens
        sizes = [tokens, tokens, tokens // BUCKET_TOKENS_A_WINDOW + 1]
        # One piece of memory, so that one copy takes all there.
        self._host = torch.zeros(sum(sizes), dtype=torch.int32, pin_memory=True)
        self._taken = torch.cuda.Event(blocking=True)  # the copy has been made
        self._given = self._host.to("cuda")
        self._packed = Packed(*self._given.split(sizes))
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            bert.hidden(self._packed)  # libraries choose their kernels and take their memory in a first pass
        torch.cuda.current_stream().wait_stream(stream)
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph, pool=pool):
            self._hidden = bert.hidden(self._packed)

    def run(
        self, ids: NDArray[np.int64], positions: NDArray[np.int64], bounds: NDArray[np.int64]
    ) -> tuple[Tensor, Tensor]:
        """``[len(ids), hidden]`` and ``bounds`` on the device, for what is begun before the next pass of any size."""
        self._taken.synchronize()
        given = self._host.numpy()
        given[: len(ids)] = ids
        given[len(ids) : self._tokens] = 0
        given[self._tokens : self._tokens + len(ids)] = positions
        given[2 * self._tokens :] = bounds[-1]
        given[2 * self._tokens : 2 * self._tokens + len(bounds)] = bounds
        self._given.copy_(self._host, non_blocking=True)
        self._taken.record()
        self._graph.replay()
        return self._hidden[: len(ids)], self._packed.bounds[: len(bounds)]


def _one_ahead(passes: Iterator[_Pass]) -> Iterator[_Pass]:
    """The passes, each when the one behind it has been begun."""
    begun = next(passes, None)
    while begun is not None:
        following = next(passes, None)
        yield begun
        begun = following


def _fits(tokens: int, windows: int, bucket: int) -> bool:
    return tokens <= bucket and windows <= bucket // BUCKET_TOKENS_A_WINDOW


def _gelu(hidden: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    if hidden.is_cuda:
        # Within the product. cuBLAS has the form with tanh: off by 0.0005 at most, where bfloat16 is off by 0.004.
        return torch._addmm_activation(bias, hidden, weight.t(), use_gelu=True)
    return functional.gelu(functional.linear(hidden, weight, bias))


def _attended(parts: Tensor, bounds: Tensor) -> Tensor:
    """Attention of each window's tokens to one another: ``[tokens, heads, size]`` for ``[tokens, 3, heads, size]``."""
    query, key, value = parts.unbind(1)
    if parts.is_cuda:
        from torch.nn.attention import SDPBackend, sdpa_kernel
        from torch.nn.attention.varlen import varlen_attn

        # Flash by name: it is known to take the places without a window that a recorded pass has.
        with sdpa_kernel(SDPBackend.FLASH_ATTENTION):
            result: Tensor = varlen_attn(query, key, value, bounds, bounds, LONGEST_WINDOW, LONGEST_WINDOW)
            return result
    attended = torch.empty_like(query)
    for start, stop in pairwise(bounds.tolist()):
        window = [part[start:stop].transpose(0, 1) for part in (query, key, value)]
        attended[start:stop] = functional.scaled_dot_product_attention(*window).transpose(0, 1)
    return attended
