"""A note's class comes from its name first, unless its headings speak against it."""

from collections import Counter
from pathlib import Path

import pytest

from training.corpora import mtsamples
from training.corpora.mtsamples import NoteClass, note_class

OPERATION = "PREOPERATIVE DIAGNOSIS: Hernia.\n\nPROCEDURE: Repair.\n\nThe patient was prepped and draped."
VISIT = "CHIEF COMPLAINT: Pain.\n\nPAST MEDICAL HISTORY: Gout."
FILM = "EXAM: MRI knee.\n\nFINDINGS: Normal.\n\nIMPRESSION: Normal."


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("copd-discharge-summary", VISIT, NoteClass.DISCHARGE_SUMMARY),
        ("gen-med-consult-12", f"I was asked to see this patient.\n\n{VISIT}", NoteClass.CONSULTATION),
        ("gen-med-consult-12", VISIT, None),  # nobody asked for an opinion
        ("psych-consult-dementia", VISIT, NoteClass.PSYCHIATRIC_EVALUATION),
        ("cva-consult-er-visit", VISIT, NoteClass.EMERGENCY_NOTE),
        ("mri-knee-2", FILM, NoteClass.RADIOLOGY_REPORT),
        ("mri-knee-2", f"CC: Weakness.\n\n{FILM}", None),  # a case that is named for its picture
        ("ct-guided-biopsy", FILM, NoteClass.PROCEDURE_NOTE),
        ("inguinal-hernia-repair", OPERATION, NoteClass.OPERATIVE_REPORT),
        ("inguinal-hernia-repair", VISIT, None),
        ("colonoscopy-3", OPERATION, NoteClass.PROCEDURE_NOTE),
        ("bronchoscopy-thoracotomy", OPERATION, NoteClass.OPERATIVE_REPORT),
        ("penile-discharge", VISIT, None),
        ("gout", OPERATION, NoteClass.OPERATIVE_REPORT),
        ("gout", f"REASON FOR CONSULTATION: Gout.\n{VISIT}", NoteClass.CONSULTATION),
        ("gout", "SUBJECTIVE: Pain.\n\nOBJECTIVE: Red toe.", NoteClass.PROGRESS_NOTE),
        ("physical-therapy-gout", "SUBJECTIVE: Pain.\n\nOBJECTIVE: Red toe.", None),
        ("gout", VISIT, None),
        ("gout", "Gout is a common disease.", None),
    ],
)
def test_a_note_has_the_class_that_its_name_and_headings_agree_on(
    name: str, text: str, expected: NoteClass | None
) -> None:
    assert note_class(name, text) is expected


def test_a_folder_of_notes(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        mtsamples.read(tmp_path)
    (tmp_path / "gout-letter.txt").write_bytes(b"Dear Dr. X,\r\n")
    (tmp_path / "gout-letter-2.txt").write_bytes(b"Dear Dr. X,\r\n")
    (tmp_path / "LICENSE").write_bytes(b"")

    (document,) = mtsamples.read(tmp_path)

    assert (document.text, document.note_class) == ("Dear Dr. X,\r\n", "letter")


def test_the_real_notes(corpora: Path) -> None:
    documents = mtsamples.read(corpora / "notes_mtsamples")

    classes = Counter(document.note_class for document in documents)
    assert len(documents) == 1999
    assert set(classes) == {*NoteClass, None}
    assert classes[None] < 450
    assert min(classes.values()) >= 10
