"""No document, by whatever name, lies on two sides of a split."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.splits import split
from transforms.extract.evaluation.document import Document


def _document(name: str, text: str) -> Document:
    return Document(name, text, (), (), ())


@given(st.lists(st.text(max_size=5), min_size=8, max_size=30), st.randoms(use_true_random=False))
def test_the_parts_share_no_text_and_lose_none(texts: list[str], shuffler: random.Random) -> None:
    texts = [*texts, *(f"{at} more" for at in range(8))]
    documents = [_document(str(at), text) for at, text in enumerate(texts)]
    parts = split(documents, dev=3, test=4)

    sides = [{document.text for document in part} for part in (parts.train, parts.dev, parts.test)]
    assert set.union(*sides) == set(texts)
    assert sum(map(len, sides)) == len(set(texts))
    assert [len(parts.dev), len(parts.test)] == [3, 4]

    shuffled = [_document(f"renamed {document.name}", document.text) for document in documents]
    shuffler.shuffle(shuffled)
    again = split(shuffled, dev=3, test=4)
    assert [{document.text for document in part} for part in (again.train, again.dev, again.test)] == sides


def test_a_new_document_moves_no_document_into_training_from_far_away() -> None:
    documents = [_document(str(at), f"text {at}") for at in range(100)]
    before = split(documents, dev=10, test=10)
    after = split([*documents, _document("new", "a new text")], dev=10, test=10)

    moved = {d.text for d in before.test} - {d.text for d in after.test}
    assert len(moved) <= 1


def test_too_few_documents_are_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        split([_document("a", "a"), _document("b", "b")], dev=1, test=1)
