"""Whether an archive is whole: every record is read, every digest worked out again, and the ledger compared with a new one."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from gongkai_scraper.ledger import LEDGER, REBUILD, SCHEMA, explained, open_for_reading, warc_files
from gongkai_scraper.reconcile import known_files, read_groups
from gongkai_scraper.records import FETCH_COLUMNS
from gongkai_scraper.warc import ArchiveError

COMPARED = {
    "bodies": "capture_id, bytes, warc, offset, length",
    "fetches": ", ".join(FETCH_COLUMNS),
    "runs": "*",
    "links": "*",
}


@dataclass(frozen=True)
class Verified:
    """What was found."""

    files: int
    bytes: int
    """Of the WARC files."""
    bodies: int
    fetches: int
    runs: int
    problems: tuple[str, ...]
    """What is damaged, missing or at odds."""
    notes: tuple[str, ...]
    """Traces of an interruption, which the next opening for writing puts in order."""


def verify(folder: Path) -> Verified:
    """Read all of an archive; changes nothing.

    Raises:
        ArchiveError: there is no archive, or its ledger cannot be read.
    """
    with closing(open_for_reading(folder)) as ledger, closing(_empty_ledger()) as rebuilt, explained(folder):
        known = known_files(folder, ledger)
        paths = warc_files(folder)
        missing = sorted(set(known) - {path.name for path in paths})
        problems = [f"{folder / 'warc' / name}: missing, the ledger knows it" for name in missing]
        notes: list[str] = []
        for path in paths:
            try:
                end = read_groups(rebuilt, path, 0, check=True)
            except ArchiveError as error:
                problems.append(str(error))
                continue
            size, expected = path.stat().st_size, known.get(path.name, 0)
            if end < expected:
                problems.append(f"{path}: whole up to byte {end}, the ledger knows {expected}")
            if expected < end:
                notes.append(f"{path}: holds additions from byte {expected} on that the ledger does not know yet")
            if end < size and expected <= end:
                notes.append(f"{path}: an addition that was never finished begins at byte {end}")
        if not problems and not notes:
            problems += [problem for table in COMPARED if (problem := _difference(folder, ledger, rebuilt, table))]
        bodies, fetches, runs = (
            int(rebuilt.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])
            for table in ("bodies", "fetches", "runs")
        )
        size = sum(path.stat().st_size for path in paths)
    return Verified(len(paths), size, bodies, fetches, runs, tuple(problems), tuple(notes))


def _empty_ledger() -> sqlite3.Connection:
    ledger = sqlite3.connect("", isolation_level=None)  # a file of its own when it grows
    ledger.executescript(SCHEMA)
    return ledger


def _difference(folder: Path, ledger: sqlite3.Connection, rebuilt: sqlite3.Connection, table: str) -> str | None:
    """How a table of the ledger differs from what the WARC files say; None when it does not."""
    sql = f"SELECT {COMPARED[table]} FROM {table} ORDER BY {COMPARED[table].replace('*', '1, 2')}"
    ours, theirs = ledger.execute(sql), rebuilt.execute(sql)
    number = 0
    for number, row in enumerate(ours, 1):
        if row != theirs.fetchone():
            return f"{folder / LEDGER}: row {number} of {table} is not what the WARC files say; {REBUILD}"
    if theirs.fetchone() is not None:
        return f"{folder / LEDGER}: {table} ends after {number} rows, the WARC files say more; {REBUILD}"
    return None
