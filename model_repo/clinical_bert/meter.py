"""What the model took to answer: counts and seconds, and nothing of any note."""

from collections.abc import Callable
from dataclasses import dataclass, fields


@dataclass
class Usage:
    """What some calls of the model took. Seconds are wall time of the one thread that does it all.

    Attributes:
        notes: texts that were given.
        windows, tokens: what the encoder read; where windows overlap a token counts twice, special tokens count too.
        padding_tokens: what the encoder read in vain to fill a bucket up. Nought on a CPU.
        tokenise_seconds: tokenising and cutting into windows.
        encode_seconds: the encoder with all heads, copies to and from the device included.
        decode_seconds: from scores to findings.
    """

    notes: int = 0
    windows: int = 0
    tokens: int = 0
    padding_tokens: int = 0
    tokenise_seconds: float = 0.0
    encode_seconds: float = 0.0
    decode_seconds: float = 0.0

    def add(self, other: "Usage") -> None:
        """Adds what other calls took."""
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))


Meter = Callable[[Usage], None]


def unmetered(usage: Usage) -> None:
    """Nobody wants to know."""
