"""Object stores through Beam's file systems: a real one of Beam's kind over a local folder stands for S3 and GCS."""

import gzip
import hashlib
import io
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from apache_beam.io.filesystem import FileMetadata, FileSystem
from apache_beam.io.localfilesystem import LocalFileSystem

from transforms.errors import ChartstreamError, Outage
from transforms.intervals import Intervals
from transforms.keyring import Keyring
from transforms.read.options import ReadOptions, UnitLimits
from transforms.read.plan import plan_units, split_unit
from transforms.read.unit import UnitReader


class BrokenOffObject(io.BytesIO):
    """An object whose store has gone."""

    def read(self, size: int | None = -1) -> bytes:
        raise RuntimeError("shelf://bucket/in/GARCIA: connection reset")


class ShelfFileSystem(LocalFileSystem):
    """``shelf://bucket/key``: no folders, etags, and no local paths."""

    root: ClassVar[Path]
    breaks_off: ClassVar[bool] = False

    @classmethod
    def scheme(cls) -> str:
        return "shelf"

    def has_dirs(self) -> bool:
        return False

    def split(self, path: str) -> tuple[str, str]:
        return path.rpartition("/")[0], path.rpartition("/")[2]

    def _list(self, dir_or_prefix: str) -> Iterator[FileMetadata]:
        for path in self.root.rglob("*"):
            url = "shelf://" + path.relative_to(self.root).as_posix()
            if path.is_file() and url.startswith(dir_or_prefix):
                yield FileMetadata(url, path.stat().st_size, path.stat().st_mtime)

    def _path_open(self, path: str, mode: str, mime_type: str = "", compression_type: str = "") -> Any:
        if self.breaks_off:
            return BrokenOffObject(self._local(path).read_bytes())
        return super()._path_open(str(self._local(path)), mode, mime_type, compression_type)

    def exists(self, path: str) -> bool:
        return self._local(path).is_file()

    def metadata(self, path: str) -> FileMetadata:
        state = self._local(path).stat()
        return FileMetadata(path, state.st_size, state.st_mtime)

    def checksum(self, path: str) -> str:
        return hashlib.sha256(self._local(path).read_bytes()).hexdigest()

    def _local(self, path: str) -> Path:
        return self.root / path.removeprefix("shelf://")


@pytest.fixture
def bucket(tmp_path: Path) -> Path:
    assert ShelfFileSystem in FileSystem.get_all_subclasses()
    ShelfFileSystem.root, ShelfFileSystem.breaks_off = tmp_path, False
    folder = tmp_path / "bucket" / "in"
    (folder / "ward").mkdir(parents=True)
    (folder / "ward" / "note.txt").write_text("Chest clear.")
    (folder / "_SUCCESS").write_text("")
    (folder / "rows.jsonl").write_bytes(
        b"".join(b'{"note_id": "%d", "text": "Visit %d"}\n' % (n, n) for n in range(20))
    )
    (folder / "rows.csv.gz").write_bytes(gzip.compress(b"text\n" + b"".join(b"Visit %d\n" % n for n in range(20))))
    pq.write_table(pa.table({"text": [f"Visit {n}" for n in range(20)]}), folder / "rows.parquet")
    return folder


def test_a_bucket_is_read_like_a_folder(bucket: Path, read_all: Any) -> None:
    local = read_all(ReadOptions((str(bucket),)), UnitLimits(notes=6))
    options = ReadOptions(("shelf://bucket/in",))
    remote = read_all(options, UnitLimits(notes=6))
    assert [(note.note_id, note.text) for note in remote.notes] == [(note.note_id, note.text) for note in local.notes]
    assert len(remote.notes) == 61
    decided = Intervals(piece for unit in remote.units for piece in unit.pieces)
    assert read_all(options, decided=decided).reads == []
    (note,) = read_all(ReadOptions(("shelf://bucket/in/ward/*.txt",))).notes
    assert note.note_id.value == "note.txt"
    (note,) = read_all(ReadOptions(("shelf://bucket/in/ward/note.txt",))).notes
    assert note.note_id.value == "note.txt"


def test_a_changed_object_is_an_outage_and_then_another_version(bucket: Path, read_all: Any, keyring: Keyring) -> None:
    options = ReadOptions(("shelf://bucket/in/rows.jsonl",))
    units = list(plan_units(options, Intervals(), UnitLimits(notes=6), keyring))
    (bucket / "rows.jsonl").write_bytes((bucket / "rows.jsonl").read_bytes().replace(b"Visit 3", b"Visit x"))
    with pytest.raises(Outage) as raised:
        list(UnitReader(options, keyring).read(units[0]))
    assert raised.value.cause == "input_changed"
    decided = Intervals(piece for unit in units for piece in unit.pieces)
    assert len(read_all(options, decided=decided).notes) == 20
    (bucket / "rows.jsonl").unlink()
    with pytest.raises(Outage) as raised:
        list(UnitReader(options, keyring).read(units[0]))
    assert raised.value.cause == "input_unavailable"


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.csv.gz", "rows.parquet", "ward/note.txt"])
def test_a_store_that_breaks_off_quarantines_nothing(bucket: Path, keyring: Keyring, name: str) -> None:
    options = ReadOptions((f"shelf://bucket/in/{name}",))
    (unit,) = plan_units(options, Intervals(), UnitLimits(), keyring)
    ShelfFileSystem.breaks_off = True
    with pytest.raises(Outage) as raised:
        list(UnitReader(options, keyring).read(unit))
    assert raised.value.cause == "input_unavailable"
    assert "GARCIA" not in str(raised.value)
    ShelfFileSystem.breaks_off = False
    assert list(UnitReader(options, keyring).read(unit))


def test_a_unit_of_an_object_is_halved(bucket: Path, keyring: Keyring) -> None:
    options = ReadOptions(("shelf://bucket/in/rows.jsonl",))
    (unit,) = plan_units(options, Intervals(), UnitLimits(), keyring)
    halves = split_unit(unit, options, keyring)
    assert [len(list(UnitReader(options, keyring).read(half))) for half in halves] == [10, 10]


def test_a_store_that_is_not_there_refuses_in_one_line(bucket: Path, read_all: Any) -> None:
    for url, what in (("shelf://bucket/absent", "not there"), ("ftp://host/notes", "use s3://")):
        with pytest.raises(ChartstreamError, match=what):
            read_all(ReadOptions((url,)))


@pytest.mark.skipif(find_spec("boto3") is not None, reason="chartstream[aws] is installed")
def test_a_store_whose_client_is_not_installed_says_what_to_install(read_all: Any) -> None:
    with pytest.raises(ChartstreamError, match=r"install chartstream\[aws\]"):
        read_all(ReadOptions(("s3://bucket/notes",)))
