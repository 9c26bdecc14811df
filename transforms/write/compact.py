"""Many small files of a table become few. The rows, and what a reader of any version sees, stay what they are.

A file is merged only with others that are together half as large as it is. So a row is rewritten at most as often as a file can
grow by half up to the target's size, and what compacting costs a release does not grow with the table.

Written here and not by deltalake's ``optimize``, because the new file must be durable before the log names it. The old
files stay until ``maintain`` removes them: readers of the version before may be at them.
"""

import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import pyarrow as pa
from deltalake.exceptions import CommitFailedError
from deltalake.transaction import RemoveAction

from transforms import durable
from transforms.write.delta import add_action, load_table, log_entry, make_durable, shorten_log
from transforms.write.faults import reach
from transforms.write.intents import release_id
from transforms.write.merge import MergedWriter
from transforms.write.scan import Releases, releases_in, scan_file

TARGET_BYTES = 128_000_000  # of Parquet: a file that is larger is left as it is
_FEW = 8  # fewer small files than this are not worth a rewrite


@dataclass(frozen=True)
class _Small:
    """A live file that is worth merging with its neighbours."""

    path: Path
    size: int

    @property
    def releases(self) -> Releases:
        return releases_in(self.path)


def compact(table: Path, schema: pa.Schema) -> int:
    """Rewrites a table's small files, some 128 MB at a time, and shortens its log; gives the number of files that are gone.

    Beside committers: who loses the race for the log's next entry has changed nothing.
    """
    gone = _merge_small(table, schema)
    shorten_log(table)
    return gone


def _merge_small(table: Path, schema: pa.Schema) -> int:
    gone = 0
    while True:
        snapshot = load_table(table)
        actions = snapshot.get_add_actions(flatten=True)
        group = _group(
            _Small(table / name, size)
            for name, size in zip(actions["path"].to_pylist(), actions["size_bytes"].to_pylist(), strict=True)
        )
        if len(group) < _FEW:
            return gone
        first, last = group[0].releases.first, max(one.releases.last for one in group)
        target = table / f"{release_id(first)}-{release_id(last)}-{secrets.token_hex(4)}.parquet"
        with MergedWriter(target, schema) as writer:
            for one in group:
                for batch in scan_file(one.path, schema.names):
                    writer.write(pa.Table.from_batches([batch], schema))
        durable.fsync(target)
        durable.fsync(table)
        reach("compact:written")
        now = int(time.time() * 1000)
        removals = [RemoveAction(one.path.name, False, now, size=one.size) for one in group]
        try:
            log_entry(snapshot, [add_action(target, writer.rows, data_change=False), *removals])
        except CommitFailedError:
            target.unlink()
            return gone
        reach("compact:logged")
        make_durable(table, snapshot.version() + 1)
        gone += len(group)


def _group(files: Iterable[_Small]) -> list[_Small]:
    """As many of the newest small files as none is more than twice as large as the others together; the oldest of them first.

    Of more than make one file of the target's size the oldest.
    """
    small = [one for one in files if one.size < TARGET_BYTES // 2]
    small.sort(key=lambda file: (file.releases.first, file.path.name))
    newest_first = [one.size for one in reversed(small)]
    together = zip(accumulate(newest_first), accumulate(newest_first, max), strict=True)
    count = max((at for at, (total, largest) in enumerate(together, 1) if 3 * largest <= 2 * total), default=0)
    group = small[len(small) - count :]
    before = accumulate((one.size for one in group), initial=0)
    return [one for one, size in zip(group, before, strict=False) if size < TARGET_BYTES]
