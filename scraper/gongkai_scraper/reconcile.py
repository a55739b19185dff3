"""Brings the ledger of an archive and its WARC files together again after an interruption, or after the ledger was lost.

Whatever stands in a WARC file behind the bytes that the ledger knows is the trace of an interrupted addition, or of a
ledger that was lost: whole groups are taken back into the ledger, an unfinished last one is cut off.
"""

import hashlib
import os
import re
import sqlite3
from pathlib import Path

from gongkai_scraper.ledger import LEDGER, REBUILD, enter, enter_body, enter_file, explained, warc_files
from gongkai_scraper.warc import ArchiveError, decode_fields
from gongkai_scraper.warc_reading import Record, Torn, read_records

WARC_NAME = re.compile(r"gongkai-[0-9]{5}\.warc\.gz")


def undo(folder: Path, ledger: sqlite3.Connection) -> None:
    """Cut off what a failed addition left; the ledger, not the failure, says what belongs to the archive."""
    if ledger.in_transaction:
        ledger.execute("ROLLBACK")
    known = known_files(folder, ledger)
    for path in warc_files(folder):
        if path.stat().st_size > known.get(path.name, 0):
            os.truncate(path, known.get(path.name, 0))


def reconcile(folder: Path, ledger: sqlite3.Connection) -> None:
    """Bring ledger and WARC files together again; what the ledger knows is never cut.

    Raises:
        ArchiveError: a WARC file is missing, shorter than the ledger knows, or damaged; or the ledger cannot be used.
    """
    with explained(folder):
        _reconcile(folder, ledger)


def known_files(folder: Path, ledger: sqlite3.Connection) -> dict[str, int]:
    """Up to which byte the ledger knows each WARC file."""
    known: dict[str, int] = dict(ledger.execute("SELECT warc, bytes FROM files"))
    for name, size in known.items():
        if not (isinstance(name, str) and WARC_NAME.fullmatch(name) and isinstance(size, int) and size >= 0):
            raise ArchiveError(f"{folder / LEDGER}: damaged, it knows {size!r} bytes of the file {name!r}; {REBUILD}")
    return known


def _reconcile(folder: Path, ledger: sqlite3.Connection) -> None:
    known = known_files(folder, ledger)
    paths = warc_files(folder)
    missing = sorted(set(known) - {path.name for path in paths})
    if missing:
        raise ArchiveError(f"{folder / 'warc' / missing[0]}: missing, the ledger knows it; restore it")
    for path in paths:
        size, expected = path.stat().st_size, known.get(path.name, 0)
        if size < expected:
            raise ArchiveError(
                f"{path}: {size} bytes, the ledger knows {expected}. Restore the file from a copy, "
                f"or delete {LEDGER} to have it rebuilt from what is left"
            )
        if size > expected:
            _take_back(ledger, path, expected, is_last=path == paths[-1])


def _take_back(ledger: sqlite3.Connection, path: Path, start: int, *, is_last: bool) -> None:
    """Read the groups behind byte `start` into the ledger and cut off an unfinished one."""
    ledger.execute("BEGIN IMMEDIATE")
    try:
        end = read_groups(ledger, path, start)
        if end < path.stat().st_size:
            if not is_last:
                raise ArchiveError(f"{path}: incomplete at byte {end}, though later files follow; restore it")
            os.truncate(path, end)
        enter_file(ledger, path.name, end)
        ledger.execute("COMMIT")
    except BaseException:
        if ledger.in_transaction:
            ledger.execute("ROLLBACK")
        raise


def read_groups(ledger: sqlite3.Connection, path: Path, start: int, *, check: bool = False) -> int:
    """Read the whole groups of a WARC file behind byte `start` into a ledger; returns where the last one ends.

    Args:
        ledger: any that has what stands before.
        path, start: where to read.
        check: work out the digests of each record.

    Raises:
        ArchiveError: a record is damaged, or none of ours.
    """
    end, body = start, None
    for record in read_records(path, start, check=check):
        if isinstance(record, Torn):
            break
        if record.type in ("response", "resource"):
            body = record
        elif record.type == "metadata":
            end = record.offset + record.length
            _take_back_group(ledger, path, record, body)
            body = None
    return end


def _take_back_group(ledger: sqlite3.Connection, path: Path, record: Record, body: Record | None) -> None:
    fields = decode_fields(record.payload)
    capture_id = fields.get("capture_id", "")
    if body:
        if hashlib.sha256(body.payload).hexdigest() != capture_id:
            raise ArchiveError(f"{path}: the record at byte {body.offset} does not hold capture {capture_id}")
        enter_body(ledger, capture_id, len(body.payload), (path.name, body.offset, body.length))
    elif capture_id and not ledger.execute("SELECT 1 FROM bodies WHERE capture_id = ?", (capture_id,)).fetchone():
        raise ArchiveError(
            f"{path}: the record at byte {record.offset} refers to capture {capture_id}, which no file holds"
        )
    try:
        enter(ledger, fields)
    except ArchiveError as error:
        raise ArchiveError(f"{path}: the record at byte {record.offset} {error}") from error
