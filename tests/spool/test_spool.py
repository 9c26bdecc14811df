"""What a spool remembers for its whole life, and refuses to be otherwise."""

from pathlib import Path

import pytest

from transforms.errors import ChartstreamError
from transforms.keyring import Keyring, new_keyring
from transforms.spool.spool import Spool, create_or_open, send_to


def test_it_goes_to_one_output(spool: Spool, keyring: Keyring, tmp_path: Path) -> None:
    send_to(spool, tmp_path / "out")
    send_to(create_or_open(spool.root, keyring), tmp_path / "in" / ".." / "out")
    with pytest.raises(ChartstreamError, match=r"goes to .*/out, and what is committed there is not read again"):
        send_to(spool, tmp_path / "elsewhere")


def test_it_has_one_keyring_whatever_else_it_remembers(spool: Spool, tmp_path: Path) -> None:
    send_to(spool, tmp_path / "out")
    with pytest.raises(ChartstreamError, match="was made with pseudonym key"):
        create_or_open(spool.root, new_keyring())


@pytest.mark.parametrize("settings", [b"", b"{", b"{}", b"[]", b'{"output": "/out"}'])
def test_damaged_settings_are_told_and_not_made_anew(
    spool: Spool, keyring: Keyring, tmp_path: Path, settings: bytes
) -> None:
    spool.settings.write_bytes(settings)
    for use in (lambda: create_or_open(spool.root, keyring), lambda: send_to(spool, tmp_path / "out")):
        with pytest.raises(ChartstreamError, match="is damaged"):
            use()
    assert spool.settings.read_bytes() == settings
