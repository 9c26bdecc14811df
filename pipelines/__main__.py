"""The console script, and ``python -m pipelines``: what libraries look for when they are imported comes first."""

import os
import sys

from pipelines.logs import set_up_logging


def main() -> None:
    """Runs the command line and exits with its code."""
    set_up_logging()
    # Arrow's own pool keeps what threads that ended had, and every round of a stream has threads of its own.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    from pipelines.cli import launch

    sys.exit(launch(sys.argv[1:]))


if __name__ == "__main__":
    main()
