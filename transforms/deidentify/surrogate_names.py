"""Surrogates of names, word by word, each decided by the patient and the word alone.

So ``John Smith``, ``Mr. Smith``, ``SMITH, JOHN`` and ``J. Smith`` stay one man in all notes of a patient, in whatever
order they come and whatever else a note says. For the sake of the initials a patient's letters are permuted, and what
stands for a name begins with the letter that stands for its initial. Given names of one kind and initial are permuted
too, so that different people get different names.

A given name that is one sex's gets one of that sex; all others get one that both have. Whether a title or the feed tells
the sex differs from note to note and from format to format, so neither may decide.
"""

import math
import re
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from pathlib import Path
from unicodedata import normalize

from transforms.deidentify.forms import words
from transforms.deidentify.lexicon import lexicon
from transforms.deidentify.surrogate_numbers import Choose

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

_INITIALS = "abcdefghjklmnoprstvw"  # those with which enough names of every kind begin
_LISTS = Path(__file__).parent / "surrogate_lists"
_GIVEN = ("female", "male", "neutral")
_TRIES = 50
_ROUNDS = ("1", "2", "3", "4")  # four make a Feistel network a pseudorandom permutation (Luby and Rackoff)
_POSSESSIVE = re.compile(r"['’]s\Z", re.IGNORECASE)
_APOSTROPHES = str.maketrans("", "", "'’")
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})

_DOTTED = re.compile(r"(?<=[\w.,]\s)(?:M\.D|D\.O|R\.N|Ph\.D)\b")
# Before a name, behind it, and between two.
_TITLES = words(
    "mr mrs ms miss mx dr prof professor sir madam rev hon sgt attending resident nurse doctor baby boy girl infant twin"
)
_SUFFIXES = words(
    "jr sr ii iii iv esq md do rn np pa pac phd lpn lvn cna pharmd dds dpm msw lcsw crna facs facp facc faap mph mba msn "
    "bsn aprn arnp fnp dnp edd"
)
_JOINTS = words("and or of")
# Words of a surname, where another word of it follows: ``van der Berg``.
_PARTICLES = words("de del la las los da das dos di du van von der den el al bin ibn st")
_GIVEN_TOO = words("al van von del bin das du")  # ``Al Smith``
_SURNAMES_TOO = words("do pa")  # ``Minh Do``, but ``Jane Smith, DO``


class SurrogateNames:
    """The surrogates of one patient's names in one note; ``is_free`` says whether a word may be one there."""

    def __init__(self, choose: Choose, is_free: Callable[[str], bool]) -> None:
        self._choose = choose
        self._is_free = is_free
        self._chosen: dict[str, str] = {}

    def name(self, value: str) -> str:
        """The name with another in place of each of its words that name someone: its case, format and order stay."""
        pieces: list[str] = []
        position = 0
        naming: list[bool] = []
        found = list(WORD.finditer(value))
        for index, match in enumerate(found):
            naming.append(not _names_no_one(value, found, index, naming))
            if naming[-1]:
                word = _POSSESSIVE.sub("", match[0])
                pieces += [value[position : match.start()], self._word(word, value)]
                position = match.start() + len(word)
        return "".join([*pieces, value[position:]])

    def user(self, value: str) -> str:
        """The words of a user name or an address: ``john.smith``, and ``jsmith`` and ``smithj`` as a surname and an initial."""
        return WORD.sub(lambda match: self._user_word(match[0]), value)

    def _word(self, word: str, value: str) -> str:
        key = _key(word)
        return in_case("".join(map(self._letter, key)) if _is_initials(word, value) else self._surrogate(key), word)

    def _user_word(self, word: str) -> str:
        key = _key(word)
        if len(key) > 4 and not _is_listed(key):
            if key[1:] in lexicon().surnames:
                return in_case(self._letter(key[0]) + self._surrogate(key[1:]).lower(), word)
            if key[:-1] in lexicon().surnames:
                return in_case(self._surrogate(key[:-1]) + self._letter(key[-1]), word)
        return self._word(word, "")

    def _letter(self, letter: str) -> str:
        return self._letters.get(letter) or _INITIALS[self._choose(len(_INITIALS), "initial", letter)]

    def _surrogate(self, key: str) -> str:
        if key not in self._chosen:
            kind, rank = _kind_and_rank(key)
            names = _of_initial(kind, self._letter(key[0]))
            places = (
                self._choose(len(names), "name", key, attempt)
                if rank is None
                else self._permuted(rank % len(names), len(names), "given", kind, key[0], attempt)
                for attempt in map(str, range(_TRIES))
            )
            free = (names[at] for at in places if self._is_free(names[at].lower()))
            self._chosen[key] = next((name for name in free if name not in self._chosen.values()), names[0])
        return self._chosen[key]

    def _permuted(self, index: int, count: int, purpose: str, *which: str) -> int:
        """Where a keyed permutation of ``range(count)`` takes the index: a Feistel network, walked until it fits."""
        side = math.isqrt(count - 1) + 1
        while True:
            left, right = divmod(index, side)
            for round_ in _ROUNDS:
                left, right = right, (left + self._choose(side, purpose, *which, round_, str(right))) % side
            index = left * side + right
            if index < count:
                return index

    @cached_property
    def _letters(self) -> dict[str, str]:
        """A permutation of the initials in which none stands for itself."""
        attempt = 0
        while True:
            code = self._choose(math.factorial(len(_INITIALS)), "initials", str(attempt))
            shown = list(_permutation(_INITIALS, code))
            if not any(map(str.__eq__, _INITIALS, shown)):
                return dict(zip(_INITIALS, shown, strict=True))
            attempt += 1


