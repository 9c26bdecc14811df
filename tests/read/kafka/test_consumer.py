"""Records of a real broker: each is in the spool once, and its offset is committed after that and never before."""

import shutil
from pathlib import Path

import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient

from tests.kafka_broker import Broker, every_place, places, positions, start_broker
from tests.read.kafka.support import QUICK, committed, taking, until
from tests.read.mllp.support import framed, message
from tests.spool.support import payloads
from transforms.errors import ChartstreamError
from transforms.keyring import Keyring
from transforms.read.kafka.settings import Feed, load_settings
from transforms.spool.claims import Claims
from transforms.spool.position import TopicPartition as Ours
from transforms.spool.spool import Spool

MESSAGES = [message(f"M-{number}", "Zyxwander has a fever") for number in range(300)]


def test_records_are_stored_as_they_came_and_a_second_start_takes_what_is_new(
    broker: Broker, topic: str, spool: Spool, keyring: Keyring, caplog: pytest.LogCaptureFixture
) -> None:
    values = [*MESSAGES[:6], framed(MESSAGES[6]), b"Zyxwander", b"\xff\x00"]
    broker.send(topic, values)
    with taking(broker, topic, spool, keyring) as running:
        until(lambda: running.taken.records == len(values))
    assert sorted(payloads(spool, keyring)) == sorted(values)
    assert places(spool, keyring) == every_place(len(values))
    assert {one.partition.topic for one in positions(spool, keyring)} == {topic}
    assert committed(broker, topic) == [3, 3, 3]
    broker.send(topic, MESSAGES[9:12])
    with taking(broker, topic, spool, keyring) as running:
        until(lambda: running.taken.records == 3)
    assert places(spool, keyring) == every_place(12)
    assert "Zyxwander" not in caplog.text


def test_nothing_is_committed_that_is_not_durable_and_it_goes_on_when_there_is_room(
    broker: Broker, topic: str, spool: Spool, keyring: Keyring, caplog: pytest.LogCaptureFixture
) -> None:
    broker.send(topic, MESSAGES)
    with caplog.at_level("INFO"), taking(broker, topic, spool, keyring) as running:
        until(lambda: running.taken.records == 300)
        running.partition._min_free = 2 * shutil.disk_usage(spool.root).free
        broker.send(topic, MESSAGES)
        until(lambda: "messages are refused" in caplog.text)
        broker.send(topic, MESSAGES)
        assert running.taken.records == 300
        until(lambda: committed(broker, topic) == [100, 100, 100])
        running.partition._min_free = 0
        until(lambda: running.taken.records == 900)
    assert caplog.text.count("messages are stored again") == 1
    assert places(spool, keyring) == every_place(900)
    assert committed(broker, topic) == [300, 300, 300]


def test_a_stop_while_nothing_can_be_stored_loses_nothing(
    broker: Broker, topic: str, spool: Spool, keyring: Keyring, caplog: pytest.LogCaptureFixture
) -> None:
    broker.send(topic, MESSAGES)
    with taking(broker, topic, spool, keyring, min_free=2 * shutil.disk_usage(spool.root).free):
        until(lambda: "messages are refused" in caplog.text)
    assert committed(broker, topic) == [-1001, -1001, -1001]
    assert places(spool, keyring) == []
    with taking(broker, topic, spool, keyring) as running:
        until(lambda: running.taken.records == 300)
    assert places(spool, keyring) == every_place(300)


def test_offsets_that_were_not_committed_are_known_by_the_spool_alone(
    broker: Broker, topic: str, spool: Spool, keyring: Keyring
) -> None:
    broker.send(topic, MESSAGES)
    with taking(broker, topic, spool, keyring) as running:
        until(lambda: running.taken.records == 300)
    _commit(broker, topic, 10)
    with taking(broker, topic, spool, keyring, "ward-4") as running:
        until(lambda: committed(broker, topic) == [100, 100, 100])  # told again what is durable
        broker.send(topic, MESSAGES)
        until(lambda: running.taken.records == 300)
    assert places(spool, keyring) == every_place(600)


def test_what_a_listener_on_another_spool_committed_is_not_taken_again(
    broker: Broker, topic: str, spool: Spool, keyring: Keyring
) -> None:
    broker.send(topic, MESSAGES)
    _commit(broker, topic, 90)
    with taking(broker, topic, spool, keyring) as running:
        until(lambda: running.taken.records == 30)
    assert places(spool, keyring) == [(number, at) for number in range(3) for at in range(90, 100)]


def test_records_that_are_gone_before_they_were_taken_are_told_and_the_rest_is_taken(
    broker: Broker, topic: str, spool: Spool, keyring: Keyring, caplog: pytest.LogCaptureFixture
) -> None:
    broker.send(topic, MESSAGES[:30])
    with taking(broker, topic, spool, keyring) as running:
        until(lambda: running.taken.records == 30)
    broker.send(topic, MESSAGES[:60])
    admin = AdminClient({"bootstrap.servers": broker.address})
    for one in admin.delete_records([TopicPartition(topic, 1, 20)]).values():
        one.result()
    with taking(broker, topic, spool, keyring) as running:
        until(lambda: running.taken.records == 50)
    assert f"{topic}/1 has no offset 10" in caplog.text
    assert places(spool, keyring) == [at for at in every_place(90) if at[0] != 1 or not 10 <= at[1] < 20]


