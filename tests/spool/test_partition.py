"""A partition that is killed at any moment: what was confirmed is read back, once and in order, and nothing else is."""

import errno
import io
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.spool.support import left_open, message, payloads
from transforms.errors import ChartstreamError, Outage
from transforms.keyring import Keyring, new_keyring
from transforms.spool import partition as writing
from transforms.spool.partition import Partition, SegmentLimits, open_partition
from transforms.spool.segment import DamagedSegment, whole_prefix
from transforms.spool.spool import Spool, closed_segments, create_or_open, read_segment

KEYS = new_keyring()
LIMITS = SegmentLimits(seconds=1.0, records=3, bytes=40)
appends = st.lists(st.integers(0, 50), min_size=1, max_size=5)  # sizes of the messages of one call
steps = st.lists(
    st.one_of(
        st.tuples(st.just("append"), appends),
        st.tuples(st.just("wait"), st.sampled_from([0.4, 1.0])),
        st.tuples(st.just("close"), st.none()),
        # A kill while messages were being written: as many bytes of them as the disk has got, and then some of anything.
        st.tuples(st.just("kill"), st.tuples(appends, st.floats(0, 1), st.binary(max_size=20))),
    ),
    max_size=12,
)


class Writer:
    """A partition with a clock of its own, and messages that are told apart."""

    def __init__(self, spool: Spool) -> None:
        self.folder = spool.partition("ward-3")
        self.folder.mkdir()
        self.now = 0.0
        self.count = 0
        self.start()

    def start(self) -> None:
        self.partition = Partition(self.folder, KEYS, LIMITS, clock=lambda: self.now)
        self.partition.recover()

    def messages(self, sizes: list[int]) -> list[bytes]:
        self.count += len(sizes)
        return [b"%d:" % (self.count - at) + b"x" * size for at, size in enumerate(sizes)]

    def append(self, sizes: list[int]) -> list[bytes]:
        left = self.messages(sizes)
        confirmed = []
        while left:
            taken = self.partition.append([message(one) for one in left])
            assert taken >= 1
            confirmed += left[:taken]
            left = left[taken:]
            self.partition.close_due()
        return confirmed


@settings(max_examples=60)
@given(steps)
def test_every_confirmed_message_is_read_back_once_in_order_and_nothing_else(what: list[tuple[str, object]]) -> None:
    with TemporaryDirectory() as root:
        spool = create_or_open(Path(root) / "spool", KEYS)
        writer = Writer(spool)
        confirmed: list[bytes] = []
        for step, how in what:
            if step == "append":
                confirmed += writer.append(how)
            elif step == "wait":
                writer.now += how
                writer.partition.close_due()
            elif step == "close":
                writer.partition.close()
                writer.start()
            else:
                sizes, share, garbage = how
                confirmed += killed_while_appending(writer, sizes, share, garbage)
                writer.start()
        writer.partition.close()
        assert payloads(spool, KEYS) == confirmed
        assert not left_open(writer.folder)
        for path in closed_segments(spool):
            held = [one for _, one in read_segment(path).messages(KEYS)]
            assert 1 <= len(held) <= LIMITS.records
            assert len(held) == 1 or sum(len(one.payload) for one in held) <= LIMITS.bytes


def killed_while_appending(writer: Writer, sizes: list[int], share: float, garbage: bytes) -> list[bytes]:
    """Which of the messages are there after the kill: whole ones in front, although nobody was told so."""
    before = {path: path.read_bytes() for path in left_open(writer.folder)}
    written = writer.messages(sizes)
    writer.partition.append([message(one) for one in written])
    (path,) = left_open(writer.folder)  # the same, or the next
    confirmed, content = before.get(path, b""), path.read_bytes()
    content = content[: len(confirmed) + int((len(content) - len(confirmed)) * share)]
    path.write_bytes(content + garbage)
    return written[: len(whole_prefix(content).spans) - len(whole_prefix(confirmed).spans)]


def test_the_tail_is_cut_at_any_byte_and_confirmed_messages_stay(
    spool: Spool, keyring: Keyring, tmp_path: Path
) -> None:
    folder = spool.partition("ward-3")
    folder.mkdir()
    partition = Partition(folder, keyring, SegmentLimits(records=9))
    partition.append([message(b"a fever"), message(b"a cough")])
    (path,) = left_open(folder)
    confirmed = path.stat().st_size
    partition.append([message(b"a rash")])
    content = path.read_bytes()
    for cut in range(confirmed, len(content)):
        for tail in (b"", bytes(3), content[cut - 5 : cut]):
            if (content[:cut] + tail).startswith(content):  # by chance the message's last byte is the tail's first
                continue
            path.write_bytes(content[:cut] + tail)
            Partition(folder, keyring).recover()
            assert payloads(spool, keyring) == [b"a fever", b"a cough"]
            next(closed_segments(spool)).rename(path)


