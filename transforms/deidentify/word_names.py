"""First names and surnames that are words, told by the sentence: ``Rose states``, ``Joy and Faith (sisters)``."""

import re
from collections.abc import Iterator

from transforms.deidentify.forms import words
from transforms.deidentify.lexicon import lexicon
from transforms.deidentify.lookalikes import in_lookalike_context, is_method
from transforms.deidentify.marks import Marks
from transforms.deidentify.name_contexts import KIN_WORDS, MEDICINES, MONTH_NAMES, NO_INITIALS, NOT_NAMES
from transforms.deidentify.name_lists import UPPER, is_known

# Names that begin a sentence as the words that they are, unless a person's verb follows.
_WORD_NAMES = words(
    "angel art august autumn bill bud buddy chance chase chip christian clay cliff crystal daisy dale dawn dean "
    "dot drew duke earl early "
    "faith fern frank gay gene ginger glen grace grant guy happy hardy harmony hazel heath heather heaven herb "
    "holly honey hope hunter "
    "iris ivy jack jade jasmine jean joy june junior justice kit lacy lance lane laurel lily love lucky major "
    "marina mark mason max may "
    "melody mercy miles misty olive pat patience pearl peg penny pepper poppy prudence queen ray reed rich robin "
    "rocky rod rose rosemary "
    "ruby rusty sandy scarlet sky skip sonny storm summer sunny terry tiny tony trinity trip violet wade will "
    "willow winter woody young"
) | MONTH_NAMES - {"jan"}
_KIN = "|".join(
    sorted(
        map(re.escape, KIN_WORDS - words("doctor physician provider teacher boss manager worker")),
        key=len,
        reverse=True,
    )
)
_KIN_PLURAL = "|".join(
    f"{kin}s"
    for kin in ("sister", "brother", "son", "daughter", "parent", "friend", "twin", "sibling", "aunt", "uncle")
) + ("|children|kids|grandchildren|neighbors|neighbours")
# What a person does and nothing else.
_SAYS = (
    r"(?:states?|stated|reports|denies|denied|says|said|complains|agrees|agreed|verbali[sz](?:es|ed)|endorses|asks|asked|tells|told|wants|"
    r"phoned|lives|works|admits|describes|insists|worries|thinks|remembers|declines|refuses|refused|voices|voiced|consented|"
    r"(?:is|was)\s(?:now\s)?(?:a?febrile|alert|awake|stable|comfortable|anxious|doing|feeling|sleeping|resting|tolerating|ambulating|pleasant)\b|"
    r"(?:has|had|was|is)\s(?:been\s)?(?:seen|admitted|discharged|referred|told|accompanied|here\b|an?\s[0-9]{1,3}\b|"
    r"(?:her|his|my|our|their|(?:the\s)?(?:patient|pt)['’]s)\s(?:KIN))|who\s(?:is|was|has|lives|works)|"
    r"will\s(?:need|return|follow|call|see|be\s(?:seen|discharged|admitted|staying)|continue|stay|go|bring|drive|help|start))"
)
_SPEAKS = re.compile(rf"(?:\s[{UPPER}]\.?)?\s{_SAYS.replace('KIN', _KIN)}(?![\w'’])", re.IGNORECASE)
_KIN_BEHIND = re.compile(
    rf"(?:,\s|\s?\()(?:(?:his|her|their|my|the|(?:the\s)?(?:pt|patient)['’]?s)\s)?(?:step|grand|great-?)?(?:{_KIN})(?=[),;.]|\sof\b)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?:\A|[.!?;:\"”)\n•]\s{0,3}|\s[-–]\s)\Z")
