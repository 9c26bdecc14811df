"""The keys of an output: one for pseudonyms and shifts for its whole life, and encryption keys that rotate.

Everything that must be the same for the same note in batch, in a stream, after a restart and on another worker is a
keyed function of its identity (HMAC-SHA256 under keys derived with HKDF, RFC 5869, one a purpose), never state.
"""

import base64
import binascii
import hmac
import json
import os
import secrets
from dataclasses import dataclass, field, replace
from hashlib import blake2b, sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from transforms.errors import ChartstreamError
from transforms.records import Sealed

_NONCE_BYTES = 12
_MAX_SHIFT_DAYS = 365


@dataclass(frozen=True)
class Keyring:
    """Keys in memory; its ``repr`` shows key ids only.

    Picklable, so that workers receive it: as the path of its file, where it has one, because a cluster keeps what it is sent.
    """

    pseudonym_key: bytes = field(repr=False)
    encryption_keys: tuple[tuple[str, bytes], ...] = field(repr=False)  # (key id, key), the last one encrypts
    path: Path | None = field(default=None, repr=False, compare=False)

    @property
    def key_id(self) -> str:
        """Names the pseudonym key in every row; tells nothing about it."""
        return self._mac("key-id", "")[:4].hex()

    def pseudonym(self, kind: str, namespace: str, identifier: str) -> str:
        """32 hex digits that stand for an identifier of a kind (``note``, ``patient``, ``encounter``)."""
        return self._mac("pseudonym", kind, namespace, identifier)[:16].hex()

    def shift_days(self, patient_key: str) -> int:
        """The days by which all dates of a patient move: 1 to 365, back or forth, never 0."""
        choice = self.choose(2 * _MAX_SHIFT_DAYS, "shift", patient_key)
        return choice - _MAX_SHIFT_DAYS if choice < _MAX_SHIFT_DAYS else choice - _MAX_SHIFT_DAYS + 1

    def choose(self, count: int, purpose: str, *identity: str) -> int:
        """A number in ``range(count)`` that the identity decides; 128 bits are reduced, so it is not skewed."""
        return int.from_bytes(self._mac(purpose, *identity)[:16], "big") % count

    def content_hash(self, *parts: str) -> str:
        """32 hex digits over a note's content. Keyed: a hash of a short text could be guessed."""
        return self._mac("content", *parts)[:16].hex()

    def unit_id(self, *parts: str) -> str:
        """32 hex digits that name a part of the input without telling its path."""
        return self._mac("unit", *parts)[:16].hex()

    def seal(self, plaintext: bytes, context: str) -> Sealed:
        """Encrypts under the newest key; ``context`` must be given again to open it."""
        key_id, key = self.encryption_keys[-1]
        nonce = os.urandom(_NONCE_BYTES)
        return Sealed(key_id, nonce + AESGCM(key).encrypt(nonce, plaintext, context.encode()))

    def open(self, sealed: Sealed, context: str) -> bytes:
        """Decrypts; raises ChartstreamError where the key is not in the keyring or the payload was altered."""
        key = dict(self.encryption_keys).get(sealed.key_id)
        if key is None:
            raise ChartstreamError(
                f"the keyring has no encryption key {sealed.key_id}: give the keyring that held this"
            )
        nonce, ciphertext = sealed.ciphertext[:_NONCE_BYTES], sealed.ciphertext[_NONCE_BYTES:]
        try:
            return AESGCM(key).decrypt(nonce, ciphertext, context.encode())
        except InvalidTag:
            raise ChartstreamError("an encrypted payload was altered, or stands in another place") from None

    def _mac(self, purpose: str, *parts: str) -> bytes:
        # Each part with its length, so that ("ab", "c") and ("a", "bc") differ.
        message = b"".join(len(encoded).to_bytes(8, "big") + encoded for encoded in (part.encode() for part in parts))
        return hmac.digest(self._derived(purpose), message, sha256)

    def _derived(self, purpose: str) -> bytes:
        cache: dict[str, bytes] = self.__dict__.setdefault("_cache", {})
        if purpose not in cache:
            kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"chartstream/{purpose}".encode())
            cache[purpose] = kdf.derive(self.pseudonym_key)
        return cache[purpose]

    def __reduce__(self) -> tuple[object, ...]:
        if self.path is None:
            return Keyring, (self.pseudonym_key, self.encryption_keys)
        _loaded.setdefault((self.path, self.key_id), self)
        return _in_this_process, (self.path, self.key_id)


_loaded: dict[tuple[Path, str], Keyring] = {}  # what this process has in memory needs no file any more


def _in_this_process(path: Path, key_id: str) -> Keyring:
    """The keyring of that file. Raises ChartstreamError where it cannot be read, or is another."""
    if (path, key_id) not in _loaded:
        keyring = load_keyring(path)
        if keyring.key_id != key_id:
            raise ChartstreamError(f"the keyring at {path} is {keyring.key_id}, and the job's is {key_id}")
        _loaded[path, key_id] = keyring
    return _loaded[path, key_id]


def new_keyring() -> Keyring:
    """Fresh random keys."""
    return Keyring(secrets.token_bytes(32), (_new_encryption_key(),))


def load_keyring(path: Path) -> Keyring:
    """Reads a keyring file; raises ChartstreamError, naming the path and what to do, where it cannot be used."""
    try:
        stored = json.loads(path.read_text())
        keyring = Keyring(
            base64.b64decode(stored["pseudonym_key"], validate=True),
            tuple((entry["id"], base64.b64decode(entry["key"], validate=True)) for entry in stored["encryption_keys"]),
            path.absolute(),
        )
    except FileNotFoundError:
        raise ChartstreamError(
            f"no keyring at {path}: name it with --keyring, or put it back from its safe copy"
        ) from None
    except OSError as error:
        raise ChartstreamError(f"the keyring at {path} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise ChartstreamError(f"the keyring at {path} is damaged: put it back from its safe copy") from None
    if len(keyring.pseudonym_key) != 32 or not keyring.encryption_keys:
        raise ChartstreamError(f"the keyring at {path} is damaged: put it back from its safe copy")
    return keyring


def create_keyring(path: Path) -> Keyring:
    """Creates a keyring file, mode 0600, exclusively and whole; where another run was first, its keyring is read."""
    keyring = replace(new_keyring(), path=path.absolute())
    stored = {
        "pseudonym_key": base64.b64encode(keyring.pseudonym_key).decode(),
        "encryption_keys": [
            {"id": key_id, "key": base64.b64encode(key).decode()} for key_id, key in keyring.encryption_keys
        ],
    }
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            json.dump(stored, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            return load_keyring(path)
    finally:
        temporary.unlink()
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return keyring


def _new_encryption_key() -> tuple[str, bytes]:
    key = secrets.token_bytes(32)
    return blake2b(key, digest_size=4, person=b"chartstream").hexdigest(), key
