"""A note's whole way: what is released, under which keys, and that whatever goes wrong holds it back."""

import pickle
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest

from transforms.deidentify.deidentifier import Analyzer, Deidentifier, KnownPhiRule, TimeLimit
from transforms.deidentify.errors import RecognizerFailed, RecognizerTimedOut
from transforms.deidentify.findings import Finding
from transforms.deidentify.policy import load_policy
from transforms.deidentify.replace import OffsetMap
from transforms.deidentify.transform import DeidentifyUnit
from transforms.errors import Outage
from transforms.keyring import Keyring
from transforms.records import (
    Format,
    Identifier,
    KnownPhi,
    NoNote,
    Note,
    NoteStatus,
    OrderKind,
    PhiAction,
    PhiType,
    Piece,
    Place,
    Quarantined,
    Read,
    Reason,
    ReleasedNote,
    SourceRecord,
    Stage,
    Unit,
    Unreadable,
    VersionOrder,
)
from transforms.sealing import unseal

KEYRING = Keyring(b"k" * 32, (("e1", b"e" * 32),))
OTHER = Keyring(b"o" * 32, (("e1", b"e" * 32),))
RECEIVED = datetime(2026, 1, 2, tzinfo=UTC)

TEXT = """DISCHARGE SUMMARY
Patient: Margaret Vargas   MRN: 0048-77213   DOB: 3/14/1931
Admitted: Friday, March 5, 2021   Discharged: 3/9/21
PCP: Dr. James Whitfield, Fairview General Hospital, 412 Oak Street, Springfield, MA 01101
Mrs. Vargas is a 93-year-old woman seen by J. Whitfield on March 5-7 and in Feb 2021; her brother is 67 years old.
Margaret has Crohn's disease since 2009. Phone (413) 867-5309, e-mail m.vargas@mailbox.com, SSN 078-05-1120.
Next visit 4/2 at 10:30 AM. See https://portal.hospital.org/u/8842 from 10.22.3.4.
"""
VALUES = (
    (PhiType.NAME, "Margaret Vargas"),
    (PhiType.ID, "0048-77213"),
    (PhiType.DATE, "3/14/1931"),
    (PhiType.DATE, "March 5, 2021"),
    (PhiType.DATE, "3/9/21"),
    (PhiType.NAME, "James Whitfield"),
    (PhiType.LOCATION, "Fairview General Hospital"),
    (PhiType.LOCATION, "412 Oak Street, Springfield, MA 01101"),
    (PhiType.NAME, "Vargas"),
    (PhiType.AGE, "93-year-old"),
    (PhiType.NAME, "J. Whitfield"),
    (PhiType.DATE, "March 5-7"),
    (PhiType.DATE, "Feb 2021"),
    (PhiType.AGE, "67 years old"),
    (PhiType.NAME, "Margaret"),
    (PhiType.DATE, "2009"),
    (PhiType.PHONE, "(413) 867-5309"),
    (PhiType.EMAIL, "m.vargas@mailbox.com"),
    (PhiType.SSN, "078-05-1120"),
    (PhiType.DATE, "4/2"),
    (PhiType.URL, "https://portal.hospital.org/u/8842"),
    (PhiType.IP, "10.22.3.4"),
)


@dataclass(frozen=True)
class FixedAnalyzer:
    """Finds the given values, in the order in which they stand in a text."""

    values: tuple[tuple[PhiType, str], ...] = VALUES

    def setup(self) -> None:
        pass

    def find(self, text: str, known_phi: KnownPhi) -> list[Finding]:
        return list(self._findings(text))

    def _findings(self, text: str) -> Iterator[Finding]:
        position = 0
        for phi_type, value in self.values:
            start = text.find(value, position)
            if start >= 0:
                position = start + len(value)
                yield Finding(phi_type, start, position, "fixed", 1.0)


class RaisingAnalyzer(FixedAnalyzer):
    def find(self, text: str, known_phi: KnownPhi) -> list[Finding]:
        raise ValueError(f"cannot read {text}")


class FailingRecognizerAnalyzer(FixedAnalyzer):
    def find(self, text: str, known_phi: KnownPhi) -> list[Finding]:
        raise RecognizerFailed("phone", "ValueError")


