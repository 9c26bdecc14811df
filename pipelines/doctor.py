"""``chartstream doctor``: looks at the installation, the model server, keys, disk and tables, and says what to mend."""

import platform
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from transforms.deidentify.analyzer import Analyzer
from transforms.deidentify.policy import load_policy
from transforms.errors import ChartstreamError, Outage
from transforms.extract.check import check_server
from transforms.extract.client import ClientOptions
from transforms.extract.contract import Labels
from transforms.extract.repository import installed_repository
from transforms.extract.server import start_server
from transforms.keyring import load_keyring
from transforms.write.check import check_tables
from transforms.write.output import Output, open_output, read_settings

_LOW_DISK_BYTES = 2_000_000_000


class Verdict(StrEnum):
    """What a check came to."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    verdict: Verdict
    about: str
    says: str


def examine(out: Path | None, keyring: Path | None, triton: str) -> Iterator[Finding]:
    """All checks, in the order in which a run would meet what they look at."""
    yield _check("python", _python)
    yield _check("de-identification", _deidentification)
    yield _check("model server", lambda: _model_server(triton))
    if out is not None:
        try:
            output = open_output(out)
        except ChartstreamError as error:
            yield Finding(Verdict.FAIL, "output", str(error))
            return
        yield _check("private zone", lambda: _private_zone(output))
        yield _check("keyring", lambda: _keyring(output, keyring))
        yield _check("disk", lambda: _disk(output))
        yield _check("tables", lambda: _tables(output))


def doctor(out: Path | None, keyring: Path | None, triton: str) -> int:
    """Prints a line a check; 1 where one failed."""
    failed = False
    for finding in examine(out, keyring, triton):
        print(f"{finding.verdict:<5}{finding.about}: {finding.says}", flush=True)
        failed |= finding.verdict is Verdict.FAIL
    return int(failed)


def _check(about: str, look: Callable[[], tuple[Verdict, str]]) -> Finding:
    try:
        verdict, says = look()
    except (ChartstreamError, Outage) as error:
        verdict, says = Verdict.FAIL, str(error)
    return Finding(verdict, about, says)


def _python() -> tuple[Verdict, str]:
    found = f"{platform.python_version()} on {sys.platform} {platform.machine()}"
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return (
            Verdict.WARN,
            f"{found}: the embedded model server runs on Linux x86-64; elsewhere give --triton HOST:PORT",
        )
    return Verdict.OK, found


def _deidentification() -> tuple[Verdict, str]:
    for policy in ("safe-harbor", "surrogate", "limited", "none"):
        load_policy(policy)
    Analyzer().setup()
    return Verdict.OK, "policies, recognizers and lists load"


def _model_server(triton: str) -> tuple[Verdict, str]:
    if triton != "auto":
        return Verdict.OK, f"{check_server(ClientOptions(triton, Labels.CLINICAL))} at {triton}"
    with start_server(installed_repository(), instances=1) as server:
        return Verdict.OK, f"{check_server(ClientOptions(server.endpoint, Labels.CLINICAL))} starts and answers"


def _private_zone(output: Output) -> tuple[Verdict, str]:
    mode = stat.S_IMODE(output.private.stat().st_mode)
    if mode & 0o077:
        return Verdict.FAIL, f"others can enter {output.private}: chmod 700 it"
    return Verdict.OK, "the owner's alone"


def _keyring(output: Output, path: Path | None) -> tuple[Verdict, str]:
    keyring = load_keyring(path or output.keyring)
    settings = read_settings(output)
    if settings is not None and settings.key_id != keyring.key_id:
        return Verdict.FAIL, f"has key {keyring.key_id}, the tables were made with {settings.key_id}: give that keyring"
    if path is None:
        return (
            Verdict.WARN,
            "stands beside the tables: for production move it elsewhere, keep a copy, name it with --keyring",
        )
    return Verdict.OK, f"key {keyring.key_id}"


def _disk(output: Output) -> tuple[Verdict, str]:
    free = shutil.disk_usage(output.root).free
    verdict = Verdict.WARN if free < _LOW_DISK_BYTES else Verdict.OK
    return verdict, f"{free / 1e9:.1f} GB free"


def _tables(output: Output) -> tuple[Verdict, str]:
    return Verdict.OK, check_tables(output)
