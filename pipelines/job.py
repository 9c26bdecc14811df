"""One job into one output: what is opened, checked and started before any note is read, and its rounds of work."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from types import TracebackType

from pipelines.committing import CommitLoop
from pipelines.isolation import isolate
from pipelines.keys import open_keyring
from pipelines.options import WorkOptions
from pipelines.patience import Patience
from pipelines.progress import Progress
from pipelines.work import CountedStep, UnitSteps, Work
from transforms.deidentify.analyzer import Analyzer
from transforms.deidentify.deidentifier import Deidentifier, KnownPhiRule
from transforms.deidentify.policy import load_policy
from transforms.deidentify.transform import DeidentifyUnit
from transforms.errors import Outage
from transforms.extract.check import check_server
from transforms.extract.client import ClientOptions
from transforms.extract.contract import Labels
from transforms.extract.repository import installed_repository
from transforms.extract.server import SupervisedServer, start_server
from transforms.intervals import Intervals
from transforms.keyring import Keyring
from transforms.read.transform import Reader
from transforms.records import Unit
from transforms.write import attempts
from transforms.write.commit import Committer
from transforms.write.output import Output, OutputSettings, create_or_open, read_settings

# A Beam run over this many units at a time: the list of units does not grow with the input.
_UNITS_A_RUN = 1024
_COMMIT_SECONDS = 10.0  # so that committing costs a few per cent of the time
_DEFAULT_POLICY = "safe-harbor"
_CLIENT_PATIENCE_SECONDS = 30.0  # of one request; after it the unit stays open and this job's patience counts


@dataclass(frozen=True)
class Job:
    """An output that is open for work, with its keys and the de-identification that everything passes."""

    output: Output
    keyring: Keyring
    options: WorkOptions
    labels: Labels
    run_id: str
    step: CountedStep


def open_job(out: Path, options: WorkOptions, sources: dict[str, tuple[str, ...]]) -> Job:
    """Opens OUT, or makes it; raises ChartstreamError where its settings, keys or the policy do not allow to start."""
    remembered = read_settings(Output(out))
    policy = load_policy(options.policy or (remembered.policy if remembered else _DEFAULT_POLICY))
    labels = options.labels or (Labels(remembered.labels) if remembered else Labels.CLINICAL)
    analyzer = Analyzer(recognizers=options.recognizers)
    if options.keyring is None:
        Output(out).create_folders()
    keyring = open_keyring(options.keyring, Output(out).keyring, in_use=Output(out).has_tables())
    output = create_or_open(
        out,
        OutputSettings(policy=policy.name, labels=labels.value, key_id=keyring.key_id, sources=sources),
    )
    demand = KnownPhiRule.REQUIRED if options.require_known_phi else KnownPhiRule.OPTIONAL
    run_id = uuid.uuid4().hex
    step = CountedStep(DeidentifyUnit(Deidentifier(policy, keyring, analyzer, demand)), output, run_id)
    step.setup()  # here first: a model or a list that is missing stops the job before a note is read
    return Job(output, keyring, options, labels, run_id, step)


@dataclass(frozen=True)
class Round:
    """What a round of work came to: the outages met, by cause, and whether any planned unit is not committed."""

    outages: Counter[str]
    left: bool

    @property
    def ended(self) -> bool:
        """Whether everything that was planned is committed."""
        return not self.left and not self.outages

    @property
    def message(self) -> str:
        """What was not there, and how many units stay open."""
        said = "; ".join(_CAUSES.get(cause, cause) for cause, _ in self.outages.most_common()) or "work did not end"
        return f"{sum(self.outages.values())} units stay open: {said}"


class ModelServer:
    """A job's model server: one that is somewhere, or one that is started where ``--triton`` says auto. Closed with the block."""

    def __init__(self, job: Job, patience: Patience) -> None:
        self._triton = job.options.triton
        self._labels = job.labels
        self._patience = patience
        self._stack = ExitStack()
        self._started: SupervisedServer | None = None

    def __enter__(self) -> "ModelServer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def endpoint(self) -> str | None:
        """Where it is; None where none is asked, and until this job has started its own."""
        if self._labels is Labels.NONE:
            return None
        if self._started is not None:
            return self._started.endpoint
        return None if self._triton == "auto" else self._triton

    @property
    def restarts(self) -> int:
        """How often the server that this job started was started again."""
        return 0 if self._started is None else self._started.restarts

    def open(self) -> ClientOptions:
        """How to ask it; it is waited for until it answers as it should."""
        if self._labels is Labels.NONE:
            return ClientOptions("", Labels.NONE)
        if self._triton == "auto" and self._started is None:
            self._started = self._stack.enter_context(SupervisedServer(start_server(installed_repository())))
        patience = min(self._patience.seconds, _CLIENT_PATIENCE_SECONDS)
        options = ClientOptions(self.endpoint or "", self._labels, patience_seconds=patience)
        while True:
            try:
                check_server(options)
                return options
            except Outage as outage:
                self._patience.wait(str(outage))


