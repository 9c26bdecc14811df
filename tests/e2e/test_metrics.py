"""``--metrics`` of real processes: figures of what was sent and of the ledger, and nothing of a message in them."""

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from tests.chaos.test_killed_listener import free_port, listener
from tests.conftest import ROOT
from tests.e2e.scraping import Page, get, scrape
from tests.e2e.streaming import ledger, stopped, streaming, until, waiting
from tests.e2e.support import chartstream, rows
from tests.e2e.test_outages import free_ports
from tests.extract.standin import stand_in_repository
from tests.read.mllp.support import Sender, framed, message
from tests.spool.support import examined, store
from transforms.extract.server import start_server
from transforms.keyring import Keyring, create_keyring
from transforms.spool.spool import Spool, begun_at, create_or_open
from transforms.spool.waiting import waiting as waiting_in

__all__ = ["stand_in_repository"]  # the fixture

GOOD = [message(f"CONTROL-{number}", "Zyxwander has a fever") for number in range(40)]
BAD = [b"Zyxwander", b"MSH|^~\\&|WARDNAME|||||||CONTROL-X|P|2.5", b"   "]


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return create_keyring(tmp_path / "keyring.json")


@pytest.fixture
def spool(tmp_path: Path, keyring: Keyring) -> Spool:
    return create_or_open(tmp_path / "spool", keyring)


def assert_no_content(page: Page, tmp_path: Path) -> None:
    for secret in ("Zyxwander", "CONTROL", "WARDNAME", "ward-3", "fever", str(tmp_path)):
        assert secret not in page.text


def documented(job: str) -> set[tuple[str, str, str]]:
    """Name, type and label of the table's metrics that are of a job, or of both."""
    page = (ROOT / "docs/how-to/monitor.md").read_text()
    table = re.findall(r"^\| `(chartstream_\w+)` \| (\w+) \| (?:`(\w+)` )?\|", page, re.M)
    assert len(table) == page.count("| `chartstream_") == len(set(table))
    assert all(re.match("chartstream_(listen_|stream_|ready$)", name) for name, *_ in table)
    return {row for row in table if row[0].startswith(f"chartstream_{job}_") or row[0] == "chartstream_ready"}


def test_the_listener_counts_what_it_is_sent(tmp_path: Path) -> None:
    spool, port, metrics = tmp_path / "spool", free_port(), free_port()
    with listener(spool, port, "--metrics", f"127.0.0.1:{metrics}", "--segment-seconds", "0.1") as process:
        assert scrape(metrics).values("chartstream_listen_messages_total", "code") == {}
        senders = [Sender(port) for _ in range(3)]
        sent = framed(*GOOD, *BAD) + b"stray"
        for sender in senders:
            sender.send(sent)
        answers = Counter(code for sender in senders for code, *_ in sender.answers(len(GOOD) + len(BAD)))
        assert answers == {"AA": 3 * len(GOOD), "AE": 3 * len(BAD)}
        until(lambda: waiting_in(Spool(spool)).messages == answers.total(), process)
        closed = len(waiting(spool))
        until(lambda: scrape(metrics).value("chartstream_listen_segments_closed_total") == closed, process)
        page = scrape(metrics)
        assert page.values("chartstream_listen_messages_total", "code") == answers
        assert page.value("chartstream_listen_received_bytes_total") == 3 * len(sent)
        assert page.value("chartstream_listen_stray_bytes_total") == 3 * len(b"stray")
        assert page.value("chartstream_listen_connections") == 3
        assert page.value("chartstream_listen_held_bytes") == page.value("chartstream_listen_reading_paused") == 0
        assert page.value("chartstream_listen_acknowledgement_seconds_count") == answers.total()
        assert page.value("chartstream_listen_fsync_messages_sum") == answers.total()
        assert len(waiting(spool)) == closed > 0
        assert page.value("chartstream_listen_spool_free_bytes") > 1e9
        assert page.value("chartstream_listen_spool_min_free_bytes") == 1e9
        assert page.value("chartstream_ready") == 1
        assert (get(metrics, "/healthz"), get(metrics, "/readyz")) == ((200, "ok\n"), (200, "ok\n"))
        assert page.documented() == documented("listen")
        assert_no_content(page, tmp_path)


def test_a_listener_that_cannot_store_is_healthy_and_not_ready(tmp_path: Path) -> None:
    port, metrics = free_port(), free_port()
    with listener(tmp_path / "spool", port, "--metrics", str(metrics), "--min-free", "1e9"):
        sender = Sender(port)
        sender.send(framed(GOOD[0]))
        assert sender.answer()[0] == "AR"
        assert get(metrics, "/readyz") == (503, "less than 1e+09 MB would be left on the spool's disk\n")
        assert get(metrics, "/healthz") == (200, "ok\n")
        page = scrape(metrics)
        assert page.value("chartstream_ready") == 0
        assert page.values("chartstream_listen_messages_total", "code") == {"AR": 1}
        assert page.value("chartstream_listen_fsync_messages_count") == 0
        assert_no_content(page, tmp_path)


