"""Which document is for training, which for choosing, which for the final figure."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from transforms.extract.evaluation.document import Document


class Part(StrEnum):
    """What a document is for."""

    TRAIN = "train"
    DEV = "dev"
    TEST = "test"


ASIDE = 0.1  # the share of the documents that each of dev and test gets


@dataclass(frozen=True)
class Split:
    """``dev`` chooses epoch and settings; ``test`` is looked at once, for the figure that is reported."""

    train: tuple[Document, ...]
    dev: tuple[Document, ...]
    test: tuple[Document, ...]

    def of(self, part: Part) -> tuple[Document, ...]:
        """The documents of one part."""
        documents: tuple[Document, ...] = getattr(self, part)
        return documents


def split(documents: Sequence[Document], whole: Callable[[Document], str] | None = None) -> Split:
    """Sets a tenth of the documents aside to choose on, and a tenth to report on, at least one each. Each is in one part only.

    The order is that of a hash of the text, so that the parts do not depend on the order or the names of the files, and
    a text that occurs twice never lies on both sides.

    Args:
        whole: what documents have in common that must lie in one part; by default the text.

    Raises:
        ValueError: nothing is left to train on.
    """
    groups: dict[str, dict[str, Document]] = {}
    for document in documents:
        key = whole(document) if whole else document.text
        groups.setdefault(hashlib.sha256(key.encode("utf-8")).hexdigest(), {}).setdefault(document.text, document)
    aside = max(1, round(ASIDE * len(groups)))
    if len(groups) <= 2 * aside:
        raise ValueError(f"{len(groups)} documents are too few to set {2 * aside} aside")
    ordered = [tuple(groups[key].values()) for key in sorted(groups)]
    test, dev, train = ordered[:aside], ordered[aside : 2 * aside], ordered[2 * aside :]
    return Split(*(tuple(document for group in part for document in group) for part in (train, dev, test)))


def part_of(text: str) -> Part:
    """The part of a document in a large corpus: a twentieth each is set aside, by a hash of the text."""
    share = int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:8]) / 2**64
    return Part.TEST if share < 0.05 else Part.DEV if share < 0.1 else Part.TRAIN


def split_by_part(documents: Sequence[Document]) -> Split:
    """Each document in the part that its text is in wherever it is read (``part_of``)."""
    return Split(*(tuple(document for document in documents if part_of(document.text) is part) for part in Part))
