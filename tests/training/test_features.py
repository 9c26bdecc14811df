"""Targets say what the annotation says: decoded again they give the same entities and relations."""

import random

import numpy as np
import pytest

from model_repo.clinical_bert import decoding
from model_repo.clinical_bert.heads import LabelSet, Level, RelationGroup
from model_repo.clinical_bert.tokens import TextTokenizer
from training.features import IGNORED, Features, Teaching, batches, entity_types, flat, possible_pairs
from transforms.extract.evaluation.document import (
    Assertion,
    ConceptRelation,
    Document,
    Entity,
    Experiencer,
    Relation,
)

TEXT = "A 34-yr-old man had severe chest pain 💔 after a café visit.\nBlood pressure was 120/80 mmHg.\n" * 12
LINE = len(TEXT) // 12
NEAR = RelationGroup("clinical", ("MODIFY",), Level.MENTION, 6, 60, frozenset())


def _document() -> Document:
    entities, relations = [], []
    for line in range(12):
        at = line * LINE
        for word, entity_type in (
            ("34-yr-old", "Age"),
            ("man", "Sex"),
            ("severe", "Severity"),
            ("chest pain", "Sign_symptom"),
            ("café visit", "Activity"),
            ("Blood pressure", "Diagnostic_procedure"),
            ("120/80 mmHg", "Lab_value"),
        ):
            start = TEXT.index(word, at)
            entities.append(Entity(start, start + len(word), entity_type))
        relations.append(Relation(7 * line + 2, 7 * line + 3, "MODIFY"))
        relations.append(Relation(7 * line + 6, 7 * line + 5, "MODIFY"))
    assertions = tuple(Assertion(negated=number % 7 == 3) for number in range(len(entities)))
    return Document("a", TEXT, tuple(entities), tuple(relations), assertions)


@pytest.fixture
def features(tokenizer: TextTokenizer) -> Features:
    document = _document()
    types = entity_types([document])
    labels = LabelSet(types, (NEAR,), ("letter", "report"))
    possible = possible_pairs([document], types, NEAR.types)
    return Features(Teaching("clinical", frozenset(types), "clinical"), labels, tokenizer, possible)


def test_tags_decode_to_the_entities_that_were_tagged(features: Features) -> None:
    document = _document()
    types = entity_types([document])
    prepared = features.prepared(document)
    first = prepared.words.token
    scores = np.full((len(first), len(decoding.tags(types))), -9.0, dtype=np.float32)
    scores[np.arange(len(first)), prepared.tags[first]] = 9.0

    found = decoding.spans(TEXT, scores, prepared.words.start, prepared.words.end)

    assert [(span.start, span.end, types[span.type]) for span in found] == [
        (entity.start, entity.end, entity.type) for entity in document.entities
    ]


def test_only_the_first_token_of_a_word_has_a_tag(tokenizer: TextTokenizer) -> None:
    features = Features(Teaching("clinical", frozenset("X")), LabelSet(("X",), (), ()), tokenizer)
    prepared = features.prepared(Document("a", "pneumoperitoneum", (Entity(0, 16, "X"),)))

    assert len(prepared.tokens) > 1
    assert prepared.tags.tolist() == [decoding.begin(0), *[IGNORED] * (len(prepared.tokens) - 1)]


def test_of_overlapping_entities_the_inner_ones_stay() -> None:
    outer, inner, other = Entity(0, 30, "History"), Entity(5, 10, "Disease_disorder"), Entity(12, 20, "Medication")

    assert flat([outer, inner, other]) == [1, 2]


def test_an_epoch_shows_each_token_once_and_another_epoch_other_windows(features: Features) -> None:
    prepared = features.prepared(_document())
    seen = []
    for seed in (1, 2):
        windows = list(features.examples(prepared, random.Random(seed)))
        inner = np.concatenate([window.ids[1:-1] for window in windows])
        assert inner.tolist() == prepared.tokens.ids.tolist()
        assert np.concatenate([window.tags[1:-1] for window in windows]).tolist() == prepared.tags.tolist()
        assert max(len(window.ids) for window in windows) <= 256
        assert all(window.tags[0] == window.tags[-1] == IGNORED for window in windows)
        seen.append([len(window.ids) for window in windows])
    assert seen[0] != seen[1]


