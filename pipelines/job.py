"""One job into one output: what is opened, checked and started before any note is read, and the loop until all is done."""

import random
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from pipelines.committing import CommitLoop
from pipelines.isolation import isolate
from pipelines.keys import open_keyring
from pipelines.options import WorkOptions
from pipelines.progress import Progress
from pipelines.work import CountedStep, Work
from transforms.deidentify.analyzer import Analyzer
from transforms.deidentify.deidentifier import Deidentifier, KnownPhiRule
from transforms.deidentify.policy import load_policy
from transforms.deidentify.transform import DeidentifyUnit
from transforms.errors import ChartstreamError, Outage
from transforms.extract.check import check_server
from transforms.extract.client import ClientOptions
from transforms.extract.contract import Labels
from transforms.extract.repository import installed_repository
from transforms.extract.server import SupervisedServer, start_server
from transforms.extract.transform import ExtractFindings
from transforms.intervals import Intervals
from transforms.keyring import Keyring
from transforms.read.unit import UnitReader
from transforms.records import Unit
from transforms.write import attempts
from transforms.write.commit import Committer
from transforms.write.output import Output, OutputSettings, create_or_open, read_settings

# A Beam run over this many units at a time: the list of units does not grow with the input.
_UNITS_A_RUN = 1024
_DEFAULT_POLICY = "safe-harbor"
_FIRST_WAIT_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 30.0
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
    step = CountedStep(DeidentifyUnit(Deidentifier(policy, keyring, analyzer, demand)), output)
    step.setup()  # here first: a model or a list that is missing stops the job before a note is read
    return Job(output, keyring, options, labels, uuid.uuid4().hex, step)


def drive(
    job: Job,
    plan: Callable[[Intervals], Iterator[Unit]],
    split: Callable[[Unit], list[Unit]],
    reader: UnitReader,
    progress: Progress,
) -> None:
    """Works until every planned unit is committed.

    An outage leaves its units open; they are planned again until ``--wait`` has passed without any of them being
    committed, then a ChartstreamError says what was not there.
    """
    committer = Committer(job.output)
    count_attempts = partial(attempts.count, job.output)
    patience = _Patience(job.options.wait)
    work: Work | None = None
    with ExitStack() as stack:
        while True:
            committer.commit_all()
            open_causes: Counter[str] = Counter()
            left = False
            planned = _UntilOutage(plan(committer.decided))
            units = _UntilOutage(isolate(planned, count_attempts, split))
            while batch := list(islice(units, _UNITS_A_RUN)):
                # Not before there is something to ask it: a run that finds nothing new starts no server.
                work = work or _work(job, stack, patience)
                progress.planned(batch)
                with CommitLoop(committer, progress.committed):
                    open_causes += work.process(batch, reader)
                for unit in batch:  # this process lives: what stays open does so for no fault of its own
                    attempts.clear(job.output, unit.unit_id)
                left |= any(committer.decided.missing(piece) for unit in batch for piece in unit.pieces)
            open_causes += planned.causes + units.causes
            if not left and not open_causes:
                return
            patience.wait(_open_message(open_causes), progress.units)


def _work(job: Job, stack: ExitStack, patience: "_Patience") -> Work:
    return Work(
        job.step,
        ExtractFindings(_model(job, stack, patience)),
        job.output.root,
        job.run_id,
        job.options.runner,
        job.options.beam_arguments,
    )


def _model(job: Job, stack: ExitStack, patience: "_Patience") -> ClientOptions:
    """The model server, started where ``--triton`` says auto, and waited for until it answers as it should."""
    endpoint = job.options.triton
    if job.labels is Labels.NONE:
        return ClientOptions("", Labels.NONE)
    if endpoint == "auto":
        endpoint = stack.enter_context(SupervisedServer(start_server(installed_repository()))).endpoint
    options = ClientOptions(endpoint, job.labels, patience_seconds=min(job.options.wait, _CLIENT_PATIENCE_SECONDS))
    while True:
        try:
            check_server(options)
            return options
        except Outage as outage:
            patience.wait(str(outage))


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


def _open_message(causes: Counter[str]) -> str:
    """One line: what was not there, how many units stay open, what to do."""
    said = "; ".join(_CAUSES.get(cause, cause) for cause, _ in causes.most_common()) or "work did not end"
    return f"{sum(causes.values())} units stay open: {said}. Nothing is lost; run the same command again"


class _Patience:
    """Waits between tries, longer each time, and gives up when nothing was committed for a while."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since = time.monotonic()
        self._wait = _FIRST_WAIT_SECONDS
        self._committed = 0

    def wait(self, message: str, committed: int = 0) -> None:
        """Sleeps; raises ChartstreamError with the message where patience is over."""
        now = time.monotonic()
        if committed > self._committed:
            self._committed, self._since, self._wait = committed, now, _FIRST_WAIT_SECONDS
        if now - self._since >= self._seconds:
            raise ChartstreamError(f"{message} (waited {self._seconds:g} s)")
        time.sleep(random.uniform(self._wait / 2, self._wait))
        self._wait = min(2 * self._wait, _LONGEST_WAIT_SECONDS)
