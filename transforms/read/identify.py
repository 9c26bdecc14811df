"""Identifiers of a source, each in the namespace in which it is unique (design, Identity)."""

from transforms.read.options import ReadOptions
from transforms.records import Identifier


def namespace(options: ReadOptions, authority: str | None = None) -> str:
    """The assigning authority where the feed names one, as ``namespaces:`` maps it; else the feed's own name."""
    named = (authority or "").strip()
    return options.namespaces.get(named, named) if named else options.source


def note_identifier(options: ReadOptions, value: str, authority: str | None = None) -> Identifier:
    """A note's own identifier, as the source writes it."""
    return Identifier(namespace(options, authority), value.strip())


def encounter_identifier(options: ReadOptions, value: str | None, authority: str | None = None) -> Identifier | None:
    """An encounter's (visit's) identifier; None where it is blank."""
    return Identifier(namespace(options, authority), value.strip()) if value and value.strip() else None


def patient_identifier(options: ReadOptions, value: str | None, authority: str | None = None) -> Identifier | None:
    """A patient's identifier, trimmed and upper case: feeds differ in both. None where it is blank."""
    return Identifier(namespace(options, authority), value.strip().upper()) if value and value.strip() else None
