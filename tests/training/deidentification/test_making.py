"""The one command that makes the tagger: what it writes is what the tagger loads, and it has learnt something."""

from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")

from training.deidentification.__main__ import main
from transforms.deidentify.tagger.tagger import Tagger
from transforms.records import PhiType


def train(corpora: Path, folder: Path) -> Path:
    """What the command makes of few notes, in ``folder``."""
    few = ["--notes", "400", "--epochs", "1", "--teachers", "0", "--weights", "7"]
    assert main(["train", "--corpora", str(corpora), "--output", str(folder), *few]) == 0
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, corpora: Path) -> Path:
    return train(corpora, tmp_path_factory.mktemp("tagger"))


def test_what_is_written_is_what_the_tagger_loads(made):
    tagger = Tagger(made)
    assert tagger.name == "tagger:7"
    reading = tagger.read("Discussed with Dr. Margaret Hutchinson at St. Mary's Hospital in Springfield, Illinois.")
    assert {PhiType.NAME, PhiType.LOCATION} & {span.phi_type for span in reading.spans()}  # 400 notes teach it little


def test_the_same_command_makes_the_same_weights(made, tmp_path, corpora):
    train(corpora, tmp_path)
    assert (tmp_path / "words.txt").read_bytes() == (made / "words.txt").read_bytes()
    assert (tmp_path / "tagger.onnx").read_bytes() == (made / "tagger.onnx").read_bytes()


def test_a_corpus_that_is_not_there_is_told_in_one_line(tmp_path, capsys):
    assert main(["train", "--corpora", str(tmp_path / "none"), "--output", str(tmp_path / "out")]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