def test_relations_and_assertions_stay_with_their_entities_in_every_window(features: Features) -> None:
    prepared = features.prepared(_document())
    related = mentions = 0
    for window in features.examples(prepared, random.Random(1)):
        assert window.pairs is not None
        mentions += len(window.types)
        # In this text a sign is negated, and nothing else is.
        sign = features.columns["Sign_symptom"]
        assert (window.assertions[:, 0] == (window.types == sign)).all()
        assert np.isnan(window.assertions[:, 1:]).all()
        for at in np.flatnonzero(window.pairs.relation):
            head, tail = (window.types[side[at]] for side in (window.pairs.head, window.pairs.tail))
            assert (features.types[head], features.types[tail]) in {
                ("Severity", "Sign_symptom"),
                ("Lab_value", "Diagnostic_procedure"),
            }
            related += 1
    assert related == 24  # no window of this text parts a pair
    assert mentions == 84


def test_relations_of_concepts_hold_for_all_their_mentions(tokenizer: TextTokenizer) -> None:
    text = "Aspirin may cause ulcers. The ulcer healed without aspirin; fever did not."
    marked = [("Aspirin", "Chemical", "D1"), ("ulcers", "Disease", "D2"), ("ulcer ", "Disease", "D2|D9")]
    marked += [("aspirin", "Chemical", "D1"), ("fever", "Disease", "D3")]
    entities = tuple(
        Entity(text.index(word), text.index(word) + len(word.strip()), entity_type) for word, entity_type, _ in marked
    )
    document = Document(
        "a",
        text,
        entities,
        concepts=tuple(concept for *_, concept in marked),
        concept_relations=(ConceptRelation("D1", "D2", "CID"),),
    )
    group = RelationGroup("chemical_disease", ("CID",), Level.CONCEPT, 10, 100, frozenset())
    labels = LabelSet(("Chemical", "Disease"), (group,), ())
    features = Features(
        Teaching("biomedical", frozenset(labels.entities), group.name),
        labels,
        tokenizer,
        np.array([[False, True], [False, False]]),
    )

    (window,) = [window for window in features.examples(features.prepared(document), random.Random(0)) if window.pairs]

    pairs = window.pairs
    assert pairs is not None
    by_bag = {int(bag): set(pairs.relation[pairs.bag == bag].tolist()) for bag in np.unique(pairs.bag)}
    assert len(pairs.relation) == 6
    assert sorted(map(tuple, by_bag.values())) == [(0,), (1,), (1,)]


def test_what_nobody_judged_is_not_learnt(tokenizer: TextTokenizer) -> None:
    labels = LabelSet(("Chemical", "Disease"), (), ("letter",))
    document = Document(
        "a",
        "Gout.",
        (Entity(0, 4, "Disease"),),
        assertions=(Assertion(historical=True, experiencer=Experiencer.OTHER),),
        note_class="poem",
    )
    features = Features(Teaching("biomedical", frozenset({"Disease"})), labels, tokenizer)
    (window,) = features.examples(features.prepared(document), random.Random(0))

    assert features.unjudged == [1, 2]
    assert window.tags[1] == decoding.begin(1)
    np.testing.assert_array_equal(window.assertions[0], [np.nan, np.nan, 1, np.nan, 1])
    assert window.note_class == IGNORED
    assert window.pairs is None


@pytest.mark.parametrize("budget", [300, 1024])
def test_batches_hold_every_window_within_the_budget(features: Features, budget: int) -> None:
    windows = list(features.examples(features.prepared(_document()), random.Random(1)))
    cut = batches(windows * 3, budget, random.Random(1))

    assert sum(len(batch) for batch in cut) == 3 * len(windows)
    assert all(len(batch) * max(len(window.ids) for window in batch) <= budget for batch in cut)
