"""What a sentence says of a finding, by rules: negated, uncertain, historical, hypothetical, or somebody else's.

The algorithm is ConText (Harkema et al. 2009, doi:10.1016/j.jbi.2009.05.002), which began as NegEx (Chapman et al. 2001,
doi:10.1006/jbin.2001.1029): a trigger speaks of what follows or precedes it in its sentence, up to a word that ends its scope; a
phrase that only looks like a trigger (a pseudo-trigger) speaks of nothing. Two things are added. A section speaks of all that
stands in it. And the rules may have no opinion, where a trigger is weak or far from the finding: what is learnt from them is then
not taught a doubtful label.
"""

import csv
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum, StrEnum
from functools import cache
from pathlib import Path

from training.silver.sentences import Section, sections, sentences
from transforms.extract.evaluation.document import Assertion, Experiencer

_TABLE = Path(__file__).with_name("triggers.tsv")
# Words in a row, another finding counting as one, of which no list is made: beyond them a trigger may speak of something else.
_FIRM_WORDS = 5
_NEAR_WORDS = 3
# Code points: what stands further below its heading may have left the section.
_SECTION_REACH = 900


class Property(StrEnum):
    """What the rules can say of a finding; ``OTHER``: it is not the patient's."""

    NEGATED = "negated"
    UNCERTAIN = "uncertain"
    HISTORICAL = "historical"
    HYPOTHETICAL = "hypothetical"
    OTHER = "other"


class Effect(Enum):
    """What a phrase of ``triggers.tsv`` does. Of phrases that overlap, the longest has its effect."""

    FORWARD = "forward"
    BACKWARD = "backward"
    NEAR_FORWARD = "near_forward"
    NEAR_BACKWARD = "near_backward"
    WEAK = "weak"
    PSEUDO = "pseudo"
    ENDS = "ends"
    BLURS = "blurs"
    SECTION = "section"
    WEAK_SECTION = "weak_section"


class Opinion(IntEnum):
    """Whether a property holds; of several triggers the most decided counts."""

    NO = 0
    UNSURE = 1
    YES = 2


@dataclass(frozen=True)
class Trigger:
    """Code points ``start:end`` of a sentence, and what they do to what follows and what precedes."""

    start: int
    end: int
    effects: frozenset[Effect]


@dataclass(frozen=True)
class Rules:
    """The phrases of one property.

    Attributes:
        triggers: an empty group behind each phrase, in the order of ``effects``.
        ends: what ends a trigger's scope.
        blurs: what a trigger may or may not reach beyond.
        joins: what stands between members of a list, to each of which a trigger speaks.
    """

    triggers: re.Pattern[str]
    effects: tuple[frozenset[Effect], ...]
    ends: re.Pattern[str]
    blurs: re.Pattern[str]
    joins: re.Pattern[str]
    section: re.Pattern[str]
    weak_section: re.Pattern[str]

    def find(self, sentence: str) -> list[Trigger]:
        """The triggers of a sentence in small letters."""
        return [
            Trigger(match.start(), match.end(), self.effects[(match.lastindex or 0) - 1])
            for match in self.triggers.finditer(sentence)
        ]

    def opinion(self, sentence: str, triggers: Iterable[Trigger], start: int, end: int) -> Opinion:
        """What the triggers of a sentence say of its code points ``start:end``."""
        return max((self._reach(sentence, trigger, start, end) for trigger in triggers), default=Opinion.NO)

    def _reach(self, sentence: str, trigger: Trigger, start: int, end: int) -> Opinion:
        if trigger.end <= start:
            between, far, near = sentence[trigger.end : start], Effect.FORWARD, Effect.NEAR_FORWARD
        elif end <= trigger.start:
            between, far, near = sentence[end : trigger.start], Effect.BACKWARD, Effect.NEAR_BACKWARD
        else:
            return Opinion.NO
        if self.ends.search(between):
            return Opinion.NO
        firm = not self.blurs.search(between)
        if far in trigger.effects:
            listed = all(len(member.split()) <= _FIRM_WORDS for member in self.joins.split(between))
            return Opinion.YES if firm and listed else Opinion.UNSURE
        if near in trigger.effects and len(between.split()) <= _NEAR_WORDS:
            return Opinion.YES if firm else Opinion.UNSURE
        return Opinion.UNSURE if Effect.WEAK in trigger.effects else Opinion.NO

    def opinion_of_section(self, section: Section, start: int) -> Opinion:
        """What the heading says of a finding at ``start`` below it."""
        if self.section.fullmatch(section.name):
            return Opinion.YES if start - section.start <= _SECTION_REACH else Opinion.UNSURE
        return Opinion.UNSURE if self.weak_section.fullmatch(section.name) else Opinion.NO


_ELDER = (
    r"(?:(?:grand|step|half-?)?(?:mother|father|brother|sister)s?|siblings?|parents?|grandparents?"
    r"|(?:great[- ])?(?:aunt|uncle|grandmother|grandfather)s?|cousins?|nieces?|nephews?|mom|dad|twin|relatives?"
    r"|husband|wife|spouse|roommate|co-?worker|classmates?|boyfriend|girlfriend|family members?|household members?)"
)
# Who reports on a son or daughter mostly reports on the patient.
_KIN = rf"(?:{_ELDER}|(?:grand|step)?(?:son|daughter)s?)"
_JOINS = {
    Property.NEGATED: r",|/|&|\b(?:or|and|nor)\b",
    Property.UNCERTAIN: r"/|\b(?:or|versus|vs)\b",
}
_ANY_JOIN = r",|/|&|\b(?:or|and|including|such as|as well as)\b"
_PATIENT = re.compile(r"\b(?:patient|pt|he|she|his|her|himself|herself)\b")
_PRESENT = re.compile(r"\b(?:today|now|currently|current|at this time|presents?|presentation|presented|presenting)\b")
_SOMEBODY_ELSE = re.compile(rf"\b(?:{_KIN}|family)\b")
# Not within a word. Beside a phrase that begins or ends with a mark ("?", "-ve") any place is right.
_EDGE = r"(?:(?<!\w)|(?!\w))"
_NEVER = "(?!)"


