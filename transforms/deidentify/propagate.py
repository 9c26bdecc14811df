"""A value that was found is gone: looks for what was found again, in the whole note (design, section 2, rule 6)."""

from collections.abc import Iterable

from transforms.deidentify.findings import Finding
from transforms.deidentify.lexicon import lexicon
from transforms.deidentify.locations import STATES
from transforms.deidentify.values import Where, digit_occurrences, digits_of, fold, name_keys, occurrences
from transforms.records import PhiType

_ANYWHERE = {PhiType.EMAIL, PhiType.PHONE, PhiType.SSN, PhiType.URL, PhiType.IP, PhiType.ID}
_SHORTEST_ANYWHERE = 5
_STATES = frozenset(map(str.lower, STATES.values()))
_LONGEST = 500  # what is longer is no value that anybody writes twice


def propagate(text: str, findings: Iterable[Finding]) -> list[Finding]:
    """Return the further occurrences in ``text`` of the values of ``findings``, with the type of what was found first.

    An e-mail, phone, SSN, URL, IP or number of five or more characters counts anywhere, also inside other text, and a number
    also with other separators; a shorter number as a word. Of names, the whole and every part count as whole words in any
    case, but a part that is also an eponym, an English word or shorter than three letters only where it is capitalised
    and not in a look-alike's context. Places count as whole words under the same rule.
    """
    wanted: dict[str, Where] = {}
    types: dict[str, Finding] = {}
    numbers: dict[str, Finding] = {}
    for finding in findings:
        value = text[finding.start : finding.end]
        keys = _keys(finding.phi_type, value) if len(value) <= _LONGEST else {}
        for key, where in keys.items():
            if key not in wanted or wanted[key] is Where.CAPITALISED:
                wanted[key] = where
            types.setdefault(key, finding)
        if finding.phi_type in (PhiType.PHONE, PhiType.SSN, PhiType.ID) and len(value) <= _LONGEST:
            numbers.setdefault(digits_of(value), finding)
    found = [_again(types[key], start, end) for key, start, end in occurrences(text, wanted)]
    return found + [_again(numbers[number], start, end) for number, start, end in digit_occurrences(text, numbers)]


def _again(finding: Finding, start: int, end: int) -> Finding:
    return Finding(finding.phi_type, start, end, "propagated", finding.score * 0.9)


def _keys(phi_type: PhiType, value: str) -> dict[str, Where]:
    if phi_type is PhiType.NAME:
        return name_keys(value)
    folded = fold(value)
    if phi_type in _ANYWHERE:
        if len(value) >= _SHORTEST_ANYWHERE:
            return {folded: Where.ANYWHERE}
        return {folded: Where.WORD} if any(char.isalpha() for char in value) else {}
    if phi_type is PhiType.LOCATION and sum(char.isalpha() for char in value) > 3:
        # One word may be something else too: ``Minnesota Multiphasic``, ``Boston brace``.
        look_alike = " " not in folded and (
            lexicon().is_ordinary(folded) or folded in lexicon().cities or folded in _STATES
        )
        return {folded: Where.CAPITALISED if look_alike else Where.WORD}
    if phi_type is PhiType.LOCATION and value.isdigit() and len(value) >= _SHORTEST_ANYWHERE:
        return {folded: Where.WORD}
    return {}
