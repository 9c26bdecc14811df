"""The rest of a person's name, where what found it stopped before it: initials, a nickname, particles, ``^`` of HL7."""

import re
from collections.abc import Iterable
from dataclasses import replace

from transforms.deidentify.findings import Finding
from transforms.deidentify.forms import words
from transforms.deidentify.lexicon import lexicon
from transforms.deidentify.name_contexts import CREDENTIALS, KIN_WORDS, NO_INITIALS, NOT_NAMES
from transforms.deidentify.name_lists import UPPER, is_known, is_surname
from transforms.records import PhiType

_LONGEST = 80  # characters of a name
_REACH = 24  # characters before a name that may belong to it
_STOP = r"(?=\s*(?:[;:)\]|/>\n]|\Z)|[,.](?!\w)|\s{2}"
_CREDENTIAL = rf"\s(?:{CREDENTIALS.pattern.pattern}))"
_CREDENTIAL_LOWER = r"\s(?:rn|md|np|pa|lpn|cna|do|rt|cnm|crna)\b)"
# ``Iglesias, R``, ``Vang KE``, ``Clark A RN``; without capitals ``iglesias, r``.
_INITIALS = re.compile(rf"(?:,\s?[{UPPER}]|\s[{UPPER}]{{1,2}})\.?(?![\w'’]){_STOP}|{_CREDENTIAL}")
_INITIALS_LOWER = re.compile(rf"(?:,\s[a-z]|\s[a-z])\.?(?![\w'’/]){_STOP}|{_CREDENTIAL_LOWER}")
# ``Ricci F did the first stage``
_INITIAL_AND_VERB = re.compile(
    rf"\s(?![AIX]\b)[{UPPER}](?=\s(?:did|saw|will|was|is|has|said|states?|reports?|called|came|wrote|notified)\b)"
)
# Behind a given name and an initial: ``stavros n. person``.
_SURNAME = re.compile(rf"\.?\s(?P<word>[{UPPER}][^\W\d_]+(?:['’\-][^\W\d_]+)*)(?![\w'’])")
_SURNAME_LOWER = re.compile(r"\.?\s(?P<word>[^\W\d_]{2,}(?:['’\-][^\W\d_]+)*)(?![\w'’])")
_INITIAL_LAST = re.compile(r"(?P<first>[^\W\d_]{2,})\s(?:[^\W\d_]{2,}\s)?[^\W\d_]\.?\Z")
_FUNCTION_WORDS = words(
    "a an the and or but who whom that this is was are were be been has had have will would can could may might "
    "should did does do "
    "to of in on at by for from with as if so no not he she it they we you i his her my our their its also then than when where "
    "per via re cc aged age dob mrn seen saw called came went states stated reports reported denies says said notes"
)
_QUOTED = r"(?:[\"“”'‘’]\w[\w.'’ -]{0,14}\w[\"“”'’])"
_NICKNAME = re.compile(rf"\s?\({_QUOTED}\)|\s{_QUOTED}(?=\s|[,.;:)]|\Z)")
_NICKNAME_BARE = re.compile(r"\s\((?P<nick>[^\W\d_][\w.'’-]{1,14})\)")
_INTRODUCED = re.compile(r"\b(?:it['’]?s|it\sis|this\sis|i['’]?m|i\sam|my\sname\sis|name['’]?s)\s\Z", re.IGNORECASE)
_PARTICLES = (
    r"(?:v[ao]n(?:\s(?:der|den|de|het))?|zu[rm]|op\sden|in\s['’]t|de\s(?:la|las|los|l['’])|d[aeiou]s?|del(?:la)?|e|bin|bint|ibn|abu|"
    r"ter|der|den|mac|mc|st\.?|saint)"
)
_WITH_PARTICLE = re.compile(rf"\s(?i:{_PARTICLES})\s(?:[{UPPER}][^\W\d_]+(?:-[{UPPER}][^\W\d_]+)*)(?![\w'’])")
_PARTICLE_BEFORE = re.compile(rf"(?:\A|[\s(/>,:])(?P<phi>(?!(?:e|do|st|saint)\b)(?i:{_PARTICLES})\s)\Z")
_HYPHEN_BEHIND = re.compile(rf"-[{UPPER}][^\W\d_]+(?![\w'’])")
_HYPHEN_BEFORE = re.compile(
    rf"(?:\A|[^\w-])(?P<phi>(?!(?i:non|post|pre|anti|ex|co|mid|pro|peri|intra|mini)-)[{UPPER}][^\W\d_]{{1,20}}-)\Z"
)
_SUFFIX = re.compile(r",?\s(?i:jr|sr|iii)\b\.?")
_GIVEN = re.compile(rf",\s(?P<given>[{UPPER}][^\W\d_]+)(?:\s[{UPPER}])?(?=[,;:)\n]|\s?\(|\s{{2}}|\Z)")
_INITIALS_BEFORE = re.compile(rf"(?:\A|[\s(/>:;,\"“])(?P<phi>(?:[{UPPER}]\.\s?){{1,2}})\Z")
_INITIALS_BEFORE_LOWER = re.compile(r"(?:\A|[\s(/>:;,])(?P<phi>(?:[a-z]\.\s?){1,2})\Z")
_NUMBERED = re.compile(  # ``vitamin C. Smith``
    r"\b(?:vitamin|hepatitis|hep|type|class|grade|stage|group|level|factor|protein|part|plan|option|section|appendix)\s\Z",
    re.IGNORECASE,
)
_SURNAME_BEFORE = re.compile(r"(?:\A|[\s(/>:;])(?P<phi>(?P<word>[^\W\d_]{2,}(?:['’\-][^\W\d_]+)*),\s)\Z")
# First parts of given names of two words, of Vietnam, Korea and the Hmong.
_TWO_PART = words(
    "pa my mai mi thi bao kim minh xuan nhu thuy mee kao ka yer see chia jae ji soo sung eun hye hyun min seo "
    "kyung jin sun young "
    "ngoc thanh hong tuyet anh phuong tran mary"
)
_TWO_PART_BEFORE = re.compile(r"(?:\A|[\s(/>:;])(?P<phi>(?P<word>[^\W\d_]{2,6})\s)\Z")
_HL7_BEFORE = re.compile(rf"(?<=[|^~])(?P<phi>[{UPPER}a-z][^|^~\n&0-9]{{0,20}}\^)\Z")
_HL7 = re.compile(rf"\^(?!(?:MD|DO|RN|NP|PA|DR|MR|MRS|MS)\b)[{UPPER}a-z][^|^~\n&]{{0,24}}(?=[|^~\n])")


