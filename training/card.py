"""The model card: what the weights were made from, what they reach, and what they are not for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from training.splits import Split
from training.train import Epoch, TrainOptions
from transforms.extract.evaluation.score import Evaluation


@dataclass(frozen=True)
class Facts:
    """What one training came to.

    ``labels`` counts the types that the model knows; ``int8`` holds the served model's scores for ``dev`` and ``test``.
    """

    encoder: str
    labels: int
    parts: Split
    options: TrainOptions
    dropout: float
    epochs: Sequence[Epoch]
    int8: Mapping[str, Evaluation]
    full_dev_f1: float
    full_test_f1: float
    size_bytes: int
    made_with: str


def model_card(facts: Facts) -> str:
    """The card, as Markdown."""
    dev, test = facts.int8["dev"], facts.int8["test"]
    best = max(facts.epochs, key=lambda epoch: epoch.dev_f1)
    options = facts.options
    counts = {"train": facts.parts.train, "dev": facts.parts.dev, "test": facts.parts.test}
    occurring = sum(score.gold > 0 for score in test.types.values())
    documents = "\n".join(
        f"| {name} | {len(part)} | {sum(len(document.entities) for document in part)} |"
        for name, part in counts.items()
    )
    return f"""# clinical_bert, version 1

Finds the entities of MACCROBAT's scheme ({facts.labels} types, {occurring} of them in the held-out documents) in English
clinical text.
Input is text, output is spans: `labels.json`, `tokenizer.json` and `1/model.onnx` belong together.

## Made from

| | from | licence |
|---|---|---|
| encoder | {facts.encoder} | Apache-2.0 for all-MiniLM-L6-v2; else the encoder's own |
| annotations | MACCROBAT 2020: clinical case reports (figshare 9764942) | CC BY 4.0 |

| part | documents | entities |
|---|---|---|
{documents}

The parts are whole documents, chosen by a hash of the text. `dev` chose the epoch; `test` chose nothing.

## Figures

Strict: start, end and type must all be right. Nested and overlapping gold entities count, though only one layer can be
found; discontinuous ones count as their covering span.

| micro-F1 | dev | test |
|---|---|---|
| fp32 | {facts.full_dev_f1:.4f} | {facts.full_test_f1:.4f} |
| **int8 (served)** | {dev.micro.f1:.4f} | **{test.micro.f1:.4f}** |

Macro-F1 over the types that occur, int8: dev {dev.macro_f1:.4f}, test {test.macro_f1:.4f}.
Weights: {facts.size_bytes / 1e6:.1f} MB.

int8, test:

{test.table()}

## How

Epoch {best.number} of {len(facts.epochs)} (at most {options.epochs}, patience {options.patience}), seed {options.seed}; AdamW,
rates {options.encoder_rate} (encoder's last layer; times {options.layer_decay} a layer below) and {options.head_rate} (head),
{options.batch_tokens} tokens a step, dropout {facts.dropout}, weights averaged with decay {options.average}.
{facts.made_with}. `training/README.md` has the command.

## Limits

- Trained on published case reports, not on notes as they are typed: shorthand, templates and lists are found less well.
- English only. The encoder ignores case.
- Types with few examples (see the table) are hardly found.
- A score is the mean probability of the words' tags, and not calibrated.
- Says nothing yet on negation, uncertainty, history or whose condition it is, and finds no relations.
- Not a medical device: findings are for research and for warehouses that say where a row came from.
"""
