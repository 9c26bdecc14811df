"""The summary's sum adds up, for a run and for all of them, and a run's counts are its own."""

import stat
from dataclasses import asdict

import apache_beam as beam
import orjson
from apache_beam.testing.util import assert_that, equal_to

from tests.write.tables import rows
from tests.write.units import Line, unit_of
from transforms.records import PublishedUnit
from transforms.write.commit import Committer
from transforms.write.schemas import Table
from transforms.write.summary import summarise, write_summary_json
from transforms.write.transform import PublishUnits

FIRST = unit_of([Line("a"), Line("b", says="Denies dyspnea."), Line("a")], empty=2, held=1)
SECOND = unit_of([Line("c"), Line("a")], start=50, held=2)


def publish_on_a_pipeline(output, run_id, unit):
    with beam.Pipeline(argv=["--runner=FnApiRunner"]) as pipeline:
        published = pipeline | beam.Create([unit]) | PublishUnits(output.root, run_id)
        assert_that(
            published,
            equal_to([PublishedUnit(unit.unit.unit_id, len(unit.notes), len(unit.quarantined), len(unit.no_notes))]),
        )


def test_counts_of_a_run_and_of_all_runs(output):
    for run_id, unit in (("run-1", FIRST), ("run-2", SECOND)):
        publish_on_a_pipeline(output, run_id, unit)
    Committer(output).commit_all()  # one release holds both runs

    first, second, both = summarise(output, "run-1", 4.0), summarise(output, "run-2"), summarise(output)
    assert (first.records, first.released, first.quarantined, first.duplicates, first.no_note) == (6, 2, 1, 1, 2)
    assert (second.records, second.released, second.quarantined, second.duplicates, second.no_note) == (4, 1, 2, 1, 0)
    assert (first.entities, first.relations, first.phi_by_type) == (4, 2, {"NAME": 2})
    assert (second.entities, second.relations, second.phi_by_type) == (2, 1, {"NAME": 1})
    assert (both.records, both.entities, both.phi_by_type) == (10, 6, {"NAME": 3})
    assert first.chars == len("[NAME] Denies chest pain.") + len("[NAME] Denies dyspnea.")
    assert first.quarantined_by_reason == {"residual_phi": 1}
    assert first.notes_per_second == 0.5
    assert first.policy == "safe-harbor"
    assert first.seconds_by_step["deidentify"] == 0.033  # three notes of 8 ms and a quarantined one of 9
    for summary in (first, second, both):
        assert summary.records == summary.released + summary.quarantined + summary.duplicates + summary.no_note
    assert both.records == len(rows(output, Table.LEDGER))


def test_nothing_is_zero_everywhere(output):
    for summary in (summarise(output), summarise(output, "run-1", 1.0)):
        counts = asdict(summary)
        assert all(not value for name, value in counts.items() if name not in ("policy", "seconds_by_step"))


def test_the_summary_is_written_whole_and_for_the_owner_alone(output):
    publish_on_a_pipeline(output, "run-1", FIRST)
    Committer(output).commit_all()
    for _ in range(2):
        write_summary_json(output, summarise(output))
    assert orjson.loads(output.summary.read_bytes()) == asdict(summarise(output))
    assert stat.S_IMODE(output.summary.stat().st_mode) == 0o600
