"""From documents to what the network learns on: windows of token ids, with targets for each head that a document can teach."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model_repo.clinical_bert.decoding import OUTSIDE, begin
from model_repo.clinical_bert.heads import LabelSet, Level, Property, RelationGroup
from model_repo.clinical_bert.relations import apart_bucket, candidates, sentences_bucket, words_bucket
from model_repo.clinical_bert.tokens import TextTokenizer, Tokens
from model_repo.clinical_bert.windows import windows
from model_repo.clinical_bert.words import Words, words
from transforms.extract.evaluation.document import Assertion, Document, Entity, Experiencer

IGNORED = -100  # A token without a tag of its own: special tokens, and all but a word's first.

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Teaching:
    """What the documents of a corpus can teach.

    Attributes:
        label_set: whose entity types and relation group they are.
        judged: entity types that are marked wherever they occur; others may stand there unmarked.
        group: the relation group whose relations are marked wherever they hold; None where none is.
    """

    label_set: str
    judged: frozenset[str] = frozenset()
    group: str | None = None


@dataclass(frozen=True)
class PairTargets:
    """Pairs of mentions with the rows of their buckets, each of shape ``[pairs]``.

    ``relation``: 0 for none, else one more than the type's number. Pairs of one ``bag`` are mentions of the same two
    concepts: the relation holds for the bag.
    """

    head: Integers
    tail: Integers
    apart: Integers
    words: Integers
    sentences: Integers
    relation: Integers
    bag: Integers


@dataclass(frozen=True)
class Example:
    """One window, special tokens included.

    Attributes:
        ids, tags: ``[tokens]``. All tags are IGNORED where the corpus judges no entity type.
        member_token, member_mention: which tokens are of which mention, ``[members]``; each mention has one at least.
        types: ``[mentions]``, number of the mention's type.
        assertions: ``[mentions, properties]``: 1, 0, or NaN where nobody has judged it.
        note_class: number of the class, or IGNORED.
    """

    ids: Integers
    tags: Integers
    member_token: Integers
    member_mention: Integers
    types: Integers
    assertions: NDArray[np.float32]
    pairs: PairTargets | None
    note_class: int


@dataclass(frozen=True)
class Prepared:
    """A tokenised document with its targets. ``mentions`` are numbers of the document's entities."""

    document: Document
    tokens: Tokens
    words: Words
    tags: Integers
    mentions: Integers
    member_word: Integers
    member_mention: Integers
    types: Integers
    assertions: NDArray[np.float32]


class Features:
    """Makes the examples of a corpus.

    Args:
        possible: which types of head and tail can be related, for the group that the corpus teaches.
    """

    def __init__(
        self,
        teaching: Teaching,
        labels: LabelSet,
        tokenizer: TextTokenizer,
        possible: NDArray[np.bool_] | None = None,
    ) -> None:
        self.teaching = teaching
        self._tokenizer = tokenizer
        self.types = labels.entities
        self.columns = {name: at for at, name in enumerate(labels.entities)}
        self._classes = {name: at for at, name in enumerate(labels.classes)}
        self.group: RelationGroup | None = next((g for g in labels.relations if g.name == teaching.group), None)
        self._possible = possible
        self.unjudged = [
            column
            for name, at in self.columns.items()
            if name not in teaching.judged
            for column in (begin(at), begin(at) + 1)
        ]

    def prepared(self, document: Document) -> Prepared:
        """Tokens and targets of a document. Where entities overlap, only one layer can be learnt: see ``flat``."""
        tokens = self._tokenizer.tokens(document.text)
        here = words(document.text, tokens)
        word_tags = np.full(len(here), OUTSIDE if self.teaching.judged else IGNORED, dtype=np.int64)
        mentions: list[int] = []
        types: list[int] = []
        member_word: list[Integers] = []
        member_mention: list[Integers] = []
        for number in flat(document.entities):
            entity = document.entities[number]
            own = np.flatnonzero((here.start < entity.end) & (here.end > entity.start))
            if not len(own) or (member_word and own[0] <= member_word[-1][-1]):
                continue
            member_word.append(own)
            member_mention.append(np.full(len(own), len(mentions)))
            mentions.append(number)
            types.append(self.columns.get(entity.type, 0))
            if entity.type in self.teaching.judged:
                tag = begin(self.columns[entity.type])
                word_tags[own] = tag + 1
                word_tags[own[0]] = tag
        token_tags = np.full(len(tokens), IGNORED, dtype=np.int64)
        token_tags[here.token] = word_tags
        return Prepared(
            document=document,
            tokens=tokens,
            words=here,
            tags=token_tags,
            mentions=np.array(mentions, dtype=np.int64),
            member_word=_joined(member_word),
            member_mention=_joined(member_mention),
            types=np.array(types, dtype=np.int64),
            assertions=_assertions(document, mentions),
        )

    def examples(self, prepared: Prepared, rng: random.Random) -> Iterator[Example]:
        """The windows of a document, each token in one of them.

        The first window ends at a random line, so that each pass over the data sees other neighbourhoods.
        """
        tokens = prepared.tokens
        lines = np.flatnonzero(tokens.line_first).tolist()
        cut = rng.choice(lines) if lines else 0
        for start, stop in ((0, cut), (cut, len(tokens))):
            for window in windows(tokens.word_first[start:stop], tokens.line_first[start:stop], overlap=0):
                yield self._example(prepared, start + window.start, start + window.stop)

    def _example(self, prepared: Prepared, start: int, stop: int) -> Example:
        before, after = self._tokenizer.first_special, self._tokenizer.last_special
        token = prepared.words.token[prepared.member_word]
        inside = (token >= start) & (token < stop)
        # A mention that the window cuts is none there.
        cut = np.unique(prepared.member_mention[~inside])
        own = inside & ~np.isin(prepared.member_mention, cut)
        kept, member_mention = np.unique(prepared.member_mention[own], return_inverse=True)
        first_member = np.searchsorted(prepared.member_mention, kept)
        return Example(
            ids=self._tokenizer.framed(prepared.tokens.ids[start:stop]),
            tags=np.concatenate(
                (np.full(len(before), IGNORED), prepared.tags[start:stop], np.full(len(after), IGNORED))
            ).astype(np.int64),
            member_token=token[own] - start + len(before),
            member_mention=member_mention.astype(np.int64),
            types=prepared.types[kept],
            assertions=prepared.assertions[kept],
            pairs=self._pairs(prepared, kept, prepared.member_word[first_member]) if len(kept) > 1 else None,
            note_class=self._classes.get(prepared.document.note_class or "", IGNORED),
        )

    def _pairs(self, prepared: Prepared, kept: Integers, word: Integers) -> PairTargets | None:
        if self.group is None or self._possible is None:
            return None
        group, document = self.group, prepared.document
        pairs = candidates(prepared.types[kept], word, self._possible, group.reach_entities, group.reach_words)
        number = {name: at + 1 for at, name in enumerate(group.types)}
        entity = prepared.mentions[kept]
        if group.level is Level.MENTION:
            gold = {(r.head, r.tail): number[r.type] for r in document.relations if r.type in number}
            of_pair = [(entity[head], entity[tail]) for head, tail in zip(pairs.head, pairs.tail, strict=True)]
            relation = [gold.get(pair, 0) for pair in of_pair]
            bag = list(range(len(relation)))
        else:
            concepts = document.concepts
            holds = {(r.head, r.tail): number[r.type] for r in document.concept_relations if r.type in number}
            known: dict[tuple[str, str], int] = {}
            relation, bag = [], []
            of_concepts = [
                (concepts[entity[head]], concepts[entity[tail]])
                for head, tail in zip(pairs.head, pairs.tail, strict=True)
            ]
            for pair in of_concepts:
                bag.append(known.setdefault(pair, len(known)))
                single = [(head, tail) for head in pair[0].split("|") for tail in pair[1].split("|")]
                relation.append(max(holds.get(one, 0) for one in single))
        if not relation:
            return None
        return PairTargets(
            head=pairs.head,
            tail=pairs.tail,
            apart=apart_bucket(pairs, group.reach_entities),
            words=words_bucket(word, pairs),
            sentences=sentences_bucket(prepared.words.sentence[word], pairs),
            relation=np.array(relation, dtype=np.int64),
            bag=np.array(bag, dtype=np.int64),
        )


