"""A hospital's recognizer that takes its process with it, as a library does that crashes."""

import os
import signal

from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts


class Killer(EntityRecognizer):
    """Kills where a text says so."""

    def __init__(self) -> None:
        super().__init__(supported_entities=["ID"], name="killer")

    def load(self) -> None:
        pass

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        if "KILL" in text:
            os.kill(os.getpid(), signal.SIGKILL)
        return []
