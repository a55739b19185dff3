"""The archive: every document ever collected, by the SHA-256 of its bytes, in WARC files with a ledger beside them.

    ledger.sqlite                 what was fetched when and from where, and where its bytes stand
    warc/gongkai-00001.warc.gz    the bytes (see warc.py), the one record; the ledger can be rebuilt from them

Additions are appended to the last WARC file and forced to disk before the ledger learns of them, so that an
interruption at any moment leaves an archive that opening for writing puts in order (see reconcile.py).
"""

import contextlib
import fcntl
import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from gongkai_scraper.ledger import (
    LEDGER,
    REBUILD,
    enter,
    enter_body,
    explained,
    is_damage,
    open_for_reading,
    open_for_writing,
    warc_files,
)
from gongkai_scraper.lookups import HELD, attached_of, failures_of, known_of, links_of, runs_of
from gongkai_scraper.reconcile import reconcile, undo
from gongkai_scraper.records import (
    CAPTURE_FIELDS,
    FETCH_COLUMNS,
    SOURCE_KINDS,
    Added,
    Attached,
    Capture,
    Document,
    Failure,
    Fetch,
    Known,
    Listed,
    Note,
    Run,
    best,
    fetch_row,
    one_line,
)
from gongkai_scraper.tail import Tail
from gongkai_scraper.warc import ArchiveError, Earlier, Exchange, encode_group
from gongkai_scraper.warc_reading import read_record

__all__ = ["SOURCE_KINDS", "Added", "Archive", "ArchiveError", "Attached", "Capture", "Document", "Exchange"]
__all__ += ["Failure", "Fetch", "Known", "Listed", "Note", "Run"]

LOCK = "lock"
RELEASE = "datapackage.json"
"""By this file a folder is known as a release, in which no archive may grow."""
WARC_BYTES = 1_000_000_000


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
        row = fetch_row(Fetch(document))
        if self._is_recorded(row):
            return best(self.sources(row["capture_id"]))[0], False
        return self._add_one(Fetch(document))

    def add_response(self, document: Document, exchange: Exchange) -> tuple[Capture, bool]:
        """Store a document fetched by HTTP, with the request and the response's headers. Every fetch is recorded.

        Args:
            document: the body and its description; `url` is the address that gave the response.
            exchange: how it was asked for and answered.

        Returns:
            As `add_document`.
        """
        return self._add_one(Fetch(document, exchange))

    def add_all(self, additions: Sequence[Fetch | Note]) -> list[Added]:
        """Store fetches and notes together: all of them or, when that fails, none. One wait for the disk.

        Raises:
            ArchiveError: the archive is open for reading only, a value is not allowed, the disk is full or fails.
        """
        if not self._lock:
            raise ArchiveError(f"{self.folder}: open for reading only; open the archive with write=True to add to it")
        if self._ledger.in_transaction:
            raise ArchiveError(f"{self.folder}: an addition failed and could not be undone; open the archive again")
        rows = [fetch_row(addition) if isinstance(addition, Fetch) else None for addition in additions]
        try:
            self._ledger.execute("BEGIN IMMEDIATE")
            tail = Tail(self.folder, self._ledger, self._warc_bytes)
            added = [
                self._append(tail, addition, row) if isinstance(addition, Fetch) and row else self._note(tail, addition)
                for addition, row in zip(additions, rows, strict=True)
            ]
            tail.flush()
            self._ledger.execute("COMMIT")
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
        return added

    def captures(self, role: str | None = None) -> list[Capture]:
        """Return what is stored, by capture_id; of several sources the best one, then the earliest.

        Answers that were not what was asked for (refusals, pages of errors, redirects) are in the archive and not among these.

        Args:
            role: only documents fetched as `report`, `list` or `robots`.
        """
        where, values = ("AND role = ?", (role,)) if role else ("", ())
        return best(self._select(where, values))

    def sources(self, capture_id: str) -> list[Capture]:
        """Return every fetch of a body, the earliest first, each as a capture seen from its own source."""
        return self._select("AND capture_id = ?", (capture_id,))

    def addresses(self, role: str) -> frozenset[str]:
        """Return the addresses that were asked for, or answered, in that role."""
        with explained(self.folder):
            rows = self._ledger.execute(
                f"SELECT url, requested_url FROM fetches WHERE role = ? AND {HELD}", (role,)
            ).fetchall()
        return frozenset(url for row in rows for url in row if url)

    def known(self, portal: str) -> dict[str, Known]:
        """Return what was last had from each address of a portal, by the address asked for and the one that answered."""
        with explained(self.folder):
            return known_of(self._ledger, portal)

    def failures(self, role: str | None = None) -> list[Failure]:
        """Return the addresses whose last fetch failed, was refused, or told that there is no such document.

        Args:
            role: only what was fetched as `report`, `list` or `robots`.
        """
        with explained(self.folder):
            return failures_of(self._ledger, role)

    def attached(self) -> list[Attached]:
        """Return what documents led to, by the address of the one that led there, and then by its own."""
        with explained(self.folder):
            return attached_of(self._ledger)

    def runs(self, portal: str | None = None) -> list[Run]:
        """Return the runs at a portal, or at all, the earliest first."""
        with explained(self.folder):
            return runs_of(self._ledger, portal)

    def links(self, portal: str | None = None) -> list[Listed]:
        """Return the reports that the lists of a portal, or of all, named; by portal and address."""
        with explained(self.folder):
            return links_of(self._ledger, portal)

    def read(self, capture: Capture) -> bytes:
        """Return the bytes of a capture, read from its WARC file.

        Raises:
            ArchiveError: the file is missing or damaged, or holds other bytes; names file and offset.
        """
        return self._read(capture.capture_id, capture.warc, capture.offset, capture.length)

    def read_body(self, capture_id: str) -> bytes:
        """Return the bytes of a capture by its identifier; raises ArchiveError as `read`, and when there is none."""
        with explained(self.folder):
            place = self._ledger.execute(
                "SELECT warc, offset, length FROM bodies WHERE capture_id = ?", (capture_id,)
            ).fetchone()
        if not place:
            raise ArchiveError(f"{self.folder}: holds no capture {capture_id}")
        return self._read(capture_id, *place)

    def _read(self, capture_id: str, warc: str, offset: int, length: int) -> bytes:
        path = self.folder / "warc" / warc
        payload = read_record(path, offset, length).payload
        if hashlib.sha256(payload).hexdigest() != capture_id:
            raise ArchiveError(
                f"{path}: the record at byte {offset} does not hold capture {capture_id}. "
                "Restore the file from a copy, or delete the ledger to have it rebuilt"
            )
        return payload

    def _select(self, where: str, values: Iterable[str]) -> list[Capture]:
        columns = ", ".join(CAPTURE_FIELDS)
        # LEFT, so that a fetch whose body the ledger lost is an error below and not left out in silence.
        sql = f"SELECT outcome, {columns} FROM fetches LEFT JOIN bodies USING (capture_id) WHERE {HELD} {where} ORDER BY fetched_at, fetch_id"
        with explained(self.folder):
            rows = self._ledger.execute(sql, tuple(values)).fetchall()
        captures = []
        for outcome, *row in rows:
            capture = Capture(*row)
            if outcome not in ("kept", "unchanged") or not _is_placed(capture):
                raise ArchiveError(f"{self.folder / LEDGER}: damaged at capture {capture.capture_id}; {REBUILD}")
            captures.append(replace(capture, seen_at=capture.fetched_at))
        return captures

    def _add_one(self, fetch: Fetch) -> tuple[Capture, bool]:
        (added,) = self.add_all([fetch])
        return best(self.sources(added.capture_id or ""))[0], added.is_new

    def _is_recorded(self, row: dict[str, str]) -> bool:
        columns = [column for column in FETCH_COLUMNS if column != "fetched_at"]
        where = " AND ".join(f"{column} IS ?" for column in columns)
        with explained(self.folder):
            found = self._ledger.execute(f"SELECT 1 FROM fetches WHERE {where}", [row.get(name) for name in columns])
            return found.fetchone() is not None

    def _append(self, tail: Tail, fetch: Fetch, row: dict[str, str]) -> Added:
        capture_id = row.get("capture_id")
        earlier = self._earlier(capture_id) if capture_id else None
        is_new = fetch.has_body and not earlier
        tail.make_room(row["fetched_at"])
        group = encode_group(
            tail.name,
            tail.end,
            uri=row.get("url") or _urn(capture_id or "none"),
            date=row["fetched_at"],
            digest=capture_id,
            body=fetch.document.body if is_new else None,
            media_type=row.get("media_type"),
            exchange=fetch.exchange,
            earlier=earlier,
            fields=row,
        )
        if group.body_length is not None and capture_id:
            enter_body(self._ledger, capture_id, len(fetch.document.body), (tail.name, tail.end, group.body_length))
        tail.append(group.data)
        enter(self._ledger, row)
        return Added(capture_id, is_new)

    def _note(self, tail: Tail, note: Note | Fetch) -> Added:
        assert isinstance(note, Note)
        row = {"kind": note.kind} | {name: one_line(value) for name, value in note.fields}
        tail.make_room(note.date)
        group = encode_group(
            tail.name,
            tail.end,
            uri="urn:gongkai:run",
            date=note.date,
            digest=None,
            body=None,
            media_type=None,
            exchange=None,
            earlier=None,
            fields=row,
        )
        tail.append(group.data)
        enter(self._ledger, row)
        return Added(None, False)

    def _earlier(self, capture_id: str) -> Earlier | None:
        """The first fetch of a body that is in the archive."""
        row = self._ledger.execute(
            "SELECT url, fetched_at FROM fetches WHERE capture_id = ? ORDER BY fetched_at, fetch_id LIMIT 1",
            (capture_id,),
        ).fetchone()
        return Earlier(row[0] or _urn(capture_id), row[1]) if row else None


def _is_placed(capture: Capture) -> bool:
    """Tell whether a row of the ledger names a kind of source and a place in a WARC file at all; damage can leave anything there."""
    numbers: tuple[object, ...] = (capture.offset, capture.length, capture.bytes)
    is_named = isinstance(capture.warc, str) and capture.source_kind in SOURCE_KINDS
    return is_named and all(isinstance(number, int) and number >= 0 for number in numbers)


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
