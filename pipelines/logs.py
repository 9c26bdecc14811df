"""Logging without content: levels are set so that no library that prints its elements is heard, and lines name coordinates."""

import logging
import sys
import warnings

# Beam logs elements in its error paths, Presidio what it matched: of them only what is worse than a warning is heard,
# and never with a traceback, whose last line is an error's text.
_QUIET = ("apache_beam", "presidio-analyzer", "presidio_analyzer", "root", "tldextract", "deltalake", "pypdfium2")


class _OneLine(logging.Formatter):
    """Level, logger and message; tracebacks are left out, because an error's text may hold a value."""

    def format(self, record: logging.LogRecord) -> str:
        error = f" ({record.exc_info[0].__name__})" if record.exc_info and record.exc_info[0] else ""
        return f"{record.levelname.lower()}: {record.name}: {record.getMessage()}{error}"


def set_up_logging() -> None:
    """Logs of Chartstream from INFO, of libraries from ERROR, on standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.ERROR)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    for name in ("pipelines", "transforms"):
        logging.getLogger(name).setLevel(logging.INFO)
    warnings.simplefilter("ignore")
