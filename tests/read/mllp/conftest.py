"""A spool."""

from pathlib import Path

import pytest

from transforms.keyring import Keyring
from transforms.spool.spool import Spool, create_or_open


@pytest.fixture
def spool(tmp_path: Path, keyring: Keyring) -> Spool:
    return create_or_open(tmp_path / "spool", keyring)
