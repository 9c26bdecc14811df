"""Logging without content: levels are set so that no library that prints its elements is heard, and lines name coordinates."""

import logging
import os
import sys
import warnings
from datetime import UTC, datetime
from enum import StrEnum

import orjson

# Beam logs elements in its error paths, Presidio what it matched: of them only what is worse than a warning is heard,
# and never with a traceback, whose last line is an error's text.
_QUIET = ("apache_beam", "presidio-analyzer", "presidio_analyzer", "root", "tldextract", "deltalake", "pypdfium2")

_VARIABLE = "CHARTSTREAM_LOG"  # worker processes, and what comes before the command line is read, have it from there


class LogFormat(StrEnum):
    """``--log``: lines for a person, or one JSON object a line."""

    TEXT = "text"
    JSON = "json"


class _OneLine(logging.Formatter):
    """Level, logger and message; tracebacks are left out, because an error's text may hold a value."""

    def format(self, record: logging.LogRecord) -> str:
        error = f" ({name})" if (name := _error(record)) else ""
        return f"{record.levelname.lower()}: {record.name}: {record.getMessage()}{error}"


class _Json(logging.Formatter):
    """The same as an object, with the time (UTC), and the message's own figures (``%(name)s``) as fields beside it."""

    def format(self, record: logging.LogRecord) -> str:
        figures = record.args if isinstance(record.args, dict) else {}
        error = {"error": name} if (name := _error(record)) else {}
        said = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        return orjson.dumps({**figures, **error, **said}, default=str).decode()


def set_up_logging(log_format: LogFormat | None = None) -> None:
    """Logs of Chartstream from INFO, of libraries from ERROR, on standard error.

    Without a format it is the one that was chosen before, here or in a process above, else text.
    """
    if log_format is not None:
        os.environ[_VARIABLE] = log_format
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if _chosen() is LogFormat.JSON else _OneLine())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.ERROR)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    for name in ("pipelines", "transforms"):
        logging.getLogger(name).setLevel(logging.INFO)
    warnings.simplefilter("ignore")


def say_failure(message: str) -> None:
    """The one line with which a command fails, on standard error."""
    if _chosen() is LogFormat.JSON:
        logging.getLogger("pipelines").error("%s", message)
    else:
        print(f"chartstream: {message}", file=sys.stderr)


def _chosen() -> LogFormat:
    """Text where the environment names no format: the command line says so when it reads the variable."""
    return LogFormat.JSON if os.environ.get(_VARIABLE) == LogFormat.JSON else LogFormat.TEXT


def _error(record: logging.LogRecord) -> str:
    """The name of the error's class."""
    return record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
