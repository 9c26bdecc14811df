"""Which document is for training, which for choosing, which for the final figure."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from transforms.extract.evaluation.document import Document


@dataclass(frozen=True)
class Split:
    """``dev`` chooses epoch and settings; ``test`` is looked at once, for the figure that is reported."""

    train: tuple[Document, ...]
    dev: tuple[Document, ...]
    test: tuple[Document, ...]


def split(documents: Sequence[Document], dev: int, test: int) -> Split:
    """Sets ``dev`` and ``test`` documents aside. A document is in one part only, whole.

    The order is that of a hash of the text, so that the parts do not depend on the order or the names of the files, and
    a text that occurs twice never lies on both sides.

    Raises:
        ValueError: nothing is left to train on.
    """
    groups: dict[str, list[Document]] = {}
    for document in documents:
        digest = hashlib.sha256(document.text.encode("utf-8")).hexdigest()
        groups.setdefault(digest, []).append(document)
    ordered = [document for digest in sorted(groups) for document in groups[digest][:1]]
    if len(ordered) <= dev + test:
        raise ValueError(f"{len(ordered)} documents are too few to set {dev + test} aside")
    return Split(
        train=tuple(ordered[dev + test :]),
        dev=tuple(ordered[test : dev + test]),
        test=tuple(ordered[:test]),
    )


class Part(StrEnum):
    """What a document is for."""

    TRAIN = "train"
    DEV = "dev"
    TEST = "test"


def part_of(text: str) -> Part:
    """The part of a document in a large corpus: a twentieth each is set aside, by a hash of the text."""
    share = int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:8]) / 2**64
    return Part.TEST if share < 0.05 else Part.DEV if share < 0.1 else Part.TRAIN