class Rounds:
    """A job's rounds, and what stays warm from one to the next: the committer and the steps.

    Args:
        job: the job.
        split: halves a unit that is suspected to kill its worker.
        reader: reads units.
        model: the job's model server, which is started with the first unit.
        progress: hears of what is planned and committed.
        commit_seconds: after which what is published is committed, while the round goes on.
    """

    def __init__(
        self,
        job: Job,
        split: Callable[[Unit], list[Unit]],
        reader: Reader,
        model: ModelServer,
        progress: Progress,
        commit_seconds: float,
    ) -> None:
        self._job = job
        self._split = split
        self._reader = reader
        self._model = model
        self._progress = progress
        self._commit_seconds = commit_seconds
        self._committer = Committer(job.output)
        self._count_attempts = partial(attempts.count, job.output)
        self._started: Work | None = None

    @property
    def decided(self) -> Intervals:
        """The parts of the input that are accounted for. Raises Outage."""
        return self._committer.decided

    def work(self, plan: Callable[[Intervals], Iterator[Unit]]) -> Round:
        """Commits what is published, works on what is planned, and commits that. Raises Outage where OUT is not there."""
        for report in self._committer.commit_all():
            self._progress.committed(report)
        outages: Counter[str] = Counter()
        left = False
        planned = _UntilOutage(plan(self._committer.decided))
        units = _UntilOutage(isolate(planned, self._count_attempts, self._split))
        while batch := list(islice(units, _UNITS_A_RUN)):
            work = self._work()
            self._progress.planned(batch)
            with CommitLoop(self._committer, self._commit_seconds, self._progress.committed):
                outages += work.process(batch)
                for unit in batch:  # this process lives: what stays open does so for no fault of its own
                    attempts.clear(self._job.output, unit.unit_id)
            decided = self._committer.decided
            left |= any(decided.missing(piece) for unit in batch for piece in unit.pieces)
        return Round(outages + planned.causes + units.causes, left)

    def _work(self) -> Work:
        # Not before there is something to ask it: a run that finds nothing new starts no server.
        if self._started is None:
            job = self._job
            steps = UnitSteps(self._reader, job.step, self._model.open(), job.output, job.run_id)
            self._started = Work(steps, job.options.runner, job.options.beam_arguments)
        return self._started


def drive(
    job: Job,
    plan: Callable[[Intervals], Iterator[Unit]],
    split: Callable[[Unit], list[Unit]],
    reader: Reader,
    patience: Patience,
    progress: Progress,
) -> None:
    """Works until every planned unit is committed.

    An outage leaves its units open; they are planned again until patience is over, then a ChartstreamError says what was
    not there.
    """
    with ModelServer(job, patience) as model:
        rounds = Rounds(job, split, reader, model, progress, _COMMIT_SECONDS)
        while not (done := rounds.work(plan)).ended:
            patience.wait(f"{done.message}. Nothing is lost; run the same command again", progress.units)


class _UntilOutage:
    """Units, up to an outage, which is kept: what was planned before it is done all the same."""

    def __init__(self, units: Iterator[Unit]) -> None:
        self._units = units
        self.causes: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Unit]:
        return self

    def __next__(self) -> Unit:
        try:
            return next(self._units)
        except Outage as outage:
            self.causes[outage.cause] += 1
            raise StopIteration from None


_CAUSES = {
    "server_unavailable": "the model server does not answer: start it (chartstream serve) or mend --triton",
    "server_invalid": "the model server answers, but not as clinical_bert does: check what runs at --triton",
    "input_changed": "input files change while they are read: run again when they are whole",
    "input_unavailable": "input files cannot be opened: check the path, its rights and the store",
    "known_phi_unavailable": "the index of known PHI cannot be read: look at the disk and the keyring",
    "storage": "OUT cannot be written: make room, or mend its rights",
}
