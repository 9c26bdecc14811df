"""Medical text to pre-train on: the most note-like sources first, each for its share of the words."""

import json
import lzma
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.splits import Part, part_of


@dataclass(frozen=True)
class Source:
    """A source and the share of all words that comes from it.

    Attributes:
        path: under the corpora's folder; a folder of ``.txt`` notes, or JSON lines in xz with a ``text`` each.
    """

    path: str
    share: float


# Notes, and shorthand of clinicians, before prose about medicine.
SOURCES = (
    Source("notes_mtsamples", 0.28),
    Source("pretraining/vaers_narratives.jsonl.xz", 0.28),
    Source("pretraining/clinical_trials.jsonl.xz", 0.14),
    Source("pretraining/pmc_articles.jsonl.xz", 0.12),
    Source("pretraining/medquad.jsonl.xz", 0.10),
    Source("pretraining/openstax_nursing.jsonl.xz", 0.08),
)


LABELLED_SHARE = 0.05  # of the words, from the documents that fine-tuning will read
MOST_PASSES = 12  # over a source that is too small; each time other words are hidden


def texts(
    corpora: Path, words: int, seed: int, sources: Sequence[Source] = SOURCES, labelled: Sequence[str] = ()
) -> Iterator[str]:
    """About ``words`` words of text in random order; a source that is too small is read again, ``MOST_PASSES`` times at most.

    Notes that are set aside to choose or to report on are left out.

    Args:
        labelled: texts of training documents, another source (Gururangan et al. 2020: it pays to have read them).

    Raises:
        FileNotFoundError: a source is missing.
    """
    rng = random.Random(seed)
    chosen: list[str] = []
    read = [(source.share, list(_read(corpora / source.path))) for source in sources]
    if labelled:
        read.append((LABELLED_SHARE, list(labelled)))
    for share, found in read:
        left = int(words * share)
        for _ in range(MOST_PASSES):
            rng.shuffle(found)
            for text in found:
                if left <= 0:
                    break
                chosen.append(text)
                left -= len(text.split())
    rng.shuffle(chosen)
    yield from chosen


def _read(path: Path) -> Iterator[str]:
    if path.is_dir():
        for note in sorted(path.glob("*.txt")):
            text = note.read_text(encoding="utf-8")
            if part_of(text) is Part.TRAIN:
                yield text
        return
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]
