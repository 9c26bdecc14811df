"""The database of expressions: compiled once for a machine, kept, and compiled again where what is kept is damaged."""

import pytest
from presidio_analyzer import PatternRecognizer, RecognizerRegistry

from transforms.deidentify import scan_database
from transforms.deidentify.engine import ClosedAnalyzerEngine


def recognizers(word: str = "4 West") -> RecognizerRegistry:
    return RecognizerRegistry([PatternRecognizer("WARD", name="wards", deny_list=[word, "ICU"])])


def test_without_patterns_nothing_is_compiled(monkeypatch):
    monkeypatch.setattr(scan_database, "_compiled", lambda _: pytest.fail("compiled"))
    ClosedAnalyzerEngine(RecognizerRegistry([]), 10.0)


def test_a_database_is_compiled_once_and_a_damaged_one_again(monkeypatch, tmp_path):
    monkeypatch.setenv("CHARTSTREAM_CACHE", str(tmp_path))
    compiled = []
    real = scan_database._compiled
    monkeypatch.setattr(scan_database, "_compiled", lambda expressions: compiled.append(1) or real(expressions))

    def found() -> list[tuple[int, int]]:
        return [(r.start, r.end) for r in ClosedAnalyzerEngine(recognizers(), 10.0).analyze("TK-1234 at 4 West", "en")]

    first = found()
    assert first == [(11, 17)]
    assert found() == first
    assert len(compiled) == 1
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(kept.read_bytes()[:-7])
    assert found() == first
    assert len(compiled) == 2
    assert len(list(tmp_path.iterdir())) == 1


def test_other_expressions_are_another_database(monkeypatch, tmp_path):
    monkeypatch.setenv("CHARTSTREAM_CACHE", str(tmp_path))
    ClosedAnalyzerEngine(recognizers(), 10.0)
    ClosedAnalyzerEngine(recognizers("5 East"), 10.0)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_cache_that_cannot_be_written_costs_time_alone(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CHARTSTREAM_CACHE", str(tmp_path / "file"))
    assert len(ClosedAnalyzerEngine(recognizers(), 10.0).analyze("at 4 West", "en")) == 1
