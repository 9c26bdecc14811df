"""Removing what killed processes left in an output: temporary files, and merged files that no intent names."""

import re
from collections.abc import Callable
from contextlib import ExitStack

from transforms import durable
from transforms.write.merge import discard
from transforms.write.output import Output

_TEMPORARY = re.compile(r"\.[0-9a-f]{32}")


def sweep(output: Output, roll_forward: Callable[[], int]) -> None:
    """Removes it. What a living process holds is left alone.

    A folder of merged files may belong to a decision whose committer died. It is taken hold of first and the decisions
    are rolled forward then (``roll_forward``), which removes it; what is still there after that was never decided.
    """
    for folder in (output.root, output.private, output.staging, output.intents):
        for path in folder.iterdir():
            if _TEMPORARY.fullmatch(path.name):
                with durable.seize(path) as seized:
                    if seized:
                        path.unlink(missing_ok=True)
    with ExitStack() as stack:
        left = [path for path in output.merged.iterdir() if stack.enter_context(durable.seize(path))]
        roll_forward()
        for path in left:
            discard(path)
