"""What stands in place of an identifier is no finding: a model takes ``[PHONE]`` for a medication now and then."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from operator import itemgetter

from transforms.records import Extraction, PhiAction, PhiSpan


def without_placeholders(extraction: Extraction, text: str, spans: Sequence[PhiSpan]) -> Extraction:
    """The findings without entities that are masked identifiers and nothing else, and without the relations of those.

    An entity that says more (``Dr. [NAME]'s clinic``) stays, and so does one of a surrogate or a shifted date: it reads as
    the original did.

    Args:
        text: the released text.
        spans: of the note, by where they stand in the released text.
    """
    masked = [(span.released_start, span.released_end) for span in spans if span.action is PhiAction.MASK]
    kept = [
        number
        for number, entity in enumerate(extraction.entities)
        if not _is_placeholder(entity.start, entity.end, text, masked)
    ]
    if len(kept) == len(extraction.entities):
        return extraction
    moved = {old: new for new, old in enumerate(kept)}
    return replace(
        extraction,
        entities=tuple(extraction.entities[number] for number in kept),
        relations=tuple(
            replace(relation, head=moved[relation.head], tail=moved[relation.tail])
            for relation in extraction.relations
            if relation.head in moved and relation.tail in moved
        ),
    )


def _is_placeholder(start: int, end: int, text: str, masked: Sequence[tuple[int, int]]) -> bool:
    """Whether something of ``text[start:end]`` is masked, and no letter or digit of it is not."""
    at, touched = start, False
    for first, last in masked[bisect_right(masked, start, key=itemgetter(1)) :]:
        if first >= end:
            break
        if any(map(str.isalnum, text[at:first])):
            return False
        at, touched = last, True
    return touched and not any(map(str.isalnum, text[at:end]))
