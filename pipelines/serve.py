"""``chartstream serve``: Triton on model_repo, in the foreground."""

import signal
import threading
from pathlib import Path

from transforms.extract.environment import prepare_environment
from transforms.extract.repository import installed_repository
from transforms.extract.server import Ports, start_server


def prepare() -> Path:
    """Sets up the server's own environment, for a machine that will have no network; returns where it stands."""
    return prepare_environment().directory


def serve(http_port: int, grpc_port: int, metrics_port: int, instances: int | None) -> int:
    """Serves until SIGINT or SIGTERM (exit 0) or until the server ends by itself (exit 1)."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    ports = Ports(http=http_port, grpc=grpc_port, metrics=metrics_port)
    with start_server(installed_repository(), ports=ports, instances=instances) as server:
        print(f"serving clinical_bert: gRPC {server.endpoint}", flush=True)
        while server.alive():
            if stop.wait(0.5):
                return 0
    return 1