@cache
def rules() -> dict[Property, Rules]:
    """The rules as ``triggers.tsv`` has them; its phrases are regular expressions without groups that capture."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {
        of: _compiled(
            [(row["phrase"], Effect(row["effect"])) for row in rows if row["property"] in (of, "any")],
            _JOINS.get(of, _ANY_JOIN),
        )
        for of in Property
    }


def _compiled(phrases: Sequence[tuple[str, Effect]], joins: str) -> Rules:
    def any_of(effect: Effect) -> re.Pattern[str]:
        return _any_of([phrase for phrase, its in phrases if its is effect])

    does: dict[str, set[Effect]] = {}
    for phrase, effect in phrases:
        if effect not in (Effect.ENDS, Effect.BLURS, Effect.SECTION, Effect.WEAK_SECTION):
            does.setdefault(phrase, set()).add(effect)
    longest_first = sorted(does, key=lambda phrase: -len(phrase))
    return Rules(
        # A group stands empty behind its phrase: around it, the search could not pass over phrases by their first letter.
        triggers=_any_of([f"{phrase}()" for phrase in longest_first]),
        effects=tuple(frozenset(does[phrase]) for phrase in longest_first),
        ends=any_of(Effect.ENDS),
        blurs=any_of(Effect.BLURS),
        joins=re.compile(joins),
        section=any_of(Effect.SECTION),
        weak_section=any_of(Effect.WEAK_SECTION),
    )


def _any_of(phrases: Sequence[str]) -> re.Pattern[str]:
    written_out = "|".join(phrases).replace("{kin}", _KIN).replace("{elder}", _ELDER)
    spaced = written_out.replace(" ?", " *").replace(" ", " +").replace(" +*", " *")
    return re.compile(f"{_EDGE}(?:{spaced or _NEVER}){_EDGE}")


def assertions(text: str, spans: Sequence[tuple[int, int]]) -> list[Assertion]:
    """What the text says of the findings at ``spans`` (half-open code points), one assertion a span, in their order.

    A property is None where the rules have no firm opinion.
    """
    parts, headed = sentences(text), sections(text)
    firsts, heads = [first for first, _ in parts], [section.start for section in headed]
    together: dict[int, list[int]] = {}
    for at, (start, _) in enumerate(spans):
        together.setdefault(bisect_right(firsts, start) - 1, []).append(at)
    found = [Assertion()] * len(spans)
    for part, members in together.items():
        first, last = parts[part] if part >= 0 else (0, 0)
        sentence = _masked(text[first:last], [(spans[at][0] - first, spans[at][1] - first) for at in members])
        triggers = {of: its.find(sentence) for of, its in rules().items()}
        for at in members:
            start, end = spans[at]
            said = {of: its.opinion(sentence, triggers[of], start - first, end - first) for of, its in rules().items()}
            under = bisect_right(heads, start) - 1
            found[at] = _assertion(said, sentence, headed[under] if under >= 0 else None, start)
    return found


def speaks(phrase: str) -> bool:
    """Whether a phrase in small letters holds a firm trigger of its own, as ``no known allergies`` does."""
    silent = {Effect.WEAK, Effect.PSEUDO}
    return any(not trigger.effects <= silent for its in rules().values() for trigger in its.find(phrase))


def _masked(sentence: str, spans: Iterable[tuple[int, int]]) -> str:
    """In small letters, of the same length, each finding one word of x: no trigger lies in it, and it counts as one word."""
    letters = [letter if letter.isascii() else "x" if letter.isalnum() else " " for letter in sentence]
    for start, end in spans:
        letters[max(0, start) : end] = "x" * (min(end, len(letters)) - max(0, start))
    return "".join(" " if letter.isspace() else letter for letter in letters).lower()


def _assertion(said: dict[Property, Opinion], sentence: str, section: Section | None, start: int) -> Assertion:
    under = {of: its.opinion_of_section(section, start) if section else Opinion.NO for of, its in rules().items()}
    if _PATIENT.search(sentence) and not _SOMEBODY_ELSE.search(sentence):
        under[Property.OTHER] = min(under[Property.OTHER], Opinion.UNSURE)
    if _PRESENT.search(sentence):
        under[Property.HISTORICAL] = min(under[Property.HISTORICAL], Opinion.UNSURE)
    judged = {of: _judged(max(said[of], under[of])) for of in Property}
    other = judged[Property.OTHER]
    historical = judged[Property.HISTORICAL]
    if other or (historical is False and _bare(sentence)):
        # Of a relative's illness the time is not asked; an item of a list without its heading may be of any time.
        historical = None
    return Assertion(
        negated=judged[Property.NEGATED],
        uncertain=judged[Property.UNCERTAIN],
        historical=historical,
        hypothetical=judged[Property.HYPOTHETICAL],
        experiencer=None if other is None else Experiencer.OTHER if other else Experiencer.PATIENT,
    )


def _judged(opinion: Opinion) -> bool | None:
    return None if opinion is Opinion.UNSURE else opinion is Opinion.YES


def _bare(sentence: str) -> bool:
    return not re.search(r"[a-wyz]{2,}.*[a-wyz]{2,}", re.sub(r"\bx+\b", "", sentence))
