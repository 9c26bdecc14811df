"""A broker that speaks TLS and asks for a password: who has none, or trusts another authority, gets and loses nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.certificates import Authority, new_authority
from tests.kafka_broker import PASSWORD, Broker, every_place, places, start_broker
from tests.read.kafka.support import QUICK, taking, until
from tests.read.mllp.support import message
from transforms.keyring import Keyring
from transforms.read.kafka.settings import Feed
from transforms.spool.spool import Spool

MESSAGES = [message(f"M-{number}", "Zyxwander has a fever") for number in range(30)]
TOPIC = "hl7"


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[Broker]:
    started = start_broker(tmp_path_factory.mktemp("kafka"), authority)
    started.create_topic(TOPIC)
    started.send(TOPIC, MESSAGES)
    yield started
    started.kill()


def test_who_gives_the_password_over_tls_gets_the_records(secured: Broker, spool: Spool, keyring: Keyring) -> None:
    with taking(secured, TOPIC, spool, keyring) as running:
        until(lambda: running.taken.records == len(MESSAGES))
    assert places(spool, keyring) == every_place(len(MESSAGES))


def test_a_wrong_password_is_told_without_it_and_is_no_end(
    secured: Broker, spool: Spool, keyring: Keyring, caplog: pytest.LogCaptureFixture
) -> None:
    with taking(secured, TOPIC, spool, keyring, password="Zyxwander-guessed") as running:
        until(lambda: "nothing comes from Kafka now" in caplog.text)
        assert running.taken.records == 0
    assert "uthentication" in caplog.text
    assert "Zyxwander" not in caplog.text
    assert places(spool, keyring) == []


def test_a_broker_whom_the_authority_does_not_know_is_not_believed(
    secured: Broker, spool: Spool, keyring: Keyring, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    stranger = Broker(tmp_path, new_authority(tmp_path))
    stranger.address = secured.address
    with taking(stranger, TOPIC, spool, keyring) as running:
        until(lambda: "nothing comes from Kafka now" in caplog.text)
        assert running.taken.records == 0
    assert "certificate" in caplog.text
    assert places(spool, keyring) == []


def test_a_password_is_not_in_what_a_feed_says_of_itself(secured: Broker) -> None:
    feed = Feed(secured.address, (TOPIC,), {**QUICK, **secured.credentials(PASSWORD)})
    assert PASSWORD not in repr(feed)
