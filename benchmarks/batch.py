"""How much of the bare encoder's speed is left for a whole run, where the time goes, and whether memory stays flat.

    uv run python -m benchmarks.batch speed NOTES      # a folder of text notes
    uv run python -m benchmarks.batch growth NOTES     # 1,000 and 10,000 short notes cut from it
    uv run python -m benchmarks.batch length NOTES     # one note of 40,000, 400,000 and 4,000,000 characters

``speed`` runs ``chartstream run`` over the notes, then the encoder alone over the released texts of that very run: the same
windows, one single-threaded process a core, no tokenizer, no decoding, no server. Both rates are in tokens of the encoder.
``worker_share`` is what the one worker spends on reading and de-identifying; ``extract_in_flight`` how many notes' requests were
under way on average, from submission to answer: above 1 the worker does not wait for the model, nor the model for it.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

import psutil
from deltalake import DeltaTable

from benchmarks.encoder import CORES, MODEL, bare_encoder, token_windows
from model_repo.clinical_bert.tokens import TextTokenizer

STEPS = ("read_ms", "deidentify_ms", "extract_ms")


def speed(notes: Path) -> dict[str, object]:
    """End-to-end tokens a second over the bare encoder's, and the share of time of each step."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        seconds, _ = _run([notes], out)
        texts = _column(out / "released/notes", "text")
        ledger = DeltaTable(str(out / "private/ledger")).to_pyarrow_table(columns=list(STEPS))
        entities = len(_column(out / "released/entities", "type"))
    tokenizer = TextTokenizer(MODEL / "tokenizer.json")
    tokenized = [token_windows(tokenizer, text) for text in texts]
    tokens = sum(window.size for note in tokenized for window in note)
    bare = bare_encoder(MODEL, "cpu", [tokenized[core::CORES] for core in range(CORES)])
    spent = {step: sum(ledger.column(step).to_pylist()) / 1000 for step in STEPS}
    return {
        "notes": len(texts),
        "characters": sum(map(len, texts)),
        "entities": entities,
        "tokens": tokens,
        "cores": CORES,
        "run_seconds": round(seconds, 1),
        "run_tokens_per_second": round(tokens / seconds),
        "encoder_seconds": round(bare, 1),
        "encoder_tokens_per_second": round(tokens / bare),
        "ratio": round(bare / seconds, 3),
        "worker_share": {
            "read": round(spent["read_ms"] / seconds, 3),
            "deidentify": round(spent["deidentify_ms"] / seconds, 3),
        },
        "extract_in_flight": round(spent["extract_ms"] / seconds, 2),
    }


def growth(notes: Path, sizes: tuple[int, int] = (1_000, 10_000), characters: int = 400) -> dict[str, object]:
    """Peak memory and seconds a note with ten times the notes."""
    result: dict[str, object] = {"characters_a_note": characters}
    peaks, costs = [], []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder) / f"{size}.jsonl"
            _write_short_notes(notes, path, size, characters)
            seconds, peak = _run([path], Path(folder) / f"out{size}")
            peaks.append(peak)
            costs.append(seconds / size)
            result[str(size)] = {
                "seconds": round(seconds, 1),
                "ms_a_note": round(1000 * seconds / size, 2),
                "peak_mb": round(peak / 1e6),
            }
    result["peak_ratio"] = round(peaks[1] / peaks[0], 3)
    result["cost_ratio"] = round(costs[1] / costs[0], 3)
    return result


def length(notes: Path, sizes: tuple[int, ...] = (40_000, 400_000, 4_000_000)) -> dict[str, object]:
    """Milliseconds a thousand characters of each step, for one note that is made longer: flat where cost is linear."""
    text = "\n".join(file.read_text(errors="ignore") for file in sorted(notes.glob("*.txt")))
    text *= 1 + max(sizes) // len(text)
    result: dict[str, object] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path, out = Path(folder) / "note.txt", Path(folder) / "out"
            path.write_text(text[:size])
            _run([path], out)
            ledger = DeltaTable(str(out / "private/ledger")).to_pyarrow_table(columns=["outcome", *STEPS]).to_pylist()
        result[str(size)] = {"outcome": ledger[0]["outcome"]} | {
            step.removesuffix("_ms"): round(1000 * ledger[0][step] / size, 3) for step in STEPS
        }
    return result


def _run(inputs: list[Path], out: Path) -> tuple[float, int]:
    """Seconds of a whole run, start of server and pipeline included, and the job process's peak resident bytes."""
    command = [sys.executable, "-m", "pipelines", "run", *map(str, inputs), "--output", str(out), "--json"]
    started = time.perf_counter()
    with subprocess.Popen([*command, "--max-quarantined", "1"], stdout=subprocess.PIPE) as job:
        process, peak = psutil.Process(job.pid), 0
        while job.poll() is None:
            try:
                peak = max(peak, process.memory_info().rss)
            except psutil.NoSuchProcess:
                break
            time.sleep(0.05)
        if job.wait():
            raise SystemExit(job.returncode)
    return time.perf_counter() - started, peak


def _column(table: Path, column: str) -> list[str]:
    values: list[str | None] = DeltaTable(str(table)).to_pyarrow_table(columns=[column]).column(column).to_pylist()
    return [value for value in values if value is not None]


def _write_short_notes(folder: Path, path: Path, count: int, characters: int) -> None:
    texts = [file.read_text(errors="ignore") for file in sorted(folder.glob("*.txt"))]
    pieces = (text[at : at + characters] for at in range(0, 100_000, characters) for text in texts if len(text) > at)
    with path.open("w") as file:
        for number, text in enumerate(islice(pieces, count)):
            file.write(json.dumps({"note_id": str(number), "text": text}) + "\n")


def main() -> None:
    """Prints one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["speed", "growth", "length"])
    parser.add_argument("notes", type=Path, help="folder of text notes")
    arguments = parser.parse_args()
    measure = {"speed": speed, "growth": growth, "length": length}[arguments.what]
    print(json.dumps(measure(arguments.notes), indent=2))


if __name__ == "__main__":
    main()
