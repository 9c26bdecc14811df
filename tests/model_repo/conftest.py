"""The model as it is served: the weights, labels and tokenizer that stand in the repository."""

from pathlib import Path

import pytest

from model_repo.clinical_bert.clinical_bert import ClinicalBert
from model_repo.clinical_bert.tokens import TextTokenizer

MODEL = Path(__file__).parents[2] / "model_repo" / "clinical_bert"


@pytest.fixture(scope="session")
def tokenizer() -> TextTokenizer:
    return TextTokenizer(MODEL / "tokenizer.json")


@pytest.fixture(scope="session")
def bert() -> ClinicalBert:
    return ClinicalBert(MODEL)
