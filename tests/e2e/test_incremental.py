"""The same command again: nothing is read twice, what is new is added, what changed becomes another version."""

from pathlib import Path

import orjson

from tests.e2e.support import TABLES, assert_consistent, comparable, rows, run

NOTES = {
    "ward/one.txt": "HISTORY: The patient has chest pain and was given aspirin 81 mg.\n",
    "ward/two.txt": "Seen by Dr. Maria Alvarez on 03/05/2021. No fever. Foley catheter in place.\n",
    "clinic/three.txt": "Mr. John Carter, MRN 40718835, has Crohn's disease.\n",
}


def write(folder: Path, notes: dict[str, str]) -> Path:
    for name, text in notes.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def count(out: Path) -> dict[str, int]:
    return {table: len(rows(out, table)) for table in TABLES}


def test_a_second_run_adds_nothing_a_new_file_its_note_and_a_changed_file_a_version(tmp_path, triton):
    notes, out = write(tmp_path / "in", NOTES), tmp_path / "out"
    first = run(notes, "--output", out, "--triton", triton)
    assert (first["records"], first["released"]) == (3, 3)
    assert first["entities"] > 0
    before = count(out)

    assert run(notes, "--output", out, "--triton", triton)["records"] == 0
    assert count(out) == before

    write(notes, {"clinic/four.txt": "Echocardiogram shows normal ejection fraction.\n"})
    assert run(notes, "--output", out, "--triton", triton)["released"] == 1
    assert len(rows(out, "released/notes")) == 4

    write(notes, {"clinic/four.txt": "Echocardiogram shows reduced ejection fraction.\n"})
    assert run(notes, "--output", out, "--triton", triton)["released"] == 1
    versions = [row for row in rows(out, "released/notes") if "Echocardiogram" in row["text"]]
    assert len({row["note_key"] for row in versions}) == 1
    assert max(versions, key=lambda row: row["version"])["text"].endswith("reduced ejection fraction.\n")

    (notes / "ward/one.txt").touch()
    assert run(notes, "--output", out, "--triton", triton)["records"] == 0
    assert_consistent(out)


def test_a_note_that_is_repeated_is_a_duplicate_and_one_that_changed_is_a_version(tmp_path, triton):
    lines = [
        {"note_id": "n1", "patient_id": "p1", "text": "Chest pain for two days."},
        {"note_id": "n2", "patient_id": "p1", "text": "Shortness of breath."},
        {"note_id": "n1", "patient_id": "p1", "text": "Chest pain for two days."},
        {"note_id": "n2", "patient_id": "p1", "text": "Shortness of breath on exertion."},
    ]
    notes = tmp_path / "notes.jsonl"
    notes.write_bytes(b"\n".join(map(orjson.dumps, lines)) + b"\n")
    beam = ("--", "--direct_num_workers=2", "--direct_running_mode=multi_threading")
    summary = run(notes, "--output", tmp_path / "out", "--triton", triton, "--unit-notes", "1", *beam)
    assert (summary["released"], summary["duplicates"]) == (3, 1)
    released = rows(tmp_path / "out", "released/notes")
    assert sorted(row["text"] for row in released) == [
        "Chest pain for two days.",
        "Shortness of breath on exertion.",
        "Shortness of breath.",
    ]
    assert_consistent(tmp_path / "out")


def test_order_unit_size_and_workers_do_not_show_in_the_released_rows(tmp_path, triton, examples):
    inputs = sorted((examples / "notes").iterdir())
    keyring = tmp_path / "keyring.json"
    run(*inputs, "--output", tmp_path / "a", "--triton", triton)
    (tmp_path / "a/private/keys/keyring.json").rename(keyring)
    run(*reversed(inputs), "--output", tmp_path / "b", "--triton", triton, "--unit-notes", "3", "--keyring", keyring)
    beam = ("--", "--direct_num_workers=2", "--direct_running_mode=multi_threading")
    run(*inputs, "--output", tmp_path / "c", "--triton", triton, "--unit-notes", "1", "--keyring", keyring, *beam)
    expected = comparable(tmp_path / "a")
    for other in ("b", "c"):
        content = comparable(tmp_path / other)
        for table in ("released/notes", "released/entities", "released/relations"):
            assert content[table] == expected[table]


def test_a_limit_takes_so_many_new_records_each_time(tmp_path, triton):
    notes = tmp_path / "notes.jsonl"
    notes.write_bytes(b"".join(orjson.dumps({"note_id": f"{n}", "text": f"Pain {n} of 10."}) + b"\n" for n in range(9)))
    for expected in (4, 4):
        summary = run(notes, "--output", tmp_path / "out", "--triton", triton, "--limit", "4")
        assert summary["records"] == expected
    assert run(notes, "--output", tmp_path / "out", "--triton", triton)["released"] == 1
