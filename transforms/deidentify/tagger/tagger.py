"""Runs the tagger: text to spans of names, places, dates, ages and numbers, with their probability.

The weights stand beside this module with a manifest that holds their digests, so that a file that is missing, cut short or of
another version starts nothing.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from transforms.deidentify.tagger.words import CAPITALS, COLUMNS, VERSION, WordReader, Words
from transforms.errors import ChartstreamError
from transforms.records import PhiType

WEIGHTS = Path(__file__).parent / "weights"
TYPES: tuple[PhiType, ...] = (PhiType.NAME, PhiType.LOCATION, PhiType.DATE, PhiType.AGE, PhiType.PHONE, PhiType.ID)
TAGS = ("O", *(f"{place}-{phi_type}" for phi_type in TYPES for place in "BI"))
_NAMES, _NUMBERS = slice(0, 2), slice(2, 6)  # of TYPES: what is told apart by its words, and what is written in figures
_BLOCK = 4096  # words that go through the network together
_REACH = 64  # words on either side that can matter to a word; the network's own reach is less
_SENTENCE = re.compile(r"(?:[^\W\d_]{5}|[0-9]{2})\.\Z")  # shorter words before a full stop are abbreviations
_PUNCTUATION = " .,;:-/&(#@"  # at a span's ends it belongs to the sentence
_WEAK = 0.25  # share of a threshold from which a word goes with its neighbours
_LATER = 2.0  # what the threshold is multiplied by for words that are less likely names


@dataclass(frozen=True, slots=True)
class TaggedSpan:
    """Code points ``start:end`` of the text, half-open, and the mean probability of its words."""

    phi_type: PhiType
    start: int
    end: int
    score: float


class Tagger:
    """The network of a folder: ``manifest.json``, ``tagger.onnx`` and ``words.txt``. Threads may share it.

    Raises ChartstreamError where a file is missing, is not the one that the manifest names, or is of another version.
    """

    def __init__(self, folder: Path = WEIGHTS) -> None:
        try:
            manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            files = {name: (folder / name).read_bytes() for name in ("tagger.onnx", "words.txt")}
            if manifest["version"] != VERSION or tuple(manifest["tags"]) != TAGS:
                raise ChartstreamError(f"the tagger's weights in {folder} are of another version: install it again")
            if any(sha256(content).hexdigest() != manifest["sha256"][name] for name, content in files.items()):
                raise ChartstreamError(f"the tagger's weights in {folder} are damaged: install it again")
            self._threshold = float(manifest["threshold"])
            self.name = f"tagger:{manifest['weights']}"
        except (OSError, ValueError, KeyError, TypeError):
            raise ChartstreamError(
                f"the tagger's weights in {folder} are missing or damaged: install it again"
            ) from None
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(files["tagger.onnx"], options, providers=["CPUExecutionProvider"])
        self._reader = WordReader(files["words.txt"].decode("utf-8").split())

    def read(self, text: str) -> "Reading":
        """What the network makes of ``text``. Time is linear in its length."""
        words = self._reader.read(text)
        return Reading(text, words, self.probabilities(words), self._threshold)

    def probabilities(self, words: Words) -> NDArray[np.float32]:
        """The probability of each tag for each word, shape ``[words, len(TAGS)]``."""
        scored = [np.zeros((0, len(TAGS)), np.float32)]
        for start in range(0, len(words), _BLOCK):
            first, last = max(0, start - _REACH), min(len(words), start + _BLOCK + _REACH)
            (found,) = self._session.run(None, {"features": words.features[np.newaxis, first:last]})
            scored.append(found[0, start - first : start - first + _BLOCK])
        result: NDArray[np.float32] = np.concatenate(scored)
        return result


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, its words, and the probability of each tag for each of them, shape ``[words, len(TAGS)]``."""

    text: str
    words: Words
    probabilities: NDArray[np.float32]
    threshold: float

    def spans(self) -> list[TaggedSpan]:
        """What identifies in the text: names and places in order, without overlap; then numbers likewise."""
        plain = np.full(len(self.words), self.threshold, np.float32)
        return [
            *spans(self.text, self.words, self.probabilities, thresholds(self.words, self.threshold), _NAMES),
            *spans(self.text, self.words, self.probabilities, plain, _NUMBERS),
        ]

    def probability(self, phi_type: PhiType, start: int, end: int) -> float:
        """That of the word of ``text[start:end]`` that is likeliest to be of the type."""
        first = np.searchsorted(self.words.spans[:, 1], start, side="right")
        last = np.searchsorted(self.words.spans[:, 0], end)
        begins = 1 + 2 * TYPES.index(phi_type)
        return float(self.probabilities[first:last, begins : begins + 2].sum(axis=1).max(initial=0.0))


def thresholds(words: Words, threshold: float) -> NDArray[np.float32]:
    """From which probability on each word is hidden, shape ``[words]``. Four or five capitals are abbreviations as a rule."""
    shape, length = (words.features[:, COLUMNS.index(column)] for column in ("shape", "length"))
    abbreviation = (shape == CAPITALS) & ((length == 4) | (length == 5))
    return np.where(abbreviation, _LATER * threshold, threshold).astype(np.float32)


def spans(
    text: str, words: Words, probabilities: NDArray[np.float32], threshold: NDArray[np.float32], types: slice
) -> list[TaggedSpan]:
    """Runs of words that are of some of the ``types``.

    A run has a word whose probability of being one is over its ``threshold``, and goes on in both directions over words of a
    small part of that (Canny 1986: hysteresis), so that the ends of a long name are not left behind. It ends at a line's and at
    a sentence's end, and where a word begins another name.
    """
    begins = probabilities[:, 1::2][:, types]
    by_type = begins + probabilities[:, 2::2][:, types]
    any_type = by_type.sum(axis=1)
    found: list[TaggedSpan] = []
    for run in _runs(any_type > threshold * _WEAK, any_type > threshold):
        # A word or two, for which lists are much faster than arrays.
        places, each = words.spans[run].tolist(), by_type[run].tolist()
        sums = [sum(column) for column in zip(*each, strict=True)]
        best = sums.index(max(sums))
        for part in _parts(text, places, begins[run, best].tolist()):
            start, end = places[part.start][0], places[part.stop - 1][1]
            end = start + len(text[start:end].rstrip(_PUNCTUATION))
            start = end - len(text[start:end].lstrip(_PUNCTUATION))
            if any(map(str.isalnum, text[start:end])):
                score = sum(map(sum, each[part])) / (part.stop - part.start)
                found.append(TaggedSpan(TYPES[types][best], start, end, min(1.0, score)))
    return found


def _runs(weak: NDArray[np.bool_], strong: NDArray[np.bool_]) -> Iterator[slice]:
    """Runs of weak words that hold a strong one."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], weak, [False]))))
    for start, stop in edges.reshape(-1, 2).tolist():
        if strong[start:stop].any():
            yield slice(start, stop)


def _parts(text: str, places: list[list[int]], begins: list[float]) -> Iterator[slice]:
    """A run of words, with the probability that each ``begins`` something, cut where another begins."""
    start = 0
    for at in range(1, len(places)):
        (before, end), (begin, _) = places[at - 1], places[at]
        gap = text[end:begin]
        sentence = gap and text[before:end] == "." and _SENTENCE.search(text, max(0, end - 12), end) is not None
        if begins[at] > 0.5 or "\n" in gap or sentence:
            yield slice(start, at)
            start = at
    yield slice(start, len(places))
