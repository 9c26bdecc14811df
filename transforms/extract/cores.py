"""How many cores this process may use."""

import math
import os
from pathlib import Path

_QUOTA = Path("/sys/fs/cgroup/cpu.max")  # of a container: microseconds in a period of microseconds, or "max"


def usable_cores() -> int:
    """The cores of the machine that are not denied to this process by its affinity or its container's quota."""
    allowed = len(os.sched_getaffinity(0))
    try:
        quota, period = _QUOTA.read_text().split()
        return min(allowed, math.ceil(int(quota) / int(period)))
    except (OSError, ValueError):  # no control group, or no quota
        return allowed
