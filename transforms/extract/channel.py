"""One gRPC channel to the model server: an answer a text, asked for again while the server is away.

What goes wrong has one of three names. ``Refused``: the server answered, and not with what was asked for; that may be a
note's fault. ``_Failed``: no answer to one try; it is tried again. ``Outage``: no answer, or no sensible one, for longer
than the patience lasts; that is never a note's fault.
"""

import itertools
import random
import re
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import grpc
from tritonclient.grpc import service_pb2 as messages
from tritonclient.grpc.service_pb2_grpc import GRPCInferenceServiceStub

from transforms.errors import Outage
from transforms.extract.breaker import CircuitBreaker
from transforms.extract.contract import (
    DEADLINE_PARAMETER,
    FINDINGS_OUTPUT,
    LABELS_PARAMETER,
    MODEL,
    TEXT_INPUT,
    Labels,
)
from transforms.extract.cores import usable_cores
from transforms.extract.findings import parse_findings

_CANARY = "The patient has a cough."  # every model of the contract answers it
_WRONG_CANARIES = 3
_SECONDS_PER_BYTE = 1 / 1000  # the slowest that a loaded server is expected to be; a 5 MB note is 1.3M tokens
_LONGEST_PAUSE = 5.0
_SETTLE_SECONDS = 0.5  # a server that lost an instance ends within this (guard.py), and must not be proven in between
# No answer, in gRPC's words: a state that passes. LOST is what a request is that ends its server.
_SERVER_LOST = "server_lost"
_UNHEALTHY = "unhealthy"
_LOST = frozenset({"unavailable", _UNHEALTHY})
_PASSING = _LOST | {"deadline_exceeded", "resource_exhausted", "cancelled", "not_found"}
_BLAMED = re.compile(r"\bnote (\d+)\b")
_CHANNEL = [
    ("grpc.max_send_message_length", -1),
    ("grpc.max_receive_message_length", -1),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.http2.max_pings_without_data", 2),
    # gRPC waits up to two minutes before it connects again; a server that was restarted is back in seconds.
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.min_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 2_000),
    ("grpc.enable_http_proxy", 0),  # a proxy for the outside world is no way to a model server
]


@dataclass(frozen=True)
class ClientOptions:
    """How a process talks to the model server."""

    endpoint: str  # HOST:PORT of its gRPC service
    labels: Labels
    request_bytes: int = 16_000  # of text: about 4,000 tokens. A GPU wants two to four times that
    # Of this process. A server on this machine has an instance a core, and two requests more keep them all busy.
    requests_in_flight: int = field(default_factory=lambda: usable_cores() + 2)
    deadline_seconds: float = 60.0  # of a request, and more for a large one
    patience_seconds: float = 30.0  # how long a server may give no answer at all, and a request be tried again


