"""Names are found as whole words, in their places."""

import gzip
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from training.silver.mentions import Mentions, disease_ontology, icd_heads, marked
from transforms.extract.evaluation.document import Document, Entity


def _found(names: list[str], text: str) -> list[str]:
    return [text[start:end] for start, end in Mentions(names).find(text)]


def test_whole_words_the_longest_first_in_capitals_or_not() -> None:
    names = ["pain", "chest pain", "cold sore", "sores", "rash"]
    assert _found(names, "Chest PAIN, cold sores; thrash. Rash-like") == ["Chest PAIN", "sores", "Rash"]


def test_a_line_may_break_in_a_name_and_letters_keep_their_places() -> None:
    assert _found(["short breath"], "İİ ß short\nbreath") == ["short\nbreath"]


def test_what_speaks_for_itself_or_names_no_finding_is_no_name() -> None:
    assert Mentions(["no known allergies", "history of gout", "disease", "acute disease", "MI", "gout"]).names == (
        "gout",
    )


def test_terminologies_as_they_are_written(tmp_path: Path) -> None:
    (tmp_path / "doid.tsv").write_text('id\tlabel\txref\n"DOID:1"\t"asthma"\t"A:1"\n"DOID:1"\t"asthma"\t"B:2"\n')
    assert set(disease_ontology(tmp_path / "doid.tsv")) == {"asthma"}
    rows = [
        ("A009", "Cholera, unspecified"),
        ("H491", "Fourth [trochlear] nerve palsy"),
        ("Z003", "Encounter for exam"),
    ]
    order = "".join(f"{at:05} {code:<7} 1 {title[:60]:<60} {title}\n" for at, (code, title) in enumerate(rows))
    (tmp_path / "icd.gz").write_bytes(gzip.compress(order.encode()))
    assert list(icd_heads(tmp_path / "icd.gz")) == ["Cholera", "Fourth nerve palsy"]


def test_a_word_that_is_mostly_not_marked_is_not_taken() -> None:
    texts = ["She had colic and a dull look.", "Dull colic.", "The dull day."]
    documents = [
        Document("a", texts[0], (Entity(8, 13, "Sign"), Entity(20, 24, "Sign"))),
        Document("b", texts[1], (Entity(5, 10, "Sign"),)),
        Document("c", texts[2]),
    ]
    assert list(marked(documents, {"Sign"})) == ["colic"]


@settings(deadline=None)
@given(st.lists(st.sampled_from(["gout", "gouty", "lead colic", "colic", "İgout", "\n", " ", "-"]), max_size=12))
def test_what_is_found_is_a_name_and_overlaps_nothing(pieces: list[str]) -> None:
    text = "".join(pieces)
    mentions = Mentions(["gout", "lead colic", "colic"])
    spans = mentions.find(text)
    assert all(text[start:end].lower().replace("\n", " ") in mentions.names for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
