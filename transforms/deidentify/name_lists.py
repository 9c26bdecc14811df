"""What a written word may be of a name, by its shape and by the lists."""

import re

from transforms.deidentify.lexicon import lexicon
from transforms.deidentify.lookalikes import in_lookalike_context
from transforms.deidentify.name_contexts import NO_NAME_AFTER, NOT_NAMES

UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽ"
WORD = rf"[{UPPER}](?:[^\W\d_]|['’\-](?=[^\W\d_]))*"
_PARTICLE = (
    r"(?:(?:de|del|de\sla|de\slos|della|di|da|dos|du|van|van\sder|van\sden|von|den|der|la|le|el|al|bin|ibn|ter)\s)"
)
# A word of a name, an initial, a quoted nickname.
PART = re.compile(rf"(?P<word>{_PARTICLE}?{WORD})(?P<dot>\.)?|[\"“'(](?P<nick>{WORD})[\"”')]")
SUFFIX = re.compile(r",?\s(?:Jr|Sr|JR|SR|II|III|IV)\b\.?")
NEXT_WORD = re.compile(rf",?\s({WORD})")
_NEXT_SURNAME = re.compile(rf"[ \t]((?![^\W\d_]{{1,2}}\b){WORD})")
_POSSESSIVE = re.compile(r"['’][sS]\Z")


def bare(word: str) -> str:
    """The word without a genitive's ending."""
    return _POSSESSIVE.sub("", word)


def is_known(word: str) -> bool:
    """Whether the word, or a part of it, stands in a list of names."""
    lists = lexicon()
    folded = word.lower().replace("’", "'")
    return any(
        part in lists.first_names or part in lists.surnames
        for part in (folded, folded.replace("'", "").replace("-", ""), *folded.split("-"), folded.split(" ")[-1])
    )


def is_surname(word: str) -> bool:
    """Whether the word is a surname and no English word."""
    folded = word.strip(".,").lower()
    return folded in lexicon().surnames and folded not in lexicon().english


def surname_behind(text: str, end: int) -> int | None:
    """Where the surname ends that makes a month's name a first one: ``April Jones``, not ``June Lake``."""
    following = _NEXT_SURNAME.match(text, end)
    if following is None or NO_NAME_AFTER.match(text, following.end()) is not None:
        return None
    surname = bare(following[1])
    known = is_surname(surname) and surname.lower() not in NOT_NAMES
    return following.start(1) + len(surname) if known and not in_lookalike_context(text, *following.span(1)) else None