class TimedOutAnalyzer(FixedAnalyzer):
    def find(self, text: str, known_phi: KnownPhi) -> list[Finding]:
        raise RecognizerTimedOut("phone")


class SlowAnalyzer(FixedAnalyzer):
    def find(self, text: str, known_phi: KnownPhi) -> list[Finding]:
        time.sleep(0.02)
        return super().find(text, known_phi)


class NoneAnalyzer(FixedAnalyzer):
    def find(self, text: str, known_phi: KnownPhi) -> list[Finding]:
        return None  # type: ignore[return-value]


class UnpluggedAnalyzer(FixedAnalyzer):
    def find(self, text: str, known_phi: KnownPhi) -> list[Finding]:
        raise Outage("store", "the word lists' disk is away")


@dataclass(frozen=True)
class SpansAnalyzer(FixedAnalyzer):
    spans: tuple[tuple[int, int], ...] = ()

    def find(self, text: str, known_phi: KnownPhi) -> list[Finding]:
        return [Finding(PhiType.NAME, start, end, "spans", 1.0) for start, end in self.spans]


def note(text: str | None = TEXT, number: int = 1, **fields: object) -> Note:
    made = Note(
        place=Place("0" * 32, "default", "in/notes.jsonl", number),
        note_id=Identifier("default", f"n-{number}"),
        text=text,
        order=VersionOrder(OrderKind.NUMBER, 1),
        status=NoteStatus.FINAL,
        patient_id=Identifier("default", "P1"),
        note_type="Discharge summary",
        service_date=date(2021, 3, 9),
        known_phi=KnownPhi(names=("Margaret Vargas",), dates=(date(1931, 3, 14),)),
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def read(item: Note | NoNote | Unreadable) -> Read:
    return Read(item, RECEIVED, 2.5)


def deidentifier(
    policy: str = "safe-harbor", analyzer: Analyzer = FixedAnalyzer(), keyring: Keyring = KEYRING
) -> Deidentifier:
    made = Deidentifier(load_policy(policy), keyring, analyzer)
    made.setup()
    return made


def released(item: Note, policy: str = "safe-harbor", keyring: Keyring = KEYRING) -> ReleasedNote:
    result = deidentifier(policy, keyring=keyring).deidentify(read(item))
    assert isinstance(result, ReleasedNote), result
    return result


def held(item: Note, analyzer: Analyzer, **options: object) -> Quarantined:
    made = Deidentifier(load_policy("safe-harbor"), KEYRING, analyzer, **options)  # type: ignore[arg-type]
    made.setup()
    result = made.deidentify(read(item))
    assert isinstance(result, Quarantined), result
    return result


# --- what the policies make of one note ------------------------------------------------------------------------


def test_safe_harbor_masks_and_generalises() -> None:
    result = released(note())
    assert result.text == (
        "DISCHARGE SUMMARY\n"
        "Patient: [NAME]   MRN: [ID]   DOB: [DATE]\n"  # 1931 would show an age over 89
        "Admitted: 2021   Discharged: 2021\n"  # the weekday went with its date
        "PCP: Dr. [NAME], [LOCATION], [LOCATION] 011\n"
        "Mrs. [NAME] is a 90+-year-old woman seen by [NAME] on [DATE] and in 2021; her brother is 67 years old.\n"
        "[NAME] has Crohn's disease since 2009. Phone [PHONE], e-mail [EMAIL], SSN [SSN].\n"
        "Next visit [DATE] at 10:30 AM. See [URL] from [IP].\n"
    )
    assert (result.service_date, result.service_year) == (None, None)  # the feed's date of birth shows the age
    assert (result.policy, result.key_id, result.note_type) == ("safe-harbor", KEYRING.key_id, "Discharge summary")
    assert result.known_phi
    assert (result.place, result.timing.received_at, result.timing.read_ms) == (note().place, RECEIVED, 2.5)


def test_safe_harbor_keeps_years_that_show_no_age_over_89() -> None:
    young = note(TEXT.replace("1931", "1950"), known_phi=KnownPhi(dates=(date(1950, 3, 14),)))
    analyzer = FixedAnalyzer(tuple((t, value.replace("1931", "1950")) for t, value in VALUES))
    result = deidentifier(analyzer=analyzer).deidentify(read(young))
    assert isinstance(result, ReleasedNote)
    assert result.text is not None
    assert "DOB: 1950\n" in result.text
    assert result.service_year == 2021


def test_a_birth_year_of_two_digits_is_not_guessed() -> None:
    analyzer = FixedAnalyzer(((PhiType.DATE, "3/14/31"), (PhiType.DATE, "3/9/21")))
    result = deidentifier(analyzer=analyzer).deidentify(read(note("DOB 3/14/31, seen 3/9/21", known_phi=KnownPhi())))
    assert isinstance(result, ReleasedNote)
    assert result.text == "DOB [DATE], seen 2021"


def test_surrogates_hide_in_plain_sight() -> None:
    result = released(note(), "surrogate")
    assert result.text is not None
    lines = result.text.splitlines()
    given, surname = lines[1].split("   ")[0].removeprefix("Patient: ").split()
    assert lines[4].startswith(f"Mrs. {surname} is a 90+-year-old woman")
    assert lines[5].startswith(f"{given} has Crohn's disease since 2009. Phone (")
    assert "[" not in result.text

    days = KEYRING.shift_days(result.patient_key or "")
    admitted = date.fromordinal(date(2021, 3, 5).toordinal() + days)
    assert f"Admitted: {admitted:%A, %B} {admitted.day}, {admitted.year}" in result.text
    assert result.service_date == date.fromordinal(date(2021, 3, 9).toordinal() + days)
    assert result.service_year == result.service_date.year
    assert "at 10:30 AM" in result.text


def test_limited_keeps_dates_ages_city_state_and_zip() -> None:
    result = released(note(), "limited")
    assert result.text == (
        "DISCHARGE SUMMARY\n"
        "Patient: [NAME]   MRN: [ID]   DOB: 3/14/1931\n"
        "Admitted: Friday, March 5, 2021   Discharged: 3/9/21\n"
        "PCP: Dr. [NAME], [LOCATION], [LOCATION], Springfield, MA 01101\n"
        "Mrs. [NAME] is a 93-year-old woman seen by [NAME] on March 5-7 and in Feb 2021; her brother is 67 years old.\n"
        "[NAME] has Crohn's disease since 2009. Phone [PHONE], e-mail [EMAIL], SSN [SSN].\n"
        "Next visit 4/2 at 10:30 AM. See [URL] from [IP].\n"
    )
    assert (result.service_date, result.service_year) == (date(2021, 3, 9), 2021)


def test_none_changes_nothing_looks_for_nothing_and_says_so() -> None:
    result = deidentifier("none", RaisingAnalyzer()).deidentify(read(note()))
    assert isinstance(result, ReleasedNote)
    assert (result.text, result.policy, result.phi_spans) == (TEXT, "none", ())
    assert (result.service_date, result.note_type) == (date(2021, 3, 9), "Discharge summary")


@pytest.mark.parametrize("policy", ["safe-harbor", "surrogate"])
def test_a_value_that_was_found_is_gone(policy: str) -> None:
    text = released(note(), policy).text
    assert text is not None
    for phi_type, value in VALUES:
        if phi_type not in (PhiType.AGE, PhiType.DATE):
            assert value.lower() not in text.lower()
    assert "vargas" not in text.lower()
    assert "01101" not in text


@pytest.mark.parametrize("policy", ["safe-harbor", "surrogate", "limited"])
def test_spans_map_between_both_texts(policy: str) -> None:
    result = released(note(), policy)
    assert result.text is not None
    offsets = OffsetMap(result.phi_spans)
    assert len(result.phi_spans) == len(VALUES)
    assert [span.phi_type for span in result.phi_spans] == [phi_type for phi_type, _ in VALUES]
    for span, (_, value) in zip(result.phi_spans, VALUES, strict=True):
        original, shown = TEXT[span.start : span.end], result.text[span.released_start : span.released_end]
        assert value in original
        assert (span.action is PhiAction.KEEP) == (original == shown)
    at = result.text.index("Crohn's disease")
    assert offsets.to_original(at) == TEXT.index("Crohn's disease")


# --- identity --------------------------------------------------------------------------------------------------


def test_one_patient_over_ten_notes_two_sources_formats_and_runs() -> None:
    """The same keys, surrogates and shift wherever and whenever a note is read; with another key all different."""
    texts = [f"Visit {number}: Margaret Vargas came on 3/{number}/2021, MRN 4471920." for number in range(1, 11)]
    analyzer_values = ((PhiType.NAME, "Margaret Vargas"), *((PhiType.DATE, f"3/{n}/2021") for n in range(1, 11)))

    def run(keyring: Keyring, partition: str, known_phi: KnownPhi) -> list[ReleasedNote]:
        made = deidentifier("surrogate", FixedAnalyzer((*analyzer_values, (PhiType.ID, "4471920"))), keyring)
        restarted = pickle.loads(pickle.dumps(made))
        restarted.setup()
        results = []
        for number, text in enumerate(texts):
            values = (
                (PhiType.NAME, "Margaret Vargas"),
                (PhiType.DATE, text.split()[6].strip(",")),
                (PhiType.ID, "4471920"),
            )
            one = replace(restarted, analyzer=FixedAnalyzer(values))
            item = note(text, number, place=Place("1" * 32, "default", partition, number), known_phi=known_phi)
            result = one.deidentify(read(item))
            assert isinstance(result, ReleasedNote)
            results.append(result)
        return results

    known = KnownPhi(names=("Margaret Vargas",), numbers=("4471920",))
    first, second = run(KEYRING, "a.jsonl", known), run(KEYRING, "spool/segment-7.hl7", KnownPhi())
    other = run(OTHER, "a.jsonl", known)

    def row(result: ReleasedNote) -> tuple[object, ...]:
        return (
            result.note_key,
            result.patient_key,
            result.version,
            result.text,
            result.service_date,
            result.content_hash,
        )

    assert [row(result) for result in first] == [row(result) for result in second]
    assert len({result.patient_key for result in first}) == 1
    assert len({result.note_key for result in first}) == 10
    names = {(result.text or "").split(": ")[1].split(" came")[0] for result in first}
    assert len(names) == 1
    for here, there in zip(first, other, strict=True):
        for mine, others in zip(row(here), row(there), strict=True):
            assert mine != others
        assert here.key_id != there.key_id


def test_a_cancelled_note_is_a_version_without_text() -> None:
    result = released(note(None, status=NoteStatus.CANCELLED))
    assert (result.text, result.phi_spans, result.status) == (None, (), NoteStatus.CANCELLED)
    assert result.note_key == released(note()).note_key
    assert result.content_hash != released(note()).content_hash


def test_the_note_type_passes_the_same_de_identification() -> None:
    assert released(note(note_type="Letter to Margaret Vargas")).note_type == "Letter to [NAME]"
    # The finders miss this one; the feed's own names tell that it cannot be shown.
    assert released(note(note_type="Letter to vargas")).note_type is None


def test_what_is_sealed_is_the_whole_input() -> None:
    result = released(note())
    assert result.sealed is not None
    assert unseal(KEYRING, result.sealed, note().place) == note()


# --- it fails closed -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("analyzer", "reason", "detail"),
    [
        (RaisingAnalyzer(), Reason.DEIDENTIFY_ERROR, "ValueError"),
        (FailingRecognizerAnalyzer(), Reason.DEIDENTIFY_ERROR, "RecognizerFailed:phone"),
        (TimedOutAnalyzer(), Reason.DEIDENTIFY_TIMEOUT, "RecognizerTimedOut:phone"),
        (NoneAnalyzer(), Reason.DEIDENTIFY_ERROR, "TypeError"),
        (SpansAnalyzer(spans=((0, 10_000),)), Reason.DEIDENTIFY_ERROR, "InvalidFindings"),
        (SpansAnalyzer(spans=((9, 3),)), Reason.DEIDENTIFY_ERROR, "InvalidFindings"),
        (SpansAnalyzer(spans=((-5, 3),)), Reason.DEIDENTIFY_ERROR, "InvalidFindings"),
        (SpansAnalyzer(spans=((0, 9), (5, 12))), Reason.DEIDENTIFY_ERROR, "InvalidFindings"),
        (SpansAnalyzer(spans=((10, 12), (2, 4))), Reason.DEIDENTIFY_ERROR, "InvalidFindings"),
    ],
)
def test_whatever_the_analyzer_does_wrong_holds_the_note_back(analyzer: Analyzer, reason: Reason, detail: str) -> None:
    item = note()
    result = held(item, analyzer)
    assert (result.stage, result.reason, result.detail) == (Stage.DEIDENTIFY, reason, detail)
    assert unseal(KEYRING, result.sealed, item.place) == item
    same = released(item)
    assert (result.note_key, result.version, result.content_hash) == (same.note_key, same.version, same.content_hash)
    assert (result.note_id, result.chars, result.known_phi) == ("n-1", len(TEXT), True)
    told = repr(replace(result, timing=replace(result.timing, deidentify_ms=0.0)))  # what is measured holds any digits
    for word in ("Vargas", "Whitfield", "0048"):
        assert word not in told


