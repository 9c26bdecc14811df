"""What a batch costs: of what nobody judged nothing is learnt, and a relation of concepts is judged by its best pair."""

import random
from types import SimpleNamespace

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from model_repo.clinical_bert.decoding import begin  # noqa: E402
from model_repo.clinical_bert.heads import LabelSet, Level, RelationGroup  # noqa: E402
from model_repo.clinical_bert.relations import Mentions as ServedMentions  # noqa: E402
from model_repo.clinical_bert.relations import (  # noqa: E402
    apart_bucket,
    candidates,
    sentences_bucket,
    words_bucket,
)
from model_repo.clinical_bert.tokens import TextTokenizer  # noqa: E402
from training.calibrate import best_threshold, temperature  # noqa: E402
from training.features import Features, Teaching  # noqa: E402
from training.losses import Mentions, merged, pair_logits, tag_loss  # noqa: E402
from training.network import PAIR_WIDTH, PairHead  # noqa: E402
from transforms.extract.evaluation.document import ConceptRelation, Document, Entity  # noqa: E402

GROUP = RelationGroup("induced", ("CID",), Level.CONCEPT, 8, 200, frozenset())
LABELS = LabelSet(("Chemical", "Disease"), (GROUP,), ())
POSSIBLE = np.array([[False, True], [False, False]])


def test_a_word_left_unmarked_may_be_what_the_corpus_does_not_judge() -> None:
    unjudged = [begin(0), begin(0) + 1]
    outside = torch.tensor([0])
    like_a_chemical = torch.tensor([[0.0, 9.0, 0.0, 0.0, 0.0]])
    like_a_disease = torch.tensor([[0.0, 0.0, 0.0, 9.0, 0.0]])

    assert tag_loss(like_a_chemical, outside, unjudged).item() < 0.01
    assert tag_loss(like_a_chemical, outside, []).item() > 8.0
    assert tag_loss(like_a_disease, outside, unjudged).item() > 7.0
    probabilities = merged(torch.randn(7, 5), unjudged).softmax(dim=1)
    assert torch.allclose(probabilities[:, unjudged], torch.zeros(7, 2))


def test_pairs_are_scored_as_they_are_served() -> None:
    torch.manual_seed(1)
    head = PairHead(GROUP, POSSIBLE)
    torch.nn.init.normal_(head.prior)
    types, word = np.array([0, 1, 1, 0, 1]), np.array([3, 9, 10, 40, 90])
    sentence = np.array([0, 0, 0, 2, 5])
    arguments = torch.randn(5, 2 * PAIR_WIDTH)
    pairs = candidates(types, word, POSSIBLE, GROUP.reach_entities, GROUP.reach_words)

    rows = (apart_bucket(pairs, GROUP.reach_entities), words_bucket(word, pairs), sentences_bucket(sentence, pairs))
    logits = head(arguments, *(torch.from_numpy(array) for array in (types, pairs.head, pairs.tail, *rows)))

    served = head.network().probabilities(ServedMentions(types, word, sentence, arguments.numpy()), pairs)

    np.testing.assert_allclose(served, logits.softmax(dim=1).detach().numpy(), atol=1e-5)


def test_the_best_pair_of_mentions_speaks_for_the_concepts(tokenizer: TextTokenizer) -> None:
    text = "Aspirin and ulcers. Aspirin, then more ulcers, or fever."
    places = [(0, 7, "Chemical", "D1"), (12, 18, "Disease", "D2"), (20, 27, "Chemical", "D1")]
    places += [(39, 45, "Disease", "D2"), (50, 55, "Disease", "D3")]
    document = Document(
        "a",
        text,
        tuple(Entity(*place[:3]) for place in places),
        concepts=tuple(place[3] for place in places),
        concept_relations=(ConceptRelation("D1", "D2", "CID"),),
    )
    features = Features(Teaching("biomedical", frozenset(LABELS.entities), GROUP.name), LABELS, tokenizer, POSSIBLE)
    (example,) = (
        one for one in features.examples(features.prepared(document), random.Random(1)) if one.pairs is not None
    )
    mentions = Mentions.of([example], len(example.ids), torch.device("cpu"))

    def sum_of_numbers(arguments, types, head, tail, *rows):  # type: ignore[no-untyped-def]
        return torch.stack((head * 0.0, head + tail * 1.0), 1)

    logits, relation = pair_logits(
        SimpleNamespace(pairs={GROUP.name: sum_of_numbers}), features, torch.zeros(5, 4), mentions
    )  # type: ignore[arg-type]

    assert relation.tolist() == [1, 0]
    # D1 and D2: the mentions 2 and 3 are the best pair; D1 and D3: 2 and 4.
    assert logits.tolist() == [[0.0, 5.0], [0.0, 6.0]]


def test_the_temperature_of_scores_that_are_too_sure_is_found() -> None:
    rng = np.random.default_rng(1)
    right = rng.normal(size=(4000, 4))
    probabilities = np.exp(right) / np.exp(right).sum(axis=1, keepdims=True)
    target = np.array([rng.choice(4, p=row) for row in probabilities])

    assert temperature(right * 2.5, target) == pytest.approx(2.5, rel=0.1)


def test_the_threshold_is_the_best_one_and_stays_where_it_does_not_matter() -> None:
    logits = np.array([-2.0, -1.5, -0.9, -0.8, 0.5, 2.0])

    assert -1.5 <= best_threshold(logits, logits > -1.2) < -0.9
    assert best_threshold(logits, logits > 0) == 0.0


def test_mentions_are_the_mean_of_their_words(tokenizer: TextTokenizer) -> None:
    features = Features(Teaching("biomedical", frozenset(LABELS.entities)), LABELS, tokenizer)
    document = Document("a", "Lung cancer, gout.", (Entity(0, 11, "Disease"), Entity(13, 17, "Disease")))
    (example,) = features.examples(features.prepared(document), random.Random(1))
    twice = Mentions.of([example, example], len(example.ids), torch.device("cpu"))
    scores = torch.arange(2.0 * len(example.ids)).reshape(2, -1, 1)

    gout = int(example.member_token[example.member_mention == 1][0])
    width = len(example.ids)
    assert twice.mean(scores).flatten().tolist() == [1.5, gout, width + 1.5, width + gout]
