"""Messages out of Kafka into the spool: stored first, and only then are their offsets committed.

Where a partition of a topic is begun is decided by the spool, or by the group's committed offset where that is further on
(a listener on another spool had it): what is given again after a kill is not taken again. Who stores a partition has claimed it.
Keys and headers are not looked at.
"""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from logging import getLogger

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicCollection
from confluent_kafka import Message as Delivered
from confluent_kafka import TopicPartition as Assigned
from confluent_kafka.admin import AdminClient

from transforms.errors import ChartstreamError, Outage
from transforms.keyring import Keyring
from transforms.read.kafka.settings import Feed, Setting
from transforms.spool.claims import Claims
from transforms.spool.group_commit import GroupCommit
from transforms.spool.position import Position, TopicPartition, behind
from transforms.spool.segment import Message
from transforms.spool.spool import Spool, next_offsets

# So much is stored by one fsync at most; while it goes on the client fetches more.
_RECORDS_AT_ONCE = 1024
_BYTES_AT_ONCE = 4_000_000
_POLL_SECONDS = 0.1
_AGAIN_SECONDS = 1.0  # between tries of a spool that refuses, and of partitions that another listener has
_ANSWER_SECONDS = 10.0  # of a broker
_PAUSE_SECONDS = (1.0, 30.0)  # before a new membership: the first, and at most

_log = getLogger(__name__)

_Key = tuple[str, int]  # topic and partition, as Kafka's client names them


@dataclass
class Taken:
    """What came out of Kafka so far."""

    records: int = 0  # stored


@asynccontextmanager
async def consume(
    feed: Feed, spool: Spool, keyring: Keyring, commit: GroupCommit, failed: Callable[[], object]
) -> AsyncIterator[Taken]:
    """Takes records until the block ends; then stores what it has, and commits its offsets.

    ``commit`` delivers in this event loop, and writes a partition of that spool. ``failed`` is called in it where nothing more
    can be taken, and the end of the block says why. Raises ChartstreamError where the settings are wrong, and at the end.
    """
    configuration = feed.configuration()
    loop = asyncio.get_running_loop()
    shared = _Shared(feed.topics, configuration, spool, keyring, commit, Claims(spool))
    stop = threading.Event()
    errors: list[Exception] = []

    def run() -> None:
        try:
            _take(shared, stop)
        except Exception as error:
            errors.append(error)
            loop.call_soon_threadsafe(failed)

    thread = threading.Thread(target=run, name="kafka", daemon=True)
    thread.start()
    try:
        yield shared.taken
    finally:
        stop.set()
        await asyncio.to_thread(thread.join)
    for error in errors:
        raise error


