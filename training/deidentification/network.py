"""The network: embeddings of what is known of each word, then convolutions over the words around it.

A convolution is written as a product over the words before, at and behind: ONNX Runtime multiplies matrices in int8, and
convolves in fp32.
"""

import copy
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from transforms.deidentify.tagger.tagger import TAGS
from transforms.deidentify.tagger.words import (
    COLUMNS,
    ENDINGS,
    LENGTHS,
    LISTS,
    NUMBERS,
    PREFIXES,
    SHAPES,
    SPACES,
    SUFFIXES,
    TRIGRAMS,
)

_WIDTHS = {
    "word": 48,
    "prefix": 24,
    "suffix": 24,
    "ending": 12,
    "shape": 12,
    "length": 4,
    "lists": 16,
    "space": 8,
    "number": 8,
}
_PIECE_WIDTH = 32
_NAME_LISTS = 0b00000011  # first names and surnames among the bits of ``lists``
_ENGLISH = 0b00001000


@dataclass(frozen=True)
class NetworkShape:
    """How large a network is.

    Attributes:
        width: of what is known of a word between the convolutions.
        dilations: of the convolutions. Their sum is the reach, in words on either side.
        embeddings: how many times ``_WIDTHS`` the embeddings are.
        dropout: share of what is known that is left out in learning.
    """

    width: int
    dilations: tuple[int, ...]
    embeddings: int
    dropout: float


SERVED = NetworkShape(width=128, dilations=(1, 2, 4, 8, 1), embeddings=1, dropout=0.1)
TEACHER = NetworkShape(width=384, dilations=(1, 2, 4, 8, 1, 2, 4, 8, 1), embeddings=2, dropout=0.15)


class Network(nn.Module):  # type: ignore[misc]  # torch is not in the checks' environment
    """Residual dilated convolutions (Strubell et al. 2017, arXiv 1702.02098)."""

    def __init__(self, vocabulary: int, shape: NetworkShape = SERVED) -> None:
        super().__init__()
        self.shape = shape
        sizes = {
            "word": vocabulary + 1,
            "prefix": PREFIXES,
            "suffix": SUFFIXES,
            "ending": ENDINGS,
            "shape": SHAPES,
            "length": LENGTHS,
            "lists": LISTS,
            "space": SPACES,
            "number": NUMBERS,
        }
        widths = {name: shape.embeddings * width for name, width in _WIDTHS.items()}
        pieces = shape.embeddings * _PIECE_WIDTH
        self.embeddings = nn.ModuleList(nn.Embedding(sizes[name], widths[name]) for name in COLUMNS)
        self.pieces = nn.Embedding(TRIGRAMS, pieces, padding_idx=0)
        self.enter = nn.Linear(sum(widths.values()) + pieces, shape.width)
        self.norms = nn.ModuleList(nn.LayerNorm(shape.width) for _ in shape.dilations)
        self.convolutions = nn.ModuleList(nn.Linear(3 * shape.width, shape.width) for _ in shape.dilations)
        self.leave = nn.Linear(shape.width, len(TAGS))
        self.dropout = nn.Dropout(shape.dropout)

    def forward(self, features: Tensor, present: Tensor | None = None) -> Tensor:
        """Scores, shape ``[notes, words, tags]``, of ``features``, shape ``[notes, words, columns + pieces]``.

        ``present``: shape ``[notes, words, 1]``, 1 for words and 0 for padding.
        """
        embedded = [embed(features[:, :, column]).float() for column, embed in enumerate(self.embeddings)]
        pieces = features[:, :, len(COLUMNS) :]
        count = (pieces > 0).sum(dim=2, keepdim=True).clamp(min=1)
        embedded.append(self.pieces(pieces).float().sum(dim=2) / count)
        hidden = self.dropout(functional.relu(self.enter(torch.cat(embedded, dim=2))))
        for dilation, norm, convolve in zip(self.shape.dilations, self.norms, self.convolutions, strict=True):
            normed = norm(hidden)
            if present is not None:  # beside a note there is nothing, in training as in use
                normed = normed * present
            around = functional.pad(normed, (0, 0, dilation, dilation))
            before, behind = around[:, : -2 * dilation], around[:, 2 * dilation :]
            hidden = hidden + functional.relu(convolve(torch.cat((before, normed, behind), dim=2)))
        scores: Tensor = self.leave(self.dropout(hidden))
        return scores


class Probabilities(nn.Module):  # type: ignore[misc]
    """The network as it is used: probabilities of the tags. What it embeds is kept in fp16."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = copy.deepcopy(network)
        self.network.embeddings.half()
        self.network.pieces.half()

    def forward(self, features: Tensor) -> Tensor:
        """Shape ``[1, words, tags]``."""
        return torch.softmax(self.network(features), dim=2)


def forgetful(features: Tensor, tags: Tensor, generator: torch.Generator) -> Tensor:
    """The features with some taken away, so that the network relies on no list and no known spelling alone."""
    features = features.clone()

    def chance(share: float) -> Tensor:
        return torch.rand(tags.shape, generator=generator, device=tags.device) < share

    word, prefix, suffix, lists = (COLUMNS.index(name) for name in ("word", "prefix", "suffix", "lists"))
    named = tags > 0
    unlisted = named & chance(0.35)
    features[:, :, lists] = torch.where(unlisted, features[:, :, lists] & ~_NAME_LISTS, features[:, :, lists])
    features[:, :, lists] = torch.where(chance(0.02), features[:, :, lists] & _ENGLISH, features[:, :, lists])
    unread = chance(0.06)  # of these nothing but the shape is left
    features[:, :, word].masked_fill_(unread | chance(0.08) | (named & chance(0.1)), 0)
    features[:, :, prefix].masked_fill_(unread | chance(0.05) | (named & chance(0.1)), 0)
    features[:, :, suffix].masked_fill_(unread | chance(0.05) | (named & chance(0.1)), 0)
    features[:, :, len(COLUMNS) :].masked_fill_((unread | chance(0.05) | (named & chance(0.1))).unsqueeze(2), 0)
    return features
