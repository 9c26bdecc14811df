"""Quantisation-aware training (Jacob et al. 2018): while it learns, the encoder reads what int8 serving will have it read.

ONNX Runtime's dynamic quantisation rounds what each product reads to 8 bits, between the least and the greatest value in the
window. That, not the rounding of the weights, is nearly all that int8 changes here; an encoder that learns with it keeps
outliers small.
"""

from typing import Any

import torch
from torch import Tensor, nn

_STEPS = 255


def round_products(encoder: nn.Module) -> None:
    """From now on the linear layers of the encoder read rounded values, in training mode only. Gradients pass unrounded."""
    for module in encoder.modules():
        if isinstance(module, nn.Linear):
            module.register_forward_pre_hook(_read_rounded)


def rounded(values: Tensor) -> Tensor:
    """Values ``[windows, tokens, width]`` on 256 steps between each window's least and greatest, nought among them."""
    with torch.no_grad():
        exact = values.float()
        low = exact.amin((1, 2), keepdim=True).clamp(max=0.0)
        step = ((exact.amax((1, 2), keepdim=True).clamp(min=0.0) - low) / _STEPS).clamp(min=1e-8)
        # Nought is on a step, as in the standard's DynamicQuantizeLinear.
        nought = (-low / step).round()
        error = ((exact / step + nought).round().clamp(0, _STEPS) - nought) * step - exact
    return values + error.to(values.dtype)


def _read_rounded(module: nn.Module, given: tuple[Any, ...]) -> tuple[Any, ...] | None:
    if not module.training:
        return None
    return (rounded(given[0]), *given[1:])
