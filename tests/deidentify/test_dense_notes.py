"""Recall and precision on our own dense notes, written for this test: ``{{TYPE:value}}`` marks what must be found."""

import re
from collections import Counter
from pathlib import Path

import pytest

from transforms.deidentify.analyzer import Analyzer
from transforms.records import KnownPhi, PhiType

Gold = list[tuple[PhiType, int, int]]


def notes() -> list[tuple[str, Gold]]:
    read = []
    for marked in (Path(__file__).parent / "dense_notes.txt").read_text(encoding="utf-8").split("=====\n"):
        text, gold = "", []
        for piece in re.split(r"(\{\{[A-Z]+:[^}]*\}\})", marked):
            if piece.startswith("{{"):
                phi_type, _, value = piece[2:-2].partition(":")
                gold.append((PhiType(phi_type), len(text), len(text) + len(value)))
                piece = value
            text += piece
        read.append((text, gold))
    return read


def recall() -> tuple[Counter[PhiType], Counter[PhiType]]:
    covered, all_gold = Counter[PhiType](), Counter[PhiType]()
    for text, gold in notes():
        hidden = {i for f in Analyzer().find(text, KnownPhi()) for i in range(f.start, f.end)}
        for phi_type, start, end in gold:
            all_gold[phi_type] += 1
            covered[phi_type] += all(i in hidden or not text[i].isalnum() for i in range(start, end))
    return covered, all_gold


@pytest.mark.parametrize("phi_type", PhiType)
def test_recall_by_type(phi_type: PhiType) -> None:
    covered, all_gold = recall()

    assert all_gold[phi_type] > 0
    assert covered[phi_type] >= 0.9 * all_gold[phi_type]


def test_of_the_text_outside_hardly_anything_is_hidden() -> None:
    outside = wrongly = 0
    for text, gold in notes():
        inside = {i for _, start, end in gold for i in range(start, end)}
        hidden = {i for f in Analyzer().find(text, KnownPhi()) for i in range(f.start, f.end)}
        plain = [i for i, char in enumerate(text) if char.isalnum() and i not in inside]
        outside += len(plain)
        wrongly += sum(i in hidden for i in plain)

    assert wrongly <= 0.01 * outside