def test_a_topic_that_was_deleted_and_made_anew_is_taken_from_its_beginning(
    broker: Broker, topic: str, spool: Spool, keyring: Keyring
) -> None:
    broker.send(topic, MESSAGES)
    with taking(broker, topic, spool, keyring) as running:
        until(lambda: running.taken.records == 300)
    broker.delete_topic(topic)
    until(lambda: _created(broker, topic))
    broker.send(topic, MESSAGES[:150])
    with taking(broker, topic, spool, keyring) as running:
        until(lambda: running.taken.records == 150)
    assert places(spool, keyring) == sorted(every_place(300) + every_place(150))


def test_a_partition_that_another_listener_has_not_let_go_of_is_waited_for_and_begun_where_that_one_ended(
    broker: Broker, topic: str, spool: Spool, keyring: Keyring, caplog: pytest.LogCaptureFixture
) -> None:
    broker.send(topic, MESSAGES)
    with taking(broker, topic, spool, keyring) as running:
        until(lambda: running.taken.records == 300)
    held = {one.partition for one in positions(spool, keyring) if one.partition.number < 2}
    other = Claims(spool)
    assert all(other.claim(one) for one in held)
    broker.send(topic, MESSAGES)
    with taking(broker, topic, spool, keyring) as running:
        until(lambda: running.taken.records == 100)
        assert caplog.text.count("another listener has not let go of") == 2
        other.give_back(min(held, key=lambda one: one.number))
        until(lambda: running.taken.records == 200)
        other.give_all_back()
        until(lambda: running.taken.records == 300)
    assert places(spool, keyring) == every_place(600)


def test_a_broker_that_is_killed_is_waited_for(
    spool: Spool, keyring: Keyring, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broker = start_broker(tmp_path / "kafka")
    try:
        broker.create_topic("hl7")
        with caplog.at_level("INFO"), taking(broker, "hl7", spool, keyring) as running:
            broker.send("hl7", MESSAGES)
            until(lambda: running.taken.records == 300)
            broker.kill()
            until(lambda: "nothing comes from Kafka now" in caplog.text)
            broker.start()
            broker.send("hl7", MESSAGES)
            until(lambda: running.taken.records == 600)
    finally:
        broker.kill()
    assert "records come from Kafka again" in caplog.text
    assert places(spool, keyring) == every_place(600)


def test_a_topic_that_is_not_there_yet_is_waited_for(
    broker: Broker, spool: Spool, keyring: Keyring, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    name = f"later-{tmp_path.name}"
    with taking(broker, name, spool, keyring) as running:
        until(lambda: "nothing comes from Kafka now" in caplog.text)
        broker.create_topic(name)
        broker.send(name, MESSAGES)
        until(lambda: running.taken.records == 300)
    assert places(spool, keyring) == every_place(300)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "must hold settings of librdkafka"),
        ("- a", "must hold settings of librdkafka"),
        ("sasl.password: [a]", "must hold settings of librdkafka"),
        ("a: b: c", "is not YAML"),
        ("enable.auto.commit: false", "cannot set enable.auto.commit"),
        ("bootstrap.servers: a:1", "cannot set bootstrap.servers"),
    ],
)
def test_settings_that_are_none_or_must_be_as_they_are_are_refused(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "kafka.yaml"
    path.write_text(content)
    with pytest.raises(ChartstreamError, match=says):
        load_settings(path)


def test_settings_are_the_client_s_own(tmp_path: Path) -> None:
    path = tmp_path / "kafka.yaml"
    path.write_text(
        "security.protocol: sasl_plaintext\nsasl.mechanism: PLAIN\nsasl.username: ward\nsasl.password: Zyxwander\n"
    )
    feed = Feed("127.0.0.1:1", ("hl7",), load_settings(path))
    assert feed.configuration()["sasl.password"] == "Zyxwander"
    assert "Zyxwander" not in repr(feed)
    with pytest.raises(ChartstreamError, match=r"does not take it: .*no\.such\.setting"):
        Feed("127.0.0.1:1", ("hl7",), {"no.such.setting": 1, "sasl.password": "Zyxwander"}).configuration()


def test_an_identity_of_a_topic_can_be_a_folder_and_a_file(spool: Spool) -> None:
    claims = Claims(spool)
    assert claims.claim(Ours("Ward.3_" + "x" * 242, "f" * 32, 2**31 - 1))
    claims.give_all_back()


def _commit(broker: Broker, topic: str, offset: int) -> None:
    consumer = Consumer({"bootstrap.servers": broker.address, "group.id": str(QUICK["group.id"])})
    consumer.commit(offsets=[TopicPartition(topic, number, offset) for number in range(3)], asynchronous=False)
    consumer.close()


def _created(broker: Broker, topic: str) -> bool:
    """The name of a deleted topic can be had again a moment later."""
    try:
        broker.create_topic(topic)
    except Exception:
        return False
    return True
