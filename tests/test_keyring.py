"""The keyring: the same identity gives the same pseudonym everywhere, another key gives another one, and nothing leaks."""

import json
import pickle
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.errors import ChartstreamError
from transforms.keyring import Keyring, create_keyring, load_keyring, new_keyring

KEYS = Keyring(b"k" * 32, (("one", b"e" * 32),))
OTHER = Keyring(b"x" * 32, (("one", b"e" * 32),))


def test_the_same_identity_gives_the_same_key_after_a_restart_and_on_another_worker():
    there = pickle.loads(pickle.dumps(KEYS))
    assert there.pseudonym("patient", "HOSP", "12345") == KEYS.pseudonym("patient", "HOSP", "12345")
    assert there.shift_days("p") == KEYS.shift_days("p")


def test_a_keyring_that_has_a_file_travels_as_its_path_and_a_worker_reads_that(tmp_path):
    keyring = create_keyring(tmp_path / "keyring.json")
    sent = pickle.dumps(keyring)
    assert keyring.pseudonym_key not in sent
    assert all(key not in sent for _, key in keyring.encryption_keys)
    worker = "import pickle, sys; print(pickle.loads(sys.stdin.buffer.read()).pseudonym('patient', 'HOSP', '12345'))"
    asked = subprocess.run([sys.executable, "-c", worker], input=sent, capture_output=True, check=True)
    assert asked.stdout.decode().strip() == keyring.pseudonym("patient", "HOSP", "12345")
    (tmp_path / "keyring.json").unlink()
    assert pickle.loads(sent) == keyring  # what is in memory needs no file
    create_keyring(tmp_path / "keyring.json")
    refused = subprocess.run([sys.executable, "-c", worker], input=sent, capture_output=True, check=False)
    assert b"ChartstreamError" in refused.stderr


def test_another_secret_gives_other_keys_throughout():
    assert OTHER.pseudonym("patient", "HOSP", "12345") != KEYS.pseudonym("patient", "HOSP", "12345")
    assert OTHER.key_id != KEYS.key_id
    assert OTHER.content_hash("text") != KEYS.content_hash("text")


@given(st.text(), st.text(), st.text(), st.text())
def test_parts_do_not_run_into_each_other(a, b, c, d):
    if (a, b) != (c, d):
        assert KEYS.pseudonym("note", a, b) != KEYS.pseudonym("note", c, d)


@given(st.text())
def test_a_shift_is_one_to_365_days_and_never_none(patient):
    assert 1 <= abs(KEYS.shift_days(patient)) <= 365


def test_all_shifts_occur_about_equally_often():
    shifts = [KEYS.shift_days(str(number)) for number in range(20_000)]
    assert set(shifts) == set(range(-365, 366)) - {0}
    assert abs(sum(shift > 0 for shift in shifts) / len(shifts) - 0.5) < 0.02


@given(st.binary(), st.text())
def test_what_is_sealed_opens_in_its_own_place_only(payload, context):
    sealed = KEYS.seal(payload, context)
    assert KEYS.open(sealed, context) == payload
    with pytest.raises(ChartstreamError):
        KEYS.open(sealed, context + "/elsewhere")
    with pytest.raises(ChartstreamError):
        Keyring(b"k" * 32, (("two", b"f" * 32),)).open(sealed, context)


def test_a_key_shows_itself_in_no_repr():
    assert "kkk" not in repr(KEYS)
    assert "eee" not in repr(KEYS)


def test_a_keyring_file_is_private_and_made_once_though_many_start_at_once(tmp_path):
    path = tmp_path / "keyring.json"
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: create_keyring(path), range(16)))
    assert all(keyring == made[0] for keyring in made)
    assert load_keyring(path) == made[0]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", json.dumps({"pseudonym_key": "AAAA", "encryption_keys": []}), '{"pseudonym_key": 3}'],
)
def test_a_damaged_keyring_stops_in_one_line_that_says_where(tmp_path, content):
    path = tmp_path / "keyring.json"
    path.write_text(content)
    with pytest.raises(ChartstreamError, match="damaged") as error:
        load_keyring(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_keyring_says_what_to_do(tmp_path):
    with pytest.raises(ChartstreamError, match="--keyring"):
        load_keyring(tmp_path / "none.json")


def test_new_keyrings_differ():
    assert new_keyring().pseudonym_key != new_keyring().pseudonym_key
