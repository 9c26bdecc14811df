"""What slots are filled with: lists of names and places, in two parts that share no entry.

The census lists are divided by a hash of the entry; the lists written for the project stand in two folders. What is trained on
is never what is measured on.
"""

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from pathlib import Path
from random import Random

_FOLDER = Path(__file__).parent
_HELD_OUT_SHARE = 5  # one entry in so many is held out


class Part(StrEnum):
    """Which part of the material: what is learnt from, or what is measured on."""

    TRAIN = "train"
    HELD_OUT = "heldout"

    @property
    def folder(self) -> Path:
        """Where this part's own lists stand."""
        return _FOLDER / ("values" if self is Part.TRAIN else "heldout")

    @property
    def templates(self) -> Path:
        """Where this part's templates stand."""
        return _FOLDER / ("templates" if self is Part.TRAIN else "heldout")

    def owns(self, entry: str) -> bool:
        """Whether an entry that both parts could have is this part's."""
        return is_held_out(entry) is (self is Part.HELD_OUT)


def is_held_out(entry: str) -> bool:
    """Whether a hash of the entry sets it aside."""
    return hashlib.sha256(entry.lower().encode()).digest()[0] % _HELD_OUT_SHARE == 0


@dataclass(frozen=True)
class Weighted:
    """Entries that are drawn by their frequency or, as often, evenly, so that rare ones are seen too."""

    entries: tuple[str, ...]
    cumulative: tuple[float, ...]

    def draw(self, random: Random) -> str:
        """One of them."""
        if random.random() < 0.5:
            return random.choice(self.entries)
        return random.choices(self.entries, cum_weights=self.cumulative)[0]


@dataclass(frozen=True)
class GivenName:
    """A given name; ``sex`` is f, m or n."""

    name: str
    sex: str


@dataclass(frozen=True)
class Place:
    """A city of the United States and where it lies."""

    city: str
    state_code: str
    state: str
    county: str


@dataclass(frozen=True)
class Values:
    """All lists of one part."""

    census_given: dict[str, Weighted]  # by sex
    census_surnames: Weighted
    given: tuple[GivenName, ...]
    surnames: tuple[str, ...]
    ambiguous_given: tuple[str, ...]
    ambiguous_surnames: tuple[str, ...]
    nicknames: tuple[str, ...]
    places: tuple[Place, ...]
    world: tuple[str, ...]
    streets: tuple[str, ...]
    hospitals: tuple[str, ...]
    clinics: tuple[str, ...]
    nursing_homes: tuple[str, ...]
    pharmacies: tuple[str, ...]
    schools: tuple[str, ...]
    employers: tuple[str, ...]
    organizations: tuple[str, ...]


def load_values(corpora: Path, part: Part) -> Values:
    """The lists of one part: ``corpora/lists`` divided by hash, and the part's own."""
    lists, own = corpora / "lists", part.folder
    ambiguous = [line.split("\t") for line in _lines(own / "ambiguous_names.txt")]
    return Values(
        census_given={
            sex: _weighted(
                (name, float(share))
                for name, share, *_ in filter(
                    None, map(str.split, (lists / f"first_names_{word}_census1990.txt").read_text().splitlines())
                )
                if part.owns(name)
            )
            for sex, word in (("f", "female"), ("m", "male"))
        },
        census_surnames=_weighted(
            (row["last_name"], float(row["count"]))
            for row in _rows(lists / "surnames_census2010.csv", ",")
            if part.owns(row["last_name"])
        ),
        given=tuple(GivenName(*line.split("\t")[:2]) for line in _lines(own / "given_names.txt")),
        surnames=tuple(line.split("\t")[0] for line in _lines(own / "surnames.txt")),
        ambiguous_given=tuple(name for name, kind, *_ in ambiguous if kind != "surname"),
        ambiguous_surnames=tuple(name for name, kind, *_ in ambiguous if kind != "given"),
        nicknames=_lines(own / "nicknames.txt"),
        places=tuple(
            Place(row["City"], row["State short"], row["State full"], row["County"].title())
            for row in _rows(lists / "us_cities.csv", "|")
            if part.owns(row["City"])
        ),
        world=_lines(own / "cities_world.txt"),
        streets=_lines(own / "streets.txt"),
        hospitals=(
            *_lines(own / "hospitals.txt"),
            *(
                row["name"].title().replace("'S", "'s")
                for row in _rows(lists / "us_hospitals_cms.csv", ",")
                if part.owns(row["name"]) and len(row["name"]) < 50
            ),
        ),
        clinics=_lines(own / "clinics.txt"),
        nursing_homes=_lines(own / "nursing_homes.txt"),
        pharmacies=_lines(own / "pharmacies.txt"),
        schools=_lines(own / "schools.txt"),
        employers=_lines(own / "employers.txt"),
        organizations=_lines(own / "organizations.txt"),
    )


def _weighted(entries: Iterable[tuple[str, float]]) -> Weighted:
    pairs = [(name.title() if name.isupper() else name, weight) for name, weight in entries]
    names, weights = zip(*pairs, strict=True)
    return Weighted(names, tuple(accumulate(weights)))


def _rows(path: Path, delimiter: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file, delimiter=delimiter) if all(row.values())]


def _lines(path: Path) -> tuple[str, ...]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(line for line in map(str.rstrip, lines) if line.strip() and not line.startswith("#"))
