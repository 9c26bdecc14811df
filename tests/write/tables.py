"""What stands in an output's tables, as a reader sees it through Delta."""

from typing import Any

from deltalake import DeltaTable

from transforms.write.output import Output
from transforms.write.schemas import Table

# What differs between two commits of the same units by its nature.
_COMMIT_ONLY = frozenset({"release_id", "committed_at", "quarantined_at"})


def rows(output: Output, table: Table) -> list[dict[str, Any]]:
    """All rows of a table."""
    found: list[dict[str, Any]] = DeltaTable(str(output.table(table))).to_pyarrow_table().to_pylist()
    return found


def content(output: Output) -> dict[Table, list[str]]:
    """All tables without what belongs to the commit, in an order of their own."""
    return {
        table: sorted(
            repr({name: value for name, value in row.items() if name not in _COMMIT_ONLY})
            for row in rows(output, table)
        )
        for table in Table
    }
