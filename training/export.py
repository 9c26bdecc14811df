"""Export: to ONNX in full precision and with int8 weights for the CPU that serves, and to safetensors for the GPU that does."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model
from safetensors.torch import save_file
from torch import Tensor, nn

from model_repo.clinical_bert.heads import NOTE_CLASS
from model_repo.clinical_bert.relations import PairNetwork
from training.network import MultiTask
from training.outlier_neurons import PREFIX, feed_forwards, set_apart
from transforms.extract.evaluation.figures import Figure

OPSET = 17
LARGEST_LOSS = 0.005  # F1 that int8 may cost a task
FEWEST_FINDINGS = 2  # What so few findings make is chance, where a task's gold is small.
_LAYER_PARTS = {
    "attention": "attention.output.dense",
    "attention.norm": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "norm": "output.LayerNorm",
}


class QuantisationLoss(RuntimeError):  # noqa: N818  it names what went wrong
    """The int8 model is too much worse than the one in full precision."""


class Kept(StrEnum):
    """Layers that stay in fp32, the fewest first.

    The last product of a layer's feed-forward part suffers most from int8, and most in the first layers: what is rounded
    there goes through all others.
    """

    HEADS = "the heads"
    FIRST_FEED_FORWARD_OUTPUTS = "the heads and the feed-forward outputs of the first third of the layers"
    FEED_FORWARD_OUTPUTS = "the heads and the feed-forward outputs"


@dataclass(frozen=True)
class Exported:
    """Figures of the same documents with both models, by task; and which layers the int8 model keeps in fp32."""

    full: Mapping[str, Figure]
    int8: Mapping[str, Figure]
    kept: Kept


class _Served(nn.Module):  # type: ignore[misc]
    """The network as it is served: one unpadded window in, the scores of every head out, one encoder pass for all."""

    def __init__(self, network: MultiTask) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor) -> tuple[Tensor, ...]:
        mask = torch.ones_like(input_ids)
        hidden = self.network.hidden(input_ids, mask)
        return tuple(self.network.scores(name, hidden, mask) for name in self.network.heads)


def export(
    network: MultiTask,
    full: Path,
    int8: Path,
    windows: Sequence[NDArray[np.int64]],
    measured: Callable[[Path], Mapping[str, Figure]],
) -> Exported:
    """Writes both models; input ``input_ids`` int64 ``[1, tokens]``, an output a head, by its name (see ``heads``).

    Where int8 costs a task too much, more layers stay in fp32.

    Args:
        windows: token ids of some texts, each of shape ``[tokens]``: what they show of outlier neurons.
        measured: each task's figure with the model of a file.

    Raises:
        QuantisationLoss: int8 costs a task more than half a point of F1 all the same; the int8 file is removed.
    """
    write_full(network, full)
    of_full = measured(full)
    for kept in Kept:
        write_int8(full, int8, kept, windows)
        result = Exported(of_full, measured(int8), kept)
        lost = [name for name in of_full if _loss(of_full[name], result.int8[name]) > _largest_loss(of_full[name])]
        if not lost:
            return result
    int8.unlink()
    name = max(lost, key=lambda name: _loss(of_full[name], result.int8[name]))
    raise QuantisationLoss(f"int8 costs {_loss(of_full[name], result.int8[name]):.4f} of {name} {of_full[name].f1:.4f}")


def _loss(full: Figure, int8: Figure) -> float:
    return (full.f1 or 0.0) - (int8.f1 or 0.0)


def _largest_loss(full: Figure) -> float:
    return max(LARGEST_LOSS, FEWEST_FINDINGS / max(1, full.gold))


def write_networks(networks: Mapping[str, PairNetwork], path: Path) -> None:
    """The weights of the relation groups, as ``read_networks`` reads them."""
    np.savez(path, **{f"{group}/{name}": value for group, of in networks.items() for name, value in vars(of).items()})


def write_torch(network: MultiTask, path: Path) -> None:
    """``model.safetensors`` for ``TorchEngine``, and ``model.json``, the encoder's shape, beside it.

    The encoder is kept in fp16: its weights are far from fp16's ends, and of each fp16 holds 11 bits, where the bfloat16 in
    which a GPU computes holds 8. The heads stay in fp32. MiniLM-L6 takes 45 MB and BERT-base 218 MB, and 5 KB for each of the
    heads' columns at BERT-base's width at most.

    Names: ``embeddings.{word,position}``, the latter with the one token type added; ``embeddings.norm``; of each layer
    ``layers.N.{query_key_value,attention,attention.norm,up,down,norm}``; and ``heads.OUTPUT``, each with ``weight`` and ``bias``.

    Raises:
        ValueError: the encoder is no BERT with exact GELU, or a weight is beyond fp16.
    """
    config: Any = network.encoder.config
    if config.model_type != "bert" or config.hidden_act != "gelu":
        raise ValueError(f"a {config.model_type} with {config.hidden_act} is not what TorchEngine runs")
    source = network.encoder.state_dict()
    encoder = {
        "embeddings.word": source["embeddings.word_embeddings.weight"],
        "embeddings.position": source["embeddings.position_embeddings.weight"]
        + source["embeddings.token_type_embeddings.weight"][0],
    }
    for kind in ("weight", "bias"):
        encoder[f"embeddings.norm.{kind}"] = source[f"embeddings.LayerNorm.{kind}"]
        for number in range(config.num_hidden_layers):
            old, new = f"encoder.layer.{number}", f"layers.{number}"
            encoder[f"{new}.query_key_value.{kind}"] = torch.cat(
                [source[f"{old}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
            )
            for name, given in _LAYER_PARTS.items():
                encoder[f"{new}.{name}.{kind}"] = source[f"{old}.{given}.{kind}"]
    halves = {name: weight.half() for name, weight in encoder.items()}
    if not all(weight.isfinite().all() for weight in halves.values()):
        raise ValueError("a weight of the encoder is too large for fp16")
    heads = {f"heads.{name}": weight.float() for name, weight in network.heads.state_dict().items()}
    save_file({name: weight.cpu().contiguous() for name, weight in (halves | heads).items()}, path)
    path.chmod(0o644)  # the library keeps it to its owner; a server may be another
    shape = {
        "layers": config.num_hidden_layers,
        "heads": config.num_attention_heads,
        "layer_norm_eps": config.layer_norm_eps,
    }
    path.with_suffix(".json").write_text(json.dumps(shape, indent=2) + "\n", encoding="utf-8")


def write_full(network: MultiTask, path: Path) -> None:
    """The model in fp32, with attention and GELU fused for ONNX Runtime's own kernels."""
    encoder: Any = network.encoder
    raw = path.with_suffix(".raw.onnx")
    heads = list(network.heads)
    encoder.set_attn_implementation("eager")  # written out: what ONNX Runtime's optimiser knows how to fuse
    torch.onnx.export(
        _Served(network).eval().cpu(),
        (torch.ones(1, 16, dtype=torch.long),),
        str(raw),
        input_names=["input_ids"],
        output_names=heads,
        dynamic_axes={"input_ids": {1: "tokens"}, **{head: {1: "tokens"} for head in heads if head != NOTE_CLASS}},
        opset_version=OPSET,
        dynamo=False,
    )
    encoder.set_attn_implementation("sdpa")
    options = FusionOptions("bert")
    options.enable_embed_layer_norm = False
    fused = optimize_model(
        str(raw),
        model_type="bert",
        num_heads=encoder.config.num_attention_heads,
        hidden_size=encoder.config.hidden_size,
        optimization_options=options,
        opt_level=0,
    )
    _norms_alone(fused.model.graph)
    fused.save_model_to_file(str(path))
    raw.unlink()


