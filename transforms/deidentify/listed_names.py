"""First names and surnames that stand in lists, where the words around say that a person is meant."""

import re
from collections.abc import Iterator

from transforms.deidentify.forms import words
from transforms.deidentify.lexicon import Lexicon, lexicon
from transforms.deidentify.lookalikes import in_lookalike_context, is_phrase, is_placeholder
from transforms.deidentify.name_contexts import (
    MEDICINES,
    MONTH_NAMES,
    NO_NAME_AFTER,
    NOT_NAMES,
    PERSON_AFTER,
    PERSON_BEFORE,
    WITH_BEFORE,
)
from transforms.deidentify.name_lists import (
    NEXT_WORD,
    PART,
    SUFFIX,
    UPPER,
    WORD,
    bare,
    is_known,
    is_surname,
    surname_behind,
)

_CAPITAL = re.compile(rf"[{UPPER}](?<!\w.)(?:[^\W\d_]|['’\-](?=[^\W\d_]))+")
_CAPITAL_ASCII = re.compile(r"[A-Z](?<![\w]\w)(?:[A-Za-z]|['’\-](?=[A-Za-z]))+")
_INITIALS_AFTER = re.compile(
    rf"\s(?P<initials>[{UPPER}]\.(?:\s?[{UPPER}]\.)?|[{UPPER}](?=\s[{UPPER}][a-z]|[,;:)]|\s?$))", re.M
)
_SECOND_SURNAME = re.compile(rf"[ -]({WORD})")
_GIVEN_INITIAL = re.compile(rf"({WORD})(\s[{UPPER}]\b\.?)?")
_INITIAL = re.compile(rf"\s[{UPPER}]\.(?!\w)")
_SURNAME_END = re.compile(rf", |\s[{UPPER}]\.")
_NOT_PEOPLE = NOT_NAMES - MONTH_NAMES
_COMMON_NOUNS = words(
    "hospital clinic street avenue road disease syndrome test score sign scale stage type tumor catheter procedure"
)


class ListedNames:
    """Looks at every capitalised word that is in a list of names. No list decides alone."""

    def __init__(self) -> None:
        self._lists: Lexicon = lexicon()

    def find(self, text: str) -> Iterator[tuple[int, int, float, str]]:
        """Yield ``(start, end, score, form)`` of each name, in the text's order."""
        firsts = self._lists.first_names
        end = 0
        for match in (_CAPITAL_ASCII if text.isascii() else _CAPITAL).finditer(text):
            word = bare(match[0])
            folded = word.lower()
            if (
                folded not in firsts
                and folded.partition("-")[0] not in firsts
                and not (folded in self._lists.surnames and _SURNAME_END.match(text, match.end()) is not None)
            ):
                continue
            if match.start() < end or folded in _NOT_PEOPLE or self._is_compound_eponym(folded):
                continue
            if folded in MONTH_NAMES:
                if (surname_end := surname_behind(text, match.end())) is not None:
                    end = surname_end
                    yield match.start(), end, 0.8, "name_listed"
                continue
            span = self._listed(text, match.start(), match.start() + len(word), folded)
            if span is not None:
                end = span[1]
                yield span

    def _listed(self, text: str, start: int, end: int, folded: str) -> tuple[int, int, float, str] | None:
        lists = self._lists
        ordinary = folded in lists.english
        is_first = folded in lists.first_names or folded.partition("-")[0] in lists.first_names
        following = PART.match(text, end + 1) if text[end : end + 1] in (" ", "-") else None
        if is_first and following is not None and following["word"] and len(bare(following["word"])) > 1:
            surname = bare(following["word"])
            if self._pairs(text, folded, ordinary, surname, end + 1):
                span_end = self._rest_of_name(text, end + 1 + len(surname))
                return start, span_end, 0.8, "name_listed"
        if is_first and (initials := _INITIALS_AFTER.match(text, end)) is not None:
            after = NEXT_WORD.match(text, initials.end())
            surname = bare(after[1]) if after is not None else ""
            if (
                surname
                and is_known(surname)
                and surname.lower() not in NOT_NAMES
                and (not ordinary or is_surname(surname))
            ):
                return start, after.start(1) + len(surname) if after else end, 0.85, "name_listed"
            dotted, before = initials[0].endswith("."), text[max(0, start - 24) : start]
            named = PERSON_BEFORE.search(before) is not None or before.endswith(", ")
            if (named and dotted) if ordinary else (dotted or named):
                return start, initials.end("initials"), 0.75, "name_initial"
        if text[end : end + 2] == ", " and folded in lists.surnames and folded not in NOT_NAMES:
            given = _GIVEN_INITIAL.match(text, end + 2)
            if given is not None:
                first = bare(given[1]).lower()
                both = (
                    (len(given[1]) > 3 or not given[1].isupper())
                    and first in lists.first_names
                    and first not in lists.english
                    and first not in lists.cities
                )
                if (
                    both
                    and (not ordinary or given[2])
                    and folded not in lists.cities
                    and not in_lookalike_context(text, start, end)
                ):
                    return start, end + 2 + len(bare(given[1])) + len(given[2] or ""), 0.7, "name_last_first"
        dotted_initial = _INITIAL.match(text, end) if not ordinary else None
        if dotted_initial is not None and WITH_BEFORE.search(text, max(0, start - 24), start) is not None:
            return start, dotted_initial.end(), 0.7, "name_last_initial"
        if is_first and not ordinary and folded not in lists.eponyms and text[start + 1 : start + 2].islower():
            before, after_word = text[max(0, start - 24) : start], text[end : end + 24]
            if in_lookalike_context(text, start, end) or (folded in MEDICINES and not PERSON_AFTER.match(after_word)):
                return None
            if NO_NAME_AFTER.match(after_word) is None and (
                PERSON_BEFORE.search(before) or PERSON_AFTER.match(after_word)
            ):
                return start, end, 0.65, "name_first"
        return None

    def _pairs(self, text: str, first: str, ordinary: bool, surname: str, at: int) -> bool:
        """Whether a first name and the capitalised word behind it are one person."""
        folded = surname.lower()
        lists = self._lists
        if folded in NOT_NAMES or is_placeholder(surname) or NO_NAME_AFTER.match(text, at + len(surname)) is not None:
            return False
        if is_phrase(text, at - 1 - len(first)) or in_lookalike_context(text, at, at + len(surname)):
            return False
        if first in lists.eponyms and in_lookalike_context(text, at - 1 - len(first), at - 1):  # ``Blake Drain``
            return False
        known = folded in lists.surnames
        if surname.isupper() and len(surname) > 1 and (ordinary or folded in lists.english or not known):
            return False
        if ordinary:
            return known and folded not in lists.english and folded not in lists.eponyms and not surname.isupper()
        if folded in lists.english:
            return known and surname[1:].islower() and len(surname) > 2 and folded not in _COMMON_NOUNS
        return True

    def _is_compound_eponym(self, folded: str) -> bool:
        """``Jackson-Pratt``, ``Smith-Petersen``: two who gave their names to one thing."""
        return "-" in folded and all(half in self._lists.eponyms for half in folded.split("-"))

    def _rest_of_name(self, text: str, end: int) -> int:
        if (second := _SECOND_SURNAME.match(text, end)) is not None:
            folded = bare(second[1]).lower()
            if folded in self._lists.surnames and folded not in self._lists.english and folded not in NOT_NAMES:
                end = second.start(1) + len(bare(second[1]))
        suffix = SUFFIX.match(text, end)
        return suffix.end() if suffix else end
