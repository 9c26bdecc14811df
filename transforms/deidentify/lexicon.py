"""The word lists that weigh beside context: names, places, English words, eponyms. Sources: ``lists/README.md``."""

import gzip
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Lower-case words and phrases. No list decides alone: ``Brown``, ``Foley`` and ``Hope`` stand in several."""

    first_names: frozenset[str]
    surnames: frozenset[str]
    english: frozenset[str]
    eponyms: frozenset[str]
    terms: frozenset[str]  # of medicine, written with a capital: drugs, devices, tests
    cities: frozenset[str]
    hospitals: frozenset[str]
    employers: frozenset[str]  # well-known companies, which are employers only where the words around say so
    no_names: frozenset[str]  # words that name nobody and no place by themselves, though no other list says so

    def is_ordinary(self, word: str) -> bool:
        """Whether ``word`` (lower case) is also an eponym, an English word or shorter than three letters."""
        return len(word) < 3 or word in self.english or word in self.eponyms


@cache
def lexicon() -> Lexicon:
    """Read the lists once a process (about 0.2 s, 25 MB)."""
    return Lexicon(
        first_names=_words("first_names.1990") | _words("further_given_names.v1"),
        surnames=_words("surnames.2010") | _words("further_surnames.v1"),
        english=_words("english.v1"),
        eponyms=_words("eponyms.v1"),
        terms=_words("terms.v1"),
        cities=_words("cities.v1"),
        hospitals=_words("hospitals.v1"),
        employers=_words("employers.v1"),
        no_names=_words("no_names.v3"),
    )


def _words(name: str) -> frozenset[str]:
    packed = (files("transforms.deidentify") / "lists" / f"{name}.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().split("\n")) - {""}
