"""What goes into an archive and what comes out of it: documents, fetches, captures, runs."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Literal

from gongkai_scraper.warc import ArchiveError, Exchange

SOURCE_KINDS = ("official", "sample", "mirror", "local")
"""Where a document can come from, the best source first."""
ROLES = ("report", "list", "robots")
Outcome = Literal["kept", "unchanged", "redirect", "absent", "failed", "refused"]
"""What came of a fetch: the document, word that it is as it was, a way elsewhere, word that there is none, a failure, a refusal."""
OUTCOMES: tuple[Outcome, ...] = ("kept", "unchanged", "redirect", "absent", "failed", "refused")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
# In one line of a metadata record neither a line break nor any other control character may stand.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
FETCH_COLUMNS = (
    "run_id", "capture_id", "role", "outcome", "reason", "source_kind", "fetched_at", "url", "requested_url", "found_on",
    "file_name", "status", "media_type", "charset", "etag", "last_modified", "portal", "region_code", "agency_id",
    "link_title",
)  # fmt: skip
"""What the ledger knows of a fetch; the metadata record of a group says the same."""


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


CAPTURE_FIELDS = tuple(field.name for field in fields(Capture) if field.name != "seen_at")


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
    found_on: str | None = None
    """The page that led here, where that is no list but another document."""


@dataclass(frozen=True)
class Fetch:
    """A document and how it was had; or what was asked for and did not come."""

    document: Document
    exchange: Exchange | None = None
    """None for a document handed in, and for a request that got no whole answer."""
    outcome: Outcome = "kept"
    reason: str | None = None
    """Why it failed or was refused."""
    run_id: int | None = None
    capture_id: str | None = None
    """The capture that an answer without a body (304) speaks of."""

    @property
    def has_body(self) -> bool:
        """Whether there are bytes to keep."""
        return self.capture_id is None and (self.exchange is not None or self.outcome == "kept")


@dataclass(frozen=True)
class Note:
    """Something to remember of a run that is no fetch: `run` (it begins), `end`, or `links` (what the lists named)."""

    kind: Literal["run", "end", "links"]
    date: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Added:
    """What an addition became: its capture (None where nothing was received), and whether those bytes are new."""

    capture_id: str | None
    is_new: bool


@dataclass(frozen=True)
class Known:
    """What the archive last had from an address."""

    capture_id: str
    url: str
    """The address that answered."""
    seen_at: str
    etag: str | None
    last_modified: str | None
    media_type: str | None
    charset: str | None


@dataclass(frozen=True)
class Failure:
    """An address whose last fetch gave no document."""

    portal: str | None
    region_code: str | None
    agency_id: str | None
    url: str
    """As it was asked for."""
    link_title: str | None
    role: str
    outcome: Outcome
    """`failed`, `absent` or `refused`."""
    reason: str
    fetched_at: str
    status: int | None


@dataclass(frozen=True)
class Attached:
    """A document to which another one led: an attachment, the page to which it redirects, a part."""

    page: str
    """The address of the document that led there."""
    url: str
    capture_id: str | None
    """What was had there; None where a fetch had nothing. Each capture stands by itself."""
    is_listed: bool
    """Whether a list named it, too."""


@dataclass(frozen=True)
class Listed:
    """A report that a list named."""

    portal: str
    url: str
    title: str
    published_on: str | None
    """ISO date, as the list tells it."""
    agency_id: str | None
    """Where the portal file tells it."""
    first_seen: str
    last_seen: str
    """When the first and the last run began whose lists named it."""


@dataclass(frozen=True)
class Run:
    """A run at a portal."""

    run_id: int
    portal: str
    started_at: str
    since: str
    """When the first of the runs began that this one continues; its own start where it continues none."""
    ended_at: str | None
    state: str | None
    """See summary.State; None while it is under way, and after a crash."""
    summary: str | None
    """JSON, see summary.PortalSummary."""


def now() -> str:
    """The time as archives write it: ISO 8601, UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def fetch_row(fetch: Fetch) -> dict[str, str]:
    """The ledger's row for a fetch, absent values left out, checked and in the form in which WARC can hold it.

    Raises:
        ArchiveError: a value is none of those allowed.
    """
    document, exchange = fetch.document, fetch.exchange
    for value, allowed in ((document.role, ROLES), (document.source_kind, SOURCE_KINDS), (fetch.outcome, OUTCOMES)):
        if value not in allowed:
            raise ArchiveError(f"{value!r} is none of {', '.join(allowed)}")
    if exchange and not (document.url or "").startswith(("http://", "https://")):
        raise ArchiveError(f"a response needs the http or https address that gave it, not {document.url!r}")
    fetched_at = document.fetched_at or now()
    if not TIME.fullmatch(fetched_at):
        raise ArchiveError(f"{fetched_at!r} is not a time of the form 2024-01-31T08:00:00Z")
    own: dict[str, str | None] = {
        "run_id": str(fetch.run_id) if fetch.run_id is not None else None,
        "capture_id": hashlib.sha256(document.body).hexdigest() if fetch.has_body else fetch.capture_id,
        "outcome": fetch.outcome,
        "reason": fetch.reason,
        "fetched_at": fetched_at,
        "status": str(exchange.status) if exchange else None,
        "etag": header(exchange, "ETag"),
        "last_modified": header(exchange, "Last-Modified"),
    }
    described = {column: getattr(document, column) for column in FETCH_COLUMNS if column not in own}
    return {column: text for column, value in (own | described).items() if value and (text := one_line(value))}


def header(exchange: Exchange | None, name: str) -> str | None:
    """The first header of that name in an answer, None when there is none."""
    if exchange is None:
        return None
    return next((value for key, value in exchange.response_headers if key.lower() == name.lower()), None)


def one_line(value: str) -> str:
    """Put a value into the form in which a line of a WARC record can hold it."""
    return CONTROL.sub(" ", value.encode("utf-8", "backslashreplace").decode())


def best(captures: Iterable[Capture]) -> list[Capture]:
    """One capture of each body: of the best kind of source the earliest (they come in the order of their fetching).

    Whose it is was told by whoever handed it in last with that knowledge.
    """
    chosen: dict[str, Capture] = {}
    agencies: dict[str, str] = {}
    seen: dict[tuple[str, str | None], str] = {}
    for capture in captures:
        seen[capture.capture_id, capture.url] = capture.fetched_at
        rival = chosen.get(capture.capture_id)
        if not rival or SOURCE_KINDS.index(capture.source_kind) < SOURCE_KINDS.index(rival.source_kind):
            chosen[capture.capture_id] = capture
        if capture.agency_id:
            agencies[capture.capture_id] = capture.agency_id
    return [
        replace(capture, agency_id=agencies.get(capture_id), seen_at=seen[capture_id, capture.url])
        for capture_id, capture in sorted(chosen.items())
    ]
