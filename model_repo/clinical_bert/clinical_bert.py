"""The model as its callers see it: texts in, findings out."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from . import decoding
from .engine import Engine, OnnxEngine
from .tokens import TextTokenizer, Tokens
from .windows import windows

NAME = "clinical_bert"
VERSION = 1


class Entity(TypedDict):
    """Code points ``start:end`` of the text, half-open, and what is said of them there."""

    start: int
    end: int
    type: str
    score: float
    negated: bool
    uncertain: bool
    historical: bool
    hypothetical: bool
    experiencer: str


class Relation(TypedDict):
    """``head`` and ``tail`` index the same answer's entities."""

    head: int
    tail: int
    type: str
    score: float


class NoteClass(TypedDict):
    name: str
    score: float


class Findings(TypedDict):
    """The answer for one text: what the server sends as JSON."""

    entities: list[Entity]
    relations: list[Relation]
    classes: list[NoteClass]
    model: str


@dataclass(frozen=True)
class LabelSet:
    """What one label set can find."""

    entities: tuple[str, ...]
    relations: tuple[str, ...]
    classes: tuple[str, ...]


class ClinicalBert:
    """The model of one directory: ``labels.json``, ``tokenizer.json`` and ``1/model.onnx``.

    Args:
        directory: the model's folder in the model repository.
        threads: threads of the encoder. One: run an instance a core instead of more.
        engine: what runs the encoder; by default ONNX Runtime on the directory's weights.
    """

    def __init__(self, directory: Path, threads: int = 1, engine: Engine | None = None) -> None:
        self.label_sets = read_label_sets(directory / "labels.json")
        self._tokenizer = TextTokenizer(directory / "tokenizer.json")
        self._engine = engine or OnnxEngine(directory / str(VERSION) / "model.onnx", threads)

    def find(self, texts: Sequence[str], labels: str) -> list[Findings | Exception]:
        """The findings of each text, in the order of the texts.

        A text's findings depend on that text alone. One that fails has its exception in place of the findings; the
        exception's message holds none of the text.

        Raises:
            KeyError: the model has no such label set.
        """
        label_set = self.label_sets[labels]
        answers: list[Findings | Exception] = []
        for text in texts:
            try:
                answers.append(self._findings(text, labels, label_set))
            except Exception as error:
                answers.append(error)
        return answers

    def _findings(self, text: str, labels: str, label_set: LabelSet) -> Findings:
        tokens = self._tokenizer.tokens(text)
        entities = [
            Entity(
                start=span.start,
                end=span.end,
                type=span.type,
                score=span.score,
                negated=False,
                uncertain=False,
                historical=False,
                hypothetical=False,
                experiencer="patient",
            )
            for span in self._spans(text, tokens, labels, label_set.entities)
        ]
        return Findings(entities=entities, relations=[], classes=[], model=f"{NAME}:{VERSION}")

    def _spans(self, text: str, tokens: Tokens, head: str, types: Sequence[str]) -> Iterator[decoding.Span]:
        """Decodes words block by block as the windows come in, so that memory does not grow with the scores."""
        first = np.flatnonzero(tokens.word_first)
        if not len(first):
            return
        last = np.append(first[1:], len(tokens)) - 1
        start, end = tokens.start[first], tokens.end[last]
        cuts = decoding.blocks(tokens.line_first[first])
        block = next(cuts, None)
        scores: list[NDArray[np.float32]] = []
        held = 0
        for scored in self._word_scores(tokens, head):
            scores.append(scored)
            held += len(scored)
            while block is not None and held >= block[1] - block[0]:
                words = np.concatenate(scores)
                size = block[1] - block[0]
                here = slice(*block)
                yield from decoding.spans(text, words[:size], start[here], end[here], types)
                scores, held = [words[size:]], held - size
                block = next(cuts, None)

    def _word_scores(self, tokens: Tokens, head: str) -> Iterator[NDArray[np.float32]]:
        """A window's scores for the words that it owns: those of each word's first token, shape ``[words, tags]``."""
        before, after = self._tokenizer.first_special, self._tokenizer.last_special
        word_first = tokens.word_first
        for window in windows(word_first, tokens.line_first):
            ids = np.concatenate((before, tokens.ids[window.start : window.stop], after)).astype(np.int64)
            scores = self._engine.logits(ids, head)
            own = np.flatnonzero(word_first[window.own_start : window.own_stop]) + window.own_start
            yield scores[own - window.start + len(before)]


def read_label_sets(path: Path) -> dict[str, LabelSet]:
    """The label sets of a model, by name."""
    return {
        name: LabelSet(tuple(labels["entities"]), tuple(labels["relations"]), tuple(labels["classes"]))
        for name, labels in json.loads(path.read_text(encoding="utf-8")).items()
    }
