"""What several tests share."""

import sys
from pathlib import Path

GONGKAI = [sys.executable, "-c", "from gongkai_build.cli import main; main()"]
"""The `gongkai` command, run by the Python that runs the tests."""


IDENTITY = (
    "agency_id",
    "agency",
    "region_code",
    "sector",
    "year",
    "form",
    "script",
    "published_on",
    "signed_on",
    "period_start",
    "period_end",
    "title",
)
"""What the expectation of a document says of its identity."""


def folder_bytes(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file of a folder, by its path in it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
