"""Points between two steps of publish and commit at which a test can have the process killed.

``CHARTSTREAM_FAULT=commit:intent`` kills the process (SIGKILL) the first time it reaches that point,
``CHARTSTREAM_FAULT=commit:intent:3`` the third time. Without the variable a point costs one look-up.
"""

import os
import signal
from collections import Counter

from transforms.write.schemas import COMMIT_ORDER

POINTS = (
    "publish:written",  # the unit's file is durable under a temporary name
    "publish:linked",  # it has its name, the folder is not durable yet
    "commit:merging",  # some of the merged files are written
    "commit:merged",  # all are durable
    "commit:intent",  # the decision is made
    *(f"commit:{table}:{step}" for table in COMMIT_ORDER for step in ("linked", "logged")),
    "commit:rolled",  # every table has the release
    "commit:unstaged",  # the units' files are gone, the intent is not closed
    "compact:written",
    "compact:logged",
)

_reached: Counter[str] = Counter()


def reach(point: str) -> None:
    """Kills this process if the environment asks for it here."""
    wanted = os.environ.get("CHARTSTREAM_FAULT")
    if not wanted or not wanted.startswith(point):
        return
    count = wanted[len(point) + 1 :] or "1"
    if not count.isdigit():
        return
    _reached[point] += 1
    if _reached[point] == int(count):
        os.kill(os.getpid(), signal.SIGKILL)
