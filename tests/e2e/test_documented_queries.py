"""The queries of docs/reference/tables.md run, as they stand there, on tables that the project wrote."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from transforms.records import (
    Entity,
    ExtractedNote,
    ExtractedUnit,
    Extraction,
    Format,
    NoNote,
    NoteStatus,
    Piece,
    Place,
    Relation,
    ReleasedNote,
    Timing,
    Unit,
)
from transforms.write.commit import Committer
from transforms.write.output import OutputSettings, create_or_open
from transforms.write.publish import publish

TABLES = Path(__file__).parents[2] / "docs" / "reference" / "tables.md"
UNIT_ID = "a" * 32
ARRIVED = Timing(datetime(2025, 5, 2, tzinfo=UTC))


def note(offset: int, version: int, text: str | None, *entities: Entity, relation: bool = False) -> ExtractedNote:
    return ExtractedNote(
        ReleasedNote(
            place=Place(UNIT_ID, "default", "notes.jsonl", offset),
            note_id=f"J-{offset}",
            note_key=f"{offset // 10:032x}",
            version=version,
            content_hash=f"{offset:032x}",
            status=NoteStatus.FINAL if text else NoteStatus.CANCELLED,
            patient_key="b" * 32,
            text=text,
            policy="safe-harbor",
            key_id="12345678",
            timing=ARRIVED,
        ),
        Extraction(
            entities, (Relation(0, 1, "MODIFY", 0.7),) if relation else (), model="clinical_bert:1" if text else ""
        ),
    )


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """Three notes: one that was corrected, one that was withdrawn, one that stands; and a message without a note."""
    fever = Entity(9, 14, "fever", "Sign_symptom", 0.9)
    high = Entity(4, 8, "high", "Severity", 0.8)
    denied = Entity(7, 12, "fever", "Sign_symptom", 0.9, negated=True)
    unit = Unit(UNIT_ID, "default", Format.JSONL, (Piece("notes.jsonl", 0, 1000, 1000, "digest"),))
    out = create_or_open(tmp_path / "out", OutputSettings("safe-harbor", "clinical", "12345678"))
    publish(
        ExtractedUnit(
            unit,
            notes=(
                note(10, 1, "Has high fever.", high, fever, relation=True),
                note(11, 2, "Denies fever.", denied),
                note(20, 1, "Has high fever.", high, fever),
                note(21, 2, None),
                note(30, 1, "Had high fever.", high, fever, relation=True),
            ),
            no_notes=(NoNote(Place(UNIT_ID, "default", "notes.jsonl", 40), ARRIVED.received_at),),
        ),
        out,
        "run",
    )
    Committer(out).commit_all()
    return tmp_path


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TABLES.read_text(), re.DOTALL)


def test_the_documented_queries_answer_from_current_versions(
    output: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(output)
    scope: dict[str, Any] = {}
    printed = []
    for block in blocks("python"):
        exec(block, scope)  # noqa: S102  our own document
        printed.append(capsys.readouterr().out)

    con = scope["con"]
    assert con.sql("SELECT count(*) FROM current").fetchall() == [(2,)]  # corrected and standing, not withdrawn
    findings, by_type, outcomes = (text for text in printed if text)
    assert re.search(r"fever +│ +1 │ +1 ", findings)  # denied in the corrected version, so one is left
    assert re.search(r"Sign_symptom +2", by_type)
    assert re.search(r"released.*│ +5 ", outcomes)
    assert re.search(r"no_note.*│ +1 ", outcomes)

    relations, source = blocks("sql")
    assert con.sql(relations).fetchall() == [("MODIFY", "high", "fever")] * 2
    assert con.sql(source.replace("…", f"{3:032x}")).fetchall() == [("default", "J-30")]
    text_at = """
        SELECT bool_and(substring(n.text, start + 1, "end" - start) = e.text)
        FROM entities e JOIN notes n USING (note_key, version)
    """
    assert con.sql(text_at).fetchall() == [(True,)]
