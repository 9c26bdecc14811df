"""One note from raw to released: find, replace, and a second opinion; whatever goes wrong, it is held back."""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from transforms.deidentify.date_forms import RELATIVE
from transforms.deidentify.errors import RecognizerFailed, RecognizerTimedOut
from transforms.deidentify.findings import Finding
from transforms.deidentify.identity import Identity, identify, released_service_date
from transforms.deidentify.policy import Policy, RelativeDates
from transforms.deidentify.replace import Replaced, replace
from transforms.deidentify.residual import Residual, find_residuals
from transforms.deidentify.rewriting import Rewriter
from transforms.deidentify.surrogates import Surrogates
from transforms.errors import Outage
from transforms.keyring import Keyring
from transforms.records import (
    KnownPhi,
    NoNote,
    Note,
    PhiAction,
    PhiType,
    Quarantined,
    Read,
    Reason,
    ReleasedNote,
    Stage,
    Timing,
    Unreadable,
)
from transforms.sealing import seal

_MASK = Policy("mask", dict.fromkeys(PhiType, PhiAction.MASK))  # for note types, under every policy
_NOTE_TYPES = 1024  # masked ones that are remembered: a source has dozens
_NUMBER = 5  # characters from which a found number may stand nowhere in the note


class Analyzer(Protocol):
    """Finds what identifies someone. Raises RecognizerFailed or RecognizerTimedOut rather than pass over anything."""

    def setup(self) -> None:
        """Loads what it needs, once in every worker."""

    def find(self, text: str, known_phi: KnownPhi) -> list[Finding]:
        """Sorted findings that do not overlap, those of ``known_phi`` and of repeated values included."""


class KnownPhiRule(StrEnum):
    """What to do with a note of whose patient the feed says nothing."""

    OPTIONAL = "optional"
    REQUIRED = "required"  # it is held back


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """How long a note may take: proportional to its length, in seconds and seconds per million characters."""

    base: float = 10.0
    per_million: float = 60.0

    def seconds(self, text: str) -> float:
        """The limit of that text."""
        return self.base + self.per_million * len(text) / 1e6


