"""Who dictated, typed and signed, as the last lines of a note say it: ``KCB/kb``, ``EG:mr``, ``EL, RN``, or ``ms`` alone."""

import re
from collections.abc import Iterator

# What stands before a day and is nobody.
_NOBODY = (
    "DO[A-Z]|LMP|ED[CD]|DD|DT|EXP|CTA?|MR[AI]?|XR|US|HD|OR|[OP]T|INR|TTE|TEE|E[KC]G|EEG|CXR|KUB|BP|WT|HT|HR|TB|PPD|POD|LOS|ED|ER|"
    "ICU|PFT|A1C|LAB|IV|PICC|DX|RX|TX|HX|FU|ADM|DC|EGD|PET|BMP|CBC|CMP"
)
_WRITTEN = (
    # ``KCB/kb``, ``EG:mr``, also behind the day of the dictation
    r"(?:^[ \t]*|[0-9][ \t]{2,8})(?P<phi>[A-Z](?:\.?[A-Z]){1,3}\.?[ \t]?[/:\\][ \t]?[a-z]{2,4})"
    r"(?=[ \t]*(?:$|[0-9]|job\b|doc\b|d:|t:|dd:|dt:))",
    # ``kcb/kb`` above the days of dictation and typing
    r"^[ \t]*(?P<phi>[a-z]{2,3}/[a-z]{2,3})(?=[ \t]*\n[ \t]*(?:DD?|DT|T)[:/ ])",
    # ``VT 2/17/20``, ``EM / 29/5``
    rf"^[ \t]*(?!(?:{_NOBODY})\b)(?P<phi>[A-Z]{{2,3}})[ \t]{{1,2}}(?:/[ \t])?"
    r"(?:[0-9]{1,2}[/.-]){1,2}[0-9]{1,4}(?:[ \t][0-9:]{4,5})?[ \t]*$",
    # ``EL, RN``
    r"^[ \t]*(?P<phi>[A-Z]{2,3})(?=,[ \t](?:RN|LPN|MD|DO|NP|PA|PA-C|CNA|RT|PT|OT|MSW|LCSW|PharmD)\b[ \t]*$)",
    # ``[2017-12-11 08:14] EJG : note opened``
    r"[0-9]\][ \t](?P<phi>[A-Z]{2,3})(?=[ \t]?:[ \t][a-z])",
    # ``Ames, M.D. / lsc   Job 12``
    r"\bM\.?D\.?[ \t]/[ \t](?P<phi>[a-z]{2,3})(?=[ \t]{2}|[ \t]/|[ \t]*$)",
    # ``Our ref: Weatherspoon/bsn/342984``
    r"\b[Rr]ef: [A-Za-z][\w'-]{1,24}/(?P<phi>[a-z]{2,3})(?=/)",
)
_INITIALS = tuple(re.compile(written, re.MULTILINE | re.ASCII) for written in _WRITTEN)
_ALONE = re.compile(r"\n[ \t]*/?(?P<phi>(?!no\b|prn|wnl|yes|po\b|iv\b|end|nil|asa)[a-z]{2,3})\s*\Z", re.ASCII)
_LAST_LINE = 24  # characters, with the white space behind it


def typists_initials(text: str) -> Iterator[tuple[int, int, float, str]]:
    """Yield ``(start, end, score, form)`` of initials where they sign."""
    for written in _INITIALS:
        for signed in written.finditer(text):
            yield *signed.span("phi"), 0.7, "name_typist"
    alone = _ALONE.search(text, max(0, len(text) - _LAST_LINE))
    if alone is not None:
        yield *alone.span("phi"), 0.6, "name_typist"
