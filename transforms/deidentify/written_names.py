"""Whether what stands before a number, or makes up a user name, is a name by the lists."""

import re

from transforms.deidentify.forms import words
from transforms.deidentify.lexicon import lexicon

_NAME_BEFORE = re.compile(
    r"(?:\A|[^\w'’\-])(?P<name>[A-Z][^\W\d_]{2,24}(?:-[A-Z][^\W\d_]{2,24})?)(?:\s\(|[ \t]{1,8})\Z"
)
# ``AMES,PAT L``, ``Ames, Pat (``: what stands before a code that its first letter begins
_FILED = re.compile(
    r"(?:\A|[^\w'’-])(?P<surname>[A-Z][A-Za-z'’-]{1,24}),[ \t]?[A-Z][A-Za-z'’-]*\.?(?:[ \t][A-Za-z'’-]+\.?){0,3}"
    r"[ \t]{0,12}[ \t(|/#:-]{1,3}\Z"
)
# What is written in place of a word, and no user's name.
_ABBREVIATED = words(
    "pharmd aprn lcsw crna attg attn appt addl resp neuro cardio ortho gyne endo psych onco nephro hosp dept nurs phys "
    "trop lytes creat coags diff phos alka bili hgba gluc chol trig sats afeb abnl mmol meds pend neurosurg anes rads "
    "epic cerner meditech nuance powerscribe mmodal"
)
_USER = re.compile(r"(?P<first>[a-z]+)(?:[._](?P<second>[a-z]+))?(?P<figures>[0-9]*)", re.IGNORECASE)
# Words that figures are glued to in haste, and that would make a name by the lists.
_GLUED = words(
    "gravida para temp april june may january february march july august september october november december"
)


def follows_a_name(text: str, at: int) -> bool:
    """Whether a capitalised name that is no English word and no eponym stands before ``at``."""
    match = _NAME_BEFORE.search(text, max(0, at - 56), at)
    return match is not None and any(map(_is_name, match["name"].lower().split("-")))


def follows_a_city(text: str, at: int) -> bool:
    """Whether a city's name stands before ``at``: its last word, two or three."""
    parts = text[max(0, at - 48) : at].lower().split()[-3:]
    cities = lexicon().cities
    return any(" ".join(parts[-count:]) in cities for count in (3, 2)) or (
        bool(parts) and parts[-1] in cities and not lexicon().is_ordinary(parts[-1])
    )


def is_surnames_initial(text: str, at: int) -> bool:
    """Whether the letter at ``at`` is the initial of the surname, a given name behind it, that stands before."""
    filed = _FILED.search(text, max(0, at - 72), at)
    return filed is not None and filed["surname"][0] == text[at] and filed["surname"].lower() not in lexicon().english


def is_made_of_a_name(text: str, at: int) -> bool:
    """Whether a user name that begins at ``at`` is made of a name: ``jsmithe12``, ``ann.smithe``."""
    first, second, figures = _user(text, at)
    if second:
        return any(map(_is_name, (first, second))) and all(map(_is_listed, (first, second)))
    if first in lexicon().english or first in _GLUED or (len(figures) < 2 and len(first) < 6):
        return False
    return any(len(part) > 3 and _is_listed(part) for part in (first, first[1:], first[:-1]))


def is_no_prose(text: str, at: int) -> bool:
    """Whether a user name that begins at ``at`` is no end of a sentence glued to the next: ``brought to er.had``."""
    first, second, _ = _user(text, at)
    english = lexicon().english
    if not second:
        return first not in english
    return any(map(_is_name, (first, second))) or not any(part in english for part in (first, second))


def is_no_word(text: str, at: int) -> bool:
    """Whether letters and figures that begin at ``at`` are no English word, no term and no label: ``jroe``, not ``nurse``."""
    first, second, figures = _user(text, at)
    if second or figures:
        return is_no_prose(text, at)
    return first not in lexicon().english and first not in lexicon().terms and first not in _ABBREVIATED


def is_initial_and_surname(text: str, at: int) -> bool:
    """Whether an unlisted word that begins at ``at`` is a surname with an initial: ``jroe``, ``smithj``, but not ``icing``."""
    first = _user(text, at)[0]
    listed = first in lexicon().english or first in lexicon().terms or first in _ABBREVIATED or _is_listed(first)
    parts = (part for part in (first[1:], first[:-1]) if len(part) > 2)
    return not listed and not first.endswith(("ing", "ed", "ly")) and any(part in lexicon().surnames for part in parts)


def _user(text: str, at: int) -> tuple[str, str, str]:
    match = _USER.match(text, at)
    return (
        ("", "", "") if match is None else (match["first"].lower(), (match["second"] or "").lower(), match["figures"])
    )


def _is_listed(word: str) -> bool:
    return word in lexicon().surnames or word in lexicon().first_names


def _is_name(word: str) -> bool:
    return len(word) > 3 and _is_listed(word) and not lexicon().is_ordinary(word)
