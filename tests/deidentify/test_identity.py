"""Keys, versions and shifts are functions of what the source says and of the key, and of nothing else."""

from dataclasses import replace
from datetime import date

import pytest

from transforms.deidentify.identity import identify, released_service_date
from transforms.keyring import Keyring
from transforms.records import (
    Identifier,
    KnownPhi,
    Note,
    NoteStatus,
    OrderKind,
    Parent,
    ParentRelation,
    PhiAction,
    Place,
    VersionOrder,
)

KEYRING = Keyring(b"k" * 32, (("e1", b"e" * 32),))
OTHER = Keyring(b"o" * 32, (("e1", b"e" * 32),))
DAY_MS = 86_400_000
NOTE = Note(
    place=Place("0" * 32, "default", "in/a.jsonl", 0),
    note_id=Identifier("default", "n-1"),
    text="Seen today.",
    order=VersionOrder(OrderKind.TIME, 1_614_900_000_000),
    status=NoteStatus.FINAL,
    patient_id=Identifier("default", "P1"),
    encounter_id=Identifier("default", "V1"),
    parent=Parent(Identifier("default", "n-0"), ParentRelation.APPENDS),
)


def test_place_and_order_of_arrival_change_no_key_and_no_hash() -> None:
    moved = replace(NOTE, place=Place("1" * 32, "default", "in/b.jsonl", 9, part=3, attempt=2))
    assert identify(NOTE, KEYRING) == identify(moved, KEYRING)


def test_another_key_changes_everything() -> None:
    here, there = identify(NOTE, KEYRING), identify(NOTE, OTHER)
    for name in ("note_key", "patient_key", "encounter_key", "parent_note_key", "content_hash"):
        assert getattr(here, name) != getattr(there, name)
        assert len(getattr(here, name)) == 32


def test_namespaces_and_kinds_are_kept_apart() -> None:
    assert (
        identify(NOTE, KEYRING).note_key != identify(replace(NOTE, note_id=Identifier("lab", "n-1")), KEYRING).note_key
    )
    alike = replace(NOTE, patient_id=Identifier("default", "n-1"))
    assert identify(alike, KEYRING).patient_key != identify(alike, KEYRING).note_key
    child, parent = identify(NOTE, KEYRING), identify(replace(NOTE, note_id=Identifier("default", "n-0")), KEYRING)
    assert child.parent_note_key == parent.note_key


def test_without_a_patient_a_note_stands_for_its_own() -> None:
    alone = identify(replace(NOTE, patient_id=None), KEYRING)
    assert alone.patient_key is None
    assert alone.subject_key == alone.note_key
    assert alone.shift_days == KEYRING.shift_days(alone.note_key)
    assert identify(NOTE, KEYRING).shift_days == KEYRING.shift_days(identify(NOTE, KEYRING).patient_key or "")


@pytest.mark.parametrize(
    "changed",
    [
        replace(NOTE, text="Seen today!"),
        replace(NOTE, text=""),
        replace(NOTE, text=None),
        replace(NOTE, status=NoteStatus.AMENDED),
        replace(NOTE, note_type="Progress note"),
        replace(NOTE, note_type=""),
        replace(NOTE, service_date=date(2021, 3, 5)),
        replace(NOTE, patient_id=Identifier("default", "P2")),
        replace(NOTE, patient_id=None),
        replace(NOTE, encounter_id=None),
        replace(NOTE, parent=None),
        replace(NOTE, parent=Parent(Identifier("default", "n-0"), ParentRelation.REPLACES)),
    ],
)
def test_a_change_of_what_is_released_changes_the_hash(changed: Note) -> None:
    assert identify(changed, KEYRING).content_hash != identify(NOTE, KEYRING).content_hash


def test_a_version_grows_with_the_sources_order_and_carries_no_real_clock() -> None:
    first = identify(NOTE, KEYRING)
    later = identify(replace(NOTE, order=VersionOrder(OrderKind.TIME, NOTE.order.value + 1)), KEYRING)
    assert first.version < later.version
    assert first.version >> 16 == NOTE.order.value + first.shift_days * DAY_MS
    assert first.version & 0xFFFF == int(first.content_hash[:4], 16)
    assert first.ordered

    numbered = identify(replace(NOTE, order=VersionOrder(OrderKind.NUMBER, 7)), KEYRING)
    assert numbered.version >> 16 == 7

    of_file = identify(replace(NOTE, order=VersionOrder(OrderKind.FILE_TIME, 2**47 - 1)), KEYRING)
    assert not of_file.ordered
    assert 0 < of_file.version < 2**63
    assert identify(replace(NOTE, order=VersionOrder(OrderKind.TIME, 0)), KEYRING).version >= 0


def test_the_service_date_follows_the_policys_action_for_dates() -> None:
    day = date(2021, 3, 5)
    young, old = KnownPhi(dates=(date(1950, 1, 1),)), KnownPhi(dates=(date(1931, 1, 1), date(2021, 3, 4)))
    assert released_service_date(day, PhiAction.SHIFT, 30, old) == (date(2021, 4, 4), 2021)
    assert released_service_date(day, PhiAction.KEEP, 30, old) == (day, 2021)
    assert released_service_date(day, PhiAction.GENERALISE, 30, young) == (None, 2021)
    assert released_service_date(day, PhiAction.GENERALISE, 30, old) == (None, None)
    assert released_service_date(day, PhiAction.MASK, 30, young) == (None, None)
    assert released_service_date(None, PhiAction.KEEP, 30, young) == (None, None)
    assert released_service_date(date.max, PhiAction.SHIFT, 30, young) == (None, None)
