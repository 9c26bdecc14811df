"""Messages out of a spool are read as the same messages out of a file are, each once, whatever a segment is cut into."""

import pickle
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.spool.support import RECEIVED_AT, examined, store
from transforms.errors import Outage
from transforms.intervals import Intervals
from transforms.keyring import new_keyring
from transforms.read.options import ReadOptions, UnitLimits
from transforms.read.plan import plan_units
from transforms.read.segments import SegmentPlan, SegmentReader
from transforms.read.unit import UnitReader
from transforms.records import Format, Handling, NoNote, Note, Read, Unit, Unreadable
from transforms.spool.position import Position, TopicPartition
from transforms.spool.segment import Message, decode
from transforms.spool.spool import Spool, closed_segments, create_or_open

KEYS = new_keyring()
FEED = ReadOptions((), source="feed")


def mdm(number: int, text: str = "No fever.", event: str = "T02") -> bytes:
    return (
        f"MSH|^~\\&|EHR|WARD|CS|LAB|202601{number % 28 + 1:02}0930||MDM^{event}|M-{number}|P|2.5\r"
        f"PID|1||{number}^^^WEX^MR||DOE^JANE\rTXA|1|HP||||||||||D-{number}\rOBX|1|TX|1||{text}"
    ).encode()


ORU = (
    b"MSH|^~\\&|LAB|WARD|CS|LAB|20260104||ORU^R01|M-90|P|2.5\rPID|1||7^^^WEX^MR\r"
    b"OBR|1||F-1|XR^Chest\rOBX|1|TX|1||Clear.\rOBR|2||F-2|XR^Hand\rOBX|1|TX|1||Broken."
)
ADT = b"MSH|^~\\&|EHR|WARD|CS|LAB|20260104||ADT^A01|M-91|P|2.5\rPID|1||7^^^WEX^MR"
TIMELESS = mdm(5).replace(b"202601060930", b"")
NUMBERLESS = mdm(6).replace(b"D-6", b"")
READABLE = [
    mdm(1),
    mdm(2, "Caf\u00e9, \\.br\\ 38\\S\\2"),
    mdm(3, "", "T11"),
    ORU,
    ADT,
    TIMELESS,
    NUMBERLESS,
    mdm(4, ""),
]
FAULTY = [
    b"Jane has a fever",
    b"MSH|^~\\&|EHR",
    b"",
    b"MSH|^~\\&|||||||MDM^T02|M-92|P|2.5||||||UNICODE UTF-8\rNTE|\xff\xfe",
]
BATCH = b"\r".join((b"FHS|^~\\&|EHR", b"BHS|^~\\&|EHR", mdm(7), ADT, mdm(8), b"BTS|2", b"FTS|1"))


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return create_or_open(tmp_path / "spool", KEYS)


@pytest.fixture
def reader(spool: Spool) -> SegmentReader:
    return SegmentReader(spool, FEED, KEYS)


def planned(spool: Spool, decided: Intervals | None = None) -> list[Unit]:
    return list(SegmentPlan(list(closed_segments(spool)), FEED.source, KEYS).units(decided or Intervals()))


def said(reads: Iterator[Read]) -> list[str]:
    """What was read, without where it stood and when it came."""
    return [_said(read.item) for read in reads]


def _said(item: Note | NoNote | Unreadable) -> str:
    match item:
        case Note():
            return repr(
                (item.note_id.namespace, item.note_id.value, item.text, item.order.kind, item.status, item.patient_id)
            )
        case Unreadable():
            return repr((item.reason, item.detail, item.record.payload))
    return "no note"


def from_file(payloads: list[bytes]) -> list[str]:
    with TemporaryDirectory() as folder:
        (Path(folder) / "feed.hl7").write_bytes(b"".join(b"\x0b%b\x1c\r" % payload for payload in payloads))
        options = replace(FEED, inputs=(folder,), format=Format.HL7V2)
        reader = UnitReader(options, KEYS)
        units = plan_units(options, Intervals(), UnitLimits(), KEYS)
        return [one for unit in units for one in said(reader.read(unit))]


