"""The spool knows up to where each partition of a topic is durable, whoever stored it and whatever was killed or deleted."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.spool.support import RECEIVED_AT, left_open, message
from transforms.errors import ChartstreamError
from transforms.keyring import Keyring, new_keyring
from transforms.spool.claims import Claims
from transforms.spool.partition import Partition, SegmentLimits, open_partition
from transforms.spool.position import POSITIONS, Position, TopicPartition
from transforms.spool.segment import Message
from transforms.spool.spool import Spool, closed_segments, create_or_open, next_offsets, read_segment

KEYS = new_keyring()
LIMITS = SegmentLimits(seconds=1.0, records=4)
NOTES, REPORTS = TopicPartition("notes", "a" * 32, 0), TopicPartition("reports", "b" * 32, 7)
AGAIN = TopicPartition("notes", "c" * 32, 0)  # the topic was deleted and made anew
LISTENERS = ("ward-3", "ward-4")
# Messages of one call: of a partition of a topic, or out of MLLP.
appends = st.lists(st.sampled_from([NOTES, REPORTS, AGAIN, None]), min_size=1, max_size=6)
steps = st.lists(
    st.tuples(
        st.sampled_from(LISTENERS),
        st.one_of(
            st.tuples(st.just("append"), appends),
            st.tuples(st.sampled_from(["wait", "stop", "delete"]), st.none()),
            # While it wrote: of the bytes that were not confirmed the disk has got a share.
            st.tuples(st.just("kill"), st.tuples(appends, st.floats(0, 1))),
        ),
    ),
    max_size=14,
)


def taken(partition: TopicPartition, offset: int) -> Message:
    return Message(RECEIVED_AT, b"MSH|^~\\&|EHR", position=Position(partition, offset))


class Listeners:
    """Two listeners on one spool; of each topic they take what the spool says is next, whoever stored what is before it."""

    def __init__(self, spool: Spool) -> None:
        self.spool = spool
        self.now = 0.0
        self.running: dict[str, Partition] = {}
        self.confirmed: dict[TopicPartition, int] = {}
        self.deleted: list[Position] = []

    def append(self, name: str, what: list[TopicPartition | None]) -> dict[TopicPartition, int]:
        """What is next after it."""
        offsets = next_offsets(self.spool, KEYS)
        left = []
        for one in what:
            left.append(message(b"MSH|^~\\&|EHR") if one is None else taken(one, offsets.get(one, 0)))
            if one is not None:
                offsets[one] = offsets.get(one, 0) + 1
        if name not in self.running:
            folder = self.spool.partition(name)
            folder.mkdir(exist_ok=True)
            self.running[name] = Partition(folder, KEYS, LIMITS, clock=lambda: self.now)
            self.running[name].recover()
        while left:
            left = left[self.running[name].append(left) :]
            if left:
                self.running[name].close_due()
        return offsets

    def kill(self, name: str, what: list[TopicPartition | None], share: float) -> None:
        before = {path: path.read_bytes() for path in left_open(self.spool.partition(name))}
        self.append(name, what)
        for path in left_open(self.spool.partition(name)):
            confirmed, content = len(before.get(path, b"")), path.read_bytes()
            path.write_bytes(content[: confirmed + int((len(content) - confirmed) * share)])
        del self.running[name]

    def delete(self) -> None:
        """All closed segments, as if they were committed long ago."""
        self.deleted += self.stored()
        for path in closed_segments(self.spool):
            path.unlink()

    def stored(self) -> list[Position]:
        messages = [one for path in closed_segments(self.spool) for _, one in read_segment(path).messages(KEYS)]
        return [one.position for one in messages if one.position is not None]

    def stop(self) -> None:
        """Those that were killed are started before, and close what they had left open."""
        for name in LISTENERS:
            if self.spool.partition(name).exists():
                self.append(name, [None])
                self.running.pop(name).close()


@settings(max_examples=60)
@given(steps)
def test_each_message_of_a_topic_is_stored_once_and_none_is_left_out(
    what: list[tuple[str, tuple[str, object]]],
) -> None:
    with TemporaryDirectory() as root:
        listeners = Listeners(create_or_open(Path(root) / "spool", KEYS))
        for name, (step, how) in what:
            if step == "append":
                listeners.confirmed |= listeners.append(name, how)
            elif step == "kill":
                listeners.kill(name, *how)
            elif step == "delete":
                listeners.delete()
            elif name in listeners.running:
                if step == "wait":
                    listeners.now += 1
                    listeners.running[name].close_due()
                else:
                    listeners.running.pop(name).close()
        known = next_offsets(listeners.spool, KEYS)
        listeners.stop()
        stored = listeners.deleted + listeners.stored()
        for partition in (NOTES, REPORTS, AGAIN):
            offsets = sorted(one.offset for one in stored if one.partition == partition)
            assert offsets == list(range(known.get(partition, 0)))
            assert len(offsets) >= listeners.confirmed.get(partition, 0)
        assert next_offsets(listeners.spool, KEYS) == known


def test_a_broker_that_lost_what_it_had_is_followed_back(spool: Spool, keyring: Keyring) -> None:
    with open_partition(spool.partition("ward-3"), keyring, SegmentLimits(records=1)) as partition:
        for offset in (40, 41, 7):
            partition.append([taken(NOTES, offset)])
    assert next_offsets(spool, keyring) == {NOTES: 8}


def test_damaged_positions_are_told_and_not_made_anew(spool: Spool, keyring: Keyring) -> None:
    folder = spool.partition("ward-3")
    with open_partition(folder, keyring) as partition:
        partition.append([taken(NOTES, 5)])
    for content in (b"", b"{", b"[{}]", b"[7]"):
        (folder / POSITIONS).write_bytes(content)
        with pytest.raises(ChartstreamError, match="is damaged"):
            next_offsets(spool, keyring)
        with pytest.raises(ChartstreamError, match="is damaged"), open_partition(folder, keyring):
            pass


def test_a_segment_without_messages_out_of_kafka_leaves_no_positions(spool: Spool, keyring: Keyring) -> None:
    with open_partition(spool.partition("ward-3"), keyring) as partition:
        partition.append([message(b"a fever")])
    assert not (spool.partition("ward-3") / POSITIONS).exists()
    assert next_offsets(spool, keyring) == {}


def test_a_partition_of_a_topic_is_one_listener_s_at_a_time(spool: Spool) -> None:
    one, other = Claims(spool), Claims(spool)
    assert one.claim(NOTES)
    assert one.claim(NOTES)
    assert not other.claim(NOTES)
    assert other.claim(AGAIN)
    assert other.claim(REPORTS)
    one.give_back(NOTES)
    one.give_back(NOTES)
    assert other.claim(NOTES)
    other.give_all_back()
    assert all(one.claim(partition) for partition in (NOTES, AGAIN, REPORTS))


def test_the_claims_of_a_listener_that_is_stopped_stand_and_those_of_one_that_is_killed_are_gone(spool: Spool) -> None:
    code = (
        "import sys, time; from pathlib import Path; from transforms.spool.claims import Claims;"
        "from transforms.spool.position import TopicPartition; from transforms.spool.spool import Spool;"
        f"claims = Claims(Spool(Path(sys.argv[1]))); print(claims.claim({NOTES!r}), flush=True); time.sleep(600)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(spool.root)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        os.kill(holder.pid, signal.SIGSTOP)
        assert not Claims(spool).claim(NOTES)
        holder.kill()
        holder.wait()
        assert Claims(spool).claim(NOTES)
    finally:
        holder.kill()
        holder.communicate()
