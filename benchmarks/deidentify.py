"""How much faster than stock Presidio: the rules alone, with equal results, and the whole step.

    uv run python -m benchmarks.deidentify rules NOTES     # a folder of text notes; dense ones are made
    uv run python -m benchmarks.deidentify step NOTES
    uv run python -m benchmarks.deidentify length NOTES    # one note of 50,000, 500,000 and 5,000,000 characters

One process, one thread, seconds of the processor; the two read fifty notes each, in turn, for the speed of a machine drifts. In
shorter turns it is measured how fast the caches fill that the other one has emptied: no pipeline alternates between two.
``rules`` asks the same predefined recognizers through both engines, and stops where an entity, a span or a score differs.
``step`` is all that happens to a note between reading and the model (recognizers, tagger, replacement, residual check), against
Presidio's analysis alone with a spaCy pipeline of en_core_web_sm's shape.
"""

import argparse
import json
import os
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

import psutil
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry, RecognizerResult

from benchmarks.stock_presidio import predefined, stock, stock_with_model
from tests.e2e.inputs import dense_notes
from transforms.deidentify.analyzer import Analyzer
from transforms.deidentify.deidentifier import Deidentifier
from transforms.deidentify.engine import ClosedAnalyzerEngine
from transforms.deidentify.policy import load_policy
from transforms.keyring import new_keyring
from transforms.records import Identifier, Note, OrderKind, Place, Read, ReleasedNote, VersionOrder

S = TypeVar("S")
T = TypeVar("T")

_TURN = 50  # notes
_PATIENCE = 600.0  # seconds for a recognizer and a note: nothing is to be cut short here


def rules(folder: Path, notes: int) -> dict[str, object]:
    """Thousand characters a second of both engines with the same recognizers, and how many times the one is the other."""
    slow, fast = stock(predefined()), ClosedAnalyzerEngine(RecognizerRegistry(predefined()), _PATIENCE)
    result: dict[str, object] = {}
    for name, texts in (("plain", _plain(folder, notes)), ("dense", _dense(notes))):
        for engine in (slow, fast):
            engine.analyze(texts[0], "en")
        found, ours, times = _in_turn(texts, slow.analyze, fast.analyze)
        if list(map(as_rows, found)) != list(map(as_rows, ours)):
            raise SystemExit("a note has other results: the comparison is worth nothing")
        result[name] = _compared(texts, *times) | {"results": sum(map(len, found))}
    return result


def step(folder: Path, notes: int) -> dict[str, object]:
    """The same of the whole step and of Presidio's analysis with a model."""
    slow: AnalyzerEngine = stock_with_model()
    deidentifier = Deidentifier(load_policy("safe-harbor"), new_keyring(), Analyzer(timeout_seconds=_PATIENCE))
    began = time.perf_counter()
    deidentifier.setup()
    result: dict[str, object] = {"setup_seconds": round(time.perf_counter() - began, 2)}
    for name, texts in (("plain", _plain(folder, notes)), ("dense", _dense(notes))):
        slow.analyze(texts[0], "en")
        _released(deidentifier, texts[0])
        _, released, times = _in_turn(texts, slow.analyze, lambda text, _: _released(deidentifier, text))
        result[name] = _compared(texts, *times) | {"held_back": released.count(False)}
    return result


def length(folder: Path, sizes: Sequence[int] = (50_000, 500_000, 5_000_000)) -> dict[str, object]:
    """Milliseconds a thousand characters for one note that is made longer, and the process's memory behind it."""
    deidentifier = Deidentifier(load_policy("safe-harbor"), new_keyring(), Analyzer(timeout_seconds=_PATIENCE))
    deidentifier.setup()
    text = "\n".join(note for note in _plain(folder, 500) if _released(deidentifier, note))
    text *= 1 + max(sizes) // len(text)
    result: dict[str, object] = {}
    for size in sizes:
        released, seconds = _timed(lambda: _released(deidentifier, text[:size]))  # noqa: B023
        memory = psutil.Process(os.getpid()).memory_info().rss
        result[str(size)] = {
            "released": released,
            "ms_a_thousand": round(1e6 * seconds / size, 3),
            "resident_mb": round(memory / 1e6),
        }
    return result


def as_rows(results: Sequence[RecognizerResult]) -> list[tuple[str, int, int, float]]:
    """What has to be equal: entity, span, score."""
    return sorted((r.entity_type, r.start, r.end, r.score) for r in results)


def _released(deidentifier: Deidentifier, text: str) -> bool:
    note = Note(
        place=Place(unit_id="benchmark", source="benchmark", partition="", offset=0),
        note_id=Identifier("benchmark", "1"),
        text=text,
        order=VersionOrder(OrderKind.NUMBER, 0),
    )
    return isinstance(deidentifier.deidentify(Read(note, datetime.now(UTC), 0.0)), ReleasedNote)


def _in_turn(
    texts: Sequence[str], slow: Callable[[str, str], S], fast: Callable[[str, str], T]
) -> tuple[list[S], list[T], tuple[float, float]]:
    """What both answer to all texts, and the seconds that each took."""
    slow_answers: list[S] = []
    fast_answers: list[T] = []
    slow_seconds = fast_seconds = 0.0
    for start in range(0, len(texts), _TURN):
        some = texts[start : start + _TURN]
        answers, seconds = _timed(lambda: [slow(text, "en") for text in some])  # noqa: B023
        slow_answers += answers
        slow_seconds += seconds
        others, seconds = _timed(lambda: [fast(text, "en") for text in some])  # noqa: B023
        fast_answers += others
        fast_seconds += seconds
    return slow_answers, fast_answers, (slow_seconds, fast_seconds)


def _timed(call: Callable[[], T]) -> tuple[T, float]:
    began = time.process_time()
    result = call()
    return result, time.process_time() - began


def _compared(texts: Sequence[str], stock_seconds: float, our_seconds: float) -> dict[str, object]:
    characters = sum(map(len, texts))
    return {
        "notes": len(texts),
        "characters": characters,
        "stock_kb_per_second": round(characters / stock_seconds / 1000, 1),
        "ours_kb_per_second": round(characters / our_seconds / 1000, 1),
        "times": round(stock_seconds / our_seconds, 1),
    }


def _plain(folder: Path, notes: int) -> list[str]:
    return [path.read_text(errors="ignore") for path in islice(sorted(folder.glob("*.txt")), notes)]


def _dense(notes: int) -> list[str]:
    return [note.text for note in dense_notes(notes, seed=7)]


def main() -> None:
    """Prints one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=("rules", "step", "length"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--notes", type=int, default=100)
    arguments = parser.parse_args()
    measured = {
        "rules": lambda: rules(arguments.folder, arguments.notes),
        "step": lambda: step(arguments.folder, arguments.notes),
        "length": lambda: length(arguments.folder),
    }
    print(json.dumps(measured[arguments.part](), indent=2))


if __name__ == "__main__":
    main()
