"""How much more a model must believe in a finding than in none before it says so: the best for what is found end to end.

Fitted on dev documents through the decoding that serves, since among gold entities a pair is more likely related than among
those that the model finds; and folded into the heads' biases, so that what is served needs no threshold.
"""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model_repo.clinical_bert.decoding import OUTSIDE
from model_repo.clinical_bert.engine import Engine
from model_repo.clinical_bert.heads import entities_output
from training.curriculum import BIOMEDICAL, CHEMICAL_DISEASE, CLINICAL, DRUG_EVENTS
from training.measure import Headline
from training.network import MultiTask, NetworkEngine

_SHIFTS = np.linspace(-1.5, 1.5, 13)


def fit_thresholds(network: MultiTask, f1: Callable[[Engine, Headline], float]) -> None:
    """Moves the biases of "no entity", and then of "no relation" between the entities that are found.

    Args:
        f1: of a task's dev documents, with the network as it then is.
    """
    engine = _Remembering(network)
    nothing = (
        (Headline.ENTITIES, network.heads[entities_output(CLINICAL)].bias[OUTSIDE]),
        (Headline.CHEMICALS_AND_DISEASES, network.heads[entities_output(BIOMEDICAL)].bias[OUTSIDE]),
        (Headline.RELATIONS, network.pairs[CLINICAL].prior[..., 0]),
        (Headline.DRUG_EVENTS, network.pairs[DRUG_EVENTS].prior[..., 0]),
        (Headline.CHEMICAL_INDUCED_DISEASE, network.pairs[CHEMICAL_DISEASE].prior[..., 0]),
    )
    with torch.no_grad():
        for task, bias in nothing:
            _move(bias, partial(f1, engine, task))


def _move(bias: Tensor, f1: Callable[[], float]) -> None:
    """Puts the bias where the F1 is highest; of equally good places the nearest."""
    stood = bias.clone()
    found: dict[float, float] = {}
    for shift in map(float, _SHIFTS):
        bias.copy_(stood + shift)
        found[shift] = f1()
    bias.copy_(stood + max(found, key=lambda shift: (round(found[shift], 4), -abs(shift))))


class _Remembering(NetworkEngine):
    """Runs the encoder once over each window, however often the heads change."""

    def __init__(self, network: MultiTask) -> None:
        super().__init__(network)
        self._known: dict[bytes, Tensor] = {}

    def hidden(self, windows: Sequence[NDArray[np.int64]]) -> list[Tensor]:
        keys = [ids.tobytes() for ids in windows]
        unknown = [ids for ids, key in zip(windows, keys, strict=True) if key not in self._known]
        if unknown:
            self._known |= zip((ids.tobytes() for ids in unknown), super().hidden(unknown), strict=True)
        return [self._known[key] for key in keys]
