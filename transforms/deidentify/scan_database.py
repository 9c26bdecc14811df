"""Looks for many expressions at once with Hyperscan, in a database that is compiled once for a machine and kept on its disk.

Compiling takes seconds, loading milliseconds. A database is kept under ``$CHARTSTREAM_CACHE`` (by default
``~/.cache/chartstream``) by the hash of all that it is made of: the expressions, Hyperscan's version and what it uses of
this processor. It holds expressions, never a note.
"""

import hashlib
import logging
import os
import re
import threading
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

hyperscan: Any
try:
    hyperscan = import_module("hyperscan")
except ImportError:  # no wheel for this platform
    hyperscan = None

_LOGGER = logging.getLogger(__name__)
# Expressions, data and where they end in it. Vectorscan 5.4.12, which wheels 0.7.23 to 0.9.1 hold, overlooks each of these.
_KNOWN_ANSWERS = (
    (r"2b|\x2ea+", b"xxxxxxxxxxxxxxxx2b", {18}),
    (r"\x2e[bc1]*1+", b"xxxxxxxxxxcxxxcx.x0.1xxxxxxxxxxxxcxxbxxx", {21}),
    (r"b?[c0d]+1*\x2e{1,3}", b"xxxxxxxdxxxx.bxxxxxxx1bdxdcbcxxad100dxx.a.1a.xbbb.xxx0x.1a.xxcc0.x", {65}),
)
_DIGEST_BYTES = hashlib.sha256().digest_size


@dataclass(frozen=True, slots=True)
class Expression:
    """What to look for, in ASCII. Several may have one number, and are then told apart by nobody.

    ``caseless``: upper case counts as lower. ``behind``: its last characters are only what must follow. ``alone``: it may be
    looked for by itself where there is no Hyperscan, and those of its matches will do that do not overlap.
    """

    number: int
    text: str
    caseless: bool
    behind: int = 0
    alone: bool = False


class ScanDatabase:
    """Finds where expressions end in a text. Several threads may scan at the same time.

    ``refused``: the numbers of which Hyperscan takes some expression not at all; nothing is known of them.
    """

    def __init__(self, compiled: Any, refused: frozenset[int], expressions: Sequence[Expression]) -> None:
        self._compiled = compiled
        self.refused = refused
        self._told = [(expression.number, expression.behind) for expression in expressions]
        self._scratch = threading.local()  # Hyperscan's working memory is for one scan at a time

    def ends(self, data: bytes) -> dict[int, list[int]]:
        """By number: the offsets in ``data`` at which an expression ends."""
        if self._compiled is None:
            return {}
        if not hasattr(self._scratch, "space"):
            self._scratch.space = hyperscan.Scratch(self._compiled)
        found: dict[int, list[int]] = defaultdict(list)
        told = self._told

        def note(index: int, _start: int, end: int, _flags: int, _context: object) -> None:
            number, behind = told[index]
            found[number].append(end - behind)

        self._compiled.scan(data, match_event_handler=note, scratch=self._scratch.space)
        return found


class ExpressionsInTurn:
    """Stands for a database where there is no Hyperscan: looks for what may be looked for alone, and refuses the others."""

    def __init__(self, expressions: Sequence[Expression]) -> None:
        self.refused = frozenset(expression.number for expression in expressions if not expression.alone)
        self._compiled = [
            (expression, re.compile(expression.text.encode("ascii"), re.IGNORECASE if expression.caseless else 0))
            for expression in expressions
            if expression.alone
        ]

    def ends(self, data: bytes) -> dict[int, list[int]]:
        """By number: offsets in ``data`` at which an expression ends."""
        found: dict[int, list[int]] = defaultdict(list)
        for expression, compiled in self._compiled:
            for match in compiled.finditer(data):
                found[expression.number].append(match.end() - expression.behind)
        return found


