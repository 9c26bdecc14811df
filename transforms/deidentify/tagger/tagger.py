"""Runs the tagger: text to spans of names and places with their probability.

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

from transforms.deidentify.tagger.words import CAPITALISED, CAPITALS, COLUMNS, VERSION, WordReader, Words, is_name_alone
from transforms.errors import ChartstreamError
from transforms.records import PhiType

WEIGHTS = Path(__file__).parent / "weights"
TAGS = ("O", "B-NAME", "I-NAME", "B-LOCATION", "I-LOCATION")
TYPES = (PhiType.NAME, PhiType.LOCATION)
_BLOCK = 4096  # words that go through the network together
_REACH = 64  # words on either side that can matter to a word; the network's own reach is less
_SENTENCE = re.compile(r"[^\W\d_]{5}\.\Z")  # shorter words before a full stop are abbreviations
_PUNCTUATION = " .,;:-/&("  # at a span's end it belongs to the sentence
_WEAK = 0.15  # share of a threshold from which a word goes with its neighbours
_SOONER, _LATER = 0.33, 2.0  # what the threshold is multiplied by for words that are likelier, or less likely, names


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

    def find(self, text: str) -> list[TaggedSpan]:
        """The names and places in ``text``, in order, without overlap. Time is linear in the text's length."""
        words = self._reader.read(text)
        if not len(words):
            return []
        return spans(text, words, self.probabilities(words), thresholds(words, self._threshold))

    def probabilities(self, words: Words) -> NDArray[np.float32]:
        """The probability of each tag for each word, shape ``[words, len(TAGS)]``."""
        scored = []
        for start in range(0, len(words), _BLOCK):
            first, last = max(0, start - _REACH), min(len(words), start + _BLOCK + _REACH)
            (found,) = self._session.run(None, {"features": words.features[np.newaxis, first:last]})
            scored.append(found[0, start - first : start - first + _BLOCK])
        result: NDArray[np.float32] = np.concatenate(scored)
        return result


def thresholds(words: Words, threshold: float) -> NDArray[np.float32]:
    """From which probability on each word is hidden, shape ``[words]``.

    Capitalised words of the name lists that are no English words and no eponyms are hidden sooner: in training a third of
    the names were taken for unlisted ones, so that the network trusts the lists less than they deserve. Two capitals are
    initials more often than four or five, which are abbreviations.
    """
    shape, length = (words.features[:, COLUMNS.index(column)] for column in ("shape", "length"))
    initials = (shape == CAPITALS) & (length == 2) & (words.features[:, COLUMNS.index("lists")] == 0)
    listed = np.isin(shape, CAPITALISED) & is_name_alone(words)
    abbreviation = (shape == CAPITALS) & np.isin(length, (4, 5))
    factors = np.where(listed | initials, _SOONER, np.where(abbreviation, _LATER, 1.0))
    return (threshold * factors).astype(np.float32)


def spans(
    text: str, words: Words, probabilities: NDArray[np.float32], threshold: NDArray[np.float32]
) -> list[TaggedSpan]:
    """Runs of words that are names or places.

    A run has a word whose probability of being one is over its ``threshold``, and goes on in both directions over words of a
    small part of that (Canny 1986: hysteresis), so that the ends of a long name are not left behind. It ends at a line's and at
    a sentence's end, and where a word begins another name.
    """
    by_type = np.stack([probabilities[:, 2 * n + 1] + probabilities[:, 2 * n + 2] for n in range(len(TYPES))], axis=1)
    either = by_type.sum(axis=1)
    found: list[TaggedSpan] = []
    for run in _runs(either > threshold * _WEAK, either > threshold):
        best = TYPES[int(by_type[run].sum(axis=0).argmax())]
        for part in _parts(text, words, probabilities, run, TYPES.index(best)):
            start, end = int(words.spans[part.start, 0]), int(words.spans[part.stop - 1, 1])
            end = start + len(text[start:end].rstrip(_PUNCTUATION))
            if any(map(str.isalnum, text[start:end])):
                found.append(TaggedSpan(best, start, end, min(1.0, float(either[part].mean()))))
    return found


def _runs(weak: NDArray[np.bool_], strong: NDArray[np.bool_]) -> Iterator[slice]:
    """Runs of weak words that hold a strong one."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], weak, [False]))))
    for start, stop in edges.reshape(-1, 2).tolist():
        if strong[start:stop].any():
            yield slice(start, stop)


def _parts(
    text: str, words: Words, probabilities: NDArray[np.float32], run: slice, type_number: int
) -> Iterator[slice]:
    start = run.start
    for at in range(run.start + 1, run.stop):
        (before, end), (begin, _) = words.spans[at - 1].tolist(), words.spans[at].tolist()
        gap = text[end:begin]
        sentence = gap and text[before:end] == "." and _SENTENCE.search(text, max(0, end - 12), end) is not None
        if probabilities[at, 2 * type_number + 1] > 0.5 or "\n" in gap or sentence:
            yield slice(start, at)
            start = at
    yield slice(start, run.stop)
