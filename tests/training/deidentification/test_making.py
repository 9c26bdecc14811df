"""The one command that makes the tagger: what it writes is what the tagger loads, and it has learnt something."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from training.deidentification import notes, weights  # noqa: E402
from training.deidentification.__main__ import main  # noqa: E402
from training.deidentification.examples import UNSURE, example  # noqa: E402
from transforms.deidentify.tagger.tagger import Tagger  # noqa: E402
from transforms.deidentify.tagger.words import WordReader  # noqa: E402
from transforms.records import PhiType  # noqa: E402


def train(corpora: Path, folder: Path, *more: str) -> Path:
    """What the command makes of few notes, in ``folder``."""
    few = ["--notes", "400", "--epochs", "1", "--teachers", "0", "--weights", "7"]
    assert main(["train", "--corpora", str(corpora), "--output", str(folder), *few, *more]) == 0
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


def test_what_is_written_can_learn_further(made, tmp_path, corpora):
    further = train(corpora, tmp_path, "--start", str(made), "--notes", "200")

    assert (further / "words.txt").read_bytes() == (made / "words.txt").read_bytes()
    before, behind = (_likelihood(corpora, folder) for folder in (made, further))
    assert behind > before


def _likelihood(corpora: Path, folder: Path) -> float:
    """Of the tags of ACI-BENCH, which the network in ``folder`` is to learn: the mean of their logarithms."""
    reader = WordReader(weights.read_words(folder))
    learnt = [example(note, reader) for note in notes.read_aci_bench(corpora)]
    network = weights.read(folder).eval()
    with torch.no_grad():
        scores = torch.cat([network(torch.from_numpy(each.features[None]).long())[0] for each in learnt])
    tags = torch.cat([torch.from_numpy(each.tags).long() for each in learnt])
    return -float(torch.nn.functional.cross_entropy(scores, tags, ignore_index=UNSURE))


def test_a_network_is_read_as_it_was_written(made):
    network, tagger = weights.read(made).eval(), Tagger(made)
    words = WordReader(weights.read_words(made)).read("Seen with Margaret Hutchinson at Mercy Hospital in Springfield.")
    with torch.no_grad():
        found = torch.softmax(network(torch.from_numpy(words.features[None]).long())[0], dim=1)
    assert found.sub(torch.from_numpy(tagger.probabilities(words))).abs().max() < 0.05


def test_a_corpus_that_is_not_there_is_told_in_one_line(tmp_path, capsys):
    assert main(["train", "--corpora", str(tmp_path / "none"), "--output", str(tmp_path / "out")]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
