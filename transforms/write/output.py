"""An output folder: where everything in it stands, and the settings that it remembers for its whole life."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from transforms import durable
from transforms.errors import ChartstreamError, Outage
from transforms.write.delta import create_table
from transforms.write.schemas import SCHEMAS, Table


@dataclass(frozen=True)
class OutputSettings:
    """What every run into an output must agree on. ``sources``: a feed's name → the input roots read under it."""

    policy: str
    labels: str
    key_id: str
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Output:
    """The paths of an output. Nothing is read or created by naming one."""

    root: Path

    def table(self, table: Table) -> Path:
        """The Delta table's folder."""
        return self.root / table.folder

    @property
    def private(self) -> Path:
        return self.root / "private"

    @property
    def keyring(self) -> Path:
        """The default place of the keyring."""
        return self.private / "keys" / "keyring.json"

    @property
    def staging(self) -> Path:
        """Units' files that are published and not committed, each named by its unit's id."""
        return self.private / "staging"

    @property
    def merged(self) -> Path:
        """A folder a commit with the files that it is about to link into the tables."""
        return self.staging / "merged"

    @property
    def attempts(self) -> Path:
        return self.staging / "attempts"

    @property
    def offered(self) -> Path:
        """A folder a driver with the units that wait for a worker of its cluster."""
        return self.staging / "offered"

    @property
    def leased(self) -> Path:
        """The units at work on a cluster, each a file that its worker renews."""
        return self.staging / "leased"

    @property
    def intents(self) -> Path:
        return self.private / "intents"

    @property
    def crosswalks(self) -> Path:
        """Which random keys an export gave to which keys of the tables."""
        return self.private / "crosswalks"

    @property
    def settings(self) -> Path:
        return self.private / "settings.json"

    @property
    def summary(self) -> Path:
        return self.root / "summary.json"

    @property
    def report(self) -> Path:
        return self.root / "report.html"

    def has_tables(self) -> bool:
        """Whether a table stands here: then a keyring must, too."""
        return any((self.table(table) / "_delta_log").is_dir() for table in Table)

    def create_folders(self) -> None:
        """Makes the folders, ``private`` for the owner alone. Raises ChartstreamError where that is not possible."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self.private.mkdir(mode=0o700, exist_ok=True)
            self.private.chmod(0o700)
            (self.root / "released").mkdir(exist_ok=True)
            for folder in (
                self.keyring.parent, self.staging, self.merged, self.attempts, self.offered, self.leased, self.intents,
            ):  # fmt: skip
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except FileExistsError:
            raise ChartstreamError(f"{self.root} cannot be an output: a file stands where a folder must") from None
        except OSError as error:
            raise ChartstreamError(f"{self.root} cannot be written: {error.strerror}") from None


def create_or_open(root: Path, settings: OutputSettings) -> Output:
    """The output at ``root``, created where it is new; what it remembers grows by the run's sources.

    Raises ChartstreamError, one line, where the run's settings differ from those that the output was made with.
    """
    output = Output(root)
    output.create_folders()
    try:
        with durable.storage(), durable.locked(output.settings.with_suffix(".lock")):
            stored = read_settings(output)
            agreed = settings if stored is None else _merge(root, stored, settings)
            if agreed != stored:
                durable.replace(output.settings, _to_json(agreed))
            for table in Table:
                create_table(output.table(table), SCHEMAS[table])
    except Outage as outage:
        raise ChartstreamError(f"{root}: {outage}") from None
    return output


def open_output(root: Path) -> Output:
    """An output that stands. Raises ChartstreamError where there is none."""
    output = Output(root)
    if not output.settings.is_file():
        raise ChartstreamError(f"{root} is no output of chartstream: give the folder that --output named")
    return output


def read_settings(output: Output) -> OutputSettings | None:
    """What the output remembers; None where it is new."""
    try:
        stored = orjson.loads(output.settings.read_bytes())
        return OutputSettings(
            policy=stored["policy"],
            labels=stored["labels"],
            key_id=stored["key_id"],
            sources={name: tuple(roots) for name, roots in stored["sources"].items()},
        )
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ChartstreamError(f"{output.settings} is damaged: put it back from a copy") from None


def _merge(root: Path, stored: OutputSettings, settings: OutputSettings) -> OutputSettings:
    for name, had, wanted in (
        ("policy", stored.policy, settings.policy),
        ("labels", stored.labels, settings.labels),
        ("pseudonym key", stored.key_id, settings.key_id),
    ):
        if had != wanted:
            raise ChartstreamError(f"{root} was made with {name} {had}, not {wanted}: write to another output")
    source_of = {path: name for name, paths in stored.sources.items() for path in paths}
    for name, paths in settings.sources.items():
        for path in paths:
            if source_of.get(path, name) != name:
                raise ChartstreamError(
                    f"{root} reads an input of this run as source {source_of[path]}, not {name}: give that --source"
                )
    sources = {
        name: tuple(dict.fromkeys((*stored.sources.get(name, ()), *settings.sources.get(name, ()))))
        for name in (*stored.sources, *settings.sources)
    }
    return OutputSettings(stored.policy, stored.labels, stored.key_id, sources)


def _to_json(settings: OutputSettings) -> bytes:
    return orjson.dumps(
        {
            "policy": settings.policy,
            "labels": settings.labels,
            "key_id": settings.key_id,
            "sources": {name: list(paths) for name, paths in settings.sources.items()},
        },
        option=orjson.OPT_INDENT_2,
    )
