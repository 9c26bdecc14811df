"""Labelled notes as hospitals have them: one visit in four schemes gives the same gold, and a fault has its place."""

import shutil
from pathlib import Path

import pytest

from transforms.deidentify.evaluation import asq_phi, brat, i2b2
from transforms.deidentify.evaluation.gold import GoldNote
from transforms.deidentify.evaluation.reading import read_gold
from transforms.errors import ChartstreamError
from transforms.labelled import BadGold
from transforms.read.values import as_known_phi
from transforms.records import PhiType

GOLD = Path(__file__).parent / "gold"
VISIT = [
    (PhiType.DATE, "03/14/2081"),
    (PhiType.NAME, "Luis Śliwiński"),
    (PhiType.NAME, "O'Hara"),
    (PhiType.AGE, "91"),
    (None, "welder"),
    (None, "Peru"),
    (PhiType.AGE, "47"),
    (PhiType.LOCATION, "St. Anne's"),
    (PhiType.LOCATION, "Ward 3"),
    (PhiType.NAME, "Zoë Okafor"),
    (PhiType.DATE, "1998"),
    (PhiType.ID, "88-20417"),
    (PhiType.PHONE, "55-0417"),
    (PhiType.ID, "zokafor"),
]


def read(*paths: Path) -> list[GoldNote]:
    return read_gold(paths, as_known_phi)


def values(note: GoldNote) -> list[tuple[PhiType | None, str]]:
    return [(span.phi_type, note.text[span.start : span.end]) for span in note.spans]


@pytest.mark.parametrize("file", ["visit.jsonl", "visit.xml", "visit.txt", "visit.ann", "questions.txt"])
def test_every_scheme_gives_the_same_gold(file: str) -> None:
    note = read(GOLD / file)[0]

    assert values(note) == VISIT
    assert note.labelled == ((0, len(note.text)),)


def test_a_folder_is_read_with_all_below_it_and_each_file_once(tmp_path: Path) -> None:
    shutil.copytree(GOLD, tmp_path / "set" / "cardiology")
    (tmp_path / "set" / "annotation.conf").write_text("[entities]\nNAME\n")
    (tmp_path / "set" / "._visit.xml").write_bytes(b"\x00\x05\x16\x07")

    notes = read(tmp_path / "set")

    assert [note.note_id for note in notes] == [
        "cardiology/questions:2",
        "cardiology/questions:24",
        "visit",
        "cardiology/visit",
        "cardiology/visit",
    ]
    assert [len(note.spans) for note in notes] == [14, 0, 14, 14, 14]


def test_entities_in_an_i2b2_text_are_characters_and_its_offsets_count_them() -> None:
    document = (
        b"<deIdi2b2><TEXT>\n\nSeen by Drs. Ma&amp;l&#243; &lt;ENT&gt; and Ruiz</TEXT><TAGS>"
        b'<NAME id="P0" start="15" end="20" text="Ma&amp;l&#xF3;" TYPE="DOCTOR"/><!-- second reader: yes -->'
        b'<NAME id="P1" start="31" end="35" text="Ruiz" TYPE="DOCTOR"/>'
        b'<LOCATION id="P2" start="22" end="25" TYPE="OTHER"/></TAGS></deIdi2b2>'
    )

    note = i2b2.read(document, "117-02")

    assert values(note) == [(PhiType.NAME, "Ma&ló"), (PhiType.NAME, "Ruiz"), (PhiType.LOCATION, "ENT")]


def test_in_a_cdata_section_an_entity_is_text() -> None:
    document = (
        b'<?xml version="1.0" encoding="UTF-8" ?><deIdi2b2><TEXT><![CDATA[R&amp;D saw Vega\nNoor today]]></TEXT><TAGS>'
        b'<NAME id="P0" start="12" end="21" text="Vega Noor" TYPE="PATIENT"/></TAGS></deIdi2b2>'
    )

    assert values(i2b2.read(document, "117-03")) == [(PhiType.NAME, "Vega\nNoor")]


def test_a_documents_own_entities_are_not_followed() -> None:
    document = (
        b'<!DOCTYPE deIdi2b2 [<!ENTITY file SYSTEM "file:///etc/hostname">]>'
        b"<deIdi2b2><TEXT>host &file;</TEXT><TAGS/></deIdi2b2>"
    )

    with pytest.raises(BadGold, match="<TEXT> holds more than text"):
        i2b2.read(document, "117-04")


def test_a_discontinuous_brat_label_is_its_covering_span() -> None:
    text = "Ana and Luis Śliwiński came.\r\nTel 555 0142."
    annotations = "T1\tPATIENT 0 3;13 22\tAna Śliwiński\r\nT2\tPHONE 34 42\t555 0142\r\nR1\tof Arg1:T2 Arg2:T1\r\n"

    note = brat.read(text, annotations, "7")

    assert values(note) == [(PhiType.NAME, "Ana and Luis Śliwiński"), (PhiType.PHONE, "555 0142")]


def test_line_ends_of_a_brat_text_count_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "7.txt").write_bytes("Seen.\r\nDr. Ösz".encode())
    (tmp_path / "7.ann").write_text("T1\tDOCTOR 11 14\tÖsz\n", encoding="utf-8")

    assert values(read(tmp_path)[0]) == [(PhiType.NAME, "Ösz")]


