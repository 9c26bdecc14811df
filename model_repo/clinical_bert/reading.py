"""One note while it is read: scores of its windows come in, findings come out. Memory does not grow with the scores."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from . import decoding, relations
from .findings import Entity, NoteClass, Relation
from .heads import ASSERTIONS, NOTE_CLASS, LabelSet, Level, RelationGroup, arguments_output, entities_output
from .tokens import Tokens
from .windows import Window
from .words import Words, words

Floats = NDArray[np.float32]


class Reading:
    """Takes the scores of a note's windows in their order, and holds what was found so far.

    Args:
        text: the note.
        tokens: its tokens.
        name, labels: the label set that is looked for.
        networks: the weights of each relation group of the label set.
    """

    def __init__(
        self,
        text: str,
        tokens: Tokens,
        name: str,
        labels: LabelSet,
        networks: Mapping[str, relations.PairNetwork],
    ) -> None:
        self.entities: list[Entity] = []
        self._text = text
        self._labels = labels
        self._words: Words = words(text, tokens)
        self._word_first = tokens.word_first
        self._entities_output = entities_output(name)
        self._blocks: Iterator[tuple[int, int]] = decoding.blocks(self._words.line_first)
        self._block = next(self._blocks, None)
        self._held: dict[str, list[Floats]] = {}
        self._held_words = 0
        self._groups = [_Group(group, networks[group.name]) for group in labels.relations]
        self._class_logits = np.zeros(len(labels.classes), dtype=np.float64)
        self._class_tokens = 0

    def take(self, window: Window, scores: Mapping[str, Floats], before: int) -> None:
        """Takes what the encoder gave for a window, of which the first ``before`` rows are special tokens."""
        own = np.flatnonzero(self._word_first[window.own_start : window.own_stop]) + window.own_start
        rows = own - window.start + before
        for output, of_tokens in scores.items():
            if output != NOTE_CLASS:
                self._held.setdefault(output, []).append(of_tokens[rows])
        self._held_words += len(rows)
        if self._labels.classes:
            self._class_logits += scores[NOTE_CLASS] * float(window.own_stop - window.own_start)
            self._class_tokens += window.own_stop - window.own_start
        while self._block is not None and self._held_words >= self._block[1] - self._block[0]:
            self._decode(*self._block)
            self._block = next(self._blocks, None)

    def relations(self) -> list[Relation]:
        """The relations between the entities; once all windows were taken."""
        return [relation for group in self._groups for relation in group.told()]

    def classes(self) -> list[NoteClass]:
        """The classes of the note, the most probable first; each window counts by its tokens."""
        if not self._class_tokens:
            return []
        probabilities = _softmax(self._class_logits / self._class_tokens)
        order = np.argsort(-probabilities, kind="stable")
        return [NoteClass(name=self._labels.classes[at], score=round(float(probabilities[at]), 4)) for at in order]

    def _decode(self, start: int, stop: int) -> None:
        size = stop - start
        block: dict[str, Floats] = {}
        for output, parts in self._held.items():
            whole = np.concatenate(parts)
            block[output], self._held[output] = whole[:size], [whole[size:]]
        self._held_words -= size
        here = slice(start, stop)
        spans = decoding.spans(self._text, block[self._entities_output], self._words.start[here], self._words.end[here])
        if not spans:
            return
        first = np.array([span.first_word for span in spans])
        behind = np.array([span.last_word + 1 for span in spans])
        says = _means(block[ASSERTIONS], first, behind) > 0
        self.entities.extend(map(self._entity, spans, says.tolist()))
        at = start + first
        for of_group in self._groups:
            of_group.add(
                relations.Mentions(
                    type=np.array([span.type for span in spans]),
                    word=at,
                    sentence=self._words.sentence[at],
                    arguments=_means(block[arguments_output(of_group.group.name)], first, behind),
                ),
                self.entities,
                self._text,
            )

    def _entity(self, span: decoding.Span, says: list[bool]) -> Entity:
        negated, uncertain, historical, hypothetical, of_other = says  # the columns of heads.Property
        return Entity(
            start=span.start,
            end=span.end,
            type=self._labels.entities[span.type],
            score=span.score,
            negated=negated,
            uncertain=uncertain,
            historical=historical,
            hypothetical=hypothetical,
            experiencer="other" if of_other else "patient",
        )


@dataclass
class _Group:
    """The relations of one group so far. Holds only the last entities: those that later ones can reach."""

    group: RelationGroup
    network: relations.PairNetwork
    _last: relations.Mentions | None = None
    _seen: int = 0
    _found: dict[object, Relation] = field(default_factory=dict)

    def add(self, mentions: relations.Mentions, entities: list[Entity], text: str) -> None:
        """Looks at the pairs that the next entities make with each other and with those before."""
        known = 0 if self._last is None else len(self._last.type)
        together = mentions if self._last is None else _joined(self._last, mentions)
        first = self._seen - known
        self._seen += len(mentions.type)
        reach = self.group.reach_entities
        self._last = relations.Mentions(
            together.type[-reach:], together.word[-reach:], together.sentence[-reach:], together.arguments[-reach:]
        )
        pairs = relations.candidates(
            together.type, together.word, self.network.possible, reach, self.group.reach_words, known
        )
        if not len(pairs):
            return
        for row, number, probability in relations.found(self.network.probabilities(together, pairs)):
            head, tail = first + int(pairs.head[row]), first + int(pairs.tail[row])
            relation = Relation(head=head, tail=tail, type=self.group.types[number], score=round(probability, 4))
            key = self._key(relation, entities, text)
            if key not in self._found or self._found[key]["score"] < relation["score"]:
                self._found[key] = relation

    def told(self) -> list[Relation]:
        """The relations, in the order of their heads and tails."""
        found = sorted(self._found.values(), key=lambda relation: (relation["head"], relation["tail"]))
        if not self.group.needs:
            return found
        heads = {relation["head"] for relation in found if relation["type"] in self.group.needs}
        return [relation for relation in found if relation["head"] in heads]

    def _key(self, relation: Relation, entities: list[Entity], text: str) -> object:
        """What is told once: a pair of entities, or of wordings where the relation is one of concepts."""
        if self.group.level is Level.MENTION:
            return relation["head"], relation["tail"]
        head, tail = entities[relation["head"]], entities[relation["tail"]]
        return text[head["start"] : head["end"]].casefold(), text[tail["start"] : tail["end"]].casefold()


def _joined(first: relations.Mentions, second: relations.Mentions) -> relations.Mentions:
    return relations.Mentions(
        np.concatenate((first.type, second.type)),
        np.concatenate((first.word, second.word)),
        np.concatenate((first.sentence, second.sentence)),
        np.concatenate((first.arguments, second.arguments)),
    )


def _means(rows: Floats, first: NDArray[np.int64], stop: NDArray[np.int64]) -> Floats:
    """The mean of each run ``first:stop`` of rows; the runs follow each other, with or without gaps."""
    bounds = np.stack((first, stop), axis=1).reshape(-1)
    # The sums of the runs, and between them those of the gaps. The last bound may be the end, which is no row.
    sums = np.add.reduceat(rows, bounds if bounds[-1] < len(rows) else bounds[:-1], axis=0)[::2]
    lengths = (stop - first)[:, np.newaxis]
    means: Floats = np.divide(sums, lengths, dtype=np.float32)
    return means


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(logits - logits.max())
    result: NDArray[np.float64] = powers / powers.sum()
    return result
