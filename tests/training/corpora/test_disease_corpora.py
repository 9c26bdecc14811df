"""BC5CDR, the NCBI disease corpus and MACCROBAT: mentions where the corpus says, one document a text."""

import gzip
from collections import Counter
from pathlib import Path

import pytest

from training.corpora import bc5cdr, maccrobat, ncbi_disease
from transforms.extract.evaluation.document import Entity

CDR = """{0}|t|Vinarol and gout {0}.
{0}|a|None.
{0}\t0\t7\tVinarol\tChemical\tD1
{0}\t12\t16\tgout\tDisease\tD2
{0}\tCID\tD1\tD2

"""


def test_both_parts_of_bc5cdr_are_read(tmp_path: Path) -> None:
    for number, name in enumerate(bc5cdr.FILES):
        (tmp_path / name).write_bytes(gzip.compress(CDR.format(number).encode()))

    documents = bc5cdr.read(tmp_path)

    assert [document.name for document in documents] == ["0", "1"]
    assert documents[0].concepts == ("D1", "D2")


def test_half_of_bc5cdr_is_not_bc5cdr(tmp_path: Path) -> None:
    (tmp_path / bc5cdr.FILES[0]).write_bytes(gzip.compress(CDR.encode()))

    with pytest.raises(FileNotFoundError):
        bc5cdr.read(tmp_path)


def test_every_kind_of_mention_is_a_disease_and_a_text_is_read_once(tmp_path: Path) -> None:
    for name in ("1", "2"):
        (tmp_path / f"{name}.txt").write_text("Gout and colon cancer cells.\n", encoding="utf-8")
        (tmp_path / f"{name}.ann").write_text(
            "T1\tSpecificDisease 0 4\tGout\nT2\tModifier 9 21\tcolon cancer\nN1\tReference T2 MeSH:D3\n",
            encoding="utf-8",
        )

    (document,) = ncbi_disease.read(tmp_path)

    assert document.entities == (Entity(0, 4, "Disease"), Entity(9, 21, "Disease"))


def test_the_real_bc5cdr(corpora: Path) -> None:
    documents = bc5cdr.read(corpora / "bc5cdr")

    assert len(documents) == 1000
    assert Counter(e.type for d in documents for e in d.entities) == {"Chemical": 10550, "Disease": 8426}
    assert Counter(r.type for d in documents for r in d.concept_relations) == {"CID": 2050}
    # Every relation is of concepts that the document mentions.
    for document in documents:
        mentioned = {part for concept in document.concepts for part in concept.split("|")}
        assert mentioned.issuperset(c for r in document.concept_relations for c in (r.head, r.tail)), document.name


def test_the_real_ncbi_disease_corpus(corpora: Path) -> None:
    documents = ncbi_disease.read(corpora / "ncbi_disease")

    assert len(documents) == 792
    assert Counter(e.type for d in documents for e in d.entities) == {"Disease": 6881}
    annotations = {path.stem: path.read_text(encoding="utf-8") for path in (corpora / "ncbi_disease").glob("*.ann")}
    for document in documents:
        for entity in document.entities:
            assert f"\t{document.text[entity.start : entity.end]}\n" in annotations[document.name]


def test_the_real_maccrobat(corpora: Path) -> None:
    documents = maccrobat.read(corpora / "maccrobat2020")

    assert len(documents) == 159
    assert sum(assertion.negated is True for document in documents for assertion in document.assertions) == 875
