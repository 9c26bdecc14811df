"""What a person can say to commands that work on notes; each field is a flag, a key of the YAML file, an environment variable."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from pipelines.logs import LogFormat
from transforms.errors import ChartstreamError
from transforms.extract.contract import Labels
from transforms.read.columns import PRESETS
from transforms.records import Format


class InputFormat(StrEnum):
    """``--format``: how the input is to be read; ``auto`` lets each file's name and first bytes decide."""

    AUTO = "auto"
    TEXT = "text"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    FHIR = "fhir"
    HL7V2 = "hl7v2"

    @property
    def chosen(self) -> Format | None:
        """The format, or None where each file decides."""
        return None if self is InputFormat.AUTO else Format(self.value)


class Preset(StrEnum):
    """``--preset``: a known layout of columns."""

    MIMIC_III = "mimic-iii"
    MIMIC_IV = "mimic-iv"


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class WorkOptions:
    """What ``run``, ``stream`` and ``quarantine replay`` share: how a note is worked on."""

    policy: str | None = None
    "safe-harbor (a new output's default), surrogate, limited, none, or a YAML file; an output keeps its own."
    labels: Labels | None = None
    "What the model is asked for: clinical (a new output's default), biomedical; none needs no model server."
    triton: str = "auto"
    "The model server's gRPC HOST:PORT; auto starts one on this machine."
    keyring: Path | None = None
    "Keyring file; by default OUT/private/keys/keyring.json, made on the first run."
    recognizers: tuple[str, ...] = ()
    "Further recognizers: a YAML file in Presidio's format, or a Python class as module:Class; may be repeated."
    require_known_phi: bool = False
    "Hold back a note whose feed says nothing of its patient."
    max_note_mb: float = 5.0
    "A larger note is held back as too_large."
    runner: str = "FnApiRunner"
    "Beam runner; its own options follow after --."
    beam_arguments: Annotated[tuple[str, ...], Parameter(show=False)] = ()
    json: bool = False
    "Print the summary as JSON on standard output."
    log: LogFormat = LogFormat.TEXT
    "What the log on standard error is: text, or json, an object a line."


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class BatchOptions(WorkOptions):
    """What ``run`` and ``quarantine replay`` share: how a job ends."""

    wait: float = 60.0
    "Seconds to go on trying while a server, disk or store is not there."
    max_quarantined: float = 0.05
    "Share of the notes that may be held back; more ends with exit code 3."


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class StreamOptions(WorkOptions):
    """How the messages of a spool are worked on."""

    keyring: Path | None = None
    "Keyring file, the same as for listen; by default SPOOL/keys/keyring.json, made on the first start."
    source: str = "default"
    "The feed's name: the namespace of its identifiers."
    namespaces: str = ""
    "Namespaces of assigning authorities, as AUTHORITY=NAMESPACE,…"
    keep_days: float = 7.0
    "Days for which segments are kept after they were committed."
    lease: float = 60.0
    "On a cluster: seconds after which a unit whose worker is not heard of is done again."
    metrics: str | None = None
    "HOST:PORT, or a port of loopback, for /metrics (Prometheus), /healthz and /readyz; none by default."


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class MappingOptions:
    """What ``run`` and ``quarantine replay`` share: what the input's columns and authorities mean."""

    map: str = ""
    "Columns, as text=TEXT,note_id=ROW_ID,…"
    preset: Preset | None = None
    "A known layout of columns."
    namespaces: str = ""
    "Namespaces of assigning authorities, as AUTHORITY=NAMESPACE,…"

    def columns(self) -> dict[str, str]:
        """Field of a note → column, of the preset and of ``--map``, which wins."""
        preset = PRESETS[self.preset.value] if self.preset else {}
        return {**preset, **parse_pairs(self.map, "--map")}


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class InputOptions(MappingOptions):
    """How the input of ``run`` is to be read."""

    source: str = "default"
    "The feed's name: the namespace of its identifiers."
    format: InputFormat = InputFormat.AUTO
    "How the input is to be read."
    limit: int | None = None
    "Read at most N records that are not committed yet."
    unit_notes: int = 256
    "Records in a unit, the part of the input that is retried and committed as one."
    dry_run: bool = False
    "Say what would be read, and stop."


def parse_pairs(text: str, flag: str) -> Mapping[str, str]:
    """``a=b,c=d`` as a mapping; a ChartstreamError names the flag where it is not of that form."""
    pairs: dict[str, str] = {}
    for item in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = item.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise ChartstreamError(f"{flag} takes NAME=VALUE pairs with commas between them; '{item}' is none")
        pairs[name.strip()] = value.strip()
    return pairs
