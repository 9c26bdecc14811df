"""Listener, stream, model server and committer, each killed with ``kill -9`` again and again under a feed of HL7 messages at full
speed: every message that was acknowledged is in the ledger, and its notes are in the tables once, with the findings of
an undisturbed run.

The full size, some 20 minutes on two cores (``-s`` shows what it came to):

    CHARTSTREAM_MESSAGES=20000 CHARTSTREAM_KILLS=30 uv run pytest -s tests/chaos/test_killed_everything.py
"""

import asyncio
import os
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from itertools import cycle, islice
from pathlib import Path
from random import Random

from tests.chaos.feed import Feed, control_id, messages_of, varied
from tests.chaos.supervised import Service
from tests.chaos.test_killed_listener import free_port
from tests.conftest import ROOT
from tests.e2e.streaming import ledger, retired, waiting
from tests.e2e.support import assert_consistent, rows, run
from tests.read.mllp.support import framed
from tests.read.test_hl7v2 import CORPUS, parse
from transforms.keyring import load_keyring
from transforms.records import Note
from transforms.spool.spool import Spool, read_segment
from transforms.write.faults import POINTS

KILLS = int(os.environ.get("CHARTSTREAM_KILLS", "6"))
MESSAGES = int(os.environ.get("CHARTSTREAM_MESSAGES", "240"))
CONNECTIONS = 16
SEED = 20210305
_SECONDS_TO_A_KILL = 3.0  # at most, once it is at work
_STANDSTILL_SECONDS = 1800.0  # of a machine that is busy with other things


class Services:
    """What runs on a machine with a live feed, and a committer beside it."""

    def __init__(self, folder: Path, moments: Random) -> None:
        self.spool, self.out, self.port = folder / "spool", folder / "out", free_port()
        self.triton = f"127.0.0.1:{(grpc := free_port())}"

        def service(*arguments: str | Path, ready: str, faults: Iterable[str] = ()) -> Service:
            return Service(*arguments, ready=ready, log=folder / f"{arguments[0]}.log", faults=faults)

        ports = ("--grpc-port", str(grpc), "--http-port", str(free_port()), "--metrics-port", str(free_port()))
        self.server = service("serve", *ports, ready="serving")
        self.listener = service(
            *("listen", "--spool", self.spool, "--mllp", f"127.0.0.1:{self.port}", "--partition", "ward-3"),
            ready="listening",
        )
        self.stream = service(
            *("stream", "--spool", self.spool, "--output", self.out, "--triton", self.triton),
            ready="waiting for segments",
        )
        # At any moment it is most likely just starting: so it is killed besides at a step of each commit that it makes.
        faults = [point for point in POINTS if point.startswith("commit:")]
        moments.shuffle(faults)
        self.committer = service("commit", self.out, ready="", faults=faults)
        self.all = (self.listener, self.stream, self.server, self.committer)

    async def drained(self) -> None:
        """Waits until all that is in the spool is committed, as long as it goes on."""
        left, since = len(waiting(self.spool)), asyncio.get_running_loop().time()
        while left:
            await asyncio.sleep(0.5)
            if (now := len(waiting(self.spool))) != left:
                left, since = now, asyncio.get_running_loop().time()
            assert asyncio.get_running_loop().time() < since + _STANDSTILL_SECONDS


@asynccontextmanager
async def started(folder: Path, moments: Random) -> AsyncIterator[Services]:
    services = Services(folder, moments)
    try:
        yield services
    finally:
        for service in services.all:
            await service.end()


async def kill(services: Services, feed: Feed, moments: Random) -> None:
    """Kills one after the other at a random moment of its work. Each kill gives the feed its next share of the messages."""
    victims = list(islice(cycle(services.all), KILLS))
    moments.shuffle(victims)
    for number, victim in enumerate(victims, 1):
        sent, feed.allowed = feed.allowed, MESSAGES * number // (KILLS + 1)
        await victim.ready()
        if victim is services.listener:
            await feed.reaches(moments.randrange(sent, feed.allowed))
        else:
            await asyncio.sleep(moments.uniform(0, _SECONDS_TO_A_KILL))
        await victim.kill("tritonserver" if victim is services.server and number % 2 else "")
    feed.allowed = MESSAGES


