"""Masked words: whole ones, the same after a stop, and something is learnt from them."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from model_repo.clinical_bert.tokens import TextTokenizer  # noqa: E402
from tests.training import small_corpora  # noqa: E402
from training.pretrain import MASKED, PretrainOptions, Progress, masked, packed, pretrain  # noqa: E402
from training.pretraining_text import MOST_PASSES, texts  # noqa: E402
from training.splits import Part, part_of  # noqa: E402

OPTIONS = PretrainOptions(tokens=64 * 96, window=64, batch=8, rate=5e-3)
SPECIAL = (101, 102)


@pytest.fixture(scope="module")
def notes() -> list[str]:
    return [
        f"Patient {number} had {small_corpora.SIGNS[number % 6]} after {small_corpora.DRUGS[number // 6 % 6]} was given."
        for number in range(900)
    ]


def test_windows_are_full_and_hold_the_texts_one_behind_the_other(notes: list[str], tokenizer: TextTokenizer) -> None:
    ids, starts = packed(notes, tokenizer, OPTIONS)

    assert ids.shape == starts.shape == (96, 64)
    assert set(ids[:, 0].tolist()) == {101}
    assert set(ids[:, -1].tolist()) == {102}
    inner = ids[:, 1:-1].ravel()
    expected = np.concatenate([np.append(tokenizer.tokens(note).ids, 102) for note in notes])
    assert inner.tolist() == expected[: len(inner)].tolist()


@given(seed=st.integers(0, 1000))
def test_words_are_hidden_whole(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ids = rng.integers(1000, 2000, (6, 40)).astype(np.int32)
    ids[:, 0], ids[:, -1] = SPECIAL
    starts = rng.random((6, 40)) < 0.6
    starts[:, :2] = starts[:, -1:] = True

    seen, hidden = masked(ids, starts, SPECIAL, 103, 3000, str(seed))

    word = starts.ravel().cumsum().reshape(ids.shape)
    for number in np.unique(word[hidden]):
        assert hidden[word == number].all()
    assert not hidden[:, [0, -1]].any()
    assert (seen[~hidden] == ids[~hidden]).all()
    assert (masked(ids, starts, SPECIAL, 103, 3000, str(seed))[0] == seen).all()


def test_a_share_of_the_words_is_hidden_and_most_of_them_by_the_mask() -> None:
    ids = np.full((200, 250), 1500, dtype=np.int32)
    seen, hidden = masked(ids, np.ones(ids.shape, dtype=np.bool_), SPECIAL, 103, 3000, "1")

    assert hidden.mean() == pytest.approx(MASKED, abs=0.01)
    assert (seen[hidden] == 103).mean() == pytest.approx(0.8, abs=0.02)
    assert (seen[hidden] == 1500).mean() == pytest.approx(0.1, abs=0.02)


def test_it_learns_and_goes_on_after_a_stop_as_if_there_was_none(
    notes: list[str], tokenizer: TextTokenizer, tmp_path: Path
) -> None:
    windows = packed(notes, tokenizer, OPTIONS)
    seen: list[Progress] = []
    whole = _encoder()
    pretrain(whole, windows, tokenizer, OPTIONS, tmp_path / "whole.pt", seen.append, every=4)
    assert [progress.step for progress in seen] == [4, 8, 12]
    assert seen[-1].loss < seen[0].loss - 1.0

    class PowerCut(BaseException):
        pass

    def cut(progress: Progress) -> None:
        if progress.step == 8:
            raise PowerCut

    with pytest.raises(PowerCut):
        pretrain(_encoder(), windows, tokenizer, OPTIONS, tmp_path / "cut.pt", cut, every=4)
    resumed = _encoder(seed=5)
    pretrain(resumed, windows, tokenizer, OPTIONS, tmp_path / "cut.pt", seen.append, every=4)
    for name, value in whole.state_dict().items():
        assert torch.equal(resumed.state_dict()[name], value), name

    with pytest.raises(ValueError, match="other options or texts"):
        pretrain(_encoder(), windows, tokenizer, PretrainOptions(seed=2), tmp_path / "cut.pt", cut)


def _encoder(seed: int = 0) -> torch.nn.Module:
    torch.manual_seed(seed)
    config = transformers.BertConfig(
        vocab_size=30522,
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    return transformers.BertModel(config, add_pooling_layer=False)


def test_notes_that_are_set_aside_are_never_read(tmp_path: Path) -> None:
    folder = small_corpora.write(tmp_path)
    notes = {path.read_text() for path in (folder / "notes_mtsamples").glob("*.txt")}
    aside = {note for note in notes if part_of(note) is not Part.TRAIN}

    read = set(texts(folder, 1_000_000, seed=1))

    assert aside
    assert not aside & read
    assert notes - aside <= read
    assert len(list(texts(folder, 300, seed=1))) < len(read) / 5


def test_a_small_source_is_read_again_and_so_are_the_labelled_documents(tmp_path: Path) -> None:
    folder = small_corpora.write(tmp_path)
    labelled = ["A report that is learnt from."]

    read = list(texts(folder, 100_000_000, seed=1, labelled=labelled))

    times = Counter(read)
    assert times[labelled[0]] == MOST_PASSES
    assert all(count % MOST_PASSES == 0 for count in times.values())
    # Not pass by pass, but mixed.
    assert read[: len(times)] != list(dict.fromkeys(read))
    assert list(texts(folder, 100_000_000, seed=1, labelled=labelled)) == read
