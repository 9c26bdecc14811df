"""Who dictated, typed and signed, as the lines of a note say it: ``KCB/kb``, ``EG:mr``, ``EL, RN``, or ``ms`` alone."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from transforms.deidentify.name_contexts import CREDENTIALS, are_initials

_CAPITALS = r"[A-Z](?:\.?[A-Z]){1,3}\.?"
_SIGNED = r"[A-Z]{2,3}|(?:[A-Z]\.){2,3}"
_EITHER = rf"{_SIGNED}|[a-z]{{2,3}}"
_DAY = r"(?:[0-9]{1,2}[/.-]){1,2}[0-9]{1,4}"
_DICTATED = r"(?:[Dd]{1,2}|[Dd]/?[Tt]|[Tt])"  # before the days of dictation and typing
_SLASH = r"[ \t]?[/\\][ \t]?"
_END = r"(?=[ \t]*$)"
# Behind the day of the dictation.
_BEHIND = r"[ \t](?<=[0-9][ \t])(?:[ \t]{1,7}|(?<=[/.-][0-9]{2}[ \t])|(?<=(?:19|20)[0-9]{2}[ \t]))"
_AFTER = rf"(?=[ \t]*(?:/[ \t])?(?:$|[;0-9]|(?i:job|doc)\b|{_DICTATED}(?:[:.]|[ \t][0-9])))"
# Behind the day of the dictation, without a doubt.
_BEHIND_DAY = r"[ \t](?:(?<=[/.-][0-9]{2}[ \t])|(?<=(?:19|20)[0-9]{2}[ \t])|(?<=[ \t][0-9]{6}[ \t]))[ \t]{0,7}"
_DOCTOR = r"\b(?i:M\.?D|D\.?O|N\.?P|PA-C)\.?"
# ``??/lsc``: who typed for a voice that nobody knew
_SURE = (rf"^[ \t]*\?{{1,4}}{_SLASH}([a-z]{{2,4}}){_AFTER}",)
# Every group is somebody's initials, unless none can be.
_CERTAIN = (
    # ``KCB/kb``, also behind the day of the dictation
    rf"^[ \t]*({_CAPITALS}){_SLASH}([a-z]{{2,4}}){_AFTER}",
    rf"{_BEHIND}({_CAPITALS}){_SLASH}([a-z]{{2,4}}){_AFTER}",
    # ``Ames, MD   KCB/kb``
    rf"{_DOCTOR}[ \t]{{1,8}}({_CAPITALS}){_SLASH}([a-z]{{2,4}}){_AFTER}",
    # ``kcb/kb`` above the days of dictation and typing
    rf"^[ \t]*([a-z]{{2,3}})/([a-z]{{2,3}})(?=[ \t]*\n[ \t]*{_DICTATED}[:/ ])",
    # ``[2017-12-11 08:14] EJG : note opened``
    r"[0-9]\][ \t]([A-Z]{2,3})(?=[ \t]?:[ \t][a-z])",
)
# The same, unless the first group is nobody's.
_MARKED = (
    # ``EG:mr``
    rf"^[ \t]*({_CAPITALS}):([a-z]{{2,4}}){_AFTER}",
    rf"{_BEHIND}({_CAPITALS}):([a-z]{{2,4}}){_AFTER}",
    # ``errors may exist. KCB/kb 3/5/21``
    rf"\.[ \t]{{1,2}}({_CAPITALS})/([a-z]{{2,3}})(?=[ \t]{{1,2}}{_DAY})",
    # ``KCB:WordServ/kb``
    rf"^[ \t]*({_CAPITALS}):[A-Z][A-Za-z]{{2,11}}/([a-z]{{2,3}}){_END}",
    # ``EL, RN``, ``E.L., RT(R)(CT)``
    rf"^[ \t]*({_SIGNED})(?=,[ \t](?:{CREDENTIALS.pattern.pattern}|RT)(?:\([A-Z]{{1,3}}\)){{0,3}}[ \t]*$)",
    # ``VT 2/17/20``, ``EM / 29/5``
    rf"^[ \t]*({_SIGNED})[ \t]{{1,2}}(?:/[ \t])?{_DAY}(?:[ \t][0-9:]{{4,5}})?{_END}",
)
# The same, unless all are words or abbreviations.
_LIKELY = (
    # ``KCB/KB`` as the last line, or above the number of the job
    rf"^[ \t]*({_CAPITALS})[/:]({_CAPITALS})(?=[ \t]*(?:\n[ \t]*(?:(?i:job|doc)\b|{_DICTATED}[:/])|\s*\Z))",
    # ``TRANS 030521 KCB:LSC``
    rf"{_BEHIND_DAY}({_CAPITALS})[/:]({_CAPITALS}){_END}",
    # ``Job 12 / Ames / lsc`` above the days of dictation and typing
    rf"[ \t]/[ \t]?([a-z]{{2,3}})(?=[ \t]*\n[ \t]*{_DICTATED}[:/ ][ \t]?[0-9])",
    # ``lsc 2/17/20`` as the last line
    rf"^[ \t]*([a-z]{{2,3}})[ \t]{{1,2}}(?:/[ \t])?{_DAY}(?:[ \t][0-9:]{{4,5}})?\s*\Z",
    # ``Signature on file. VT 2/17``
    rf"\.[ \t]{{1,2}}({_SIGNED})[ \t]{_DAY}{_END}",
    # ``see paper chart. - VT``
    rf"[.;)][ \t]{{1,2}}[-–—]{{1,2}}[ \t]?({_EITHER})(?=[ \t]*$|[ \t]{{2}})",
    # ``Transcribed: 10/19/2018 07:52 lsc``
    rf":[0-5][0-9][ \t]{{1,2}}({_EITHER}){_END}",
    # ``confirmed by fax. lsc``, and a last line of its own
    rf"\.[ \t]{{1,2}}({_EITHER})[ \t]*(?=\n[ \t]*\n|\s*\Z)",
    r"\n[ \t]*/?([a-z]{2,3})\s*\Z",
)


class _Way(NamedTuple):
    """``sure``: of how many of its groups any must be possible initials; ``unmarked``: nothing else says that they are."""

    pattern: "re.Pattern[str]"
    sure: int
    unmarked: bool


_ALL = tuple(
    _Way(re.compile(written, re.MULTILINE), sure, unmarked)
    for ways, sure, unmarked in ((_SURE, 0, False), (_CERTAIN, 2, False), (_MARKED, 1, False), (_LIKELY, 2, True))
    for written in ways
)
# Most notes hold nothing of the kind: two looks at the text say so, in place of one a way.
_AT_LINES = tuple(way for way in _ALL if way.pattern.pattern.startswith("^"))
_LINE = re.compile(
    rf"^[ \t]*(?=(?:\?{{1,4}}|{_CAPITALS}|[a-z]{{2,4}})(?:{_SLASH}|:|,[ \t]|[ \t]{{1,2}}(?:/[ \t])?[0-9]))",
    re.MULTILINE,
)
_OF_PAIRS = tuple(way for way in _ALL if way.pattern.pattern.startswith((_BEHIND, _BEHIND_DAY, _DOCTOR)))
_PAIR = re.compile(
    rf"[/\\:](?:(?<=[A-Z].)|(?<=[A-Z.][. \t].))[ \t]?(?:[a-z]{{2,4}}|[A-Z](?:\.?[A-Z]){{1,3}}){_AFTER}", re.MULTILINE
)
_ANYWHERE = tuple(way for way in _ALL if way not in (*_AT_LINES, *_OF_PAIRS))


def typists_initials(text: str) -> Iterator[tuple[int, int, float, str]]:
    """Yield ``(start, end, score, form)`` of initials where they sign."""
    for way, signed in _signed(text):
        starts = [signed.start(group + 1) for group in range(min(way.sure, way.pattern.groups))]
        if not starts or any(are_initials(text, start, way.unmarked) for start in starts):
            yield from ((*signed.span(group + 1), 0.7, "name_typist") for group in range(way.pattern.groups))


def _signed(text: str) -> Iterator[tuple[_Way, "re.Match[str]"]]:
    for line in _LINE.finditer(text):
        for way in _AT_LINES:
            if (signed := way.pattern.match(text, line.start())) is not None:
                yield way, signed
    for way in (*_ANYWHERE, *(_OF_PAIRS if _PAIR.search(text) is not None else ())):
        yield from ((way, signed) for signed in way.pattern.finditer(text))
