"""Why a note could not be searched. Neither message carries text of the note."""


class RecognizerFailed(Exception):  # noqa: N818  named as what happened
    """A recognizer raised, or answered what cannot be trusted: the note must be held back (``deidentify_error``)."""

    def __init__(self, recognizer: str, cause: str) -> None:
        super().__init__(f"recognizer {recognizer}: {cause}")
        self.recognizer = recognizer
        self.cause = cause

    def __reduce__(self) -> tuple[type["RecognizerFailed"], tuple[str, str]]:
        return type(self), (self.recognizer, self.cause)


class RecognizerTimedOut(RecognizerFailed):
    """A recognizer did not answer in time: the note must be held back (``deidentify_timeout``)."""

    def __init__(self, recognizer: str, cause: str = "timed out") -> None:
        super().__init__(recognizer, cause)
