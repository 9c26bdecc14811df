"""What waits in a spool is counted without a keyring: closed segments that are not retired."""

from datetime import date

from tests.spool.support import message, store
from transforms.keyring import Keyring
from transforms.spool.partition import open_partition
from transforms.spool.retirement import retire
from transforms.spool.spool import Spool, begun_at, closed_segments
from transforms.spool.waiting import Waiting, waiting


def test_messages_segments_and_bytes_of_all_partitions_and_the_age_of_the_oldest(
    spool: Spool, keyring: Keyring
) -> None:
    assert waiting(spool) == Waiting(0, 0, 0, None)
    store(spool, keyring, [message(b"a fever")] * 5, partition="ward-4", a_segment=2)
    store(spool, keyring, [message(b"a cough")] * 300, partition="ward-3")
    with open_partition(spool.partition("ward-5"), keyring) as writer:
        writer.append([message(b"a rash")])  # its segment is open
        segments = list(closed_segments(spool))
        found = waiting(spool)
        assert (found.segments, found.messages) == (3 + 2, 305)
        assert found.bytes == sum(path.stat().st_size for path in segments)
        assert found.oldest == min(map(begun_at, segments))
    assert waiting(spool).messages == 306
    for path in segments:
        retire(spool, path, date(2026, 3, 3))
    assert waiting(spool).messages == 1