def test_what_the_finders_missed_holds_the_note_back_and_only_types_are_told() -> None:
    without_ssn = FixedAnalyzer(tuple(entry for entry in VALUES if entry[0] not in (PhiType.SSN, PhiType.EMAIL)))
    result = held(note(), without_ssn)
    assert (result.reason, result.detail) == (Reason.RESIDUAL_PHI, "EMAIL=1 NAME=2 SSN=1")


def test_a_note_that_takes_too_long_is_held_back() -> None:
    result = held(note(), SlowAnalyzer(), time_limit=TimeLimit(base=0.01, per_million=0.0))
    assert result.reason is Reason.DEIDENTIFY_TIMEOUT
    assert TimeLimit(10, 60).seconds("x" * 500_000) == 40


@pytest.mark.parametrize("text", ["", " \n\t ", "\u2003\u00a0"])
def test_a_note_without_text_is_empty(text: str) -> None:
    assert held(note(text), FixedAnalyzer()).reason is Reason.EMPTY


def test_known_phi_can_be_required() -> None:
    result = held(note(known_phi=KnownPhi()), FixedAnalyzer(), known_phi_rule=KnownPhiRule.REQUIRED)
    assert (result.reason, result.detail) == (Reason.DEIDENTIFY_ERROR, "known_phi_required")


