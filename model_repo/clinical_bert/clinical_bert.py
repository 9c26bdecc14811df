"""The model as its callers see it: texts in, findings out."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from .engine import Engine, Scores, open_engine
from .findings import Findings
from .heads import ASSERTIONS, NOTE_CLASS, LabelSet, arguments_output, entities_output, read_label_sets
from .meter import Meter, Usage, unmetered
from .reading import Reading
from .relations import PairNetwork
from .tokens import TextTokenizer
from .windows import Window, batches, windows

NAME = "clinical_bert"
VERSION = 5


class ClinicalBert:
    """The model of one directory: ``labels.json``, ``tokenizer.json`` and the weights of a version.

    Args:
        directory: the model's folder in the model repository.
        threads: of the encoder on a CPU. One: run an instance a core instead of more.
        engine: what runs the encoder; by default the device's, on the directory's weights.
        networks: the weights of the relation groups; by default the directory's.
        device: what the encoder runs on, ``cpu`` or torch's name of a GPU (``cuda:0``).
        meter: is told after each call what it took.
    """

    def __init__(
        self,
        directory: Path,
        threads: int = 1,
        engine: Engine | None = None,
        networks: Mapping[str, PairNetwork] | None = None,
        device: str = "cpu",
        meter: Meter = unmetered,
    ) -> None:
        weights = directory / str(VERSION)
        self.label_sets = read_label_sets(directory / "labels.json")
        self._tokenizer = TextTokenizer(directory / "tokenizer.json")
        self._engine = engine or open_engine(weights, device, threads, meter)
        self._networks = networks or read_networks(weights / "relations.npz", self.label_sets)
        self._meter = meter

    def find(self, texts: Sequence[str], labels: str) -> list[Findings | Exception]:
        """The findings of each text, in the order of the texts.

        A text's findings depend on that text alone. One that fails has its exception in place of the findings; the
        exception's message holds none of the text.

        Raises:
            KeyError: the model has no such label set.
        """
        label_set = self.label_sets[labels]
        outputs = wanted_outputs(labels, label_set)
        failures: dict[int, Exception] = {}
        readings: dict[int, Reading] = {}
        usage, clock = Usage(notes=len(texts)), _Clock()
        pieces = self._windows(texts, labels, label_set, readings, failures)
        for batch in batches(pieces, self._engine.batch_tokens, lambda piece: len(piece[2])):
            usage.windows += len(batch)
            usage.tokens += sum(len(ids) for _, _, ids in batch)
            usage.tokenise_seconds += clock.lap()
            scores = self._scores(batch, outputs)
            usage.encode_seconds += clock.lap()
            self._take(batch, scores, readings, failures)
            usage.decode_seconds += clock.lap()
        usage.tokenise_seconds += clock.lap()
        answers = [failures.get(number) or _findings(readings[number]) for number in range(len(texts))]
        usage.decode_seconds += clock.lap()
        self._meter(usage)
        return answers

    def _windows(
        self,
        texts: Sequence[str],
        labels: str,
        label_set: LabelSet,
        readings: dict[int, Reading],
        failures: dict[int, Exception],
    ) -> Iterator["_Piece"]:
        """The windows of all texts, one text after the other. Each text's reading is opened on the way."""
        for number, text in enumerate(texts):
            try:
                tokens = self._tokenizer.tokens(text)
                readings[number] = Reading(text, tokens, labels, label_set, self._networks)
            except Exception as error:
                failures[number] = error
                continue
            for window in windows(tokens.word_first, tokens.line_first):
                if number in failures:
                    break
                yield number, window, self._tokenizer.framed(tokens.ids[window.start : window.stop])

    def _scores(self, batch: "Sequence[_Piece]", outputs: Sequence[str]) -> Sequence[Scores | Exception]:
        """The scores of a batch; where the batch fails, of each window by itself, so that none fails for its neighbours."""
        try:
            return self._engine.run([ids for _, _, ids in batch], outputs)
        except Exception as error:
            if len(batch) == 1:
                return [error]
            return [scores for piece in batch for scores in self._scores([piece], outputs)]

    def _take(
        self,
        batch: "Sequence[_Piece]",
        scores: Sequence[Scores | Exception],
        readings: Mapping[int, Reading],
        failures: dict[int, Exception],
    ) -> None:
        """Has each text read the scores of its windows. Where that fails, or they have none, the text fails."""
        for (number, window, _), of_window in zip(batch, scores, strict=True):
            try:
                if isinstance(of_window, Exception):
                    raise of_window
                readings[number].take(window, of_window, len(self._tokenizer.first_special))
            except Exception as error:
                failures.setdefault(number, error)


class _Clock:
    """Seconds since it was looked at last."""

    def __init__(self) -> None:
        self._at = perf_counter()

    def lap(self) -> float:
        before, self._at = self._at, perf_counter()
        return self._at - before


_Piece = tuple[int, Window, NDArray[np.int64]]  # number of the text, window, token ids with the special ones


def read_networks(path: Path, label_sets: Mapping[str, LabelSet]) -> dict[str, PairNetwork]:
    """The weights of all relation groups, by the group's name."""
    with np.load(path, allow_pickle=False) as arrays:
        return {
            group.name: PairNetwork.read(arrays, group.name)
            for label_set in label_sets.values()
            for group in label_set.relations
        }


def wanted_outputs(labels: str, label_set: LabelSet) -> list[str]:
    """The outputs of the encoder's pass that a label set is found with."""
    groups = [arguments_output(group.name) for group in label_set.relations]
    return [entities_output(labels), ASSERTIONS, *groups, *([NOTE_CLASS] if label_set.classes else [])]


def _findings(reading: Reading) -> Findings | Exception:
    try:
        return Findings(
            entities=reading.entities,
            relations=reading.relations(),
            classes=reading.classes(),
            model=f"{NAME}:{VERSION}",
        )
    except Exception as error:
        return error
