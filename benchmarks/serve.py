"""What serving costs beside the encoder, and what it gains over a pipeline a note; on a GPU what is left of the card's speed.

    uv run --extra train python -m benchmarks.serve NOTES                        # a folder of text notes; the served model
    uv run --extra train python -m benchmarks.serve NOTES --encoder bert-base    # random weights of that shape
    uv run --extra train python -m benchmarks.serve NOTES --pipeline bert-base   # against a pipeline of that shape
    uv run --extra train python -m benchmarks.serve NOTES --device gpu --gpu-environment DIR

All in one run, on the same notes, the faster of two rounds. Tokens are the encoder's: overlaps and special tokens count.

``engine``: the encoder with all heads alone, one process an instance, its windows ready. ``in_process``: the same processes with
all of the model, texts in and findings out; ``outside_encoder`` is the share of their time that is not the engine's.
``served``: Triton as ``chartstream serve`` starts it, asked by the project's client with several requests in flight;
``over_engine`` and ``over_in_process`` are its rate over theirs. ``pipeline``: Hugging Face's token classification, a note at a
time, padded to 512, in fp32 and with one head, one single-threaded process a core; ``served_over_pipeline`` is for the notes,
not for tokens. Its network is of the served encoder's shape, or with ``--pipeline bert-base`` of that which Bio_ClinicalBERT has
and most such pipelines run.

On a GPU the same but for the pipeline, and ``share_of_matmul``: the floating-point operations a second of one engine, and of all
instances' together, over those of a large bfloat16 product. DIR is a server's environment with torch in it, for the embedded
server to run on the GPU:

    cp -a $(chartstream serve --prepare) DIR && uv pip install --python DIR/bin/python 'torch>=2.15,<2.16' safetensors 'numpy<2'
"""

import argparse
import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from time import perf_counter
from typing import Any

# torch and its like are imported where they are used: every process that is started imports this module.
from benchmarks.encoder import CORES, LABELS, MODEL, Windows, bare_encoder, together, token_windows
from benchmarks.shapes import SHAPES, EncoderShape
from model_repo.clinical_bert.clinical_bert import VERSION, ClinicalBert
from model_repo.clinical_bert.decoding import tags
from model_repo.clinical_bert.heads import read_label_sets
from model_repo.clinical_bert.meter import Usage
from model_repo.clinical_bert.tokens import TextTokenizer
from transforms.extract.client import Answered, ClientOptions, TritonClient
from transforms.extract.contract import MAX_NOTES, Labels
from transforms.extract.environment import ServerEnvironment
from transforms.extract.server import start_server

GPU_CONFIGURATION = Path(__file__).parents[1] / "deploy" / "triton-gpu" / "config.pbtxt"
PIPELINE_TOKENS = 512
_SAMPLE_NOTES = 3
_GPU_REQUEST_BYTES = 64_000
_GEMM = 8192
_ROUNDS = 2  # of which the faster counts: what else a machine does only adds time


class Device(StrEnum):
    """What the model is measured on."""

    CPU = "cpu"
    GPU = "gpu"


@dataclass(frozen=True)
class Notes:
    """What is read."""

    texts: list[str]
    windows: list[Windows]

    @property
    def tokens(self) -> int:
        return sum(len(window) for note in self.windows for window in note)

    @property
    def mean_window(self) -> float:
        """Tokens that a token's attention sees."""
        lengths = [len(window) for note in self.windows for window in note]
        return sum(length**2 for length in lengths) / sum(lengths)

    def dealt(self, hands: int) -> list["Notes"]:
        return [Notes(self.texts[hand::hands], self.windows[hand::hands]) for hand in range(hands)]


@dataclass(frozen=True)
class Place:
    """Where the model runs, and how it is asked.

    Attributes:
        environment: the server's, or None for the installation's own.
    """

    device: str
    instances: int
    environment: ServerEnvironment | None
    request_bytes: int


def measure(
    folder: Path, count: int, encoder: str, pipeline: str, device: Device, instances: int, gpu_environment: Path | None
) -> dict[str, object]:
    """All of it; see the module."""
    from benchmarks.random_model import write_repository

    notes = _read(folder, count)
    with tempfile.TemporaryDirectory() as temporary:
        repository = MODEL.parent
        if encoder != "served":
            repository = Path(temporary) / "model_repo"
            write_repository(repository, SHAPES[encoder], notes.windows[:_SAMPLE_NOTES])
        shape = SHAPES[encoder] if encoder != "served" else _shape_of(repository / MODEL.name)
        result: dict[str, object] = {
            "encoder": encoder,
            "notes": len(notes.texts),
            "characters": sum(map(len, notes.texts)),
            "tokens": notes.tokens,
        }
        if device is Device.GPU:
            environment = None if gpu_environment is None else ServerEnvironment(gpu_environment)
            place = Place("cuda:0", instances, environment, _GPU_REQUEST_BYTES)
            return result | _on_gpu(notes, repository, shape, place)
        return result | _on_cpu(notes, repository, SHAPES.get(pipeline, shape))


