"""Names and places as notes write them (``names_and_places.txt``): «marked» is what must be hidden, and nothing else may be."""

import re
from pathlib import Path

import pytest

from transforms.deidentify.analyzer import Analyzer
from transforms.records import KnownPhi, PhiType

ANALYZER = Analyzer()
_MARK = re.compile(r"«([^»]*)»")


def read() -> list[tuple[frozenset[PhiType], str]]:
    """Sentences, one a line (``⏎`` breaks a line), with the types that their section's first line names."""
    sentences = []
    for section in (Path(__file__).parent / "names_and_places.txt").read_text(encoding="utf-8").split("=====\n"):
        title, *lines = section.strip("\n").split("\n")
        types = frozenset(PhiType(word) for word in title.split() if word in list(PhiType))
        sentences += [(types, line.replace("⏎", "\n")) for line in lines]
    return sentences


def hidden(text: str) -> str:
    """The text with a dot in place of each letter and digit that is hidden."""
    inside = {i for found in ANALYZER.find(text, KnownPhi()) for i in range(found.start, found.end)}
    return "".join("·" if i in inside and char.isalnum() else char for i, char in enumerate(text))


@pytest.mark.parametrize(("types", "sentence"), read())
def test_a_name_or_a_place_is_hidden_whole_and_what_looks_alike_stays(types: frozenset[PhiType], sentence: str) -> None:
    text = _MARK.sub(r"\1", sentence)

    assert hidden(text) == _MARK.sub(
        lambda mark: "".join("·" if char.isalnum() else char for char in mark[1]), sentence
    )
    assert {found.phi_type for found in ANALYZER.find(text, KnownPhi())} >= types
