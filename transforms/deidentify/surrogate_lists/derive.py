"""Derives the lists of this folder from public data: ``python derive.py CORPORA``.

A change of a list changes surrogates, so a list that was once used gets a new name rather than new content.
Words that occur in clinical notes are left out, so that a surrogate is not taken for a word, nor a word for it.
"""

import csv
import re
import sys
from pathlib import Path

_FOLDER = Path(__file__).parent
_HEADER = (
    "# {}\n# Source: {}. Public domain (US government data). Version 1: a change of this file changes surrogates.\n"
)
_ADULTS_OF_1990 = 125e6  # of each sex, roughly: turns the census' percentages into persons


def main(corpora: Path) -> None:
    """Writes the lists; ``corpora`` holds ``lists`` and ``notes_mtsamples``."""
    notes = (corpora / "notes_mtsamples").rglob("*.txt")
    words = {word for note in notes for word in re.findall(r"[a-z]+", note.read_text(errors="ignore").lower())}
    with (corpora / "lists" / "surnames_census2010.csv").open() as file:
        surnames = {row["last_name"].lower(): int(row["count"]) for row in csv.DictReader(file)}
    shares = {sex: _shares(corpora / "lists" / f"first_names_{sex}_census1990.txt") for sex in ("female", "male")}
    given = shares["female"].keys() | shares["male"].keys()

    names: dict[str, list[tuple[float, str]]] = {"female": [], "male": [], "neutral": []}
    for name in sorted(given):
        female, male = shares["female"].get(name, 0.0), shares["male"].get(name, 0.0)
        if (female + male) / 100 * _ADULTS_OF_1990 >= surnames.get(name, 0):
            kind = "female" if female >= 5 * male else "male" if male >= 5 * female else "neutral"
            names[kind].append((-(female + male), name))
    whose = {"female": "of women", "male": "of men", "neutral": "of both"}
    for kind, ranked in names.items():
        title = f"Given names {whose[kind]}, the most frequent first; those that are more often surnames are left out"
        source = "US Census Bureau, frequently occurring names of the 1990 census"
        _write(f"given_{kind}", title, source, [name.capitalize() for _, name in sorted(ranked)])

    ambiguous = words | given
    ranked_surnames = sorted(surnames, key=lambda name: -surnames[name])
    chosen = [name for name in ranked_surnames if re.fullmatch(r"[a-z]{4,10}", name) and name not in ambiguous]
    title = "Surnames, the most frequent first, without those that are also words of clinical notes or given names"
    kept = [name.capitalize() for name in chosen[:3000] if not name.startswith(("mc", "mac"))]
    _write("surnames", title, "US Census Bureau, surnames of the 2010 census", kept)

    with (corpora / "lists" / "us_cities.csv").open(encoding="utf-8") as lines:
        cities = {line.split("|")[0] for line in lines}
    ambiguous |= surnames.keys()
    towns = sorted(city for city in cities if re.fullmatch(r"[A-Z][a-z]{4,11}", city) and city.lower() not in ambiguous)
    title = "Towns, without those that are also words of clinical notes or names of persons"
    _write("towns", title, "US Postal Service, places by state", towns[:: len(towns) // 1500])


def _shares(path: Path) -> dict[str, float]:
    rows = (line.split() for line in path.read_text().splitlines() if line.strip())
    return {row[0].lower(): float(row[1]) for row in rows}


def _write(name: str, title: str, source: str, entries: list[str]) -> None:
    (_FOLDER / f"{name}.txt").write_text(_HEADER.format(title, source) + "\n".join(entries) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
