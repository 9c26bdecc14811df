"""From documents to what the encoder learns on: windows of token ids, and a tag for the first token of each word."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model_repo.clinical_bert.decoding import OUTSIDE, begin
from model_repo.clinical_bert.tokens import TextTokenizer, Tokens
from model_repo.clinical_bert.windows import windows
from transforms.extract.evaluation.document import Document, Entity

IGNORED = -100  # A token without a tag of its own: special tokens, and all but a word's first.


@dataclass(frozen=True)
class Example:
    """One window. Both arrays have shape ``[tokens]``, special tokens included."""

    ids: NDArray[np.int64]
    tags: NDArray[np.int64]


@dataclass(frozen=True)
class Tagged:
    """A tokenised document and the tag of each token."""

    tokens: Tokens
    tags: NDArray[np.int64]


def entity_types(documents: Iterable[Document]) -> tuple[str, ...]:
    """The types that occur, in alphabetical order: the order of the model's columns."""
    return tuple(sorted({entity.type for document in documents for entity in document.entities}))


def tagged(document: Document, tokenizer: TextTokenizer, types: Sequence[str]) -> Tagged:
    """Tokens and BIO tags of a document. Where entities overlap, only one layer can be learnt: see ``flat``."""
    tokens = tokenizer.tokens(document.text)
    first = np.flatnonzero(tokens.word_first)
    last = np.append(first[1:], len(tokens)) - 1
    start, end = tokens.start[first], tokens.end[last]
    columns = {name: begin(at) for at, name in enumerate(types)}
    word_tags = np.full(len(first), OUTSIDE, dtype=np.int64)
    for entity in flat(document.entities):
        words = np.flatnonzero((start < entity.end) & (end > entity.start))
        if len(words) and entity.type in columns and not word_tags[words].any():
            word_tags[words] = columns[entity.type] + 1
            word_tags[words[0]] = columns[entity.type]
    token_tags = np.full(len(tokens), IGNORED, dtype=np.int64)
    token_tags[first] = word_tags
    return Tagged(tokens, token_tags)


def flat(entities: Iterable[Entity]) -> list[Entity]:
    """Entities that do not overlap: of two that do, the shorter stays, for it is what the longer one is made of."""
    taken: list[Entity] = []
    for entity in sorted(entities, key=lambda entity: (entity.end - entity.start, entity)):
        if all(entity.end <= other.start or other.end <= entity.start for other in taken):
            taken.append(entity)
    return sorted(taken)


def examples(document: Tagged, tokenizer: TextTokenizer, rng: random.Random) -> Iterator[Example]:
    """The windows of a document, each token in one of them.

    The first window ends at a random line, so that each pass over the data sees other neighbourhoods.
    """
    tokens = document.tokens
    lines = np.flatnonzero(tokens.line_first).tolist()
    cut = rng.choice(lines) if lines else 0
    for start, stop in ((0, cut), (cut, len(tokens))):
        for window in windows(tokens.word_first[start:stop], tokens.line_first[start:stop], overlap=0):
            here = slice(start + window.start, start + window.stop)
            yield _example(tokens.ids[here], document.tags[here], tokenizer)


def _example(ids: NDArray[np.int64], tags: NDArray[np.int64], tokenizer: TextTokenizer) -> Example:
    before, after = tokenizer.first_special, tokenizer.last_special
    return Example(
        ids=np.concatenate((before, ids, after)).astype(np.int64),
        tags=np.concatenate((np.full(len(before), IGNORED), tags, np.full(len(after), IGNORED))).astype(np.int64),
    )


def batches(examples: Sequence[Example], tokens: int, rng: random.Random) -> list[list[Example]]:
    """Examples of like length together, at most ``tokens`` a batch with its padding, in random order."""
    found: list[list[Example]] = []
    batch: list[Example] = []
    for example in sorted(examples, key=lambda example: (len(example.ids), rng.random())):
        if batch and (len(batch) + 1) * len(example.ids) > tokens:
            found.append(batch)
            batch = []
        batch.append(example)
    if batch:
        found.append(batch)
    rng.shuffle(found)
    return found
