"""Committed segments leave the listing at once, are kept for a while, and are then deleted."""

from datetime import UTC, date, datetime

from tests.spool.support import message, payloads, store
from transforms.keyring import Keyring
from transforms.spool.retirement import delete_expired, retire
from transforms.spool.spool import Spool, closed_segments

TUESDAY, WEDNESDAY = date(2026, 3, 3), date(2026, 3, 4)


def test_a_retired_segment_is_not_listed_and_lies_under_its_day_and_partition(spool: Spool, keyring: Keyring) -> None:
    store(spool, keyring, [message(b"a fever"), message(b"a cough")], a_segment=1)
    first, second = closed_segments(spool)
    content = first.read_bytes()
    retire(spool, first, TUESDAY)
    retire(spool, first, TUESDAY)  # another stream was at it too
    assert list(closed_segments(spool)) == [second]
    assert payloads(spool, keyring) == [b"a cough"]
    assert (spool.retired / "2026-03-03" / "ward-3" / first.name).read_bytes() == content


def test_it_is_deleted_when_its_day_is_so_many_days_over(spool: Spool, keyring: Keyring) -> None:
    store(spool, keyring, [message(b"a fever"), message(b"a cough"), message(b"a rash")], a_segment=1)
    tuesday, wednesday, waiting = closed_segments(spool)
    retire(spool, tuesday, TUESDAY)
    retire(spool, wednesday, WEDNESDAY)
    for keep_days, hour, kept in ((2, 23, 2), (1.5, 11, 2), (1.5, 12, 1), (1, 23, 1)):
        delete_expired(spool, keep_days, datetime(2026, 3, 5, hour, tzinfo=UTC))
        assert len(list(spool.retired.rglob("*.segment"))) == kept
    delete_expired(spool, 0, datetime(2026, 3, 5, tzinfo=UTC))
    assert not list(spool.retired.iterdir())
    assert list(closed_segments(spool)) == [waiting]
