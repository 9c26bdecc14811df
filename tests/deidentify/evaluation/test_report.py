"""The report as people and machines get it, from labelled notes that went through the real step."""

from pathlib import Path
from xml.etree import ElementTree

import orjson
import pytest

from transforms.deidentify.analyzer import Analyzer
from transforms.deidentify.deidentifier import Deidentifier, TimeLimit
from transforms.deidentify.evaluation import json_lines
from transforms.deidentify.evaluation.examples import Example, examples
from transforms.deidentify.evaluation.figures import Held, summarise
from transforms.deidentify.evaluation.gold import GoldNote
from transforms.deidentify.evaluation.measure import measure
from transforms.deidentify.evaluation.reading import read_gold
from transforms.deidentify.evaluation.report import Report, as_html, as_json, type_rows, whole_figures
from transforms.deidentify.evaluation.score import NoteScore
from transforms.deidentify.policy import load_policy
from transforms.keyring import new_keyring
from transforms.read.values import as_known_phi
from transforms.records import PhiType

GOLD = Path(__file__).parent / "gold"


def measured(policy: str, limit: TimeLimit = TimeLimit()) -> list[tuple[GoldNote, NoteScore | Held]]:  # noqa: B008
    deidentifier = Deidentifier(load_policy(policy), new_keyring(), Analyzer(), time_limit=limit)
    deidentifier.setup()
    return list(measure(read_gold([GOLD / "visit.jsonl", GOLD / "questions.txt"], as_known_phi), deidentifier))


def report(policy: str = "safe-harbor") -> Report:
    results = measured(policy)
    scores = [result for _, result in results if isinstance(result, NoteScore)]
    held = [result for _, result in results if isinstance(result, Held)]
    return Report("1.2.3", policy, summarise(scores, held))


@pytest.mark.parametrize("policy", ["safe-harbor", "surrogate"])
def test_the_json_holds_the_figures(policy: str) -> None:
    content = orjson.loads(as_json(report(policy)))

    assert (content["version"], content["policy"]) == ("1.2.3", policy)
    assert content["notes"] == content["released"] == 3
    assert content["types"]["DATE"]["gold"] == content["types"]["DATE"]["covered"] == 2
    assert content["types"]["AGE"]["gold"] == 2
    assert content["all"]["gold"] == 2 * 10
    assert content["not_scored"] == {"no identifier under Safe Harbor": 2 * 4}


def test_a_limited_data_set_keeps_dates_and_ages_and_loses_nothing_by_it() -> None:
    figures = report("limited").figures

    assert "DATE" not in figures.types
    assert "AGE" not in figures.types
    assert figures.not_scored["kept by the policy"] >= 2 * 2


def test_the_page_loads_nothing_holds_no_text_and_draws_every_type() -> None:
    made = report()
    page = as_html(made)

    svg = ElementTree.fromstring(page[page.index("<svg") : page.index("</svg>") + len("</svg>")])
    drawn = {text.text for text in svg.iter("text")}
    assert set(made.figures.types) | {"all"} <= drawn
    assert len(list(svg.iter("rect"))) == 1 + sum(one.gold > 0 for one in made.figures.types.values())
    for loading in ("<script", "http", "src=", "@import", "url("):
        assert loading not in page
    for value in ("Okafor", "O'Hara", "Hara", "zokafor", "20417", "questions:2"):
        assert value not in page


def test_a_hospitals_recognizer_may_be_named_like_markup() -> None:
    made = report()
    made.figures.recognizers["<b>ours</b>"] = next(iter(made.figures.recognizers.values()))

    assert "<b>" not in as_html(made)


def test_people_read_the_same_counts() -> None:
    made = report()

    rows = {row[0]: row for row in type_rows(made.figures)}
    assert rows["all"][1] == "20"
    assert dict(whole_figures(made.figures))["notes"] == "3 = 3 released + 0 quarantined"


def test_a_note_that_is_held_back_counts_apart() -> None:
    results = [result for _, result in measured("safe-harbor", TimeLimit(0.0, 0.0))]
    held = [result for result in results if isinstance(result, Held)]

    figures = summarise([], held)

    assert figures.quarantined == {"deidentify_timeout": 3}
    assert figures.quarantined_identifiers == 20
    assert figures.all.gold == 0
    assert figures.all.recall.share is None
    assert "–" in as_html(Report("1.2.3", "safe-harbor", figures))


def test_examples_show_what_stands_and_what_is_wrong_with_forty_characters_around() -> None:
    text = "Atrial fibrillation with a history of bleeding, to be given warfarin again, with the usual checks. Tel 555-014-2210."
    value = "warfarin"
    start = text.index(value)
    note = read_row(text, [{"start": start, "end": start + len(value), "type": "NAME"}])
    deidentifier = Deidentifier(load_policy("safe-harbor"), new_keyring(), Analyzer())
    deidentifier.setup()

    ((_, score),) = measure([note], deidentifier)
    assert isinstance(score, NoteScore)
    shown = list(examples(note, score))

    missed = shown[0]
    assert missed == Example(
        kind="missed",
        note_id="1",
        type=PhiType.NAME.value,
        recognizer=None,
        start=start,
        end=start + len(value),
        text=value,
        before=text[start - 40 : start],
        after=text[start + len(value) : start + len(value) + 40],
    )
    wrong = [(one.type, one.text) for one in shown if one.kind == "wrongly_hidden"]
    assert ("PHONE", "555-014-2210") in wrong


def read_row(text: str, spans: list[dict[str, object]]) -> GoldNote:
    (note,) = json_lines.read(orjson.dumps({"note_id": 1, "text": text, "spans": spans}).decode(), as_known_phi)
    return note
