"""The sections of the example notes, as a run without a model writes them into the tables."""

from tests.e2e.support import assert_consistent, rows, run


def test_a_run_without_a_model_fills_the_sections_of_every_note(tmp_path, examples):
    out = tmp_path / "out"
    run(examples / "notes" / "text", "--output", out, "--labels", "none")
    assert_consistent(out)
    keys = {row["note_id"]: row["note_key"] for row in rows(out, "private/ledger")}
    notes = {row["note_key"]: row for row in rows(out, "released/notes")}

    def sections(name):
        note = notes[keys[name]]
        return {one["name"]: note["text"][one["start"] : one["end"]] for one in note["sections"]}

    discharge = sections("discharge_summary.txt")
    assert list(discharge) == [
        "discharge_diagnosis", "hospital_course", "discharge_condition", "discharge_medications", "follow_up",
    ]  # fmt: skip
    assert discharge["discharge_condition"].startswith("CONDITION AT DISCHARGE\nStable.")
    assert "Furosemide 40 mg" in discharge["discharge_medications"]
    assert {"findings", "impression"} <= sections("radiology_report.txt").keys()
    assert {"chief_complaint", "family_history", "physical_examination"} <= sections("history_and_physical.txt").keys()