_SENTENCE_REACH = 4
# Behind two or more names: ``Art, Frank and Rich visited``, ``Paget, Gaddis and Nguyen were paged``.
_TOGETHER = (
    rf"\s?\((?:(?:his|her|their)\s)?(?:{_KIN_PLURAL})\b|\s(?:(?:were|are|have\sbeen)\s(?:both\s|all\s)?"
    r"(?:paged|called|notified|informed|consulted|contacted|present|aware|here|visiting|updated|told|at\sbedside|at\sthe\sbedside)\b|"
    r"visited\b|visit\b|answered\b|agree\b|agreed\b|came\b|called\b|live\b|helped?\b)"
)
_TOGETHER_HERE = re.compile(_TOGETHER, re.IGNORECASE)
_CAP = rf"[{UPPER}][^\W\d_]+(?:['’\-][{UPPER}]?[^\W\d_]+)*"
_LIST_BEFORE = re.compile(rf"(?P<list>{_CAP}(?:,\s{_CAP}){{0,4}},?\s(?:and|AND|&)\s{_CAP})\Z")
_LOWER = r"[^\W\d_]{2,}(?:['’\-][^\W\d_]+)*"
_LIST_BEFORE_LOWER = re.compile(rf"(?:\A|[.;:\n]\s{{0,3}})(?P<list>{_LOWER}(?:,\s{_LOWER}){{0,4}},?\sand\s{_LOWER})\Z")
_LIST_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_LONGEST_LIST = 90
_TOGETHER_WORDS = (
    "were are have visited visit answered agree agreed came called live help helped sisters brothers sons "
    "daughters parents friends twins "
    "siblings aunts uncles children kids grandchildren neighbors neighbours his her their"
)
# ``Seen by Wells``, ``PCP Addison``: a person, though diseases and scores are named so.
_BY_PERSON = re.compile(
    r"(?:(?:seen|examined|evaluated|dictated|signed|transcribed|referred|paged|followed|scrubbed|assisted|supervised|attested|cosigned|"
    r"sent|ordered|consulted)\sby|pcp|attending|hospitalist|fellow|resident|intern|paged|called|d/w|discussed\swith|w/)[:,]?\s"
    rf"(?P<phi>{_CAP})(?!['’]s\b)",
    re.IGNORECASE,
)
# ``Okon completed cycle 2``: what no thing does that is written with a capital.
_ACTS = (
    r"(?:completed\s(?:cycle|course|chemo|induction|radiation|treatment|therapy|school|college|her\b|his\b|all\b|c[0-9]|[0-9]{1,2}\s(?:cycles|"
    r"sessions|weeks))|turned\s(?:[0-9]{1,3}\b|one\b|two\b|over\b)|turns\s[0-9]|start(?:ed|s)\s(?:[0-9]{1,2}(?:st|nd|rd|th)\sgrade|school|"
    r"kindergarten|preschool|college|her\b|his\b|walking|crying|talking)|finished\s(?:her\b|his\b|school|chemo|cycle)|tolerat(?:ed|es|ing)\s"
    r"(?:[a-z]{3,12}\s)?(?:diet|feeds?|liquids?|po|nectar|puree|solids|thin|thick|clears|meals?|session|procedure|exam|visit|treatment)|"
    r"recommend(?:s|ed)\s[a-z]|graduated\s|lives\s|attends\s|enjoys\s|plays\s|sleeps\s|naps\s|eats\s|walks\s|crawls\b|smiles\b|babbles\b|"
    r"ambulated\s|walked\s|ate\s|slept\s|voided\b|cried\b|vomited\b|wants\s|told\s(?:me|us|mom|rn)\b|says\s|said\s|asked\s|thinks\s|feels\s|"
    r"den(?:ies|ied)\s|endorse[sd]\s|(?:reports|reported|states|stated)\s(?!in\b|to\sbe\b|as\b)[a-z]|weighs\s[0-9]|gained\s[0-9])"
)
_ACTS_HERE = re.compile(rf"\s{_ACTS}")
_ACTS_WORDS = (
    "completed turned turns started starts finished tolerated tolerates tolerating recommends recommended graduated lives "
    "attends enjoys plays sleeps naps eats walks crawls smiles babbles ambulated walked ate slept voided cried vomited wants "
    "told says said asked thinks feels denies denied endorses endorsed reports reported states stated weighs gained"
)
# ``Okon 4.1 kg,``
_WEIGHED = re.compile(r"\s[1-9][0-9]{0,2}(?:\.[0-9]{1,2})?\s?(?:kg|lbs?|oz)\b(?!/)")
_ACTOR = re.compile(
    rf"(?:\A|[.!?;:\"”)\n•]\s{{1,3}})(?P<phi>[{UPPER}][^\W\d_A-Z]{{2,20}})(?P<value>\s[0-9]{{1,3}}(?:\.[0-9]{{1,2}})?)?\s\Z"
)
_ACTOR_REACH = 36
# Unlisted words that begin a sentence before what people do: services, and what is shortened.
_NO_ACTORS = words(
    "neurosurg podiatry optho pysch lexicomp fam pta hubby anes trach pedi ems creat trop bwt birthwt wgt dosewt adm est "
    "ophthal nephrology stroke hosp attg addl appt provider providers palliative pallcare onco orthopaedics paeds geri gero "
    "telepsych neuropsych intensivist hospitalist dietician"
)
# ``(Lindqvist/Okonjo)``
_BOTH = re.compile(rf"\((?P<one>{_CAP})/(?P<two>{_CAP})\)")
_BY_WORDS = (
    "seen examined evaluated dictated signed transcribed referred paged followed scrubbed assisted supervised "
    "attested cosigned sent "
    "ordered consulted pcp attending hospitalist fellow resident intern called d/w discussed w/"
)
_Span = tuple[int, int, float, str]


