"""What several folders of tests share: the corpora's place, and one real model server for the whole session."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.certificates import Authority, new_authority
from tests.kafka_broker import Broker, start_broker
from transforms.extract.repository import installed_repository
from transforms.extract.server import start_server

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of public corpora beside the checkout; tests that need it are skipped where it is not."""
    folder = Path(os.environ.get("CHARTSTREAM_CORPORA", ROOT.parent / "shared" / "corpora"))
    if not folder.is_dir():
        pytest.skip("the corpora are not beside this checkout (CHARTSTREAM_CORPORA)")
    return folder


@pytest.fixture(scope="session")
def examples() -> Path:
    """The project's own example notes."""
    return ROOT / "examples"


@pytest.fixture(scope="session")
def triton() -> Iterator[str]:
    """The gRPC endpoint of a real Triton with the project's model."""
    with start_server(installed_repository()) as server:
        yield server.endpoint


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Makes certificates."""
    return new_authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A real Kafka broker. Each test has a topic of its own."""
    started = start_broker(tmp_path_factory.mktemp("kafka"))
    yield started
    started.kill()


@pytest.fixture
def topic(broker: Broker) -> str:
    """A new topic of three partitions."""
    name = f"hl7-{secrets.token_hex(4)}"
    broker.create_topic(name)
    return name
