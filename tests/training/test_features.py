"""Tags say what the annotation says: decoded again they give the same entities."""

import random

import numpy as np
import pytest

from model_repo.clinical_bert import decoding
from model_repo.clinical_bert.tokens import TextTokenizer
from training.features import IGNORED, batches, entity_types, examples, flat, tagged
from transforms.extract.evaluation.document import Document, Entity

TEXT = "A 34-yr-old man had severe chest pain 💔 after a café visit.\nBlood pressure was 120/80 mmHg.\n" * 12
LINE = len(TEXT) // 12


def _document() -> Document:
    entities = []
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
    return Document("a", TEXT, tuple(sorted(entities)), (), ())


def test_tags_decode_to_the_entities_that_were_tagged(tokenizer: TextTokenizer) -> None:
    document = _document()
    types = entity_types([document])
    tags = tagged(document, tokenizer, types)
    first = np.flatnonzero(tags.tokens.word_first)
    last = np.append(first[1:], len(tags.tokens)) - 1
    scores = np.full((len(first), len(decoding.tags(types))), -9.0, dtype=np.float32)
    scores[np.arange(len(first)), tags.tags[first]] = 9.0

    found = decoding.spans(TEXT, scores, tags.tokens.start[first], tags.tokens.end[last], types)

    assert [(span.start, span.end, span.type) for span in found] == [
        (entity.start, entity.end, entity.type) for entity in document.entities
    ]


def test_only_the_first_token_of_a_word_has_a_tag(tokenizer: TextTokenizer) -> None:
    tags = tagged(Document("a", "pneumoperitoneum", (Entity(0, 16, "X"),), (), ()), tokenizer, ("X",))

    assert len(tags.tokens) > 1
    assert tags.tags.tolist() == [decoding.begin(0), *[IGNORED] * (len(tags.tokens) - 1)]


def test_of_overlapping_entities_the_inner_ones_stay() -> None:
    outer, inner, other = Entity(0, 30, "History"), Entity(5, 10, "Disease_disorder"), Entity(12, 20, "Medication")

    assert flat([outer, inner, other]) == [inner, other]


def test_an_epoch_shows_each_token_once_and_another_epoch_other_windows(tokenizer: TextTokenizer) -> None:
    document = _document()
    tags = tagged(document, tokenizer, entity_types([document]))
    seen = []
    for seed in (1, 2):
        windows = list(examples(tags, tokenizer, random.Random(seed)))
        inner = np.concatenate([window.ids[1:-1] for window in windows])
        assert inner.tolist() == tags.tokens.ids.tolist()
        assert np.concatenate([window.tags[1:-1] for window in windows]).tolist() == tags.tags.tolist()
        assert max(len(window.ids) for window in windows) <= 256
        assert all(window.tags[0] == window.tags[-1] == IGNORED for window in windows)
        seen.append([len(window.ids) for window in windows])
    assert seen[0] != seen[1]


@pytest.mark.parametrize("budget", [300, 1024])
def test_batches_hold_every_window_within_the_budget(tokenizer: TextTokenizer, budget: int) -> None:
    document = _document()
    windows = list(examples(tagged(document, tokenizer, entity_types([document])), tokenizer, random.Random(1)))
    cut = batches(windows * 3, budget, random.Random(1))

    assert sum(len(batch) for batch in cut) == 3 * len(windows)
    assert all(len(batch) * max(len(window.ids) for window in batch) <= budget for batch in cut)
