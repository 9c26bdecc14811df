"""FHIR as JSON: a stream of resources → one record a resource, and a record → its values.

Reads what servers and exports write: lines of JSON (NDJSON), one resource over many lines, an array of resources. A
broken resource ends where the next whole one begins at the start of a line, so it takes no other with it.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import orjson

from transforms.read.encoding import BadEncoding, decode

Resource = dict[str, Any]

_BOM = b"\xef\xbb\xbf"
_BETWEEN = re.compile(rb"[\s,\[\]]*")  # between resources: white space, and the marks of an array
_JUNK = re.compile(rb"[^{\r\n]+")
# A string cannot hold a line end, so one that is not closed ends with its line.
_TOKEN = re.compile(rb'"[^"\\\r\n]*(?:\\.[^"\\\r\n]*)*"?|[{}]')


class ResourceError(Exception):
    """The bytes are no FHIR resource. The text says why and holds none of them."""


def split_resources(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yields (offset from where the stream stands, bytes of one resource), in order.

    What stands between resources and is neither white space nor an array's mark is a record of its own. Memory is
    bounded by the largest resource, or the longest line.
    """
    base, start, depth = 0, 0, 0
    open_lines: list[bytes] = []  # of a resource that is not closed yet
    for line in stream:
        at = 0
        if depth and _is_resource(line):
            yield start, b"".join(open_lines).rstrip()
            open_lines, depth = [], 0
        while at < len(line):
            if not depth:
                if base + at == 0 and line.startswith(_BOM):
                    at = len(_BOM)
                at = _between(line, at)
                if at == len(line):
                    break
                if at == 0 and _is_whole(line):
                    yield base, line.rstrip()
                    break
                if junk := _JUNK.match(line, at):
                    yield base + at, junk[0].rstrip(b" \t,[]")
                    at = junk.end()
                    continue
                start = base + at
            end, depth = _close(line, at, depth)
            open_lines.append(line[at:end])
            at = end
            if not depth:
                yield start, b"".join(open_lines)
                open_lines = []
        base += len(line)
    if open_lines:
        yield start, b"".join(open_lines).rstrip()


def load_resource(payload: bytes) -> Resource:
    """The values of a resource. Raises ResourceError where it is none, BadEncoding where its text has no encoding."""
    try:
        loaded = orjson.loads(payload)
    except orjson.JSONDecodeError:
        loaded = _load_leniently(decode(payload))
    if not isinstance(loaded, dict) or not isinstance(loaded.get("resourceType"), str):
        raise ResourceError("it is no FHIR resource")
    return loaded


def objects(value: Any) -> Iterator[Resource]:
    """The objects of an element that may be one, several or (wrongly) something else."""
    candidates: Iterable[Any] = value if isinstance(value, list) else (value,)
    return (one for one in candidates if isinstance(one, dict))


def string(element: Resource, name: str) -> str:
    """A string of an element; empty where it is absent or no string."""
    value = element.get(name)
    return value if isinstance(value, str) else ""


def _load_leniently(text: str) -> Any:
    """JSON in another encoding, or with longer integers. Half a surrogate pair is no text: BadEncoding."""
    try:
        loaded = json.loads(text, parse_constant=_refuse)
        json.dumps(loaded, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise BadEncoding("half a character") from None
    except (ValueError, RecursionError):
        raise ResourceError("it is no JSON") from None
    return loaded


def _refuse(constant: str) -> None:
    raise ValueError


def _between(line: bytes, at: int) -> int:
    found = _BETWEEN.match(line, at)
    return found.end() if found else at


def _close(line: bytes, at: int, depth: int) -> tuple[int, int]:
    """Where the resource ends in the line, and how deep it still is open there."""
    for token in _TOKEN.finditer(line, at):
        mark = token[0]
        if mark == b"{":
            depth += 1
        elif mark == b"}":
            depth -= 1
            if not depth:
                return token.end(), 0
    return len(line), depth


def _is_whole(line: bytes) -> bool:
    if not (line.startswith(b"{") and line.rstrip().endswith(b"}")):
        return False
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True


def _is_resource(line: bytes) -> bool:
    return b'"resourceType"' in line and _is_whole(line)
