"""Which module splits and reads which format: the one place that knows them all."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import BinaryIO

from transforms.read import csv, fhir, hl7v2, jsonl, parquet, text
from transforms.read.parsing import Parser
from transforms.records import Format

Splitter = Callable[[BinaryIO], Iterable[tuple[int, bytes]]]
"""``(offset from where the stream stands, record)`` for a stream that stands at a record's start."""

PARSERS: Mapping[Format, Parser] = MappingProxyType(
    {
        Format.TEXT: text.parse,
        Format.JSONL: jsonl.parse,
        Format.CSV: csv.parse,
        Format.PARQUET: parquet.parse,
        Format.FHIR: fhir.parse,
        Format.HL7V2: hl7v2.parse,
    }
)

SPLITTERS: Mapping[Format, Splitter] = MappingProxyType(
    {
        Format.TEXT: text.split_file,
        Format.JSONL: jsonl.split_records,
        Format.FHIR: fhir.split_resources,
        Format.HL7V2: hl7v2.split_messages,
    }
)
"""CSV and Parquet are not among them: their rows need the file's header."""
