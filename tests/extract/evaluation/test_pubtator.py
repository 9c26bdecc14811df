"""PubTator files are read as their offsets say, and malformed ones are refused with the line's number."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.extract.evaluation.document import ConceptRelation, Document, Entity
from transforms.extract.evaluation.pubtator import PubtatorError, parse, read

CONTENT = """11|t|Vinarol 🤒 and nerve pain.
11|a|After vinarol, liver and kidney injury was seen.
11\t41\t64\tliver and kidney injury\tDisease\tD3|-1|D4\tliver injury|kidney injury
11\t0\t7\tVinarol\tChemical\tD1
11\t14\t24\tnerve pain\tDisease\t-1
11\t32\t39\tvinarol\tChemical\tD1
11\tCID\tD1\tD3

12|t|A title alone
"""


def _mentions(document: Document) -> list[str]:
    return [document.text[entity.start : entity.end] for entity in document.entities]


def test_offsets_count_code_points_of_title_and_abstract_with_one_between_them() -> None:
    first, second = parse(CONTENT)

    assert _mentions(first) == ["Vinarol", "nerve pain", "vinarol", "liver and kidney injury"]
    assert first.entities[0] == Entity(0, 7, "Chemical")
    assert (second.name, second.text, second.entities) == ("12", "A title alone", ())


def test_a_composite_mention_is_one_entity_and_minus_one_is_no_concept() -> None:
    document = parse(CONTENT)[0]

    assert document.concepts == ("D1", "", "D1", "D3|D4")
    assert document.concept_relations == (ConceptRelation("D1", "D3", "CID"),)


def test_a_file_is_read_packed_or_not_and_with_any_line_end(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(CONTENT.replace("\n", "\r\n").encode())
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(CONTENT.encode()))

    assert read(tmp_path / "a.txt") == read(tmp_path / "a.txt.gz") == parse(CONTENT)


@pytest.mark.parametrize(
    "line",
    [
        "11\t0\t8\tVinarol\tChemical\tD1",  # the mention is not what lies there
        "11\t0\t7\tVinarol",
        "11\t0\tx\tVinarol\tChemical\tD1",
        "11\t7\t7\t\tChemical\tD1",
        "13\t0\t7\tVinarol\tChemical\tD1",  # of no document
        "11|t|Another title",
        "11|a|Another abstract",
        "11\tCID\tD1",
        "words",
    ],
)
def test_a_malformed_line_is_named_and_not_quoted(line: str) -> None:
    with pytest.raises(PubtatorError) as caught:
        parse(CONTENT + line)

    assert str(caught.value) == "line 10 is malformed"


def test_what_is_no_such_file_is_refused_by_name_and_without_its_content(tmp_path: Path) -> None:
    packed = tmp_path / "a.gz"
    packed.write_bytes(gzip.compress(CONTENT.encode())[:-20])
    with pytest.raises(PubtatorError) as caught:
        read(packed)
    assert str(caught.value) == f"{packed}: is not a whole gzip file"

    plain = tmp_path / "a.txt"
    plain.write_bytes("11|t|Ménière".encode("latin-1"))
    with pytest.raises(PubtatorError) as caught:
        read(plain)
    assert str(caught.value) == f"{plain}: is not UTF-8"

    with pytest.raises(FileNotFoundError):
        read(tmp_path / "absent")


_PROSE = st.text(st.characters(exclude_characters="\t\n\r", exclude_categories=["Cs"]), min_size=1)


@given(st.data(), _PROSE, _PROSE)
def test_what_is_written_is_read_again(data: st.DataObject, title: str, abstract: str) -> None:
    text = f"{title} {abstract}"
    starts = data.draw(st.lists(st.integers(0, len(text) - 1), max_size=5))
    spans = {(start, data.draw(st.integers(start + 1, len(text)))) for start in starts}
    lines = [f"7\t{start}\t{end}\t{text[start:end]}\tDisease\tD1" for start, end in spans]

    (document,) = parse("\n".join([f"7|t|{title}", f"7|a|{abstract}", *lines]))

    assert document.text == text
    assert [(entity.start, entity.end) for entity in document.entities] == sorted(spans)
