"""Names by rule: a title, a header, a signature or a sentence says that a name stands there; the lists say how far it goes.

A list alone decides nothing: ``Brown stool``, ``Foley catheter`` and ``Hope to discharge`` hold three surnames.
"""

import re
from collections.abc import Iterator

from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from transforms.deidentify.forms import Form, words
from transforms.deidentify.lexicon import Lexicon, lexicon
from transforms.deidentify.lookalikes import in_lookalike_context, is_placeholder
from transforms.deidentify.marks import Marks
from transforms.deidentify.name_contexts import (
    CREDENTIALS,
    LAST_FIRST,
    MARKS,
    NO_NAME_AFTER,
    NOT_NAMES,
    OFTEN,
    PERSON_AFTER,
    PERSON_BEFORE,
    SURE,
)
from transforms.deidentify.written_forms import result
from transforms.records import PhiType

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽ"
_WORD = rf"[{_UPPER}](?:[^\W\d_]|['’\-](?=[^\W\d_]))*"
_PARTICLE = (
    r"(?:(?:de|del|de\sla|de\slos|della|di|da|dos|du|van|van\sder|van\sden|von|den|der|la|le|el|al|bin|ibn|ter)\s)"
)
# A word of a name, an initial, a quoted nickname; what joins it to the next.
_PART = re.compile(rf"(?P<word>{_PARTICLE}?{_WORD})(?P<dot>\.)?|[\"“'(](?P<nick>{_WORD})[\"”')]", re.UNICODE)
_JOIN = re.compile(r"(?:[ \t]{1,2}|\n(?=[A-Z]))|-")
_CAPITAL = re.compile(rf"[{_UPPER}](?<!\w.)(?:[^\W\d_]|['’\-](?=[^\W\d_]))+", re.UNICODE)
_LOWER_NAME = re.compile(r"[a-z][a-z'’\-]{2,24}(?:\s[a-z][a-z'’\-]{2,24}){0,2}")
_SUFFIX = re.compile(r",?\s(?:Jr|Sr|JR|SR|II|III|IV)\b\.?")
_INITIALS_AFTER = re.compile(
    rf"\s(?P<initials>[{_UPPER}]\.(?:\s?[{_UPPER}]\.)?|[{_UPPER}](?=\s[{_UPPER}][a-z]|[,;:)]|\s?$))", re.M
)
_NAME_WORD = re.compile(rf"{_WORD}\.?")
_LINE_END = re.compile(r"[ \t]*(?:\n|\Z)")
_GAP = re.compile(r"[ \t]{1,2}")
_CREDENTIAL_GAP = re.compile(r"[\s,.]{1,3}")
_FURTHER = re.compile(r"\s?(?:,\sand\s|,\s|/|\s?&\s|\sand\s)(?:Drs?\.?\s)?")
_COMMA_GIVEN = re.compile(r",\s?(?=[A-Z])")
_NEXT_WORD = re.compile(rf",?\s({_WORD})")
_SECOND_SURNAME = re.compile(rf"[ -]({_WORD})")
_GIVEN_INITIAL = re.compile(rf"({_WORD})(\s[{_UPPER}]\b\.?)?")
_CAPITAL_ASCII = re.compile(r"[A-Z](?<![\w]\w)(?:[A-Za-z]|['’\-](?=[A-Za-z]))+")
_POSSESSIVE = re.compile(r"['’][sS]\Z")


