"""Health and readiness over real HTTP: what moves is healthy, what can work is ready, and neither says more than that."""

import asyncio
import threading
import time
from collections.abc import Iterable

import pytest
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.core import GaugeMetricFamily

from pipelines.listen import _beat
from pipelines.monitoring import Looked, Pulse, monitored
from tests.chaos.test_killed_listener import free_port
from tests.e2e.scraping import get
from transforms.errors import ChartstreamError, Outage


def well() -> str:
    return ""


class Clock:
    """Time that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_event_loop_that_hangs_is_not_healthy_until_it_goes_on() -> None:
    clock, port = Clock(), free_port()
    pulse = Pulse(30.0, clock)
    loops: list[asyncio.AbstractEventLoop] = []
    hangs, goes_on = threading.Event(), threading.Event()

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        await _beat(pulse)

    def hang() -> None:
        hangs.set()
        goes_on.wait(60)

    threading.Thread(target=asyncio.run, args=(serve(),), daemon=True).start()
    while not loops:
        time.sleep(0.01)
    with monitored(str(port), CollectorRegistry(), pulse.check, well):
        assert get(port, "/healthz") == (200, "ok\n")
        loops[0].call_soon_threadsafe(hang)
        assert hangs.wait(60)
        clock.now += 31
        assert get(port, "/healthz") == (503, "nothing moved for 30 s\n")
        assert get(port, "/readyz") == (200, "ok\n")
        goes_on.set()
        while get(port, "/healthz")[0] != 200:
            time.sleep(0.1)


def test_what_is_amiss_is_said_and_is_a_metric_too() -> None:
    amiss = [""]
    port = free_port()
    with monitored(str(port), CollectorRegistry(), well, lambda: amiss[0]):
        assert get(port, "/readyz") == (200, "ok\n")
        assert "chartstream_ready 1.0" in get(port, "/metrics")[1]
        amiss[0] = "the model server is not ready"
        assert get(port, "/readyz") == (503, "the model server is not ready\n")
        assert "chartstream_ready 0.0" in get(port, "/metrics")[1]
        assert get(port, "/")[0] == 404


def test_what_cannot_be_looked_up_is_left_out_and_a_defect_shows_no_text(caplog, capfd) -> None:
    broken: list[Exception] = [Outage("storage", "no disk")]

    def look() -> Iterable[Metric]:
        if broken:
            raise broken[0]
        yield GaugeMetricFamily("found", "Something.", 7)

    registry, port = CollectorRegistry(), free_port()
    registry.register(Looked(look))
    with monitored(str(port), registry, well, well):
        status, page = get(port, "/metrics")
        assert (status, "found 7.0" in page, "chartstream_ready 1.0" in page) == (200, False, True)
        broken[0] = ValueError("Zyxwander")
        assert get(port, "/metrics") == (500, "see the log\n")
        broken.clear()
        assert "found 7.0" in get(port, "/metrics")[1]
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        "metrics could not be given: ValueError"
    ]
    assert "Zyxwander" not in "".join(capfd.readouterr())


def test_a_port_that_is_taken_and_an_address_that_is_none_are_said_in_one_line() -> None:
    port = free_port()
    with (
        monitored(f"127.0.0.1:{port}", CollectorRegistry(), well, well),
        pytest.raises(ChartstreamError, match=f"cannot serve --metrics on 127.0.0.1:{port}: Address already in use"),
        monitored(str(port), CollectorRegistry(), well, well),
    ):
        pass
    with (
        pytest.raises(ChartstreamError, match="--metrics takes HOST:PORT"),
        monitored("everywhere", CollectorRegistry(), well, well),
    ):
        pass
