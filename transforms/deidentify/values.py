"""Looks values up in a text: literally in any case, as whole words, or by their digits whatever separates them."""

import re
from collections.abc import Collection, Iterator
from enum import StrEnum
from functools import lru_cache

from ahocorasick_rs import AhoCorasick, Implementation

from transforms.deidentify.forms import words
from transforms.deidentify.lexicon import lexicon
from transforms.deidentify.lookalikes import in_lookalike_context


class Where(StrEnum):
    """Where an occurrence of a value counts."""

    ANYWHERE = "anywhere"  # also inside other text
    WORD = "word"  # whole words, any case
    CAPITALISED = "capitalised"  # whole words with a capital, not in a look-alike's context


# Parts of a name's writing that name nobody.
NO_NAMES = words(
    "jr sr ii iii iv md m.d do d.o rn r.n np pa pa-c phd ph.d dr mr mrs ms miss mx prof professor doctor nurse "
    "the and of "
    "or for to in on at by with from as is no not see per via re cc dds facs mba mph msn bsn lpn lvn cna aprn "
    "arnp fnp "
    "crna esq rev hon sgt patient pt name unknown none baby boy girl infant male female mother father self same "
    "hospital nbsp amp quot "
    "clinic center health medical physician attending resident"
)
# Words that begin a sentence by themselves: ``Will follow up``, ``May repeat``.
_SENTENCE_OPENERS = words("will may can said an so but we he she it his her my our do as if")
# Verbs that follow a person's name and no modal one: ``May is a 29-year-old``, ``Will was seen``.
_FINITE_VERB = re.compile(
    r"(?:['’]s\b|\s(?:is|was|has|had|does|did|who|also|(?:report|state|present|return|live|continue|complain|need|want|look|"
    r"appear|remain|agree|understand|call|ask|receive|visit|use|work|seem|bring|arrive|describe)s|"
    r"(?:report|stat|present|return|liv|continu|complain|need|want|look|appear|remain|agre|call|ask|receiv|visit|us|work|"
    r"seem|arriv|describ|walk|tolerat|improv|deni|admitt)ed|denies|says|goes|went|comes|came|feels|felt|takes|took|tells|told|"
    r"slept|brought|gets|got|understood)\b)"
)
_MODALS = words("will may can")
# Adjectives that begin a sentence about something: ``Black, tarry stools``, ``Young for age``.
_ADJECTIVES = words(
    "black white brown green gray grey red blue yellow golden young old long short small little large strong best "
    "rich good wise sharp bright "
    "hardy early moody savage noble gay hazel olive rusty sandy rose"
)
# The same in text in capitals, where no capital tells a name from a word.
_FINITE_VERB_CAPITALS = re.compile(_FINITE_VERB.pattern, re.IGNORECASE)
_NAME_BEFORE = re.compile(
    r"(?:\b(?:DRS?|MR|MRS|MS|MISS|NURSE|PROF)\b\.?|[,;]|\b(?:PER|BY|WITH|W/|FOR|FROM|AND|CALLED|PAGED|NAMED|SON|DAUGHTER|WIFE|HUSBAND))\s\Z"
)
_WORD_BEFORE = re.compile(
    r"\b(?:WE|I|THEY|HE|SHE|IT|YOU|THE|AN?|TO|NO|HIS|HER|MY|OUR|WOULD|COULD|CAN|MAY|SHOULD|DID|NOT|IS|WAS|OF|IN|HAS|HAVE)\s\Z"
)
_WORD_BEHIND = re.compile(r",?\s[A-Z0-9]")
_OF_SOMETHING = re.compile(r",?\s[a-z]")
_MONTHS = words("january february march april may june july august september october november december")
_MONTH_BEFORE = re.compile(r"\b(?:in|since|last|this|next|until|till|during|early|late|mid)[\s\-]\Z", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_](?:[^\W\d_]|['’](?=[^\W\d_]))*")
_DIGITS = re.compile(r"[0-9](?:[\s.\-–/()]{0,3}[0-9]){6,60}")


# Hyphens and blanks that word processors write in place of the plain ones.
_PLAIN = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2212\ufe63\uff0d", "-") | dict.fromkeys("\u00a0\u2007\u2009\u202f\u3000", " ")
)


def plain(text: str) -> str:
    """``text`` with hyphens and blanks of all kinds as the plain ones, character by character: offsets stay."""
    return text if text.isascii() else text.translate(_PLAIN)


def fold(text: str) -> str:
    """Lower case, character by character: offsets stay (``"İ".lower()`` has two characters, and stays as it is)."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def occurrences(text: str, wanted: dict[str, Where]) -> Iterator[tuple[str, int, int]]:
    """Find the folded keys of ``wanted`` in one pass, as ``(key, start, end)``, where their ``Where`` allows."""
    wanted = {key: where for key, where in wanted.items() if key}
    if not wanted:
        return
    keys = list(wanted)
    folded = fold(text)
    for index, start, end in _automaton(tuple(keys)).find_matches_as_indexes(folded, overlapping=True):
        where = wanted[keys[index]]
        if where is Where.ANYWHERE or (
            _is_word(text, start, end) and (where is Where.WORD or _is_name_here(text, start, end))
        ):
            yield keys[index], start, end


@lru_cache(maxsize=16)  # the notes of a patient come together
def _automaton(keys: tuple[str, ...]) -> AhoCorasick:
    return AhoCorasick(keys, implementation=Implementation.NoncontiguousNFA)  # for a note or a few: soon built


def name_keys(name: str) -> dict[str, Where]:
    """What to look up for a person's name: the whole in any order, and each part by the rule for its kind."""
    words = _WORDS.findall(name)
    folded = [fold(word) for word in words]
    folded = [word.removesuffix("'s").removesuffix("’s") for word in folded]
    parts = [word for word in folded if len(word) > 1 and word not in NO_NAMES]
    keys: dict[str, Where] = {}
    if len(parts) > 1:
        keys[fold(" ".join(name.split()))] = Where.WORD
        keys[" ".join(parts)] = Where.WORD
        keys[f"{parts[-1]}, {parts[0]}"] = Where.WORD
        keys[f"{parts[0]} {parts[-1]}"] = Where.WORD
    ordinary = lexicon().is_ordinary
    for part in parts:
        keys.setdefault(part, Where.CAPITALISED if ordinary(part) or part in _MONTHS else Where.WORD)
    return keys


def digit_occurrences(text: str, numbers: Collection[str]) -> Iterator[tuple[str, int, int]]:
    """Find numbers of seven or more digits by their digits alone, whatever separates them: ``(number, start, end)``."""
    wanted = {number for number in numbers if len(number) >= 7}
    lengths = {len(number) for number in wanted}
    if not wanted:
        return
    for cluster in _DIGITS.finditer(text):
        places = [cluster.start() + i for i, char in enumerate(cluster[0]) if "0" <= char <= "9"]
        digits = "".join(text[i] for i in places)
        for length in lengths:
            for at in range(len(digits) - length + 1):
                if digits[at : at + length] in wanted:
                    yield digits[at : at + length], places[at], places[at + length - 1] + 1


def digits_of(value: str) -> str:
    """The digits of ``value``, without what separates them."""
    return "".join(char for char in value if "0" <= char <= "9")


def _is_word(text: str, start: int, end: int) -> bool:
    return not (start and text[start - 1].isalnum()) and not (end < len(text) and text[end].isalnum())


def _is_name_here(text: str, start: int, end: int) -> bool:
    """Whether an ordinary word stands here as a name: capitalised, not in a look-alike's context."""
    word = text[start:end]
    if not word[0].isupper() or in_lookalike_context(text, start, end):
        return False
    if len(word) < 3:
        return word[1:].islower()  # ``Li``, not ``LI``
    folded = word.lower()
    if folded in _MONTHS and _MONTH_BEFORE.search(text, max(0, start - 8), start) is not None:
        return False
    if word.isupper() and folded in lexicon().english and _is_word_in_capitals(text, start, end):
        return False
    if folded in _ADJECTIVES and _OF_SOMETHING.match(text, end) is not None and _FINITE_VERB.match(text, end) is None:
        return False
    if folded in _MODALS and _FINITE_VERB.match(text, end) is not None:
        return True
    return not (folded in _SENTENCE_OPENERS and re.match(r"\s[a-z]", text[end : end + 2]) is not None)


def _is_word_in_capitals(text: str, start: int, end: int) -> bool:
    """Whether a word in a text in capitals is rather a word than a name: ``MR. BROWN HAS BROWN URINE``."""
    around = text[max(0, start - 12) : start] + text[end : end + 12]
    if not around.isupper() or _NAME_BEFORE.search(text, max(0, start - 12), start) is not None:
        return False
    if _WORD_BEFORE.search(text, max(0, start - 8), start) is not None:
        return True
    return _WORD_BEHIND.match(text, end) is not None and _FINITE_VERB_CAPITALS.match(text, end) is None