def test_an_outage_is_no_fault_of_the_note() -> None:
    with pytest.raises(Outage):
        deidentifier(analyzer=UnpluggedAnalyzer()).deidentify(read(note()))


# --- the step of a pipeline ------------------------------------------------------------------------------------


def test_a_unit_accounts_for_every_item_it_reads() -> None:
    place = Place("0" * 32, "default", "in/notes.jsonl", 99)
    record = SourceRecord(place, Format.JSONL, b"{broken Vargas", RECEIVED)
    items = [
        read(note(number=1)),
        read(note(" ", number=2)),
        read(NoNote(place, RECEIVED)),
        read(Unreadable(record, Reason.UNREADABLE, "line is not JSON")),
        read(note(number=3)),
    ]
    unit = Unit("0" * 32, "default", Format.JSONL, (Piece("in/notes.jsonl", 0, 10, 10, "d"),))
    step = pickle.loads(
        pickle.dumps(DeidentifyUnit(Deidentifier(load_policy("safe-harbor"), KEYRING, FixedAnalyzer())))
    )
    step.setup()
    result = step(unit, iter(items))

    assert result.unit == unit
    assert [one.note_id for one in result.notes] == ["n-1", "n-3"]
    assert [(one.stage, one.reason) for one in result.quarantined] == [
        (Stage.DEIDENTIFY, Reason.EMPTY),
        (Stage.READ, Reason.UNREADABLE),
    ]
    assert len(result.no_notes) == 1
    assert unseal(KEYRING, result.quarantined[1].sealed, place) == record
    assert b"Vargas" not in pickle.dumps(result)
