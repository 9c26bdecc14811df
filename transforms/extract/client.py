"""The client of the model server: notes in, an answer a note out, whatever happens in between.

It never loses a note and never blames one for a server: a server that is away, hangs or answers nonsense to everything is an
``Outage``; only a note that fails three times, alone, while the server answers others is an ``InvalidNote``.
"""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from transforms.extract.batches import fill_requests, split_request
from transforms.extract.channel import ClientOptions, Refused, ServerChannel
from transforms.extract.findings import InvalidFindings, parse_findings
from transforms.extract.pool import DaemonPool
from transforms.records import Extraction

__all__ = [
    "Answered",
    "ClientOptions",
    "InvalidNote",
    "OpenRequests",
    "Pending",
    "TritonClient",
    "open_requests",
    "shared_client",
]

_TRIES = 3  # of a note alone, before it is the note's fault


@dataclass(frozen=True)
class Answered:
    """What the server found in a note, and the milliseconds of its request that fall to it by its length."""

    extraction: Extraction
    extract_ms: float


@dataclass(frozen=True)
class InvalidNote:
    """A note that the model cannot answer though it answers others. ``detail`` is a short code without its text."""

    detail: str
    extract_ms: float


@dataclass(frozen=True)
class OpenRequests:
    """Requests that are not answered: those that the server has (or that are tried again), and those that wait for them."""

    in_flight: int
    queued: int


@dataclass(frozen=True)
class _Part:
    """Some notes of a request, by number, still to be answered."""

    notes: Sequence[int]
    suspect: bool = False
    failures: int = 0  # of a note alone


class Pending:
    """Notes on their way through the server."""

    def __init__(self, requests: Sequence[Future[list[Answered | InvalidNote]]]) -> None:
        self._requests = requests

    def done(self) -> bool:
        """Whether ``result`` would return or raise at once."""
        return self.open_requests() == 0

    def open_requests(self) -> int:
        """How many of its requests are not answered yet."""
        return sum(not request.done() for request in self._requests)

    def result(self) -> list[Answered | InvalidNote]:
        """The answer of each note, in the order in which they were submitted. Raises Outage where a server was away."""
        try:
            return [answer for request in self._requests for answer in request.result()]
        finally:
            for request in self._requests:
                request.cancel()  # after an outage the rest of the unit is asked for in vain


class TritonClient:
    """One gRPC channel with several requests in flight. Its methods may be called from several threads."""

    def __init__(self, options: ClientOptions) -> None:
        self._options = options
        self._channel = ServerChannel(options)
        self._pool = DaemonPool(options.requests_in_flight, "model-requests")

    def submit(self, texts: Sequence[str]) -> Pending:
        """Sends notes on their way, in as many requests as they fill, and returns at once."""
        sizes = [len(text.encode("utf-8", "surrogatepass")) for text in texts]
        return Pending(
            [
                self._pool.submit(self._answer, [texts[number] for number in request])
                for request in fill_requests(sizes, self._options.request_bytes)
            ]
        )

    def open_requests(self) -> OpenRequests:
        """As of now."""
        return OpenRequests(self._pool.running, self._pool.queued)

    def _answer(self, texts: Sequence[str]) -> list[Answered | InvalidNote]:
        """The answers of one request's notes; what fails is taken apart down to the notes that cannot be answered."""
        answers: dict[int, Answered | InvalidNote] = {}
        parts = [_Part(range(len(texts)))]
        while parts:
            part = parts.pop()
            notes = part.notes
            began = time.monotonic()
            try:
                found = self._findings([texts[note] for note in notes], part.suspect)
            except Refused as refused:
                if len(notes) > 1:
                    parts += [_Part(half, refused.suspect) for half in split_request(notes, refused.note)]
                    continue
                found = [refused]
            milliseconds = (time.monotonic() - began) * 1000
            characters = sum(len(texts[note]) for note in notes) or 1
            for note, finding in zip(notes, found, strict=True):
                share = milliseconds * len(texts[note]) / characters
                if isinstance(finding, Extraction):
                    answers[note] = Answered(finding, share)
                    continue
                self._channel.prove()
                if part.failures + 1 < _TRIES:
                    parts.append(_Part([note], finding.suspect, part.failures + 1))
                else:
                    answers[note] = InvalidNote(finding.code, share)
        return [answers[note] for note in range(len(texts))]

    def _findings(self, texts: Sequence[str], suspect: bool) -> list[Extraction | Refused]:
        """One request. A note whose own answer is no findings has the reason in its place. Raises Refused, Outage."""
        answers = self._channel.ask(texts, suspect=suspect)
        if len(answers) != len(texts):
            raise Refused("wrong_number_of_answers")
        return [_parsed(answer, text) for answer, text in zip(answers, texts, strict=True)]


_clients: dict[ClientOptions, TritonClient] = {}
_clients_lock = threading.Lock()


def shared_client(options: ClientOptions) -> TritonClient:
    """The process's one client with these options."""
    with _clients_lock:
        if options not in _clients:
            _clients[options] = TritonClient(options)
        return _clients[options]


def open_requests() -> OpenRequests:
    """Of all clients of this process, as of now."""
    with _clients_lock:
        found = [client.open_requests() for client in _clients.values()]
    return OpenRequests(sum(one.in_flight for one in found), sum(one.queued for one in found))


def _parsed(answer: bytes, text: str) -> Extraction | Refused:
    try:
        return parse_findings(answer, text)
    except InvalidFindings as invalid:
        return Refused(str(invalid))
