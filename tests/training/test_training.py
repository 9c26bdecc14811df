"""The one command, on small corpora of our own and a tiny BERT: it learns every task, goes on after a stop, and exports it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytest.importorskip("onnx")

from model_repo.clinical_bert.clinical_bert import VERSION, ClinicalBert  # noqa: E402
from tests.training import small_corpora  # noqa: E402
from training.__main__ import main  # noqa: E402

MODEL = Path(__file__).parents[2] / "model_repo" / "clinical_bert"

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
    _save_tokenizer(folder, MODEL / "tokenizer.json")
    return folder


def _save_tokenizer(folder: Path, tokenizer: Path) -> None:
    transformers.PreTrainedTokenizerFast(
        tokenizer_file=str(tokenizer),
        cls_token="[CLS]",
        sep_token="[SEP]",
        pad_token="[PAD]",
        unk_token="[UNK]",
        mask_token="[MASK]",
    ).save_pretrained(folder)


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_corpora.write(tmp_path_factory.mktemp("corpora"))


@pytest.fixture
def train(corpora: Path, encoder: Path, tmp_path: Path) -> Train:
    def run(
        output: str, epochs: int, work: str = "work", source: Path = corpora, pretrain: int = 0, teachers: int = 0
    ) -> int:
        options = f"--threads 1 --precision float32 --encoder-rate 0.01 --head-rate 0.01 --epochs {epochs} --patience 9"
        options += f" --batch-tokens 512 --pretrain-tokens {pretrain} --teachers {teachers}"
        places = ["--corpora", source, "--output", tmp_path / output, "--work", tmp_path / work, "--encoder", encoder]
        return main([*map(str, places), *options.split()])

    return run


def test_the_command_makes_a_model_that_finds_what_it_was_taught(train: Train, tmp_path: Path) -> None:
    assert train("out", epochs=8, pretrain=20_000, teachers=2) == 0

    bert = ClinicalBert(tmp_path / "out")
    text = "The patient had nausea and took heparin tablets on day 3."
    (findings,) = bert.find([text], "clinical")
    assert not isinstance(findings, Exception)
    assert [(text[e["start"] : e["end"]], e["type"]) for e in findings["entities"]] == [
        ("nausea", "Sign_symptom"),
        ("heparin tablets", "Medication"),
    ]
    assert (1, 0, "MODIFY") in [(one["head"], one["tail"], one["type"]) for one in findings["relations"]]
    (findings,) = bert.find(["Report 3: warfarin and cough."], "biomedical")
    assert not isinstance(findings, Exception)
    assert [e["type"] for e in findings["entities"]] == ["Chemical", "Disease"]
    letter, picture = bert.find(["Dear Dr. X, case 900.", "EXAM: MRI knee, case 900. FINDINGS: Normal."], "clinical")
    assert not isinstance(letter, Exception)
    assert not isinstance(picture, Exception)
    assert [one["classes"][0]["name"] for one in (letter, picture)] == ["letter", "radiology_report"]

    labels = json.loads((tmp_path / "out" / "labels.json").read_text())
    assert labels["clinical"]["entities"] == ["Medication", "Sign_symptom"]
    assert labels["biomedical"]["relations"] == ["CID"]
    card = (tmp_path / "out" / "model_card.md").read_text()
    assert "| MACCROBAT 2020: clinical case reports (figshare 9764942) | CC BY 4.0 | 8 | 1 | 1 |" in card
    assert "| Medication | 12 | 1.000 | 1.000 | 1.000 |" in card


def test_the_card_says_how_far_trainings_from_different_seeds_lie_apart(train: Train, tmp_path: Path) -> None:
    assert train("out", epochs=1, teachers=2) == 0

    card = (tmp_path / "out" / "model_card.md").read_text()
    seeds = card.split("2 trainings from different seeds", 1)[1]
    entities = next(line for line in seeds.splitlines() if line.startswith("| entities |"))
    lowest, mean, highest = (float(cell) for cell in entities.split("|")[2:5])
    assert 0.0 < lowest < mean < highest <= 1.0


def test_a_training_that_was_stopped_ends_as_one_that_was_not(
    train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert train("whole", epochs=2, work="whole_work") == 0

    class PowerCut(BaseException):
        pass

    def cut(epoch: object) -> None:
        raise PowerCut

    with monkeypatch.context() as patch:
        # The second epoch is lost: its checkpoint is written after the report.
        patch.setattr("training.__main__._print_epoch", _after(1, cut))
        with pytest.raises(PowerCut):
            train("stopped", epochs=2)
    assert not (tmp_path / "stopped").exists()
    assert train("stopped", epochs=2) == 0

    for name in ("model.onnx", "relations.npz"):
        whole = (tmp_path / "whole" / str(VERSION) / name).read_bytes()
        assert (tmp_path / "stopped" / str(VERSION) / name).read_bytes() == whole


def _after(times: int, then: Callable[[object], None]) -> Callable[[object], None]:
    seen: list[object] = []

    def report(epoch: object) -> None:
        seen.append(epoch)
        if len(seen) > times:
            then(epoch)

    return report


def test_a_checkpoint_of_other_options_or_documents_is_refused(
    train: Train, corpora: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train("out", epochs=1) == 0
    assert train("out", epochs=2) == 1
    assert "made with other options or documents" in capsys.readouterr().err

    shutil.copytree(corpora, tmp_path / "corrected")
    for path in (tmp_path / "corrected" / "ncbi_disease").glob("*.ann"):
        path.write_text("", encoding="utf-8")
    assert train("out", epochs=1, source=tmp_path / "corrected") == 1
    assert "made with other options or documents" in capsys.readouterr().err


def test_a_corpus_that_is_not_there_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--corpora", str(tmp_path), "--output", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err.startswith("training: ")
    assert not (tmp_path / "out").exists()