@given(st.lists(st.sampled_from([*READABLE, *map(mdm, range(10, 20))]), min_size=1), st.integers(1, 9))
def test_messages_are_read_as_they_are_out_of_a_file(payloads: list[bytes], a_segment: int) -> None:
    with TemporaryDirectory() as folder:
        spool = create_or_open(Path(folder), KEYS)
        store(spool, KEYS, [examined(payload) for payload in payloads], a_segment=a_segment)
        reader = SegmentReader(spool, FEED, KEYS)
        assert [one for unit in planned(spool) for one in said(reader.read(unit))] == from_file(payloads)


def test_several_messages_that_came_as_one_are_each_read(spool: Spool, reader: SegmentReader) -> None:
    several = b"\r".join((mdm(1), ADT, mdm(2)))
    store(spool, KEYS, [examined(mdm(9)), examined(several), examined(mdm(3)), Message(RECEIVED_AT, BATCH)])
    (unit,) = planned(spool)
    reads = list(reader.read(unit))
    notes = [read.item for read in reads if isinstance(read.item, Note)]
    assert [note.note_id.value for note in notes] == ["D-9", "D-1", "D-2", "D-3", "D-7", "D-8"]
    offsets = [note.place.offset for note in notes]
    assert offsets == sorted(set(offsets))
    assert {note.place.partition for note in notes} == {unit.pieces[0].path}
    assert len(reads) == 6 + 1 + 5


def test_a_record_out_of_kafka_has_its_place_there_and_several_messages_in_one_their_places_in_the_segment(
    spool: Spool, reader: SegmentReader
) -> None:
    several = b"\r".join((mdm(1), mdm(2)))
    partition = TopicPartition("hl7", "a" * 32, 3)
    payloads = [mdm(9), b"\x0b" + ORU + b"\x1c\r", several, b"Jane has a fever", b""]
    messages = [Message(RECEIVED_AT, one, position=Position(partition, 70 + at)) for at, one in enumerate(payloads)]
    store(spool, KEYS, [examined(mdm(8)), *messages])
    (unit,) = planned(spool)
    reads = [read.item for read in reader.read(unit)]
    places = [one.record.place if isinstance(one, Unreadable) else one.place for one in reads]
    segment, kafka = unit.pieces[0].path, "hl7/3"
    assert [(one.partition, one.part) for one in places] == [
        (segment, 0), (kafka, 0), (kafka, 0), (kafka, 1), (segment, 0), (segment, 0), (kafka, 0), (kafka, 0),
    ]  # fmt: skip
    assert [one.offset for one in places if one.partition == kafka] == [70, 71, 71, 73, 74]
    assert len({(one.partition, one.offset, one.part) for one in places}) == len(places)
    assert [one.reason for one in reads if isinstance(one, Unreadable)] == ["bad_message", "empty"]
    halves = reader.split(unit)
    assert [repr(read.item) for half in halves for read in reader.read(replace(half, unit_id=unit.unit_id))] == [
        repr(one) for one in reads
    ]


def test_what_the_listener_refused_is_held_back_with_its_reason_and_its_neighbours_are_read(
    spool: Spool, reader: SegmentReader
) -> None:
    store(spool, KEYS, [examined(payload) for bad in (*FAULTY, BATCH) for payload in (mdm(1), bad)])
    (unit,) = planned(spool)
    reads = list(reader.read(unit))
    held = [read.item for read in reads if isinstance(read.item, Unreadable)]
    assert [one.reason for one in held] == ["bad_message", "bad_message", "empty", "bad_encoding", "bad_message"]
    assert [one.record.payload for one in held] == [*FAULTY, BATCH]
    assert sum(isinstance(read.item, Note) for read in reads) == len(held)
    assert {read.received_at for read in reads} == {RECEIVED_AT}


def test_a_unit_is_split_down_to_single_messages_and_each_is_read_once(spool: Spool, reader: SegmentReader) -> None:
    store(spool, KEYS, [examined(payload) for payload in (*READABLE, b"\r".join((mdm(30), mdm(31))), *FAULTY)])
    (whole,) = planned(spool)
    expected = [(repr(read.item), _said(read.item)) for read in reader.read(replace(whole, unit_id="unit"))]
    units, records = [whole], []
    while units:
        unit = units.pop(0)
        halves = reader.split(unit)
        if len(halves) == 1:
            assert halves == [unit]
            records.append(unit)
        else:
            units = [*halves, *units]
    assert len(records) == len(READABLE) + 2 + len(FAULTY)
    assert len({unit.unit_id for unit in records}) == len(records)
    found = [(repr(r.item), _said(r.item)) for one in records for r in reader.read(replace(one, unit_id="unit"))]
    assert found == expected
    for unit in records:  # and each alone may be held back unread
        (held,) = reader.read(replace(unit, handling=Handling.HOLD_BACK))
        assert isinstance(held.item, Unreadable)
        assert held.item.reason == "worker_lost"


