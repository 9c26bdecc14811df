"""What is written in figures and forms (``written_forms.txt``): «marked» is what must be hidden, and nothing else may be."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from transforms.deidentify.findings import Finding, merge
from transforms.deidentify.patterns import AT_NUMBERS, FORMS_AT, NUMBER, RUN
from transforms.deidentify.tagged_identifiers import TaggedIdentifiers
from transforms.deidentify.written_forms import WrittenForms
from transforms.records import PhiType

FORMS = WrittenForms()
TAGGED = TaggedIdentifiers()
EXAMPLES = sorted((Path(__file__).parents[2] / "examples/notes/text").glob("*.txt"))
_MARK = re.compile(r"«([^»]*)»")


@dataclass(frozen=True)
class Story:
    """Sentences of one kind, one a line (``⏎`` breaks a line); the first line says which types stand in them."""

    types: frozenset[PhiType]
    sentences: tuple[str, ...]


def read() -> list[Story]:
    stories = []
    for section in (Path(__file__).parent / "written_forms.txt").read_text(encoding="utf-8").split("=====\n"):
        title, *sentences = section.strip("\n").split("\n")
        named = frozenset() if title.startswith("NOTHING") else frozenset(map(PhiType, title.split()))
        stories.append(Story(named, tuple(sentence.replace("⏎", "\n") for sentence in sentences)))
    return stories


STORIES = read()


def found(text: str) -> list[Finding]:
    days = [
        result for result in TAGGED.analyze(text, [], None) if result.entity_type == PhiType.DATE
    ]  # ``CTA 8/8 clean``
    results = [*FORMS.analyze(text, [], None), *days]
    return merge(Finding(PhiType(r.entity_type), r.start, r.end, "written_forms", r.score) for r in results)


def hidden(text: str) -> str:
    """The text with a dot in place of each letter and digit that is hidden."""
    inside = {i for finding in found(text) for i in range(finding.start, finding.end)}
    return "".join("·" if i in inside and char.isalnum() else char for i, char in enumerate(text))


def expected(marked: str) -> str:
    """The same of what is marked by hand."""
    return _MARK.sub(lambda mark: "".join("·" if char.isalnum() else char for char in mark[1]), marked)


def plain(marked: str) -> str:
    return _MARK.sub(r"\1", marked)


@pytest.mark.parametrize("sentence", [sentence for story in STORIES for sentence in story.sentences])
def test_what_identifies_is_hidden_and_what_looks_alike_stays(sentence: str) -> None:
    assert hidden(plain(sentence)) == expected(sentence)


@pytest.mark.parametrize(
    "story", [story for story in STORIES if story.types], ids=lambda story: " ".join(sorted(story.types))
)
def test_what_is_found_has_its_type(story: Story) -> None:
    assert {finding.phi_type for sentence in story.sentences for finding in found(plain(sentence))} == story.types


@pytest.mark.parametrize("recase", [str.upper, str.lower])
def test_a_note_in_capitals_or_without_any_hides_as_much(recase: Callable[[str], str]) -> None:
    note = (
        "Seen «29th of May»; «October 9 to October 11» at «218 Alder Street». MRN: «00123», SSN «123-45-6789», "
        "pager «4471», «93» yo. Plan «XEH881234567», fax «312-555-0199», exp «12/2025», «March of 2021», zip «02139»."
    )

    assert hidden(recase(plain(note))) == recase(expected(note))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_no_form_is_lost_by_looking_at_a_numbers_first_characters_alone(path: Path) -> None:
    text = path.read_text(encoding="cp1252" if path.stem == "radiology_report" else "utf-8-sig")
    for number in NUMBER.finditer(text):
        at = number.start()
        run = RUN.match(text, at)
        assert run is not None
        tried = FORMS_AT(run.end() - at, text[run.end() : run.end() + 1])
        assert [form.name for form in AT_NUMBERS if form.match(text, at) is not None and form not in tried] == []
