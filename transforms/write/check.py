"""Looking at an output's tables, and mending what a crash left: what ``doctor`` does with them."""

from transforms import durable
from transforms.errors import ChartstreamError
from transforms.write.commit import Committer
from transforms.write.delta import load_table
from transforms.write.output import Output
from transforms.write.repair import repair_log
from transforms.write.scan import files
from transforms.write.schemas import Table


def check_tables(output: Output) -> str:
    """Repairs torn logs, rolls open intents forward and looks for every file; says in a line what it found.

    Raises ChartstreamError where a table is not whole and cannot be mended; Outage where the store is not there.
    """
    with durable.storage():
        removed = sum(len(repair_log(output.table(table))) for table in Table)
        releases = Committer(output).roll_forward()
        for table in Table:
            _check_files(output, table)
    mended = f", {removed} torn log files removed" if removed else ""
    return f"{releases} releases in {len(Table)} tables{mended}"


def _check_files(output: Output, table: Table) -> None:
    actions = load_table(output.table(table)).get_add_actions(flatten=True)
    sizes = dict(zip(actions["path"].to_pylist(), actions["size_bytes"].to_pylist(), strict=True))
    for path, _ in files(output.table(table)):
        if not path.exists() or path.stat().st_size != sizes[path.name]:
            raise ChartstreamError(f"{table.folder}/{path.name} is gone or cut short: restore it from a copy")
