"""Names and places that a model reads from the words around them, where no title, label or list gives them away."""

import re
from dataclasses import replace

from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from transforms.deidentify.lexicon import lexicon
from transforms.deidentify.lookalikes import is_eponym_here, is_named_after_state, is_placeholder
from transforms.deidentify.name_lists import is_known
from transforms.deidentify.place_words import NO_PLACES, STATES, UNITS
from transforms.deidentify.tagger.tagger import TYPES, TaggedSpan, Tagger
from transforms.deidentify.written_forms import result
from transforms.records import PhiType

_INITIALS = 3  # capitals that may be somebody's initials
_ROLE = re.compile(
    r"(?:(?:grand)?(?:son|daughter|mother|father)|mom|dad|wife|husband|sister|brother|aunt|uncle|niece|nephew|cousin|friend|nurse|"
    r"patient|pt|dr|mr|mrs|ms|sig|cosig)\b[.:]?\s+",
    re.IGNORECASE,
)
_STATE = re.compile(rf"(?:{STATES})\b")
_TRUST = 0.75  # of its probabilities: where a rule overlaps, the rule says what is found


class TaggedNames(EntityRecognizer):
    """Asks the tagger about the very text that it is given, so that an answer can be about no other.

    Whatever goes wrong in the model is raised; without its weights it does not load.
    """

    def __init__(self) -> None:
        super().__init__(supported_entities=list(TYPES), name="tagger")

    def load(self) -> None:
        self._tagger = Tagger()

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        return [
            result(span.phi_type, span.start, span.end, _TRUST * span.score, self._tagger.name)
            for span in (_without_role(text, span) for span in self._tagger.find(text))
            if not _is_no_name(text, span)
        ]


def _without_role(text: str, span: TaggedSpan) -> TaggedSpan:
    """The span without what the person is to others: ``Son Walter``."""
    role = _ROLE.match(text, span.start, span.end)
    return span if role is None or role.end() == span.end else replace(span, start=role.end())


def _is_no_name(text: str, span: TaggedSpan) -> bool:
    """Whether the tagger took what is no name for one, by the lists and the words beside it."""
    written = text[span.start : span.end]
    if is_placeholder(written):
        return True
    if _is_no_place(text, span.start, span.end):
        return True
    return not any(map(str.isspace, written)) and _is_common(text, span)


def _is_common(text: str, span: TaggedSpan) -> bool:
    """Whether a single word is a term, a label, a heading's word or an eponym here."""
    word, end = text[span.start : span.end], span.end
    lower = word.lower()
    if lower in lexicon().terms and not (word.isupper() and len(word) <= _INITIALS):
        return True
    if is_eponym_here(text, end):
        return True
    if span.phi_type is not PhiType.NAME or is_known(word):
        return False
    # ``Hemiarthroplasty`` above, ``hemiarthroplasty`` below
    return text[end : end + 1] == ":" or (lower != word and re.search(rf"\b{re.escape(lower)}\b", text) is not None)


def _is_no_place(text: str, start: int, end: int) -> bool:
    """``New York Heart Association class``, ``Postanesthesia Care Unit``."""
    state = _STATE.match(text, start, end)
    if state is not None and is_named_after_state(text, state.end()):
        return True
    words = [word.lower() for word in text[start:end].split()]
    if words[-1] in UNITS:
        return not any(is_known(word) and word not in lexicon().english for word in words)
    return words[-1] in NO_PLACES and all(word in NO_PLACES or word in lexicon().english for word in words)
