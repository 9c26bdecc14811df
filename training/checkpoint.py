"""A training's state in a file: whole or not there, and good only for what it was made from."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch


def save(path: Path, made_from: str, state: Mapping[str, Any]) -> None:
    """Writes the state, and where torch's random numbers stand. A stop in between leaves the file that was there."""
    unfinished = path.with_suffix(".unfinished")
    torch.save({**state, "made_from": made_from, "random": torch.get_rng_state()}, unfinished)
    unfinished.replace(path)


def load(path: Path, made_from: str, sources: str, device: torch.device) -> dict[str, Any] | None:
    """The state, with torch's random numbers put where they stood; None where there is no file.

    Args:
        made_from: a digest of all that the training comes from.
        sources: what that is besides options, for the error.

    Raises:
        ValueError: the file was made from something else.
    """
    if not path.exists():
        return None
    state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
    if state["made_from"] != made_from:
        raise ValueError(f"{path} was made with other options or {sources}: remove it, or train with the same")
    torch.set_rng_state(state["random"].cpu())
    return state
