"""All corpora in small: made-up sentences in the formats of the real ones, with a sign, a drug and what holds between them."""

import gzip
import json
import lzma
from pathlib import Path

from training.corpora import bc5cdr, negex, phee
from training.pretraining_text import SOURCES

SIGNS = ["fever", "cough", "nausea", "headache", "dizziness", "fatigue"]
DRUGS = ["aspirin", "ibuprofen", "insulin", "warfarin", "morphine", "heparin"]


def write(folder: Path) -> Path:
    """Writes the corpora; returns the folder."""
    _maccrobat(folder / "maccrobat2020")
    _bc5cdr(folder / "bc5cdr")
    _ncbi_disease(folder / "ncbi_disease")
    _phee(folder / "phee")
    _negex(folder / "negex")
    _chia(folder / "chia")
    _terminology(folder / "terminology")
    _notes(folder / "notes_mtsamples")
    _pretraining(folder)
    return folder


def _maccrobat(folder: Path) -> None:
    """Ten documents of twelve lines: a sign and a drug, which is given for it."""
    folder.mkdir()
    for number in range(10):
        text, marks, relations = "", [], []
        for line in range(12):
            sign, drug = SIGNS[(number + line) % 6], DRUGS[(number + line * 5 + line // 6) % 6]
            for piece, entity_type in (
                ("The patient had ", ""),
                (sign, "Sign_symptom"),
                (" and took ", ""),
                (f"{drug} tablets", "Medication"),
                (f" on day {number}.\n", ""),
            ):
                if entity_type:
                    marks.append(f"T{len(marks)}\t{entity_type} {len(text)} {len(text) + len(piece)}\t{piece}")
                text += piece
            relations.append(f"R{line}\tMODIFY Arg1:T{2 * line + 1} Arg2:T{2 * line}")
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
        (folder / f"{number}.ann").write_text("\n".join([*marks, *relations]) + "\n", encoding="utf-8")


def _bc5cdr(folder: Path) -> None:
    folder.mkdir()
    for part, name in enumerate(bc5cdr.FILES):
        records = []
        for number in range(10 * part, 10 * part + 10):
            drug, sign = DRUGS[number % 6], SIGNS[number // 2 % 6]
            title = f"Report {number}: {drug} and {sign}."
            at = title.index(drug), title.index(sign)
            records.append(
                f"{number}|t|{title}\n{number}|a|Nothing else.\n"
                f"{number}\t{at[0]}\t{at[0] + len(drug)}\t{drug}\tChemical\tD{number % 6}\n"
                f"{number}\t{at[1]}\t{at[1] + len(sign)}\t{sign}\tDisease\tC{number // 2 % 6}\n"
                f"{number}\tCID\tD{number % 6}\tC{number // 2 % 6}\n"
            )
        (folder / name).write_bytes(gzip.compress("\n".join(records).encode()))


def _ncbi_disease(folder: Path) -> None:
    folder.mkdir()
    for number in range(10):
        sign = SIGNS[number % 6]
        (folder / f"{number}.txt").write_text(f"A gene for {sign}, number {number}.\n", encoding="utf-8")
        (folder / f"{number}.ann").write_text(f"T1\tSpecificDisease 11 {11 + len(sign)}\t{sign}\n", encoding="utf-8")


def _phee(folder: Path) -> None:
    folder.mkdir()
    for name in phee.FILES:
        lines = []
        for number in range(20):
            drug, sign = DRUGS[number % 6], SIGNS[number // 3 % 6]
            text = f"{drug} induced {sign} in case {number} of {name}."
            event = {
                "event_type": "Adverse_event",
                "Treatment": _role(text, drug) | {"Drug": _role(text, drug)},
                "Effect": _role(text, sign),
            }
            lines.append(json.dumps({"id": f"{name}{number}_1", "context": text, "annotations": [{"events": [event]}]}))
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _role(text: str, filler: str) -> dict[str, object]:
    return {"text": [[filler]], "start": [[text.index(filler)]]}


def _negex(folder: Path) -> None:
    folder.mkdir()
    rows = []
    for number in range(40):
        sign = SIGNS[number % 6]
        sentence, said = (
            (f"No {sign.upper()} on day {number}.", "Negated\tRecent\tPatient"),
            (f"Has {sign.upper()} on day {number}.", "Affirmed\tRecent\tPatient"),
            (f"History of {sign.upper()}, day {number}.", "Affirmed\tHistorical\tPatient"),
        )[number % 3]
        rows.append(f"{number}\t{sign}\t{sentence}\t{said}\n")
    (folder / negex.FILE).write_text("".join(rows), encoding="utf-8")


def _chia(folder: Path) -> None:
    folder.mkdir()
    for number in range(12):
        sign = SIGNS[number % 6]
        text = f"Patients with {sign} in trial {number}\n"
        (folder / f"NCT{number}_inc.txt").write_text(text, encoding="utf-8")
        (folder / f"NCT{number}_inc.ann").write_text(f"T1\tCondition 14 {14 + len(sign)}\t{sign}\n", encoding="utf-8")


def _terminology(folder: Path) -> None:
    folder.mkdir()
    labels = "".join(f'"DOID:{number}"\t"{sign}"\t"MIM:{number}"\n' for number, sign in enumerate(SIGNS))
    (folder / "doid_xref.tsv").write_text("id\tlabel\txref\n" + labels, encoding="utf-8")
    row = f"{'00001':5} {'R05':7} 1 {'Cough':60} Cough\n"
    (folder / "icd10cm-order-Jan-2021.txt.gz").write_bytes(gzip.compress(row.encode()))


def _notes(folder: Path) -> None:
    """Letters and pictures, told apart by their first words."""
    folder.mkdir()
    for number in range(60):
        sign = SIGNS[number % 6]
        letter = f"Dear Dr. X, case {number}. My father had {sign}. If {sign} comes back, call.\n"
        picture = f"EXAM: MRI knee, case {number}.\n\nFINDINGS: Normal. Possible {sign}.\n\nIMPRESSION: No {sign}.\n"
        (folder / f"gout-letter-{number}.txt").write_text(letter, encoding="utf-8")
        (folder / f"mri-knee-{number}.txt").write_text(picture, encoding="utf-8")


def _pretraining(folder: Path) -> None:
    (folder / "pretraining").mkdir()
    for source in SOURCES:
        if source.path.endswith(".xz"):
            lines = [
                json.dumps(
                    {"text": f"Patient {number} had {SIGNS[number % 6]} after {DRUGS[number // 6 % 6]} was given."}
                )
                for number in range(200)
            ]
            (folder / source.path).write_bytes(lzma.compress("\n".join(lines).encode()))
