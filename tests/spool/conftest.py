"""What the tests of the spool share."""

from pathlib import Path

import pytest
from hypothesis import settings

from transforms.keyring import Keyring, new_keyring
from transforms.spool.spool import Spool, create_or_open

# No timed assertions: a machine may be busy.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    return new_keyring()


@pytest.fixture
def spool(tmp_path: Path, keyring: Keyring) -> Spool:
    return create_or_open(tmp_path / "spool", keyring)
