"""How notes are put into requests, and how a request that failed is taken apart. Pure functions."""

from collections.abc import Iterator, Sequence

from transforms.extract.contract import MAX_NOTES


def fill_requests(sizes: Sequence[int], limit: int) -> Iterator[range]:
    """Cuts notes, in their order, into requests of at most ``limit`` bytes and ``MAX_NOTES`` notes.

    ``sizes`` are bytes of UTF-8: what a note costs the model is close to proportional to them (about four a token). A note
    larger than the limit is a request of its own. Every note is in exactly one of the ranges.
    """
    start, filled = 0, 0
    for number, size in enumerate(sizes):
        if number > start and (filled + size > limit or number - start == MAX_NOTES):
            yield range(start, number)
            start, filled = number, 0
        filled += size
    if start < len(sizes):
        yield range(start, len(sizes))


def split_request(notes: Sequence[int], blamed: int | None) -> tuple[Sequence[int], ...]:
    """Takes a request of two or more notes that failed apart: the one that the server blamed from the others, or halves.

    ``blamed`` is a position in ``notes``. No part is empty, and none is the whole.
    """
    if blamed is not None and 0 <= blamed < len(notes):
        rest = [*notes[:blamed], *notes[blamed + 1 :]]
        return [notes[blamed]], rest
    half = len(notes) // 2
    return notes[:half], notes[half:]
