"""Who dictated and who typed, as the last lines of a note say it: ``KCB/kb``, ``EG:mr``, or the typist alone, ``ms``."""

import re
from collections.abc import Iterator
from itertools import chain

_PAIR = re.compile(
    r"(?:^[ \t]*|[0-9][ \t]{2,8})(?P<phi>[A-Z](?:\.?[A-Z]){1,3}\.?[ \t]?[/:\\][ \t]?[a-z]{2,4})"
    r"(?=[ \t]*(?:$|[0-9]|job\b|doc\b|d:|t:|dd:|dt:))",
    re.MULTILINE | re.ASCII,
)
# What stands before a day and is nobody.
_LABELS = (
    "DO[A-Z]|LMP|ED[CD]|DD|DT|EXP|CTA?|MR[AI]?|XR|US|HD|OR|[OP]T|INR|TTE|TEE|E[KC]G|EEG|CXR|KUB|BP|WT|HT|HR|TB|PPD|POD|LOS|ED|ER|ICU|PFT|A1C|"
    "LAB|IV|PICC|DX|RX|TX|HX|FU|ADM|DC|EGD|PET|BMP|CBC|CMP"
)
# ``VT 2/17/20``, ``EM / 29/5``: who signed, and when
_DATED = re.compile(
    rf"^[ \t]*(?!(?:{_LABELS})\b)(?P<phi>[A-Z]{{2,3}})[ \t]{{1,2}}"
    r"(?:/[ \t])?(?:[0-9]{1,2}[/.-]){1,2}[0-9]{1,4}(?:[ \t][0-9:]{4,5})?[ \t]*$",
    re.MULTILINE | re.ASCII,
)
# ``Our ref: Weatherspoon/bsn/342984``
# ``EL, RN`` as a signature; ``[2017-12-11 08:14] EJG : note opened``; ``Ames, M.D. / lsc   Job 12``
_SIGNED = re.compile(
    r"(?:^[ \t]*(?P<a>[A-Z]{2,3})(?=,[ \t](?:RN|LPN|MD|DO|NP|PA|PA-C|CNA|RT|PT|OT|MSW|LCSW|PharmD)\b[ \t]*$)|"
    r"[0-9]\][ \t](?P<b>[A-Z]{2,3})(?=[ \t]?:[ \t][a-z])|\bM\.?D\.?[ \t]/[ \t](?P<c>[a-z]{2,3})(?=[ \t]{2}|[ \t]/|[ \t]*$))",
    re.MULTILINE | re.ASCII,
)
_IN_REFERENCE = re.compile(r"\b[Rr]ef: [^\W\d_][\w'’-]{1,24}/(?P<phi>[a-z]{2,3})(?=/)")
_LOWER_PAIR = re.compile(r"^[ \t]*(?P<phi>[a-z]{2,3}/[a-z]{2,3})(?=[ \t]*\n[ \t]*(?:DD?|DT|T)[:/ ])", re.MULTILINE)
_ALONE = re.compile(r"\n[ \t]*/?(?P<phi>[a-z]{2,3})\s*\Z", re.ASCII)
_LAST_LINE = 24  # characters, with the white space behind it


def typists_initials(text: str) -> Iterator[tuple[int, int, float, str]]:
    """Yield ``(start, end, score, form)`` of initials that stand on a line of their own."""
    for pair in chain(_PAIR.finditer(text), _LOWER_PAIR.finditer(text), _DATED.finditer(text)):
        yield *pair.span("phi"), 0.7, "name_typist"
    for signed in _SIGNED.finditer(text):
        yield *signed.span(signed.lastgroup or 0), 0.7, "name_typist"
    for typist in _IN_REFERENCE.finditer(text):
        yield *typist.span("phi"), 0.7, "name_typist"
    alone = _ALONE.search(text, max(0, len(text) - _LAST_LINE))
    if alone is not None:
        yield *alone.span("phi"), 0.6, "name_typist"
