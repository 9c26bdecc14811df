"""``chartstream export``: a clean copy for a recipient."""

from pathlib import Path

from transforms.write.export import export_parquet
from transforms.write.output import open_output


def export(out: Path, destination: Path) -> dict[str, int]:
    """Plain Parquet files of the current versions; returns the rows a table."""
    return export_parquet(open_output(out), destination)
