"""A model without trained weights: a folder with all that a model is but its encoder, and a stand-in for that one."""

import inspect
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from model_repo.clinical_bert.clinical_bert import VERSION
from model_repo.clinical_bert.decoding import begin, tags
from model_repo.clinical_bert.heads import (
    ASSERTIONS,
    NOTE_CLASS,
    LabelSet,
    Level,
    Property,
    RelationGroup,
    arguments_output,
    entities_output,
    label_sets_json,
)
from model_repo.clinical_bert.relations import SENTENCES, WORD_STEPS, PairNetwork
from model_repo.clinical_bert.tokens import TextTokenizer
from tests.model_repo import marking
from tests.model_repo.marking import MarkingEngine

INSTALLED = Path(__file__).parents[2] / "model_repo" / "clinical_bert"
TYPES = ("Medication", "Sex", "Sign_symptom")
EFFECTS = RelationGroup(
    "effects", ("CAUSE", "TREAT"), Level.MENTION, reach_entities=4, reach_words=40, needs=frozenset()
)
LABEL_SETS = {
    "clinical": LabelSet(TYPES, (EFFECTS,), ("Radiology", "Discharge summary")),
    "biomedical": LabelSet(("Chemical", "Disease"), (), ()),
}
WORDS = {"insulin": 0, "woman": 1, "fever": 2}  # each one token, by the number of its type
FAILING_WORD = "volcano"
PAIR_WIDTH = 192  # as the trained one has it: the scores of a window are as large as they really are


def write_small_model(folder: Path) -> Path:
    """``labels.json``, ``tokenizer.json`` and a pair network to which each drug is the CAUSE of each sign near it."""
    (folder / str(VERSION)).mkdir(parents=True)
    (folder / "labels.json").write_text(label_sets_json(LABEL_SETS), encoding="utf-8")
    shutil.copy(INSTALLED / "tokenizer.json", folder)
    arrays = {f"{EFFECTS.name}/{name}": array for name, array in vars(_pair_network()).items()}
    np.savez(folder / str(VERSION) / "relations.npz", **arrays)
    return folder


def write_served_model(repository: Path) -> Path:
    """A model repository with the installed code, on the small model and the stand-in for the encoder."""
    folder = write_small_model(repository / "clinical_bert")
    for path in [*INSTALLED.glob("*.py"), INSTALLED / "config.pbtxt"]:
        shutil.copy(path, folder)
    shutil.copy(INSTALLED / str(VERSION) / "model.py", folder / str(VERSION))
    arguments = _arguments(TextTokenizer(folder / "tokenizer.json"))
    with (folder / "engine.py").open("a") as engine:
        engine.write(inspect.getsource(marking))
        engine.write(f"\n\ndef open_engine(*_):\n    return MarkingEngine(*{arguments!r})\n")
    return repository


def marking_engine(tokenizer: TextTokenizer, batch_tokens: int = 1) -> MarkingEngine:
    """The stand-in that finds ``WORDS`` and fails at ``FAILING_WORD``."""
    return MarkingEngine(*_arguments(tokenizer), batch_tokens)


def _arguments(tokenizer: TextTokenizer) -> tuple[Mapping[str, int], Mapping[int, int], frozenset[int]]:
    widths = {
        **{entities_output(name): len(tags(labels.entities)) for name, labels in LABEL_SETS.items()},
        ASSERTIONS: len(Property),
        arguments_output(EFFECTS.name): 2 * PAIR_WIDTH,
        NOTE_CLASS: len(LABEL_SETS["clinical"].classes),
    }
    marked = {_token(tokenizer, word): begin(number) for word, number in WORDS.items()}
    return widths, marked, frozenset({_token(tokenizer, FAILING_WORD)})


def _token(tokenizer: TextTokenizer, word: str) -> int:
    (token,) = tokenizer.tokens(word).ids.tolist()
    return int(token)


def _pair_network() -> PairNetwork:
    types = len(TYPES)
    possible = np.zeros((types, types), dtype=np.bool_)
    possible[TYPES.index("Medication"), TYPES.index("Sign_symptom")] = True
    prior = np.zeros((types, types, 1 + len(EFFECTS.types)), dtype=np.float32)
    prior[..., 1] = 3.0
    return PairNetwork(
        possible=possible,
        head_type=np.zeros((types, PAIR_WIDTH), dtype=np.float32),
        tail_type=np.zeros((types, PAIR_WIDTH), dtype=np.float32),
        apart=np.zeros((2 * EFFECTS.reach_entities + 1, PAIR_WIDTH), dtype=np.float32),
        words=np.zeros((2 * len(WORD_STEPS), PAIR_WIDTH), dtype=np.float32),
        sentences=np.zeros((1 + SENTENCES, PAIR_WIDTH), dtype=np.float32),
        output=np.zeros((PAIR_WIDTH, 1 + len(EFFECTS.types)), dtype=np.float32),
        prior=prior,
    )
