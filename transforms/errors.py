"""Errors that a person is meant to read: one line that says what, where and what to do, and no note's text."""


class ChartstreamError(Exception):
    """The run cannot start or go on. The message is one line and is shown as it is; it carries no identifier."""


class Outage(Exception):  # noqa: N818  a state of the world, not of the note
    """A server, disk or store that is not there now. The unit at work stays open and is planned again.

    Nothing is ever quarantined for an outage. ``cause`` is a short code for counters and the closing line.
    """

    def __init__(self, cause: str, message: str) -> None:
        super().__init__(message)
        self.cause = cause
