"""The keyring of an output or a spool: the one that is named, or its own."""

from pathlib import Path

from transforms.keyring import Keyring, create_keyring, load_keyring
from transforms.spool.spool import Spool, create_or_open


def open_keyring(named: Path | None, own: Path, *, in_use: bool) -> Keyring:
    """The named keyring, else that at ``own``, which is made where nothing is ``in_use`` with it yet.

    Raises ChartstreamError where it is missing or cannot be read.
    """
    if named is not None:
        return load_keyring(named)
    return load_keyring(own) if in_use or own.exists() else create_keyring(own)


def open_spool(root: Path, named: Path | None) -> tuple[Spool, Keyring]:
    """The spool, made where it is new, and the keyring that is named or its own.

    Raises ChartstreamError where they do not fit each other.
    """
    spool = Spool(root)
    if named is None:
        spool.create_folders()
    keyring = open_keyring(named, spool.keyring, in_use=spool.in_use())
    return create_or_open(root, keyring), keyring
