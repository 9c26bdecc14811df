"""What messages do to a note (new, edited, cancelled, added to, corrected, sent again) comes to the same tables in any order of
arrival, over any number of listeners and cut into any segments, and to those of the batch reader."""

import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.e2e.support import assert_consistent, comparable
from tests.read.mllp.support import framed
from tests.spool.support import examined, store
from transforms.deidentify.analyzer import Analyzer
from transforms.deidentify.deidentifier import Deidentifier
from transforms.deidentify.policy import load_policy
from transforms.deidentify.transform import DeidentifyUnit
from transforms.extract.transform import merge
from transforms.intervals import Intervals
from transforms.keyring import new_keyring
from transforms.read.options import ReadOptions, UnitLimits
from transforms.read.plan import plan_units
from transforms.read.segments import SegmentPlan, SegmentReader
from transforms.read.transform import Reader
from transforms.read.unit import UnitReader
from transforms.records import Format, Unit
from transforms.spool.spool import closed_segments, create_or_open
from transforms.write.commit import Committer
from transforms.write.output import Output, OutputSettings
from transforms.write.output import create_or_open as create_output
from transforms.write.publish import publish

KEYS = new_keyring()
STEP = DeidentifyUnit(Deidentifier(load_policy("none"), KEYS, Analyzer()))
PLACES = ("partition", "offset", "part")


def mdm(event: str, document: str, second: int, text: str = "", parent: str = "", status: str = "AU") -> bytes:
    observation = f"\rOBX|1|TX|1||{text}" if text else ""
    return (
        f"MSH|^~\\&|EHR|WARD|CS|LAB|202601040930{second:02}||MDM^{event}|{document}-{second}|P|2.5\r"
        f"PID|1||77^^^WEX^MR\rTXA|1|HP||||||||||{document}|{parent}||||{status}{observation}"
    ).encode()


def oru(order: str, second: int, status: str, text: str) -> bytes:
    return (
        f"MSH|^~\\&|LAB|WARD|CS|LAB|202601040930{second:02}||ORU^R01|{order}-{second}|P|2.5\rPID|1||77^^^WEX^MR\r"
        f"OBR|1||{order}|XR^Chest||||||||||||||||||||||{status}\rOBX|1|TX|1||{text}||||||{status}"
    ).encode()


HISTORY = [
    mdm("T02", "D-1", 1, "A fever.", status="IP"),  # a draft
    mdm("T08", "D-1", 2, "A fever since Monday."),  # its edit
    mdm("T08", "D-1", 2, "A fever since Tuesday."),  # another within the same second
    mdm("T06", "D-2", 3, "No travel.", parent="D-1"),  # an addendum, a note of its own
    mdm("T10", "D-3", 4, "A fever since Sunday.", parent="D-1"),  # what replaces it
    mdm("T11", "D-1", 5),  # and its cancellation
    mdm("T01", "D-4", 6),  # a notification
    mdm("T02", "D-4", 7, "A cough."),
    oru("F-1", 1, "P", "Perhaps clear."),
    oru("F-1", 2, "F", "Clear."),
    oru("F-1", 3, "C", "Not clear."),
    oru("F-2", 1, "F", "Broken."),
    oru("F-2", 2, "X", "Broken."),
    b"MSH|^~\\&|EHR|WARD|CS|LAB|20260104||ADT^A01|A-1|P|2.5\rPID|1||77^^^WEX^MR",
    b"nonsense",
]
AGAIN = [HISTORY[1], HISTORY[7], HISTORY[10]]  # sent again


def landed(output: Output, reader: Reader, units: Iterable[Unit]) -> dict[str, list[str]]:
    """The tables' content when the units have passed all steps, committed in several releases."""
    for unit in units:
        publish(merge(STEP(unit, reader.read(unit)), {}), output, "run")
    committer = Committer(output)
    while committer.commit(4) is not None:
        pass
    assert_consistent(output.root)
    return comparable(output.root, PLACES)


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return create_output(tmp_path_factory.mktemp("blank") / "out", OutputSettings("none", "none", KEYS.key_id)).root


@pytest.fixture(scope="module")
def as_batch(blank: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What the batch reader makes of the same messages in a file."""
    folder = tmp_path_factory.mktemp("batch")
    (folder / "feed.hl7").write_bytes(framed(*HISTORY, *AGAIN))
    options = ReadOptions((str(folder / "feed.hl7"),), format=Format.HL7V2)
    units = plan_units(options, Intervals(), UnitLimits(), KEYS)
    return landed(Output(Path(shutil.copytree(blank, folder / "out"))), UnitReader(options, KEYS), units)


@settings(max_examples=10, deadline=None)
@given(st.permutations([*HISTORY, *AGAIN]), st.integers(0, len(HISTORY)), st.integers(1, 6))
def test_any_order_of_arrival_comes_to_the_tables_of_the_batch_job(
    blank: Path, as_batch: dict[str, list[str]], arriving: list[bytes], first: int, a_segment: int
) -> None:
    with TemporaryDirectory() as folder:
        spool = create_or_open(Path(folder) / "spool", KEYS)
        for partition, messages in (("ward-3", arriving[:first]), ("ward-4", arriving[first:])):
            store(spool, KEYS, [examined(one) for one in messages], partition, a_segment)
        options = ReadOptions(())
        units = SegmentPlan(list(closed_segments(spool)), options.source, KEYS).units(Intervals())
        reader = SegmentReader(spool, options, KEYS)
        assert landed(Output(Path(shutil.copytree(blank, f"{folder}/out"))), reader, units) == as_batch


def test_what_the_history_comes_to(as_batch: dict[str, list[str]]) -> None:
    assert len(as_batch["released/notes"]) == 12
    outcomes = Counter(row.partition("'outcome': '")[2].partition("'")[0] for row in as_batch["private/ledger"])
    assert outcomes == {"released": 12, "duplicate": 3, "no_note": 2, "quarantined": 1}
