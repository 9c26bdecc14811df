"""The console script, and ``python -m pipelines``: logging first, because libraries already speak when they are imported."""

import sys

from pipelines.logs import set_up_logging


def main() -> None:
    """Runs the command line and exits with its code."""
    set_up_logging()
    from pipelines.cli import launch

    sys.exit(launch(sys.argv[1:]))


if __name__ == "__main__":
    main()