class _Held(Exception):  # noqa: N818  a decision, not an error
    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class Deidentifier:
    """De-identifies notes one by one. Picklable before ``setup``; safe for threads that share it after."""

    policy: Policy
    keyring: Keyring = field(repr=False)
    analyzer: Analyzer = field(repr=False)
    known_phi_rule: KnownPhiRule = KnownPhiRule.OPTIONAL
    time_limit: TimeLimit = TimeLimit()
    _note_types: dict[str, Replaced] = field(default_factory=dict, init=False, repr=False, compare=False)

    def setup(self) -> None:
        """Loads lists, recognizers and models; raises where anything is missing."""
        if not self.policy.keeps_everything:
            self.analyzer.setup()

    def deidentify(self, read: Read) -> ReleasedNote | Quarantined | NoNote:
        """What becomes of one thing that was read. Raises Outage alone: all else is a reason to hold the note back."""
        item = read.item
        if isinstance(item, NoNote):
            return item
        started = time.perf_counter()
        if isinstance(item, Unreadable):
            return Quarantined(
                place=item.record.place,
                stage=Stage.READ,
                reason=item.reason,
                detail=item.detail,
                sealed=seal(self.keyring, item.record),
                timing=_timing(read, started),
            )
        try:
            return self._release(item, read, started)
        except _Held as held:
            reason, detail = held.reason, held.detail
        except RecognizerFailed as failed:
            timed_out = isinstance(failed, RecognizerTimedOut)
            reason = Reason.DEIDENTIFY_TIMEOUT if timed_out else Reason.DEIDENTIFY_ERROR
            detail = f"{type(failed).__name__}:{failed.recognizer}"
        except Outage:
            raise
        except Exception as error:  # fails closed; its text may quote the note, so its name alone is told
            reason, detail = Reason.DEIDENTIFY_ERROR, type(error).__name__
        identity = identify(item, self.keyring)
        return Quarantined(
            place=item.place,
            stage=Stage.DEIDENTIFY,
            reason=reason,
            detail=detail,
            sealed=seal(self.keyring, item),
            timing=_timing(read, started),
            note_id=item.note_id.value,
            note_key=identity.note_key,
            version=identity.version,
            content_hash=identity.content_hash,
            known_phi=item.known_phi.tells_of_patient,
            chars=None if item.text is None else len(item.text),
        )

    def _release(self, note: Note, read: Read, started: float) -> ReleasedNote:
        identity = identify(note, self.keyring)
        replaced = None
        if note.text is not None:
            if not note.text.strip():
                raise _Held(Reason.EMPTY, "no text")
            if self.known_phi_rule is KnownPhiRule.REQUIRED and not note.known_phi.tells_of_patient:
                raise _Held(Reason.DEIDENTIFY_ERROR, "known_phi_required")
            replaced = self._replaced(note, note.text, identity, started)
        service_date, service_year = released_service_date(
            note.service_date, self.policy.actions[PhiType.DATE], identity.shift_days, note.known_phi
        )
        return ReleasedNote(
            place=note.place,
            note_id=note.note_id.value,
            note_key=identity.note_key,
            version=identity.version,
            ordered=identity.ordered,
            content_hash=identity.content_hash,
            known_phi=note.known_phi.tells_of_patient,
            status=note.status,
            parent_note_key=identity.parent_note_key,
            parent_relation=note.parent.relation if note.parent else None,
            patient_key=identity.patient_key,
            encounter_key=identity.encounter_key,
            note_type=self._note_type(note),
            service_date=service_date,
            service_year=service_year,
            text=replaced.text if replaced else None,
            policy=self.policy.name,
            key_id=self.keyring.key_id,
            phi_spans=replaced.spans if replaced else (),
            sealed=seal(self.keyring, note),
            timing=_timing(read, started),
        )

    def _replaced(self, note: Note, text: str, identity: Identity, started: float) -> Replaced:
        if self.policy.keeps_everything:
            return Replaced(text, ())
        findings = self.analyzer.find(text, note.known_phi)
        if self.policy.relative_dates is RelativeDates.KEEP:
            findings = [finding for finding in findings if finding.recognizer not in RELATIVE]
        self._check_time(text, started)
        found = [(finding.phi_type, text[finding.start : finding.end]) for finding in findings]
        rewriter = Rewriter(
            self.policy,
            identity.shift_days,
            note.service_date.year if note.service_date else None,
            Surrogates(
                self.keyring,
                identity.subject_key,
                text,
                names=[*(value for phi_type, value in found if phi_type is PhiType.NAME), *note.known_phi.names],
                values=[value for _, value in found if len(value) >= _NUMBER and any(map(str.isdigit, value))],
            ),
        )
        replaced = replace(text, rewriter.rewrite(text, findings))
        self._check_time(text, started)
        residuals = find_residuals(text, replaced, note.known_phi, self.policy)
        if residuals:
            raise _Held(Reason.RESIDUAL_PHI, _counts(residuals))
        self._check_time(text, started)
        return replaced

    def _check_time(self, text: str, started: float) -> None:
        if time.perf_counter() - started > self.time_limit.seconds(text):
            raise _Held(Reason.DEIDENTIFY_TIMEOUT, "note")

    def _note_type(self, note: Note) -> str | None:
        """The source's note type, masked, for it is free text in some feeds; None where that does not suffice."""
        note_type = note.note_type
        if note_type is None or not note_type.strip() or self.policy.keeps_everything:
            return note_type
        if note_type not in self._note_types:
            if len(self._note_types) >= _NOTE_TYPES:
                self._note_types.clear()
            rewriter = Rewriter(_MASK, 0, None, Surrogates(self.keyring, "", note_type))
            findings = self.analyzer.find(note_type, KnownPhi())
            self._note_types[note_type] = replace(note_type, rewriter.rewrite(note_type, findings))
        replaced = self._note_types[note_type]
        return None if find_residuals(note_type, replaced, note.known_phi, _MASK) else replaced.text


def _counts(residuals: Iterable[Residual]) -> str:
    counts = Counter(residual.phi_type for residual in residuals)
    return " ".join(f"{phi_type}={count}" for phi_type, count in sorted(counts.items()))


def _timing(read: Read, started: float) -> Timing:
    return Timing(read.received_at, read.read_ms, (time.perf_counter() - started) * 1000)
