"""NegEx and CHIA: only what is surely asserted is learnt from, where it stands."""

from collections import Counter
from pathlib import Path

import pytest

from training.corpora import chia, negex
from transforms.extract.evaluation.brat import BratError
from transforms.extract.evaluation.document import Assertion, Document, Entity, Experiencer

HEADING = "line number\tCondition\tsentence\tnegation_status\ttemporality\texperiencer\n"


def _negex(folder: Path, *rows: str) -> list[Document]:
    lines = [f"{number}\t{row}\n" for number, row in enumerate(rows, 1)]
    (folder / negex.FILE).write_text(HEADING + "".join(lines), encoding="utf-8")
    return negex.read(folder)


def _said(document: Document) -> dict[str, Assertion]:
    words = [document.text[entity.start : entity.end] for entity in document.entities]
    return dict(zip(words, document.assertions, strict=True))


def test_a_finding_is_written_as_it_was_and_rows_of_a_sentence_are_one_document(tmp_path: Path) -> None:
    (document,) = _negex(
        tmp_path,
        "Chest  pain\tNo CHEST   PAIN or fever, mother had gout.\tNegated\tRecent\tPatient",
        "fever\tNo Chest  pain or FEVER, mother had gout.\tNegated\tRecent\tPatient",
        "gout\tNo Chest  pain or fever, mother had GOUT.\tAffirmed\tHistorical\tFamily member",
    )

    assert document.text == "No Chest  pain or fever, mother had gout."
    assert _said(document) == {
        "Chest  pain": Assertion(True, None, False, False, Experiencer.PATIENT),
        "fever": Assertion(True, None, False, False, Experiencer.PATIENT),
        "gout": Assertion(False, None, True, False, Experiencer.OTHER),
    }


def test_what_is_spoken_of_and_not_had_is_hypothetical(tmp_path: Path) -> None:
    (document,) = _negex(tmp_path, "rash\tCall if there is a RASH.\tAffirmed\tNot particular\tPatient")

    assert _said(document) == {"rash": Assertion(False, None, False, True, Experiencer.PATIENT)}


def test_a_finding_in_no_one_place_and_rows_that_disagree_are_left_out(tmp_path: Path) -> None:
    documents = _negex(
        tmp_path,
        "cough\tNo wheeze.\tNegated\tRecent\tPatient",
        "pain\tPAIN is worse than chest PAIN.\tAffirmed\tRecent\tPatient",
        "MI\tMIDLINE scar.\tAffirmed\tRecent\tPatient",
        "Gout\tGOUT.\tAffirmed\tRecent\tPatient",
        "Gout\tGOUT.\tAffirmed\tHistorical\tPatient",
        "Small (left) cavity\tSmall (left) cavity.\tAffirmed\tRecent\tPatient",
    )

    assert [document.text for document in documents] == ["Small (left) cavity."]


@pytest.mark.parametrize("row", ["gout\tGOUT.", "gout\tGOUT.\tPerhaps\tRecent\tPatient"])
def test_a_malformed_row_is_named_and_not_quoted(tmp_path: Path, row: str) -> None:
    with pytest.raises(negex.NegexError) as caught:
        _negex(tmp_path, "rash\tRASH.\tAffirmed\tRecent\tPatient", row)

    assert str(caught.value) == f"{tmp_path / negex.FILE}: line 3 is malformed"


def _chia(folder: Path, text: str, *lines: str) -> list[Document]:
    (folder / "T_inc.txt").write_bytes(text.encode())
    (folder / "T_inc.ann").write_bytes("\n".join(lines).encode())
    return chia.read(folder)


def _marks(text: str, **marks: tuple[str, str]) -> list[str]:
    """T lines: by identifier, the type and the words."""
    return [
        f"{key}\t{kind} {text.index(words)} {text.index(words) + len(words)}\t{words}"
        for key, (kind, words) in marks.items()
    ]


