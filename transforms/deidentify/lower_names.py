"""Names in notes that are written without capitals, where the words that hold them say no more than that a name stands there."""

import re
from collections.abc import Iterator

from transforms.deidentify.lexicon import lexicon
from transforms.deidentify.name_contexts import NOT_NAMES
from transforms.deidentify.name_lists import is_known

_WORD = r"[^\W\d_]{2,}(?:['’\-][^\W\d_]+)*"
# ``e. e. hashimoto``; behind a title any surname: ``dr. s. long``
_INITIALS = re.compile(
    rf"(?<![\w.'’])(?P<title>drs?\.? |mr\.? |mrs\.? |ms\.? )?(?P<phi>(?:[a-z]\. ?){{1,2}}(?P<surname>{_WORD}))(?![\w'’])"
)
# A given name, and a surname that is a word: ``patient's name: kia street``, ``signed by menachem child, pa-c``
_GIVEN_AND_WORD = re.compile(
    rf"(?:(?<=[:(,] )|(?<=: {{2}})|(?<=\bby )|(?<=[dm]r\. )|(?<=\n)|(?<=\t)|(?<= {{4}})|"
    rf"\A)(?P<given>{_WORD}) (?:[a-z]\.? )?(?P<surname>{_WORD})"
    r"(?=,? (?:md|m\.d|do|np|pa|rn|phd|dds|dpm|lcsw|mbbs|pa-c)\b|\s{2}|[,;)\n]|\Z)"
)
_Span = tuple[int, int, float, str]


def names_without_capitals(text: str) -> Iterator[_Span]:
    """The names of a text without capitals that stand behind initials, or before a degree or the end of their field."""
    lists = lexicon()
    for match in _INITIALS.finditer(text):
        surname = match["surname"]
        unlike = not lists.is_ordinary(surname) and surname not in lists.terms and surname not in lists.no_names
        if surname not in NOT_NAMES and is_known(surname) and (unlike or match["title"]):
            yield *match.span("phi"), 0.7, "name_lower"
    for match in _GIVEN_AND_WORD.finditer(text):
        given, surname = match["given"], match["surname"]
        unlike = given in lists.first_names and not lists.is_ordinary(given) and given not in lists.no_names
        if unlike and given not in NOT_NAMES and surname not in NOT_NAMES and is_known(surname):
            yield *match.span(), 0.7, "name_lower"
