"""Fetching without an archive: to look at a portal before anything is collected from it."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from gongkai_scraper.drivers import Request
from gongkai_scraper.errors import FetchError
from gongkai_scraper.fetch import Client, ClientSettings
from gongkai_scraper.journal import limits_of
from gongkai_scraper.portals import Portal
from gongkai_scraper.records import Known, Outcome
from gongkai_scraper.response import Response


class NoJournal:
    """Keeps nothing and knows nothing (see fetch.Journal)."""

    def earlier(self, url: str) -> Known | None:
        """Return nothing: every request is made in full."""

    async def body(self, known: Known) -> bytes:
        """Never asked for."""
        raise LookupError(known.capture_id)

    async def received(self, response: Response, outcome: Outcome, reason: str | None) -> None:
        """Let an answer go by."""

    async def failed(self, error: FetchError) -> None:
        """Let a failure go by; the caller is told of it."""

    def of_robots(self) -> "NoJournal":
        """Robots.txt is not kept either."""
        return self


@contextmanager
def fetching(portal: Portal, settings: ClientSettings) -> Iterator[Callable[[Request], Response]]:
    """Ask a portal politely, as its file says; yields a function that fetches a document, and raises FetchError."""
    limits = limits_of(portal)
    with asyncio.Runner() as runner:
        client = Client(settings)
        try:
            yield lambda request: runner.run(client.fetch(request, limits, NoJournal()))
        finally:
            runner.run(client.close())