def write_int8(full: Path, path: Path, kept: Kept, windows: Sequence[NDArray[np.int64]]) -> None:
    """Int8 weights of the encoder, a scale a channel, but for the layers that are kept; activations are quantised as they come.

    Weights use 7 of the 8 bits (``reduce_range``): on AVX2 machines without VNNI sums of full-range products overflow,
    and the model must answer alike wherever it is served. ``windows`` show which neurons are set apart (``outlier_neurons``).
    """
    model = onnx.load(str(full))
    layers = feed_forwards(model.graph)
    kept_layers = {
        Kept.HEADS: 0,
        Kept.FIRST_FEED_FORWARD_OUTPUTS: len(layers) // 3,
        Kept.FEED_FORWARD_OUTPUTS: len(layers),
    }
    first = kept_layers[kept]
    in_full = [*_heads(model.graph), *(layer.down.name for layer in layers[:first])]
    if layers[first:]:
        set_apart(model, layers[first:], windows)
    quantize_dynamic(
        model,
        str(path),
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=[*in_full, *(node.name for node in model.graph.node if node.name.startswith(PREFIX))],
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )


def _heads(graph: Any) -> list[str]:
    """Names of the nodes that the outputs come from, back to the first product of each."""
    by_output = {output: node for node in graph.node for output in node.output}
    found = []
    for output in graph.output:
        node = by_output[output.name]
        while node.op_type not in ("MatMul", "Gemm"):
            node = next(by_output[name] for name in node.input if name in by_output)
        found.append(node.name)
    return found


def _norms_alone(graph: Any) -> None:
    """Sums and layer norms in nodes of their own: ONNX Runtime's node for both together takes six times as long on a CPU."""
    nodes: list[Any] = []
    for node in graph.node:
        if node.op_type != "SkipLayerNormalization":
            nodes.append(node)
            continue
        given, beside, weight, shift, *bias = node.input
        (epsilon,) = (attribute.f for attribute in node.attribute if attribute.name == "epsilon")
        output = node.output[0]
        if bias:
            nodes.append(helper.make_node("Add", [given, bias[0]], [f"{output}/biased"], name=f"{node.name}/bias"))
            given = f"{output}/biased"
        nodes += [
            helper.make_node("Add", [given, beside], [f"{output}/sum"], name=f"{node.name}/sum"),
            helper.make_node(
                "LayerNormalization",
                [f"{output}/sum", weight, shift],
                [output],
                name=f"{node.name}/norm",
                axis=-1,
                epsilon=epsilon,
            ),
        ]
    del graph.node[:]
    graph.node.extend(nodes)