def open_database(expressions: Sequence[Expression]) -> ScanDatabase | ExpressionsInTurn:
    """The database of ``expressions``, from the cache or compiled; one without Hyperscan where that is of no use."""
    if not expressions or hyperscan is None or not _is_sound():
        return ExpressionsInTurn(expressions)
    path = _path(expressions)
    kept = _read(path, expressions)
    if kept is not None:
        return kept
    made = _compiled(expressions)
    _keep(path, made)
    return made


@cache
def _is_sound() -> bool:
    """Whether this Hyperscan runs here and finds what releases of it are known to have overlooked."""
    try:
        found = [_ends_of(expression, data) == ends for expression, data, ends in _KNOWN_ANSWERS]
    except hyperscan.error:  # not for this processor
        return False
    if not all(found):
        _LOGGER.warning("hyperscan %s overlooks matches, so patterns are tried one by one", hyperscan.__version__)
    return all(found)


def _ends_of(expression: str, data: bytes) -> set[int]:
    alone = Expression(0, expression, caseless=False)
    return set(ScanDatabase(_compile([(0, alone)]), frozenset(), [alone]).ends(data)[0])


def _compiled(expressions: Sequence[Expression]) -> ScanDatabase:
    """All expressions in one database; where Hyperscan refuses some, the others."""
    numbered = list(enumerate(expressions))
    try:
        return ScanDatabase(_compile(numbered), frozenset(), expressions)
    except hyperscan.error:
        refused = frozenset(expression.number for _, expression in numbered if not _is_taken(expression))
        taken = [(index, expression) for index, expression in numbered if expression.number not in refused]
        return ScanDatabase(_compile(taken) if taken else None, refused, expressions)


def _is_taken(expression: Expression) -> bool:
    try:
        _compile([(0, expression)])
    except hyperscan.error:
        return False
    return True


def _compile(numbered: Sequence[tuple[int, Expression]]) -> Any:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[expression.text.encode("ascii") for _, expression in numbered],
        ids=[index for index, _ in numbered],
        flags=[hyperscan.HS_FLAG_CASELESS if expression.caseless else 0 for _, expression in numbered],
    )
    return database


# --- the cache: a digest of what follows, the refused numbers, a line's end, the database as Hyperscan writes it


def _path(expressions: Sequence[Expression]) -> Path | None:
    content = "\0".join([_platform(), *map(repr, expressions)])
    name = f"scan-{hashlib.sha256(content.encode()).hexdigest()[:32]}.hsdb"
    chosen = os.environ.get("CHARTSTREAM_CACHE")
    try:
        return (Path(chosen) if chosen else Path.home() / ".cache" / "chartstream") / name
    except RuntimeError:  # no home
        return None


@cache
def _platform() -> str:
    """Hyperscan's version, and which of this processor's features its databases need here."""
    described = _compile([(0, Expression(0, "a", caseless=False))]).info()
    return f"{hyperscan.__version__} {described.decode()}"


def _read(path: Path | None, expressions: Sequence[Expression]) -> ScanDatabase | None:
    """What is kept at ``path``; None where nothing is, or where it is damaged or not for this machine."""
    if path is None:
        return None
    try:
        kept = path.read_bytes()
        digest, content = kept[:_DIGEST_BYTES], kept[_DIGEST_BYTES:]
        if hashlib.sha256(content).digest() != digest:
            return None
        refused, _, database = content.partition(b"\n")
        loaded = hyperscan.loadb(database, hyperscan.HS_MODE_BLOCK) if database else None
        if loaded is not None:
            hyperscan.Scratch(loaded)
        return ScanDatabase(loaded, frozenset(map(int, refused.split())), expressions)
    except (OSError, hyperscan.error):
        return None


def _keep(path: Path | None, made: ScanDatabase) -> None:
    """Where it cannot be written, the next start compiles again."""
    if path is None:
        return
    database = hyperscan.dumpb(made._compiled) if made._compiled is not None else b""
    content = b"%s\n%s" % (" ".join(map(str, sorted(made.refused))).encode(), database)
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
            file.write(hashlib.sha256(content).digest() + content)
        Path(file.name).replace(path)
