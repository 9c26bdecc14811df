"""Derives the lists of this folder from public data: ``uv run --with faker==40.63.0 python derive.py CORPORA``.

``known_*`` tell a given name's kind, the most frequent first; the others hold what surrogates are chosen from. A change
of a list changes surrogates, so a list that was once used gets a new name rather than new content.

Surrogates are real names, but none that many people have, and none that is a word of clinical notes, a place or an
eponym: what one chooses rarely stands in a note already, and is taken neither for a word nor a word for it.
"""

import csv
import gzip
import importlib
import pkgutil
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

_FOLDER = Path(__file__).parent
_CENSUS = "US Census Bureau, given names of 1990 and surnames of 2010: public domain (US government data)"
_FAKER = (
    f"given names of all Latin-script locales of Faker {version('faker')}: MIT, copyright Daniele Faraglia and others"
)
_ADULTS_OF_1990 = 125e6  # of each sex, roughly: turns the census' percentages into persons
_SMALLEST_SHARE = 0.001  # per cent: the census' smallest, and what one of Faker's locales counts as
_GENDERED = 15  # times as often given to one sex as to the other
_FREQUENT_GIVEN = 0.03  # per cent from which a given name is no surrogate
_SURNAME_RANKS = slice(500, 14_000)
_INITIALS = "abcdefghjklmnoprstvw"  # those that enough names of every kind have
_SHORTEST_CHOICE = 40  # neutral names of an initial; surnames, which are of no sex, make them up


def main(corpora: Path) -> None:
    """Writes the lists. ``corpora`` holds ``lists`` and ``notes_mtsamples``."""
    lists = corpora / "lists"
    with (lists / "surnames_census2010.csv").open() as file:
        surnames = {row["last_name"].lower(): int(row["count"]) for row in csv.DictReader(file)}
    census = [_shares(lists / f"first_names_{sex}_census1990.txt") for sex in ("female", "male")]
    locales = [_of_faker(f"first_names_{sex}") for sex in ("female", "male")]
    known: dict[str, list[tuple[float, str]]] = {"female": [], "male": [], "neutral": []}
    for name in sorted({*census[0], *census[1], *locales[0], *locales[1]}):
        shares = [of_census.get(name, 0.0) for of_census in census]
        bearers = max(sum(shares), _SMALLEST_SHARE) / 100 * _ADULTS_OF_1990
        if bearers >= surnames.get(name, 0):
            female, male = (s + _SMALLEST_SHARE * of[name] for s, of in zip(shares, locales, strict=True))
            kind = "female" if female >= _GENDERED * male else "male" if male >= _GENDERED * female else "neutral"
            known[kind].append((-(female + male), name))
    for kind, ranked in known.items():
        title = f"Given names ({kind}), the most frequent first, without those that are more often surnames"
        _write(f"known_{kind}.v2", title, f"{_CENSUS}; {_FAKER}", [name for _, name in sorted(ranked)])

    notes = (corpora / "notes_mtsamples").rglob("*.txt")
    words = {word for note in notes for word in re.findall(r"[a-z]+", note.read_text(errors="ignore").lower())}
    words |= _lexicon("english.v1") | _lexicon("eponyms.v1")
    taken = words | {name for ranked in known.values() for _, name in ranked}
    frequent = [name for name in sorted(surnames, key=lambda name: -surnames[name]) if name not in taken]
    chosen = [
        n for n in frequent[_SURNAME_RANKS] if re.fullmatch(r"[a-z]{4,10}", n) and not n.startswith(("mc", "mac"))
    ]
    chosen = [name for name in chosen if name[0] in _INITIALS]
    _write("surnames.v2", "Surnames, the most frequent first", _CENSUS, [name.capitalize() for name in chosen])

    words |= _lexicon("cities.v1") | set(frequent[: _SURNAME_RANKS.stop])
    for kind, ranked in known.items():
        names = [
            name
            for share, name in sorted(ranked)
            if -share < _FREQUENT_GIVEN
            and re.fullmatch(rf"[{_INITIALS}][a-z]{{2,9}}", name)
            and name not in words
            and any(name in of_census for of_census in census) | (locales[0][name] + locales[1][name] > 1)
        ]
        if kind == "neutral":
            for initial in _INITIALS:
                lacking = _SHORTEST_CHOICE - sum(name[0] == initial for name in names)
                names += [name for name in chosen if name[0] == initial][: max(0, lacking)]
        _write(f"{kind}.v2", f"Given names ({kind})", f"{_CENSUS}; {_FAKER}", [name.capitalize() for name in names])

    with (lists / "us_cities.csv").open(encoding="utf-8") as lines:
        cities = {line.split("|")[0] for line in lines}
    ambiguous = taken | surnames.keys()
    towns = sorted(city for city in cities if re.fullmatch(r"[A-Z][a-z]{4,11}", city) and city.lower() not in ambiguous)
    _write("towns.v2", "Towns", "US Postal Service, places by state: CC0", towns[:: len(towns) // 1500])


def _shares(path: Path) -> dict[str, float]:
    rows = (line.split() for line in path.read_text().splitlines() if line.strip())
    return {row[0].lower(): float(row[1]) for row in rows}


def _of_faker(attribute: str) -> Counter[str]:
    """In how many locales a name stands, without its accents."""
    counts: Counter[str] = Counter()
    person = importlib.import_module("faker.providers.person")
    for module in pkgutil.iter_modules(person.__path__):
        provider = importlib.import_module(f"{person.__name__}.{module.name}").Provider
        names = {_plain(name) for name in getattr(provider, attribute, ())}
        counts.update(name for name in names if re.fullmatch(r"[a-z]{2,14}", name))
    return counts


def _plain(name: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(char))


def _lexicon(name: str) -> set[str]:
    return set(gzip.decompress((_FOLDER.parent / "lists" / f"{name}.txt.gz").read_bytes()).decode().split("\n"))


def _write(name: str, title: str, source: str, entries: Iterable[str]) -> None:
    (_FOLDER / f"{name}.txt").write_text(f"# {title}\n# Sources: {source}\n" + "\n".join(entries) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
