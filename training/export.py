"""Export to ONNX: full precision, and int8 weights for the CPU that serves."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model
from torch import Tensor, nn

from training.model import Tagger

OPSET = 17
LARGEST_LOSS = 0.005  # F1 that int8 may cost


class QuantisationLoss(RuntimeError):  # noqa: N818  it names what went wrong
    """The int8 model is too much worse than the one in full precision."""


@dataclass(frozen=True)
class Exported:
    """F1 of the same documents with both models."""

    full_f1: float
    int8_f1: float


class _Served(nn.Module):  # type: ignore[misc]
    """The tagger as it is served: one unpadded window in, the scores of every head out, one encoder pass for all."""

    def __init__(self, tagger: Tagger) -> None:
        super().__init__()
        self.tagger = tagger

    def forward(self, input_ids: Tensor) -> tuple[Tensor, ...]:
        hidden = self.tagger.encoder(input_ids=input_ids, attention_mask=torch.ones_like(input_ids)).last_hidden_state
        return tuple(head(hidden) for head in self.tagger.heads.values())


def export(tagger: Tagger, full: Path, int8: Path, f1_of: Callable[[Path], float]) -> Exported:
    """Writes both models; input ``input_ids`` int64 ``[1, tokens]``, an output ``[1, tokens, tags]`` a label set, by its name.

    Args:
        f1_of: the task's F1 with the model of a file.

    Raises:
        QuantisationLoss: int8 costs more than half a point of F1; the int8 file is removed.
    """
    write_full(tagger, full)
    write_int8(full, int8)
    result = Exported(f1_of(full), f1_of(int8))
    if result.full_f1 - result.int8_f1 > LARGEST_LOSS:
        int8.unlink()
        raise QuantisationLoss(f"int8 costs {result.full_f1 - result.int8_f1:.4f} of F1 {result.full_f1:.4f}")
    return result


def write_full(tagger: Tagger, path: Path) -> None:
    """The model in fp32, with attention, layer norm and GELU fused for ONNX Runtime's own kernels."""
    encoder: Any = tagger.encoder
    raw = path.with_suffix(".raw.onnx")
    heads = list(tagger.heads)
    torch.onnx.export(
        _Served(tagger).eval().cpu(),
        (torch.ones(1, 16, dtype=torch.long),),
        str(raw),
        input_names=["input_ids"],
        output_names=heads,
        dynamic_axes={"input_ids": {1: "tokens"}, **{head: {1: "tokens"} for head in heads}},
        opset_version=OPSET,
        dynamo=False,
    )
    options = FusionOptions("bert")
    options.enable_embed_layer_norm = False
    fused = optimize_model(
        str(raw),
        model_type="bert",
        num_heads=encoder.config.num_attention_heads,
        hidden_size=encoder.config.hidden_size,
        optimization_options=options,
        opt_level=0,
    )
    fused.save_model_to_file(str(path))
    raw.unlink()


def write_int8(full: Path, path: Path) -> None:
    """Int8 weights, a scale a channel; activations are quantised as they come.

    Weights use 7 of the 8 bits (``reduce_range``): on AVX2 machines without VNNI sums of full-range products overflow,
    and the model must answer alike wherever it is served.
    """
    quantize_dynamic(
        str(full),
        str(path),
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )
