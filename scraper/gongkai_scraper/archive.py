"""The archive: every document ever collected, by the SHA-256 of its bytes, in WARC files with a ledger beside them.

    ledger.sqlite                 what was fetched when and from where, and where its bytes stand
    warc/gongkai-00001.warc.gz    the bytes (see warc.py), the one record; the ledger can be rebuilt from them

An addition is appended to the last WARC file and forced to disk before the ledger learns of it, so that an
interruption at any moment leaves an archive that opening for writing puts in order (see ledger.py).
"""

import contextlib
import fcntl
import hashlib
import os
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from gongkai_scraper.ledger import (
    FETCH_COLUMNS,
    LEDGER,
    REBUILD,
    explained,
    is_damage,
    open_for_reading,
    open_for_writing,
    reconcile,
    record_fetch,
    undo,
    warc_files,
)
from gongkai_scraper.warc import ArchiveError, Earlier, Exchange, encode_group, encode_warcinfo, read_record

__all__ = ["Archive", "ArchiveError", "Capture", "Document", "Exchange"]

LOCK = "lock"
RELEASE = "datapackage.json"
"""By this file a folder is known as a release, in which no archive may grow."""
WARC_BYTES = 1_000_000_000
SOURCE_KINDS = ("official", "sample", "mirror", "local")
"""Where a document can come from, the best source first."""
ROLES = ("report", "list", "robots")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
# In one line of a metadata record neither a line break nor any other control character may stand.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True)
class Capture:
    """A stored document, as seen from one of the places from which it came."""

    capture_id: str
    """SHA-256 of the bytes, hexadecimal."""
    url: str | None
    file_name: str | None
    fetched_at: str
    """ISO 8601, UTC: the first fetch from this source."""
    status: int | None
    """HTTP status; None for a document handed in."""
    media_type: str | None
    charset: str | None
    """As the transport declared it."""
    bytes: int
    portal: str | None
    source_kind: str
    agency_id: str | None
    region_code: str | None
    """Of the portal."""
    link_title: str | None
    role: str
    warc: str
    """File name in the archive's `warc` folder."""
    offset: int
    length: int
    """Where the record stands in that file, in bytes."""
    seen_at: str = ""
    """The last fetch of these bytes from this address: a page that was edited, and then put back, is the earlier one again."""


@dataclass(frozen=True)
class Document:
    """What is handed in: the bytes after content decoding, and what is known of where they come from."""

    body: bytes
    source_kind: str
    role: str = "report"
    url: str | None = None
    requested_url: str | None = None
    """The address that was asked for, where a redirect led from it to `url`."""
    file_name: str | None = None
    fetched_at: str | None = None
    """ISO 8601 UTC, `YYYY-MM-DDTHH:MM:SSZ`; None stands for now."""
    media_type: str | None = None
    charset: str | None = None
    portal: str | None = None
    region_code: str | None = None
    agency_id: str | None = None
    link_title: str | None = None


CAPTURE_FIELDS = tuple(field.name for field in fields(Capture) if field.name != "seen_at")


class Archive:
    """An archive folder, open for reading or for writing. Use as a context manager; one thread at a time."""

    def __init__(self, folder: Path, ledger: sqlite3.Connection, lock: IO[bytes] | None, warc_bytes: int) -> None:
        """Use `Archive.open`."""
        self.folder = folder
        self._ledger = ledger
        self._lock = lock
        self._warc_bytes = warc_bytes

    @classmethod
    def open(cls, folder: Path, *, write: bool = False, warc_bytes: int = WARC_BYTES) -> Self:
        """Open an archive; for writing, make it when it is not there and put it in order after an interruption.

        Args:
            folder: the archive folder.
            write: False only reads, and changes and creates nothing.
            warc_bytes: size at which the next WARC file is begun.

        Raises:
            ArchiveError: there is no archive to read, another process is writing to it, it is damaged,
                or a new one would stand in a release.
        """
        if not write:
            return cls(folder, open_for_reading(folder), None, warc_bytes)
        if (folder / RELEASE).exists() and not (folder / LEDGER).exists() and not warc_files(folder):
            raise ArchiveError(f"{folder}: a release ({RELEASE} is here), not an archive; give another folder")
        (folder / "warc").mkdir(parents=True, exist_ok=True)
        lock = _lock(folder)
        ledger = None
        try:
            ledger = open_for_writing(folder)
            reconcile(folder, ledger)
        except BaseException:
            if ledger:
                ledger.close()
            lock.close()
            raise
        return cls(folder, ledger, lock, warc_bytes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave the archive; a closed one is a plain file that can be read from anywhere, a read-only disk too."""
        if self._lock:
            # Refused while somebody is reading, or on a full disk: then it stays in WAL mode, which is whole as well.
            with contextlib.suppress(sqlite3.DatabaseError):
                self._ledger.execute("PRAGMA journal_mode = DELETE")
            self._lock.close()
        self._ledger.close()

    def add_document(self, document: Document) -> tuple[Capture, bool]:
        """Store a document that was handed in, not fetched by HTTP.

        The same bytes with the same description leave the archive as it is.

        Returns:
            The capture (of the best source known now), and whether the bytes are new.
        """
        return self._add(document, None)

    def add_response(self, document: Document, exchange: Exchange) -> tuple[Capture, bool]:
        """Store a document fetched by HTTP, with the request and the response's headers. Every fetch is recorded.

        Args:
            document: the body and its description; `url` is the address that gave the response.
            exchange: how it was asked for and answered.

        Returns:
            As `add_document`.
        """
        if not (document.url or "").startswith(("http://", "https://")):
            raise ArchiveError(f"a response needs the http or https address that gave it, not {document.url!r}")
        return self._add(document, exchange)

    def captures(self, role: str | None = None) -> list[Capture]:
        """Return what is stored, by capture_id; of several sources the best one, then the earliest.

        Args:
            role: only documents fetched as `report`, `list` or `robots`.
        """
        where, values = ("WHERE role = ?", (role,)) if role else ("", ())
        return _best(self._select(where, values))

    def sources(self, capture_id: str) -> list[Capture]:
        """Return every fetch of a body, the earliest first, each as a capture seen from its own source."""
        return self._select("WHERE capture_id = ?", (capture_id,))

    def addresses(self, role: str) -> frozenset[str]:
        """Return the addresses that were asked for, or answered, in that role."""
        with explained(self.folder):
            rows = self._ledger.execute("SELECT url, requested_url FROM fetches WHERE role = ?", (role,)).fetchall()
        return frozenset(url for row in rows for url in row if url)

    def read(self, capture: Capture) -> bytes:
        """Return the bytes of a capture, read from its WARC file.

        Raises:
            ArchiveError: the file is missing or damaged, or holds other bytes; names file and offset.
        """
        path = self.folder / "warc" / capture.warc
        payload = read_record(path, capture.offset, capture.length).payload
        if hashlib.sha256(payload).hexdigest() != capture.capture_id:
            raise ArchiveError(
                f"{path}: the record at byte {capture.offset} does not hold capture {capture.capture_id}. "
                "Restore the file from a copy, or delete the ledger to have it rebuilt"
            )
        return payload

    def _select(self, where: str, values: Iterable[str]) -> list[Capture]:
        columns = ", ".join(CAPTURE_FIELDS)
        # LEFT, so that a fetch whose body the ledger lost is an error below and not left out in silence.
        sql = f"SELECT {columns} FROM fetches LEFT JOIN bodies USING (capture_id) {where} ORDER BY fetched_at, fetch_id"
        with explained(self.folder):
            captures = [Capture(*row) for row in self._ledger.execute(sql, tuple(values))]
            captures = [replace(capture, seen_at=capture.fetched_at) for capture in captures]
        for capture in captures:
            if capture.source_kind not in SOURCE_KINDS or not _is_placed(capture):
                raise ArchiveError(f"{self.folder / LEDGER}: damaged at capture {capture.capture_id}; {REBUILD}")
        return captures

    def _add(self, document: Document, exchange: Exchange | None) -> tuple[Capture, bool]:
        if not self._lock:
            raise ArchiveError(f"{self.folder}: open for reading only; open the archive with write=True to add to it")
        if self._ledger.in_transaction:
            raise ArchiveError(f"{self.folder}: an addition failed and could not be undone; open the archive again")
        row = _row(document, exchange)
        known = self.sources(row["capture_id"])
        if exchange is None and self._is_recorded(row):
            return _best(known)[0], False
        try:
            self._append(row, document, exchange, known)
        except (OSError, sqlite3.Error, UnicodeDecodeError) as error:
            remedy = REBUILD if is_damage(error) else "mend the cause"
            try:
                undo(self.folder, self._ledger)
            except (OSError, sqlite3.Error) as left:
                raise ArchiveError(
                    f"{self.folder}: the addition failed ({error}) and could not be undone ({left}); {remedy}, "
                    "and add it again: opening the archive puts it in order"
                ) from error
            raise ArchiveError(f"{self.folder}: nothing was added ({error}); {remedy}, and add it again") from error
        except BaseException:
            # What cannot be undone now is put in order when the archive is opened again.
            with contextlib.suppress(OSError, sqlite3.Error):
                undo(self.folder, self._ledger)
            raise
        return _best(self.sources(row["capture_id"]))[0], not known

    def _is_recorded(self, row: dict[str, str]) -> bool:
        columns = [column for column in FETCH_COLUMNS if column != "fetched_at"]
        where = " AND ".join(f"{column} IS ?" for column in columns)
        values = [row.get(column) for column in columns]
        with explained(self.folder):
            return self._ledger.execute(f"SELECT 1 FROM fetches WHERE {where}", values).fetchone() is not None

    def _append(self, row: dict[str, str], document: Document, exchange: Exchange | None, known: list[Capture]) -> None:
        name, position, head = self._place(row["fetched_at"])
        group = encode_group(
            name,
            position + len(head),
            uri=row.get("url") or _urn(row["capture_id"]),
            date=row["fetched_at"],
            digest=row["capture_id"],
            body=None if known else document.body,
            media_type=row.get("media_type"),
            exchange=exchange,
            earlier=Earlier(known[0].url or _urn(row["capture_id"]), known[0].fetched_at) if known else None,
            fields={column: row[column] for column in FETCH_COLUMNS if column in row},
        )
        path = self.folder / "warc" / name
        with path.open("ab") as file:
            if file.seek(0, os.SEEK_END) != position:
                raise ArchiveError(f"{path}: changed by somebody else while it was open; open the archive again")
            file.write(head + group.data)
            file.flush()
            os.fsync(file.fileno())
        if not position:
            _sync_folder(path.parent)
        self._ledger.execute("BEGIN IMMEDIATE")
        if group.body_offset is not None:
            place = (name, position + len(head) + group.body_offset, group.body_length)
            self._ledger.execute(
                "INSERT INTO bodies VALUES (?, ?, ?, ?, ?)", (row["capture_id"], len(document.body), *place)
            )
        record_fetch(self._ledger, row, name, position + len(head) + len(group.data))
        self._ledger.execute("COMMIT")

    def _place(self, date: str) -> tuple[str, int, bytes]:
        """Where the next group goes: file, position, and the bytes that begin a new file."""
        last = self._ledger.execute("SELECT warc, bytes FROM files ORDER BY warc DESC LIMIT 1").fetchone()
        if last and 0 < last[1] < self._warc_bytes:
            return last[0], last[1], b""
        number = int(last[0][8:13]) + bool(last[1]) if last else 1
        name = f"gongkai-{number:05}.warc.gz"
        return name, 0, encode_warcinfo(name, date, f"gongkai/{version('gongkai')}")


def _row(document: Document, exchange: Exchange | None) -> dict[str, str]:
    """The ledger's row for a fetch, absent values left out, checked and in the form in which WARC can hold it."""
    for value, allowed in ((document.role, ROLES), (document.source_kind, SOURCE_KINDS)):
        if value not in allowed:
            raise ArchiveError(f"{value!r} is none of {', '.join(allowed)}")
    fetched_at = document.fetched_at or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if not TIME.fullmatch(fetched_at):
        raise ArchiveError(f"{fetched_at!r} is not a time of the form 2024-01-31T08:00:00Z")
    row = {
        "capture_id": hashlib.sha256(document.body).hexdigest(),
        "fetched_at": fetched_at,
        "status": str(exchange.status) if exchange else None,
    }
    described = {column: getattr(document, column) for column in FETCH_COLUMNS if column not in row}
    return {column: text for column, value in (row | described).items() if value and (text := _one_line(value))}


def _one_line(value: str) -> str:
    return CONTROL.sub(" ", value.encode("utf-8", "backslashreplace").decode())


def _is_placed(capture: Capture) -> bool:
    """Tell whether a row of the ledger names a place in a WARC file at all; damage can leave anything there."""
    numbers: tuple[object, ...] = (capture.offset, capture.length, capture.bytes)
    return isinstance(capture.warc, str) and all(isinstance(number, int) and number >= 0 for number in numbers)


def _best(captures: list[Capture]) -> list[Capture]:
    """One capture of each body: of the best kind of source the earliest (they come in the order of their fetching).

    Whose it is was told by whoever handed it in last with that knowledge.
    """
    best: dict[str, Capture] = {}
    agencies: dict[str, str] = {}
    seen: dict[tuple[str, str | None], str] = {}
    for capture in captures:
        seen[capture.capture_id, capture.url] = capture.fetched_at
        rival = best.get(capture.capture_id)
        if not rival or SOURCE_KINDS.index(capture.source_kind) < SOURCE_KINDS.index(rival.source_kind):
            best[capture.capture_id] = capture
        if capture.agency_id:
            agencies[capture.capture_id] = capture.agency_id
    return [
        replace(capture, agency_id=agencies.get(capture_id), seen_at=seen[capture_id, capture.url])
        for capture_id, capture in sorted(best.items())
    ]


def _urn(capture_id: str) -> str:
    return f"urn:sha256:{capture_id}"


def _lock(folder: Path) -> IO[bytes]:
    lock = (folder / LOCK).open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise ArchiveError(f"{folder}: another process is writing to this archive; wait until it has ended") from error
    return lock


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
