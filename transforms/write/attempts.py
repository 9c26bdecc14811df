"""How often a unit was begun without being published: so a note that kills its worker is found.

A file a unit, a byte an attempt. It outlives the worker; it need not outlive the machine.
"""

import os

from transforms import durable
from transforms.write.output import Output


def begin(output: Output, unit_id: str) -> None:
    """Counts an attempt, before the unit's first byte is read."""
    with durable.storage():
        descriptor = os.open(output.attempts / unit_id, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, b".")
        finally:
            os.close(descriptor)


def count(output: Output, unit_id: str) -> int:
    """The attempts that were begun since the unit was last cleared."""
    try:
        return (output.attempts / unit_id).stat().st_size
    except FileNotFoundError:
        return 0


def clear(output: Output, unit_id: str) -> None:
    """Forgets the unit: it was published, or it stayed open for no fault of its own."""
    with durable.storage():
        (output.attempts / unit_id).unlink(missing_ok=True)
