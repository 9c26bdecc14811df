"""Training's tests use the tokenizer that stands with the weights."""

from pathlib import Path

import pytest

from model_repo.clinical_bert.tokens import TextTokenizer

MODEL = Path(__file__).parents[2] / "model_repo" / "clinical_bert"


@pytest.fixture(scope="session")
def tokenizer() -> TextTokenizer:
    return TextTokenizer(MODEL / "tokenizer.json")
