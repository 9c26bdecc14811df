"""An output remembers what it was made with, and a run that differs is told so in one line."""

import multiprocessing
import stat
import subprocess
from pathlib import Path

import pytest
from deltalake import DeltaTable

from tests.write.units import Line, unit_of
from transforms.errors import ChartstreamError, Outage
from transforms.write import container
from transforms.write.output import Output, OutputSettings, create_or_open, open_output, read_settings
from transforms.write.publish import publish
from transforms.write.schemas import SCHEMAS, Table

_CONTEXT = multiprocessing.get_context("forkserver")


def settings(**changes):
    return OutputSettings(
        **{
            "policy": "safe-harbor",
            "labels": "clinical",
            "key_id": "0a1b2c3d",
            "sources": {"default": ("/in",)},
            **changes,
        }
    )


def test_a_new_output_has_empty_tables_with_the_schemas_of_the_interface(output):
    for table in Table:
        delta = DeltaTable(str(output.table(table)))
        read = delta.to_pyarrow_table()
        assert read.num_rows == 0
        assert read.schema.names == SCHEMAS[table].names
        assert [field.nullable for field in read.schema] == [field.nullable for field in SCHEMAS[table]]
        assert [read.schema.field(n).type for n in read.schema.names if n not in ("sections", "codes")] == [
            field.type for field in SCHEMAS[table] if field.name not in ("sections", "codes")
        ]
        assert delta.metadata().configuration["delta.checkpointInterval"] == "10"


def test_the_private_zone_is_the_owners_alone(output):
    assert stat.S_IMODE(output.private.stat().st_mode) == 0o700
    assert stat.S_IMODE(output.settings.stat().st_mode) == 0o600
    assert output.has_tables()
    assert not Output(output.root / "elsewhere").has_tables()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"policy": "limited"}, "policy safe-harbor, not limited"),
        ({"labels": "none"}, "labels clinical, not none"),
        ({"key_id": "ffffffff"}, "pseudonym key 0a1b2c3d, not ffffffff"),
        ({"sources": {"ward": ("/in",)}}, "as source default, not ward"),
    ],
)
def test_a_run_that_differs_refuses_in_one_line_and_changes_nothing(output, change, says):
    before = output.settings.read_bytes()
    with pytest.raises(ChartstreamError, match=says) as refused:
        create_or_open(output.root, settings(**change))
    assert "\n" not in str(refused.value)
    assert output.settings.read_bytes() == before


def test_new_inputs_and_new_sources_are_added(output):
    create_or_open(output.root, settings(sources={"default": ("/in", "/more")}))
    create_or_open(output.root, settings(sources={"ward": ("/ward",)}))
    assert read_settings(output) == settings(sources={"default": ("/in", "/more"), "ward": ("/ward",)})


def add_source(root: Path, number: int) -> None:
    create_or_open(root, settings(sources={f"feed{number}": (f"/feed{number}",)}))


def test_runs_that_start_at_once_lose_no_source(tmp_path):
    processes = [_CONTEXT.Process(target=add_source, args=(tmp_path / "out", number)) for number in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 4
    remembered = read_settings(Output(tmp_path / "out"))
    assert remembered is not None
    assert set(remembered.sources) == {f"feed{number}" for number in range(4)}


def test_what_is_no_output_is_said_to_be_none(tmp_path, output):
    with pytest.raises(ChartstreamError, match="is no output"):
        open_output(tmp_path)
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(ChartstreamError, match=r"a file stands where a folder must|cannot be written"):
        create_or_open(file, settings())
    output.settings.write_bytes(b'{"policy": "saf')
    with pytest.raises(ChartstreamError, match="is damaged"):
        open_output(output.root) and read_settings(output)


@pytest.fixture
def small_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("no right to mount a small disk here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_and_one_that_is_read_only_are_outages(small_disk):
    output = create_or_open(small_disk / "out", settings())
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space left"):
        filler.write_bytes(bytes(3_000_000))
    with pytest.raises(Outage, match="No space left") as full:
        publish(unit_of([Line(f"note {number}") for number in range(256)]), output, "run-1")
    assert full.value.cause == "storage"
    assert container.staged(output.staging) == []

    filler.unlink()
    publish(unit_of([Line("a")]), output, "run-1")

    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(Outage, match="Read-only"):
        publish(unit_of([Line("b")], start=5), output, "run-1")
    with pytest.raises(ChartstreamError, match="Read-only") as refused:
        create_or_open(small_disk / "out", settings())
    assert "\n" not in str(refused.value)
