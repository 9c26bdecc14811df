"""A small network that learns from a large one: also what no gold says."""

from pathlib import Path
from random import Random

import pytest

torch = pytest.importorskip("torch")

from training.deidentification import notes  # noqa: E402
from training.deidentification.examples import UNSURE, Example, example, vocabulary  # noqa: E402
from training.deidentification.network import SERVED, TEACHER, Network  # noqa: E402
from training.deidentification.notes import LabelledNote, NoteMaker  # noqa: E402
from training.deidentification.train import TrainOptions, fit, padded, teach  # noqa: E402
from training.deidentification.values import Part, load_values  # noqa: E402
from transforms.deidentify.tagger.words import WordReader  # noqa: E402

CPU = torch.device("cpu")
FEW = TrainOptions(epochs=16, seed=1, words=1_000)


@pytest.fixture(scope="module")
def labelled(corpora: Path) -> list[LabelledNote]:
    texts = [path.read_text(errors="ignore") for path in sorted((corpora / "notes_mtsamples").glob("*.txt"))[:20]]
    maker = NoteMaker(load_values(corpora, Part.TRAIN), notes.load_templates(Part.TRAIN), texts, Random(1))
    return [maker.note(longest=100, sentences=2) for _ in range(60)]


@pytest.fixture(scope="module")
def examples(labelled: list[LabelledNote]) -> list[Example]:
    reader = WordReader(vocabulary(labelled))
    return [example(note, reader) for note in labelled]


def _probabilities(network, examples):
    features, tags, present = padded(examples)
    with torch.no_grad():
        return torch.softmax(network(features, present), dim=2), tags, present.squeeze(2) > 0


def test_one_teacher_and_gold_teach_the_network_that_is_served(labelled, examples):
    network = teach(examples, len(vocabulary(labelled)), FEW, teachers=1, device=CPU)

    probabilities, tags, _ = _probabilities(network, examples)
    identifying = tags > 0
    assert network.shape == SERVED
    assert (1 - probabilities[..., 0])[identifying].mean() > 0.5
    assert (1 - probabilities[..., 0])[tags == 0].mean() < 0.2


def test_where_gold_is_silent_the_teacher_is_heard(labelled, examples):
    words = len(vocabulary(labelled))
    teacher = fit(Network(words, TEACHER), examples, FEW, CPU)
    silent = [Example(each.features, each.tags.copy()) for each in examples]
    for each in silent:
        each.tags[each.tags > 0] = UNSURE  # no identifier is shown

    alone, taught = (fit(Network(words, SERVED), silent, FEW, CPU, teachers) for teachers in ((), (teacher,)))

    identifying = padded(examples)[1] > 0
    by_gold, by_teacher = (
        float((1 - _probabilities(network, examples)[0][..., 0])[identifying].mean()) for network in (alone, taught)
    )
    assert by_gold < 0.2
    assert by_teacher > 0.5
