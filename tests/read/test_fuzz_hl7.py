"""Damaged messages give something and never an error, and take no good message behind them with them.

``uv run python -m tests.read.fuzz_hl7`` is the full size: a million of them.
"""

from tests.read.fuzz_hl7 import fuzz, string

STRINGS = 3000


def test_damaged_messages_are_read_or_held_back_and_those_behind_them_come_through() -> None:
    came = fuzz(0, STRINGS)
    # Damage went as deep as there are layers: notes, bad messages, bad text; frames that are whole, cut and too large.
    assert {"Note", "NoNote", "bad_message", "bad_encoding", "empty", "WHOLE", "CUT", "TOO_LARGE"} <= came.keys()


def test_a_string_is_its_number_s() -> None:
    assert string(4711) == string(4711) != string(4712)
