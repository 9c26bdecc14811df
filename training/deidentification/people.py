"""People of a synthetic note, and the forms in which notes write their names."""

from dataclasses import dataclass
from random import Random

from training.deidentification.values import Values

_SUFFIXES = ("Jr", "Jr.", "Sr.", "II", "III")


@dataclass(frozen=True)
class Person:
    """One person; ``nick`` is what friends say."""

    given: str
    middle: str
    surname: str
    nick: str
    sex: str

    def written(self, form: str, random: Random) -> str:
        """The name in a form of the template format: ``""`` (full), first, last, last_first, nick, initials,
        initials_lower (as typists sign)."""
        match form:
            case "first":
                return self.given
            case "last":
                return self.surname
            case "nick":
                return self.nick
            case "initials":
                letters = [self.given[0], self.surname[0]]
                if random.random() < 0.3:
                    letters.insert(1, self.middle[0])
                joint = random.choice(("", "", "."))
                return (joint.join(letters) + joint).upper()
            case "initials_lower":
                middle = self.middle[0] if random.random() < 0.3 else ""
                return f"{self.given[0]}{middle}{self.surname[0]}".lower()
            case "last_first":
                given = random.choice(
                    (self.given, f"{self.given} {self.middle[0]}.", f"{self.given} {self.middle[0]}", self.given)
                )
                return f"{self.surname}{random.choice((', ', ', ', ', ', ','))}{given}"
        return random.choices(
            (
                f"{self.given} {self.surname}",
                f"{self.given} {self.middle[0]}. {self.surname}",
                f"{self.given} {self.middle[0]} {self.surname}",
                f"{self.given[0]}. {self.surname}",
                f"{self.given[0]}. {self.middle[0]}. {self.surname}",
                f"{self.given} {self.middle} {self.surname}",
                f"{self.given} {self.surname}{random.choice((' ', ', '))}{random.choice(_SUFFIXES)}",
            ),
            weights=(60, 17, 6, 8, 3, 4, 2),
        )[0]


def draw_person(values: Values, random: Random, surname: str | None = None) -> Person:
    """A person of some origin. ``surname``: that of a relative."""
    sex = random.choice("fm")
    given = _given(values, random, sex)
    surname = surname if surname is not None else _surname(values, random)
    nick = random.choice(values.nicknames) if random.random() < 0.6 else given
    return Person(
        _misspelt(given, random), _given(values, random, sex).replace(" ", ""), _misspelt(surname, random), nick, sex
    )


def _given(values: Values, random: Random, sex: str) -> str:
    kind = random.random()
    if kind < 0.5:
        return values.census_given[sex].draw(random)
    if kind < 0.88:
        return random.choice(values.given).name
    return random.choice(values.ambiguous_given)


def _surname(values: Values, random: Random) -> str:
    kind = random.random()
    if kind < 0.55:
        surname = values.census_surnames.draw(random)
    elif kind < 0.86:
        surname = random.choice(values.surnames)
    else:
        surname = random.choice(values.ambiguous_surnames)
    if random.random() < 0.04:
        surname = f"{surname}-{values.census_surnames.draw(random)}"
    return surname


def _misspelt(name: str, random: Random) -> str:
    """Now and then two letters change places, or one is doubled or lost."""
    if len(name) < 5 or random.random() > 0.03:
        return name
    at = random.randrange(1, len(name) - 2)
    return random.choice(
        (
            name[:at] + name[at + 1] + name[at] + name[at + 2 :],
            name[:at] + name[at] + name[at:],
            name[:at] + name[at + 1 :],
        )
    )
