"""The ledger of an archive: an SQLite file that says what was fetched and where its bytes stand in the WARC files.

The WARC files are the record. Whatever stands in them behind the bytes that the ledger knows is the trace of an
interrupted addition, or of a ledger that was lost: `reconcile` takes whole additions back into the ledger and cuts
off an unfinished last one.
"""

import contextlib
import hashlib
import os
import re
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

from gongkai_scraper.warc import ArchiveError, Record, Torn, decode_fields, read_records

LEDGER = "ledger.sqlite"
LEDGER_VERSION = 1
SCHEMA = f"""
BEGIN;
CREATE TABLE files (warc TEXT PRIMARY KEY, bytes INTEGER NOT NULL);
CREATE TABLE bodies (
    capture_id TEXT PRIMARY KEY, bytes INTEGER NOT NULL,
    warc TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL
);
CREATE TABLE fetches (
    fetch_id INTEGER PRIMARY KEY, capture_id TEXT NOT NULL REFERENCES bodies,
    role TEXT NOT NULL, source_kind TEXT NOT NULL, fetched_at TEXT NOT NULL,
    url TEXT, requested_url TEXT, file_name TEXT, status INTEGER, media_type TEXT, charset TEXT,
    portal TEXT, region_code TEXT, agency_id TEXT, link_title TEXT
);
CREATE INDEX fetches_capture_id ON fetches (capture_id);
PRAGMA user_version = {LEDGER_VERSION};
COMMIT;
"""
FETCH_COLUMNS = (
    "capture_id", "role", "source_kind", "fetched_at", "url", "requested_url", "file_name", "status", "media_type",
    "charset", "portal", "region_code", "agency_id", "link_title",
)  # fmt: skip
WARC_NAME = re.compile(r"gongkai-[0-9]{5}\.warc\.gz")
REBUILD = f"delete {LEDGER} to have it rebuilt from the WARC files by the next `gongkai add` or `gongkai collect`"


def warc_files(folder: Path) -> list[Path]:
    """The WARC files of an archive folder, in the order of their writing."""
    return sorted((folder / "warc").glob("gongkai-[0-9][0-9][0-9][0-9][0-9].warc.gz"))


def open_for_reading(folder: Path) -> sqlite3.Connection:
    """Open the ledger of an archive folder; creates nothing. Raises ArchiveError when there is none."""
    path = folder / LEDGER
    if not path.exists():
        hint = "rebuilds it from the WARC files" if warc_files(folder) else "makes one"
        raise ArchiveError(
            f"{folder}: no archive here ({LEDGER} is missing); `gongkai add` or `gongkai collect` on it {hint}"
        )
    return _open(path, f"{path.resolve().as_uri()}?mode=ro", write=False)


def open_for_writing(folder: Path) -> sqlite3.Connection:
    """Open the ledger of an archive folder, and make it when it is not there."""
    path = folder / LEDGER
    return _open(path, path.resolve().as_uri(), write=True)


def _open(path: Path, uri: str, *, write: bool) -> sqlite3.Connection:
    if path.is_dir():
        raise ArchiveError(f"{path}: a folder stands where the ledger belongs; move it away")
    with explained(path.parent):
        ledger = sqlite3.connect(uri, uri=True, isolation_level=None)
        try:
            _prepare(path, ledger, write=write)
        except BaseException:
            ledger.close()
            raise
    return ledger


def _prepare(path: Path, ledger: sqlite3.Connection, *, write: bool) -> None:
    if write and not ledger.execute("SELECT 1 FROM sqlite_master").fetchone():
        ledger.executescript(SCHEMA)
    found = ledger.execute("PRAGMA user_version").fetchone()[0]
    if found != LEDGER_VERSION:
        raise ArchiveError(f"{path}: cannot be used (version {found}, not {LEDGER_VERSION}); {REBUILD}")
    if write:
        ledger.execute("PRAGMA journal_mode = WAL")
        ledger.execute("PRAGMA foreign_keys = ON")