def entity_types(documents: Iterable[Document]) -> tuple[str, ...]:
    """The types that occur, in alphabetical order: the order of the model's columns."""
    return tuple(sorted({entity.type for document in documents for entity in document.entities}))


def possible_pairs(
    documents: Iterable[Document], types: Sequence[str], relations: Sequence[str], at_least: int = 2
) -> NDArray[np.bool_]:
    """Which types of head and tail were related ``at_least`` so often: ``[types, types]``."""
    column = {name: at for at, name in enumerate(types)}
    counts = np.zeros((len(types), len(types)), dtype=np.int64)
    for document in documents:
        for relation in document.relations:
            head, tail = document.entities[relation.head].type, document.entities[relation.tail].type
            if relation.type in relations and head in column and tail in column:
                counts[column[head], column[tail]] += 1
    return counts >= at_least


def flat(entities: Sequence[Entity]) -> list[int]:
    """Numbers of entities that do not overlap: of two that do, the shorter stays, for it is what the longer one is made of."""
    taken: list[int] = []
    for number in sorted(range(len(entities)), key=lambda at: (entities[at].end - entities[at].start, entities[at])):
        entity = entities[number]
        if all(entity.end <= entities[other].start or entities[other].end <= entity.start for other in taken):
            taken.append(number)
    return sorted(taken, key=lambda at: entities[at])


def batches(examples: Sequence[Example], tokens: int, rng: random.Random) -> list[list[Example]]:
    """Examples of like length together, at most ``tokens`` a batch with its padding, in random order."""
    found: list[list[Example]] = []
    batch: list[Example] = []
    for _, _, example in sorted(((len(e.ids), rng.random(), e) for e in examples), key=lambda item: item[:2]):
        if batch and (len(batch) + 1) * len(example.ids) > tokens:
            found.append(batch)
            batch = []
        batch.append(example)
    if batch:
        found.append(batch)
    rng.shuffle(found)
    return found


def _assertions(document: Document, mentions: Sequence[int]) -> NDArray[np.float32]:
    rows = [_row(document.assertions[number]) if document.assertions else _row(Assertion()) for number in mentions]
    return np.array(rows, dtype=np.float32).reshape(len(rows), len(Property))


def _row(assertion: Assertion) -> list[float]:
    judged: Mapping[Property, bool | None] = {
        Property.NEGATED: assertion.negated,
        Property.UNCERTAIN: assertion.uncertain,
        Property.HISTORICAL: assertion.historical,
        Property.HYPOTHETICAL: assertion.hypothetical,
        Property.OF_OTHER: None if assertion.experiencer is None else assertion.experiencer is Experiencer.OTHER,
    }
    return [float("nan") if value is None else float(value) for value in (judged[name] for name in Property)]


def _joined(parts: Sequence[Integers]) -> Integers:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