def test_a_segment_whose_footer_or_name_was_not_reached_is_the_same_segment_after_recovery(
    spool: Spool, keyring: Keyring, tmp_path: Path
) -> None:
    folder = spool.partition("ward-3")
    with open_partition(folder, keyring) as partition:
        partition.append([message(b"a fever")])
        (path,) = left_open(folder)
        confirmed = path.stat().st_size
    (closed,) = closed_segments(spool)
    content, digest = closed.read_bytes(), read_segment(closed).digest
    for written in range(confirmed, len(content) + 1):
        closed.rename(path)
        path.write_bytes(content[:written])
        Partition(folder, keyring).recover()
        assert closed.read_bytes() == content
        assert read_segment(closed).digest == digest


def test_a_closed_segment_under_another_name_is_refused(spool: Spool, keyring: Keyring) -> None:
    with open_partition(spool.partition("ward-3"), keyring) as partition:
        partition.append([message(b"a fever")])
    (closed,) = closed_segments(spool)
    other = Path(shutil.copy(closed, closed.with_stem("0000000000000007")))
    with pytest.raises(DamagedSegment):
        read_segment(other)


def test_numbers_grow_even_where_all_earlier_segments_are_gone_and_the_clock_stands_still(
    spool: Spool, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time_ns", lambda: 1_790_000_000_000_000_000)
    with open_partition(spool.partition("ward-3"), keyring, SegmentLimits(records=1)) as partition:
        for payload in (b"a", b"b", b"c"):
            partition.append([message(payload)])
            partition.close_due()
    assert [int(path.stem) for path in closed_segments(spool)] == [1_790_000_000_000_000 + at for at in range(3)]
    assert payloads(spool, keyring) == [b"a", b"b", b"c"]


def test_listeners_write_beside_each_other_but_not_into_one_partition(spool: Spool, keyring: Keyring) -> None:
    with (
        open_partition(spool.partition("ward-3"), keyring) as third,
        open_partition(spool.partition("ward-4"), keyring) as fourth,
    ):
        third.append([message(b"a fever")])
        fourth.append([message(b"a cough")])
        third.append([message(b"a rash")])
        with (
            pytest.raises(ChartstreamError, match="another listener writes"),
            open_partition(spool.partition("ward-3"), keyring),
        ):
            pass
    assert payloads(spool, keyring) == [b"a fever", b"a rash", b"a cough"]


def test_it_refuses_before_the_disk_is_full_and_goes_on_when_there_is_room(spool: Spool, keyring: Keyring) -> None:
    folder = spool.partition("ward-3")
    free = shutil.disk_usage(spool.root).free
    with open_partition(folder, keyring) as partition:
        partition.append([message(b"a fever")])
        partition._min_free = 2 * free
        with pytest.raises(Outage) as refused:
            partition.append([message(b"a cough")])
        assert refused.value.cause == "spool_full"
        partition._min_free = 0
        partition.append([message(b"a rash")])
    assert payloads(spool, keyring) == [b"a fever", b"a rash"]


class FailingFile(io.FileIO):
    """A disk that takes a few bytes more, or does not make them durable."""

    room = 0

    def write(self, content: memoryview) -> int:
        taken = super().write(content[: self.room])
        FailingFile.room -= taken
        if len(content) and not taken:
            raise OSError(errno.ENOSPC, "No space left on device")
        return taken


@pytest.mark.parametrize("room", [0, 1, 50, 400, 600])
def test_what_a_disk_did_not_take_is_not_confirmed_and_the_next_message_is_stored(
    spool: Spool, keyring: Keyring, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    folder = spool.partition("ward-3")
    monkeypatch.setattr(writing, "FileIO", FailingFile)
    FailingFile.room = 10_000
    with open_partition(folder, keyring) as partition:
        partition.append([message(b"a fever")])
        FailingFile.room = room
        for _ in range(3):
            with pytest.raises(Outage, match="No space left"):
                partition.append([message(b"x" * 1000)])
        FailingFile.room = 10_000
        partition.append([message(b"a rash")])
    assert payloads(spool, keyring) == [b"a fever", b"a rash"]
    assert not left_open(folder)


def test_a_spool_is_opened_with_the_keyring_that_it_was_made_with(spool: Spool) -> None:
    with pytest.raises(ChartstreamError, match="was made with pseudonym key"):
        create_or_open(spool.root, new_keyring())
    for name in ("", "..", ".hidden", "a/b", "ward 3"):
        with pytest.raises(ChartstreamError, match="--partition"):
            spool.partition(name)
