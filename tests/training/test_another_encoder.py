"""Another encoder by one option: a BERT-base as Bio_ClinicalBERT is one, with a cased vocabulary, trained and then served."""

import json
import shutil
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
tokenizers = pytest.importorskip("tokenizers")
pytest.importorskip("onnx")

import tritonclient.grpc as tritongrpc  # noqa: E402

from model_repo.clinical_bert.clinical_bert import VERSION, ClinicalBert  # noqa: E402
from tests.model_repo.test_serving import infer  # noqa: E402
from tests.training import small_corpora  # noqa: E402
from training.__main__ import main  # noqa: E402
from transforms.extract.server import start_server  # noqa: E402

INSTALLED = Path(__file__).parents[2] / "model_repo" / "clinical_bert"
VOCABULARY = 28_996  # Bio_ClinicalBERT's, as BERT-base-cased has it
NOTE = "Pt had Nausea, took HEPARIN tablets.\nFièvre \N{FACE WITH THERMOMETER} since day 3; no cough. " * 40


def _save_encoder(folder: Path, corpora: Path) -> None:
    """BERT-base with random weights, and a cased WordPiece tokenizer whose vocabulary is of the corpora's words."""
    words = tokenizers.BertWordPieceTokenizer(lowercase=False, strip_accents=False)
    texts = [str(path) for path in sorted(corpora.rglob("*.txt"))]
    words.train(texts, vocab_size=2000, min_frequency=1, show_progress=False)
    vocabulary = sorted(words.get_vocab(), key=words.get_vocab().get)
    vocabulary += [f"[unused{number}]" for number in range(VOCABULARY - len(vocabulary))]
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    transformers.BertTokenizerFast(vocab=str(folder / "vocab.txt"), do_lower_case=False).save_pretrained(folder)
    torch.manual_seed(0)
    config = transformers.BertConfig(vocab_size=VOCABULARY)  # 12 layers of 768, as the paper has BERT-base
    transformers.BertModel(config, add_pooling_layer=True).save_pretrained(folder)


def test_a_bert_base_with_a_cased_vocabulary_is_trained_and_served(tmp_path: Path) -> None:
    corpora, encoder, repository = (tmp_path / name for name in ("corpora", "encoder", "repository"))
    corpora.mkdir()
    small_corpora.write(corpora)
    encoder.mkdir()
    _save_encoder(encoder, corpora)
    model = repository / "clinical_bert"
    shutil.copytree(INSTALLED, model, ignore=shutil.ignore_patterns("*.onnx", "*.npz", "*.safetensors", "*.json"))

    places = ["--corpora", corpora, "--output", model, "--work", tmp_path / "work", "--encoder", encoder]
    options = "--epochs 1 --teachers 0 --pretrain-tokens 2048 --pretrain-batch 4 --precision float32 --batch-tokens 512"
    assert main([*map(str, places), *options.split()]) == 0

    assert (model / "model_card.md").read_text().startswith(f"# clinical_bert, version {VERSION}")
    assert json.loads((model / str(VERSION) / "model.json").read_text())["layers"] == 12
    texts = [NOTE, "Nausea", "nausea"]
    expected = ClinicalBert(model).find(texts, "clinical")
    with start_server(repository, instances=1) as server, tritongrpc.InferenceServerClient(server.endpoint) as client:
        served = infer(client, *texts)
    for answer in served:
        answer.pop("digest", None)
    assert served == json.loads(json.dumps(expected))
    # A cased vocabulary: other words, so other scores.
    assert served[1]["classes"] != served[2]["classes"]
