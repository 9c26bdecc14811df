"""A share is a share of the documents, and of a long note one window tells as much as it should."""

import random
from collections import Counter

from model_repo.clinical_bert.heads import LabelSet
from model_repo.clinical_bert.tokens import TextTokenizer
from training.features import Features, Teaching
from training.tasks import Extent, Task
from transforms.extract.evaluation.document import Document


def _task(tokenizer: TextTokenizer, share: float, extent: Extent = Extent.WHOLE, lines: int = 1) -> Task:
    features = Features(Teaching("clinical"), LabelSet(("Sex",), (), ("letter",)), tokenizer)
    notes = [Document(f"{at}", f"Note {at}: the cough went on.\n" * lines, (), note_class="letter") for at in range(10)]
    return Task("notes", features, [features.prepared(note) for note in notes], share, extent)


def _read(task: Task, tokenizer: TextTokenizer, seed: int) -> Counter[str]:
    numbers = {tokenizer.tokens(f"{at}").ids[0]: f"{at}" for at in range(10)}
    return Counter(
        next(numbers[token] for token in example.ids.tolist() if token in numbers)
        for example in task.epoch(random.Random(seed))
    )


def test_an_epoch_reads_the_share_of_the_documents_that_it_should(tokenizer: TextTokenizer) -> None:
    few, all_and_more = _task(tokenizer, 0.3), _task(tokenizer, 2.4)

    assert sorted(_read(few, tokenizer, 1).values()) == [1, 1, 1]
    assert _read(few, tokenizer, 1) != _read(few, tokenizer, 2)
    assert sorted(_read(all_and_more, tokenizer, 1).values()) == [2] * 6 + [3] * 4


def test_one_window_of_a_note_is_another_one_each_time(tokenizer: TextTokenizer) -> None:
    whole = _task(tokenizer, 1.0, lines=120)
    one = _task(tokenizer, 1.0, Extent.ONE_WINDOW, lines=120)

    assert min(_read(whole, tokenizer, 1).values()) > 4
    assert set(_read(one, tokenizer, 1).values()) == {1}
    lengths = {tuple(len(example.ids) for example in one.epoch(random.Random(seed))) for seed in range(8)}
    assert len(lengths) > 1
