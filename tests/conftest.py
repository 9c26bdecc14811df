"""What several folders of tests share: the corpora's place, and one real model server for the whole session."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

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
