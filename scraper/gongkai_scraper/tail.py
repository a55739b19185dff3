"""The end of the last WARC file, where additions go: gathered in memory, written and forced to disk together."""

import os
import sqlite3
from importlib.metadata import version
from pathlib import Path

from gongkai_scraper.ledger import enter_file
from gongkai_scraper.warc import ArchiveError, encode_warcinfo


class Tail:
    """Where the next groups of records go. Made for one transaction of the ledger; nothing is written before `flush`."""

    def __init__(self, folder: Path, ledger: sqlite3.Connection, warc_bytes: int) -> None:
        self._folder = folder / "warc"
        self._ledger = ledger
        self._warc_bytes = warc_bytes
        last = ledger.execute("SELECT warc, bytes FROM files ORDER BY warc DESC LIMIT 1").fetchone()
        self.name: str = last[0] if last else "gongkai-00001.warc.gz"
        self._written: int = last[1] if last else 0
        self._parts: list[bytes] = []
        self.end = self._written
        """Where the next group begins."""

    def make_room(self, date: str) -> None:
        """Begin the next file when this one is full, and a file with the record that says what it is."""
        if self.end >= self._warc_bytes:
            self.flush()
            self.name = f"gongkai-{int(self.name[8:13]) + 1:05}.warc.gz"
            self._written = self.end = 0
        if not self.end:
            self.append(encode_warcinfo(self.name, date, f"gongkai/{version('gongkai')}"))

    def append(self, data: bytes) -> None:
        """Take the bytes of a group."""
        self._parts.append(data)
        self.end += len(data)

    def flush(self) -> None:
        """Write what was taken, force it to disk, and enter into the ledger how far the file is known. No commit.

        Raises:
            ArchiveError: somebody else wrote to the file.
            OSError: the disk is full or fails.
        """
        path = self._folder / self.name
        with path.open("ab") as file:
            if file.seek(0, os.SEEK_END) != self._written:
                raise ArchiveError(f"{path}: changed by somebody else while it was open; open the archive again")
            file.write(b"".join(self._parts))
            file.flush()
            os.fsync(file.fileno())
        if not self._written:
            _sync_folder(self._folder)
        self._parts.clear()
        self._written = self.end
        enter_file(self._ledger, self.name, self.end)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
