"""No document, by whatever name, lies on two sides of a split."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.splits import Part, part_of, split, split_by_part
from transforms.extract.evaluation.document import Document


def _document(name: str, text: str) -> Document:
    return Document(name, text)


@given(st.lists(st.text(max_size=5), min_size=8, max_size=40), st.randoms(use_true_random=False))
def test_the_parts_share_no_text_and_lose_none(texts: list[str], shuffler: random.Random) -> None:
    texts = [*texts, *(f"{at} more" for at in range(8))]
    documents = [_document(str(at), text) for at, text in enumerate(texts)]
    parts = split(documents)

    sides = [{document.text for document in parts.of(part)} for part in Part]
    assert set.union(*sides) == set(texts)
    assert sum(map(len, sides)) == len(set(texts))
    aside = max(1, round(len(set(texts)) / 10))
    assert [len(parts.dev), len(parts.test)] == [aside, aside]

    shuffled = [_document(f"renamed {document.name}", document.text) for document in documents]
    shuffler.shuffle(shuffled)
    again = split(shuffled)
    assert [{document.text for document in again.of(part)} for part in Part] == sides


def test_what_belongs_together_lies_on_one_side() -> None:
    documents = [
        _document(f"{article}_{sentence}", f"{article} {sentence}") for article in range(40) for sentence in "abc"
    ]
    parts = split(documents, whole=lambda document: document.name.partition("_")[0])

    sides = [{document.name.partition("_")[0] for document in parts.of(part)} for part in Part]
    assert not sides[0] & sides[1]
    assert not sides[1] & sides[2]
    assert not sides[0] & sides[2]
    assert len(parts.test) == len(parts.dev) == 12


def test_a_new_document_moves_no_document_into_training_from_far_away() -> None:
    documents = [_document(str(at), f"text {at}") for at in range(100)]
    before = split(documents)
    after = split([*documents, _document("new", "a new text")])

    moved = {d.text for d in before.test} - {d.text for d in after.test}
    assert len(moved) <= 1


def test_a_text_has_its_part_wherever_it_is_read() -> None:
    documents = [_document(str(at), f"note {at}") for at in range(2000)]
    parts = split_by_part(documents)

    for part in Part:
        assert all(part_of(document.text) is part for document in parts.of(part))
    assert sum(len(parts.of(part)) for part in Part) == 2000
    assert 60 < len(parts.test) < 140
    assert 60 < len(parts.dev) < 140


def test_too_few_documents_are_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        split([_document("a", "a"), _document("b", "b")])