class NamesByRule(EntityRecognizer):
    """Names of patients, relatives and providers, found by what stands around them."""

    def __init__(self) -> None:
        super().__init__(supported_entities=[PhiType.NAME], name="names_by_rule")

    def load(self) -> None:
        self._lists: Lexicon = lexicon()
        self._marks: Marks[Form] = Marks((mark, mark.words) for mark in (*MARKS, CREDENTIALS))

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        return [
            result(PhiType.NAME, start, end, score, form)
            for start, end, score, form in (*self._at_marks(text), *self._by_lists(text))
        ]

    # --- a mark, then a name; or a name, then its owner's credentials

    def _at_marks(self, text: str) -> Iterator[tuple[int, int, float, str]]:
        for mark, at in self._marks.places(text):
            if mark is CREDENTIALS:
                if mark.match(text, at) is not None:
                    yield from self._before_credentials(text, at)
                continue
            span = mark.match(text, at)
            if span is None:
                continue
            sure = mark.name in SURE
            name = self._name_at(
                text, span[1], sure, last_first=mark.name in LAST_FIRST, unknown_too=mark.name in OFTEN
            )
            if name is not None:
                yield *name, mark.score, mark.name
                if mark.name == "name_title":
                    yield from self._further(text, name[1])

    def _further(self, text: str, end: int) -> Iterator[tuple[int, int, float, str]]:
        """The other names of ``Drs. Smith, Jones and Lee``, ``Dr. Smith/Dr. Jones``, ``Mr. and Mrs. Smith``."""
        for _ in range(4):
            joint = _FURTHER.match(text, end)
            if joint is None:
                return
            span = self._name_at(text, joint.end(), sure=False)
            if span is None or not self._is_surname(text[span[0] : span[1]].split()[-1]):
                return
            yield *span, 0.8, "name_title"
            end = span[1]

    def _name_at(
        self, text: str, at: int, sure: bool, last_first: bool = False, unknown_too: bool = False
    ) -> tuple[int, int] | None:
        """The name that begins at ``at``; ``sure``: the mark says that a name comes, so an unknown word is one."""
        part = _PART.match(text, at)
        if part is None:
            return self._lower_name_at(text, at) if sure else None
        first = _bare(part["word"] or part["nick"])
        titled = text[max(0, at - 2) : at].strip() in (".", "r", "s") or _LINE_END.match(text, part.end()) is not None
        if not self._begins_name(text, part, first, sure, titled, unknown_too):
            return None
        end, words, previous = part.end(), 1, first
        if last_first and (comma := _COMMA_GIVEN.match(text, end)) is not None:
            given = _PART.match(text, comma.end())
            if given is not None and self._goes_on(_bare(given["word"] or given["nick"]), previous, True):
                end, previous, words = given.end(), _bare(given["word"] or given["nick"]), 2
        while words < 5 and (join := _JOIN.match(text, end)) is not None:
            part = _PART.match(text, join.end())
            if text[end - 1] == "." and len(previous) > 2:  # the sentence ends: ``Dr. Hope. Will follow up``
                break
            if part is None or not self._goes_on(_bare(part["word"] or part["nick"]), previous, sure):
                break
            if "\n" in join[0] and (words > 1 or self._is_header(text, part.end())):
                break
            end, words, previous = part.end(), words + 1, _bare(part["word"] or part["nick"])
        if (suffix := _SUFFIX.match(text, end)) is not None:
            end = suffix.end()
        if text[end - 1] == "." and len(previous) > 1 and not (suffix or len(previous) < 3):
            end -= 1
        end -= len(tail[0]) if (tail := _POSSESSIVE.search(text[at:end])) is not None else 0
        return (at, end) if not is_placeholder(text[at:end]) else None

    def _begins_name(
        self, text: str, part: "re.Match[str]", word: str, sure: bool, titled: bool, unknown_too: bool
    ) -> bool:
        folded = word.lower()
        if folded in NOT_NAMES or is_placeholder(word) or (not titled and self._is_header(text, part.end())):
            return False
        if len(word) == 1:  # an initial, if a name follows: ``J. Smith``
            following = _PART.match(text, part.end() + 1)
            return (following is not None and self._is_known(_bare(following["word"] or ""))) or (
                sure and part["dot"] is not None
            )
        if sure:
            ordinary = folded in self._lists.english
            return not ordinary or self._given_follows(text, part.end()) or (self._is_known(word) and titled)
        if word.isupper() and len(word) < 5:  # ``seen by ENT``
            return False
        known = (
            (unknown_too and word[1:].islower())
            or folded in self._lists.first_names
            or (folded in self._lists.surnames and folded not in self._lists.eponyms)
        )
        return known and folded not in self._lists.english and not in_lookalike_context(text, part.start(), part.end())

    def _goes_on(self, word: str, previous: str, sure: bool) -> bool:
        folded = word.lower()
        if folded in NOT_NAMES or (is_placeholder(word) and len(word) > 1):
            return False
        if len(word) == 1:
            return True
        if folded not in self._lists.english:
            return sure or self._is_known(word) or previous.lower() in self._lists.first_names
        return self._is_known(word) and (previous.lower() in self._lists.first_names or len(previous) == 1)

    def _lower_name_at(self, text: str, at: int) -> tuple[int, int] | None:
        """``dr smith``, ``Patient: john smith``: only words that are known as names and not as words."""
        match = _LOWER_NAME.match(text, at)
        if match is None:
            return None
        end = at
        for word in match[0].split():
            if word in self._lists.english or word in NOT_NAMES or not self._is_known(_bare(word)):
                break
            end = text.index(word, end) + len(word)
        return (at, end) if end > at else None

    def _before_credentials(self, text: str, at: int) -> Iterator[tuple[int, int, float, str]]:
        offset = max(0, at - 60)
        start = end = at
        taken = 0
        for word in reversed(list(_NAME_WORD.finditer(text, offset, at))):
            bare = word[0].rstrip(".")
            gap = text[word.end() : start]
            joined = _GAP.fullmatch(gap) is not None if taken else _CREDENTIAL_GAP.fullmatch(gap) is not None
            last_first = taken == 1 and gap == ", " and self._is_surname(bare)
            if taken >= 4 or not (last_first or (joined and self._owns(bare, taken))):
                break
            if taken == 0:
                end = word.end() - (len(word[0]) - len(bare) if len(bare) > 1 else 0)
            start = word.start()
            taken += 1
        name = text[start:end]
        if taken and not is_placeholder(name) and any(self._is_likely(word.strip(".,")) for word in name.split()):
            yield start, end, CREDENTIALS.score, CREDENTIALS.name

    def _owns(self, word: str, taken: int) -> bool:
        folded = word.lower()
        if folded in NOT_NAMES or (is_placeholder(word) and len(word) > 1):
            return False
        if word.isupper() and len(word) > 1 and (len(word) < 3 or not self._is_known(word)):  # ``CBC, PT``
            return False
        return (len(word) == 1 and taken > 0) or folded not in self._lists.english or self._is_known(word)

    # --- lists and the words around

    def _by_lists(self, text: str) -> Iterator[tuple[int, int, float, str]]:
        firsts = self._lists.first_names
        end = 0
        for match in (_CAPITAL_ASCII if text.isascii() else _CAPITAL).finditer(text):
            word = _bare(match[0])
            folded = word.lower()
            if (
                folded not in firsts
                and folded.partition("-")[0] not in firsts
                and not (folded in self._lists.surnames and text[match.end() : match.end() + 2] == ", ")
            ):
                continue
            if match.start() < end or folded in NOT_NAMES:
                continue
            span = self._listed(text, match.start(), match.start() + len(word), folded)
            if span is not None:
                end = span[1]
                yield span

    def _listed(self, text: str, start: int, end: int, folded: str) -> tuple[int, int, float, str] | None:
        lists = self._lists
        ordinary = folded in lists.english
        is_first = folded in lists.first_names or folded.partition("-")[0] in lists.first_names
        following = _PART.match(text, end + 1) if text[end : end + 1] in (" ", "-") else None
        if is_first and following is not None and following["word"] and len(_bare(following["word"])) > 1:
            surname = _bare(following["word"])
            if self._pairs(text, folded, ordinary, surname, end + 1):
                span_end = self._rest_of_name(text, end + 1 + len(surname))
                return start, span_end, 0.8, "name_listed"
        if is_first and (initials := _INITIALS_AFTER.match(text, end)) is not None:
            after = _NEXT_WORD.match(text, initials.end())
            surname = _bare(after[1]) if after is not None else ""
            if (
                surname
                and self._is_known(surname)
                and surname.lower() not in NOT_NAMES
                and (not ordinary or self._is_surname(surname))
            ):
                return start, after.start(1) + len(surname) if after else end, 0.85, "name_listed"
            dotted, before = initials[0].endswith("."), text[max(0, start - 24) : start]
            named = PERSON_BEFORE.search(before) is not None or before.endswith(", ")
            if (named and dotted) if ordinary else (dotted or named):
                return start, initials.end("initials"), 0.75, "name_initial"
        if text[end : end + 2] == ", " and folded in lists.surnames and folded not in NOT_NAMES:
            given = _GIVEN_INITIAL.match(text, end + 2)
            if given is not None:
                first = _bare(given[1]).lower()
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
                    return start, end + 2 + len(_bare(given[1])) + len(given[2] or ""), 0.7, "name_last_first"
        if is_first and not ordinary and folded not in lists.eponyms and text[start + 1 : start + 2].islower():
            before, after_word = text[max(0, start - 24) : start], text[end : end + 24]
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
        if in_lookalike_context(text, at, at + len(surname)):
            return False
        known = folded in lists.surnames
        if surname.isupper() and len(surname) > 1 and (ordinary or folded in lists.english or not known):
            return False
        if ordinary:
            return known and folded not in lists.english and folded not in lists.eponyms and not surname.isupper()
        if folded in lists.english:
            return known and surname[1:].islower() and len(surname) > 2 and folded not in _COMMON_NOUNS
        return True

    def _rest_of_name(self, text: str, end: int) -> int:
        if (second := _SECOND_SURNAME.match(text, end)) is not None:
            folded = _bare(second[1]).lower()
            if folded in self._lists.surnames and folded not in self._lists.english and folded not in NOT_NAMES:
                end = second.start(1) + len(_bare(second[1]))
        suffix = _SUFFIX.match(text, end)
        return suffix.end() if suffix else end

    def _given_follows(self, text: str, end: int) -> bool:
        following = _NEXT_WORD.match(text, end)
        return following is not None and self._is_known(_bare(following[1]))

    def _is_known(self, word: str) -> bool:
        folded = word.lower().replace("’", "'")
        return any(
            part in self._lists.first_names or part in self._lists.surnames
            for part in (folded, folded.replace("'", "").replace("-", ""), *folded.split("-"), folded.split(" ")[-1])
        )

    def _is_surname(self, word: str) -> bool:
        folded = word.strip(".,").lower()
        return folded in self._lists.surnames and folded not in self._lists.english

    def _is_likely(self, word: str) -> bool:
        folded = word.lower()
        return len(folded) > 1 and (
            folded not in self._lists.english or folded in self._lists.first_names or self._is_known(word)
        )

    @staticmethod
    def _is_header(text: str, end: int) -> bool:
        """A word before a colon is a label: ``Patient:`` at a line's end, then ``Date:``."""
        return text[end : end + 1] == ":"


_COMMON_NOUNS = words(
    "hospital clinic street avenue road disease syndrome test score sign scale stage type tumor catheter procedure"
)


def _bare(word: str) -> str:
    return _POSSESSIVE.sub("", word)
