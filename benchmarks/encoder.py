"""The encoder by itself, for what is measured against it: the windows of notes, and one process a core that runs them."""

import multiprocessing
import os
from collections.abc import Callable, Sequence
from itertools import chain
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from queue import Empty
from time import perf_counter
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from model_repo.clinical_bert.clinical_bert import VERSION, wanted_outputs
from model_repo.clinical_bert.engine import open_engine
from model_repo.clinical_bert.heads import read_label_sets
from model_repo.clinical_bert.meter import unmetered
from model_repo.clinical_bert.tokens import TextTokenizer
from model_repo.clinical_bert.windows import batches, windows

MODEL = Path(__file__).parents[1] / "model_repo" / "clinical_bert"
CORES = len(os.sched_getaffinity(0))
LABELS = "clinical"
_PATIENCE_SECONDS = 600.0

Windows = list[NDArray[np.int64]]
Share = TypeVar("Share")
Result = TypeVar("Result")
# What one process does with its share; it calls what it is given when it has loaded all and is about to begin.
Work = Callable[[Share, Callable[[], object]], Result]


def token_windows(tokenizer: TextTokenizer, text: str) -> Windows:
    """The windows of a note as the encoder reads them."""
    tokens = tokenizer.tokens(text)
    return [
        tokenizer.framed(tokens.ids[window.start : window.stop])
        for window in windows(tokens.word_first, tokens.line_first)
    ]


def together(work: Work[Share, Result], shares: Sequence[Share]) -> tuple[float, list[Result]]:
    """Does each share in a process of its own. Seconds from when all are ready until the slowest is done, and the results.

    Raises BrokenBarrierError where one fails before it is ready, SystemExit where one does afterwards.
    """
    spawn = multiprocessing.get_context("spawn")
    ready = spawn.Barrier(len(shares) + 1)
    results: Queue[Result] = spawn.Queue()
    processes = [spawn.Process(target=_one, args=(work, share, ready, results)) for share in shares]
    for process in processes:
        process.start()
    ready.wait(_PATIENCE_SECONDS)
    started = perf_counter()
    found: list[Result] = []
    while len(found) < len(shares):
        try:
            found.append(results.get(timeout=1))
        except Empty:
            if any(process.exitcode for process in processes):
                raise SystemExit("a process failed while it was measured") from None
    seconds = perf_counter() - started
    for process in processes:
        process.join()
    return seconds, found


def _one(work: Work[Share, Result], share: Share, ready: Barrier, results: "Queue[Result]") -> None:
    try:
        results.put(work(share, lambda: ready.wait(_PATIENCE_SECONDS)))
    except BaseException:
        ready.abort()  # nobody waits for it
        raise


def bare_encoder(model: Path, device: str, shares: Sequence[Sequence[Windows]]) -> float:
    """Seconds of the encoder with all heads over the windows of notes, a process a share: no tokenizer and no decoding.

    Args:
        model: a model's folder.
        device: what ``open_engine`` calls it.
    """
    seconds, _ = together(_encode, [(model, device, share) for share in shares])
    return seconds


def _encode(given: tuple[Path, str, Sequence[Windows]], ready: Callable[[], object]) -> None:
    model, device, notes = given
    outputs = wanted_outputs(LABELS, read_label_sets(model / "labels.json")[LABELS])
    engine = open_engine(model / str(VERSION), device, 1, unmetered)
    runs = list(batches(chain.from_iterable(notes), engine.batch_tokens, len))
    engine.run(runs[0], outputs)  # it takes the memory that it goes on with
    ready()
    for batch in runs:
        engine.run(batch, outputs)
