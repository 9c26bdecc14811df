"""A real Triton on the real ``model.py``, with a stand-in for the weights that does what a note's text tells it to."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from model_repo.clinical_bert.clinical_bert import VERSION
from transforms.extract.client import ClientOptions
from transforms.extract.contract import MODEL, Labels
from transforms.extract.repository import installed_repository
from transforms.extract.server import RunningServer, start_server

STAND_IN = """
import os, re, time

class ClinicalBert:
    label_sets = {"clinical": None, "biomedical": None}

    def __init__(self, directory, device, meter):
        assert device == "cpu"

    def find(self, texts, labels):
        return [self._one(text) for text in texts]

    def _one(self, text):
        if "SLEEP" in text:
            time.sleep(1)
        if "FAIL" in text:
            return ValueError(text)
        if "EXIT" in text:
            os._exit(3)
        entities = [
            {"start": m.start(), "end": m.end(), "type": "Sign_symptom", "score": 0.5, "negated": False,
             "uncertain": False, "historical": False, "hypothetical": False, "experiencer": "patient"}
            for m in re.finditer("cough|fièvre|\\U0001F912", text)
        ]
        if "BEYOND" in text:
            entities[0]["end"] = len(text) + 1
        return {"entities": entities, "relations": [], "classes": [], "model": "clinical_bert:5"}
"""


@pytest.fixture(scope="session", name="repository")
def stand_in_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed configuration and ``model.py`` around the stand-in."""
    root = tmp_path_factory.mktemp("model_repo")
    model = root / MODEL
    (model / str(VERSION)).mkdir(parents=True)
    installed = installed_repository() / MODEL
    for path in [installed / "config.pbtxt", *installed.glob("*.py")]:
        shutil.copy(path, model)
    shutil.copy(installed / str(VERSION) / "model.py", model / str(VERSION))
    (model / "clinical_bert.py").write_text(STAND_IN)
    return root


@pytest.fixture(scope="session", name="server")
def shared_server(repository: Path) -> Iterator[RunningServer]:
    with start_server(repository, instances=2) as running:
        yield running


@pytest.fixture(name="own_server")
def new_server(repository: Path) -> Iterator[RunningServer]:
    """One that a test may kill or stop."""
    with start_server(repository, instances=2) as running:
        yield running


@pytest.fixture(name="options")
def shared_server_options(server: RunningServer) -> ClientOptions:
    return ClientOptions(server.endpoint, Labels.CLINICAL)
