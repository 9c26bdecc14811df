"""Thresholds stand where most is found end to end, and the encoder reads each window once to find out where."""

from collections.abc import Callable

import numpy as np
import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from model_repo.clinical_bert.decoding import OUTSIDE  # noqa: E402
from model_repo.clinical_bert.engine import Engine  # noqa: E402
from model_repo.clinical_bert.heads import LabelSet, Level, RelationGroup, entities_output  # noqa: E402
from training.curriculum import BIOMEDICAL, CHEMICAL_DISEASE, CLINICAL, DRUG_EVENTS  # noqa: E402
from training.measure import Headline  # noqa: E402
from training.network import MultiTask, NetworkEngine  # noqa: E402
from training.thresholds import fit_thresholds  # noqa: E402


@pytest.fixture
def network() -> MultiTask:
    torch.manual_seed(3)
    config = transformers.BertConfig(
        vocab_size=50, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    groups = {
        name: RelationGroup(name, ("R",), Level.MENTION, 4, 40, frozenset())
        for name in (CLINICAL, DRUG_EVENTS, CHEMICAL_DISEASE)
    }
    label_sets = {
        CLINICAL: LabelSet(("Sex",), (groups[CLINICAL], groups[DRUG_EVENTS]), ("letter",)),
        BIOMEDICAL: LabelSet(("Disease",), (groups[CHEMICAL_DISEASE],), ()),
    }
    encoder = transformers.BertModel(config, add_pooling_layer=False)
    return MultiTask(encoder, 16, label_sets, {name: np.ones((1, 1), dtype=bool) for name in groups}, 0.1).eval()


def _places(network: MultiTask) -> dict[Headline, Callable[[], float]]:
    return {
        Headline.ENTITIES: lambda: network.heads[entities_output(CLINICAL)].bias[OUTSIDE].item(),
        Headline.CHEMICALS_AND_DISEASES: lambda: network.heads[entities_output(BIOMEDICAL)].bias[OUTSIDE].item(),
        Headline.RELATIONS: lambda: network.pairs[CLINICAL].prior[0, 0, 0].item(),
        Headline.DRUG_EVENTS: lambda: network.pairs[DRUG_EVENTS].prior[0, 0, 0].item(),
        Headline.CHEMICAL_INDUCED_DISEASE: lambda: network.pairs[CHEMICAL_DISEASE].prior[0, 0, 0].item(),
    }


def test_each_threshold_moves_to_its_best_place_and_stays_where_all_are_alike(network: MultiTask) -> None:
    places = _places(network)
    stood = {task: place() for task, place in places.items()}
    best = {Headline.ENTITIES: 0.75, Headline.RELATIONS: -1.25, Headline.DRUG_EVENTS: 9.0}

    def f1(engine: Engine, task: Headline) -> float:
        return 1.0 - abs(places[task]() - stood[task] - best[task]) / 10 if task in best else 0.5

    fit_thresholds(network, f1)

    moved = {task: round(place() - stood[task], 5) for task, place in places.items()}
    assert moved == {
        Headline.ENTITIES: 0.75,
        Headline.CHEMICALS_AND_DISEASES: 0.0,
        Headline.RELATIONS: -1.25,
        Headline.DRUG_EVENTS: 1.5,  # the furthest that is tried
        Headline.CHEMICAL_INDUCED_DISEASE: 0.0,
    }


def test_windows_of_a_batch_are_read_as_if_each_were_alone(network: MultiTask) -> None:
    engine, outputs = NetworkEngine(network), list(network.heads)
    windows = [np.arange(1, length) for length in (5, 40, 17)]

    together = engine.run(windows, outputs)

    for window, found in zip(windows, together, strict=True):
        (alone,) = engine.run([window], outputs)
        for name in outputs:
            assert found[name].shape == alone[name].shape
            np.testing.assert_allclose(found[name], alone[name], atol=1e-5)


def test_the_engine_says_what_the_network_says_with_its_present_heads(network: MultiTask) -> None:
    windows = [np.array([1, 5, 9, 2]), np.array([1, 7, 2])]
    outputs = [entities_output(CLINICAL), entities_output(BIOMEDICAL)]
    passes: list[int] = []
    network.encoder.register_forward_hook(lambda *_: passes.append(1))

    def f1(engine: Engine, task: Headline) -> float:
        before = len(passes)
        found = engine.run(windows, outputs)
        of_engine.append(len(passes) - before)
        for one, other in zip(found, NetworkEngine(network).run(windows, outputs), strict=True):
            for name in outputs:
                np.testing.assert_allclose(one[name], other[name], atol=1e-6)
        return 0.5

    of_engine: list[int] = []
    fit_thresholds(network, f1)
    assert (of_engine[0], sum(of_engine)) == (1, 1)  # both windows at once