class Refused(Exception):  # noqa: N818  an answer, though not the wanted one
    """The server answered with an error, or with what is no answer. ``note`` is the position in the request it blamed."""

    def __init__(self, code: str, note: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.note = note

    @property
    def suspect(self) -> bool:
        """Whether the server ended while it had the request."""
        return self.code == _SERVER_LOST


class _Failed(Exception):  # noqa: N818
    """One try was not answered. It says nothing of the notes."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


class ServerChannel:
    """Connects when it is first used. Its methods block, and may be called from several threads."""

    def __init__(self, options: ClientOptions) -> None:
        self._options = options
        self._server = GRPCInferenceServiceStub(open_channel(options.endpoint))
        self._again = threading.Lock()
        self._failed_at = 0.0
        self._breaker = CircuitBreaker(
            failures_to_open=max(3, options.requests_in_flight), cooldown=0.5, patience=options.patience_seconds
        )

    def ask(self, texts: Sequence[str], *, suspect: bool = False) -> list[bytes]:
        """The server's answers to one request. Raises Refused where it has none to these texts, Outage where to none.

        ``suspect`` says that one of these texts may have ended the server before.
        """
        try:
            encoded = [text.encode() for text in texts]
        except UnicodeEncodeError:
            raise Refused("not_utf8") from None
        if not suspect:
            try:
                return self._send(encoded)
            except _Failed:
                pass
        # One at a time: where a note ends the server, the requests beside it are lost, too, and must not be blamed.
        with self._again:
            return self._ask_again(encoded)

    def prove(self) -> None:
        """Returns when the server answers a text that it must be able to answer. Raises Outage where it does not."""
        give_up = time.monotonic() + self._options.patience_seconds
        wrong = 0
        for pause in _pauses():
            try:
                (answer,) = self._send([_CANARY.encode()])
                parse_findings(answer, _CANARY)
                return
            except (Refused, ValueError):
                wrong += 1
                if wrong == _WRONG_CANARIES:
                    raise Outage("server_invalid", "the model server gives wrong answers to every text") from None
            except _Failed as failed:
                if time.monotonic() > give_up:
                    raise _outage(failed.status) from None
            time.sleep(pause)

    def _ask_again(self, texts: Sequence[bytes]) -> list[bytes]:
        give_up = time.monotonic() + self._options.patience_seconds
        for pause in _pauses():
            time.sleep(max(0.0, self._failed_at + _SETTLE_SECONDS + pause - time.monotonic()))
            self.prove()
            try:
                return self._send(texts)
            except _Failed as failed:
                if failed.status in _LOST:  # though the server was well when it got this, alone
                    raise Refused(_SERVER_LOST) from None
                if time.monotonic() > give_up:
                    raise _outage(failed.status) from None
        raise AssertionError("there is always a next pause")

    def _send(self, texts: Sequence[bytes]) -> list[bytes]:
        """One try. Raises Refused, _Failed, and Outage where nothing was answered for the whole patience."""
        self._breaker.permit()
        began = time.monotonic()
        try:
            answers = self._infer(texts)
        except grpc.RpcError as error:
            status, blamed = _status(error)
            if status not in _PASSING:
                self._breaker.succeeded()
                raise Refused(f"server_{status}", blamed) from None
            self._failed_at = time.monotonic()
            if self._breaker.failed(began):
                raise _outage(status) from None
            raise _Failed(status) from None
        self._breaker.succeeded()
        return answers

    def _infer(self, texts: Sequence[bytes]) -> list[bytes]:
        seconds = self._options.deadline_seconds + sum(map(len, texts)) * _SECONDS_PER_BYTE
        request = messages.ModelInferRequest(
            model_name=MODEL,
            inputs=[
                messages.ModelInferRequest.InferInputTensor(name=TEXT_INPUT, datatype="BYTES", shape=[len(texts), 1])
            ],
            outputs=[messages.ModelInferRequest.InferRequestedOutputTensor(name=FINDINGS_OUTPUT)],
            raw_input_contents=[pack_strings(texts)],
        )
        request.parameters[LABELS_PARAMETER].string_param = self._options.labels
        request.parameters[DEADLINE_PARAMETER].int64_param = int((time.time() + seconds) * 1000)
        response = self._server.ModelInfer(request, timeout=seconds)
        if [output.name for output in response.outputs] != [FINDINGS_OUTPUT] or len(response.raw_output_contents) != 1:
            raise Refused("wrong_outputs")
        return unpack_strings(response.raw_output_contents[0])


def open_channel(endpoint: str) -> grpc.Channel:
    """A channel that connects when it is first used."""
    return grpc.insecure_channel(endpoint, options=_CHANNEL)


def pack_strings(strings: Sequence[bytes]) -> bytes:
    """A BYTES tensor as Triton's protocol has it: each string after its length, four bytes, little endian."""
    return b"".join(part for string in strings for part in (len(string).to_bytes(4, "little"), string))


def unpack_strings(packed: bytes) -> list[bytes]:
    """The strings of a BYTES tensor. Raises Refused where it is none."""
    strings: list[bytes] = []
    position = 0
    while position < len(packed):
        start = position + 4
        position = start + int.from_bytes(packed[position:start], "little")
        strings.append(packed[start:position])
    if position != len(packed):
        raise Refused("not_strings")
    return strings


def _outage(status: str) -> Outage:
    # The deadline is sent as a time: a server whose clock is ahead takes every request for late.
    hint = ", or its clock is ahead of this machine's" if status == "cancelled" else ""
    return Outage("server_unavailable", f"the model server does not answer ({status}{hint})")


def _status(error: Any) -> tuple[str, int | None]:
    """The status, and the note that the server blames. No more of its message, which may quote the text."""
    status, message = error.code().name.lower(), error.details() or ""
    # A server with an instance that ended says so as if it were the request's fault, and reports itself as healthy.
    if status == "internal" and "is not healthy" in message:
        return _UNHEALTHY, None
    named = _BLAMED.search(message)
    return status, int(named[1]) if named else None


def _pauses() -> Iterator[float]:
    """Seconds to wait before each next try: exponential with full jitter, without end."""
    for doubled in itertools.count():
        yield random.uniform(0, min(0.25 * 2**doubled, _LONGEST_PAUSE))