def _on_cpu(notes: Notes, repository: Path, pipeline_shape: EncoderShape) -> dict[str, object]:
    """The model on all cores, and a pipeline with a network of that shape."""
    place = Place("cpu", CORES, None, ClientOptions("", Labels.CLINICAL).request_bytes)
    found, served = _model(notes, repository, place)
    shares = [(repository / MODEL.name, pipeline_shape, share.texts) for share in notes.dealt(CORES)]
    pipeline, _ = together(_pipeline, shares)
    return found | {"pipeline_seconds": round(pipeline, 1), "served_over_pipeline": round(pipeline / served, 2)}


def _model(notes: Notes, repository: Path, place: Place) -> tuple[dict[str, object], float]:
    """The engine, the model in process, and the model served; and the seconds of the last."""
    model = repository / MODEL.name
    shares = notes.dealt(place.instances)
    engine = in_process = served = float("inf")
    usage = Usage()
    for _ in range(_ROUNDS):
        engine = min(engine, bare_encoder(model, place.device, [share.windows for share in shares]))
        seconds, usages = together(_find, [(model, place.device, share.texts) for share in shares])
        in_process = min(in_process, seconds)
        for each in usages:
            usage.add(each)
        served = min(served, _served(notes, repository, place))
    spent = usage.tokenise_seconds + usage.encode_seconds + usage.decode_seconds
    return {
        "instances": place.instances,
        "engine_tokens_per_second": round(notes.tokens / engine),
        "in_process_tokens_per_second": round(notes.tokens / in_process),
        "served_tokens_per_second": round(notes.tokens / served),
        "over_engine": round(engine / served, 3),
        "over_in_process": round(in_process / served, 3),
        "outside_encoder": round(1 - usage.encode_seconds / spent, 3),
        "tokens_per_second_outside_encoder": round(usage.tokens / (usage.tokenise_seconds + usage.decode_seconds)),
        "packed_share": round(usage.tokens / (usage.tokens + usage.padding_tokens), 3),
    }, served


def _on_gpu(notes: Notes, repository: Path, shape: EncoderShape, place: Place) -> dict[str, object]:
    """The same on a GPU, where the server has an environment for it; and the engine against the card."""
    import torch

    model = repository / MODEL.name
    columns = _columns(model)
    operations = shape.operations(notes.mean_window, columns) * notes.tokens
    matmul = _matmul_rate()
    alone = bare_encoder(model, place.device, [notes.windows])
    several = bare_encoder(model, place.device, [share.windows for share in notes.dealt(place.instances)])
    result: dict[str, object] = {
        "card": torch.cuda.get_device_name(),
        "matmul_tflops": round(matmul / 1e12, 1),
        "one_engine_tokens_per_second": round(notes.tokens / alone),
        "share_of_matmul": {
            "one engine": round(operations / alone / matmul, 3),
            "all instances": round(operations / several / matmul, 3),
        },
    }
    if place.environment is None:
        return result
    with tempfile.TemporaryDirectory() as folder:
        on_gpu = Path(folder) / "model_repo"
        shutil.copytree(repository, on_gpu)
        shutil.copy(GPU_CONFIGURATION, on_gpu / MODEL.name)
        return result | _model(notes, on_gpu, place)[0]


def _served(notes: Notes, repository: Path, place: Place) -> float:
    """Seconds of the project's client with a server, from the first request to the last answer."""
    with start_server(repository, instances=place.instances, environment=place.environment) as server:
        options = ClientOptions(
            server.endpoint,
            Labels.CLINICAL,
            request_bytes=place.request_bytes,
            requests_in_flight=2 * place.instances + 2,
            deadline_seconds=600.0,
        )
        client = TritonClient(options)
        client.submit(notes.texts[:1] * place.instances).result()
        started = perf_counter()
        # As the pipeline's units do: several at a time under way.
        units = [client.submit(notes.texts[at : at + MAX_NOTES]) for at in range(0, len(notes.texts), MAX_NOTES)]
        answers = [answer for unit in units for answer in unit.result()]
        seconds = perf_counter() - started
    if not all(isinstance(answer, Answered) for answer in answers):
        raise SystemExit("the server did not answer every note: what was measured is not the model")
    return seconds


def _find(given: tuple[Path, str, list[str]], ready: Callable[[], object]) -> Usage:
    model, device, texts = given
    total = Usage()
    bert = ClinicalBert(model, device=device, meter=total.add)
    bert.find([texts[0][:200]], LABELS)
    ready()
    warm_up = Usage(**vars(total))
    for at in range(0, len(texts), MAX_NOTES):
        bert.find(texts[at : at + MAX_NOTES], LABELS)
    return Usage(**{name: value - vars(warm_up)[name] for name, value in vars(total).items()})