def test_every_occurrence_of_a_listed_value_is_gold_and_a_nested_one_is_no_second() -> None:
    questions = (
        "===QUERY===\nDid May, seen at Boston Children’s Hospital in Boston, come in Mayfield? May I ask?\n===PHI_TAGS===\n"
        '{"identifier_type": "NAME", "value": "May"}\n'
        '{"identifier_type": "GEOGRAPHIC_LOCATION", "value": "Boston"}\n'
        '{"identifier_type": "GEOGRAPHIC_LOCATION", "value": "Boston Children\'s Hospital"}\n'
        '{"identifier_type": "EMAIL_ADDRESS", "value": "may@example.org"}\n'
    )

    (note,) = asq_phi.read(questions, "dev")

    assert values(note) == [
        (PhiType.NAME, "May"),
        (PhiType.LOCATION, "Boston Children’s Hospital"),
        (PhiType.LOCATION, "Boston"),
        (PhiType.NAME, "May"),
    ]
    assert note.unplaced == 1


def test_json_lines_may_say_where_all_is_labelled_and_what_the_feed_knows(tmp_path: Path) -> None:
    row = (
        '\ufeff{"note_id": 12, "text": "Okafor, seen again.", "spans": [{"start": 0, "end": 6, "type": "name"}],'
        ' "labelled": [[0, 7]], "known_phi": {"names": ["Chidi Okafor"], "dates": ["1931-11-02"]}, "author": "rw"}\n'
    )
    (tmp_path / "notes.jsonl").write_text(row, encoding="utf-8")

    (note,) = read(tmp_path / "notes.jsonl")

    assert (note.note_id, note.labelled) == ("12", ((0, 7),))
    assert note.known_phi.names == ("Chidi Okafor",)
    assert note.known_phi.dates[0].isoformat() == "1931-11-02"


ROW = '{{"note_id": "1", "text": "Marta Vega", "spans": {}}}'


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("n.jsonl", ROW.format("[]") + "\nMarta Vega\n", r"--gold 1: line 2: not JSON$"),
        ("n.jsonl", ROW.format('[{"start": 0, "end": 5}]'), r"line 1: span 1: not an object"),
        ("n.jsonl", ROW.format('[{"start": 0, "end": 5, "type": "Marta"}]'), r"line 1: span 1: a type that is not known"),
        ("n.jsonl", ROW.format('[{"start": 6, "end": 11, "type": "NAME"}]'), r"span 1: start and end are no span"),
        ("n.jsonl", ROW.format('[{"start": 5, "end": 5, "type": "NAME"}]'), r"span 1: start and end are no span"),
        ("n.jsonl", ROW.format('[{"start": 0, "end": true, "type": "NAME"}]'), r"span 1: .* whole numbers"),
        ("n.jsonl", ROW.format("null"), r"line 1: spans must be a list"),
        ("n.jsonl", ROW.format('[], "labelled": [[0]]'), r"line 1: labelled must be a list of \[start, end\]"),
        ("n.jsonl", ROW.format('[], "known_phi": {"name": "Marta"}'), r"line 1: known_phi is not"),
        ("n.jsonl", '{"text": "Marta Vega", "spans": []}', r"line 1: note_id must be"),
        ("n.jsonl", "\n\n", r"--gold 1 holds no labelled note"),
        ("n.xml", "<deIdi2b2>\n<TEXT>Marta & Vega</TEXT></deIdi2b2>", r"--gold 1: line 2: not XML"),
        ("n.xml", "<notes><TEXT/><TAGS/></notes>", r"not <deIdi2b2>"),
        (
            "n.xml",
            '<deIdi2b2><TEXT>Marta Vega</TEXT><TAGS><NAME start="1" end="6" text="Marta" TYPE="PATIENT"/></TAGS></deIdi2b2>',
            r"label 1: its text is not what stands at its offsets",
        ),
        ("n.txt", "Marta Vega", r"neither an \.ann beside"),
        ("n.txt", "===QUERY===\nMarta Vega?\n===PHI_TAGS===\nMarta Vega\n", r"--gold 1: line 4: not an object"),
        ("n.txt", "===QUERY===\nMarta Vega?\n", r"line 2: no ===PHI_TAGS==="),
        ("n.csv", "Marta Vega", r"no format that is known"),
    ],
)  # fmt: skip
def test_a_fault_is_one_line_with_its_place_and_no_text(tmp_path: Path, name: str, content: str, message: str) -> None:
    (tmp_path / name).write_text(content)

    with pytest.raises(ChartstreamError, match=message) as raised:
        read(tmp_path / name)

    assert "\n" not in str(raised.value)
    assert "Marta" not in str(raised.value)
    assert "Vega" not in str(raised.value)


def test_a_fault_in_a_folder_names_the_file_by_its_number(tmp_path: Path) -> None:
    (tmp_path / "Ruiz_Ana.txt").write_text("Ana Ruiz")
    (tmp_path / "Ruiz_Ana.ann").write_text("T1\tNAME 4 9\tRuiz\n")

    with pytest.raises(ChartstreamError, match=r"^--gold 1, labelled file 2 by name: line 1 of the \.ann: ") as raised:
        read(tmp_path)

    assert "Ruiz" not in str(raised.value)


def test_a_path_that_is_not_there_or_is_no_utf_8_is_told(tmp_path: Path) -> None:
    (tmp_path / "n.jsonl").write_bytes(b"Mart\xe1")

    with pytest.raises(ChartstreamError, match="--gold 1 is not there"):
        read(tmp_path / "labelled")
    with pytest.raises(ChartstreamError, match="--gold 1: not UTF-8"):
        read(tmp_path / "n.jsonl")
