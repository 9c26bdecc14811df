"""A line that only a page's width broke goes on; every other line break stays, and so do all offsets."""

from hypothesis import given, strategies

from transforms.deidentify.wrapped_lines import unwrapped

PAGE = """\
The patient was brought in by his neighbor, Mr. Tomas
Abernathy, who found him on the floor of his room at
Starling Ridge Manor and called. He had been well the
day before.

MEDICATIONS AT HOME, as far as his neighbor knows it:
- metoprolol, which he may have taken twice that week
- aspirin
ASSESSMENT: a fall, and no fracture was seen anywhere
"""


def test_a_sentence_goes_on_behind_a_full_line_and_a_list_does_not() -> None:
    lines = unwrapped(PAGE).split("\n")

    assert lines[0].startswith(
        "The patient was brought in by his neighbor, Mr. Tomas Abernathy, who found him on the floor"
    )
    assert lines[0].endswith("He had been well the day before.")
    assert lines[1:] == PAGE.split("\n")[4:]


def test_a_note_without_wrapped_lines_stays_as_it_is() -> None:
    for note in ("One long line, and no other: " + "word " * 100, "Short\nlines\nthat\nnobody\nwrapped\n", ""):
        assert unwrapped(note) == note


@given(strategies.text(alphabet="ab ,.\n", max_size=400), strategies.integers(0, 3))
def test_offsets_stay_and_only_line_breaks_change(text: str, times: int) -> None:
    text = "a full line of words that goes on to the next one with\n" * times + text
    changed = unwrapped(text)

    assert len(changed) == len(text)
    assert all(after == before or (before, after) == ("\n", " ") for before, after in zip(text, changed, strict=True))
