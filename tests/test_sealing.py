"""What is held back comes back whole: text, known PHI, place and order, character for character."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from transforms.keyring import new_keyring
from transforms.records import (
    Format,
    Identifier,
    KnownPhi,
    KnownSubject,
    Note,
    NoteStatus,
    OrderKind,
    Parent,
    ParentRelation,
    Place,
    Sex,
    SourceRecord,
    VersionOrder,
)
from transforms.sealing import from_bytes, seal, to_bytes, unseal

text = st.text(st.characters(exclude_categories=["Cs"]))
places = st.builds(Place, text, text, text, st.integers(0, 2**62), st.integers(0, 2**31), st.integers(1, 9))
identifiers = st.builds(Identifier, text, text)
several = st.lists(text, max_size=3).map(tuple)
known_phi = st.builds(
    KnownPhi,
    several,
    st.lists(st.dates(), max_size=2).map(tuple),
    several,
    several,
    several,
    several,
    st.sampled_from(Sex),
    st.sampled_from(KnownSubject),
)
notes = st.builds(
    Note,
    place=places,
    note_id=identifiers,
    text=st.none() | text,
    order=st.builds(VersionOrder, st.sampled_from(OrderKind), st.integers(0, 2**47 - 1)),
    status=st.sampled_from(NoteStatus),
    patient_id=st.none() | identifiers,
    encounter_id=st.none() | identifiers,
    note_type=st.none() | text,
    service_date=st.none() | st.dates(),
    parent=st.none() | st.builds(Parent, identifiers, st.sampled_from(ParentRelation)),
    known_phi=known_phi,
)
records = st.builds(SourceRecord, places, st.sampled_from(Format), st.binary(), st.datetimes(timezones=st.just(UTC)))
KEYS = new_keyring()


@given(notes | records)
def test_every_record_survives_the_round_trip(item):
    assert from_bytes(to_bytes(item)) == item
    assert unseal(KEYS, seal(KEYS, item), item.place) == item


def test_a_record_tells_its_coordinates_and_nothing_else():
    place = Place("unit", "feed", "/in/Zyxwander_Maria.txt", 12)
    note = Note(
        place,
        Identifier("feed", "Zyxwander-7"),
        "Maria Zyxwander came",
        VersionOrder(OrderKind.NUMBER, 1),
        patient_id=Identifier("feed", "Zyxwander"),
        service_date=date(2021, 3, 5),
        known_phi=KnownPhi(names=("Maria Zyxwander",)),
    )
    record = SourceRecord(place, Format.TEXT, b"Maria Zyxwander came", datetime(2021, 3, 5, tzinfo=UTC))
    for item in (note, record, place, note.note_id, note.known_phi):
        assert "Zyxwander" not in repr(item)
    assert "offset=12" in repr(note)
