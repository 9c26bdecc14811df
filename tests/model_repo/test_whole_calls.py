"""A call of the model with everything but the trained encoder: many notes, huge notes, notes that fail, and what it took."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from model_repo.clinical_bert.clinical_bert import ClinicalBert
from model_repo.clinical_bert.findings import Findings
from model_repo.clinical_bert.meter import Usage
from model_repo.clinical_bert.tokens import TextTokenizer
from tests.model_repo.marking import MarkingEngine
from tests.model_repo.small_model import FAILING_WORD, marking_engine, write_small_model

GPU_BATCH = 16_384
CASE = (
    "A 58-year-old woman presented with chest pain and a fever of 39.2 °C.\n"
    "Blood glucose was 290 mg/dl, and she was given insulin. The fever went.\n"
)
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_model(tmp_path_factory.mktemp("small") / "clinical_bert")


@pytest.fixture
def engine(tokenizer: TextTokenizer) -> MarkingEngine:
    """One that wants as many tokens at once as a GPU does."""
    return marking_engine(tokenizer, GPU_BATCH)


@pytest.fixture
def bert(folder: Path, engine: MarkingEngine) -> ClinicalBert:
    return ClinicalBert(folder, engine=engine)


def _found(bert: ClinicalBert, *texts: str) -> list[Findings]:
    answers = bert.find(texts, "clinical")
    assert not any(isinstance(answer, Exception) for answer in answers)
    return answers  # type: ignore[return-value]


def _told(text: str, findings: Findings) -> list[tuple[str, str, str]]:
    """Head, relation and tail in the text's words."""
    words = [text[entity["start"] : entity["end"]] for entity in findings["entities"]]
    return [(words[of["head"]], of["type"], words[of["tail"]]) for of in findings["relations"]]


def test_entities_relations_and_classes_of_one_note(bert: ClinicalBert) -> None:
    (findings,) = _found(bert, CASE)

    assert [CASE[entity["start"] : entity["end"]] for entity in findings["entities"]] == [
        "woman",
        "fever",
        "insulin",
        "fever",
    ]
    assert _told(CASE, findings) == [("insulin", "CAUSE", "fever")] * 2
    assert [label["name"] for label in findings["classes"]] == ["Discharge summary", "Radiology"]


@pytest.mark.parametrize(
    "before", ["", "👩‍⚕️🤒🏽 ", "pre\u0301sente\u0301d ", "İİİ ", "\x00\x07\u200b\ufeff", "胸痛\r\n"], ids=ascii
)
def test_offsets_are_code_points_whatever_stands_before(bert: ClinicalBert, before: str) -> None:
    plain, moved = _found(bert, CASE, before + CASE)

    assert [entity["start"] + len(before) for entity in plain["entities"]] == [
        entity["start"] for entity in moved["entities"]
    ]
    assert _told(CASE, plain) == _told(before + CASE, moved)


def test_notes_share_batches_and_get_what_they_get_alone(bert: ClinicalBert, engine: MarkingEngine) -> None:
    texts = [CASE * (number % 7) + "fever " * (number % 5) for number in range(256)]
    alone = [findings for text in texts for findings in _found(bert, text)]
    engine.lengths.clear()
    order = list(range(len(texts)))
    random.Random(1).shuffle(order)

    assert _found(bert, *(texts[at] for at in order)) == [alone[at] for at in order]
    sizes = [sum(lengths) for lengths in engine.lengths]
    assert max(sizes) <= GPU_BATCH
    assert min(sizes[:-1]) > GPU_BATCH - 256  # each but the last is as full as whole windows can make it


@pytest.mark.parametrize("text", ["", " ", "\n\n\t\r\n", "\u200b", "\x00"], ids=ascii)
def test_a_text_without_words_has_no_findings(bert: ClinicalBert, text: str) -> None:
    before, nothing, after = _found(bert, CASE, text, CASE)

    assert (nothing["entities"], nothing["relations"], nothing["classes"]) == ([], [], [])
    assert before == after


def test_a_window_that_fails_fails_its_note_alone(bert: ClinicalBert) -> None:
    """The batch fails with it, and is asked for again window by window."""
    texts = [CASE, f"{CASE * 30} {FAILING_WORD} {CASE * 30}", CASE * 40, "Mr Canary \ud800", CASE]
    first, failed, long, invalid, last = bert.find(texts, "clinical")

    assert isinstance(failed, RuntimeError)
    assert isinstance(invalid, ValueError)
    assert "Canary" not in str(invalid)
    assert [first, long, last] == _found(bert, texts[0], texts[2], texts[4])


def test_ten_thousand_one_line_notes(bert: ClinicalBert, engine: MarkingEngine) -> None:
    texts = [f"{number}: fever after insulin" for number in range(10_000)]
    answers = _found(bert, *texts)

    assert all(
        _told(text, found) == [("insulin", "CAUSE", "fever")] for text, found in zip(texts, answers, strict=True)
    )
    assert len(engine.lengths) <= 1 + 1.02 * sum(map(sum, engine.lengths)) / GPU_BATCH


def test_what_a_call_took(folder: Path, engine: MarkingEngine) -> None:
    calls: list[Usage] = []
    bert = ClinicalBert(folder, engine=engine, meter=calls.append)
    bert.find([CASE * 50, "", CASE], "clinical")

    (usage,) = calls
    assert (usage.notes, usage.padding_tokens) == (3, 0)
    assert usage.windows == sum(map(len, engine.lengths))
    assert usage.tokens == sum(map(sum, engine.lengths))
    assert min(usage.tokenise_seconds, usage.encode_seconds, usage.decode_seconds) > 0
    twice = Usage()
    twice.add(usage)
    twice.add(usage)
    assert (twice.notes, twice.tokens) == (6, 2 * usage.tokens)


def test_fifty_thousand_tokens_are_read_once_and_little_more(
    bert: ClinicalBert, engine: MarkingEngine, tokenizer: TextTokenizer
) -> None:
    copies = 1500
    text = CASE * copies
    (findings,) = _found(bert, text)

    total = len(tokenizer.tokens(text))
    assert total > 50_000
    assert max(map(max, engine.lengths)) <= 256
    assert sum(map(sum, engine.lengths)) <= 1.35 * total
    women = [entity["start"] for entity in findings["entities"] if entity["type"] == "Sex"]
    assert women == [at * len(CASE) + CASE.index("woman") for at in range(copies)]


_PEAK = """
import resource, sys
from pathlib import Path
from model_repo.clinical_bert.clinical_bert import ClinicalBert
from model_repo.clinical_bert.tokens import TextTokenizer
from tests.model_repo.small_model import marking_engine

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

folder, case, characters, batch = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
bert = ClinicalBert(folder, engine=marking_engine(TextTokenizer(folder / "tokenizer.json"), batch))
bert.find([case * 50], "clinical")
before = peak()
text = case * (characters // len(case))
(findings,) = bert.find([text], "clinical")
print(len(text), len(findings["entities"]), len(findings["relations"]), peak() - before)
"""


def test_a_note_of_five_million_characters_in_bounded_memory(folder: Path) -> None:
    """Beside its findings a note takes its tokens and words, and never the scores of more than a batch."""
    run = subprocess.run(
        [sys.executable, "-c", _PEAK, folder, CASE, "5000000", str(GPU_BATCH)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    characters, entities, relations, peak = map(int, run.stdout.split())

    copies = characters // len(CASE)
    assert entities == 4 * copies
    assert relations >= 2 * copies
    scores = 1_300_000 * 4 * (7 + 5 + 384)  # what all of them together would take
    assert peak < 0.3 * scores
