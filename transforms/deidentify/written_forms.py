"""The recognizer of what is written by rule: dates, ages, numbers, codes and addresses (``patterns.py``)."""

import re
from collections.abc import Iterator

from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from transforms.deidentify.forms import Form
from transforms.deidentify.marks import Marks
from transforms.deidentify.month_days import WEAK, days_of_months
from transforms.deidentify.patterns import AT_WORDS, FORMS_AT, NUMBER, RUN, TOKEN, TOKEN_GATE, forms_at_gate
from transforms.records import PhiType

_LOCAL_PART = re.compile(r"[A-Za-z0-9._%+'\-]{1,64}\Z")
_LOCAL_PART_APART = re.compile(r"[A-Za-z0-9._%+'\-]{2,64}\s\Z")
_DOMAIN = re.compile(
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,62}\.){1,6}[A-Za-z][A-Za-z0-9\-]{1,62}|"
    r"[A-Za-z][A-Za-z0-9\-]{2,62}(?<![AaPp][Mm])(?![.:]?[0-9]))"
)
_DOMAIN_APART = re.compile(r"@\s?[A-Za-z0-9](?:[A-Za-z0-9\-]{0,62}\.){1,4}(?:com|org|net|edu|gov|mil|us)\b")
_SPOKEN_AT = re.compile(
    r"(?:\(at\)|\[at\]|\sat\s)\s?(?:[\w\-]{2,63}\s?(?:\(dot\)|\[dot\]|\sdot\s)\s?){1,3}(?:com|org|net|edu|gov)\b", re.I
)
_SPOKEN_LOCAL = re.compile(r"(?:[\w+\-]{1,40}\s(?:dot|underscore|dash|hyphen)\s){0,3}[\w.+\-]{2,64}\s?\Z", re.I)


def result(phi_type: PhiType, start: int, end: int, score: float, form: str) -> RecognizerResult:
    """A Presidio result that names the form by which it was found."""
    return RecognizerResult(phi_type, start, end, score, None, {RecognizerResult.RECOGNIZER_NAME_KEY: form})


class WrittenForms(EntityRecognizer):
    """Dates, ages over 89, phones, SSNs, numbers and codes, street addresses, e-mails, URLs, IP addresses."""

    def __init__(self) -> None:
        super().__init__(supported_entities=[t for t in PhiType if t is not PhiType.NAME], name="written_forms")

    def load(self) -> None:
        self._marks: Marks[Form] = Marks((form, form.words) for form in AT_WORDS)

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        return self.find(text)

    def find(self, text: str) -> list[RecognizerResult]:
        """All forms in ``text``, in no order; they may overlap."""
        return [*self._at_words(text), *_at_numbers(text), *_at_tokens(text), *_days_of_months(text), *_emails(text)]

    def _at_words(self, text: str) -> Iterator[RecognizerResult]:
        page_end = 0
        for form, at in self._marks.places(text):
            if at < page_end:  # words within an address of a page
                continue
            span = form.match(text, at)
            if span is None:
                continue
            if form.phi_type is PhiType.URL:
                page_end = span[1]
            yield result(form.phi_type, *span, form.score, form.name)


def _at_numbers(text: str) -> Iterator[RecognizerResult]:
    reached = 0
    for number in NUMBER.finditer(text):
        at = number.start()
        run = RUN.match(text, at)
        end = run.end() if run is not None else at
        for form in FORMS_AT(end - at, text[end : end + 1]):
            span = form.match(text, at)
            if span is None:
                continue
            # Forms overlap: what another already covers is not found again, but for what stands before the number.
            if span[1] > reached or span[1] <= at:
                reached = max(reached, span[1])
                yield result(form.phi_type, *span, form.score, form.name)


def _at_tokens(text: str) -> Iterator[RecognizerResult]:
    for gate in TOKEN_GATE.finditer(text):
        forms = forms_at_gate(gate)
        token = TOKEN.search(text, max(0, gate.start() - 80), gate.start())
        for at in {token.start() if token is not None else gate.start(), gate.start()}:
            for form in forms:
                if (span := form.match(text, at)) is not None:
                    yield result(form.phi_type, *span, form.score, form.name)


def _days_of_months(text: str) -> Iterator[RecognizerResult]:
    for start, end, score in days_of_months(text):
        if score > WEAK:
            yield result(PhiType.DATE, start, end, score, "date_month_day_numeric")


def _emails(text: str) -> Iterator[RecognizerResult]:
    at = text.find("@")
    while at >= 0:
        local = _LOCAL_PART.search(text, max(0, at - 64), at)
        domain = _DOMAIN.match(text, at)
        if local is None or domain is None or not _addresses(local[0], domain[0]):
            local = _LOCAL_PART.search(text, max(0, at - 64), at) or _LOCAL_PART_APART.search(text, max(0, at - 66), at)
            domain = _DOMAIN_APART.match(text, at)
        if local is not None and domain is not None:
            yield result(PhiType.EMAIL, local.start(), domain.end(), 0.95, "email")
        at = text.find("@", at + 1)
    if "dot" in text:
        for spoken in _SPOKEN_AT.finditer(text):
            local = _SPOKEN_LOCAL.search(text, max(0, spoken.start() - 160), spoken.start())
            if local is not None:
                yield result(PhiType.EMAIL, local.start(), spoken.end(), 0.85, "email_spoken")


def _addresses(local: str, domain: str) -> bool:
    """Whether it is no ``81 mg@bedtime``: a domain with a dot, or a name in which letters and figures or dots meet."""
    return "." in domain or (local[0].isalpha() and any(char in "._0123456789" for char in local))