class _Trouble:
    """Says in one line what keeps records from coming, and in one that they come again."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def say(self, what: str) -> None:
        if what not in self._said:
            _log.error("nothing comes from Kafka now: %s", what)
            self._said.add(what)

    def over(self) -> None:
        if self._said:
            _log.info("records come from Kafka again")
            self._said.clear()

    def on_error(self, error: KafkaError) -> None:
        """Of the client, which goes on trying; of one broker of several it is no trouble."""
        if error.code() != KafkaError._TRANSPORT:
            self.say(error.str())


@dataclass(frozen=True)
class _Shared:
    """What all memberships of one listener have in common."""

    topics: tuple[str, ...]
    configuration: dict[str, Setting] = field(repr=False)
    spool: Spool
    keyring: Keyring
    commit: GroupCommit
    claims: Claims
    taken: Taken = field(default_factory=Taken)
    trouble: _Trouble = field(default_factory=_Trouble)


def _take(shared: _Shared, stop: threading.Event) -> None:
    """One membership after the other: a new one where a broker or the spool did not answer. Raises ChartstreamError."""
    first, longest = _PAUSE_SECONDS
    pause = first
    while not stop.is_set():
        before = shared.taken.records
        try:
            _Membership(shared).run(stop)
        except (KafkaException, Outage) as error:
            shared.trouble.say(error.args[0].str() if isinstance(error, KafkaException) else str(error))
            pause = first if shared.taken.records > before else min(2 * pause, longest)
            stop.wait(pause)
        finally:
            shared.claims.give_all_back()


@dataclass
class _Owned:
    """A partition that is claimed, and the next offset to be taken of it."""

    partition: TopicPartition
    next: int


class _Membership:
    """One consumer in the group, to its end. All of it happens in one thread; the group's callbacks within ``poll``."""

    def __init__(self, shared: _Shared) -> None:
        self._shared = shared
        self._owned: dict[_Key, _Owned] = {}
        self._unclaimed: set[_Key] = set()  # the group gave them to us, and another listener has not let go
        self._in_hand: list[Message] = []
        self._refused = False  # by the spool: nothing more is asked for
        self._consumer = Consumer({**shared.configuration, "error_cb": shared.trouble.on_error})
        self._admin = AdminClient(shared.configuration)

    def run(self, stop: threading.Event) -> None:
        """Takes and stores until it is to stop. Raises KafkaException, Outage or ChartstreamError."""
        again_at = time.monotonic()
        try:
            self._consumer.subscribe(
                list(self._shared.topics),
                on_assign=self._on_assign,
                on_revoke=self._on_revoke,
                on_lost=self._on_lost,
            )
            while not stop.is_set():
                self._gather()
                again = time.monotonic() >= again_at
                if again or not self._refused:
                    self._store()
                if again and self._unclaimed:
                    self._start(self._starts(self._unclaimed))
                if again:
                    again_at = time.monotonic() + _AGAIN_SECONDS
        finally:
            self._consumer.close()  # calls _on_revoke

    def _gather(self) -> None:
        """Takes what is there, as much as is stored at once; waits a little for the first."""
        room = _BYTES_AT_ONCE
        delivered = self._consumer.poll(_POLL_SECONDS)
        while delivered is not None:
            if (error := delivered.error()) is not None:
                self._on_record_error(error, delivered)
            else:
                room -= self._take(delivered)
            if room < 0 or len(self._in_hand) >= _RECORDS_AT_ONCE:
                return
            delivered = self._consumer.poll(0)

    def _take(self, delivered: Delivered) -> int:
        """Bytes that were taken in hand."""
        self._shared.trouble.over()
        owned, offset = self._owned.get(_key(delivered)), delivered.offset()
        if owned is None or offset is None or offset < owned.next:
            return 0
        payload = delivered.value() or b""
        position = Position(owned.partition, offset)
        self._in_hand.append(Message(datetime.now(UTC), payload, position=position))
        owned.next = offset + 1
        return len(payload)

    def _on_record_error(self, error: KafkaError, delivered: Delivered) -> None:
        if error.fatal():
            raise ChartstreamError(f"Kafka: {error.str()}")
        owned = self._owned.get(_key(delivered))
        if error.code() != KafkaError._AUTO_OFFSET_RESET or owned is None:
            self._shared.trouble.say(error.str())
            return
        # Too old, and gone; or the broker lost what it had, and gives the numbers to other records.
        if self._topic_id(owned.partition.topic) != owned.partition.topic_id:
            raise KafkaException(error)  # a topic of its own, to be begun as one
        _log.warning("%s has no offset %d: it is read from where it begins", owned.partition.path, owned.next)
        owned.next = 0
        self._start([_assigned(owned)])

    def _store(self) -> None:
        """Makes what is in hand durable as far as the spool takes it; the rest stays in hand, and no more is asked for."""
        if not self._in_hand:
            return
        receipt = _Receipt(len(self._in_hand))
        self._shared.commit.submit_together(self._in_hand, receipt.confirm)
        count = receipt.stored()
        stored, self._in_hand = self._in_hand[:count], self._in_hand[count:]
        self._shared.taken.records += count
        if stored:
            self._store_offsets(behind(message.position for message in stored if message.position))
        if self._in_hand:
            self._refused = True
            self._consumer.pause(self._consumer.assignment())
        elif self._refused:
            self._refused = False
            self._consumer.resume([Assigned(*key) for key in self._owned])

    def _store_offsets(self, offsets: dict[TopicPartition, int]) -> None:
        """The client commits them within a second."""
        self._consumer.store_offsets(offsets=[Assigned(one.topic, one.number, at) for one, at in offsets.items()])

    # --- whose a partition is, and where it is begun

    def _on_assign(self, _: Consumer, assigned: list[Assigned]) -> None:
        starts = self._starts([_key(one) for one in assigned])
        waiting = [one for one in assigned if _key(one) in self._unclaimed]
        self._consumer.incremental_assign([*starts, *waiting])
        self._consumer.pause([*waiting, *(starts if self._refused else ())])
        self._consumer.resume([] if self._refused else starts)
        self._store_starts(starts)

    def _on_revoke(self, _: Consumer, revoked: list[Assigned]) -> None:
        with suppress(
            KafkaException
        ):  # what is stored is known to who has it next, whether its offset is committed or not
            self._store()
            self._consumer.commit(asynchronous=False)
        self._let_go(revoked)

    def _on_lost(self, _: Consumer, lost: list[Assigned]) -> None:
        _log.warning("%d partitions of the topic were given to others, for this listener was silent", len(lost))
        self._let_go(lost)

    def _let_go(self, partitions: Iterable[Assigned]) -> None:
        """Drops what is in hand of them: who has them next takes it."""
        for key in map(_key, partitions):
            self._unclaimed.discard(key)
            if (owned := self._owned.pop(key, None)) is not None:
                self._in_hand = [
                    one for one in self._in_hand if one.position and one.position.partition != owned.partition
                ]
                self._shared.claims.give_back(owned.partition)

    def _starts(self, keys: Iterable[_Key]) -> list[Assigned]:
        """Claims partitions; where to begin those of them that nobody else has. Raises KafkaException, Outage."""
        keys = list(keys)
        ids = {topic: self._topic_id(topic) for topic in {topic for topic, _ in keys}}
        claimed: dict[_Key, TopicPartition] = {}
        for topic, number in keys:
            partition = TopicPartition(topic, ids[topic], number)
            if self._shared.claims.claim(partition):
                claimed[topic, number] = partition
            elif (topic, number) not in self._unclaimed:
                _log.warning("another listener has not let go of %s: it is waited for", partition.path)
        self._unclaimed = (self._unclaimed | set(keys)) - set(claimed)
        if not claimed:
            return []
        stored = next_offsets(self._shared.spool, self._shared.keyring)  # after the claim: nobody adds to it
        committed = self._consumer.committed([Assigned(*key) for key in claimed], timeout=_ANSWER_SECONDS)
        for one in committed:
            partition = claimed[_key(one)]
            self._owned[_key(one)] = _Owned(partition, max(stored.get(partition, 0), one.offset, 0))
        return [_assigned(self._owned[key]) for key in claimed]

    def _start(self, starts: list[Assigned]) -> None:
        """Begins partitions that are assigned already."""
        if starts:
            self._consumer.incremental_unassign(starts)
            self._consumer.incremental_assign(starts)
            if not self._refused:
                self._consumer.resume(starts)
            self._store_starts(starts)

    def _store_starts(self, starts: list[Assigned]) -> None:
        """What is durable may never have been committed."""
        self._consumer.store_offsets(offsets=[one for one in starts if one.offset >= 0])

    def _topic_id(self, topic: str) -> str:
        """32 hex digits. Raises KafkaException."""
        answers = self._admin.describe_topics(TopicCollection([topic]), request_timeout=_ANSWER_SECONDS)
        found = answers[topic].result().topic_id
        return "".join(
            f"{half & (1 << 64) - 1:016x}"
            for half in (found.get_most_significant_bits(), found.get_least_significant_bits())
        )


class _Receipt:
    """What becomes of messages that were handed to the spool together."""

    def __init__(self, count: int) -> None:
        self._left = count
        self._stored = 0
        self._all = threading.Event()

    def confirm(self, error: Outage | None) -> None:
        """Of the next one."""
        self._stored += error is None
        self._left -= 1
        if not self._left:
            self._all.set()

    def stored(self) -> int:
        """How many of the first were stored; waits until that is known of all."""
        self._all.wait()
        return self._stored


def _key(one: Assigned | Delivered) -> _Key:
    if isinstance(one, Assigned):
        return one.topic, one.partition
    return one.topic() or "", one.partition() or 0


def _assigned(owned: _Owned) -> Assigned:
    """From the beginning where nothing of it was ever taken."""
    return Assigned(owned.partition.topic, owned.partition.number, owned.next or OFFSET_BEGINNING)