async def kill_everything(folder: Path, messages: list[bytes]) -> tuple[Services, Feed]:
    moments = Random(SEED)
    async with started(folder, moments) as services:
        feed = Feed(messages, services.port, moments)
        await asyncio.gather(feed.send(CONNECTIONS), kill(services, feed, moments))
        await services.listener.ready()
        await services.listener.stop()  # it closes its segment
        await services.drained()
        for service in (services.committer, services.stream, services.server):
            await service.ready()
            await service.stop()
    return services, feed


def findings(out: Path) -> dict[str, set[tuple[object, ...]]]:
    """What was found in each text; where several notes have one text, in any of them."""
    found: dict[tuple[str, int], list[object]] = defaultdict(list)
    for entity in rows(out, "released/entities"):
        found[entity["note_key"], entity["version"]].append((entity["start"], entity["end"], entity["type"]))
    notes: dict[str, set[tuple[object, ...]]] = defaultdict(set)
    for note in rows(out, "released/notes"):
        notes[note["text"]].add(tuple(sorted(found[note["note_key"], note["version"]], key=repr)))
    return notes


def test_what_was_acknowledged_is_in_the_tables_once_whatever_is_killed(tmp_path: Path) -> None:
    # The corpus holds few notes, the examples hardly anything else: they come once in nine rounds of the corpus.
    templates = messages_of(ROOT / "examples" / "notes") + messages_of(CORPUS) * 9
    messages = varied(templates, MESSAGES)
    services, feed = asyncio.run(kill_everything(tmp_path, messages))
    out = services.out

    assert sum(service.kills for service in services.all) >= KILLS
    assert services.listener.codes == services.stream.codes == [0]  # nothing but a kill ended them
    assert feed.acknowledged == Counter(control_id(one) for one in messages)

    # Message by message, where it stands in the spool: the ledger has a row for each of its notes, or one that it has none.
    keyring = load_keyring(Spool(services.spool).keyring)
    stored = {
        (f"{path.parent.name}/{path.stem}", offset): one.payload
        for path in retired(services.spool)
        for offset, one in read_segment(path).messages(keyring)
    }
    copies = Counter(control_id(one) for one in stored.values())
    assert copies.keys() == feed.acknowledged.keys()
    assert max(copies.values()) > 1  # some were sent again
    became: dict[tuple[str, int], list[tuple[str, str | None]]] = defaultdict(list)
    for row in sorted(ledger(out), key=lambda row: row["part"]):
        became[row["partition"], row["offset"]].append((row["outcome"], row["note_id"]))
    assert became.keys() == stored.keys()
    standing: Counter[str | None] = Counter()
    for place, payload in stored.items():
        held = [item.note_id.value for item in parse(payload) if isinstance(item, Note)]
        assert [note_id for _, note_id in became[place]] == (held or [None])
        for outcome, note_id in became[place]:
            assert outcome in (("released", "duplicate") if held else ("no_note",))
            standing[note_id] += outcome == "released"
    outcomes = Counter(outcome for place in became.values() for outcome, _ in place)
    del standing[None]
    assert set(standing.values()) == {1}
    assert outcomes["released"] == len(standing) == len(rows(out, "released/notes"))
    assert_consistent(out)

    # And each note's findings are those of a run that nothing disturbed.
    (tmp_path / "one.hl7").write_bytes(framed(*messages[: len(templates)]))
    run(tmp_path / "one.hl7", "--output", tmp_path / "undisturbed")
    assert findings(out) == findings(tmp_path / "undisturbed")

    kills = ", ".join(f"{service.name} {service.kills}" for service in services.all)
    print(f"\n{MESSAGES} messages acknowledged, {sum(copies.values())} stored; killed: {kills}; {dict(outcomes)}")