class WordNames:
    """Looks at words that are names beside what only people do, and at lists of people."""

    def __init__(self) -> None:
        self._marks: Marks[str] = Marks(
            [
                ("word", _WORD_NAMES),
                ("list", _TOGETHER_WORDS.split()),
                ("by", _BY_WORDS.split()),
                ("act", [*_ACTS_WORDS.split(), "kg", "lbs"]),
            ]
        )

    def find(self, text: str, without_capitals: bool) -> Iterator[_Span]:
        """Yield ``(start, end, score, form)`` of each name; ``without_capitals``: the text has none that would tell names."""
        for both in _BOTH.finditer(text):
            if self._are_surnames(both["one"].lower(), both["two"].lower()):
                yield from ((*both.span(name), 0.7, "name_both") for name in ("one", "two"))
        for mark, at in self._marks.places(text):
            if mark == "word":
                if text[at].isupper() or without_capitals:
                    yield from self._speaker(text, at)
            elif mark == "list":
                yield from self._listed(text, at)
            elif mark == "by":
                yield from self._eponym(text, at)
            elif mark == "act":
                yield from self._actor(text, at)

    def _speaker(self, text: str, at: int) -> Iterator[_Span]:
        word = _LIST_WORD.match(text, at)
        if word is None or (len(word[0]) > 1 and word[0].isupper() and text[word.end() : word.end() + 4].islower()):
            return
        end = word.end()
        if _SENTENCE.search(text, max(0, at - _SENTENCE_REACH), at) is None:
            return
        if _SPEAKS.match(text, end) is not None and not (
            word[0].lower() == "may" and text[end + 1 : end + 5].lower() == "will"
        ):
            yield at, end, 0.7, "name_speaker"
        elif _KIN_BEHIND.match(text, end) is not None:
            yield at, end, 0.7, "name_kin_behind"

    def _actor(self, text: str, at: int) -> Iterator[_Span]:
        """The first word of a sentence that says what only people do, in a list of names or in no list at all."""
        before = text[max(0, at - _ACTOR_REACH) : at].split()
        capital_or_number = bool(before) and (before[-1][0].isupper() or before[-1][0].isdigit())
        actor = _ACTOR.search(text, max(0, at - _ACTOR_REACH), at) if capital_or_number else None
        if actor is None:
            return
        does = _WEIGHED if actor["value"] else _ACTS_HERE
        if does.match(text, actor.end("phi")) is not None and self._is_somebody(actor["phi"].lower()):
            yield *actor.span("phi"), 0.65, "name_actor"

    @staticmethod
    def _is_somebody(word: str) -> bool:
        """Whether a word is a first name, or unknown, and nothing else."""
        lists = lexicon()
        others = (
            lists.english,
            lists.eponyms,
            lists.terms,
            lists.cities,
            lists.employers,
            NOT_NAMES,
            MEDICINES,
            NO_INITIALS,
            _NO_ACTORS,
        )
        given = word in lists.first_names
        return not any(word in other for other in others) and (given or (word not in lists.no_names and len(word) > 3))

    def _listed(self, text: str, at: int) -> Iterator[_Span]:
        for start in {at - 1, at - 2}:
            if start < 0 or _TOGETHER_HERE.match(text, start) is None:
                continue
            reach = max(0, start - _LONGEST_LIST)
            names = _LIST_BEFORE.search(text, reach, start) or _LIST_BEFORE_LOWER.search(text, reach, start)
            if names is None:
                continue
            found = [word for word in _LIST_WORD.finditer(text, *names.span("list")) if word[0].lower() != "and"]
            if all(self._is_name(word[0]) for word in found) and any(
                not lexicon().is_ordinary(w[0].lower()) or self._is_given(w[0]) for w in found
            ):
                yield from ((*word.span(), 0.7, "name_list") for word in found)
                return

    def _eponym(self, text: str, at: int) -> Iterator[_Span]:
        match = _BY_PERSON.match(text, at)
        if match is None or not match["phi"][0].isupper():
            return
        word = match["phi"].lower()
        if (
            word in lexicon().eponyms
            and not is_method(word)
            and word not in NOT_NAMES
            and not in_lookalike_context(text, *match.span("phi"))
        ):
            yield *match.span("phi"), 0.7, "name_by"

    @staticmethod
    def _are_surnames(*both: str) -> bool:
        """Whether these are surnames, and neither medicine nor a city nor two eponyms: ``Kocher/Kelly``."""
        lists = lexicon()
        other = (lists.english, lists.terms, lists.no_names, lists.cities, lists.employers, NOT_NAMES)
        return all(word in lists.surnames and not any(word in listed for listed in other) for word in both) and not all(
            word in lists.eponyms for word in both
        )

    @staticmethod
    def _is_given(word: str) -> bool:
        return word.lower() in lexicon().first_names or word.lower() in _WORD_NAMES

    @staticmethod
    def _is_name(word: str) -> bool:
        return is_known(word) and word.lower() not in NOT_NAMES - MONTH_NAMES and word.lower() not in lexicon().terms
