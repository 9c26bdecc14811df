"""An answer is read strictly: exact offsets into the note, or a typed error."""

import json
from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.extract.findings import InvalidFindings, parse_findings

ENTITY = {
    "start": 0,
    "end": 5,
    "type": "Sign_symptom",
    "score": 0.9,
    "negated": True,
    "uncertain": False,
    "historical": False,
    "hypothetical": False,
    "experiencer": "patient",
}
TEXT = "fever and cough"


def answer(**changes: object) -> bytes:
    return json.dumps({"entities": [], "relations": [], "classes": [], "model": "clinical_bert:1"} | changes).encode()


def test_offsets_are_code_points_of_the_note():
    text = "👩🏽‍⚕️ says: fie\u0300vre 🤒 tonight"  # one emoji of five code points, one combining accent
    start = text.index("fie")
    found = {**ENTITY, "start": start, "end": start + 7}
    (entity,) = parse_findings(answer(entities=[found]), text).entities
    assert entity.text == "fie\u0300vre" == text[entity.start : entity.end]
    assert entity.negated


def test_a_whole_answer():
    relation = {"head": 0, "tail": 1, "type": "OVERLAP", "score": 1}
    extraction = parse_findings(
        answer(
            entities=[ENTITY, {**ENTITY, "start": 10, "end": 15}],
            relations=[relation],
            classes=[{"name": "Radiology", "score": 0.25}],
        ),
        TEXT,
    )
    assert [entity.text for entity in extraction.entities] == ["fever", "cough"]
    assert (extraction.relations[0].head, extraction.relations[0].tail) == (0, 1)
    assert extraction.classes[0].name == "Radiology"
    assert extraction.model == "clinical_bert:1"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (b"nonsense", "not_json"),
        (b"\xff\xfe", "not_json"),
        (b"[]", "not_an_object"),
        (answer(entities=None), "entities_invalid"),
        (answer(entities=[1]), "entities_invalid"),
        (answer(entities=[{**ENTITY, "end": len(TEXT) + 1}]), "offsets_out_of_range"),
        (answer(entities=[{**ENTITY, "start": -1}]), "offsets_out_of_range"),
        (answer(entities=[{**ENTITY, "start": 5}]), "offsets_out_of_range"),
        (answer(entities=[{**ENTITY, "start": 0.0}]), "start_invalid"),
        (answer(entities=[{**ENTITY, "start": False}]), "start_invalid"),
        (answer(entities=[{**ENTITY, "negated": 0}]), "negated_invalid"),
        (answer(entities=[{**ENTITY, "type": ""}]), "type_invalid"),
        (answer(entities=[{**ENTITY, "score": 1.5}]), "score_invalid"),
        (answer(entities=[{**ENTITY, "score": None}]), "score_invalid"),
        (answer(entities=[{**ENTITY, "experiencer": "doctor"}]), "experiencer_unknown"),
        (
            answer(entities=[ENTITY], relations=[{"head": 0, "tail": 1, "type": "A", "score": 1}]),
            "relation_out_of_range",
        ),
        (
            answer(entities=[ENTITY], relations=[{"head": -1, "tail": 0, "type": "A", "score": 1}]),
            "relation_out_of_range",
        ),
        (answer(classes=[{"name": "x"}]), "score_invalid"),
        (answer(model=None), "model_invalid"),
    ],
)
def test_half_an_answer_is_none(wrong, code):
    with pytest.raises(InvalidFindings, match=f"^{code}$"):
        parse_findings(wrong, TEXT)


@given(st.text(max_size=30), st.integers(-5, 40), st.integers(-5, 40))
def test_an_entity_is_exactly_its_text_or_refused(text, start, end):
    encoded = answer(entities=[{**ENTITY, "start": start, "end": end}])
    if 0 <= start < end <= len(text):
        (entity,) = parse_findings(encoded, text).entities
        assert entity.text == text[start:end]
    else:
        with pytest.raises(InvalidFindings):
            parse_findings(encoded, text)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*ENTITY, "head", "name"]), inner),
    max_leaves=12,
)


@given(_json, _json, _json, _json)
def test_nothing_that_a_server_says_raises_another_error(entities, relations, classes, model):
    encoded = answer(entities=entities, relations=relations, classes=classes, model=model)
    try:
        extraction = parse_findings(encoded, TEXT)
    except InvalidFindings:
        return
    assert all(entity.text == TEXT[entity.start : entity.end] for entity in extraction.entities)


def test_an_answer_that_is_about_another_text_is_none() -> None:
    answer = b'{"entities": [], "relations": [], "classes": [], "model": "m:1", "digest": "%s"}'
    digest = blake2b(b"The patient has a cough.", digest_size=8).hexdigest().encode()
    assert parse_findings(answer % digest, "The patient has a cough.").model == "m:1"
    with pytest.raises(InvalidFindings, match="answer_to_another_text"):
        parse_findings(answer % digest, "The patient has no cough")
