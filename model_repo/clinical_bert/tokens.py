"""WordPiece tokens of a note, with the places where they stand in the original text."""

import unicodedata
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

CHUNK_CHARS = 20_000  # A note is tokenised in chunks: the tokenizer's own objects take 50 times the text's memory.

_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Tokens:
    """The tokens of one text, without special tokens. All arrays have shape ``[tokens]``.

    ``start`` and ``end`` are code points of the original text, half-open. ``word`` says which word a token belongs
    to: it rises by one with every new word, so that a word's first token is where it changes. A token that is the
    first of its line has ``line_first``.
    """

    ids: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    word: NDArray[np.int64]
    line_first: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def word_first(self) -> NDArray[np.bool_]:
        """Whether a token is the first of its word."""
        first = np.ones(len(self.word), dtype=np.bool_)
        first[1:] = self.word[1:] != self.word[:-1]
        return first


class TextTokenizer:
    """A Hugging Face fast tokenizer (``tokenizer.json``) that keeps exact offsets for texts of any length."""

    def __init__(self, path: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(path))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.first_special, self.last_special = self._special_tokens()

    def framed(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Token ids as the encoder reads them: with the special tokens at both ends."""
        return np.concatenate((self.first_special, ids, self.last_special)).astype(np.int64)

    @property
    def mask_id(self) -> int:
        """The id that stands for a hidden token in masked-LM training.

        Raises:
            ValueError: the tokenizer has none.
        """
        mask_id: int | None = self._tokenizer.token_to_id("[MASK]")
        if mask_id is None:
            raise ValueError("the tokenizer has no [MASK]")
        return mask_id

    def tokens(self, text: str) -> Tokens:
        """The tokens of a text.

        Raises:
            ValueError: the text is no valid Unicode (a lone surrogate).
        """
        ids, places, words = [_NONE], [_NONE.reshape(0, 2)], [_NONE]
        next_word = 0
        for at, stop in _chunks(text):
            try:
                encoding = self._tokenizer.encode(text[at:stop], add_special_tokens=False)
            except (TypeError, UnicodeError):
                # The library's own message quotes the text.
                raise ValueError("the text is no valid Unicode") from None
            if not encoding.ids:
                continue
            ids.append(np.asarray(encoding.ids, dtype=np.int64))
            places.append(np.asarray(encoding.offsets, dtype=np.int64) + at)
            words.append(np.asarray(encoding.word_ids, dtype=np.int64) + next_word)
            next_word = int(words[-1][-1]) + 1
        start, end = np.concatenate(places).T
        return Tokens(
            ids=np.concatenate(ids),
            start=start,
            end=end,
            word=np.concatenate(words),
            line_first=_line_first(text, start),
        )

    def _special_tokens(self) -> tuple[list[int], list[int]]:
        """The ids that the model expects before and after a window (``[CLS]``, ``[SEP]``)."""
        probe = self._tokenizer.encode("a")
        inner = [at for at, special in enumerate(probe.special_tokens_mask) if not special]
        return probe.ids[: inner[0]], probe.ids[inner[-1] + 1 :]


def _chunks(text: str) -> list[tuple[int, int]]:
    """Cuts a text into chunks at line ends, else at white space, else anywhere but before a combining character."""
    chunks = []
    at = 0
    while len(text) - at > CHUNK_CHARS:
        stop = text.rfind("\n", at + CHUNK_CHARS // 2, at + CHUNK_CHARS) + 1
        if not stop:
            stop = text.rfind(" ", at + CHUNK_CHARS // 2, at + CHUNK_CHARS) + 1
        if not stop:
            stop = at + CHUNK_CHARS
            while stop < len(text) and unicodedata.combining(text[stop]):
                stop += 1
        chunks.append((at, stop))
        at = stop
    if at < len(text):
        chunks.append((at, len(text)))
    return chunks


def _line_first(text: str, start: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a line break stands between a token and the one before it."""
    characters = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    breaks = np.flatnonzero((characters == ord("\n")) | (characters == ord("\r")))
    line = np.searchsorted(breaks, start)
    first = np.ones(len(start), dtype=np.bool_)
    first[1:] = line[1:] != line[:-1]
    return first