def test_the_stream_counts_what_the_ledger_has(tmp_path: Path, spool: Spool, keyring: Keyring) -> None:
    out, port = tmp_path / "out", free_port()
    messages = [examined(one) for one in [*GOOD, *GOOD[::4], *BAD]]
    arguments = ("--keyring", tmp_path / "keyring.json", "--metrics", str(port))
    with streaming(spool.root, out, *arguments) as process:
        for half in (messages[::2], messages[1::2]):
            before = len(ledger(out))
            store(spool, keyring, half, a_segment=7)
            until(lambda before=before, half=half: len(ledger(out)) == before + len(half), process)
        until(lambda: not waiting(spool.root), process)
        page = scrape(port)
        held = orjson.loads(chartstream("status", out, "--json").stdout)["activity"]["held_back"]
        assert get(port, "/healthz") == get(port, "/readyz") == (200, "ok\n")
        stopped(process)
    standing = ledger(out)
    assert page.values("chartstream_stream_records_total", "outcome") == Counter(row["outcome"] for row in standing)
    reasons = Counter(row["reason"] for row in standing if row["reason"])
    assert page.values("chartstream_stream_quarantined_total", "reason") == reasons == held
    units = rows(out, "private/units")
    assert page.value("chartstream_stream_units_total") == len({row["unit_id"] for row in units})
    commits = len({row["release_id"] for row in units})
    assert page.value("chartstream_stream_commits_total") == commits
    assert page.value("chartstream_stream_commit_seconds_count") == commits
    for step in ("read", "deidentify", "extract"):
        took = [row[f"{step}_ms"] / 1000 for row in standing if row[f"{step}_ms"] is not None]
        assert page.value("chartstream_stream_step_seconds_count", step=step) == len(took)
        assert page.value("chartstream_stream_step_seconds_sum", step=step) == pytest.approx(sum(took), abs=1e-6)
    waited = [(row["committed_at"] - row["received_at"]).total_seconds() for row in standing]
    assert page.value("chartstream_stream_arrival_to_commit_seconds_count") == len(standing) == len(messages)
    assert page.value("chartstream_stream_arrival_to_commit_seconds_sum") == pytest.approx(sum(waited))
    for name in ("waiting_segments", "waiting_messages", "waiting_bytes", "units_begun", "units_published", "outage"):
        assert page.value(f"chartstream_stream_{name}") == 0
    assert page.value("chartstream_stream_lag_seconds") == 0
    assert page.documented() == documented("stream")
    assert_no_content(page, tmp_path)


def test_what_a_killed_stream_published_is_counted_by_the_one_that_commits_it(
    tmp_path: Path, spool: Spool, keyring: Keyring
) -> None:
    out, port = tmp_path / "out", free_port()
    arguments = ("--keyring", tmp_path / "keyring.json", "--metrics", str(port))
    store(spool, keyring, [examined(one) for one in GOOD])
    with streaming(spool.root, out, *arguments, fault="publish:linked") as process:
        process.wait(300)
    assert ledger(out) == []
    with streaming(spool.root, out, *arguments) as process:
        until(lambda: not waiting(spool.root), process)
        page = scrape(port)
    assert (
        page.values("chartstream_stream_records_total", "outcome")
        == {"released": len(GOOD)}
        == Counter(row["outcome"] for row in ledger(out))
    )


def test_a_stream_whose_model_server_is_away_is_healthy_lags_and_is_not_ready_until_it_is_there(
    tmp_path: Path, spool: Spool, keyring: Keyring, repository: Path
) -> None:
    out, port, ports = tmp_path / "out", free_port(), free_ports()
    arguments = ("--keyring", tmp_path / "keyring.json", "--triton", f"127.0.0.1:{ports.grpc}", "--metrics", str(port))
    with streaming(spool.root, out, *arguments, labels="clinical") as process:
        assert get(port, "/readyz") == (503, "the model server is not ready\n")
        store(spool, keyring, [examined(message(f"CONTROL-{n}", "a cough")) for n in range(9)], a_segment=3)
        until(lambda: scrape(port).value("chartstream_stream_outage") == 1, process)
        assert get(port, "/readyz") == (503, "it waits for what is not there: see the log\n")
        assert get(port, "/healthz") == (200, "ok\n")
        since = begun_at(waiting(spool.root)[0])
        least = (datetime.now(UTC) - since).total_seconds()
        page = scrape(port)
        most = (datetime.now(UTC) - since).total_seconds()
        assert least <= page.value("chartstream_stream_lag_seconds") <= most
        assert page.value("chartstream_stream_waiting_messages") == 9
        assert page.value("chartstream_stream_waiting_segments") == 3
        assert page.value("chartstream_stream_waiting_bytes") == sum(one.stat().st_size for one in waiting(spool.root))
        assert page.value("chartstream_ready") == 0
        with start_server(repository, ports=ports):
            until(lambda: len(ledger(out)) == 9 and not waiting(spool.root), process)
            assert get(port, "/readyz") == (200, "ok\n")
            page = scrape(port)
            assert page.value("chartstream_ready") == 1
            assert page.value("chartstream_stream_step_seconds_count", step="extract") == 9
            requests = [page.value(f"chartstream_stream_model_requests_{name}") for name in ("in_flight", "queued")]
            assert requests == [0, 0]
        until(lambda: get(port, "/readyz") == (503, "the model server is not ready\n"), process)
        assert_no_content(page, tmp_path)
