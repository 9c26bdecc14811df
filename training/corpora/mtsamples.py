"""MTSamples: transcribed notes, of which is learnt what kind of note each is.

A file's name is mostly the specialty or the illness, and often the kind: ``copd-discharge-summary``,
``gen-med-consult-3``. The name decides (first rule that fits, and only where the note's headings do not speak against
it: "mri-brain-stroke" is at times the history of a case). Where the name has only the illness, the headings decide,
if they are those of one kind ("REASON FOR CONSULTATION", "SUBJECTIVE" and "OBJECTIVE"). Every other note has no
class: visits that could be of several kinds, templates, hand-outs for patients, opinions for insurers, radiotherapy.

Source: https://www.mtsamples.com
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from training.corpora.distinct import distinct
from transforms.extract.evaluation.document import Document


class NoteClass(StrEnum):
    """Kinds of note, by what they are for, whatever the specialty."""

    CARDIOLOGY_REPORT = "cardiology_report"
    CONSULTATION = "consultation"
    DISCHARGE_SUMMARY = "discharge_summary"
    EMERGENCY_NOTE = "emergency_note"
    HISTORY_AND_PHYSICAL = "history_and_physical"
    LETTER = "letter"
    NEUROPHYSIOLOGY_REPORT = "neurophysiology_report"
    OPERATIVE_REPORT = "operative_report"
    PATHOLOGY_REPORT = "pathology_report"
    PROCEDURE_NOTE = "procedure_note"
    PROGRESS_NOTE = "progress_note"
    PSYCHIATRIC_EVALUATION = "psychiatric_evaluation"
    RADIOLOGY_REPORT = "radiology_report"


@dataclass(frozen=True)
class _Rule:
    """A class for a note whose name has ``words`` and whose text has ``has`` and not ``lacks``."""

    note_class: NoteClass
    words: re.Pattern[str]
    has: re.Pattern[str] | None = None
    lacks: re.Pattern[str] | None = None

    def fits(self, name: str, text: str) -> bool:
        return bool(
            self.words.search(name)
            and (self.has is None or self.has.search(text))
            and (self.lacks is None or not self.lacks.search(text))
        )


def _words(alternatives: str) -> re.Pattern[str]:
    """Whole words of a name, which have hyphens between them."""
    return re.compile(rf"(?:^|-)(?:{alternatives})(?=-|$)")


def _headings(alternatives: str) -> re.Pattern[str]:
    """Headings of a text that begin so."""
    return re.compile(rf"^[\s*#]*(?:{alternatives})[^:\n]{{0,40}}:", re.MULTILINE | re.IGNORECASE)


_ANY = re.compile("")
# What a visit is written under, and no report of a test or an operation.
_VISIT = _headings(
    r"CC\b|HX\b|HPI\b|CHIEF COMPLAINT|REASON FOR (?:CONSULT|VISIT|REFERRAL)|(?:HISTORY OF )?PRESENT ILLNESS|SUBJECTIVE"
    r"|PAST MEDICAL HISTORY"
)
_OPERATION_HEADINGS = (
    r"(?:PRE|POST)-?\s?OP(?:ERATIVE)? (?:DIAGNOS|DX)|(?:TITLE|NAME|DESCRIPTION) OF (?:THE )?OPERATION"
    r"|OPERATIVE (?:PROCEDURE|NOTE|REPORT)|OPERATIONS? PERFORMED"
)
_OPERATION = _headings(_OPERATION_HEADINGS)
_PROCEDURE = _headings(
    r"PROCEDURE|(?:NAME|TITLE|DESCRIPTION|DETAILS) OF (?:THE )?PROCEDURE|(?:PRE|POST)-?PROCEDURE|DELIVERY NOTE|OPERATION"
    rf"|{_OPERATION_HEADINGS}"
)
_RESULT = _headings("FINDINGS|IMPRESSION|CONCLUSION|TECHNIQUE|INTERPRETATION")
_UNDER_DRAPES = re.compile(r"\b(?:prepped|draped|operating (?:room|table|suite)|incision|anesthesia)\b", re.IGNORECASE)
# A third of the notes that are named "consult" are visits for which nobody asked for an opinion.
_ASKED = re.compile(
    r"\bconsult|\brefer(?:red|ral|ring)|\basked (?:to|me|us|by)|\brequest|\bthank you for", re.IGNORECASE
)
_SOAP = re.compile(r"^SUBJECTIVE\s*:.*^OBJECTIVE\s*:", re.MULTILINE | re.DOTALL)

_BY_NAME = (
    _Rule(NoteClass.DISCHARGE_SUMMARY, _words("discharge-summary?|death-summary")),
    _Rule(NoteClass.LETTER, _words("letter")),
    _Rule(NoteClass.EMERGENCY_NOTE, _words("er-visit|er-report|emergency-visit")),
    _Rule(
        NoteClass.PSYCHIATRIC_EVALUATION,
        _words("psych(?:iatric)?-consult|(?:neuro)?psych(?:iatric|ological)-evaluation|mental-status-evaluation"),
    ),
    _Rule(NoteClass.CONSULTATION, _words("consults?|consultation|cosult|consut"), has=_ASKED, lacks=_OPERATION),
    _Rule(NoteClass.HISTORY_AND_PHYSICAL, _words("hp|history-physical"), lacks=_OPERATION),
    _Rule(
        NoteClass.PROGRESS_NOTE,
        _words("soap|progress-notes?|followup|office-visit|office-note|chart-note|recheck"),
        lacks=_OPERATION,
    ),
    _Rule(NoteClass.PATHOLOGY_REPORT, _words("path-report|pathology|autopsy|immunohistochemical"), lacks=_VISIT),
    _Rule(
        NoteClass.CARDIOLOGY_REPORT,
        _words(
            "[a-z]*echocardiogra(?:m|phy)|stress|treadmill|holter|tilt|m[ay]+oview|myocardial-perfusion|nuclear-scan|2-d-doppler"
        ),
        lacks=_VISIT,
    ),
    _Rule(
        NoteClass.NEUROPHYSIOLOGY_REPORT,
        _words("eeg|emgnerve|electroenc[a-z]*|electronystagmogram|[a-z]*polysomnogra(?:m|phy)|cpap|sleep-study"),
        lacks=_VISIT,
    ),
    # A thing looked at and operated on, and a picture that only guides, before what is only looked at.
    _Rule(
        NoteClass.OPERATIVE_REPORT,
        _words("[a-z]*thoracotomy|[a-z]*lobectomy|turp|laparo[a-z]*|craniotomy|hysterectomy|salpingectomy"),
        has=_UNDER_DRAPES,
        lacks=_VISIT,
    ),
    _Rule(NoteClass.PROCEDURE_NOTE, _words("guided|ultrasound-biopsy"), lacks=_VISIT),
    _Rule(
        NoteClass.RADIOLOGY_REPORT,
        _words(
            "ct|mri|mra|x-ray|ultrasound|duplex|doppler|[a-z]*mammogram|pet|scan|nuclear-medicine|barium-enema|views?|biophysical"
            "|series|chest-pa|images|airway-study|pulmonary-angio"
        ),
        has=_RESULT,
        lacks=_VISIT,
    ),
    _Rule(
        NoteClass.PROCEDURE_NOTE,
        _words(
            "injections?|[a-z]*blocks?|colonoscopy|egd|[a-z]*gastroduodenoscopy|bronchoscopy|bronchoalveolar|flex|sigmoidoscopy|ercp"
            "|cholangiopancreatography|gastroscopy|endoscopy|cystoscopy|cath|catheterization|angiogra(?:m|phy)|aortogram|arteriograms?"
            "|picc|central|t+riple|puncture|thoracentesis|pleurocentesis|paracentesis|intubation|cardioversion|discogram|epidurogram"
            "|delivery|radiofrequency|rhizotomy|stenting|stents?|peg|aspira[a-z]*|infusion|version|manipulation|cast|dressing"
        ),
        has=_PROCEDURE,
        lacks=_VISIT,
    ),
    _Rule(
        NoteClass.OPERATIVE_REPORT,
        _words(
            "[a-z]*(?:ectom(?:y|ies)|otom(?:y|ies)|ostomy|plasty|pexy|rrhaphy|desis|scopic|scopy|fulguration)|repairs?|excision"
            "|excisional|removal|resection|fusion|release|rlease|orif|reduction|graft|autograft|cesarean|c-section|replacement|implant"
            "|implantation|debridements?|closure|extraction|reconstruction|bypass|amputation|ligation|exploration|circumcision|cabg"
            "|transplant|transposition|shunt|surgery|insertion|placement|tah|bso|id|dc|tubes?|hardware|revision|lengthening"
            "|phacoemulsification|cataract|buckle|pacemaker|icd"
        ),
        has=_UNDER_DRAPES,
        lacks=_VISIT,
    ),
)
_BY_HEADINGS = (
    _Rule(NoteClass.OPERATIVE_REPORT, _ANY, has=_OPERATION, lacks=_VISIT),
    _Rule(NoteClass.DISCHARGE_SUMMARY, _ANY, has=_headings("DISCHARGE DIAGNOS")),
    _Rule(
        NoteClass.EMERGENCY_NOTE,
        _ANY,
        has=_headings(r"(?:EMERGENCY (?:ROOM|DEPARTMENT)|ED|ER) COURSE|COURSE IN THE ED\b"),
    ),
    _Rule(NoteClass.CONSULTATION, _ANY, has=_headings("(?:HISTORY AND )?REASON FOR CONSULT")),
    _Rule(NoteClass.HISTORY_AND_PHYSICAL, _ANY, has=_headings("REASON FOR ADMISSION|ADMI(?:SSION|TTING) DIAGNOS")),
    _Rule(NoteClass.PROGRESS_NOTE, _ANY, has=_headings("INTERVAL HISTORY|INTERIM HISTORY")),
    # Therapists and school physicals have these headings, too.
    _Rule(NoteClass.PROGRESS_NOTE, re.compile("^(?!.*(?:therapy|evaluation|physical|checkup|well-child))"), has=_SOAP),
)


def read(folder: Path) -> list[Document]:
    """All notes, with their class where it is clear.

    Raises:
        FileNotFoundError: the folder holds no note.
    """
    paths = sorted(folder.glob("*.txt"))
    if not paths:
        raise FileNotFoundError(f"{folder} holds no .txt file")
    return distinct(_document(path.stem, path.read_bytes().decode("utf-8")) for path in paths)


def note_class(name: str, text: str) -> NoteClass | None:
    """The class of the note in the file ``name`` (without its ending); None where it is not clear."""
    for rule in (*_BY_NAME, *_BY_HEADINGS):
        if rule.fits(name, text):
            return rule.note_class
    return None


def _document(name: str, text: str) -> Document:
    return Document(name=name, text=text, note_class=note_class(name, text))
