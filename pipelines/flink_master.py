"""Flink's own interface, for what Beam's job server cannot do: it loses sight of its jobs, and cancels none on a cluster."""

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException

import orjson

from transforms.errors import Outage

_ANSWER_SECONDS = 30.0
_ENDED = ("FAILED", "CANCELED", "FINISHED")


@dataclass(frozen=True)
class FlinkJob:
    """A job that a cluster knows."""

    job_id: str
    name: str
    ended: bool


@dataclass(frozen=True)
class FlinkMaster:
    """A JobManager's REST interface at HOST:PORT."""

    address: str

    def jobs(self) -> list[FlinkJob]:
        """All jobs that it remembers. Raises Outage where it does not answer."""
        with _there():
            jobs = orjson.loads(self._call("GET", "/jobs/overview"))["jobs"]
            return [FlinkJob(job["jid"], job["name"], job["state"] in _ENDED) for job in jobs]

    def cancel(self, job: FlinkJob) -> None:
        """Ends a job. Raises Outage where it does not answer."""
        with _there():
            self._call("PATCH", f"/jobs/{job.job_id}?mode=cancel")

    def _call(self, method: str, path: str) -> bytes:
        request = urllib.request.Request(f"http://{self.address}{path}", method=method)
        with urllib.request.urlopen(request, timeout=_ANSWER_SECONDS) as answer:
            content: bytes = answer.read()
            return content


@contextmanager
def _there() -> Iterator[None]:
    try:
        yield
    except (OSError, HTTPException, ValueError, KeyError):
        raise Outage("cluster_unavailable", "Flink does not answer: see deploy/flink, or mend --flink_master") from None
