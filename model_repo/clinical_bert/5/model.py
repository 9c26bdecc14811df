"""The model on Triton's Python backend: requests to texts, findings to responses. What is found, ``ClinicalBert`` knows."""

import json
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import triton_python_backend_utils as triton

_WARM_UP = "The patient has a cough."


class _Refusal(Exception):  # noqa: N818  the answer to one request
    """Why a request gets no findings. The message holds no text of a note."""

    def __init__(self, code: Any, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class _Work:
    """What a request asks for. ``labels`` is one of the model's label sets."""

    texts: list[str]
    labels: str


class TritonPythonModel:
    """One instance. All requests of an ``execute`` are one pass of the model; each is answered by itself."""

    def initialize(self, args: dict[str, str]) -> None:
        """Loads the model and runs it once. Raises, so that the server does not become ready, where that fails."""
        if int(np.__version__.split(".")[0]) >= 2:
            raise RuntimeError("the Python backend drops the bytes of tensors with numpy 2: install numpy below 2")
        directory = Path(args["model_repository"])
        sys.path.insert(0, str(directory.parent))
        from clinical_bert.clinical_bert import ClinicalBert
        from clinical_bert.triton_meter import TritonMeter

        self._model = ClinicalBert(directory, device=_device(args), meter=TritonMeter())
        # Opening the engine ran each of a GPU's recorded passes.
        for labels in self._model.label_sets:
            (answer,) = self._model.find([_WARM_UP], labels)
            if isinstance(answer, Exception):
                raise answer

    def execute(self, requests: Sequence[Any]) -> list[Any]:
        """An ``InferenceResponse`` for each request, in their order."""
        accepted = [self._accept(request) for request in requests]
        answers = iter(self._answer([work for work in accepted if isinstance(work, _Work)]))
        return [_failed(work) if isinstance(work, _Refusal) else _response(next(answers)) for work in accepted]

    def _accept(self, request: Any) -> _Work | _Refusal:
        try:
            parameters = json.loads(request.parameters() or "{}")
            if request.is_cancelled() or _is_late(parameters):
                raise _Refusal(triton.TritonError.CANCELLED, "the deadline had passed")
            labels = parameters.get("labels")
            if labels not in self._model.label_sets:
                known = ", ".join(sorted(self._model.label_sets))
                raise _Refusal(triton.TritonError.INVALID_ARG, f"parameter labels must be one of {known}")
            return _Work(_texts(request), labels)
        except _Refusal as refusal:
            return refusal

    def _answer(self, works: Sequence[_Work]) -> list[list[Any]]:
        by_labels: dict[str, list[int]] = defaultdict(list)
        for number, work in enumerate(works):
            by_labels[work.labels].append(number)
        answers: list[list[Any]] = [[] for _ in works]
        for labels, numbers in by_labels.items():
            found = iter(self._model.find([text for number in numbers for text in works[number].texts], labels))
            for number in numbers:
                answers[number] = [_told(next(found), text) for text in works[number].texts]
        return answers


def _device(args: dict[str, str]) -> str:
    """Where Triton puts this instance: what config.pbtxt says of its kind and its GPUs."""
    return f"cuda:{args['model_instance_device_id']}" if args["model_instance_kind"] == "GPU" else "cpu"


def _told(answer: Any, text: str) -> Any:
    """The answer, with a digest of the text that it is about: a client sees whether it is its own."""
    return (
        answer
        if isinstance(answer, Exception)
        else {**answer, "digest": blake2b(text.encode(), digest_size=8).hexdigest()}
    )


def _is_late(parameters: dict[str, Any]) -> bool:
    deadline = parameters.get("deadline_unix_ms")
    if deadline is None:
        return False
    if not isinstance(deadline, int):
        raise _Refusal(triton.TritonError.INVALID_ARG, "parameter deadline_unix_ms must be an integer")
    return time.time() * 1000 > deadline


def _texts(request: Any) -> list[str]:
    tensor = triton.get_input_tensor_by_name(request, "TEXT").as_numpy()
    texts = []
    for number, text in enumerate(tensor.reshape(-1)):
        try:
            texts.append(text.decode("utf-8"))
        except UnicodeDecodeError:
            raise _Refusal(triton.TritonError.INVALID_ARG, f"note {number} is not valid UTF-8") from None
    return texts


def _response(answers: Sequence[Any]) -> Any:
    for number, answer in enumerate(answers):
        if isinstance(answer, Exception):
            # The exception's type alone: a library's message may quote the text.
            return _failed(_Refusal(triton.TritonError.INTERNAL, f"note {number} failed: {type(answer).__name__}"))
    encoded = [json.dumps(answer, separators=(",", ":")).encode() for answer in answers]
    output = np.array(encoded, dtype=np.object_).reshape(-1, 1)
    return triton.InferenceResponse([triton.Tensor("JSON", output)])


def _failed(refusal: _Refusal) -> Any:
    return triton.InferenceResponse(error=triton.TritonError(refusal.message, refusal.code))
