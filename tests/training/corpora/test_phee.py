"""Drug events become entities of MACCROBAT's types and relations of the right drug."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.corpora import phee
from transforms.extract.evaluation.document import Document


def _role(text: str, *fillers: str | tuple[str, ...]) -> dict[str, Any]:
    """A role's fillers where they first occur in the text; several pieces are a discontinuous one."""
    pieces = [list(filler) if isinstance(filler, tuple) else [filler] for filler in fillers]
    return {"text": pieces, "start": [[text.index(piece) for piece in group] for group in pieces]}


def _record(text: str, *events: dict[str, Any]) -> dict[str, Any]:
    return {"id": "1_2", "context": text, "annotations": [{"events": list(events)}]}


def _named(document: Document) -> set[tuple[str, str, str]]:
    words = [document.text[entity.start : entity.end] for entity in document.entities]
    return {(words[relation.head], relation.type, words[relation.tail]) for relation in document.relations}


TEXT = "🤒 After oral vinarol 5 mg daily for 2 weeks and then low-dose quetrol for gout, rash of hands and feet came on day 3."


def _event(**more: Any) -> dict[str, Any]:
    return {
        "event_type": "Adverse_event",
        "Treatment": {
            **_role(TEXT, "oral vinarol 5 mg daily for 2 weeks and then low-dose quetrol for gout"),
            "Drug": _role(TEXT, "vinarol", "quetrol"),
            "Route": _role(TEXT, "oral"),
            "Dosage": _role(TEXT, "5 mg", "low-dose"),
            "Freq": _role(TEXT, "daily"),
            "Duration": _role(TEXT, "2 weeks"),
            "Time_elapsed": _role(TEXT, "day 3"),
            "Disorder": _role(TEXT, "gout"),
        },
        "Effect": _role(TEXT, ("rash of", "feet")),
        **more,
    }


def test_effect_and_disorder_belong_to_every_drug_and_the_rest_to_the_nearest() -> None:
    document = phee.parse(_record(TEXT, _event()))

    assert _named(document) == {
        ("vinarol", "ADVERSE_EFFECT", "rash of hands and feet"),
        ("quetrol", "ADVERSE_EFFECT", "rash of hands and feet"),
        ("vinarol", "TREATS", "gout"),
        ("quetrol", "TREATS", "gout"),
        ("vinarol", "ROUTE", "oral"),
        ("vinarol", "DOSAGE", "5 mg"),
        ("quetrol", "DOSAGE", "low-dose"),
        ("vinarol", "FREQUENCY", "daily"),
        ("vinarol", "DURATION", "2 weeks"),
    }
    assert {document.text[e.start : e.end]: e.type for e in document.entities} == {
        "oral": "Administration",
        "vinarol": "Medication",
        "5 mg": "Dosage",
        "daily": "Frequency",
        "2 weeks": "Duration",
        "low-dose": "Dosage",
        "quetrol": "Medication",
        "gout": "Disease_disorder",
        "rash of hands and feet": "Sign_symptom",
    }


def test_a_negated_event_has_entities_and_no_effect() -> None:
    document = phee.parse(_record(TEXT, _event(Negated={**_role(TEXT, "then"), "value": True})))

    assert len(document.entities) == 9
    assert {kind for _, kind, _ in _named(document)} == {"TREATS", "ROUTE", "DOSAGE", "FREQUENCY", "DURATION"}


def test_a_span_of_two_events_is_one_entity_and_a_disorder_named_for_a_drug_is_not_treated_with_it() -> None:
    text = "Vinarol tremor went away with quetrol."
    caused = {
        "event_type": "Adverse_event",
        "Treatment": {**_role(text, "Vinarol"), "Drug": _role(text, "Vinarol")},
        "Effect": _role(text, "Vinarol tremor"),
    }
    treated = {
        "event_type": "Potential_therapeutic_event",
        "Treatment": {
            **_role(text, "quetrol"),
            "Drug": _role(text, "Vinarol", "quetrol"),
            "Disorder": _role(text, "Vinarol tremor"),
        },
        "Effect": _role(text, "went away"),
    }
    document = phee.parse(_record(text, caused, treated))

    assert [e.type for e in document.entities] == ["Medication", "Disease_disorder", "Sign_symptom", "Medication"]
    assert _named(document) == {
        ("Vinarol", "ADVERSE_EFFECT", "Vinarol tremor"),
        ("quetrol", "TREATS", "Vinarol tremor"),
        ("Vinarol", "THERAPEUTIC_EFFECT", "went away"),
        ("quetrol", "THERAPEUTIC_EFFECT", "went away"),
    }


@given(st.integers(-3, 200))
def test_a_span_that_is_not_where_the_record_says_is_refused(start: int) -> None:
    event = {"event_type": "Adverse_event", "Effect": {"text": [["gout"]], "start": [[start]]}}

    if start == TEXT.index("gout"):
        assert len(phee.parse(_record(TEXT, event)).entities) == 1
    else:
        with pytest.raises(ValueError, match="does not lie"):
            phee.parse(_record(TEXT, event))


def test_a_malformed_line_is_named_and_not_quoted(tmp_path: Path) -> None:
    good = json.dumps(_record(TEXT, _event()))
    for name in phee.FILES:
        (tmp_path / name).write_text(f"{good}\n", encoding="utf-8")
    assert len(phee.read(tmp_path)) == 1  # the same text twice

    (tmp_path / "dev.json").write_text(f'{good}\n{{"context": "Mr. Secret"}}\n', encoding="utf-8")
    with pytest.raises(phee.PheeError) as caught:
        phee.read(tmp_path)
    assert str(caught.value) == f"{tmp_path / 'dev.json'}: line 2 is malformed"


def test_an_absent_corpus(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        phee.read(tmp_path)


def test_the_real_corpus(corpora: Path) -> None:
    documents = phee.read(corpora / "phee")

    assert len(documents) == 3835
    types = Counter(e.type for d in documents for e in d.entities)
    assert types["Medication"] == 4762
    relations = Counter(r.type for d in documents for r in d.relations)
    assert relations == {
        "ADVERSE_EFFECT": 4217,
        "TREATS": 1636,
        "ROUTE": 437,
        "DOSAGE": 347,
        "THERAPEUTIC_EFFECT": 133,
        "DURATION": 122,
        "FREQUENCY": 83,
    }
    assert all(d.entities[r.head].type == "Medication" for d in documents for r in d.relations)
