"""What a process that runs long says of itself over HTTP (``--metrics``): ``/metrics``, ``/healthz``, ``/readyz``.

Counts, times and states alone. Each process has a registry of its own; what its metrics are stands in ``listen_metrics`` and
``stream_metrics``.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from logging import getLogger
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler

from prometheus_client import CollectorRegistry, Metric, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import ThreadingWSGIServer, make_wsgi_app
from prometheus_client.registry import Collector

from pipelines.address import Address
from transforms.errors import ChartstreamError, Outage

Check = Callable[[], str]
"""Says what is amiss, in words that name no place and no value; nothing where all is well."""

_REQUEST_SECONDS = 10.0

_log = getLogger(__name__)


class Pulse:
    """Whether a loop moves: it beats each time round, and must not be silent for longer than ``seconds``."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._last = clock()

    def beat(self) -> None:
        self._last = self._clock()

    def check(self) -> str:
        """A ``Check``."""
        return f"nothing moved for {self._seconds:g} s" if self._clock() - self._last > self._seconds else ""


class Looked(Collector):
    """Metrics that are looked up whenever they are asked for. What cannot be looked up now (an Outage) is left out."""

    def __init__(self, look: Callable[[], Iterable[Metric]]) -> None:
        self._look = look

    def collect(self) -> Iterable[Metric]:
        try:
            return list(self._look())
        except Outage:
            return []


@contextmanager
def monitored(address: str | None, registry: CollectorRegistry, alive: Check, ready: Check) -> Iterator[None]:
    """Serves the registry and both checks until the block ends; with no address (HOST:PORT, or a port of loopback) nothing.

    Raises ChartstreamError where the address cannot be had.
    """
    if address is None:
        yield
        return
    at = Address.parse(address if ":" in address else f"127.0.0.1:{address}", "--metrics")
    ProcessCollector(registry=registry)
    registry.register(Looked(lambda: [_ready(ready)]))
    try:
        server = _Server(at, _application(registry, alive, ready))
    except OSError as error:
        raise ChartstreamError(f"cannot serve --metrics on {at.host}:{at.port}: {error.strerror}") from None
    with server:
        thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
        thread.start()
        _log.info("metrics on port %(port)d", {"port": server.server_port})
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def _ready(ready: Check) -> Metric:
    return GaugeMetricFamily("chartstream_ready", "1 where /readyz says that it is ready, else 0.", int(not ready()))


def _application(registry: CollectorRegistry, alive: Check, ready: Check) -> Callable[..., Iterable[bytes]]:
    """The WSGI application."""
    metrics = make_wsgi_app(registry)
    checks = {"/healthz": alive, "/readyz": ready}

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            found: Iterable[bytes] = metrics(environ, start)
            return found
        if (check := checks.get(path)) is None:
            return _say(start, "404 Not Found", "there are /metrics, /healthz and /readyz")
        amiss = check()
        return _say(start, "503 Service Unavailable" if amiss else "200 OK", amiss or "ok")

    def guarded(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        try:
            return answer(environ, start)
        except Exception as error:  # its text, and a traceback's, may hold a value
            _log.error("metrics could not be given: %(error)s", {"error": type(error).__name__})
            return _say(start, "500 Internal Server Error", "see the log")

    return guarded


def _say(start: Callable[..., Any], status: str, text: str) -> Iterable[bytes]:
    start(status, [("Content-Type", "text/plain; charset=utf-8")])
    return [f"{text}\n".encode()]


class _Handler(WSGIRequestHandler):
    timeout = _REQUEST_SECONDS  # of a client that connects and says nothing

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody wants a line a scrape."""


class _Server(ThreadingWSGIServer):
    """A thread a request."""

    def __init__(self, address: Address, application: Callable[..., Iterable[bytes]]) -> None:
        self.address_family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
        super().__init__((address.host, address.port), _Handler)
        self.set_app(application)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news, and a traceback is no line of our log."""
