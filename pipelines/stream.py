"""``chartstream stream``: from the spool to the tables, as it comes, until told to stop: the steps of ``run``, in rounds in this
process, or as an unbounded pipeline on a Flink cluster.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from logging import getLogger
from pathlib import Path
from typing import NoReturn

from pipelines.cluster import Cluster
from pipelines.job import ModelServer, Round, Rounds, open_job
from pipelines.keys import open_spool
from pipelines.monitoring import Pulse
from pipelines.options import StreamOptions, parse_pairs
from pipelines.patience import Stopped, UntilStopped
from pipelines.progress import Progress
from pipelines.stream_cluster import ClusterDriver
from pipelines.stream_metrics import StreamMetrics
from transforms import durable
from transforms.errors import Outage
from transforms.read.options import ReadOptions
from transforms.read.segments import SegmentPlan, SegmentReader
from transforms.spool.retirement import delete_expired, retire
from transforms.spool.spool import Spool, closed_segments, send_to
from transforms.write.summary import Summary, summarise, write_summary_json

# A round ends when so much is committed: a stop waits for that, and what a Beam run costs by itself is little beside it.
_BYTES_A_ROUND = 2_000_000
_SEGMENTS_A_ROUND = 256
_COMMIT_SECONDS = 0.5  # a note need not wait for a long one of its round
_POLL_SECONDS = 0.1
_SILENT_SECONDS = 900.0  # of the rounds; the largest note takes a core some minutes, and a first start sets a server up
_FLINK = "FlinkRunner"

_log = getLogger(__name__)


def run(root: Path, out: Path, options: StreamOptions) -> Summary:
    """Works on closed segments until SIGTERM or SIGINT; then the round at work is committed. Returns what this run did.

    Raises ChartstreamError where it cannot start. An outage is waited for.
    """
    started = time.monotonic()
    root, out = root.absolute(), out.absolute()  # a worker of a cluster starts elsewhere
    spool, keyring = open_spool(root, options.keyring)
    options = replace(options, keyring=options.keyring or spool.keyring)
    reading = ReadOptions(
        inputs=(),
        source=options.source,
        namespaces=parse_pairs(options.namespaces, "--namespaces"),
        max_note_mb=options.max_note_mb,
    )
    job = open_job(out, options, {reading.source: (str(root),)})
    send_to(spool, out)
    reader = SegmentReader(spool, reading, keyring)
    tidying = _Tidying(spool, options.keep_days)
    metrics, pulse = StreamMetrics(), Pulse(_SILENT_SECONDS)
    with UntilStopped(pulse.beat) as patience, Progress(metrics.committed) as progress:
        try:
            with (
                ModelServer(job, patience) as model,
                metrics.monitored(options.metrics, pulse, spool, job.output, model, patience),
            ):
                if options.runner == _FLINK:
                    cluster = Cluster(job.output, options.beam_arguments, options.lease)
                    cluster.check()
                    _log.info("waiting for segments")
                    ClusterDriver(job, reader, cluster, model, patience, progress, tidying.tidy).work()
                rounds = Rounds(job, reader.split, reader, model, progress, _COMMIT_SECONDS)
                _log.info("waiting for segments")
                _work(reader, rounds, patience, progress, tidying)
        except Stopped:
            _log.info("stopping")
    summary = summarise(job.output, job.run_id, time.monotonic() - started)
    write_summary_json(job.output, summary)
    return summary


class _Tidying:
    """Once a day, deletes what was retired long ago."""

    def __init__(self, spool: Spool, keep_days: float) -> None:
        self._spool = spool
        self._keep_days = keep_days
        self._tidied: date | None = None

    def tidy(self) -> None:
        """Raises Outage."""
        if self._tidied != (today := datetime.now(UTC).date()):
            delete_expired(self._spool, self._keep_days, datetime.now(UTC))
            self._tidied = today


def _work(
    reader: SegmentReader, rounds: Rounds, patience: UntilStopped, progress: Progress, tidying: _Tidying
) -> NoReturn:
    """Round after round. Raises Stopped."""
    while True:
        try:
            tidying.tidy()
            # In order of time over all partitions, so that the backlog of one does not hold up the others.
            waiting = iter(sorted(closed_segments(reader.spool), key=lambda path: path.name))
            while segments := _next(waiting):
                patience.look()
                done = _round(segments, reader, rounds)
                if not done.ended:
                    patience.wait(done.message, progress.units)
                    break  # what stays open is listed again
                patience.all_there()
        except Outage as outage:
            patience.wait(str(outage), progress.units)
        patience.sleep(_POLL_SECONDS)


def _round(segments: Sequence[Path], reader: SegmentReader, rounds: Rounds) -> Round:
    """Works on segments, and retires those that are committed. Raises Outage."""
    plan = SegmentPlan(segments, reader.options.source, reader.keyring)
    done = rounds.work(plan.units)
    for path in plan.done(rounds.decided):
        retire(reader.spool, path, datetime.now(UTC).date())
    return done


def _next(waiting: Iterator[Path]) -> list[Path]:
    """As many segments as one round takes; none where none is left."""
    taken: list[Path] = []
    size = 0
    while size < _BYTES_A_ROUND and len(taken) < _SEGMENTS_A_ROUND and (path := next(waiting, None)):
        with durable.storage("spool"), suppress(FileNotFoundError):  # another stream has retired it
            size += path.stat().st_size
            taken.append(path)
    return taken
