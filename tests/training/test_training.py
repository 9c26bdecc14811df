"""The one command, on a corpus of our own and a tiny BERT: it learns, goes on after a stop, and exports what it learnt."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytest.importorskip("onnx")

from model_repo.clinical_bert.clinical_bert import ClinicalBert  # noqa: E402
from training.__main__ import main  # noqa: E402

MODEL = Path(__file__).parents[2] / "model_repo" / "clinical_bert"
SIGNS = ["fever", "cough", "nausea", "headache", "dizziness", "fatigue"]
DRUGS = ["aspirin", "ibuprofen", "insulin", "warfarin", "morphine", "heparin"]

Train = Callable[..., int]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A randomly initialised BERT of two narrow layers, as Hugging Face saves it."""
    folder = tmp_path_factory.mktemp("encoder")
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=30522, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    transformers.BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    transformers.PreTrainedTokenizerFast(
        tokenizer_file=str(MODEL / "tokenizer.json"),
        cls_token="[CLS]",
        sep_token="[SEP]",
        pad_token="[PAD]",
        unk_token="[UNK]",
        mask_token="[MASK]",
    ).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten brat documents: a sign and a drug in each of their lines."""
    folder = tmp_path_factory.mktemp("corpora") / "maccrobat2020"
    folder.mkdir()
    for number in range(10):
        text, marks = "", []
        for line in range(12):
            sign, drug = SIGNS[(number + line) % 6], DRUGS[(number + line * 5 + line // 6) % 6]
            for piece, entity_type in (
                ("The patient had ", ""),
                (sign, "Sign_symptom"),
                (" and took ", ""),
                (f"{drug} tablets", "Medication"),
                (f" on day {number}.\n", ""),
            ):
                if entity_type:
                    marks.append(f"T{len(marks)}\t{entity_type} {len(text)} {len(text) + len(piece)}\t{piece}")
                text += piece
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
        (folder / f"{number}.ann").write_text("\n".join(marks) + "\n", encoding="utf-8")
    return folder.parent


@pytest.fixture
def train(corpora: Path, encoder: Path, tmp_path: Path) -> Train:
    def run(output: str, epochs: int, work: str = "work", source: Path = corpora) -> int:
        options = (
            f"--dev 1 --test 2 --threads 1 --precision float32 --encoder-rate 0.01 --head-rate 0.01 --epochs {epochs}"
        )
        places = ["--corpora", source, "--output", tmp_path / output, "--work", tmp_path / work, "--encoder", encoder]
        return main([*map(str, places), *options.split(), "--batch-tokens", "256"])

    return run


def test_the_command_makes_a_model_that_finds_what_it_was_taught(train: Train, tmp_path: Path) -> None:
    assert train("out", epochs=8) == 0

    text = "The patient had nausea and took heparin tablets on day 3."
    (findings,) = ClinicalBert(tmp_path / "out").find([text], "clinical")
    assert not isinstance(findings, Exception)
    assert [(text[e["start"] : e["end"]], e["type"]) for e in findings["entities"]] == [
        ("nausea", "Sign_symptom"),
        ("heparin tablets", "Medication"),
    ]
    labels = json.loads((tmp_path / "out" / "labels.json").read_text())
    assert labels == {"clinical": {"entities": ["Medication", "Sign_symptom"], "relations": [], "classes": []}}
    card = (tmp_path / "out" / "model_card.md").read_text()
    assert "| test | 2 | 48 |" in card
    assert "| Medication | 24 | 1.000 | 1.000 | 1.000 |" in card


def test_a_training_that_was_stopped_ends_as_one_that_was_not(
    train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert train("whole", epochs=3, work="whole_work") == 0

    class PowerCut(BaseException):
        pass

    def cut(epoch: object) -> None:
        raise PowerCut

    with monkeypatch.context() as patch:
        # The second epoch is lost: its checkpoint is written after the report.
        patch.setattr("training.__main__._print_epoch", _after(1, cut))
        with pytest.raises(PowerCut):
            train("stopped", epochs=3)
    assert not (tmp_path / "stopped").exists()
    assert train("stopped", epochs=3) == 0

    whole = (tmp_path / "whole" / "1" / "model.onnx").read_bytes()
    assert (tmp_path / "stopped" / "1" / "model.onnx").read_bytes() == whole


def _after(times: int, then: Callable[[object], None]) -> Callable[[object], None]:
    seen: list[object] = []

    def report(epoch: object) -> None:
        seen.append(epoch)
        if len(seen) > times:
            then(epoch)

    return report


def test_a_checkpoint_of_other_options_is_refused(train: Train, capsys: pytest.CaptureFixture[str]) -> None:
    assert train("out", epochs=1) == 0
    assert train("out", epochs=2) == 1
    assert "made with other options" in capsys.readouterr().err


def test_a_checkpoint_of_other_documents_is_refused(
    train: Train, corpora: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train("out", epochs=1) == 0
    shutil.copytree(corpora, tmp_path / "corrected")
    for path in (tmp_path / "corrected" / "maccrobat2020").glob("*.ann"):
        path.write_text("".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[1:]), encoding="utf-8")

    assert train("out", epochs=1, source=tmp_path / "corrected") == 1
    assert "made with other options or documents" in capsys.readouterr().err


def test_a_corpus_that_is_not_there_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--corpora", str(tmp_path), "--output", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err.startswith("training: ")
    assert not (tmp_path / "out").exists()
