"""The model card: what the weights were made from, what they reach, and what they are not for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from model_repo.clinical_bert.clinical_bert import VERSION
from training.curriculum import Curriculum
from training.export import Exported
from training.measure import Measured, f1
from training.pretrain import PretrainOptions
from training.splits import Part
from training.train import Epoch, TrainOptions, best_epoch
from transforms.extract.evaluation import figures

_LICENCES = {
    "maccrobat": ("MACCROBAT 2020: clinical case reports (figshare 9764942)", "CC BY 4.0"),
    "bc5cdr": ("BC5CDR, training and development sets (BioCreative V)", "public domain (NCBI notice)"),
    "ncbi_disease": ("NCBI disease corpus", "public domain (NCBI notice)"),
    "phee": ("PHEE: drug events", "MIT"),
    "negex": ("NegEx sentences", "Apache-2.0"),
    "chia": ("CHIA: eligibility criteria of trials", "CC BY 4.0"),
    "silver": ("passages of notes and vaccine reports, assertions by rules", "Apache-2.0; public domain"),
    "mtsamples": ("transcribed notes, by their kinds", "Apache-2.0"),
}


@dataclass(frozen=True)
class Facts:
    """What one training came to.

    Attributes:
        dev, test: what the fp32 and the int8 model reach.
        seeds: what each of the teachers, trained alike from other seeds, reaches on test.
    """

    encoder: str
    course: Curriculum
    pretraining: PretrainOptions
    options: TrainOptions
    dropout: float
    epochs: Sequence[Epoch]
    dev: Exported
    test: Mapping[str, Measured]
    baselines: Mapping[str, float]
    seeds: Sequence[Mapping[str, float]]
    size_bytes: int
    made_with: str


def headline_table(dev: Exported, test: Mapping[str, Measured], baselines: Mapping[str, float]) -> str:
    """One line a task: F1 on dev and on test, of both models, and of a baseline where there is one."""
    full, int8 = test["fp32"].scores(), test["int8"].scores()
    lines = ["| task | dev fp32 | dev int8 | test fp32 | **test int8** | baseline, test |", "|---|---|---|---|---|---|"]
    for name in full:
        cells = (f1(dev.full.get(name)), f1(dev.int8.get(name)), full[name], int8[name])
        baseline = f"{baselines[name]:.4f}" if name in baselines else "–"
        lines.append(f"| {name} | {' | '.join(f'{cell:.4f}' for cell in cells)} | {baseline} |")
    return "\n".join(lines)


def model_card(facts: Facts) -> str:
    """The card, as Markdown."""
    best = best_epoch(facts.epochs)
    options, course = facts.options, facts.course
    corpora = "\n".join(
        f"| {' | '.join(_LICENCES[corpus.name])} | {' | '.join(str(len(corpus.parts.of(part))) for part in Part)} |"
        for corpus in course.corpora
    )
    of = facts.test["int8"].corpora
    return f"""# clinical_bert, version {VERSION}

One encoder reads English clinical text once, and heads on it find entities, what is said of them (negated, uncertain, historical,
hypothetical, of somebody else), relations between them, drug events, and the class of the note; a second label set finds
chemicals, diseases, and which chemical induces which disease. `labels.json`, `tokenizer.json` and `{VERSION}/` belong together.

## Made from

Encoder: {facts.encoder} (Apache-2.0 for all-MiniLM-L6-v2; else the encoder's own), {_pretrained(facts.pretraining)}.

| annotations | licence | train | dev | test |
|---|---|---|---|---|
{corpora}

The parts are whole documents (of PHEE: articles), chosen by a hash of the text. `dev` chose the epoch and calibrated the scores;
`test` chose nothing.

## Figures

F1. Entities and relations are strict (start, end and type, of both arguments too); drug events need overlapping arguments;
negated and historical are of NegEx concepts that a found entity overlaps ({_reached(of["negex"])} of them); the note's class is
its accuracy. Nested and overlapping gold entities count, though only one layer can be found; discontinuous ones count as their
covering span. Baselines: each entity that the model found related to the nearest one of a type, where in training that was
mostly right; and of the note's class TF-IDF of words with logistic regression.

{headline_table(facts.dev, facts.test, facts.baselines)}

{_seeds(facts.seeds)}Weights: {facts.size_bytes / 1e6:.1f} MB in int8; {facts.dev.kept} in fp32.

int8, test:

{_table("MACCROBAT entities", of["maccrobat"].entities.exact)}

{_table("MACCROBAT relations", _exact(of["maccrobat"].relations))}

{_table("BC5CDR entities", of["bc5cdr"].entities.exact)}

{_table("BC5CDR chemical-induced disease", _exact(of["bc5cdr"].concept_relations))}

{_table("PHEE drug events, overlapping arguments", _overlap(of["phee"].relations))}

{_table("note classes", of["mtsamples"].note_classes)}

## How

Epoch {best.number} of {len(facts.epochs)} (at most {options.epochs}, patience {options.patience}), seed {options.seed}; AdamW,
rates {options.encoder_rate} (encoder's last layer; times {options.layer_decay} a layer below) and {options.head_rate} (heads),
{options.batch_tokens} tokens a step, {len(facts.seeds) or "no"} teachers, dropout {facts.dropout}, weights averaged with decay
{options.average}.
{facts.made_with}. `training/README.md` has the command.

## Limits

- Trained on published case reports, abstracts and transcribed notes, not on notes as they are typed: shorthand, templates and
  lists are found less well.
- English only. The encoder ignores case where its tokenizer does.
- Types with few examples (see the tables) are hardly found.
- MACCROBAT's OVERLAP is annotated as sets and not as relations, and is not learnt.
- Not a medical device: findings are for research and for warehouses that say where a row came from.
"""


def _seeds(seeds: Sequence[Mapping[str, float]]) -> str:
    if not seeds:
        return ""
    lines = [
        f"{len(seeds)} trainings from different seeds, without teachers; not calibrated; test, fp32. How far such figures lie",
        "apart is chance:",
        "",
        "| task | lowest | mean | highest |",
        "|---|---|---|---|",
    ]
    for name in seeds[0]:
        values = [scores[name] for scores in seeds]
        cells = (min(values), fmean(values), max(values))
        lines.append(f"| {name} | {' | '.join(f'{cell:.4f}' for cell in cells)} |")
    return "\n".join([*lines, "", ""])


def _pretrained(options: PretrainOptions) -> str:
    if not options.tokens:
        return "not pre-trained on medical text"
    return f"pre-trained on {options.tokens / 1e6:.1f} million tokens of medical text (masked words)"


def _reached(measured: figures.Measured) -> str:
    negated = measured.assertions.get("negated")
    return f"{negated.reached / negated.judged:.0%}" if negated else "none"


def _exact(compared: figures.Compared | None) -> figures.Figures | None:
    return compared.exact if compared else None


def _overlap(compared: figures.Compared | None) -> figures.Figures | None:
    return compared.overlap if compared else None


def _table(title: str, of: figures.Figures | None) -> str:
    if of is None:
        return f"{title}: none in the gold."
    lines = [f"| {title} | gold | precision | recall | F1 | 95 % |", "|---|---|---|---|---|---|"]
    for name, figure in (*of.types.items(), ("**all**", of.all)):
        cells = (_share(figure.precision), _share(figure.recall), _share(figure.f1))
        between = f"{_share(figure.low)}–{_share(figure.high)}"
        lines.append(f"| {name} | {figure.gold} | {' | '.join(cells)} | {between} |")
    return "\n".join(lines)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
