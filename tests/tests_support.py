"""What several tests share."""

import sys
from pathlib import Path

GONGKAI = [sys.executable, "-c", "from gongkai_build.cli import main; main()"]
"""The `gongkai` command, run by the Python that runs the tests."""


def folder_bytes(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file of a folder, by its path in it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