def in_case(name: str, shown: str) -> str:
    """The name in the case in which another is written."""
    if len(shown) > 1 and shown.isupper():
        return name.upper()
    return name[:1].upper() + name[1:] if shown[:1].isupper() else name.lower()


@cache
def read_list(name: str) -> tuple[str, ...]:
    """The entries of a list of ``surrogate_lists/``."""
    lines = (_LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def _key(word: str) -> str:
    """Lower case without accents and apostrophes: ``O’BRIEN`` and ``Obrien``, ``José`` and ``Jose`` are one name."""
    letters = normalize("NFKD", word.lower().translate(_LETTERS)).translate(_APOSTROPHES)
    return "".join(char for char in letters if "a" <= char <= "z") or letters


def _names_no_one(value: str, found: list["re.Match[str]"], index: int, naming: list[bool]) -> bool:
    """Whether a word of a name is a title, a particle or a suffix there; ``naming``: which words before it are none."""
    word, start, end = found[index][0], *found[index].span()
    key = word.lower()
    before = value[found[index - 1].end() : start] if index else ""
    if key in _PARTICLES:
        following = found[index + 1] if index + 1 < len(found) else None
        if following is None or "," in value[end : following.start()]:
            return False
        begins = index == 0 and word[0].isupper() and key in _GIVEN_TOO
        return not begins or value[end] == "-" or following[0].lower() in _PARTICLES
    if key in _TITLES:
        return not index or not naming[-1] or "," in before
    if key in _SUFFIXES and any(naming):
        return key not in _SURNAMES_TOO or (word.isupper() and (index > 1 or "," in before))
    dotted = any(credential.start() <= start < credential.end() for credential in _DOTTED.finditer(value))
    return key in _JOINTS or (any(naming) and dotted)


def _is_initials(word: str, value: str) -> bool:
    """``J``, ``JS``, ``JFK``: one letter, or two or three capitals that are no name themselves (``NGUYEN, AN``)."""
    if len(word) == 1:
        return True
    if len(word) > 3 or not (word.isupper() and word.isascii()):
        return False
    in_capitals = any(other.isupper() and len(other) > 2 and _is_listed(_key(other)) for other in WORD.findall(value))
    return not _is_listed(word.lower()) or (len(word) == 2 and not in_capitals)


def _is_listed(key: str) -> bool:
    return key in lexicon().surnames or key in lexicon().first_names


def _permutation(letters: str, code: int) -> Iterator[str]:
    rest = list(letters)
    for count in range(len(letters), 0, -1):
        code, index = divmod(code, count)
        yield rest.pop(index)


def _kind_and_rank(key: str) -> tuple[str, int | None]:
    """A name's kind, and which of the given names of that kind and initial it is; None for a surname."""
    return next(((kind, _ranks(kind)[key]) for kind in _GIVEN if key in _ranks(kind)), ("surnames", None))


@cache
def _ranks(kind: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    ranks: dict[str, int] = {}
    for name in read_list(f"known_{kind}.v2"):
        ranks[name] = counts.setdefault(name[0], 0)
        counts[name[0]] += 1
    return ranks


@cache
def _of_initial(kind: str, letter: str) -> tuple[str, ...]:
    return tuple(name for name in read_list(f"{kind}.v2") if name[0].lower() == letter)