def test_plain_cues_judge_and_exceptions_do_not(tmp_path: Path) -> None:
    text = (
        "No fever\r\nCancer other than melanoma\r\nHistory of stroke\r\nCurrent gout\r\nAsthma\r\nRash within 6 months"
    )
    (document,) = _chia(
        tmp_path,
        text,
        *_marks(
            text,
            T1=("Negation", "No"),
            T2=("Condition", "fever"),
            T3=("Condition", "Cancer"),
            T4=("Negation", "other than"),
            T5=("Condition", "melanoma"),
            T6=("Temporal", "History"),
            T7=("Condition", "stroke"),
            T8=("Temporal", "Current"),
            T9=("Condition", "gout"),
            T10=("Condition", "Asthma"),
            T11=("Condition", "Rash"),
            T12=("Temporal", "within 6 months"),
        ),
        "R1\tHas_negation Arg1:T2 Arg2:T1\t",
        "R2\tHas_negation Arg1:T5 Arg2:T4\t",
        "R3\tHas_temporal Arg1:T7 Arg2:T6\t",
        "R4\tHas_temporal Arg1:T9 Arg2:T8\t",
        "R5\tHas_temporal Arg1:T11 Arg2:T12\t",
    )

    assert _said(document) == {
        "fever": Assertion(negated=True, historical=False),
        "Cancer": Assertion(negated=False, historical=False),
        "stroke": Assertion(negated=False, historical=True),
        "gout": Assertion(negated=False, historical=False),
        "Asthma": Assertion(negated=False, historical=False),
        "Rash": Assertion(negated=False, historical=None),
    }
    assert {entity.type for entity in document.entities} == {"Concept"}


def test_the_rest_of_a_list_under_a_cue_is_left_out(tmp_path: Path) -> None:
    text = "no pain, heavy swelling, long lasting redness, or rash\nprior surgery or radiation\nplanned biopsy\nno known gout"
    (document,) = _chia(
        tmp_path,
        text,
        "*\tOR T2 T3 T4 T5",
        "*\tOR T7 T8",
        *_marks(
            text,
            T1=("Negation", "no"),
            T2=("Condition", "pain"),
            T3=("Condition", "heavy swelling"),
            T4=("Condition", "redness"),
            T5=("Condition", "rash"),
            T6=("Temporal", "prior"),
            T7=("Procedure", "surgery"),
            T8=("Procedure", "radiation"),
            T9=("Mood", "planned"),
            T10=("Procedure", "biopsy"),
            T11=("Condition", "gout"),
        ),
        "R1\tHas_negation Arg1:T2 Arg2:T1\t",
        "R2\tHas_temporal Arg1:T7 Arg2:T6\t",
        "R3\tHas_mood Arg1:T10 Arg2:T9\t",
    )

    said = _said(document)
    assert said["pain"].negated is True
    assert {"heavy swelling", "biopsy", "gout"}.isdisjoint(said)
    assert (said["surgery"].historical, said["radiation"].historical) == (True, None)


def test_one_span_with_two_labels_is_one_entity_and_passages_set_aside_are_not_read(tmp_path: Path) -> None:
    text = "Sterilisation.\nAny gout that the doctor minds"
    (document,) = _chia(
        tmp_path,
        text,
        *_marks(
            text,
            T1=("Condition", "Sterilisation"),
            T2=("Procedure", "Sterilisation"),
            T3=("Non-query-able", "Any gout that the doctor minds"),
            T4=("Condition", "gout"),
        ),
    )

    assert document.entities == (Entity(0, 13, "Concept"),)


def test_what_holds_nothing_sure_is_no_document_and_malformed_files_are_named(tmp_path: Path) -> None:
    assert _chia(tmp_path, "NA\r\n") == []
    with pytest.raises(BratError) as caught:
        _chia(tmp_path, "Gout", "T1\tCondition 0 99\tGout")
    assert str(caught.value) == f"{tmp_path / 'T_inc.ann'}: line 1 is malformed"


@pytest.mark.parametrize("read", [negex.read, chia.read])
def test_absent_corpora(tmp_path: Path, read: object) -> None:
    assert callable(read)
    with pytest.raises(FileNotFoundError):
        read(tmp_path)


def test_the_real_negex(corpora: Path) -> None:
    documents = negex.read(corpora / "negex")

    assertions = Counter(a.negated for d in documents for a in d.assertions)
    assert (len(documents), assertions) == (830, {False: 790, True: 239})
    concepts = {
        line.split("\t")[1].strip()
        for line in (corpora / "negex" / negex.FILE).read_text(encoding="utf-8").split("\n")[1:]
        if line
    }
    assert all(words in concepts for document in documents for words in _said(document))


def test_the_real_chia(corpora: Path) -> None:
    documents = chia.read(corpora / "chia")

    assert len(documents) == 1700
    negated = Counter(a.negated for d in documents for a in d.assertions)
    assert negated == {False: 19323, True: 350}
    assert all(len(d.entities) == len(d.assertions) == len(set(d.entities)) for d in documents)
