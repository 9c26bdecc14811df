"""What a model can find, as its repository says."""

import json
from pathlib import Path

import pytest

from transforms.errors import ChartstreamError
from transforms.extract.contract import MODEL, Labels
from transforms.extract.repository import LabelSet, installed_repository, label_set


def test_the_installed_model_tells_its_types() -> None:
    assert {"Sign_symptom", "Medication"} <= label_set(installed_repository(), Labels.CLINICAL).entities


def test_labels_that_a_model_does_not_have_are_refused(tmp_path: Path) -> None:
    (tmp_path / MODEL).mkdir()
    biomedical = {"entities": ["Chemical", "Disease"], "relations": ["CID"], "classes": []}
    (tmp_path / MODEL / "labels.json").write_text(json.dumps({"biomedical": biomedical}))

    assert label_set(tmp_path, Labels.BIOMEDICAL) == LabelSet(
        frozenset({"Chemical", "Disease"}), frozenset({"CID"}), frozenset()
    )
    with pytest.raises(ChartstreamError, match="the model has no labels clinical: it has biomedical"):
        label_set(tmp_path, Labels.CLINICAL)
