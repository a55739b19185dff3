"""Writes down what a portal answers: each answer goes into the archive with all that is known of it."""

import asyncio
from dataclasses import dataclass
from functools import partial

from gongkai_scraper.archive import Added, Document, Fetch, Known
from gongkai_scraper.drivers import DRIVERS, Answer, DriverError, Link, Page, Request
from gongkai_scraper.errors import AbsentError, FetchError, RefusedError
from gongkai_scraper.keeper import Keeper
from gongkai_scraper.portals import Portal
from gongkai_scraper.records import Outcome, now
from gongkai_scraper.request import Limits
from gongkai_scraper.response import Response


@dataclass(frozen=True)
class Book:
    """What the requests of one run at a portal have in common."""

    portal: Portal
    run_id: int
    keeper: Keeper
    known: dict[str, Known]
    """What the archive had from each address when the run began."""


def limits_of(portal: Portal) -> Limits:
    """Return what a portal file says to the client."""
    politeness = portal.politeness
    return Limits(politeness.delay, politeness.timeout, politeness.maximum_bytes, portal.loopback, portal.tls)


@dataclass
class DocumentJournal:
    """The journal of one document that is asked for (see fetch.Journal): a report, or robots.txt."""

    book: Book
    request: Request
    role: str
    is_conditional: bool
    """Whether word that it is as it was will do."""
    link: Link | None = None
    found_on: str | None = None
    added: Added | None = None
    """What the last answer became in the archive."""
    is_had: bool = False
    """Whether it is the report that was asked for."""

    def earlier(self, url: str) -> Known | None:
        """See fetch.Journal."""
        known = self.book.known.get(url) if self.is_conditional else None
        return known if known and known.url == url and (known.etag or known.last_modified) else None

    async def body(self, known: Known) -> bytes:
        """See fetch.Journal."""
        return await self.book.keeper.read_body(known.capture_id)

    async def received(self, response: Response, outcome: Outcome, reason: str | None) -> None:
        """See fetch.Journal."""
        known = response.unchanged
        document = self._document(
            response.url, response.fetched_at, b"" if known else response.body, response.media_type, response.charset
        )
        capture_id = known.capture_id if known else None
        fetch = Fetch(document, response.exchange, outcome, reason, self.book.run_id, capture_id)
        keeping = asyncio.ensure_future(self.book.keeper.keep(fetch))
        try:
            await asyncio.shield(keeping)
        finally:
            # Ctrl-C does not take back what is being written; whoever counts must know of it.
            self.added = await keeping
            self.is_had = self.role == "report" and outcome in ("kept", "unchanged")

    async def failed(self, error: FetchError) -> None:
        """See fetch.Journal."""
        outcome: Outcome = "failed"
        if isinstance(error, RefusedError):
            outcome = "refused"
        elif isinstance(error, AbsentError):
            outcome = "absent"
        came = error.received
        document = (
            self._document(came.url, came.fetched_at, came.body, came.media_type, came.charset)
            if came
            else self._document(error.url, now())
        )
        await self.book.keeper.keep(
            Fetch(document, came.exchange if came else None, outcome, error.reason, self.book.run_id)
        )

    def of_robots(self) -> "DocumentJournal":
        """See fetch.Journal."""
        return DocumentJournal(self.book, self.request, "robots", is_conditional=True)

    def _document(
        self, url: str, at: str, body: bytes = b"", media_type: str | None = None, charset: str | None = None
    ) -> Document:
        portal, link = self.book.portal, self.link
        is_redirected = self.role != "robots" and url != self.request.url
        return Document(
            body=body,
            source_kind=portal.source,
            role=self.role,
            url=url,
            requested_url=self.request.url if is_redirected else None,
            found_on=self.found_on,
            fetched_at=at,
            media_type=media_type,
            charset=charset,
            portal=portal.id,
            region_code=portal.region,
            agency_id=portal.agency_of(link) if link else portal.agency,
            link_title=(link.title or None) if link else None,
        )


@dataclass
class ListJournal(DocumentJournal):
    """The journal of a page of a list, which is read as it comes: one that is a report itself is kept as a report."""

    page: Page | None = None

    async def received(self, response: Response, outcome: Outcome, reason: str | None) -> None:
        """See fetch.Journal; raises DriverError when the page is none of the driver's family."""
        failure: DriverError | None = None
        if outcome == "kept":
            answer = Answer(response.body, response.url, response.charset, response.media_type, self.request)
            read = partial(DRIVERS[self.book.portal.driver.family].read, answer, self.book.portal)
            try:
                self.page = read()
            except Exception as error:  # whatever goes wrong in reading, the page is kept
                outcome, reason = "failed", f"{type(error).__name__}: {error}"
                failure = error if isinstance(error, DriverError) else DriverError(reason)
            if self.page and self.page.report:
                self.role, self.link = "report", self.page.report
        await super().received(response, outcome, reason)
        if failure:
            raise failure
