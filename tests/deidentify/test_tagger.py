"""The tagger: names and places that only the words around them give away; and nothing starts without its weights."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.deidentify.analyzer import Analyzer
from transforms.deidentify.tagged_identifiers import TaggedIdentifiers
from transforms.deidentify.tagger import tagger as tagging
from transforms.deidentify.tagger.tagger import TAGS, WEIGHTS, Tagger
from transforms.deidentify.tagger.words import COLUMNS, PIECES, WordReader
from transforms.errors import ChartstreamError
from transforms.records import KnownPhi, PhiType

ANALYZER = Analyzer()


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger()


def found(tagger: Tagger, text: str, phi_type: PhiType = PhiType.NAME) -> list[str]:
    return [text[span.start : span.end] for span in tagger.read(text).spans() if span.phi_type is phi_type]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Spoke w Oluwaseun this morning, she will bring the films.", "Oluwaseun"),
        ("d/w Thistlewood, agrees with plan for CT.", "Thistlewood"),
        ("Pt's neighbor Xiadani found him on the floor.", "Xiadani"),
        ("Young was extubated this morning and is doing well per Dr. Hope.", "Hope"),
        ("cc: Zbigniew Wojciechowski, MD", "Zbigniew Wojciechowski"),
    ],
)
def test_a_name_is_told_by_the_words_around_it(tagger, text, name):
    assert any(name in written for written in found(tagger, text))


@pytest.mark.parametrize(
    "text",
    [
        "Foley catheter to gravity. Murphy sign negative. History of Crohn disease and Graves disease.",
        "May resume diet. Will follow up in the clinic.",
        "MEDICATIONS: Lasix 40 mg daily, Coumadin 5 mg, Synthroid 75 mcg.",
        "Glasgow coma scale 15. Babinski absent. Brown sputum. Strength 5/5.",
    ],
)
def test_what_looks_like_a_name_and_is_none_stays(tagger, text):
    assert found(tagger, text) == []


def test_a_long_text_is_read_in_blocks_as_if_it_were_one(tagger, corpora, monkeypatch):
    text = "\n".join(path.read_text() for path in sorted((corpora / "notes_mtsamples").glob("*.txt"))[:20])
    words = WordReader([]).read(text)
    whole = tagger.probabilities(words)
    monkeypatch.setattr(tagging, "_BLOCK", 500)
    assert np.allclose(tagger.probabilities(words), whole, atol=1e-5)
    assert whole.shape == (len(words), len(TAGS))


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_words_lie_in_order_in_any_text_and_cover_all_letters_and_digits(text):
    words = WordReader(["the"]).read(text)
    end, covered = 0, set()
    for start, stop in words.spans.tolist():
        assert end <= start < stop <= len(text)
        covered.update(range(start, stop))
        end = stop
    assert all(at in covered for at, char in enumerate(text) if char.isalnum())
    assert words.features.shape == (len(words), len(COLUMNS) + PIECES)


@given(st.text(max_size=300))
@settings(max_examples=100, deadline=None)
def test_spans_lie_in_order_in_any_text(tagger, text):
    spans = tagger.read(text).spans()
    for named in (True, False):  # names and places, then numbers
        end = 0
        for span in spans:
            if (span.phi_type in (PhiType.NAME, PhiType.LOCATION)) is named:
                assert end <= span.start < span.end <= len(text)
                assert 0 <= span.score <= 1.0001
                end = span.end


def spoilt(folder: Path, how: str) -> None:
    manifest = folder / "manifest.json"
    content = json.loads(manifest.read_text())
    match how:
        case "no weights":
            (folder / "tagger.onnx").unlink()
        case "no words":
            (folder / "words.txt").unlink()
        case "no manifest":
            manifest.unlink()
        case "weights cut short":
            weights = (folder / "tagger.onnx").read_bytes()
            (folder / "tagger.onnx").write_bytes(weights[: len(weights) // 2])
        case "another version":
            manifest.write_text(json.dumps(content | {"version": content["version"] + 1}))
        case "other tags":
            manifest.write_text(json.dumps(content | {"tags": content["tags"][::-1]}))
        case "manifest damaged":
            manifest.write_text(manifest.read_text()[:40])


@pytest.mark.parametrize(
    "how",
    ["no weights", "no words", "no manifest", "weights cut short", "another version", "other tags", "manifest damaged"],
)
def test_without_the_very_weights_nothing_starts(tmp_path, how):
    folder = Path(shutil.copytree(WEIGHTS, tmp_path / "weights"))
    Tagger(folder)
    spoilt(folder, how)
    with pytest.raises(ChartstreamError, match="install it again"):
        Tagger(folder)


@pytest.mark.parametrize(
    ("text", "phi_type", "values"),
    [
        ("CXR 8/7 neg, rpt 3/1 w/ RLL opacity.", PhiType.DATE, ["8/7", "3/1"]),
        ("Kawasaki criteria 3/5. House-Brackmann 4/6. FIM: transfers 4/7, gait 3/7.", PhiType.DATE, []),
        ("Surgery was postponed to August because of the rash.", PhiType.DATE, ["August"]),
        ("Big Jim visited; UDS 6/1 negative. L knee XR 8/8 neg per Dr Kim.", PhiType.DATE, ["6/1", "8/8"]),
        ("Reflexes 2/4 intact. Strength 8/8 neg drift, sit to stand 6/9.", PhiType.DATE, []),
        ("Spoke to Ruck over the phone, 5-9110. Range 5-90.", PhiType.PHONE, ["5-9110"]),
        ("EEG No.: 14-882\nNAME: Bart Crane\nWorkstation: RAD-WS-14", PhiType.ID, ["14-882", "RAD-WS-14"]),
        ("Now 96 and widowed, she gardens. HR 96, sats 98, plts 101.", PhiType.AGE, ["96"]),
        ("Platelets 10500, BNP 2357, albumin 4520 (normal 3150-4500).", PhiType.ID, []),
    ],
)
def test_a_bare_number_is_told_by_the_words_around_it(text, phi_type, values):
    assert [text[f.start : f.end] for f in ANALYZER.find(text, KnownPhi()) if f.phi_type is phi_type] == values


def test_an_age_in_years_is_an_age_to_the_tagger_alone():
    text = "Widow of 94 years, lives alone. Pt is 93 yrs, frail. Here for 95 days."
    tagged = TaggedIdentifiers()
    tagged.load()
    ages = [text[f.start : f.end] for f in tagged.analyze(text, [], None) if f.entity_type == PhiType.AGE]
    assert ages == ["94", "93"]


def test_what_the_tagger_takes_for_a_name_may_be_none_by_the_words_and_lists_around_it():
    text = (
        "The circle of Willis was open. Son of a farmer. Left door hanger. Braxton Hicks contractions. Monday clinic."
    )
    assert TaggedIdentifiers().analyze(text, [], None) == []