def with_ends(text: str, findings: Iterable[Finding]) -> list[Finding]:
    """The findings, names of people with what belongs to them on either side."""
    return [
        _whole(text, found) if found.phi_type is PhiType.NAME and found.end - found.start <= _LONGEST else found
        for found in findings
    ]


def _whole(text: str, found: Finding) -> Finding:
    start, end = found.start, found.end
    if not text[end - 1].isalnum() and text[end - 1] != ".":
        return found
    for _ in range(4):
        further = _end(text, start, end)
        if further == end:
            break
        end = further
    for _ in range(3):
        sooner = _start(text, start, end)
        if sooner == start:
            break
        start = sooner
    return replace(found, start=start, end=end)


def _end(text: str, start: int, end: int) -> int:
    """Where the name that stands at ``start:end`` ends, one step further."""
    value = text[start:end]
    behind = text[end : end + 1]
    if behind == "^":
        hl7 = _HL7.match(text, end) if text[start - 1 : start] in ("|", "^", "~") else None
        return hl7.end() if hl7 is not None else end
    if behind == "-":
        joined = _HYPHEN_BEHIND.match(text, end)
        return joined.end() if joined is not None else end
    if behind not in (" ", ",", ".", "("):
        return end
    for expression in (_SUFFIX, _WITH_PARTICLE, _NICKNAME):
        if (match := expression.match(text, end)) is not None:
            return match.end()
    if (nickname := _NICKNAME_BARE.match(text, end)) is not None and _is_nickname(text, start, nickname["nick"]):
        return nickname.end()
    if (surname := _surname(text, value, end)) is not None:
        return surname
    if "," not in value and (initials := _initials(text, value, end)) is not None:
        return initials
    if (given := _GIVEN.match(text, end)) is not None and " " not in value and is_known(value):
        first = given["given"]
        if (
            first.lower() in lexicon().first_names
            and first.isupper() == value.isupper()
            and first.lower() not in NOT_NAMES
        ):
            return given.end()
    return end


def _initials(text: str, value: str, end: int) -> int | None:
    if value[-2:-1] in (" ", ".") or value[-1] == ".":  # it has its initial
        return None
    if value.islower():
        lower = _INITIALS_LOWER.match(text, end)
        return lower.end() if lower is not None else None
    match = _INITIALS.match(text, end) or (_INITIAL_AND_VERB.match(text, end) if " " not in value else None)
    if match is None or match[0].strip(" ,.").lower() in NO_INITIALS:
        return None
    return match.end()


def _surname(text: str, value: str, end: int) -> int | None:
    given = _INITIAL_LAST.search(value)
    if given is None or given["first"].lower() not in lexicon().first_names:
        return None
    match = (_SURNAME_LOWER if value.islower() else _SURNAME).match(text, end)
    if match is None:
        return None
    word = match["word"].lower()
    ordinary = word in _FUNCTION_WORDS or (word in NOT_NAMES and not is_known(word)) or word in KIN_WORDS
    return None if ordinary else match.end()


def _is_nickname(text: str, start: int, nick: str) -> bool:
    folded = nick.lower()
    if folded in NOT_NAMES or folded in KIN_WORDS:
        return False
    introduced = _INTRODUCED.search(text, max(0, start - _REACH), start) is not None
    return introduced or (nick[1:].islower() and folded in lexicon().first_names and folded not in lexicon().english)


def _start(text: str, start: int, end: int) -> int:
    """Where the name that stands at ``start:end`` begins, one step sooner."""
    reach = max(0, start - _REACH)
    if start == 0 or text[start - 1].isalnum():
        return start
    if text[start - 1] == "^":
        surname = _HL7_BEFORE.search(text, max(0, reach - 1), start)
        return start if surname is None else surname.start("phi")
    lower = text[start:end].islower()
    initials = (_INITIALS_BEFORE_LOWER if lower else _INITIALS_BEFORE).search(text, reach, start)
    if initials is not None:
        numbered = _NUMBERED.search(text, max(0, initials.start("phi") - 12), initials.start("phi"))
        return start if numbered is not None else initials.start("phi")
    for expression in (_HYPHEN_BEFORE, _PARTICLE_BEFORE):
        if (match := expression.search(text, reach, start)) is not None:
            return match.start("phi")
    first = text[start:end].split()[0].strip(".,").lower()
    two = _TWO_PART_BEFORE.search(text, reach, start)
    if two is not None and two["word"].lower() in _TWO_PART and (lower or two["word"][0].isupper()):
        return two.start("phi")
    surname = _SURNAME_BEFORE.search(text, reach, start) if first in lexicon().first_names else None
    if (
        surname is not None
        and (lower or surname["word"][0].isupper())
        and all(map(is_surname, surname["word"].split("-")))
    ):
        return surname.start("phi")
    return start
