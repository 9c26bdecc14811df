"""A new output for each test, copied from one that was made once: making seven tables takes most of a second."""

import shutil
from pathlib import Path

import pytest

from tests.write.units import new_output
from transforms.write.output import Output


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_output(tmp_path_factory.mktemp("blank") / "out").root


@pytest.fixture
def output(blank: Path, tmp_path: Path) -> Output:
    return Output(Path(shutil.copytree(blank, tmp_path / "out")))