def _pipeline(given: tuple[Path, EncoderShape, list[str]], ready: Callable[[], object]) -> int:
    """Hugging Face's pipeline as its documentation has it, with windows that overlap so that long notes are read whole."""
    import torch
    from transformers import (
        BertConfig,
        BertForTokenClassification,
        PreTrainedTokenizerFast,
        TokenClassificationPipeline,
    )

    model, shape, texts = given
    torch.set_num_threads(1)
    names = tags(read_label_sets(model / "labels.json")[LABELS].entities)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(model / "tokenizer.json"),
        model_max_length=PIPELINE_TOKENS,
        cls_token="[CLS]",
        sep_token="[SEP]",
        pad_token="[PAD]",
        unk_token="[UNK]",
        mask_token="[MASK]",
    )
    labels = {"id2label": dict(enumerate(names)), "label2id": {name: at for at, name in enumerate(names)}}
    network = BertForTokenClassification(BertConfig(**shape.arguments(), **labels)).eval()
    with torch.no_grad():
        network.classifier.bias[0] += 3.0  # few entities, which is in its favour
    pipeline = TokenClassificationPipeline(
        model=network, tokenizer=tokenizer, aggregation_strategy="simple", stride=48, device="cpu"
    )
    pipeline._preprocess_params["tokenizer_params"]["padding"] = "max_length"
    pipeline(texts[0][:200])
    ready()
    return sum(len(pipeline(text)) for text in texts)


def _matmul_rate() -> float:
    """Floating-point operations a second of a large product in bfloat16, the best of some."""
    import torch

    left, right = (torch.randn(_GEMM, _GEMM, device="cuda", dtype=torch.bfloat16) for _ in range(2))
    rates: list[float] = []
    for _ in range(20):
        start, stop = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        left @ right
        stop.record()
        torch.cuda.synchronize()
        rates.append(2 * _GEMM**3 / (start.elapsed_time(stop) / 1000))
    return max(rates)


def _shape_of(model: Path) -> EncoderShape:
    """As the ONNX file has it, which every model has: weights for a GPU are not in a checkout."""
    import onnx

    graph = onnx.load(str(model / str(VERSION) / "model.onnx")).graph
    attentions = [node for node in graph.node if node.op_type in ("Attention", "QAttention")]
    gelu = next(node for node in graph.node if node.op_type == "BiasGelu")
    (heads,) = (attribute.i for attribute in attentions[0].attribute if attribute.name == "num_heads")
    sizes = {weight.name: tuple(weight.dims) for weight in graph.initializer}
    vocabulary, hidden = next(
        size for name, size in sizes.items() if "word_embeddings.weight" in name and len(size) == 2
    )
    return EncoderShape(len(attentions), hidden, heads, sizes[gelu.input[1]][0], vocabulary)


def _columns(model: Path) -> int:
    from safetensors import safe_open

    with safe_open(model / str(VERSION) / "model.safetensors", "pt") as weights:
        shapes: Sequence[Any] = [
            weights.get_slice(name).get_shape()
            for name in weights.keys()  # noqa: SIM118  no mapping
            if name.startswith("heads.") and name.endswith(".bias")
        ]
    return sum(shape[0] for shape in shapes)


def _read(folder: Path, count: int) -> Notes:
    texts = [path.read_text(errors="ignore") for path in sorted(folder.glob("*.txt"))[:count]]
    tokenizer = TextTokenizer(MODEL / "tokenizer.json")
    return Notes(texts, [token_windows(tokenizer, text) for text in texts])


def main() -> None:
    """Prints one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notes_folder", metavar="NOTES", type=Path, help="folder of text notes")
    parser.add_argument("--notes", type=int, default=400, help="how many of them (%(default)s)")
    parser.add_argument("--encoder", choices=["served", *SHAPES], default="served", help="(%(default)s)")
    parser.add_argument(
        "--pipeline",
        choices=["encoder", *SHAPES],
        default="encoder",
        help="shape of the pipeline's network (%(default)s's)",
    )
    parser.add_argument("--device", type=Device, default=Device.CPU, choices=Device, help="(%(default)s)")
    parser.add_argument("--instances", type=int, default=CORES, help="on the GPU (%(default)s); on the CPU one a core")
    parser.add_argument("--gpu-environment", type=Path, help="environment of a server that runs on the GPU")
    given = parser.parse_args()
    result = measure(
        given.notes_folder,
        given.notes,
        given.encoder,
        given.pipeline,
        given.device,
        given.instances,
        given.gpu_environment,
    )
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
