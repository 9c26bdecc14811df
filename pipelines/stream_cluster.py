"""The driver of a stream on a cluster: it offers units to the workers, and commits what they publish."""

import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from logging import getLogger
from pathlib import Path
from typing import NoReturn

from pipelines.cluster import Cluster
from pipelines.handing_out import HandingOut, Watch
from pipelines.job import Job, ModelServer
from pipelines.patience import Stopped, UntilStopped
from pipelines.progress import Progress
from pipelines.work import UnitSteps
from transforms.errors import Outage
from transforms.read.segments import SegmentPlan, SegmentReader
from transforms.records import Piece
from transforms.spool.retirement import retire
from transforms.spool.spool import closed_segments
from transforms.write import attempts
from transforms.write.commit import Committer
from transforms.write.leases import Leases, Offers

_ROOM = 64  # units that wait for a worker: enough that none is idle until the driver looks again
_POLL_SECONDS = 0.2
_SHORTEST_WATCH_SECONDS = 120.0  # a job on a busy cluster needs a minute to start

_log = getLogger(__name__)


class ClusterDriver:
    """Plans, offers, watches and commits; the work itself is done elsewhere.

    Args:
        job: the job.
        reader: reads segments of the spool; every worker reaches it at the same path.
        cluster: where the work is done.
        model: the job's model server, which every worker reaches.
        patience: until it is told to stop.
        progress: hears of what is out and committed.
        tidy: what is to be done now and then.
    """

    def __init__(
        self,
        job: Job,
        reader: SegmentReader,
        cluster: Cluster,
        model: ModelServer,
        patience: UntilStopped,
        progress: Progress,
        tidy: Callable[[], None],
    ) -> None:
        self._job = job
        self._reader = reader
        self._cluster = cluster
        self._model = model
        self._patience = patience
        self._progress = progress
        self._tidy = tidy
        self._committer = Committer(job.output)
        self._leases = Leases(job.output)
        self._pieces: dict[Path, Piece] = {}

    def work(self) -> NoReturn:
        """One job on the cluster, and another where it ends or is dead. Raises Stopped when what was at work is committed."""
        job = self._job
        steps = UnitSteps(self._reader, job.step, self._model.open(), job.output, job.run_id)
        while True:
            try:
                self._work_on_one_job(steps)
            except Outage as outage:
                self._patience.wait(str(outage), self._progress.units)

    def _work_on_one_job(self, steps: UnitSteps) -> None:
        """Returns where the job is dead. Raises Stopped; Outage where the cluster, the spool or OUT is not there."""
        offers = Offers(self._job.output, uuid.uuid4().hex)
        with offers.open(), self._cluster.working(steps, offers) as look:
            try:
                handing_out = HandingOut(partial(attempts.count, self._job.output), self._reader.split, _ROOM)
                watch = Watch(max(2 * self._cluster.lease, _SHORTEST_WATCH_SECONDS), time.monotonic())
                while True:
                    began = time.monotonic()
                    look()
                    before = self._progress.units
                    out = self._hand_out(offers, handing_out)
                    self._patience.all_there()
                    now = time.monotonic()
                    if watch.is_dead(now, waiting=out > 0, committed=self._progress.units > before):
                        _log.warning("units wait and none was published: the job on the cluster is started again")
                        return
                    self._patience.sleep(max(_POLL_SECONDS, now - began))
            except Stopped:
                with suppress(Outage):  # what is published is committed by the next start
                    self._drain(offers)
                raise

    def _hand_out(self, offers: Offers, handing_out: HandingOut) -> int:
        """Commits what is published and offers what is planned; how many units are out. Raises Outage."""
        self._tidy()
        # In this order: a unit goes from waiting to held, then it is published, so that none is overlooked.
        waiting = offers.waiting()
        out = waiting | self._leases.held(self._cluster.lease)
        self._commit()
        decided = self._committer.decided
        segments = sorted(closed_segments(self._reader.spool), key=lambda path: path.name)
        plan = SegmentPlan(segments, self._reader.options.source, self._reader.keyring, self._pieces)
        offered = handing_out.next(plan.units(decided), out, len(waiting))
        for unit in offered:
            offers.offer(unit)
        out |= {unit.unit_id for unit in offered}
        self._progress.planned(out)
        for path in plan.done(decided):
            retire(self._reader.spool, path, datetime.now(UTC).date())
            del self._pieces[path]
        return len(out)

    def _drain(self, offers: Offers) -> None:
        """Waits for the units at work, and commits them. Raises Outage."""
        offers.withdraw()
        while self._leases.held(self._cluster.lease):
            time.sleep(_POLL_SECONDS)
        self._commit()

    def _commit(self) -> None:
        for report in self._committer.commit_all():
            self._progress.committed(report)
