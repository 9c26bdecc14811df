"""Two commands: ``train`` makes the tagger, ``gold`` makes notes with gold spans to measure de-identification on.

uv run --extra train python -m training.deidentification train --corpora CORPORA --output transforms/deidentify/tagger/weights
uv run python -m training.deidentification gold --corpora CORPORA --output gold.jsonl
uv run chartstream evaluate deid --gold gold.jsonl --output measured
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random

from training.deidentification import notes
from training.deidentification.notes import LabelledNote, NoteMaker
from training.deidentification.values import Part, load_values


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command; exit status 1 and one line where it cannot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="make the tagger")
    train.add_argument("--notes", type=int, default=180_000, help="synthetic notes to learn from (%(default)s)")
    train.add_argument("--epochs", type=int, default=12, help="(%(default)s)")
    train.add_argument("--teachers", type=int, default=2, help="large networks to learn from; on a GPU (%(default)s)")
    train.add_argument("--start", type=Path, help="weights that learn further, from themselves and these notes")
    train.add_argument("--weights", type=int, default=8, help="version of the weights (%(default)s)")
    train.add_argument("--threads", type=int, default=1, help="of the processor (%(default)s)")
    gold = commands.add_parser("gold", help="make labelled notes")
    gold.add_argument("--notes", type=int, default=400)
    gold.add_argument("--part", type=Part, default=Part.HELD_OUT, choices=list(Part))
    for command in (train, gold):
        command.add_argument("--corpora", type=Path, required=True)
        command.add_argument("--output", type=Path, required=True)
        command.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args(argv)
    try:
        _train(arguments) if arguments.command == "train" else _gold(arguments)
    except (OSError, ValueError) as error:
        print(f"training.deidentification: {error}", file=sys.stderr)
        return 1
    return 0


def _maker(corpora: Path, part: Part, seed: int) -> NoteMaker:
    return NoteMaker(
        load_values(corpora, part), notes.load_templates(part), notes.load_texts(corpora, part), Random(seed)
    )


def _gold(arguments: argparse.Namespace) -> None:
    maker = _maker(arguments.corpora, arguments.part, arguments.seed)
    with arguments.output.open("w", encoding="utf-8") as file:
        for number in range(arguments.notes):
            note = maker.note(longest=4_000, sentences=6)
            row = {
                "note_id": f"{arguments.part}-{number}",
                "text": note.text,
                "spans": [{"start": span.start, "end": span.end, "type": span.phi_type} for span in note.spans],
                "labelled": [[region.start, region.end] for region in note.labelled],
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _train(arguments: argparse.Namespace) -> None:
    # torch is an extra: making gold notes does without.
    import torch

    from training.deidentification import weights
    from training.deidentification.examples import example, vocabulary
    from training.deidentification.train import TrainOptions, teach, teach_further
    from transforms.deidentify.tagger.words import WordReader

    torch.set_num_threads(arguments.threads)
    learnt = _training_notes(arguments)
    words = weights.read_words(arguments.start) if arguments.start else vocabulary(learnt)
    reader = WordReader(words)
    print(f"{len(learnt)} notes, {len(words)} words with a number of their own", flush=True)
    examples = [example(note, reader) for note in learnt]
    options = TrainOptions(epochs=arguments.epochs, seed=arguments.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if arguments.start:
        network = teach_further(weights.read(arguments.start), examples, options, device)
    else:
        network = teach(examples, len(words), options, arguments.teachers, device)
    weights.write(network, words, examples, arguments.output, arguments.weights, threshold=0.08)


def _training_notes(arguments: argparse.Namespace) -> list[LabelledNote]:
    maker = _maker(arguments.corpora, Part.TRAIN, arguments.seed)
    made = [
        notes.recased(
            maker.note(longest=maker.random.randint(100, 600), sentences=maker.random.randint(1, 8)), maker.random
        )
        for _ in range(arguments.notes)
    ]
    return [
        *made,
        *2 * notes.read_presidio_research(arguments.corpora),
        *3 * notes.read_aci_bench(arguments.corpora),
        *6 * notes.read_asq_phi(arguments.corpora, Part.TRAIN),
    ]


if __name__ == "__main__":
    sys.exit(main())