def test_what_is_decided_is_not_planned_and_a_segment_is_done_when_all_of_it_is(
    spool: Spool, reader: SegmentReader
) -> None:
    store(spool, KEYS, [examined(mdm(number)) for number in range(6)], a_segment=3)
    first, second = closed_segments(spool)
    plan = SegmentPlan([first, second], FEED.source, KEYS)
    whole, other = plan.units(Intervals())
    front, back = reader.split(whole)
    assert plan.done(Intervals(front.pieces)) == []
    assert list(plan.units(Intervals(front.pieces))) == [back, other]
    assert plan.done(Intervals((*front.pieces, *back.pieces))) == [first]
    assert plan.done(Intervals((*whole.pieces, *other.pieces))) == [first, second]


def test_of_a_damaged_segment_what_is_sound_is_read_and_the_rest_held_back(spool: Spool, reader: SegmentReader) -> None:
    payloads = [mdm(number) for number in range(6)]
    store(spool, KEYS, [examined(payload) for payload in payloads], a_segment=3)
    first, _ = closed_segments(spool)
    content = first.read_bytes()
    starts = [start for start, _ in decode(content).spans]
    for at, sound in ((5, 0), (starts[0] + 20, 0), (starts[1] + 20, 1), (starts[2] - 1, 1), (len(content) - 1, 3)):
        altered = bytearray(content)
        altered[at] ^= 1
        first.write_bytes(altered)
        damaged, other = planned(spool)
        *read, held = reader.read(damaged)
        assert said(iter(read)) == from_file(payloads[:3])[:sound]
        assert isinstance(held.item, Unreadable)
        assert held.item.reason == "unreadable"
        assert held.item.record.payload == bytes(altered)[held.item.record.place.offset :]
        assert held.item.record.place.offset <= at
        assert len(reader.split(damaged)) == (2 if sound else 1)
        assert said(reader.read(other)) == from_file(payloads[3:])


def test_a_segment_under_another_s_name_is_held_back_whole(spool: Spool, reader: SegmentReader) -> None:
    store(spool, KEYS, [examined(mdm(1))])
    (path,) = closed_segments(spool)
    content = path.read_bytes()
    path.rename(path.with_stem("0000000000000007"))
    (unit,) = planned(spool)
    (held,) = reader.read(unit)
    assert isinstance(held.item, Unreadable)
    assert (held.item.reason, held.item.record.payload) == ("unreadable", content)


def test_a_segment_that_changed_or_went_after_the_plan_gives_nothing(spool: Spool, reader: SegmentReader) -> None:
    store(spool, KEYS, [examined(mdm(1)), examined(mdm(2))], a_segment=1)
    first, second = planned(spool)
    spool.closed_segment(first.pieces[0].path).write_bytes(b"CSSPOOL1")
    spool.closed_segment(second.pieces[0].path).unlink()
    for unit, cause in ((first, "input_changed"), (second, "input_unavailable")):
        with pytest.raises(Outage) as outage:
            next(reader.read(unit))
        assert outage.value.cause == cause


def test_a_segment_that_cannot_be_read_holds_up_no_other(spool: Spool, reader: SegmentReader) -> None:
    store(spool, KEYS, [examined(mdm(1)), examined(mdm(2))], a_segment=1)
    first, second = closed_segments(spool)
    plan = SegmentPlan([first, second], FEED.source, KEYS)
    first.unlink()
    units = plan.units(Intervals())
    assert said(reader.read(next(units))) == from_file([mdm(2)])
    with pytest.raises(Outage):
        next(units)
    assert plan.done(Intervals()) == []


def test_a_reader_travels_to_a_worker(spool: Spool, reader: SegmentReader) -> None:
    store(spool, KEYS, [examined(mdm(1))])
    (unit,) = planned(spool)
    assert said(pickle.loads(pickle.dumps(reader)).read(unit)) == said(reader.read(unit))
