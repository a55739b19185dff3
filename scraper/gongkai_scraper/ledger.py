"""The ledger of an archive: an SQLite file that says what was fetched and where its bytes stand in the WARC files.

The WARC files are the record, the ledger is an index of them: everything in it comes from the metadata record of a
group (`enter`), whether the group has just been written or is read back by reconcile.py.
"""

import contextlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

from gongkai_scraper.records import FETCH_COLUMNS
from gongkai_scraper.warc import ArchiveError

LEDGER = "ledger.sqlite"
LEDGER_VERSION = 2
SCHEMA = f"""
BEGIN;
CREATE TABLE files (warc TEXT PRIMARY KEY, bytes INTEGER NOT NULL);
CREATE TABLE bodies (
    capture_id TEXT PRIMARY KEY, bytes INTEGER NOT NULL,
    warc TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL
);
CREATE TABLE runs (
    run_id INTEGER PRIMARY KEY, portal TEXT NOT NULL, region_code TEXT, agency_id TEXT,
    started_at TEXT NOT NULL, since TEXT NOT NULL, ended_at TEXT, state TEXT, summary TEXT
);
CREATE TABLE fetches (
    fetch_id INTEGER PRIMARY KEY, run_id INTEGER REFERENCES runs, capture_id TEXT REFERENCES bodies,
    role TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT, source_kind TEXT NOT NULL, fetched_at TEXT NOT NULL,
    url TEXT, requested_url TEXT, found_on TEXT, file_name TEXT, status INTEGER, media_type TEXT, charset TEXT,
    etag TEXT, last_modified TEXT, portal TEXT, region_code TEXT, agency_id TEXT, link_title TEXT
);
CREATE TABLE links (
    portal TEXT NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL, published_on TEXT, agency_id TEXT,
    first_run INTEGER NOT NULL REFERENCES runs, last_run INTEGER NOT NULL REFERENCES runs,
    PRIMARY KEY (portal, url)
) WITHOUT ROWID;
CREATE INDEX fetches_capture_id ON fetches (capture_id);
CREATE INDEX fetches_portal ON fetches (portal, role);
CREATE INDEX runs_portal ON runs (portal);
PRAGMA user_version = {LEDGER_VERSION};
COMMIT;
"""
REBUILD = f"delete {LEDGER} to have it rebuilt from the WARC files by the next `gongkai add` or `gongkai collect`"
INSERT_FETCH = (
    f"INSERT INTO fetches ({', '.join(FETCH_COLUMNS)}) VALUES ({', '.join(f':{name}' for name in FETCH_COLUMNS)})"
)
INSERT_LINK = (
    "INSERT INTO links VALUES (:portal, :url, :title, :published_on, :agency_id, :run_id, :run_id) "
    "ON CONFLICT DO UPDATE SET title = excluded.title, published_on = excluded.published_on, "
    "agency_id = excluded.agency_id, last_run = excluded.last_run"
)


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
    uri = f"{path.resolve().as_uri()}?mode=ro"
    try:
        return _open(path, uri, write=False)
    except ArchiveError as error:
        code: int = getattr(error.__cause__, "sqlite_errorcode", 0)
        if code & 0xFF != sqlite3.SQLITE_READONLY:
            raise
    # A writer was killed in the midst of a change, which who may only read cannot undo.
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(path)) as ledger:
        ledger.execute("PRAGMA user_version").fetchone()
    return _open(path, uri, write=False)


def open_for_writing(folder: Path) -> sqlite3.Connection:
    """Open the ledger of an archive folder, and make it when it is not there."""
    path = folder / LEDGER
    return _open(path, path.resolve().as_uri(), write=True)


def _open(path: Path, uri: str, *, write: bool) -> sqlite3.Connection:
    if path.is_dir():
        raise ArchiveError(f"{path}: a folder stands where the ledger belongs; move it away")
    with explained(path.parent):
        # A run writes from a thread of its own: one thread at a time, though not always the same.
        ledger = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
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
        # A ledger that is older than the WARC files after a power cut is brought up to them when it is opened.
        ledger.execute("PRAGMA synchronous = NORMAL")
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


def enter(ledger: sqlite3.Connection, fields: Mapping[str, str]) -> None:
    """Enter what the metadata record of a group says. No commit.

    Raises:
        ArchiveError: the record is none of ours.
    """
    kind = fields.get("kind", "fetch")
    row: dict[str, str | None] = dict.fromkeys(FETCH_COLUMNS) | {"outcome": "kept"} | dict(fields)
    if kind == "fetch" and (row["capture_id"] or "outcome" in fields):
        ledger.execute(INSERT_FETCH, row)
    elif kind == "run":
        ledger.execute(
            "INSERT INTO runs (run_id, portal, region_code, agency_id, started_at, since) "
            "VALUES (:run_id, :portal, :region_code, :agency_id, :started_at, :since)",
            row,
        )
    elif kind == "end":
        ledger.execute(
            "UPDATE runs SET ended_at = :ended_at, state = :state, summary = :summary WHERE run_id = :run_id", row
        )
    elif kind == "links":
        common = {"portal": row["portal"], "run_id": row["run_id"]}
        links = [dict(zip(("url", "title", "published_on", "agency_id"), link, strict=True)) for link in _list(row)]
        ledger.executemany(INSERT_LINK, [link | common for link in links])
    else:
        raise ArchiveError("was not written by gongkai; remove the file")


def _list(row: Mapping[str, str | None]) -> list[list[str | None]]:
    links: list[list[str | None]] = json.loads(row["links"] or "[]")
    return links


def enter_file(ledger: sqlite3.Connection, name: str, end: int) -> None:
    """Enter that the WARC file of that name is known up to byte `end`. No commit."""
    ledger.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (name, end))


def enter_body(ledger: sqlite3.Connection, capture_id: str, size: int, place: tuple[str, int, int]) -> None:
    """Enter where the bytes of a capture stand: file, offset, length of the record. No commit."""
    ledger.execute("INSERT INTO bodies VALUES (?, ?, ?, ?, ?)", (capture_id, size, *place))
