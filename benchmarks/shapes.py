"""Shapes of encoders, and what their passes cost."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EncoderShape:
    """A BERT."""

    layers: int
    hidden: int
    heads: int
    intermediate: int
    vocabulary: int = 30522

    def arguments(self) -> dict[str, int]:
        """The shape as Hugging Face's ``BertConfig`` takes it."""
        return {
            "vocab_size": self.vocabulary,
            "hidden_size": self.hidden,
            "num_hidden_layers": self.layers,
            "num_attention_heads": self.heads,
            "intermediate_size": self.intermediate,
        }

    def operations(self, window: float, columns: int) -> float:
        """Floating-point operations a token: two a weight, attention over a window's tokens, and the heads' columns."""
        weights = self.layers * (4 * self.hidden**2 + 2 * self.hidden * self.intermediate) + self.hidden * columns
        return 2 * weights + self.layers * 4 * self.hidden * window


SHAPES = {
    "minilm": EncoderShape(layers=6, hidden=384, heads=12, intermediate=1536),
    "bert-base": EncoderShape(layers=12, hidden=768, heads=12, intermediate=3072),
}
