"""Names by rule: a title, a header, a signature or a sentence says that a name stands there; the lists say how far it goes.

A list alone decides nothing: ``Brown stool``, ``Foley catheter`` and ``Hope to discharge`` hold three surnames.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from transforms.deidentify.forms import Form
from transforms.deidentify.lexicon import Lexicon, lexicon
from transforms.deidentify.listed_names import ListedNames
from transforms.deidentify.lookalikes import in_lookalike_context, is_phrase, is_placeholder
from transforms.deidentify.lower_names import names_without_capitals
from transforms.deidentify.lower_places import is_without_capitals
from transforms.deidentify.marks import Marks
from transforms.deidentify.name_contexts import (
    CREDENTIALS,
    GIVEN_WORDS,
    INITIALS,
    LAST_FIRST,
    LOWER,
    MARKS,
    MEDICINES,
    MONTH_NAMES,
    NAMES_BEHIND_TITLES,
    NO_INITIALS,
    NO_SURNAMES,
    NOT_NAMES,
    OFTEN,
    RELATIVE,
    ROLE,
    SPELLED,
    SURE,
)
from transforms.deidentify.name_lists import (
    NEXT_WORD,
    PART,
    SUFFIX,
    WORD,
    bare,
    is_known,
    is_surname,
    surname_behind,
)
from transforms.deidentify.typists_initials import typists_initials
from transforms.deidentify.word_names import WordNames
from transforms.deidentify.written_forms import result
from transforms.records import PhiType

# What joins a word of a name to the next.
_JOIN = re.compile(r"(?:[ \t]{1,2}|\n(?=[A-Z]))|-")
_LOWER_NAME = re.compile(r"[a-z][a-z'’\-]{2,24}(?:\s[a-z][a-z'’\-]{2,24}){0,2}")
_NAME_WORD = re.compile(rf"{WORD}\.?")
_FIELD_END = re.compile(r"[ \t]*(?:\n|\Z|\t|[ \t]{2}|[|;)])")
_VERBS = frozenset(
    (
        "said",
        "will",
        "may",
        "can",
        "notes",
        "asks",
        "rates",
        "sees",
        "saw",
        "came",
        "went",
        "called",
        "told",
        "states",
        "wants",
        "agrees",
    )
)
_PAUSE = re.compile(r"\s?[,;:)/\n]|\.(?!\w)|\Z|\s(?:aware|notified|paged|saw|said|here)\b")
# What people do, and hardly anything else.
_DOES = re.compile(
    r"\s(?:aware|notified|paged|updated|informed|called|consulted|rounded|saw|said|here|present|visited|visiting|at\sbedside|in\sto|walked|"
    r"ambulated|ate|slept|refuse[sd]|tol(?:erate[sd]|erating)?|den(?:ies|ied)|state[sd]|c/o|complain(?:s|ed)|report(?:s|ed)|request(?:s|ed)|"
    r"asked|wants?|agree[sd]|seen|oob|resting|sleeping|sitting|voided|is|was|has|had|did|needs|took|fell|remains|would|"
    r"wrote|ordered|transferred|admitted|discharged|d/c['’]?d|dc['’]?d)\b",
    re.IGNORECASE,
)
_LOWER_TITLE = re.compile(r"\b(?P<title>drs?|mrs?|ms|miss|prof) \Z")
_LOWER_INITIAL = re.compile(r"[b-hj-wyz](?= )")
_LOWER_WORD = re.compile(r"[a-z]{2,12}(?![\w'’-])")
_GAP = re.compile(r"[ \t]{1,2}")
_INITIAL_BEFORE = re.compile(r"\b[A-Z]\. \Z")
_CREDENTIAL_GAP = re.compile(r"[\s,.]{1,3}")
_STATE_AND_ZIP = re.compile(r"(?:MD|PA),?\s{1,3}[0-9]{5}\b")
_FURTHER = re.compile(r"\s?(?:,\sand\s|,\s|/\s?|\s?&\s|\sand\s)(?:Drs?\.?\s)?")
_COMMA_GIVEN = re.compile(r",\s?(?=[A-Z])")
_POSSESSIVE = re.compile(r"['’][sS]\Z")


class NamesByRule(EntityRecognizer):
    """Names of patients, relatives and providers, found by what stands around them."""

    def __init__(self) -> None:
        super().__init__(supported_entities=[PhiType.NAME], name="names_by_rule")

    def load(self) -> None:
        self._lists: Lexicon = lexicon()
        self._listed = ListedNames()
        self._words = WordNames()
        self._marks: Marks[Form] = Marks((mark, mark.words) for mark in (*MARKS, CREDENTIALS))

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        without_capitals = is_without_capitals(text)
        found = [
            *self._at_marks(text),
            *self._listed.find(text),
            *self._words.find(text, without_capitals),
            *typists_initials(text),
        ]
        if without_capitals:
            found += names_without_capitals(text)
        return [result(PhiType.NAME, *span) for span in found]

    def _at_marks(self, text: str) -> Iterator[tuple[int, int, float, str]]:
        for mark, at in self._marks.places(text):
            if mark is CREDENTIALS:
                if mark.match(text, at) is not None:
                    yield from self._before_credentials(text, at)
                continue
            span = mark.match(text, at)
            if span is None:
                continue
            if mark.name in (SPELLED, INITIALS):
                yield *span, mark.score, mark.name
                continue
            sure = mark.name in SURE
            if mark.name == LOWER:
                name = self._given_without_capitals(text, span[1])
                if name is not None:
                    yield *name, mark.score, mark.name
                continue
            name = self._name_at(
                text,
                span[1],
                sure,
                last_first=mark.name in LAST_FIRST,
                unknown_too=mark.name in OFTEN,
                doing=mark.name in (ROLE, RELATIVE),
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
            if span is None or not is_surname(text[span[0] : span[1]].split()[-1]):
                span = self._surname_at(text, joint.end()) if "/" in joint[0] else None
                if span is None:
                    return
            yield *span, 0.8, "name_title"
            end = span[1]

    @staticmethod
    def _surname_at(text: str, at: int) -> tuple[int, int] | None:
        """A surname that is a word or an eponym too, with nothing behind it: ``Dr Beck/ Long``."""
        part = PART.match(text, at)
        if part is None or not part["word"] or _FIELD_END.match(text, part.end()) is None:
            return None
        word = bare(part["word"])
        known = is_known(word) and word.lower() not in NOT_NAMES and not (word.isupper() and len(word) < 4)
        return (at, at + len(word)) if known else None

    def _name_at(
        self,
        text: str,
        at: int,
        sure: bool,
        last_first: bool = False,
        unknown_too: bool = False,
        doing: bool = False,
    ) -> tuple[int, int] | None:
        """The name that begins at ``at``.

        ``sure``: the mark says that a name comes, so an unknown word is one; ``doing``: what people do makes a word one.
        """
        part = PART.match(text, at)
        if part is None:
            return self._titled_without_capitals(text, at) if sure else None
        if is_phrase(text, at):  # ``Sister Mary Joseph nodule``
            return None
        first = bare(part["word"] or part["nick"])
        titled = text[max(0, at - 2) : at].strip() in (".", "r", "s") or _FIELD_END.match(text, part.end()) is not None
        told = doing and self._does(text, part.end(), first)
        if not told and not self._begins_name(text, part, first, sure, titled, unknown_too):
            return None
        end, words, previous = part.end(), 1, first
        if last_first and (comma := _COMMA_GIVEN.match(text, end)) is not None:
            given = PART.match(text, comma.end())
            if given is not None and self._goes_on(bare(given["word"] or given["nick"]), previous, True):
                end, previous, words = given.end(), bare(given["word"] or given["nick"]), 2
        while words < 5 and (join := _JOIN.match(text, end)) is not None:
            part = PART.match(text, join.end())
            if text[end - 1] == "." and len(previous) > 2:  # the sentence ends: ``Dr. Hope. Will follow up``
                break
            if part is None or not self._goes_on(bare(part["word"] or part["nick"]), previous, sure):
                break
            if "\n" in join[0] and (words > 1 or self._is_header(text, part.end())):
                break
            end, words, previous = part.end(), words + 1, bare(part["word"] or part["nick"])
        if (suffix := SUFFIX.match(text, end)) is not None:
            end = suffix.end()
        if text[end - 1] == "." and len(previous) > 1 and not (suffix or len(previous) < 3):
            end -= 1
        end -= len(tail[0]) if (tail := _POSSESSIVE.search(text[at:end])) is not None else 0
        return (at, end) if not is_placeholder(text[at:end]) else None

    def _begins_name(
        self, text: str, part: "re.Match[str]", word: str, sure: bool, titled: bool, unknown_too: bool
    ) -> bool:
        folded = word.lower()
        if folded in MONTH_NAMES and surname_behind(text, part.end()) is not None:
            return True
        label = not titled and self._is_header(text, part.end()) and not self._is_given(folded)
        nobody = folded in NOT_NAMES and not (titled and word[1:].islower() and folded in NAMES_BEHIND_TITLES)
        if nobody or is_placeholder(word) or label:
            return False
        if len(word) == 1:  # an initial, if a name follows: ``J. Smith``
            if word in ("A", "I") and part["dot"] is None and not sure:  # ``A Jackson-Pratt drain``
                return False
            following = PART.match(text, part.end() + 1)
            second = bare(following["word"] or "") if following is not None else ""
            by_itself = part["dot"] is not None or (word != "A" and _DOES.match(text, part.end()) is not None)
            return (is_known(second) and second.lower() not in NOT_NAMES) or (sure and by_itself)
        if any(
            first.lower() in NOT_NAMES and (second.islower() or self._lists.is_ordinary(second.lower()))
            for first, second in pairwise(word.split("-"))
        ):  # ``CC: Left-sided weakness``, ``Non-Hodgkin``
            return False
        if sure:
            ordinary = folded in self._lists.english
            return not ordinary or self._given_follows(text, part.end()) or (is_known(word) and titled)
        if word.isupper() and len(word) < 5:  # ``seen by ENT``
            return False
        known = (
            (unknown_too and word[1:].islower())
            or folded in self._lists.first_names
            or (folded in self._lists.surnames and folded not in self._lists.eponyms)
        )
        # ``Boyfriend Will``, ``Twin Skip``: capitalised behind who it is, the word is a name.
        given = unknown_too and word[1:].islower() and folded in self._lists.first_names
        ordinary = folded in self._lists.english and not given
        return known and not ordinary and not in_lookalike_context(text, part.start(), part.end())

    def _goes_on(self, word: str, previous: str, sure: bool) -> bool:
        folded = word.lower()
        if folded in NOT_NAMES or (is_placeholder(word) and len(word) > 1):
            return False
        if len(word) == 1:
            return True
        if word.isupper() and folded in _VERBS:  # ``DR. HOPE SAID``
            return False
        if folded not in self._lists.english:
            return sure or is_known(word) or previous.lower() in self._lists.first_names
        return is_known(word) and (previous.lower() in self._lists.first_names or len(previous) == 1)

    def _does(self, text: str, end: int, word: str) -> bool:
        """Whether what only people do follows (``DIETITIAN LONG CONSULTED``), or behind an unlisted word a pause."""
        folded, lists = word.lower(), self._lists
        if len(word) < 3 or any(folded in listed for listed in (NOT_NAMES, NO_SURNAMES, NO_INITIALS)):
            return False
        unlisted = word[1:].islower() and not any(
            folded in listed for listed in (lists.english, lists.terms, lists.no_names, lists.eponyms)
        )
        if _DOES.match(text, end) is not None:
            return unlisted or is_known(word)
        return unlisted and _PAUSE.match(text, end) is not None

    def _titled_without_capitals(self, text: str, at: int) -> tuple[int, int] | None:
        """``dr long,``, ``mr park walked``, ``mrs b refused``; but ``dr call back``, ``ms pain``."""
        lower = _LOWER_TITLE.search(text, max(0, at - 6), at)
        if lower is None:
            dotted = text[max(0, at - 2) : at].strip() == "."
            return self._lower_name_at(text, at, self._lists.surnames if dotted else frozenset())
        if _LOWER_INITIAL.match(text, at) is not None:
            return (at, at + 1) if _DOES.match(text, at + 1) is not None else None
        found = self._lower_name_at(text, at, self._lists.surnames)
        if found is None:
            return self._lower_name_at(text, at, frozenset())
        paused = lower["title"] != "ms" and _PAUSE.match(text, found[1]) is not None
        ordinary = text[slice(*found)] in self._lists.english
        return found if not ordinary or paused or _DOES.match(text, found[1]) is not None else None

    def _given_without_capitals(self, text: str, at: int) -> tuple[int, int] | None:
        """``husb ray in to visit``, ``iv by marisela``: a first name that is no word, or one of which no sentence is made."""
        word = _LOWER_WORD.match(text, at)
        if word is None:
            return None
        if word[0] not in GIVEN_WORDS:
            return self._lower_name_at(text, at, self._lists.first_names) if self._is_given(word[0]) else None
        paused = word[0] not in NO_INITIALS and _PAUSE.match(text, word.end()) is not None
        return word.span() if paused or _DOES.match(text, word.end()) is not None else None

    def _is_given(self, folded: str) -> bool:
        """Whether the word (lower case) is a first name and nothing else."""
        lists = self._lists
        return folded in lists.first_names and not (
            lists.is_ordinary(folded) or folded in lists.terms or folded in lists.no_names or folded in MEDICINES
        )

    def _lower_name_at(self, text: str, at: int, begins: frozenset[str]) -> tuple[int, int] | None:
        """``dr smith``, ``Patient: john smith``: only words that are known as names and not as words.

        ``begins``: the names that may come first; of surnames, ones that are words too (``mr. walker``).
        """
        match = _LOWER_NAME.match(text, at)
        if match is None:
            return None
        end = at
        for word in match[0].split():
            titled = end == at and begins is self._lists.surnames and word in begins and word not in NO_SURNAMES
            first = end > at or not begins or titled or word in begins
            ordinary = word in self._lists.english and not titled
            if not first or ordinary or word in NOT_NAMES or not is_known(bare(word)):
                break
            end = text.index(word, end) + len(word)
        return (at, end) if end > at else None

    def _before_credentials(self, text: str, at: int) -> Iterator[tuple[int, int, float, str]]:
        if _STATE_AND_ZIP.match(text, at) is not None:
            return
        offset = max(0, at - 60)
        start = end = at
        taken = 0
        for word in reversed(list(_NAME_WORD.finditer(text, offset, at))):
            bare = word[0].rstrip(".")
            gap = text[word.end() : start]
            joined = _GAP.fullmatch(gap) is not None if taken else _CREDENTIAL_GAP.fullmatch(gap) is not None
            begins_line = text[word.start() - 1 : word.start()] == "\n" and is_known(bare)  # ``FROST, MAY  MD``
            last_first = taken == 1 and gap == ", " and (begins_line or is_surname(bare))
            short = not taken and _INITIAL_BEFORE.search(text, max(0, word.start() - 4), word.start()) is not None
            owns = self._owns(bare, taken) or (short and word[0][1:].islower() and is_known(bare))  # ``J. Do RN``
            if taken >= 4 or not (last_first or (joined and owns)):
                break
            if not taken and len(bare) > 2 and word[0].endswith(".") and (bare.isupper() or "\n" in gap):
                break  # the sentence ends
            if taken == 0:
                end = word.end() - (len(word[0]) - len(bare) if len(bare) > 1 else 0)
            start = word.start()
            taken += 1
        name = text[start:end]
        apart = "," in text[end:at]
        if taken == 1 and not apart and not is_known(name):  # ``Chair RN``, ``Outpt PT visit``
            return
        if taken == 1 and name.isupper() and name.lower() in self._lists.english:  # ``PAIN. PT ASKS``
            return
        if taken and not is_placeholder(name) and any(self._is_likely(word.strip(".,")) for word in name.split()):
            yield start, end, CREDENTIALS.score, CREDENTIALS.name

    def _owns(self, word: str, taken: int) -> bool:
        folded = word.lower()
        if folded in NOT_NAMES or (is_placeholder(word) and len(word) > 1):
            return False
        if word.isupper() and len(word) > 1 and (len(word) < 3 or not is_known(word)):  # ``CBC, PT``
            return False
        return (len(word) == 1 and taken > 0) or folded not in self._lists.english or is_known(word)

    def _given_follows(self, text: str, end: int) -> bool:
        """Whether the word behind an English one makes a name of both: ``May Lindqvist``."""
        following = NEXT_WORD.match(text, end)
        if following is None:
            return False
        folded = bare(following[1]).lower()
        unknown = folded not in self._lists.english and len(folded) > 2 and following[1][1:].islower()
        return is_known(folded) or (unknown and folded not in NOT_NAMES)

    def _is_likely(self, word: str) -> bool:
        folded = word.lower()
        return len(folded) > 1 and (
            folded not in self._lists.english or folded in self._lists.first_names or is_known(word)
        )

    @staticmethod
    def _is_header(text: str, end: int) -> bool:
        """A word before a colon is a label: ``Patient:`` at a line's end, then ``Date:``."""
        return text[end : end + 1] == ":"