def is_damage(error: BaseException) -> bool:
    """Tell whether an error says that the ledger's bytes are damaged, and not that the disk is full or read-only."""
    if not isinstance(error, sqlite3.DatabaseError):
        # Damage can reach the text of SQLite's own message.
        return isinstance(error, UnicodeDecodeError)
    code: int | None = getattr(error, "sqlite_errorcode", None)
    if code is None:
        # Python's own errors bear no code; of these only text that is not UTF-8 is an OperationalError.
        return isinstance(error, sqlite3.OperationalError)
    # The lowest byte is the kind of error, the others are its details.
    return code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


@contextlib.contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turn an error of SQLite into an ArchiveError that names the ledger and, where it is damaged, the remedy."""
    try:
        yield
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        remedy = f"; {REBUILD}" if is_damage(error) else ""
        raise ArchiveError(f"{folder / LEDGER}: cannot be used ({error}){remedy}") from error


def record_fetch(ledger: sqlite3.Connection, row: Mapping[str, str], name: str, end: int) -> None:
    """Write the row of a fetch, and that the WARC file of that name is known up to byte `end`. No commit."""
    columns = ", ".join(FETCH_COLUMNS)
    marks = ", ".join("?" * len(FETCH_COLUMNS))
    values = [row.get(column) for column in FETCH_COLUMNS]
    ledger.execute(f"INSERT INTO fetches ({columns}) VALUES ({marks})", values)
    ledger.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (name, end))


def undo(folder: Path, ledger: sqlite3.Connection) -> None:
    """Cut off what a failed addition left; the ledger, not the failure, says what belongs to the archive."""
    if ledger.in_transaction:
        ledger.execute("ROLLBACK")
    known = _known(folder, ledger)
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


def _known(folder: Path, ledger: sqlite3.Connection) -> dict[str, int]:
    """Up to which byte the ledger knows each WARC file."""
    known: dict[str, int] = dict(ledger.execute("SELECT warc, bytes FROM files"))
    for name, size in known.items():
        if not (isinstance(name, str) and WARC_NAME.fullmatch(name) and isinstance(size, int) and size >= 0):
            raise ArchiveError(f"{folder / LEDGER}: damaged, it knows {size!r} bytes of the file {name!r}; {REBUILD}")
    return known


def _reconcile(folder: Path, ledger: sqlite3.Connection) -> None:
    known = _known(folder, ledger)
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
    end, body = start, None
    ledger.execute("BEGIN IMMEDIATE")
    try:
        for record in read_records(path, start):
            if isinstance(record, Torn):
                break
            if record.type in ("response", "resource"):
                body = record
            elif record.type == "metadata":
                end = record.offset + record.length
                _take_back_group(ledger, path, record, body, end)
                body = None
        if end < path.stat().st_size:
            if not is_last:
                raise ArchiveError(f"{path}: incomplete at byte {end}, though later files follow; restore it")
            os.truncate(path, end)
        ledger.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (path.name, end))
        ledger.execute("COMMIT")
    except BaseException:
        if ledger.in_transaction:
            ledger.execute("ROLLBACK")
        raise


def _take_back_group(ledger: sqlite3.Connection, path: Path, record: Record, body: Record | None, end: int) -> None:
    row = decode_fields(record.payload)
    capture_id = row.get("capture_id")
    if capture_id is None:
        raise ArchiveError(f"{path}: the record at byte {record.offset} was not written by gongkai; remove the file")
    if body:
        if hashlib.sha256(body.payload).hexdigest() != capture_id:
            raise ArchiveError(f"{path}: the record at byte {body.offset} does not hold capture {capture_id}")
        place = (path.name, body.offset, body.length)
        ledger.execute("INSERT INTO bodies VALUES (?, ?, ?, ?, ?)", (capture_id, len(body.payload), *place))
    elif not ledger.execute("SELECT 1 FROM bodies WHERE capture_id = ?", (capture_id,)).fetchone():
        raise ArchiveError(
            f"{path}: the record at byte {record.offset} refers to capture {capture_id}, which no file holds"
        )
    record_fetch(ledger, row, path.name, end)
