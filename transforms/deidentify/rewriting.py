"""What stands in place of each finding: the policy's action for its type, done."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from transforms.deidentify import ages, dates, locations
from transforms.deidentify.findings import Finding
from transforms.deidentify.policy import Policy
from transforms.deidentify.replace import Replacement
from transforms.deidentify.surrogates import Surrogates
from transforms.records import PhiAction, PhiType

# Where nothing tells the year of service, this one decides which years show an age over 89: late, so that it hides
# rather too many.
_LATE_YEAR = 2025
_BIRTH = re.compile(
    r"(?:\bD\.?O\.?B\b\.?|\bbirth\s?-?(?:date|day)?|\bdate of birth|\bborn)\W{0,4}(?:(?:on|in|is)\W)?\W{0,3}\Z",
    re.IGNORECASE,
)
_TITLE = re.compile(r"(?:Dr|Mr|Mrs|Ms|Miss|Prof)\b\.?[ ]?", re.IGNORECASE)
_TITLE_BEFORE = re.compile(rf"(?<![\w@]){_TITLE.pattern}\Z", re.IGNORECASE)
_LONGEST_TITLE = 8
_CONTEXT = 28  # code points in which ``date of birth is:`` fits


class Rewriter:
    """Rewrites the findings of one note."""

    def __init__(self, policy: Policy, shift_days: int, service_year: int | None, surrogates: Surrogates) -> None:
        self._policy = policy
        self._shift_days = shift_days
        self._service_year = service_year
        self._surrogates = surrogates

    def rewrite(self, text: str, findings: Sequence[Finding]) -> list[Replacement]:
        """A replacement for each finding, in their order. A date takes the weekday beside it with it, a name its title."""
        if self._policy.actions[PhiType.DATE] is not PhiAction.KEEP:
            findings = _with_weekdays(text, findings)
        findings = _with_titles(text, findings)
        reference_year = self._service_year or max([_LATE_YEAR, *self._years(text, findings)])
        return [self._replacement(text, finding, reference_year) for finding in findings]

    def _replacement(self, text: str, finding: Finding, reference_year: int) -> Replacement:
        value = text[finding.start : finding.end]
        action = self._policy.actions[finding.phi_type]
        title = _TITLE.match(value) if finding.phi_type is PhiType.NAME else None
        placeholder = f"{title[0] if title is not None else ''}[{finding.phi_type}]"  # a title identifies nobody
        replaced: str | None = None
        match action:
            case PhiAction.KEEP:
                replaced = value
            case PhiAction.SURROGATE:
                replaced = self._surrogates.surrogate(finding.phi_type, value)
            case PhiAction.SHIFT:
                written = dates.parse(value, self._service_year)
                replaced = written.shifted(self._shift_days) if written else None
            case PhiAction.GENERALISE:
                replaced = self._generalised(text, finding, value, placeholder, reference_year)
        if replaced is None or replaced == placeholder:
            return Replacement(finding, placeholder, PhiAction.MASK)
        return Replacement(finding, replaced, PhiAction.KEEP if replaced == value else action)

    def _generalised(
        self, text: str, finding: Finding, value: str, placeholder: str, reference_year: int
    ) -> str | None:
        if finding.phi_type is PhiType.AGE:
            return ages.generalised(value)
        if finding.phi_type is PhiType.LOCATION:
            return locations.generalised(value, self._policy.location_keeps, placeholder)
        of_birth = bool(_BIRTH.search(text, max(0, finding.start - _CONTEXT), finding.start))
        return _years_only(value, self._service_year, reference_year, of_birth)

    def _years(self, text: str, findings: Iterable[Finding]) -> Iterable[int]:
        for finding in findings:
            if finding.phi_type is PhiType.DATE:
                written = dates.parse(text[finding.start : finding.end], self._service_year)
                yield from written.years if written and not written.two_digit_years else ()


def _with_weekdays(text: str, findings: Sequence[Finding]) -> list[Finding]:
    """The findings, dates with the weekday that stands beside them, whether it was found itself or not."""
    widened: list[Finding] = []
    for index, finding in enumerate(findings):
        last = widened[-1] if widened else None
        if finding.phi_type is not PhiType.DATE:
            widened.append(finding)
            continue
        start, end = dates.with_weekday(text, finding.start, finding.end)
        following = findings[index + 1] if index + 1 < len(findings) else None
        if following and following.phi_type is not PhiType.DATE and following.start < end:
            end = finding.end
        if last and start < last.end:
            if last.phi_type is PhiType.DATE:
                start, end = last.start, max(end, last.end)
                widened.pop()
            else:
                start = finding.start
        widened.append(replace(finding, start=start, end=end))
    return widened


def _with_titles(text: str, findings: Sequence[Finding]) -> list[Finding]:
    """The findings, names with the title before them: labelled corpora take it into the name as often as not."""
    widened: list[Finding] = []
    for finding in findings:
        if finding.phi_type is PhiType.NAME:
            reached = max(widened[-1].end if widened else 0, finding.start - _LONGEST_TITLE)
            title = _TITLE_BEFORE.search(text, reached, finding.start)
            finding = replace(finding, start=title.start()) if title is not None else finding
        widened.append(finding)
    return widened


def _years_only(value: str, service_year: int | None, reference_year: int, of_birth: bool) -> str | None:
    """The years of a date span, or None where it has none that may be shown."""
    written = dates.parse(value, service_year)
    if written is None or not written.years:
        return None
    if any(reference_year - year > ages.OLDEST_SHOWN for year in written.years):
        return None
    if of_birth and written.two_digit_years:
        return None  # its century is a guess
    return value if written.only_years else "-".join(map(str, written.years))
