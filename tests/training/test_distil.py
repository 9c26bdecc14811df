"""Teachers draw a network to what they say on the whole, and padding says nothing."""

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from model_repo.clinical_bert.heads import LabelSet, entities_output  # noqa: E402
from training.distil import imitation  # noqa: E402
from training.network import MultiTask  # noqa: E402

LABEL_SETS = {
    "clinical": LabelSet(("Sex", "Age"), (), ("letter", "radiology_report")),
    "biomedical": LabelSet(("Disease",), (), ()),
}
IDS = torch.tensor([[1, 5, 9, 2], [1, 7, 2, 0]])
MASK = torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]])


def _network(seed: int) -> MultiTask:
    torch.manual_seed(seed)
    config = transformers.BertConfig(
        vocab_size=50, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    encoder = transformers.BertModel(config, add_pooling_layer=False)
    return MultiTask(encoder, 16, LABEL_SETS, {}, 0.1).eval()


def _distance(network: MultiTask, teachers: list[MultiTask], ids: torch.Tensor = IDS) -> torch.Tensor:
    return imitation(network, teachers, ids, MASK, network.hidden(ids, MASK))


def test_a_network_learns_to_say_what_its_teachers_say_on_the_whole() -> None:
    teachers, learner = [_network(1), _network(2)], _network(3)
    before = [_distance(learner, [teacher]).item() for teacher in teachers]
    stood = [parameter.clone() for teacher in teachers for parameter in teacher.parameters()]
    optimizer = torch.optim.AdamW(learner.parameters(), lr=0.01)
    for _ in range(150):
        _distance(learner, teachers).backward()
        optimizer.step()
        optimizer.zero_grad()

    output = entities_output("clinical")
    likely = [teacher.scores(output, teacher.hidden(IDS, MASK), MASK).softmax(-1) for teacher in teachers]
    own = learner.scores(output, learner.hidden(IDS, MASK), MASK).softmax(-1)
    seen = MASK.bool()
    torch.testing.assert_close(own[seen], ((likely[0] + likely[1]) / 2)[seen], atol=0.02, rtol=0)
    assert all(_distance(learner, [teacher]).item() < was for teacher, was in zip(teachers, before, strict=True))
    after = [parameter for teacher in teachers for parameter in teacher.parameters()]
    assert all(torch.equal(parameter, was) for parameter, was in zip(after, stood, strict=True))


def test_what_stands_in_padding_changes_nothing() -> None:
    teachers, learner = [_network(1)], _network(3)
    padded = IDS.clone()
    padded[1, 3] = 40

    torch.testing.assert_close(_distance(learner, teachers, padded), _distance(learner, teachers))
